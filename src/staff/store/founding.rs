//! The table `setup_invitations`.

use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// Keeps the hash of an invitation's secret until `ends_at`, in place of any former one.
pub async fn invite(tx: &mut Tx, token_hash: &[u8], ends_at: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO setup_invitations (id, token_hash, ends_at) VALUES (1, $1, $2) \
        ON CONFLICT (id) DO UPDATE SET token_hash = $1, ends_at = $2";
    run!(tx, sqlx::query(SQL).bind(token_hash).bind(ends_at))?;
    Ok(())
}

/// Whether this is the invitation and its time is not over.
pub async fn is_open(link: &mut impl Link, token_hash: &[u8], now: Moment) -> Result<bool> {
    let sql = "SELECT count(*) FROM setup_invitations WHERE token_hash = $1 AND ends_at > $2";
    let found: i64 =
        on!(link, c => sqlx::query_scalar(sql).bind(token_hash).bind(now).fetch_one(c).await)?;
    Ok(found == 1)
}

/// Uses the invitation up; `false` when it is not this one or too late.
pub async fn take(tx: &mut Tx, token_hash: &[u8], now: Moment) -> Result<bool> {
    let sql = "DELETE FROM setup_invitations WHERE token_hash = $1 AND ends_at > $2";
    Ok(run!(tx, sqlx::query(sql).bind(token_hash).bind(now))? == 1)
}

/// Takes any invitation back.
pub async fn withdraw(tx: &mut Tx) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM setup_invitations"))?;
    Ok(())
}
