//! Claims due jobs under a lease, runs them, records how they ended.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Claimed, Outcome, store};
use crate::platform::clock::{Clock, Entropy};
use crate::platform::coord::{Coord, News};
use crate::platform::db::Db;
use crate::platform::error::{Kind, Result};

/// A holder that has not prolonged for this long has vanished, and its job is taken over.
const LEASE: Duration = Duration::from_secs(30);
/// How often a running job's lease is prolonged.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// Jobs done at the same time by one process.
const AT_ONCE: usize = 8;
/// Look at the table at least this often, in case a wake-up was missed.
const POLL: Duration = Duration::from_secs(5);
/// Tries before a failing job is set aside for a person.
const MOST_TRIES: i64 = 8;

type Run =
    Arc<dyn Fn(Claimed) -> Pin<Box<dyn Future<Output = Result<Outcome>> + Send>> + Send + Sync>;

/// Which function does which kind of job.
#[derive(Clone, Default)]
pub struct Handlers(HashMap<&'static str, Run>);

impl Handlers {
    /// Registers the function for `kind`.
    #[must_use]
    pub fn with<F, Fut>(mut self, kind: &'static str, run: F) -> Self
    where
        F: Fn(Claimed) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Outcome>> + Send + 'static,
    {
        self.0.insert(kind, Arc::new(move |job| Box::pin(run(job))));
        self
    }
}

/// Works through the jobs table until told to stop.
#[derive(Clone)]
pub struct Worker {
    db: Db,
    clock: Clock,
    coord: Coord,
    handlers: Handlers,
    /// Unlike any other process, also after a restart.
    holder: String,
}

impl Worker {
    /// A worker for all jobs that need no order.
    pub fn new(db: Db, clock: Clock, coord: Coord, entropy: &Entropy, handlers: Handlers) -> Self {
        let holder = entropy.id_at(clock.now()).to_string();
        Self { db, clock, coord, handlers, holder }
    }

    /// Runs until `stop`; jobs begun by then are finished.
    pub async fn run(self, stop: CancellationToken) {
        let running = TaskTracker::new();
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut news = self.coord.subscribe();
        while !stop.is_cancelled() {
            match self.start_due(&running, &places).await {
                Ok(started) if started > 0 => continue,
                Ok(_) => {}
                Err(error) => tracing::error!(cause = %error.cause(), "jobs.claim_failed"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.until_next() => {}
                () = wake(&mut news) => {}
            }
        }
        running.close();
        running.wait().await;
    }

    /// Claims as many due jobs as there are free places and starts them.
    async fn start_due(&self, running: &TaskTracker, places: &Arc<Semaphore>) -> Result<usize> {
        let free = places.available_permits();
        if free == 0 {
            // All places are taken: wait for one before looking again.
            let _ = places.acquire().await;
            return Ok(0);
        }
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let limit = i64::try_from(free).unwrap_or(1);
        let jobs = store::claim(&mut tx, &self.holder, now, now.plus(LEASE), limit).await?;
        tx.commit().await?;
        let started = jobs.len();
        for job in jobs {
            let Ok(place) = places.clone().acquire_owned().await else { break };
            let worker = self.clone();
            running.spawn(async move {
                worker.work(job).await;
                drop(place);
            });
        }
        Ok(started)
    }

    async fn until_next(&self) {
        let poll = self.clock.now().plus(POLL);
        let due = match self.db.read().await {
            Ok(mut link) => store::next_due(&mut link).await.unwrap_or(None),
            Err(_) => None,
        };
        self.clock.wait_until(due.map_or(poll, |due| due.min(poll))).await;
    }

    async fn work(&self, job: Claimed) {
        let Some(run) = self.handlers.0.get(job.kind.as_str()).cloned() else {
            return self.set_aside(&job, "no function for this kind of job").await;
        };
        if job.attempts > MOST_TRIES {
            // Every recorded end would have stopped it earlier: it takes its process down with it.
            return self.set_aside(&job, "its process ended on every try").await;
        }
        let mut task = tokio::spawn(run(job.clone()));
        let ended = loop {
            tokio::select! {
                ended = &mut task => break ended,
                () = tokio::time::sleep(HEARTBEAT) => self.prolong(&job).await,
            }
        };
        match ended {
            // A job that asks for another time has not failed: it may do so without end.
            Ok(Ok(outcome)) => self.record(&job, outcome, 0).await,
            Ok(Err(error)) if error.kind() == Kind::Conflict => {
                tracing::info!(job = job.id, kind = %job.kind, "job.taken_over");
            }
            Ok(Err(error)) => self.failed(&job, &error.cause()).await,
            Err(_) => self.failed(&job, "panicked").await,
        }
    }

    async fn prolong(&self, job: &Claimed) {
        let until = self.clock.now().plus(LEASE);
        let outcome = async {
            let mut tx = self.db.begin().await?;
            store::prolong(&mut tx, job, until).await?;
            tx.commit().await
        };
        if let Err(error) = outcome.await {
            tracing::warn!(job = job.id, cause = %error.cause(), "job.prolong_failed");
        }
    }

    async fn record(&self, job: &Claimed, outcome: Outcome, tries: i64) {
        let recorded = async {
            let mut tx = self.db.begin().await?;
            match &outcome {
                Outcome::Finished => {}
                Outcome::Done => store::finish(&mut tx, job).await?,
                Outcome::RetryAt(at, why) => {
                    store::put_back(&mut tx, job, *at, why, tries).await?;
                }
            }
            tx.commit().await
        };
        if let Err(error) = recorded.await {
            tracing::warn!(job = job.id, kind = %job.kind, cause = %error.cause(), "job.record_failed");
        }
    }

    async fn failed(&self, job: &Claimed, why: &str) {
        tracing::error!(job = job.id, kind = %job.kind, attempt = job.attempts, cause = why, "job.failed");
        if job.attempts >= MOST_TRIES {
            return self.set_aside(job, why).await;
        }
        let seconds = 5u64 << u32::try_from(job.attempts.clamp(0, 9)).unwrap_or(0);
        let at = self.clock.now().plus(Duration::from_secs(seconds));
        self.record(job, Outcome::RetryAt(at, why.to_owned()), job.attempts).await;
    }

    async fn set_aside(&self, job: &Claimed, why: &str) {
        let done = async {
            let mut tx = self.db.begin().await?;
            store::set_aside(&mut tx, job.id, why).await?;
            tx.commit().await
        };
        if let Err(error) = done.await {
            tracing::error!(job = job.id, cause = %error.cause(), "job.set_aside_failed");
        }
    }
}

/// Returns when there may be new work.
async fn wake(news: &mut tokio::sync::broadcast::Receiver<News>) {
    loop {
        match news.recv().await {
            Ok(News::Jobs) | Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(tokio::sync::broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}
