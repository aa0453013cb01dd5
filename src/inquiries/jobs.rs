//! What is done for inquiries later: making what was said searchable.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::actions::terms::catch_up;
use crate::platform::Deps;

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
