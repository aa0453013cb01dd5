//! Collects WeChat's own figures (wechat-protocol.md §13), one call at a time, each kept before the
//! next: a collection that is cut off goes on where it was.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::accounts::rules::days::{self, Fetched};
use crate::accounts::rules::gaps;
use crate::accounts::store::figures;
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::wechat::advice::{Advice, advice};
use crate::wechat::client::{CallError, Client};
use crate::wechat::datacube::Dataset;

/// How far a collection came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Everything that WeChat has was fetched, or WeChat does not give it to this account.
    Complete,
    /// Some figures are not ready or WeChat is busy: go on then.
    GoOnAt(Moment),
}

/// Fetches every day that is due for `account`.
///
/// # Errors
/// When the database cannot be used.
pub async fn collect(deps: &Deps, client: &Client, account: &str) -> Result<Progress> {
    let started = deps.clock.now();
    let mut progress = Progress::Complete;
    for dataset in Dataset::DAILY {
        let due = due(deps, account, dataset, started).await?;
        for (first, last) in days::spans(&due, dataset.longest_days().unwrap_or(1)) {
            let Err(error) = fetch(deps, client, account, dataset, (first, last)).await? else {
                continue;
            };
            let now = deps.clock.now();
            match advice(&error, started, now, &deps.entropy) {
                Advice::TryAgainAt(at) => {
                    // One kind of figures may be late while the others are ready.
                    progress = earlier(progress, at);
                    if !matches!(error, CallError::Refused { errcode: 61503, .. }) {
                        return Ok(progress);
                    }
                    break;
                }
                Advice::Unknown => {
                    // Reading changes nothing: it is simply asked again.
                    let at = now.plus(std::time::Duration::from_secs(600));
                    return Ok(earlier(progress, at));
                }
                Advice::TellOperator => return Ok(progress),
                Advice::GiveUp | Advice::FixRequest => break,
            }
        }
    }
    Ok(progress)
}

fn earlier(progress: Progress, at: Moment) -> Progress {
    match progress {
        Progress::GoOnAt(before) if before < at => progress,
        _ => Progress::GoOnAt(at),
    }
}

async fn due(deps: &Deps, account: &str, dataset: Dataset, now: Moment) -> Result<Vec<Date>> {
    let from = days::before(now.in_shanghai().date(), days::LOOK_BACK_DAYS).to_string();
    let rows = figures::since(&mut deps.db.read().await?, account, dataset, &from).await?;
    let known: HashMap<String, Fetched> = rows
        .into_iter()
        .map(|row| (row.day, Fetched { at: row.fetched_at, delayed: row.delayed }))
        .collect();
    Ok(days::due(dataset, &known, now))
}

/// One call, kept day by day; a day without items is a day without events.
async fn fetch(
    deps: &Deps,
    client: &Client,
    account: &str,
    dataset: Dataset,
    (first, last): (Date, Date),
) -> Result<Result<(), CallError>> {
    let called = client.figures(dataset, &first.to_string(), &last.to_string()).await;
    let fetched = match called {
        Ok(fetched) => fetched,
        Err(error) => return Ok(Err(error)),
    };
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    for day in days::each(first, last) {
        let day = day.to_string();
        let items: Vec<_> = fetched.list.iter().filter(|item| item.ref_date == day).collect();
        let delayed = fetched.is_delay;
        figures::save(&mut tx, account, dataset, &day, &items, delayed, now).await?;
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// What WeChat counted by hour on the days of the last `days::LOOK_BACK_DAYS`, newest last.
///
/// # Errors
/// When the database cannot be used.
pub async fn counted_by_hour(deps: &Deps, account: &str) -> Result<Vec<(String, [i64; 24])>> {
    let today = deps.clock.now().in_shanghai().date();
    let from = days::before(today, days::LOOK_BACK_DAYS).to_string();
    let mut link = deps.db.read().await?;
    let rows = figures::since(&mut link, account, Dataset::UpstreamMsgHour, &from).await?;
    rows.into_iter().map(|row| Ok((row.day.clone(), gaps::counted(&row.items()?)))).collect()
}

/// Keeps the gaps of one day.
///
/// # Errors
/// When the database cannot be used.
pub async fn note_gaps(
    deps: &Deps,
    account: &str,
    day: &str,
    found: &[figures::Gap],
) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    figures::save_gaps(&mut tx, account, day, found, deps.clock.now()).await?;
    tx.commit().await
}
