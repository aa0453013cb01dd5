//! Erasing an inquiry; next door everything of a person.

pub mod person;

use serde_json::json;

use crate::citizens;
use crate::delivery;
use crate::inquiries::{self, InquiryId};
use crate::intake;
use crate::knowledge;
use crate::media;
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::coord::News;
use crate::platform::error::{Error, Result};
use crate::platform::events::{self, EngagementEvent};
use crate::platform::jobs;
use crate::promises;
use crate::quality;
use crate::referrals;
use crate::visits;

/// Erases an inquiry with every word that was said in it, for good and all or nothing: answers on
/// their way, drafts, reasons, messages, the inquiry itself, pictures and recordings that came with
/// them or were attached (their files right after), what retrieval learned from it, what was kept of the pushes and
/// the replies to them, where the conversation stood, and in which browsers the citizen was
/// recognized; with it go the inquiries that were merged into it. What stays are counts that name neither the person's words nor the inquiry.
///
/// # Errors
/// Not found when there is no such inquiry.
pub async fn erase_inquiry(deps: &Deps, id: InquiryId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let found = inquiries::store::lock(&mut tx, OrgScope::Everything, id).await?;
    let inquiry = found.ok_or_else(Error::not_found)?;
    let keys = inquiries::store::inbox_keys(&mut tx, id).await?;
    let messages = inquiries::store::message_ids(&mut tx, id).await?;
    media::actions::forget(&mut tx, &messages, now).await?;
    media::actions::forget_attached(&mut tx, id.0, now).await?;
    let merged = inquiries::store::merged_in(&mut tx, id).await?;
    for id in merged.into_iter().map(|(id, _)| id).chain([id]) {
        quality::store::erase(&mut tx, id).await?;
        referrals::store::erase(&mut tx, id).await?;
        delivery::store::erase(&mut tx, id).await?;
        promises::store::erase(&mut tx, id).await?;
        inquiries::store::erase(&mut tx, id).await?;
        knowledge::store::forget_inquiry(&mut tx, id.0, now).await?;
        jobs::store::forget_mentions(&mut tx, &id.to_string()).await?;
        events::unlink(&mut tx, id.0).await?;
    }
    intake::store::erase_bodies(&mut tx, &inquiry.account_id, &keys).await?;
    if let Some(citizen) = citizens::store::get(&mut tx, inquiry.citizen_id).await? {
        let (account, openid) = (&citizen.account_id, &citizen.openid);
        intake::store::erase_replies(&mut tx, account, openid, inquiry.opened_at).await?;
        intake::store::forget_standing(&mut tx, account, openid).await?;
        visits::store::forget(&mut tx, account, openid).await?;
    }
    let event = EngagementEvent {
        kind: "inquiry.erased",
        account: Some(inquiry.account_id.clone()),
        organization: inquiry.organization_id.map(|organization| organization.0),
        ..EngagementEvent::default()
    };
    events::record(&mut tx, now, &event).await?;
    let object = format!("inquiry:{id}");
    audit::record(&mut tx, now, None, "inquiry.erase", &object, &json!({})).await?;
    tx.commit().await?;
    deps.db.flush_log().await;
    deps.coord.publish(News::Jobs);
    let organization = inquiry.organization_id.map(|organization| organization.0);
    deps.coord.publish(News::Inquiry { inquiry: id.0, organization, formerly: organization });
    Ok(())
}
