//! What quality does by itself: the draw of last month.

use super::{actions, rules};
use crate::platform::Deps;
use crate::platform::error::{Kind, Result};
use crate::platform::jobs::{self, Outcome};

/// Kind of the recurring job that draws last month's sample; no payload.
pub const MONTHLY: &str = "quality.monthly";

/// Hour of the night, Beijing time.
const HOUR: u8 = 4;

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, MONTHLY, deps.clock.now().next_at_hour(HOUR)).await
}

/// The job [`MONTHLY`]: looks every night whether last month has been drawn.
///
/// # Errors
/// When the database cannot be used.
pub async fn monthly(deps: Deps) -> Result<Outcome> {
    let now = deps.clock.now();
    match actions::draw(&deps, None, &rules::last_month(now)).await {
        Ok(_) => {}
        // It was drawn before.
        Err(error) if error.kind() == Kind::Conflict => {}
        Err(error) => return Err(error),
    }
    Ok(Outcome::RetryAt(now.next_at_hour(HOUR), "every night".to_owned()))
}
