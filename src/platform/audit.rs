//! Who did what to what, written in the same transaction as the change. Never holds content.

use sqlx::FromRow;
use uuid::Uuid;

use super::Deps;
use super::clock::Moment;
use super::db::{Link, Tx};
use super::error::Result;
use crate::{on, run};

/// Writes one entry. `staff` is `None` for what the system did by itself; `object` reads like
/// `inquiry:0193…`; `detail` is a JSON object without any content a citizen wrote.
pub async fn record(
    tx: &mut Tx,
    at: Moment,
    staff: Option<Uuid>,
    action: &str,
    object: &str,
    detail: &serde_json::Value,
) -> Result<()> {
    const SQL: &str =
        "INSERT INTO audit (at, staff_id, action, object, detail) VALUES ($1, $2, $3, $4, $5)";
    run!(
        tx,
        sqlx::query(SQL).bind(at).bind(staff).bind(action).bind(object).bind(detail.to_string())
    )?;
    Ok(())
}

/// Writes, on its own, that somebody asked WeChat for something and that nobody knows whether it was
/// done.
pub async fn unknown_outcome(deps: &Deps, by: Uuid, action: &str, object: &str) -> Result<()> {
    let detail = serde_json::json!({ "outcome": "unknown" });
    let mut tx = deps.db.begin().await?;
    record(&mut tx, deps.clock.now(), Some(by), action, object, &detail).await?;
    tx.commit().await
}

/// One entry as it was written.
#[derive(Clone, Debug, FromRow)]
pub struct Entry {
    /// When.
    pub at: Moment,
    /// Who; `None` for the system.
    pub staff_id: Option<Uuid>,
    /// What, dotted.
    pub action: String,
    /// JSON object.
    pub detail: String,
}

/// The newest `limit` entries about one object, oldest of them first.
pub async fn of_object(link: &mut impl Link, object: &str, limit: i64) -> Result<Vec<Entry>> {
    const SQL: &str = "SELECT at, staff_id, action, detail FROM audit WHERE object = $1 \
        ORDER BY id DESC LIMIT $2";
    let mut newest: Vec<Entry> =
        on!(link, c => sqlx::query_as(SQL).bind(object).bind(limit).fetch_all(c).await)?;
    newest.reverse();
    Ok(newest)
}

/// The newest entry of this action about an object from before a moment.
pub async fn newest_before(
    link: &mut impl Link,
    object: &str,
    action: &str,
    before: Moment,
) -> Result<Option<Entry>> {
    const SQL: &str = "SELECT at, staff_id, action, detail FROM audit \
        WHERE object = $1 AND action = $2 AND at < $3 ORDER BY id DESC LIMIT 1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(object).bind(action).bind(before)
        .fetch_optional(c).await)?)
}
