//! Work to be done later, in our own table, so that it is written in the same transaction as the
//! fact that calls for it.
//!
//! **Recipe, add a job**: give it a kind (a constant in the slice's `jobs.rs`), a serde payload and
//! a function `async fn(&Deps, &Claimed) -> Result<Outcome>`; register it in `app.rs`. The function
//! may run twice (its process can die between effect and record), so it must check what is already
//! done, or finish the job inside its own transaction with [`store::finish`].

pub mod store;
mod worker;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use worker::{Handlers, Worker};

use super::Deps;
use super::clock::Moment;
use super::error::Result;

/// A job to be written.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which function does it.
    pub kind: &'static str,
    /// Its argument as JSON.
    pub payload: String,
    /// Not before this moment.
    pub run_at: Moment,
    /// While a job with the same key is waiting or running, another is not added.
    pub once_key: Option<String>,
}

impl NewJob {
    /// A job of `kind` that may run from `run_at` on.
    pub fn new(kind: &'static str, payload: &impl Serialize, run_at: Moment) -> Result<Self> {
        Ok(Self { kind, payload: serde_json::to_string(payload)?, run_at, once_key: None })
    }

    /// Adds nothing while a job with this key waits or runs.
    #[must_use]
    pub fn once(mut self, key: String) -> Self {
        self.once_key = Some(key);
        self
    }
}

/// Makes sure that the recurring job of a kind exists; when it does not, it first runs at `at`.
///
/// # Errors
/// When the database cannot be written.
pub async fn recur(deps: &Deps, kind: &'static str, at: Moment) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    let job = NewJob::new(kind, &(), at)?.once(kind.to_owned());
    store::enqueue(&mut tx, &job, deps.clock.now()).await?;
    tx.commit().await
}

/// A job this process holds for the moment.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Claimed {
    /// Number of the job.
    pub id: i64,
    /// Which function does it.
    pub kind: String,
    /// Its argument as JSON.
    pub payload: String,
    /// Which try this is, from 1.
    pub attempts: i64,
    /// Grows with every claim; a holder with an older number can change nothing.
    pub fence: i64,
}

impl Claimed {
    /// The argument.
    pub fn argument<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(serde_json::from_str(&self.payload)?)
    }
}

/// How a job ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done; the worker removes it.
    Done,
    /// Done, and already removed inside the job's own transaction.
    Finished,
    /// To be done again then, as often as it takes; the reason is kept with the job.
    RetryAt(Moment, String),
}
