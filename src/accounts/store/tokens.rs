//! The table `access_tokens`.

use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// The shelf of one account as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TokenRow {
    /// The token, sealed; nothing before the first one.
    pub sealed: Option<String>,
    /// JSON of [`crate::wechat::shelf::Shelf`].
    pub state: String,
}

/// Reads the shelf of an account and holds it until the transaction ends.
pub async fn lock(tx: &mut Tx, account: &str, now: Moment) -> Result<TokenRow> {
    const INSERT: &str = "INSERT INTO access_tokens (account_id, state, updated_at) \
        VALUES ($1, '{}', $2) ON CONFLICT (account_id) DO NOTHING";
    run!(tx, sqlx::query(INSERT).bind(account).bind(now))?;
    let sql = match tx.conn().backend() {
        Backend::Sqlite => "SELECT sealed, state FROM access_tokens WHERE account_id = $1",
        Backend::Postgres => {
            "SELECT sealed, state FROM access_tokens WHERE account_id = $1 FOR UPDATE"
        }
    };
    Ok(on!(tx, c => sqlx::query_as(sql).bind(account).fetch_one(c).await)?)
}

/// Writes the shelf of an account back.
pub async fn save(
    tx: &mut Tx,
    account: &str,
    sealed: Option<&str>,
    state: &str,
    now: Moment,
) -> Result<()> {
    const SQL: &str =
        "UPDATE access_tokens SET sealed = $1, state = $2, updated_at = $3 WHERE account_id = $4";
    run!(tx, sqlx::query(SQL).bind(sealed).bind(state).bind(now).bind(account))?;
    Ok(())
}

/// The shelf of an account without its token, for looking at.
pub async fn state(link: &mut impl Link, account: &str) -> Result<Option<String>> {
    let sql = "SELECT state FROM access_tokens WHERE account_id = $1";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(account).fetch_optional(c).await)?)
}
