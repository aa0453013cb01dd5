//! Writing rules, and giving an inquiry to whom the rules chose.

use serde_json::json;
use uuid::Uuid;

use super::rules::Decision;
use super::{Rule, store};
use crate::inquiries::actions::{event, news};
use crate::inquiries::rules::{self as states, Step};
use crate::inquiries::store::{Offer, OfferId};
use crate::inquiries::{self, InquiryId};
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::{Entropy, Moment};
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events;

/// Adds a rule, or changes it when it has a version already.
pub async fn save_rule(deps: &Deps, by: Uuid, rule: &Rule) -> Result<()> {
    if rule.note.chars().count() > 200 {
        return Err(Error::invalid("说明最多 200 个字。"));
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if rule.version == 0 {
        store::insert(&mut tx, rule, now).await?;
    } else {
        store::update(&mut tx, rule, now).await?;
    }
    let detail = json!({
        "field": rule.field, "territory": rule.territory_id,
        "organization": rule.organization_id, "active": rule.active, "position": rule.position,
    });
    audit::record(&mut tx, now, Some(by), "rule.save", &format!("rule:{}", rule.id), &detail)
        .await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    Ok(())
}

/// Gives an inquiry to whom a decision names, inside the caller's transaction, and keeps the reasons.
/// Without an organization it stays with the operators.
pub async fn place(
    tx: &mut Tx,
    entropy: &Entropy,
    id: InquiryId,
    decision: &Decision,
    at: Moment,
) -> Result<Option<News>> {
    let Some(before) = inquiries::store::lock(tx, OrgScope::Everything, id).await? else {
        return Ok(None);
    };
    let offer = Offer {
        id: OfferId(entropy.id_at(at)),
        inquiry_id: id,
        organization_id: decision.organization,
        staff_id: None,
        reasons: decision.reasons.join("\n"),
        due_at: decision.due_at,
        at,
    };
    inquiries::store::insert_offer(tx, &offer).await?;
    let mut after = before.clone();
    if decision.organization.is_some() && decision.organization != before.organization_id {
        after.state = states::next(before.state, Step::Assign)?;
        after.organization_id = decision.organization;
        after.assignee_id = None;
        after.due_at = decision.due_at;
        inquiries::store::save(tx, &after).await?;
        events::record(tx, at, &event("inquiry.offered", &after)).await?;
    }
    Ok(Some(news(&before, &after)))
}
