//! Picking inquiries from the list of a type of organizations, putting them back, and which types pick.

use serde_json::json;

use crate::inquiries::actions::Change;
use crate::inquiries::offers::{Offer, OfferId, OfferState};
use crate::inquiries::rules::Step;
use crate::inquiries::store::{self, Listed, Settling};
use crate::inquiries::{Inquiry, InquiryId, State};
use crate::members::{OrgScope, Organization, OrganizationKind};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::coord::News;
use crate::platform::db::Link;
use crate::platform::error::{Error, Result};
use crate::routing::fit::{Bar, Candidate};
use crate::routing::rules::{Directory, Question};
use crate::routing::store::set_pick_mode;
use crate::staff::StaffMember;
use crate::staff::policy::{Right, allows};

/// What the audit calls the choice of modes.
pub const MODES: &str = "routing:modes";

/// Inquiries read of a list before those that do not fit an organization are left out.
const MOST: i64 = 500;

/// The organization a person picks for, when its like pick from a list.
pub fn picker<'a>(directory: &'a Directory, member: &StaffMember) -> Option<&'a Organization> {
    let own = directory.organization(member.organization_id?)?;
    directory.times.pick_kinds.contains(&own.kind).then_some(own)
}

/// What an organization may pick now, the first to leave the list first; and why it may pick nothing
/// whatever stands there.
///
/// # Errors
/// When the database cannot be read.
pub async fn pickable(
    link: &mut impl Link,
    directory: &Directory,
    own: &Organization,
) -> Result<(Vec<Listed>, Option<Bar>)> {
    let listed = store::listed(link, OrgScope::Own(own.id), own.kind, MOST).await?;
    let fitting = listed.into_iter().filter(|listed| fits(directory, own, listed));
    Ok((fitting.collect(), directory.closed(own)))
}

/// Field and place are its, and nothing in the question keeps it away.
fn fits(directory: &Directory, own: &Organization, listed: &Listed) -> bool {
    let question =
        Question { field: listed.field, words: &listed.first_line, ..Question::default() };
    let handles = listed.field.is_some_and(|field| own.fields.contains(&field));
    let reaches = directory.place(own, listed.territory_id.as_deref()).is_some();
    let kept: Vec<Candidate> = serde_json::from_str(&listed.candidates).unwrap_or_default();
    let mut away = kept.iter().filter(|c| c.bar == Some(Bar::Interest));
    let kept_away = away.any(|candidate| candidate.organization == own.id)
        || directory.bar(own, &question) == Some(Bar::Interest);
    handles && reaches && !kept_away
}

/// Takes an inquiry from the list and on; whoever comes first has it.
///
/// # Errors
/// Not found when it does not stand in a list the person may pick from; conflict when another
/// organization was faster or the own one has enough.
pub async fn pick(
    deps: &Deps,
    directory: &Directory,
    by: &StaffMember,
    id: InquiryId,
) -> Result<Inquiry> {
    let own = picker(directory, by).ok_or_else(Error::not_found)?;
    let mut change = Change::begin(deps, OrgScope::Everything, id).await?;
    let offers = store::offers(&mut change.tx, id).await?;
    if !offers.iter().any(|offer| offer.listed_for == Some(own.kind)) {
        return Err(Error::not_found());
    }
    let listed = store::listed(&mut change.tx, OrgScope::Own(own.id), own.kind, MOST).await?;
    let Some(listed) = listed.iter().find(|listed| listed.inquiry_id == id) else {
        return Err(Error::conflict(
            "这件咨询刚被别的单位领走，或已经派出。请看列表里的其他咨询。",
        ));
    };
    if !fits(directory, own, listed) {
        return Err(Error::not_found());
    }
    if let Some(bar) = directory.closed(own) {
        return Err(Error::conflict(format!("本单位{}，不能再领取。", bar.name())));
    }
    let (now, due_at) = (change.now, change.inquiry.due_at);
    store::settle_offer(&mut change.tx, id, &Settling::accepted(by.id), now).await?;
    let taken = Offer {
        staff_id: Some(by.id),
        reasons: format!("{}从自选列表领取", by.name),
        state: OfferState::Accepted,
        ..Offer::new(OfferId(deps.entropy.id_at(now)), id, Some(own.id), due_at, now)
    };
    store::insert_offer(&mut change.tx, &taken).await?;
    change.step(Step::Assign)?;
    change.step(Step::Claim)?;
    change.inquiry.organization_id = Some(own.id);
    change.inquiry.assignee_id = Some(by.id);
    let picked = change.finish(deps, Some(by.id), "inquiry.pick", json!({})).await?;
    directory.load.add(own.id, 1);
    Ok(picked)
}

/// Says which types of organizations pick from a list. Each type that changes is recorded; what
/// stands in a list that is given up is offered at the next look.
///
/// # Errors
/// Forbidden without the right.
pub async fn set_modes(
    deps: &Deps,
    directory: &Directory,
    by: &StaffMember,
    picking: &[OrganizationKind],
) -> Result<()> {
    if !allows(by.role, Right::ManageRules) {
        return Err(Error::forbidden());
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    for kind in OrganizationKind::ALL.iter().copied() {
        let picks = picking.contains(&kind);
        if picks == directory.times.pick_kinds.contains(&kind) {
            continue;
        }
        set_pick_mode(&mut tx, kind, picks, by.id, now).await?;
        if !picks {
            store::close_list(&mut tx, kind, now).await?;
        }
        let detail = json!({ "kind": kind, "picks": picks });
        audit::record(&mut tx, now, Some(by.id.0), "routing.mode", MODES, &detail).await?;
    }
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    Ok(())
}

/// The offer by which an organization has picked an inquiry that it may still put back.
pub fn picked<'a>(inquiry: &Inquiry, offers: &'a [Offer]) -> Option<&'a Offer> {
    let listed = offers.iter().any(|offer| offer.listed_for.is_some());
    let taken = offers.last().filter(|offer| offer.organization_id == inquiry.organization_id);
    let free = inquiry.state == State::Claimed && inquiry.answered_at.is_none();
    taken.filter(|offer| listed && free && offer.state == OfferState::Accepted)
}
