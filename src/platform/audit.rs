//! Who did what to what, written in the same transaction as the change. Never holds content.

use uuid::Uuid;

use super::clock::Moment;
use super::db::Tx;
use super::error::Result;
use crate::run;

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
