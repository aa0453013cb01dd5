//! Noting what is to be fetched, and forgetting it.

use uuid::Uuid;

use super::jobs::{FETCH, REMOVE};
use super::rules::KEPT_BY_WECHAT;
use super::{Wanted, store};
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::jobs::{self, NewJob};

/// Notes what came with a message at `at` and has it fetched, within the transaction that takes the
/// message in. `false` when it was noted before.
pub async fn want(tx: &mut Tx, new: &Wanted<'_>, at: Moment) -> Result<bool> {
    if !store::insert(tx, new, at, at.plus(KEPT_BY_WECHAT)).await? {
        return Ok(false);
    }
    jobs::store::enqueue(tx, &NewJob::new(FETCH, &new.message, at)?, at).await?;
    Ok(true)
}

/// Forgets what came with these messages, within the transaction that erases them; files that no
/// other message has are removed right after it.
pub async fn forget(tx: &mut Tx, messages: &[Uuid], now: Moment) -> Result<()> {
    for name in store::forget(tx, messages).await? {
        remove_later(tx, &name, now).await?;
    }
    Ok(())
}

/// Forgets what was attached in an inquiry, as [`forget`] does.
pub async fn forget_attached(tx: &mut Tx, inquiry: Uuid, now: Moment) -> Result<()> {
    for name in store::attached::forget(tx, inquiry).await? {
        remove_later(tx, &name, now).await?;
    }
    Ok(())
}

/// Has a file removed, unless something refers to it by then.
pub async fn remove_later(tx: &mut Tx, sha256: &str, now: Moment) -> Result<()> {
    jobs::store::enqueue(tx, &NewJob::new(REMOVE, &sha256, now)?, now).await
}
