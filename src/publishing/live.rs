//! The shelf as it is now, read again when an article changes.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::shelf::Shelf;
use super::store;
use crate::platform::Deps;
use crate::platform::error::Result;

/// A change is noticed within this time.
const EVERY: Duration = Duration::from_secs(5);
/// Articles on the shelf; the newest count.
const MOST: i64 = 2_000;

type Stamp = (i64, i64);

/// A handle to the shelf; cheap to clone.
#[derive(Clone)]
pub struct Live {
    deps: Deps,
    now: Arc<RwLock<(Arc<Shelf>, Option<Stamp>)>>,
}

impl Live {
    /// A handle; the shelf is empty before [`Live::keep_fresh`] runs.
    pub fn new(deps: Deps) -> Self {
        Self { deps, now: Arc::default() }
    }

    /// The shelf as it is now.
    pub fn current(&self) -> Arc<Shelf> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// Reads the articles again when one of them changed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn refresh(&self) -> Result<()> {
        let mut link = self.deps.db.read().await?;
        let stamp = store::published_stamp(&mut link).await?;
        if self.now.read().unwrap_or_else(PoisonError::into_inner).1 == Some(stamp) {
            return Ok(());
        }
        let articles = store::published(&mut link, MOST).await?;
        let shelf = Arc::new(Shelf::new(&articles));
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = (shelf, Some(stamp));
        Ok(())
    }

    /// Keeps the shelf fresh until `stop`.
    pub async fn keep_fresh(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.refresh().await {
                tracing::error!(cause = %error.cause(), "shelf.refresh_failed");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }
}
