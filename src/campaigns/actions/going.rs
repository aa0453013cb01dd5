//! Having a campaign sent, stopping it, letting it go on.

use serde_json::json;
use uuid::Uuid;

use super::{note, seen};
use crate::campaigns::audience::{Filter, Target};
use crate::campaigns::jobs::DISPATCH;
use crate::campaigns::machine::{self, Deed};
use crate::campaigns::store::{self, Step, slices};
use crate::campaigns::timing::{Quota, Rules, period};
use crate::campaigns::{Campaign, CampaignId, Stage};
use crate::content::approving::REASON_LIMIT;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::config::AccountKind;
use crate::platform::coord::News;
use crate::platform::db::{Link, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, NewJob};

/// What somebody confirms who has a campaign sent.
#[derive(Clone, Copy, Debug)]
pub struct Confirmation<'a> {
    /// How many it goes to, as the page said.
    pub shown: i64,
    /// The number they typed, where it goes to everybody.
    pub typed: &'a str,
}

/// Who a campaign means, as it is kept.
pub fn filter_of(campaign: &Campaign) -> Result<Filter> {
    Ok(serde_json::from_str(&campaign.filter)?)
}

/// The quota of the period a campaign falls into, itself left out.
///
/// # Errors
/// When the database cannot be read.
pub async fn quota(
    link: &mut impl Link,
    kind: AccountKind,
    account: &str,
    at: Moment,
) -> Result<Quota> {
    let (from, ..) = period(kind, at);
    let sends = slices::sends(link, account, from).await?;
    Ok(Quota::of(kind, at, &sends))
}

/// Has an approved campaign sent at its time. Whoever asks has just proved by the second factor who
/// they are.
///
/// # Errors
/// Conflict or invalid, with what to do instead.
pub async fn schedule(
    deps: &Deps,
    by: Uuid,
    id: CampaignId,
    seen_version: i64,
    (rules, kind): (&Rules, AccountKind),
    confirmed: Confirmation<'_>,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let campaign = seen(&mut tx, id, seen_version).await?;
    let to = machine::after(campaign.stage, false, Deed::Schedule)?;
    check_ready(&mut tx, &campaign, rules, now).await?;
    let filter = filter_of(&campaign)?;
    let count = store::audience::count(&mut tx, &campaign.account_id, &filter).await?;
    filter.check(kind, count)?;
    check_confirmed(&filter, confirmed)?;
    let quota = quota(&mut tx, kind, &campaign.account_id, campaign.send_at).await?;
    if !quota.has_room() {
        return Err(Error::conflict(format!(
            "这个公众号在那段时间的 {} 次群发已经用完或排满。请改时间，或取消另一个推送。",
            quota.most
        )));
    }
    store::step(&mut tx, id, campaign.stage, to, &Step::default(), now).await?;
    enqueue(&mut tx, id, campaign.send_at.minus(rules.cooling), now).await?;
    note(&mut tx, now, Some(by), "campaign.schedule", id, &json!({ "followers": count })).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(())
}

/// Whether nothing but the confirmation is missing.
async fn check_ready(tx: &mut Tx, campaign: &Campaign, rules: &Rules, now: Moment) -> Result<()> {
    if store::stop(tx).await?.is_some() {
        return Err(Error::conflict("紧急停止已按下，现在不能排期。请先在推送页解除紧急停止。"));
    }
    if !super::is_intact(tx, campaign).await? {
        return Err(Error::conflict(machine::CHANGED));
    }
    if now.plus(rules.cooling) > campaign.send_at.plus(rules.late) {
        return Err(Error::conflict("发送时间已经过了。请改时间，重新送审。"));
    }
    let others = store::other_times(tx, &campaign.account_id, campaign.id).await?;
    match rules.barred(campaign.send_at, &others) {
        Some(why) if campaign.override_reason.is_empty() => Err(Error::conflict(format!(
            "{why}请改时间；确有必要的，在“修改”里写明破例的理由，重新送审。"
        ))),
        _ => Ok(()),
    }
}

