//! What a reader from outside does with a held answer that nobody else of its organization can read.

use serde_json::json;

use super::{Reader, hand_back, let_go, waiting};
use crate::inquiries::MessageId;
use crate::inquiries::actions::Change;
use crate::inquiries::reviewing::Review;
use crate::inquiries::reviewing::lending::{LentPass, lender};
use crate::inquiries::reviewing::rules::checked_remark;
use crate::inquiries::reviewing::store::lent::{self, Lent};
use crate::language::privacy;
use crate::members::OrganizationId;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::error::{Error, Result};
use crate::staff::StaffMember;
use crate::staff::policy::{Right, allows};

/// The held answers that `by` may read for others, the nearest promise first. `hubs` names the hubs
/// around an organization, the nearest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn passes(
    deps: &Deps,
    by: &StaffMember,
    hubs: impl Fn(OrganizationId) -> Vec<OrganizationId>,
) -> Result<Vec<LentPass>> {
    if !allows(by.role, Right::Answer) {
        return Ok(Vec::new());
    }
    let mut link = deps.db.read().await?;
    let lonely = lent::lonely(&mut link).await?;
    if lonely.is_empty() {
        return Ok(Vec::new());
    }
    let answering = lent::answering(&mut link).await?;
    let pass = |one: &lent::Lonely| {
        let own = one.organization_id;
        LentPass::of(by, one, lender(own, &hubs(own), &answering))
    };
    Ok(lonely.iter().filter_map(pass).collect())
}

/// The pass of `by` for one held answer.
///
/// # Errors
/// Not found for everything that is not lent to them.
pub async fn pass(
    deps: &Deps,
    by: &StaffMember,
    id: MessageId,
    hubs: impl Fn(OrganizationId) -> Vec<OrganizationId>,
) -> Result<LentPass> {
    let mut all = passes(deps, by, hubs).await?.into_iter();
    all.find(|pass| pass.review() == id).ok_or_else(Error::not_found)
}

/// What a pass opens, with the answer masked. That it was read is recorded.
///
/// # Errors
/// Not found once it was decided about.
pub async fn open(deps: &Deps, pass: &LentPass) -> Result<Lent> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let found = lent::read(&mut tx, pass).await?.ok_or_else(Error::not_found)?;
    let (object, by) = (format!("inquiry:{}", pass.inquiry()), Some(pass.reader().0));
    let detail = json!({ "answer": pass.review() });
    audit::record(&mut tx, now, by, "review.lent_read", &object, &detail).await?;
    tx.commit().await?;
    Ok(Lent { body: privacy::mask(&found.body).text, ..found })
}

/// Lets it go; `seen` is the version of the inquiry that the reader looked at.
///
/// # Errors
/// Conflict when it was decided about, or something happened since.
pub async fn release(deps: &Deps, pass: &LentPass, seen: i64, remark: &str) -> Result<()> {
    let remark = checked_remark(remark)?;
    let (change, review) = begin(deps, pass).await?;
    let_go(deps, change, review, Reader { id: pass.reader(), lent: true }, (seen, remark)).await
}

/// Sends it back to its author.
///
/// # Errors
/// Conflict when it was decided about; invalid without a remark.
pub async fn send_back(deps: &Deps, pass: &LentPass, remark: &str) -> Result<()> {
    let (change, review) = begin(deps, pass).await?;
    hand_back(deps, change, review, Reader { id: pass.reader(), lent: true }, remark).await
}

async fn begin(deps: &Deps, pass: &LentPass) -> Result<(Change, Review)> {
    let mut change = Change::begin(deps, pass.scope(), pass.inquiry()).await?;
    let review = waiting(&mut change).await?;
    if review.id != pass.review() {
        return Err(Error::conflict("作者又写了新的一稿，请刷新页面后再看。"));
    }
    Ok((change, review))
}
