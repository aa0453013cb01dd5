//! Writing rules, and giving an inquiry to whom the rules chose.

pub mod balancing;
pub mod moving;
pub mod picking;

use serde_json::json;
use uuid::Uuid;

use super::rules::{Decision, Directory};
use super::{Rule, store, trial};
use crate::alerts;
use crate::inquiries::actions::{event, news, telling};
use crate::inquiries::offers::{DeclineReason, Offer, OfferId, OfferState};
use crate::inquiries::rules::{self as states, Step};
use crate::inquiries::store::Settling;
use crate::inquiries::{self, Inquiry, InquiryId, State};
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::{Entropy, Moment};
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::{self, EngagementEvent};
use crate::staff::{Role, StaffMember};

/// Adds a rule, or changes it when it has a version already.
///
/// # Errors
/// Invalid when an earlier rule takes everything this one could; conflict when somebody else changed
/// it meanwhile.
pub async fn save_rule(deps: &Deps, directory: &Directory, by: Uuid, rule: &Rule) -> Result<()> {
    if rule.note.chars().count() > 200 {
        return Err(Error::invalid("说明最多 200 个字。"));
    }
    if rule.active && !directory.may_be_chosen(rule.organization_id) {
        return Err(Error::invalid(
            "所选单位现在不接收咨询，这条规则会落空。请换一家，或先停用规则。",
        ));
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let all = trial::with(&store::rules(&mut tx).await?, rule);
    if rule.active
        && let Some(earlier) = trial::hidden_by(directory, &all, rule)
    {
        return Err(Error::invalid(format!(
            "这条规则永远轮不到：排在前面的第 {} 条已经包含了它的全部情况。请把它排到前面，或改条件。",
            earlier.position
        )));
    }
    if rule.version == 0 {
        store::insert(&mut tx, rule, now).await?;
    } else {
        store::update(&mut tx, rule, now).await?;
    }
    let detail = json!({
        "field": rule.field, "territory": rule.territory_id,
        "organization": rule.organization_id, "active": rule.active, "position": rule.position,
        "note": rule.note,
    });
    audit::record(&mut tx, now, Some(by), "rule.save", &format!("rule:{}", rule.id), &detail)
        .await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    Ok(())
}

/// Gives an inquiry to whom a decision names, inside the caller's transaction, and keeps the reasons.
/// Without an organization it stays with the operators; while it `waits` for one, its offer is open.
pub async fn place(
    tx: &mut Tx,
    entropy: &Entropy,
    directory: &Directory,
    id: InquiryId,
    decision: &Decision,
    at: Moment,
) -> Result<Option<News>> {
    let Some(before) = inquiries::store::lock(tx, OrgScope::Everything, id).await? else {
        return Ok(None);
    };
    let offer_id = OfferId(entropy.id_at(at));
    let mut offer = Offer {
        reasons: decision.reasons.join("\n"),
        candidates: serde_json::to_string(&decision.candidates)?,
        answer_by: decision.answer_by,
        listed_for: decision.listed_for,
        ..Offer::new(offer_id, id, decision.organization, decision.due_at, at)
    };
    if decision.waits || decision.listed_for.is_some() {
        offer.state = OfferState::Open;
    }
    inquiries::store::insert_offer(tx, &offer).await?;
    let mut after = before.clone();
    if decision.organization.is_some() && decision.organization != before.organization_id {
        for (id, more) in [(decision.organization, 1), (before.organization_id, -1)] {
            id.into_iter().for_each(|id| directory.load.add(id, more));
        }
        after.state = states::next(before.state, Step::Assign)?;
        after.organization_id = decision.organization;
        after.assignee_id = None;
        after.due_at = decision.due_at;
        inquiries::store::save(tx, &after).await?;
        events::record(tx, at, &event("inquiry.offered", &after)).await?;
    }
    if decision.organization.is_some() || offer.state != OfferState::Open {
        telling::offered(tx, &after, at).await?;
    } else {
        alerts::store::settle(tx, after.id.0, at).await?;
    }
    Ok(Some(news(&before, &after)))
}

/// Longest word of explanation, in characters.
const LONGEST_REMARK: usize = 200;

/// Whether a person may put back what is picked: who picked it, or the organization's manager.
pub fn may_put_back(inquiry: &Inquiry, by: &StaffMember) -> bool {
    inquiry.assignee_id == Some(by.id) || by.role == Role::OrgManager
}

/// An organization does not take an inquiry: it goes to the next, back to the list it was picked
/// from, or to the operators.
///
/// # Errors
/// Conflict when somebody is working on it already or it is no longer offered; invalid when another
/// reason is given without a word.
pub async fn decline(
    deps: &Deps,
    directory: &Directory,
    by: &StaffMember,
    id: InquiryId,
    reason: DeclineReason,
    remark: &str,
) -> Result<()> {
    let remark = remark.trim();
    if reason == DeclineReason::Other && remark.is_empty() {
        return Err(Error::invalid("选择“其他原因”时，请写一句说明，下一家单位看得到。"));
    }
    if remark.chars().count() > LONGEST_REMARK {
        return Err(Error::invalid("说明最多 200 个字，没有退回。"));
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let locked = inquiries::store::lock(&mut tx, by.scope(), id).await?;
    let inquiry = locked.ok_or_else(Error::not_found)?;
    let offers = inquiries::store::offers(&mut tx, id).await?;
    let picked = picking::picked(&inquiry, &offers).filter(|_| may_put_back(&inquiry, by));
    if inquiry.state != State::Offered && picked.is_none() {
        return Err(Error::conflict("这件咨询已经有人认领或已转走，不能退回。要换单位请用转派。"));
    }
    let settling =
        Settling { state: OfferState::Declined, by: Some(by.id), decline: Some(reason), remark };
    if let Some(picked) = picked {
        inquiries::store::take_back(&mut tx, picked.id, &settling, now).await?;
    } else if !inquiries::store::settle_offer(&mut tx, id, &settling, now).await? {
        return Err(Error::conflict("本单位已经接下这件咨询，不能再退回。要换单位请用转派。"));
    }
    let detail = json!({ "reason": reason.code() });
    audit::record(
        &mut tx,
        now,
        Some(by.id.0),
        "inquiry.decline",
        &format!("inquiry:{id}"),
        &detail,
    )
    .await?;
    let declined = EngagementEvent { staff: Some(by.id.0), ..event("inquiry.declined", &inquiry) };
    events::record(&mut tx, now, &declined).await?;
    let name = directory.organization_name(inquiry.organization_id);
    let why = format!("{name}退回：{}。", reason.name());
    let news = moving::pass_on(&mut tx, &deps.entropy, directory, &inquiry, why, now).await?;
    tx.commit().await?;
    deps.coord.publish(news);
    Ok(())
}
