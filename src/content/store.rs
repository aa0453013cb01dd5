//! The table `texts`.

use sqlx::FromRow;
use uuid::Uuid;

use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// One saved version of a text.
#[derive(Clone, Debug, FromRow)]
pub struct SavedText {
    /// Key in the catalogue.
    pub key: String,
    /// 1, 2, …
    pub version: i64,
    /// The text.
    pub body: String,
    /// When it was saved.
    pub saved_at: Moment,
    /// By whom.
    pub saved_by: Option<Uuid>,
    /// Who approved it; `None` where a version is older than approving.
    pub approved_by: Option<Uuid>,
}

/// The newest version of every text that was ever changed.
pub async fn newest(link: &mut impl Link) -> Result<Vec<SavedText>> {
    const SQL: &str = "SELECT t.key, t.version, t.body, t.saved_at, t.saved_by, t.approved_by FROM texts t \
        WHERE t.version = (SELECT max(u.version) FROM texts u WHERE u.key = t.key)";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?)
}

/// Every version of one text, newest first.
pub async fn history(link: &mut impl Link, key: &str) -> Result<Vec<SavedText>> {
    const SQL: &str = "SELECT key, version, body, saved_at, saved_by, approved_by FROM texts \
        WHERE key = $1 ORDER BY version DESC LIMIT 50";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(key).fetch_all(c).await)?)
}

/// The version of a text in force; 0 for the shipped one.
pub async fn version(link: &mut impl Link, key: &str) -> Result<i64> {
    const SQL: &str = "SELECT coalesce(max(version), 0) FROM texts WHERE key = $1";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(key).fetch_one(c).await)?)
}

/// Saves version `version` of a text; `false` when that version exists already.
pub async fn insert(tx: &mut Tx, text: &SavedText) -> Result<bool> {
    const SQL: &str = "INSERT INTO texts (key, version, body, saved_at, saved_by, \
        approved_by) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key, version) DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(&text.key)
            .bind(text.version)
            .bind(&text.body)
            .bind(text.saved_at)
            .bind(text.saved_by)
            .bind(text.approved_by)
    )?;
    Ok(added == 1)
}
