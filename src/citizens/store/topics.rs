//! The table `topic_subscriptions`.

use crate::language::Field;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// Notes that a person wants to hear of a field; once is enough.
pub async fn add(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    field: Field,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO topic_subscriptions (account_id, openid, field, since) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, openid, field) DO NOTHING";
    run!(tx, sqlx::query(SQL).bind(account).bind(openid).bind(field).bind(now))?;
    Ok(())
}

/// The fields a person wants to hear of, and since when.
pub async fn of(link: &mut impl Link, account: &str, openid: &str) -> Result<Vec<(Field, Moment)>> {
    const SQL: &str = "SELECT field, since FROM topic_subscriptions \
        WHERE account_id = $1 AND openid = $2 ORDER BY since, field";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(openid).fetch_all(c).await)?)
}

/// Forgets what a person wants to hear of.
pub async fn forget(tx: &mut Tx, account: &str, openid: &str) -> Result<()> {
    let sql = "DELETE FROM topic_subscriptions WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid))?;
    Ok(())
}