fn check_confirmed(filter: &Filter, confirmed: Confirmation<'_>) -> Result<()> {
    if filter.target() != Target::Everybody {
        return Ok(());
    }
    let typed: String = confirmed.typed.chars().filter(char::is_ascii_digit).collect();
    if typed.parse() == Ok(confirmed.shown) {
        return Ok(());
    }
    Err(Error::invalid(format!(
        "发给全部关注者，要亲手输入人数 {} 来确认。请看清楚再输入。",
        confirmed.shown
    )))
}

async fn enqueue(tx: &mut Tx, id: CampaignId, at: Moment, now: Moment) -> Result<()> {
    jobs::store::enqueue(tx, &NewJob::new(DISPATCH, &id, at.max(now))?, now).await
}

/// Takes back that a campaign is to be sent. It wins over the sending when it comes first; afterwards it is
/// refused.
///
/// # Errors
/// Conflict when it has begun.
pub async fn unschedule(deps: &Deps, by: Uuid, id: CampaignId) -> Result<()> {
    deed(deps, by, id, Deed::Unschedule, "campaign.unschedule").await
}

/// Gives a campaign up, or what has not been sent of it.
///
/// # Errors
/// Conflict when there is nothing left to give up.
pub async fn cancel(deps: &Deps, by: Uuid, id: CampaignId) -> Result<()> {
    deed(deps, by, id, Deed::Cancel, "campaign.cancel").await
}

async fn deed(deps: &Deps, by: Uuid, id: CampaignId, deed: Deed, action: &str) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let campaign = store::lock(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let to = machine::after(campaign.stage, campaign.started_at.is_some(), deed)?;
    let left = match deed {
        Deed::Cancel => slices::drop_pending(&mut tx, id, now).await?,
        _ => 0,
    };
    store::step(&mut tx, id, campaign.stage, to, &Step::default(), now).await?;
    if campaign.started_at.is_some() {
        super::outcome::restage(&mut tx, id, now).await?;
    }
    store::decide(&mut tx, id, crate::content::approving::Decision::Overtaken, None, by, now)
        .await?;
    note(&mut tx, now, Some(by), action, id, &json!({ "slices": left })).await?;
    tx.commit().await
}

/// Lets a campaign go on that was stopped half-way. Somebody who did not write it decides so, having just
/// proved by the second factor who they are.
///
/// # Errors
/// Conflict, with what to do first.
pub async fn resume(deps: &Deps, by: Uuid, id: CampaignId, seen_version: i64) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let campaign = seen(&mut tx, id, seen_version).await?;
    let to = machine::after(campaign.stage, campaign.started_at.is_some(), Deed::Resume)?;
    if by == campaign.written_by {
        return Err(Error::conflict(super::review::OWN));
    }
    if store::stop(&mut tx).await?.is_some() {
        return Err(Error::conflict("紧急停止还按着。请先解除，再继续发送。"));
    }
    if !super::is_intact(&mut tx, &campaign).await? {
        return Err(Error::conflict(machine::CHANGED));
    }
    store::step(&mut tx, id, Stage::Held, to, &Step::default(), now).await?;
    enqueue(&mut tx, id, now, now).await?;
    note(&mut tx, now, Some(by), "campaign.resume", id, &json!({})).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(())
}

/// Pulls the emergency stop: nothing more is given to WeChat, whatever is on its way here.
///
/// # Errors
/// Invalid without a reason.
pub async fn stop(deps: &Deps, by: Uuid, reason: &str) -> Result<()> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_LIMIT {
        return Err(Error::invalid(format!("请写明原因，最多 {REASON_LIMIT} 个字。")));
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if store::pull_stop(&mut tx, reason, by, now).await? {
        audit::record(&mut tx, now, Some(by), "sending.stop", "sending", &json!({})).await?;
    }
    tx.commit().await
}

/// Lifts the emergency stop. What was stopped by it stays stopped until somebody lets it go on.
///
/// # Errors
/// Conflict for whoever pulled it: somebody else has to look.
pub async fn lift(deps: &Deps, by: Uuid) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let Some(stop) = store::stop(&mut tx).await? else { return Ok(()) };
    if stop.stopped_by == by {
        return Err(Error::conflict("紧急停止是您按下的，要请另一位同事核对后解除。"));
    }
    store::lift_stop(&mut tx).await?;
    audit::record(&mut tx, now, Some(by), "sending.lift", "sending", &json!({})).await?;
    tx.commit().await
}
