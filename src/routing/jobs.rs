//! What routing does by itself: offers that nobody answered, and inquiries of organizations that may
//! no longer take any, go to the next.

use std::time::Duration;

use super::actions;
use super::cache::DirectoryCache;
use crate::inquiries::store;
use crate::platform::Deps;
use crate::platform::error::Result;
use crate::platform::jobs::{self, NewJob, Outcome};

/// Kind of the recurring job that moves what lies; no payload.
pub const SWEEP: &str = "routing.sweep";

/// Time between two sweeps.
const EVERY: Duration = Duration::from_secs(30);
/// Inquiries moved by one sweep; more are moved by the next, at once.
const MOST: i64 = 200;

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let job = NewJob::new(SWEEP, &(), now)?.once(SWEEP.to_owned());
    jobs::store::enqueue(&mut tx, &job, now).await?;
    tx.commit().await
}

/// The job [`SWEEP`].
///
/// # Errors
/// When the database cannot be used.
pub async fn sweep(deps: Deps, directory: DirectoryCache) -> Result<Outcome> {
    let now = deps.clock.now();
    let (late, left) = {
        let mut link = deps.db.read().await?;
        let late = store::unanswered_offers(&mut link, now, MOST).await?;
        (late, store::left_behind(&mut link, MOST).await?)
    };
    let current = directory.current();
    for (stranded, expired) in
        late.iter().map(|late| (late, true)).chain(left.iter().map(|left| (left, false)))
    {
        // One that cannot be moved must not hold up the others.
        if let Err(error) = actions::take_away(&deps, &current, stranded, expired).await {
            tracing::error!(inquiry = %stranded.inquiry_id, cause = %error.cause(), "routing.stuck");
        }
    }
    let more = late.len().max(left.len()) >= usize::try_from(MOST).unwrap_or(usize::MAX);
    let wait = if more { Duration::ZERO } else { EVERY };
    Ok(Outcome::RetryAt(deps.clock.now().plus(wait), "every half minute".to_owned()))
}
