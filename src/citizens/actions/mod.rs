//! Reading the list of followers, page by page, and asking about those who are new.
//!
//! The list is read by a chain of jobs: each takes one page, writes it in parts so that nobody waits
//! long for the one writer of SQLite, and commits the place of the next page together with the job
//! that will read it. A process that dies in between costs one page read twice.

pub mod agreeing;
pub mod labels;

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::followers::{Detail, Notice, Run, RunState};
use super::rules::{self, Next};
use super::store::followers::{self, KnownTag};
use super::store::labels as in_store;
use super::store::runs;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Claimed, NewJob, Outcome};
use crate::wechat::client::{CallError, Client};
use crate::wechat::user::{INFO_LIMIT, OpenidPage, UserInfo};

/// Kind of the job that begins a reading every night; payload: [`Of`].
pub const NIGHTLY: &str = "followers.nightly";
/// Kind of the job that reads the next page; payload: [`Of`].
pub const PAGE: &str = "followers.page";
/// Kind of the job that asks for particulars; payload: [`Of`].
pub const DETAILS: &str = "followers.details";

/// Followers written in one transaction.
const PART: usize = 2_000;
/// Followers asked about by one job.
const ASKED: i64 = 1_000;

/// Which account a job is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Of {
    /// Name of the account in the configuration.
    pub account: String,
}

/// Keeps our list of followers like WeChat's.
#[derive(Clone)]
pub struct Followers {
    deps: Deps,
    clients: Arc<HashMap<String, Client>>,
    /// Hour of the night, in Beijing, at which the list is read.
    hour: u8,
}

/// Asks for the list of an account to be read now, or to go on where it stands still.
///
/// # Errors
/// When it cannot be written down.
pub async fn read_now(deps: &Deps, by: Uuid, account: &str) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    enqueue(&mut tx, PAGE, account, now, now).await?;
    let object = format!("account:{account}");
    audit::record(&mut tx, now, Some(by), "followers.sync", &object, &json!({})).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(())
}

async fn enqueue(
    tx: &mut Tx,
    kind: &'static str,
    account: &str,
    at: Moment,
    now: Moment,
) -> Result<()> {
    let of = Of { account: account.to_owned() };
    let job = NewJob::new(kind, &of, at)?.once(format!("{kind}:{account}"));
    jobs::store::enqueue(tx, &job, now).await
}

impl Followers {
    /// For these accounts, at this hour of the night (0–23, Beijing).
    pub fn new(deps: Deps, clients: Arc<HashMap<String, Client>>, hour: u8) -> Self {
        Self { deps, clients, hour }
    }

