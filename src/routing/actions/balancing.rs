//! What a hub's manager does: moves untaken offers between members, sets their caps. Reads no word
//! of what anybody asked; only the decision itself looks at names for conflicts of interest.

use serde_json::json;

use super::moving::History;
use crate::inquiries::InquiryId;
use crate::inquiries::actions::Change;
use crate::inquiries::offers::{Offer, OfferId, OfferState};
use crate::inquiries::rules::Step;
use crate::inquiries::{State, store};
use crate::members::{self, OrgScope, Organization, OrganizationId};
use crate::platform::Deps;
use crate::platform::error::{Error, Result};
use crate::routing::rules::Directory;
use crate::staff::StaffMember;
use crate::staff::policy::{Right, allows};

/// The hub a person balances for.
///
/// # Errors
/// Not found when the person balances for nobody.
pub fn hub<'a>(directory: &'a Directory, by: &StaffMember) -> Result<&'a Organization> {
    let own = by.organization_id.filter(|_| allows(by.role, Right::Balance));
    own.and_then(|own| directory.organization(own)).ok_or_else(Error::not_found)
}

/// A member of the person's hub.
///
/// # Errors
/// Not found when it is none.
fn member<'a>(
    directory: &'a Directory,
    by: &StaffMember,
    id: Option<OrganizationId>,
) -> Result<&'a Organization> {
    let members = directory.members_of(hub(directory, by)?);
    members.into_iter().find(|one| Some(one.id) == id).ok_or_else(Error::not_found)
}

/// Sets how much a member may have; `None`: no limit.
///
/// # Errors
/// Not found when it is no member of the hub; invalid when the cap makes no sense.
pub async fn set_cap(
    deps: &Deps,
    directory: &Directory,
    by: &StaffMember,
    id: OrganizationId,
    most_open: Option<i64>,
) -> Result<()> {
    let one = member(directory, by, Some(id))?;
    members::actions::set_cap(deps, by.id.0, one.id, most_open).await
}

/// Moves an offer that nobody has taken from one member to another. What the citizen was promised
/// stays promised.
///
/// # Errors
/// Not found when no member has it; conflict when somebody has taken it; invalid when the receiver
/// may not take it, with the reason.
pub async fn move_offer(
    deps: &Deps,
    directory: &Directory,
    by: &StaffMember,
    id: InquiryId,
    to: Option<OrganizationId>,
) -> Result<()> {
    let mut change = Change::begin(deps, OrgScope::Everything, id).await?;
    let from = member(directory, by, change.inquiry.organization_id)?;
    let to = member(directory, by, to).ok().filter(|to| to.id != from.id);
    let to =
        to.ok_or_else(|| Error::invalid("请选择转给哪家单位，只能选本枢纽统筹的另一家单位。"))?;
    let history = History::read(&mut change.tx, &change.inquiry).await?;
    let untaken = history.offers.last().is_some_and(|offer| offer.state == OfferState::Open);
    if change.inquiry.state != State::Offered || !untaken {
        return Err(Error::conflict("这件咨询已经有人接下，不能再调剂。请刷新后看最新情况。"));
    }
    let question = history.question(&change.inquiry);
    let candidates = directory.candidates(&question, change.now);
    let Some(candidate) = candidates.into_iter().find(|one| one.organization == to.id) else {
        return Err(Error::invalid(format!("{}不受理这个领域，请换一家。", to.short_name)));
    };
    if let Some(bar) = candidate.bar {
        return Err(Error::invalid(format!("{}{}，请换一家。", to.short_name, bar.name())));
    }
    let (now, urgent) = (change.now, change.inquiry.urgent);
    let due_at = directory.due(urgent, Some(to), now).min(change.inquiry.due_at);
    let offer = Offer {
        staff_id: Some(by.id),
        reasons: format!("{}统筹：{}转给{}。", by.name, from.short_name, to.short_name),
        candidates: serde_json::to_string(&[candidate])?,
        answer_by: Some(directory.answer_by(to, urgent, now)),
        ..Offer::new(OfferId(deps.entropy.id_at(now)), id, Some(to.id), due_at, now)
    };
    store::insert_offer(&mut change.tx, &offer).await?;
    change.step(Step::Assign)?;
    change.inquiry.organization_id = Some(to.id);
    change.inquiry.assignee_id = None;
    change.inquiry.due_at = due_at;
    let detail = json!({ "from": from.id, "to": to.id });
    change.finish(deps, Some(by.id), "inquiry.balance", detail).await?;
    directory.load.add(from.id, -1);
    directory.load.add(to.id, 1);
    Ok(())
}
