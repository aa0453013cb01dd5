//! What intake does later: work through what was taken in, and place what waited for an answer.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::actions::accept::TAKEN_IN;
use super::actions::apply::apply;
use super::writer::Pressure;
use crate::inquiries::{self, InquiryId, MessageId, State};
use crate::media::jobs::Keeper;
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::coord::News;
use crate::platform::error::Result;
use crate::platform::jobs::{Claimed, Outcome, store};
use crate::routing;
use crate::routing::cache::DirectoryCache;
use crate::routing::rules::Question;

/// Kind of the job that places an inquiry the citizen was asked about; payload: its id.
pub const PLACE_LATER: &str = "inquiry.place";

/// Jobs applied in one transaction.
const BATCH: i64 = 64;
/// While pushes wait to be taken in, work already taken in pauses this long between small batches.
const YIELD: Duration = Duration::from_millis(60);
/// Jobs applied in one transaction while pushes wait.
const BATCH_UNDER_PRESSURE: i64 = 8;
/// Tries after which a job is set aside for a person.
const MOST_TRIES: i64 = 3;
/// Look at the table at least this often, in case a wake-up was missed.
const POLL: Duration = Duration::from_secs(2);

/// Works through everything taken in, in order, until told to stop. Acknowledging comes first: it
/// gives way while pushes wait.
pub async fn work_through(
    deps: Deps,
    directory: DirectoryCache,
    pressure: Pressure,
    stop: CancellationToken,
) {
    let mut news = deps.coord.subscribe();
    while !stop.is_cancelled() {
        let pressed = pressure.is_on();
        let limit = if pressed { BATCH_UNDER_PRESSURE } else { BATCH };
        match one_batch(&deps, &directory, limit).await {
            Ok(0) => tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(POLL) => {}
                () = wake(&mut news) => {}
            },
            Ok(_) if pressed => tokio::time::sleep(YIELD).await,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(cause = %error.cause(), "intake.apply_failed");
                tokio::time::sleep(POLL).await;
            }
        }
    }
}

/// Applies up to `limit` jobs; a failing batch is applied one by one, so that one bad job cannot
/// hold up the others. Gives how many were looked at.
pub async fn one_batch(deps: &Deps, directory: &DirectoryCache, limit: i64) -> Result<usize> {
    let jobs = store::oldest(&mut deps.db.read().await?, TAKEN_IN, limit).await?;
    if jobs.is_empty() {
        return Ok(0);
    }
    let current = directory.current();
    let count = jobs.len();
    if let Err(error) = apply(deps, &current, &jobs).await {
        tracing::warn!(cause = %error.cause(), count, "intake.batch_failed");
        for job in jobs {
            one_alone(deps, &directory.current(), job).await?;
        }
    }
    Ok(count)
}

async fn one_alone(
    deps: &Deps,
    directory: &Arc<routing::rules::Directory>,
    job: Claimed,
) -> Result<()> {
    let Err(error) = apply(deps, directory, std::slice::from_ref(&job)).await else {
        return Ok(());
    };
    tracing::error!(job = job.id, attempt = job.attempts + 1, cause = %error.cause(), "intake.job_failed");
    let mut tx = deps.db.begin().await?;
    if job.attempts + 1 >= MOST_TRIES {
        store::set_aside(&mut tx, job.id, &error.cause()).await?;
    } else {
        store::count_try(&mut tx, job.id, &error.cause()).await?;
    }
    tx.commit().await
}

async fn wake(news: &mut tokio::sync::broadcast::Receiver<News>) {
    loop {
        match news.recv().await {
            Ok(News::TakenIn) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// The job [`crate::media::jobs::FETCH`]; whoever looks at the conversation is told that something of it is
/// there now.
pub async fn fetch_media(keeper: Keeper, job: Claimed) -> Result<Outcome> {
    let message: MessageId = job.argument()?;
    let deps = keeper.deps.clone();
    let outcome = keeper.fetch(job).await?;
    let mut link = deps.db.read().await?;
    let Some(message) = inquiries::store::message(&mut link, message).await? else {
        return Ok(outcome);
    };
    let scope = OrgScope::Everything;
    if let Some(inquiry) = inquiries::store::get(&mut link, scope, message.inquiry_id).await? {
        deps.coord.publish(inquiries::actions::news(&inquiry, &inquiry));
    }
    Ok(outcome)
}

/// The job [`PLACE_LATER`]: the citizen said no more, so the inquiry goes to whom it fits best as it is.
pub async fn place_later(deps: Deps, directory: DirectoryCache, job: Claimed) -> Result<Outcome> {
    let id: InquiryId = job.argument()?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let inquiry = inquiries::store::lock(&mut tx, OrgScope::Everything, id).await?;
    let Some(inquiry) =
        inquiry.filter(|i| i.state == State::Waiting && i.organization_id.is_none())
    else {
        return Ok(Outcome::Done);
    };
    let directory = directory.current();
    let decision = directory.decide(
        &Question {
            field: inquiry.field,
            territory: inquiry.territory_id.as_deref(),
            station_of: None,
            urgent: inquiry.urgent,
            words: &inquiry.first_line,
            passed: &[],
            stood_in_list: false,
        },
        now,
    );
    let news =
        routing::actions::place(&mut tx, &deps.entropy, &directory, id, &decision, now).await?;
    store::finish(&mut tx, &job).await?;
    tx.commit().await?;
    if let Some(news) = news {
        deps.coord.publish(news);
    }
    Ok(Outcome::Finished)
}
