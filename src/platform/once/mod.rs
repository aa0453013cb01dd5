//! Acting once: a form that arrives twice acts once, and the second time shows the first outcome.
//!
//! Whoever takes a form in runs its handler inside an [`Operation`]. Every write transaction that
//! begins there carries the operation's row, so that the row is on disk exactly when an effect is;
//! a second arrival finds it and writes nothing. What the form led to is added afterwards.
//!
//! # Why
//! The row travels by a task-local and not as an argument: the guarantee must hold for every
//! transaction of every form, also for those that are written later by somebody who has never heard
//! of it.

pub mod store;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use uuid::Uuid;

use super::Deps;
use super::clock::Moment;
use super::db::Tx;
use super::error::{Error, Result};

/// What makes two arrivals the same: a digest of who sent what where.
pub type Key = [u8; 32];

tokio::task_local! {
    static CURRENT: Operation;
    static ASIDE: ();
}

/// One arrival of a form; cheap to clone.
#[derive(Clone, Debug)]
pub struct Operation(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    key: Key,
    run: Uuid,
    at: Moment,
    repeated: AtomicBool,
}

impl Operation {
    /// An arrival; `run` is its own id.
    pub fn new(key: Key, run: Uuid, at: Moment) -> Self {
        Self(Arc::new(Inner { key, run, at, repeated: AtomicBool::new(false) }))
    }

    /// Does something as this operation.
    pub async fn scope<F: Future>(&self, work: F) -> F::Output {
        CURRENT.scope(self.clone(), work).await
    }

    /// Whether an earlier arrival turned out to have acted; then this one wrote nothing.
    pub fn was_repeated(&self) -> bool {
        self.0.repeated.load(Ordering::Relaxed)
    }

    /// What makes arrivals the same.
    pub fn key(&self) -> &Key {
        &self.0.key
    }
}

/// Does something that is no effect of the current operation, such as counting tries.
pub async fn aside<F: Future>(work: F) -> F::Output {
    ASIDE.scope((), work).await
}

/// Writes the current operation's row into a transaction that has just begun.
///
/// # Errors
/// Conflict when an earlier arrival has acted already.
pub(super) async fn enter(tx: &mut Tx) -> Result<()> {
    if ASIDE.try_with(|()| ()).is_ok() {
        return Ok(());
    }
    let Ok(operation) = CURRENT.try_with(Clone::clone) else { return Ok(()) };
    let Inner { key, run, at, repeated } = &*operation.0;
    if store::enter(tx, key, *run, *at).await? {
        return Ok(());
    }
    repeated.store(true, Ordering::Relaxed);
    Err(Error::conflict("这张表单已经提交并处理过，这次没有再做一遍。"))
}

/// Adds where an operation led, sealed by the caller, and forgets those older than `kept`.
///
/// # Errors
/// When the database cannot be written.
pub async fn settle(
    deps: &Deps,
    operation: &Operation,
    outcome: &str,
    kept: Duration,
) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    store::settle(&mut tx, operation, outcome, deps.clock.now().minus(kept)).await?;
    tx.commit().await
}

/// Forgets an operation that was refused: the form may be sent again.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget(deps: &Deps, operation: &Operation) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    store::forget(&mut tx, operation).await?;
    tx.commit().await
}
