//! Sending campaigns: one step of [`super::machine`] after the other.
//!
//! What may have been sent twice is never sent again by itself: before a call its intent is on disk, in
//! the transaction that last looks whether it still may be sent; after it, its outcome. A call whose
//! process is gone in between is `unknown`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::actions::outcome::{alarm, find_reports, restage, take_report};
use super::actions::review::happening;
use super::actions::{self, going, note};
use super::answers::{self, Outcome};
use super::audience::{Filter, Target, cut};
use super::machine::{self, Around, Next, Part, Standing};
use super::store::{self, Step, audience, slices};
use super::timing::Rules;
use super::{Campaign, CampaignId, Slice, SliceState, Stage, content};
use crate::alerts::actions::raise;
use crate::alerts::{Audience, Occasion};
use crate::platform::Deps;
use crate::platform::clock::{Moment, Stopwatch};
use crate::platform::config::AccountKind;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Claimed, NewJob};
use crate::publishing::jobs::{Publisher, Trouble};
use crate::staff;
use crate::wechat::client::Client;
use crate::wechat::mass::MassStatus;

/// Kind of the job that takes a campaign from step to step; payload: its id.
pub const DISPATCH: &str = "campaign.dispatch";
/// Kind of the job that shows a campaign on a tester's phone; payload: id, digest, tester.
pub const PREVIEW: &str = "campaign.preview";
/// Kind of the job that asks for a result whose report has not come; payload: id, slice, how often.
pub const CHECK: &str = "campaign.check";
/// Kind of the daily job that forgets whom old slices addressed.
pub const SWEEP: &str = "campaign.sweep";

/// WeChat is asked for a result six times this far apart, then every hour for a day (F37).
const CHECK_PAUSE: Duration = Duration::from_secs(600);
const HOUR: Duration = Duration::from_secs(3600);
const QUICK_CHECKS: i64 = 6;
const CHECKS: i64 = QUICK_CHECKS + 24;
/// What is tried again after a passing trouble.
const AGAIN: Duration = Duration::from_secs(60);
/// How long it is kept whom a slice addressed.
const MEMBERS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Sends campaigns; cheap to clone.
#[derive(Clone)]
pub struct Dispatcher {
    /// Database, time, chance.
    pub deps: Deps,
    /// A client for each account.
    pub clients: Arc<HashMap<String, Client>>,
    /// Brings articles and pictures to WeChat.
    pub publisher: Publisher,
    /// What kind each account is.
    pub kinds: Arc<HashMap<String, AccountKind>>,
    /// The rules of time.
    pub rules: Arc<Rules>,
}

/// What comes after a step.
enum Then {
    Again,
    Later(Moment, String),
    Over,
}

impl Dispatcher {
    /// The job [`DISPATCH`].
    ///
    /// # Errors
    /// When the database cannot be used; it is tried again.
    pub async fn dispatch(&self, job: Claimed) -> Result<jobs::Outcome> {
        let id: CampaignId = job.argument()?;
        loop {
            match self.step(id).await? {
                Then::Again => {}
                Then::Later(at, why) => return Ok(jobs::Outcome::RetryAt(at, why)),
                Then::Over => return Ok(jobs::Outcome::Done),
            }
        }
    }

