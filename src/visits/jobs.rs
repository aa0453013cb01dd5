//! Ended sessions and used states are removed every hour, whether or not anybody comes back.

use std::time::Duration;

use super::store;
use crate::platform::Deps;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Outcome};

/// Kind of the recurring job that removes what has expired; no payload.
pub const SWEEP: &str = "visits.sweep";

/// Time between two sweeps.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);
/// How long used states are kept: far longer than any of them holds.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, SWEEP, deps.clock.now().plus(SWEEP_EVERY)).await
}

/// The job [`SWEEP`].
///
/// # Errors
/// When the database cannot be used.
pub async fn sweep(deps: Deps) -> Result<Outcome> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::sweep(&mut tx, now, now.minus(KEPT)).await?;
    tx.commit().await?;
    Ok(Outcome::RetryAt(now.plus(SWEEP_EVERY), "every hour".to_owned()))
}
