//! What became of slices: by WeChat's reports, by asking, and by people who looked.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::{note, seen};
use crate::alerts::actions::raise;
use crate::alerts::{Audience, Occasion};
use crate::campaigns::answers::{self, Lost};
use crate::campaigns::audience::Target;
use crate::campaigns::jobs::DISPATCH;
use crate::campaigns::machine;
use crate::campaigns::store::{self, Step, slices};
use crate::campaigns::{Campaign, CampaignId, Report, Slice, SliceState, Stage};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::{self, EngagementEvent};
use crate::platform::jobs::{self, NewJob};

/// Takes in what WeChat reports of a mass send, within the transaction that takes the news in. A
/// report that comes twice changes nothing; one of a send made by hand is kept for the quota.
pub async fn reported(
    tx: &mut Tx,
    account: &str,
    report: &Report,
    happened_at: Moment,
    now: Moment,
) -> Result<()> {
    store::lock_under_way(tx, account).await?;
    if !slices::keep_report(tx, account, report, happened_at).await? {
        return Ok(());
    }
    let owner = match slices::of_message(tx, account, report.msg_id).await? {
        Some(slice) => Some(slice),
        None => lost_owner(tx, account, report, happened_at).await?,
    };
    match owner {
        Some(slice) => take_report(tx, account, &slice, report, now).await,
        // It may have been faster than the answer to the call.
        None => Ok(()),
    }
}

/// Looks whether WeChat has reported already what became of the slices that have just been lost: the report
/// came while a call ran whose process is gone.
pub(in crate::campaigns) async fn find_reports(
    tx: &mut Tx,
    account: &str,
    now: Moment,
) -> Result<()> {
    let lost = slices::lost(tx, account).await?;
    let Some(from) = lost.iter().filter_map(|slice| slice.tried_at).min() else { return Ok(()) };
    let known = slices::unclaimed(tx, account, from.minus(Duration::from_secs(2))).await?;
    for slices::Unclaimed { report, happened_at } in known {
        if let Some(slice) = lost_owner(tx, account, &report, happened_at).await? {
            take_report(tx, account, &slice, &report, now).await?;
        }
    }
    Ok(())
}

/// The slice without a number that a report must be about.
async fn lost_owner(
    tx: &mut Tx,
    account: &str,
    report: &Report,
    happened_at: Moment,
) -> Result<Option<Slice>> {
    // While a call still runs its answer will say the number.
    let all = slices::lost(tx, account).await?;
    let unknown: Vec<Slice> =
        all.into_iter().filter(|slice| slice.state == SliceState::Unknown).collect();
    let read = |slice: &Slice| {
        Ok(Lost {
            target: serde_json::from_str::<Target>(&slice.target)?,
            size: slice.size,
            tried_at: slice.tried_at.unwrap_or_default(),
        })
    };
    let lost = unknown.iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(answers::owner_of(report, happened_at, &lost).and_then(|at| unknown.into_iter().nth(at)))
}

/// Writes what WeChat reports of a slice.
pub(in crate::campaigns) async fn take_report(
    tx: &mut Tx,
    account: &str,
    slice: &Slice,
    report: &Report,
    now: Moment,
) -> Result<()> {
    let at = (slice.campaign_id, slice.nth);
    slices::own_report(tx, account, report.msg_id, slice.campaign_id).await?;
    slices::set_report(tx, at, report).await?;
    let (to, reason) = match report.succeeded {
        true => (SliceState::Sent, None),
        false => (SliceState::Failed, Some(report.reason.as_str())),
    };
    if slices::settle(tx, at, to, reason, now).await? && report.succeeded {
        let event = EngagementEvent {
            kind: "campaign.sent",
            account: Some(account.to_owned()),
            amount: Some(report.sent),
            ..EngagementEvent::default()
        };
        events::record(tx, now, &event).await?;
    }
    let detail = json!({ "slice": slice.nth, "state": to.code() });
    note(tx, now, None, "campaign.reported", slice.campaign_id, &detail).await?;
    restage(tx, slice.campaign_id, now).await?;
    Ok(())
}

/// Has the campaign stand as its slices say.
pub(in crate::campaigns) async fn restage(tx: &mut Tx, id: CampaignId, now: Moment) -> Result<()> {
    let Some(campaign) = store::get(tx, id).await? else { return Ok(()) };
    let states = slices::of(tx, id).await?.into_iter().map(|slice| slice.state);
    let to = machine::stage_of(states);
    // What was stopped stays so while something of it has not been called.
    if to == campaign.stage || (campaign.stage == Stage::Held && to == Stage::Sending) {
        return Ok(());
    }
    store::step(tx, id, campaign.stage, to, &Step::default(), now).await?;
    note(tx, now, None, "campaign.stage", id, &json!({ "stage": to.code() })).await?;
    if matches!(to, Stage::Unknown | Stage::Failed | Stage::Partial) {
        alarm(tx, &campaign, now).await?;
    }
    Ok(())
}

/// Tells the operators that a campaign needs somebody.
pub(in crate::campaigns) async fn alarm(
    tx: &mut Tx,
    campaign: &Campaign,
    now: Moment,
) -> Result<()> {
    let what = super::review::happening(Occasion::CampaignTrouble, campaign, now);
    raise(tx, &what, &Audience::Operators, now).await.map(drop)
}

/// What a person says of a slice of unknown outcome, having looked at WeChat's own list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It was sent.
    Sent,
    /// It was not.
    NotSent,
    /// Nobody can tell; WeChat is asked once more with the same bytes and the same id.
    Repeat,
}

/// Settles a slice of unknown outcome as a person found it. Trying again takes somebody who did not
/// write the campaign.
///
/// # Errors
/// Conflict, with what to do instead.
pub async fn find(
    deps: &Deps,
    by: Uuid,
    (id, nth): (CampaignId, i64),
    seen_version: i64,
    finding: Finding,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let campaign = seen(&mut tx, id, seen_version).await?;
    let all = slices::of(&mut tx, id).await?;
    let slice = all.into_iter().find(|slice| slice.nth == nth).ok_or_else(Error::not_found)?;
    if slice.state != SliceState::Unknown {
        return Err(Error::conflict("这一部分的结果已经清楚了。请刷新页面。"));
    }
    let (to, reason, action) = match finding {
        Finding::Sent => (SliceState::Sent, "人工核对：已发出。", "campaign.found_sent"),
        Finding::NotSent => (SliceState::Failed, "人工核对：没有发出。", "campaign.found_not_sent"),
        Finding::Repeat => {
            if by == campaign.written_by {
                return Err(Error::conflict(super::review::OWN));
            }
            let target: Target = serde_json::from_str(&slice.target)?;
            let (first, last) = (slice.first_tried_at, slice.tried_at);
            answers::may_repeat(slice.state, &target, first, last, now)?;
            (SliceState::Pending, "按原内容、原编号再提交一次。", "campaign.repeat")
        }
    };
    slices::settle(&mut tx, (id, nth), to, Some(reason), now).await?;
    note(&mut tx, now, Some(by), action, id, &json!({ "slice": nth })).await?;
    restage(&mut tx, id, now).await?;
    if to == SliceState::Pending {
        jobs::store::enqueue(&mut tx, &NewJob::new(DISPATCH, &id, now)?, now).await?;
    }
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(())
}
