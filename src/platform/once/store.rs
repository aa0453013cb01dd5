//! The table `operations`.

use uuid::Uuid;

use super::{Key, Operation};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// Writes an operation's row; `false` when another arrival of the same form has written it.
pub(super) async fn enter(tx: &mut Tx, key: &Key, arrival: Uuid, at: Moment) -> Result<bool> {
    const SQL: &str = "INSERT INTO operations (key, run, at) VALUES ($1, $2, $3) \
        ON CONFLICT (key) DO UPDATE SET at = operations.at WHERE operations.run = excluded.run";
    Ok(run!(tx, sqlx::query(SQL).bind(&key[..]).bind(arrival).bind(at))? == 1)
}

/// What an earlier arrival came to: nothing when there was none, `Some(None)` when it acted and
/// nobody knows where it led.
pub async fn outcome(link: &mut impl Link, key: &Key) -> Result<Option<Option<String>>> {
    let sql = "SELECT outcome FROM operations WHERE key = $1";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(&key[..]).fetch_optional(c).await)?)
}

/// Adds where an operation led, and forgets operations older than `expired`.
pub async fn settle(
    tx: &mut Tx,
    operation: &Operation,
    outcome: &str,
    expired: Moment,
) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM operations WHERE at < $1").bind(expired))?;
    const SQL: &str = "INSERT INTO operations (key, run, at, outcome) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (key) DO UPDATE SET outcome = excluded.outcome \
        WHERE operations.run = excluded.run";
    let inner = &operation.0;
    run!(tx, sqlx::query(SQL).bind(&inner.key[..]).bind(inner.run).bind(inner.at).bind(outcome))?;
    Ok(())
}

/// Forgets an operation that was refused: the form may be sent again.
pub async fn forget(tx: &mut Tx, operation: &Operation) -> Result<()> {
    let sql = "DELETE FROM operations WHERE key = $1 AND run = $2";
    run!(tx, sqlx::query(sql).bind(&operation.0.key[..]).bind(operation.0.run))?;
    Ok(())
}
