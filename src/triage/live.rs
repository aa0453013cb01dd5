//! The model that reads in this process: the one in the program at first, then whichever staff
//! activated, noticed without a restart.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::store;
use crate::language::places::Gazetteer;
use crate::language::triage::model::Model;
use crate::language::triage::shipped;
use crate::language::{Reading, read_by};
use crate::platform::Deps;
use crate::platform::coord::News;
use crate::platform::error::{Error, Result};

/// Another process's decision is noticed within this time.
const EVERY: Duration = Duration::from_secs(5);

/// A decision, by its number, and the model it chose; `None`: the one in the program.
type Chosen = (i64, Option<Arc<Model>>);

/// A handle to the model of now; cheap to clone.
#[derive(Clone)]
pub struct Live {
    deps: Deps,
    now: Arc<RwLock<Chosen>>,
    /// One refresh after the other, so that an older look never replaces a newer one.
    refreshing: Arc<Mutex<()>>,
}

impl Live {
    /// A handle; the model in the program reads until [`Live::keep_fresh`] has looked.
    pub fn new(deps: Deps) -> Self {
        Self { deps, now: Arc::default(), refreshing: Arc::default() }
    }

    /// Reads a message by the model of now.
    pub fn read(&self, text: &str, gazetteer: &Gazetteer) -> Reading {
        let current = self.current();
        read_by(current.as_deref().or(shipped()), text, gazetteer)
    }

    /// The activated model; `None` for the one in the program.
    pub fn current(&self) -> Option<Arc<Model>> {
        self.chosen().1
    }

    fn chosen(&self) -> Chosen {
        self.now.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Looks which model was activated last, and loads it when it is another.
    ///
    /// # Errors
    /// Internal when its bytes cannot be read; the model before goes on reading.
    pub async fn refresh(&self) -> Result<()> {
        let _alone = self.refreshing.lock().await;
        let mut link = self.deps.db.read().await?;
        let newest = store::activations(&mut link, 1).await?;
        let Some(newest) = newest.first().filter(|newest| newest.id != self.chosen().0) else {
            return Ok(());
        };
        let model = match newest.model_id {
            None => None,
            Some(id) => {
                let bytes = store::bytes(&mut link, id).await?;
                let bytes = bytes.ok_or_else(|| Error::internal(anyhow::anyhow!("no bytes")))?;
                let decoded = tokio::task::spawn_blocking(move || Model::decode(&bytes)).await;
                Some(Arc::new(decoded.map_err(Error::internal)?.map_err(Error::internal)?))
            }
        };
        *self.now.write().unwrap_or_else(std::sync::PoisonError::into_inner) = (newest.id, model);
        Ok(())
    }

    /// Keeps itself fresh until `stop`.
    pub async fn keep_fresh(self, stop: CancellationToken) {
        let mut news = self.deps.coord.subscribe();
        loop {
            if let Err(error) = self.refresh().await {
                tracing::error!(cause = %error.cause(), "triage.refresh_failed");
            }
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(EVERY) => break,
                    heard = news.recv() => match heard {
                        Ok(News::Triage) | Err(RecvError::Lagged(_)) => break,
                        Ok(_) => {}
                        Err(RecvError::Closed) => return,
                    },
                }
            }
        }
    }
}
