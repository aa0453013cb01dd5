//! Making one inquiry of two.

use serde_json::json;

use super::rules;
use crate::alerts;
use crate::delivery;
use crate::inquiries::actions::{event, news};
use crate::inquiries::callbacks;
use crate::inquiries::leaving;
use crate::inquiries::reviewing::{self, ReviewState};
use crate::inquiries::store::{self, Settling};
use crate::inquiries::{Inquiry, InquiryId};
use crate::knowledge;
use crate::media;
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::{Link, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::events::{self, EngagementEvent};
use crate::quality;
use crate::referrals;
use crate::staff::policy::{Right, allows};
use crate::staff::{StaffId, StaffMember};

/// Makes one inquiry of two of the same citizen; gives the one that stays, the elder. Everything
/// that was said, noted, labelled, judged and begun moves into it; the other is closed and leads
/// there. Nobody can undo it.
///
/// # Errors
/// Not found outside the scope; conflict when the two may not be merged ([`rules::check`]), an answer
/// is on its way in one of them, or somebody else must call back in the younger one.
pub async fn merge(
    deps: &Deps,
    by: &StaffMember,
    one: InquiryId,
    other: InquiryId,
) -> Result<Inquiry> {
    let scope = by.scope();
    let (elder, younger) = pair(&mut deps.db.read().await?, scope, one, other).await?;
    if !allows(by.role, Right::Answer) {
        return Err(Error::forbidden());
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    // The one that goes is held first, as by a citizen who writes to it at the same moment.
    let younger = store::lock(&mut tx, scope, younger.id).await?.ok_or_else(Error::not_found)?;
    let elder = store::lock(&mut tx, scope, elder.id).await?.ok_or_else(Error::not_found)?;
    if younger.merged_into == Some(elder.id) {
        return Ok(elder);
    }
    rules::check(&elder, &younger, by.id)?;
    refuse_while_busy(&mut tx, &elder, &younger).await?;

    hand_over(&mut tx, &younger, &elder, now).await?;
    let both = rules::together(&elder, &younger, now);
    store::settle_offer(&mut tx, younger.id, &Settling::accepted(by.id), now).await?;
    if both.assignee_id.is_some() {
        store::settle_offer(&mut tx, elder.id, &Settling::accepted(by.id), now).await?;
    }
    alerts::store::settle(&mut tx, younger.id.0, now).await?;
    let ended = rules::ended(&younger, &elder, now);
    store::save(&mut tx, &both).await?;
    store::save(&mut tx, &ended).await?;
    for (which, detail) in
        [(&both, json!({ "from": younger.number })), (&ended, json!({ "to": elder.number }))]
    {
        let object = format!("inquiry:{}", which.id);
        audit::record(&mut tx, now, Some(by.id.0), "inquiry.merge", &object, &detail).await?;
    }
    note(&mut tx, &ended, by.id, now).await?;
    tx.commit().await?;
    for (before, after) in [(&elder, &both), (&younger, &ended)] {
        deps.coord.publish(news(before, after));
    }
    deps.coord.publish(News::Knowledge);
    deps.coord.publish(News::Jobs);
    Ok(both)
}

/// The two within a scope, the elder first.
///
/// # Errors
/// Not found when one of them does not exist or lies outside the scope; the two look the same.
pub async fn pair(
    link: &mut impl Link,
    scope: OrgScope,
    one: InquiryId,
    other: InquiryId,
) -> Result<(Inquiry, Inquiry)> {
    let first = store::get(link, scope, one).await?.ok_or_else(Error::not_found)?;
    let second = store::get(link, scope, other).await?.ok_or_else(Error::not_found)?;
    Ok(rules::elder_first(first, second))
}

/// Nothing that is under way changes its inquiry.
async fn refuse_while_busy(tx: &mut Tx, elder: &Inquiry, younger: &Inquiry) -> Result<()> {
    for one in [elder, younger] {
        let number = &one.number;
        let leaving = leaving::store::of_inquiry(tx, one.id).await?.is_some();
        if leaving || delivery::store::on_their_way(tx, one.id).await? > 0 {
            return Err(Error::conflict(format!(
                "咨询 {number} 有一条答复正在发出。请等几秒，看到送达结果后再合并。"
            )));
        }
        let newest = reviewing::store::newest(tx, one.id).await?;
        if newest.is_some_and(|review| review.state == ReviewState::InReview) {
            return Err(Error::conflict(format!(
                "咨询 {number} 有一条答复正在等待复核。请先放行、退回，或由作者撤回，再合并。"
            )));
        }
    }
    match callbacks::store::owed(tx, younger.id).await? {
        Some(_) => Err(Error::conflict(format!(
            "群众对咨询 {} 的答复不满意，正在换人回访。请先回访答复，再合并。",
            younger.number
        ))),
        None => Ok(()),
    }
}

async fn hand_over(tx: &mut Tx, from: &Inquiry, to: &Inquiry, now: Moment) -> Result<()> {
    store::hand_over(tx, from.id, to.id, now).await?;
    media::store::attached::hand_over(tx, from.id.0, to.id.0).await?;
    delivery::store::hand_over(tx, from.id, to.id).await?;
    referrals::store::hand_over(tx, from.id, to.id).await?;
    quality::store::hand_over(tx, from.id, to.id).await?;
    knowledge::store::hand_over(tx, from.id.0, to.id.0, now).await
}

/// Figures count it as merged; it was not answered.
async fn note(tx: &mut Tx, ended: &Inquiry, by: StaffId, now: Moment) -> Result<()> {
    let merged = EngagementEvent { staff: Some(by.0), ..event("inquiry.merge", ended) };
    events::record(tx, now, &merged).await
}
