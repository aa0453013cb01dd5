//! What promises do by themselves: pauses end, levels are reached, readers are reminded.

use std::time::Duration;

use super::rules::Terms;
use super::{actions, store};
use crate::inquiries;
use crate::platform::Deps;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Outcome};
use crate::routing::cache::DirectoryCache;

/// Kind of the recurring job that looks after promises; no payload.
pub const SWEEP: &str = "promises.sweep";

/// Time between two sweeps.
const EVERY: Duration = Duration::from_secs(30);
/// Inquiries of one sweep; more are dealt with by the next, at once.
const MOST: i64 = 200;

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, SWEEP, deps.clock.now()).await
}

/// The job [`SWEEP`].
///
/// # Errors
/// When the database cannot be used.
pub async fn sweep(deps: Deps, directory: DirectoryCache, terms: Terms) -> Result<Outcome> {
    let now = deps.clock.now();
    let current = directory.fresh().await?;
    let over = store::over(&mut deps.db.read().await?, now, MOST).await?;
    for id in &over {
        // One that cannot be dealt with must not hold up the others.
        if let Err(error) = actions::end_if_over(&deps, &current, *id).await {
            tracing::error!(inquiry = %id, cause = %error.cause(), "promises.pause_stuck");
        }
    }
    let near = inquiries::store::to_look_at(&mut deps.db.read().await?, now, MOST).await?;
    for id in actions::look_over(&deps, &current, &terms, &near).await? {
        if let Err(error) = actions::look(&deps, &current, &terms, id).await {
            tracing::error!(inquiry = %id, cause = %error.cause(), "promises.look_stuck");
        }
    }
    actions::telling::remind_readers(&deps, &current).await?;
    let more = over.len().max(near.len()) >= usize::try_from(MOST).unwrap_or(usize::MAX);
    let wait = if more { Duration::ZERO } else { EVERY };
    Ok(Outcome::RetryAt(deps.clock.now().plus(wait), "every half minute".to_owned()))
}