    async fn step(&self, id: CampaignId) -> Result<Then> {
        let mut link = self.deps.db.read().await?;
        let Some(campaign) = store::get(&mut link, id).await? else { return Ok(Then::Over) };
        let parts = slices::of(&mut link, id).await?;
        let stopped = store::stop(&mut link).await?.is_some();
        let intact = actions::is_intact(&mut link, &campaign).await?;
        let others = store::other_times(&mut link, &campaign.account_id, id).await?;
        drop(link);
        let now = self.deps.clock.now();
        let barred =
            self.rules.barred(now, &others).filter(|_| campaign.override_reason.is_empty());
        let around = Around {
            now,
            stopped,
            intact,
            barred: barred.as_deref(),
            cooling: self.rules.cooling,
            late: self.rules.late,
        };
        match machine::next(&standing(&campaign, &parts), &around) {
            Next::Nothing => Ok(Then::Over),
            Next::WaitUntil(at) => Ok(Then::Later(at, campaign.stage.name().to_owned())),
            Next::Cool => self.cool(&campaign).await,
            Next::Start => self.start(&campaign).await,
            Next::Call(nth) => self.call(&campaign, part(&parts, nth)).await,
            Next::Orphan(nth) => self.orphan(&campaign, part(&parts, nth)).await,
            Next::Hold(why) => self.hold(&campaign, &why).await,
        }
    }

