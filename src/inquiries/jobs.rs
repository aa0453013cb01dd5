//! What is done for inquiries later: making what was said searchable, warning of offers that lapse.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::actions::telling;
use super::actions::terms::catch_up;
use crate::platform::Deps;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Outcome};

/// Kind of the recurring job that warns of offers that lapse; no payload.
pub const WARN: &str = "inquiries.warn";

/// Time between two looks for them.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Words are searchable after about this time.
const EVERY: Duration = Duration::from_secs(3);
/// Inquiries whose terms are written in one transaction.
const BATCH: i64 = 32;

/// Makes what was said searchable until `stop`; gives way while `busy` says that pushes wait.
pub async fn keep_terms(deps: Deps, busy: impl Fn() -> bool, stop: CancellationToken) {
    loop {
        let more = match busy() {
            true => false,
            false => match catch_up(&deps, BATCH).await {
                Ok(written) => written > 0,
                Err(error) => {
                    tracing::error!(cause = %error.cause(), "inquiries.terms_failed");
                    false
                }
            },
        };
        let pause = if more { Duration::from_millis(20) } else { EVERY };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, WARN, deps.clock.now()).await
}

/// The job [`WARN`].
///
/// # Errors
/// When the database cannot be used.
pub async fn warn(deps: Deps) -> Result<Outcome> {
    telling::warn(&deps).await?;
    Ok(Outcome::RetryAt(deps.clock.now().plus(LOOK_EVERY), "every minute".to_owned()))
}