    /// Writes down tonight's reading for every account, unless it is written down already.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub async fn schedule(&self) -> Result<()> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        for account in self.clients.keys() {
            enqueue(&mut tx, NIGHTLY, account, now.next_at_hour(self.hour), now).await?;
        }
        tx.commit().await
    }

    /// The job [`NIGHTLY`].
    ///
    /// # Errors
    /// When it cannot be written down.
    pub async fn nightly(&self, job: Claimed) -> Result<Outcome> {
        let Of { account } = job.argument()?;
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        jobs::store::finish(&mut tx, &job).await?;
        if self.clients.contains_key(&account) {
            enqueue(&mut tx, PAGE, &account, now, now).await?;
            enqueue(&mut tx, NIGHTLY, &account, now.next_at_hour(self.hour), now).await?;
        }
        self.finished(tx).await
    }

    /// The job [`PAGE`]: reads one page of the list.
    ///
    /// # Errors
    /// When it cannot be written down; conflict when another process has taken over.
    pub async fn read_page(&self, job: Claimed) -> Result<Outcome> {
        let Of { account } = job.argument()?;
        let Some(client) = self.clients.get(&account) else { return Ok(Outcome::Done) };
        let run = self.run(&account).await?;
        if run.next_openid.is_empty() {
            self.read_tags(client, &account).await?;
            self.read_blacklist(client, &account).await?;
        }
        let asked = self.deps.clock.now();
        let next = Some(run.next_openid.as_str()).filter(|next| !next.is_empty());
        match client.followers(next).await {
            Ok(page) => self.take_page(&job, &run, &page, asked).await,
            Err(error) => self.page_failed(&job, &run, &error).await,
        }
    }

    /// The reading that is going on, or a new one.
    async fn run(&self, account: &str) -> Result<Run> {
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        let run = match runs::running(&mut tx, account).await? {
            Some(run) if now.since(run.started_at) < rules::LONGEST_RUN => return Ok(run),
            Some(old) => {
                runs::finish(&mut tx, old.id, RunState::Abandoned, 0, now).await?;
                runs::begin(&mut tx, account, now).await?
            }
            None => runs::begin(&mut tx, account, now).await?,
        };
        tx.commit().await?;
        Ok(run)
    }

    /// The list can be read without the tags, so that trouble with them is only logged.
    async fn read_tags(&self, client: &Client, account: &str) -> Result<()> {
        let Ok(tags) = client.tags().await else { return Ok(()) };
        let known = |tag: crate::wechat::tag::Tag| KnownTag {
            tag_id: tag.id,
            name: tag.name,
            followers: tag.count.cast_signed(),
        };
        let tags: Vec<_> = tags.into_iter().map(known).collect();
        let mut tx = self.deps.db.begin().await?;
        followers::replace_tags(&mut tx, account, &tags, self.deps.clock.now()).await?;
        tx.commit().await
    }

    /// The list can be read without the blacklist, too; half of a blacklist is not believed.
    async fn read_blacklist(&self, client: &Client, account: &str) -> Result<()> {
        let asked = self.deps.clock.now();
        let (mut blocked, mut next) = (Vec::new(), None);
        loop {
            let Ok(page) = client.blacklist(next.as_deref()).await else { return Ok(()) };
            blocked.extend(page.openids);
            match page.next {
                Some(place) if next.as_ref() != Some(&place) => next = Some(place),
                _ => break,
            }
        }
        let mut tx = self.deps.db.begin().await?;
        in_store::take_blacklist(&mut tx, account, &blocked, asked).await?;
        tx.commit().await
    }

    /// Writes a page in parts; the last one carries the place of the next page, or the end.
    async fn take_page(
        &self,
        job: &Claimed,
        run: &Run,
        page: &OpenidPage,
        asked: Moment,
    ) -> Result<Outcome> {
        let account = run.account_id.as_str();
        let mark = (run.id, run.is_first);
        let mut parts = page.openids.chunks(PART).peekable();
        let mut last: &[String] = &[];
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                last = part;
                break;
            }
            let mut tx = self.deps.db.begin().await?;
            let listed = followers::take_listed(&mut tx, account, mark, part, asked).await?;
            runs::count(&mut tx, run.id, listed).await?;
            tx.commit().await?;
        }
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        if !last.is_empty() {
            let listed = followers::take_listed(&mut tx, account, mark, last, asked).await?;
            runs::count(&mut tx, run.id, listed).await?;
        }
        let total = page.total.map_or(run.total, u64::cast_signed);
        let seen = i64::try_from(page.openids.len()).unwrap_or(i64::MAX);
        let next = page.next.as_deref().unwrap_or_default();
        runs::advance(&mut tx, run.id, next, (seen, total), now).await?;
        jobs::store::finish(&mut tx, job).await?;
        match &page.next {
            Some(_) => enqueue(&mut tx, PAGE, account, now, now).await?,
            None => end(&mut tx, run, (run.seen + seen, total), now).await?,
        }
        self.finished(tx).await
    }

    async fn page_failed(&self, job: &Claimed, run: &Run, error: &CallError) -> Result<Outcome> {
        let now = self.deps.clock.now();
        let next = rules::after(error, job.attempts, now);
        let mut tx = self.deps.db.begin().await?;
        match next {
            Next::At(at) => return Ok(Outcome::RetryAt(at, error.to_string())),
            Next::FromTheStart if !run.next_openid.is_empty() => {
                runs::begin_again(&mut tx, run.id, now).await?;
                jobs::store::finish(&mut tx, job).await?;
                enqueue(&mut tx, PAGE, &run.account_id, now, now).await?;
            }
            Next::FromTheStart => {
                let why = "微信没有给出名单，也没有说明原因。请稍后再同步。";
                runs::trouble(&mut tx, run.id, why, now).await?;
                jobs::store::finish(&mut tx, job).await?;
            }
            Next::Leave(why) => {
                runs::trouble(&mut tx, run.id, &why, now).await?;
                jobs::store::finish(&mut tx, job).await?;
            }
        }
        self.finished(tx).await
    }

    /// The job [`DETAILS`]: asks about the next followers who are new.
    ///
    /// # Errors
    /// When it cannot be written down; conflict when another process has taken over.
    pub async fn ask_details(&self, job: Claimed) -> Result<Outcome> {
        let Of { account } = job.argument()?;
        let Some(client) = self.clients.get(&account) else { return Ok(Outcome::Done) };
        let mut link = self.deps.db.read().await?;
        let openids = followers::undetailed(&mut link, &account, ASKED).await?;
        drop(link);
        let asked = self.deps.clock.now();
        let mut infos = Vec::with_capacity(openids.len());
        for some in openids.chunks(INFO_LIMIT) {
            match infos_of(client, some).await {
                Ok(found) => infos.extend(found),
                Err(error) => {
                    let next = rules::after(&error, job.attempts, self.deps.clock.now());
                    return Ok(match next {
                        Next::At(at) => Outcome::RetryAt(at, error.to_string()),
                        // Tonight's reading asks again.
                        Next::FromTheStart | Next::Leave(_) => Outcome::Done,
                    });
                }
            }
        }
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        for info in infos.iter().filter(|info| !info.follows) {
            followers::note(&mut tx, &account, &info.openid, false, now, Notice::List).await?;
        }
        let details: Vec<_> = infos.into_iter().map(detail).collect();
        followers::save_details(&mut tx, &account, &details, (asked, now)).await?;
        jobs::store::finish(&mut tx, &job).await?;
        if openids.len() as i64 == ASKED {
            enqueue(&mut tx, DETAILS, &account, now, now).await?;
        }
        self.finished(tx).await
    }

    async fn finished(&self, tx: Tx) -> Result<Outcome> {
        tx.commit().await?;
        self.deps.coord.publish(News::Jobs);
        Ok(Outcome::Finished)
    }
}