    async fn cool(&self, campaign: &Campaign) -> Result<Then> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        let step = Step { cooled_at: Some(now), ..Step::default() };
        let moved =
            store::step(&mut tx, campaign.id, Stage::Scheduled, Stage::Cooling, &step, now).await?;
        if moved {
            note(&mut tx, now, None, "campaign.cool", campaign.id, &json!({})).await?;
            let soon = happening(Occasion::CampaignCooling, campaign, now);
            raise(&mut tx, &soon, &Audience::Approvers(Vec::new()), now).await?;
        }
        tx.commit().await?;
        Ok(Then::Again)
    }

    async fn hold(&self, campaign: &Campaign, why: &str) -> Result<Then> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        let step = Step { reason: Some(why), ..Step::default() };
        if store::step(&mut tx, campaign.id, campaign.stage, Stage::Held, &step, now).await? {
            note(&mut tx, now, None, "campaign.hold", campaign.id, &json!({})).await?;
            alarm(&mut tx, campaign, now).await?;
        }
        tx.commit().await?;
        Ok(Then::Over)
    }

    /// Brings what is sent to WeChat, finds out who gets it, makes the slices.
    async fn start(&self, campaign: &Campaign) -> Result<Then> {
        match self.content(campaign).await {
            Ok(_) => {}
            Err(Trouble::Own(error)) => return Err(error),
            Err(Trouble::Lasting(why)) => return self.hold(campaign, &why).await,
            Err(Trouble::Passing(why)) => {
                return Ok(Then::Later(self.deps.clock.now().plus(AGAIN), why));
            }
        }
        let now = self.deps.clock.now();
        let filter = going::filter_of(campaign)?;
        let mut tx = self.deps.db.begin().await?;
        let Some(campaign) = self.still(&mut tx, campaign, Stage::Cooling).await? else {
            return Ok(Then::Again);
        };
        let kind = self.kinds.get(&campaign.account_id).copied().unwrap_or(AccountKind::Service);
        let count = audience::count(&mut tx, &campaign.account_id, &filter).await?;
        if let Err(refused) = filter.check(kind, count) {
            drop(tx);
            return self.hold(&campaign, refused.public()).await;
        }
        let made = self.make_slices(&mut tx, &campaign, &filter, count).await?;
        let step = Step { audience: Some(made), ..Step::default() };
        store::step(&mut tx, campaign.id, Stage::Cooling, Stage::Sending, &step, now).await?;
        note(&mut tx, now, None, "campaign.start", campaign.id, &json!({ "followers": made }))
            .await?;
        tx.commit().await?;
        Ok(Then::Again)
    }

    /// Makes the slices; gives how many followers they address together.
    async fn make_slices(
        &self,
        tx: &mut crate::platform::db::Tx,
        campaign: &Campaign,
        filter: &Filter,
        count: i64,
    ) -> Result<i64> {
        let Some(approval) = campaign.approval_id else { return Ok(0) };
        let target = filter.target();
        let members = match target {
            Target::List => audience::meant(tx, &campaign.account_id, filter).await?,
            Target::Everybody | Target::Tag(_) => Vec::new(),
        };
        let sizes: Vec<i64> = match target {
            Target::List => cut(members.len()).into_iter().map(|size| size as i64).collect(),
            Target::Everybody | Target::Tag(_) => vec![count],
        };
        let mut rest = members.as_slice();
        for (nth, size) in (1..).zip(&sizes) {
            let id = content::client_msg_id(campaign.id, nth, &campaign.hash);
            let new = slices::NewSlice {
                campaign: campaign.id,
                nth,
                approval,
                hash: &campaign.hash,
                account: &campaign.account_id,
                target: &serde_json::to_string(&target)?,
                size: *size,
                client_msg_id: &id,
            };
            slices::insert(tx, &new).await?;
            let (own, others) = rest.split_at(rest.len().min(*size as usize));
            audience::keep_members(tx, campaign.id, nth, own).await?;
            rest = others;
        }
        Ok(sizes.iter().sum())
    }

    /// The campaign, held by the transaction, if it still stands as it was seen and may be sent.
    async fn still(
        &self,
        tx: &mut crate::platform::db::Tx,
        seen: &Campaign,
        stage: Stage,
    ) -> Result<Option<Campaign>> {
        let found = store::lock(tx, seen.id).await?;
        let Some(campaign) = found.filter(|c| c.stage == stage && c.hash == seen.hash) else {
            return Ok(None);
        };
        let stopped = store::stop(tx).await?.is_some();
        let intact = actions::is_intact(tx, &campaign).await?;
        Ok((!stopped && intact).then_some(campaign))
    }

    /// Gives a slice to WeChat: written down, called, settled.
    async fn call(&self, campaign: &Campaign, slice: &Slice) -> Result<Then> {
        let message = match self.message(campaign, slice).await {
            Ok(message) => message,
            Err(Trouble::Own(error)) => return Err(error),
            Err(Trouble::Lasting(why)) => return self.hold(campaign, &why).await,
            Err(Trouble::Passing(why)) => {
                return Ok(Then::Later(self.deps.clock.now().plus(AGAIN), why));
            }
        };
        let Some(client) = self.clients.get(&campaign.account_id) else {
            return self.hold(campaign, NO_ACCOUNT).await;
        };
        let at = (slice.campaign_id, slice.nth);
        // From before the intent is written: standing still while it is committed counts too.
        let since = Stopwatch::start();
        let mut tx = self.deps.db.begin().await?;
        let Some(campaign) = self.still(&mut tx, campaign, Stage::Sending).await? else {
            return Ok(Then::Again);
        };
        let digest = content::request_hash(&message.request());
        if !slices::begin(&mut tx, at, &digest, self.deps.clock.now()).await? {
            drop(tx);
            // Another process was faster; or what would be sent is not what the first try sent.
            let same = slice.request_hash.as_ref().is_none_or(|sent| *sent == digest);
            return match same {
                true => Ok(Then::Again),
                false => self.hold(&campaign, machine::CHANGED).await,
            };
        }
        let detail = json!({ "slice": slice.nth, "digest": digest });
        note(&mut tx, self.deps.clock.now(), None, "campaign.call", campaign.id, &detail).await?;
        tx.commit().await?;
        let answer = match since.elapsed() <= machine::LEAVES_WITHIN {
            true => client.mass_send(&message).await,
            false => Err(crate::wechat::client::CallError::NotSent("stood still".to_owned())),
        };
        self.record(&campaign, slice, answers::outcome(&answer)).await
    }

    /// Writes down what a call came to.
    async fn record(&self, campaign: &Campaign, slice: &Slice, outcome: Outcome) -> Result<Then> {
        let now = self.deps.clock.now();
        let at = (slice.campaign_id, slice.nth);
        let this_try = (slice.campaign_id, slice.nth, slice.tries + 1);
        let mut tx = self.deps.db.begin().await?;
        store::lock(&mut tx, campaign.id).await?;
        let mut hold = None;
        let (state, why, retry_at) = match outcome {
            Outcome::Taken(receipt) => {
                slices::taken(&mut tx, at, &receipt).await?;
                let msg_id = i64::try_from(receipt.msg_id).unwrap_or(i64::MAX);
                let detail = json!({ "slice": slice.nth, "repeated": receipt.repeated });
                note(&mut tx, now, None, "campaign.taken", campaign.id, &detail).await?;
                let check =
                    NewJob::new(CHECK, &(campaign.id, slice.nth, 1), now.plus(CHECK_PAUSE))?;
                jobs::store::enqueue(&mut tx, &check, now).await?;
                // The report may have been faster than the answer.
                let report = slices::report(&mut tx, &campaign.account_id, msg_id).await?;
                if let Some(report) = report {
                    let account = &campaign.account_id;
                    take_report(&mut tx, account, slice, &report, now).await?;
                }
                restage(&mut tx, campaign.id, now).await?;
                tx.commit().await?;
                return Ok(Then::Again);
            }
            Outcome::Unknown(why) => (SliceState::Unknown, why, None),
            Outcome::Refused(why) => (SliceState::Failed, why, None),
            Outcome::Hold(why) => {
                hold = Some(why.clone());
                (SliceState::Pending, why, None)
            }
            Outcome::Later(_, why) if slice.tries + 1 >= answers::MOST_TRIES => {
                hold = Some(why.clone());
                (SliceState::Pending, why, None)
            }
            Outcome::Later(after, why) => (SliceState::Pending, why, Some(now.plus(after))),
        };
        slices::end(&mut tx, this_try, state, Some(&why), retry_at, now).await?;
        let detail = json!({ "slice": slice.nth, "state": state.code() });
        note(&mut tx, now, None, "campaign.ended", campaign.id, &detail).await?;
        restage(&mut tx, campaign.id, now).await?;
        if state == SliceState::Unknown {
            find_reports(&mut tx, &campaign.account_id, now).await?;
        }
        tx.commit().await?;
        match hold {
            Some(why) => {
                self.hold(&Campaign { stage: Stage::Sending, ..campaign.clone() }, &why).await
            }
            None => Ok(Then::Again),
        }
    }

    /// Whoever began the call is gone, and with them what they knew of its outcome.
    async fn orphan(&self, campaign: &Campaign, slice: &Slice) -> Result<Then> {
        let now = self.deps.clock.now();
        let this_try = (slice.campaign_id, slice.nth, slice.tries);
        let mut tx = self.deps.db.begin().await?;
        store::lock(&mut tx, campaign.id).await?;
        let why = Some("提交时系统中断，不知道微信有没有收下。");
        if slices::end(&mut tx, this_try, SliceState::Unknown, why, None, now).await? {
            let detail = json!({ "slice": slice.nth, "state": "unknown" });
            note(&mut tx, now, None, "campaign.ended", campaign.id, &detail).await?;
            restage(&mut tx, campaign.id, now).await?;
            find_reports(&mut tx, &campaign.account_id, now).await?;
        }
        tx.commit().await?;
        Ok(Then::Again)
    }

    /// The job [`PREVIEW`]; showing it twice does no harm, WeChat allows a hundred a day.
    ///
    /// # Errors
    /// When the database cannot be used; it is tried again.
    pub async fn preview(&self, job: Claimed) -> Result<jobs::Outcome> {
        let (id, hash, tester): (CampaignId, String, Uuid) = job.argument()?;
        let mut link = self.deps.db.read().await?;
        let found = store::get(&mut link, id).await?;
        let Some(campaign) = found.filter(|campaign| campaign.hash == hash) else {
            return Ok(jobs::Outcome::Done);
        };
        let bound = staff::store::wechat::bound_to(&mut link, &campaign.account_id).await?;
        drop(link);
        let problem = match bound.into_iter().find(|(person, _)| person.id.0 == tester) {
            None => Some("没有绑定微信".to_owned()),
            Some((_, openid)) => match self.show(&campaign, openid).await {
                Ok(()) => None,
                Err(Trouble::Own(error)) => return Err(error),
                Err(Trouble::Lasting(why) | Trouble::Passing(why)) => Some(why),
            },
        };
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        store::note_preview(&mut tx, id, &hash, tester, problem.as_deref(), now).await?;
        jobs::store::finish(&mut tx, &job).await?;
        tx.commit().await?;
        Ok(jobs::Outcome::Finished)
    }

    /// The job [`CHECK`]: asks for a result whose report has not come.
    ///
    /// # Errors
    /// When the database cannot be used; it is tried again.
    pub async fn check(&self, job: Claimed) -> Result<jobs::Outcome> {
        let (id, nth, how_often): (CampaignId, i64, i64) = job.argument()?;
        let mut link = self.deps.db.read().await?;
        let all = slices::of(&mut link, id).await?;
        let campaign = store::get(&mut link, id).await?;
        drop(link);
        let slice = all.into_iter().find(|s| s.nth == nth && s.state == SliceState::Submitted);
        let (Some(campaign), Some(slice)) = (campaign, slice) else {
            return Ok(jobs::Outcome::Done);
        };
        let client = self.clients.get(&campaign.account_id);
        let (Some(client), Some(msg_id)) = (client, slice.msg_id) else {
            return Ok(jobs::Outcome::Done);
        };
        let answer = client.mass_status(msg_id.unsigned_abs()).await;
        let settled = match answer {
            Ok(MassStatus::Sent) => Some((SliceState::Sent, "微信说已发送；没有收到人数报告。")),
            Ok(MassStatus::Failed) => Some((SliceState::Failed, "微信说没有发送，没有说明原因。")),
            Ok(MassStatus::Deleted) => Some((SliceState::Sent, "已发送，随后在微信被删除。")),
            _ => None,
        };
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        store::lock(&mut tx, id).await?;
        match settled {
            Some((to, why)) => {
                slices::settle(&mut tx, (id, nth), to, Some(why), now).await?;
                restage(&mut tx, id, now).await?;
            }
            None if how_often < CHECKS => {
                let pause = if how_often < QUICK_CHECKS { CHECK_PAUSE } else { HOUR };
                let again = NewJob::new(CHECK, &(id, nth, how_often + 1), now.plus(pause))?;
                jobs::store::enqueue(&mut tx, &again, now).await?;
            }
            None => alarm(&mut tx, &campaign, now).await?,
        }
        jobs::store::finish(&mut tx, &job).await?;
        tx.commit().await?;
        Ok(jobs::Outcome::Finished)
    }

    /// The job [`SWEEP`].
    ///
    /// # Errors
    /// When the database cannot be used; it is tried again.
    pub async fn sweep(&self) -> Result<jobs::Outcome> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        audience::forget_members(&mut tx, now.minus(MEMBERS_KEPT)).await?;
        tx.commit().await?;
        Ok(jobs::Outcome::RetryAt(now.next_at_hour(4), "daily".to_owned()))
    }
}

/// Has the daily job run.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, SWEEP, deps.clock.now().next_at_hour(4)).await
}

/// Said when an account is not configured any more.
pub(super) const NO_ACCOUNT: &str = "配置里没有这个公众号。请联系系统管理员。";

fn part(parts: &[Slice], nth: i64) -> &Slice {
    parts.iter().find(|slice| slice.nth == nth).expect("a slice the machine named is there")
}

fn standing(campaign: &Campaign, parts: &[Slice]) -> Standing {
    let part = |slice: &Slice| Part {
        nth: slice.nth,
        state: slice.state,
        first_tried_at: slice.first_tried_at,
        tried_at: slice.tried_at,
        retry_at: slice.retry_at,
    };
    Standing {
        stage: campaign.stage,
        send_at: campaign.send_at,
        cooled_at: campaign.cooled_at,
        parts: parts.iter().map(part).collect(),
    }
}
