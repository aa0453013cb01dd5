//! The directory and the texts as they are now, kept in memory and read anew when they change.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::rules::{Directory, Times};
use super::store;
use crate::content;
use crate::content::texts::Texts;
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::error::Result;

/// Read anew at least this often: the load of organizations changes without news.
const EVERY: Duration = Duration::from_secs(10);
/// What was read longer ago than this is not taken for now.
const OLD: Duration = Duration::from_secs(20);

#[derive(Clone)]
struct Held {
    directory: Arc<Directory>,
    texts: Arc<Texts>,
    read_at: Moment,
}

/// A handle to the newest directory and texts; cheap to clone.
#[derive(Clone)]
pub struct DirectoryCache {
    now: Arc<RwLock<Held>>,
    /// One refresh after the other, so that an older look never replaces a newer one.
    refreshing: Arc<Mutex<()>>,
    deps: Deps,
    times: Times,
}

impl DirectoryCache {
    /// Reads everything for the first time.
    pub async fn load(deps: Deps, times: Times) -> Result<Self> {
        let first = read(&deps, &times, None).await?;
        Ok(Self { now: Arc::new(RwLock::new(first)), refreshing: Arc::default(), deps, times })
    }

    /// The directory.
    pub fn current(&self) -> Arc<Directory> {
        self.held().directory
    }

    /// The texts.
    pub fn texts(&self) -> Arc<Texts> {
        self.held().texts
    }

    fn held(&self) -> Held {
        self.now.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The directory as it is now, for what works by itself: shifts begin and end without anybody's
    /// doing. It is read anew only when nobody has done so for a while.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn fresh(&self) -> Result<Arc<Directory>> {
        if self.deps.clock.now().since(self.held().read_at) > OLD {
            self.refresh().await?;
        }
        Ok(self.current())
    }

    /// Reads everything anew.
    pub async fn refresh(&self) -> Result<()> {
        let _alone = self.refreshing.lock().await;
        let before = self.current();
        let fresh = read(&self.deps, &self.times, Some(&before)).await?;
        *self.now.write().unwrap_or_else(std::sync::PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Keeps itself fresh until `stop`.
    pub async fn keep_fresh(self, stop: CancellationToken) {
        let mut news = self.deps.coord.subscribe();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
                heard = news.recv() => match heard {
                    Ok(News::Directory) | Err(RecvError::Lagged(_)) => {}
                    Ok(_) => continue,
                    Err(RecvError::Closed) => return,
                },
            }
            if let Err(error) = self.refresh().await {
                tracing::error!(cause = %error.cause(), "directory.refresh_failed");
            }
        }
    }
}

async fn read(deps: &Deps, times: &Times, before: Option<&Directory>) -> Result<Held> {
    let read_at = deps.clock.now();
    let directory = store::directory(&deps.db, times, read_at, before).await?;
    let saved = content::store::newest(&mut deps.db.read().await?).await?;
    let texts = Texts::new(saved.into_iter().map(|text| (text.key, text.body)));
    Ok(Held { directory: Arc::new(directory), texts: Arc::new(texts), read_at })
}
