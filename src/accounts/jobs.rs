//! What is done about accounts by itself: the hourly self-check, the morning's figures with the
//! search for missing messages, and the books.
//!
//! A recurring job is one row that puts itself back; its key keeps it single in any number of
//! processes.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::Accounts;
use super::actions::collect::Progress;
use super::actions::{books, checkup, collect};
use super::rules::{days, gaps};
use super::store::calls;
use crate::intake;
use crate::members;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::Result;
use crate::platform::jobs::{Claimed, NewJob, Outcome, store};
use crate::platform::{Deps, installation};
use crate::wechat::client::Client;

/// Kind of the recurring job that checks every account; no payload.
pub const CHECK: &str = "accounts.check";
/// Kind of the job that checks one account at once; payload [`CheckNow`].
pub const CHECK_NOW: &str = "accounts.check_now";
/// Kind of the recurring job that collects figures; no payload.
pub const COLLECT: &str = "accounts.collect";

/// Time between two self-checks.
const CHECK_EVERY: Duration = Duration::from_secs(3600);
/// After the start, other things come first.
const SETTING_UP_EVERY: Duration = Duration::from_secs(60);
/// The first check after a start.
const FIRST_CHECK: Duration = Duration::from_secs(300);
/// Time between two writings of the books.
const WRITE_EVERY: Duration = Duration::from_secs(5);
/// Days for which call counts are kept.
const COUNTS_KEPT_DAYS: i64 = 90;
/// Recurring jobs of many installations start spread over this time.
const SPREAD_MS: u64 = 600_000;

/// Payload of [`CHECK_NOW`].
#[derive(Debug, Serialize, Deserialize)]
pub struct CheckNow {
    /// The account.
    pub account: String,
}

/// Makes sure that the recurring jobs exist.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    let now = deps.clock.now();
    let spread = Duration::from_millis(deps.entropy.below(SPREAD_MS));
    let mut tx = deps.db.begin().await?;
    let checked = match is_set_up(&mut tx).await? {
        true => now.plus(FIRST_CHECK).plus(spread),
        false => now,
    };
    for (kind, at) in [(CHECK, checked), (COLLECT, days::next_morning(now).plus(spread))] {
        let job = NewJob::new(kind, &(), at)?.once(kind.to_owned());
        store::enqueue(&mut tx, &job, now).await?;
    }
    tx.commit().await
}

/// The job [`CHECK`]. Pushes are refused from `replay_window` of clock difference on.
///
/// # Errors
/// When the database cannot be used.
pub async fn check_all(deps: Deps, accounts: Accounts, replay_window: Duration) -> Result<Outcome> {
    for (id, client) in accounts.all() {
        checkup::check(&deps, client, id, replay_window).await?;
    }
    let (pause, why) = match is_set_up(&mut deps.db.read().await?).await? {
        true => (CHECK_EVERY, "every hour"),
        false => (SETTING_UP_EVERY, "every minute until there is an organization"),
    };
    Ok(Outcome::RetryAt(deps.clock.now().plus(pause), why.to_owned()))
}

/// Whether somebody can answer; before that the founder waits for the checks to turn green.
async fn is_set_up(link: &mut impl Link) -> Result<bool> {
    Ok(!members::store::all(link).await?.is_empty())
}

/// The job [`CHECK_NOW`].
///
/// # Errors
/// When the database cannot be used.
pub async fn check_now(
    deps: Deps,
    accounts: Accounts,
    replay_window: Duration,
    job: Claimed,
) -> Result<Outcome> {
    let CheckNow { account } = job.argument()?;
    books::write_down(&accounts).await?;
    if let Some(client) = accounts.client(&account) {
        checkup::check(&deps, client, &account, replay_window).await?;
        books::write_down(&accounts).await?;
    }
    Ok(Outcome::Done)
}

/// The job [`COLLECT`].
///
/// # Errors
/// When the database cannot be used.
pub async fn collect_all(deps: Deps, accounts: Accounts) -> Result<Outcome> {
    let mut next = days::next_morning(deps.clock.now());
    for (id, client) in accounts.all() {
        if let Progress::GoOnAt(at) = collect_one(&deps, client, id).await? {
            next = next.min(at);
        }
    }
    let kept_from = days::before(deps.clock.now().in_shanghai().date(), COUNTS_KEPT_DAYS);
    let mut tx = deps.db.begin().await?;
    calls::forget_before(&mut tx, &kept_from.to_string()).await?;
    tx.commit().await?;
    Ok(Outcome::RetryAt(next, "every morning".to_owned()))
}

async fn collect_one(deps: &Deps, client: &Client, account: &str) -> Result<Progress> {
    let progress = collect::collect(deps, client, account).await?;
    compare(deps, account).await?;
    Ok(progress)
}

/// Holds what WeChat counted against what reached us, hour by hour.
async fn compare(deps: &Deps, account: &str) -> Result<()> {
    let since = installation::created_at(&mut deps.db.read().await?).await?;
    let counted = collect::counted_by_hour(deps, account).await?;
    let starts = counted.iter().filter_map(|(day, _)| day.parse().ok().and_then(days::start));
    let starts: Vec<Moment> = starts.collect();
    let (Some(first), Some(last)) = (starts.first(), starts.last()) else { return Ok(()) };
    let received = received(deps, account, *first, *last).await?;
    for ((day, counted), start) in counted.iter().zip(&starts) {
        let offset = hours_between(*first, *start);
        let mut own = [0; 25];
        for (hour, slot) in own.iter_mut().enumerate() {
            *slot = received.get(offset + hour).copied().unwrap_or(0);
        }
        let found = gaps::find(day, counted, &own, first_hour(*start, since));
        if !found.is_empty() {
            let missing: i64 = found.iter().map(|gap| gap.missing).sum();
            tracing::error!(account, day, missing, "messages that WeChat counted are missing");
        }
        collect::note_gaps(deps, account, day, &found).await?;
    }
    Ok(())
}

/// Messages that reached us, hour by hour from the day beginning at `first` to an hour after the
/// day beginning at `last`: one look at the inbox for all days.
async fn received(deps: &Deps, account: &str, first: Moment, last: Moment) -> Result<Vec<i64>> {
    let mut hours = vec![0; hours_between(first, last) + 25];
    let until = last.plus(Duration::from_secs(25 * 3600));
    let mut link = deps.db.read().await?;
    let kinds = &gaps::COUNTED_KINDS;
    for (hour, count) in
        intake::store::count_by_hour(&mut link, account, kinds, first, until).await?
    {
        if let Some(slot) = usize::try_from(hour).ok().and_then(|hour| hours.get_mut(hour)) {
            *slot = count;
        }
    }
    Ok(hours)
}

fn hours_between(first: Moment, last: Moment) -> usize {
    usize::try_from(last.since(first).as_secs() / 3600).unwrap_or_default()
}

/// The first whole hour of the day beginning at `start` in which this installation existed.
fn first_hour(start: Moment, installed: Moment) -> usize {
    let seconds = installed.since(start).as_secs();
    usize::try_from(seconds.div_ceil(3600)).unwrap_or(usize::MAX)
}

/// Writes the books until told to stop, and then once more.
pub async fn keep_books(accounts: Accounts, stop: CancellationToken) {
    loop {
        let stopping = tokio::select! {
            () = stop.cancelled() => true,
            () = tokio::time::sleep(WRITE_EVERY) => false,
        };
        if let Err(error) = books::write_down(&accounts).await {
            tracing::warn!(cause = %error.cause(), "accounts.books_not_written");
        }
        if stopping {
            return;
        }
    }
}
