//! The tables `citizen_returns` and `citizen_sessions`.

use sqlx::FromRow;

use super::Outcome;
use crate::citizens::CitizenId;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// A browser that came back from WeChat.
#[derive(Clone, Debug, FromRow)]
pub struct Return {
    /// Official account.
    pub account_id: String,
    /// When it came first.
    pub at: Moment,
    /// What became of it.
    pub outcome: Outcome,
    /// Who it is; only with [`Outcome::Known`], never logged.
    pub openid: Option<String>,
}

/// Notes the first return with a state; `false` when it was used before. One statement, so that of
/// two returns at the same moment one is the first.
pub async fn claim(tx: &mut Tx, state_hash: &[u8], account: &str, now: Moment) -> Result<bool> {
    const SQL: &str = "INSERT INTO citizen_returns (state_hash, account_id, at, outcome) \
        VALUES ($1, $2, $3, 'asking') ON CONFLICT (state_hash) DO NOTHING";
    Ok(run!(tx, sqlx::query(SQL).bind(state_hash).bind(account).bind(now))? == 1)
}

/// What became of the return with this state.
pub async fn returned(link: &mut impl Link, state_hash: &[u8]) -> Result<Option<Return>> {
    const SQL: &str =
        "SELECT account_id, at, outcome, openid FROM citizen_returns WHERE state_hash = $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(state_hash).fetch_optional(c).await)?)
}

/// Writes what became of it.
pub async fn settle(
    tx: &mut Tx,
    state_hash: &[u8],
    outcome: Outcome,
    openid: Option<&str>,
) -> Result<()> {
    const SQL: &str = "UPDATE citizen_returns SET outcome = $2, openid = $3 WHERE state_hash = $1";
    run!(tx, sqlx::query(SQL).bind(state_hash).bind(outcome).bind(openid))?;
    Ok(())
}

/// Adds a session under the hash of its secret.
pub async fn insert_session(
    tx: &mut Tx,
    token_hash: &[u8],
    account: &str,
    openid: &str,
    now: Moment,
    expires_at: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO citizen_sessions (token_hash, account_id, openid, created_at, \
        expires_at) VALUES ($1, $2, $3, $4, $5)";
    run!(
        tx,
        sqlx::query(SQL).bind(token_hash).bind(account).bind(openid).bind(now).bind(expires_at)
    )?;
    Ok(())
}

/// Who a session belongs to.
#[derive(Clone, FromRow)]
pub struct Visitor {
    /// Official account that recognized them.
    pub account_id: String,
    /// Their id at that account; never logged, never shown.
    pub openid: String,
    /// The citizen; nothing as long as they have never written, scanned or followed.
    pub citizen_id: Option<CitizenId>,
}

/// Whom a session that still holds at `now` belongs to.
pub async fn visitor(
    link: &mut impl Link,
    token_hash: &[u8],
    now: Moment,
) -> Result<Option<Visitor>> {
    const SQL: &str = "SELECT s.account_id, s.openid, c.id AS citizen_id FROM citizen_sessions s \
        LEFT JOIN citizens c ON c.account_id = s.account_id AND c.openid = s.openid \
        WHERE s.token_hash = $1 AND s.expires_at > $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(token_hash).bind(now).fetch_optional(c).await)?)
}

/// Removes sessions that have ended and returns that came before `returns_before`.
pub async fn sweep(tx: &mut Tx, now: Moment, returns_before: Moment) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM citizen_sessions WHERE expires_at <= $1").bind(now))?;
    run!(tx, sqlx::query("DELETE FROM citizen_returns WHERE at < $1").bind(returns_before))?;
    Ok(())
}

/// Forgets that an account recognized somebody: their sessions end, and what became of their
/// returns no longer names them. The states themselves stay used up.
pub async fn forget(tx: &mut Tx, account: &str, openid: &str) -> Result<()> {
    let sql = "DELETE FROM citizen_sessions WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid))?;
    const RETURNS: &str = "UPDATE citizen_returns SET outcome = 'failed', openid = NULL \
        WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(RETURNS).bind(account).bind(openid))?;
    Ok(())
}