/// The end of the list.
async fn end(tx: &mut Tx, run: &Run, (seen, total): (i64, i64), now: Moment) -> Result<()> {
    let state = rules::end_of_run(seen, total);
    let gone = match state {
        RunState::Complete => {
            followers::note_gone(tx, &run.account_id, run.id, run.started_at, now).await?
        }
        _ => 0,
    };
    runs::finish(tx, run.id, state, gone.cast_signed(), now).await?;
    enqueue(tx, DETAILS, &run.account_id, now, now).await
}

/// Asks about up to [`INFO_LIMIT`] users. One whom WeChat does not know spoils the whole call; then
/// they are asked about one by one, and the unknown one is taken to have left.
async fn infos_of(client: &Client, openids: &[String]) -> Result<Vec<UserInfo>, CallError> {
    let answer = client.user_infos(openids).await;
    if !matches!(answer, Err(CallError::Refused { errcode: 40003, .. })) {
        return answer;
    }
    let mut infos = Vec::with_capacity(openids.len());
    for openid in openids {
        infos.push(match client.user_info(openid).await {
            Err(CallError::Refused { errcode: 40003, .. }) => UserInfo::stranger(openid),
            answer => answer?,
        });
    }
    Ok(infos)
}

fn detail(info: UserInfo) -> Detail {
    let text = |text: Option<String>| text.filter(|text| !text.is_empty());
    let number = (info.qr_scene != 0).then(|| info.qr_scene.to_string());
    Detail {
        openid: info.openid,
        subscribed_at: info.subscribe_time.map(Moment::from_seconds),
        source: text(info.subscribe_scene),
        scene: text(info.qr_scene_str).or(number),
        tags: info.tagid_list,
        remark: info.remark.unwrap_or_default(),
        unionid: text(info.unionid),
    }
}
