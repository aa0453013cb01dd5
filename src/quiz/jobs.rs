//! What the quiz does by itself: every night it looks whether the laws that questions rest on are
//! still what they were, and whether something in the rounds looks like cheating.

use super::round::RoundState;
use super::{actions, store};
use crate::platform::Deps;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Outcome};

/// Kind of the recurring job that looks after the laws; no payload.
pub const NIGHTLY: &str = "quiz.nightly";

/// Hour of the night, Beijing time.
const HOUR: u8 = 5;

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, NIGHTLY, deps.clock.now().next_at_hour(HOUR)).await
}

/// The job [`NIGHTLY`].
///
/// # Errors
/// When the database cannot be used.
pub async fn nightly(deps: Deps) -> Result<Outcome> {
    actions::bank::look_after_laws(&deps).await?;
    let rounds = store::rounds::all(&mut deps.db.read().await?).await?;
    for round in rounds.iter().filter(|round| round.state == RoundState::Open) {
        actions::flags::look(&deps, round.id).await?;
    }
    let next = deps.clock.now().next_at_hour(HOUR);
    Ok(Outcome::RetryAt(next, "every night".to_owned()))
}
