//! The tables `quota_counters` and `account_troubles`.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::platform::clock::Moment;
use crate::platform::db::{Link, ManyValues, Tx};
use crate::platform::error::Result;
use crate::wechat::diagnostics::Quota;
use crate::{on, run};

/// Calls of one API on one day.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Exchanges in all.
    pub calls: i64,
    /// Of these, refused by WeChat.
    pub refused: i64,
}

/// A refusal that a person must look into.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// WeChat's code.
    pub errcode: i64,
    /// WeChat's id of the last such request.
    pub rid: Option<String>,
    /// Our address, for 40164.
    pub ip: Option<IpAddr>,
    /// How often since it was last written down.
    pub times: i64,
    /// When last.
    pub at: Moment,
}

/// Calls of one API on one Beijing day.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct QuotaRow {
    /// Path of the API.
    pub path: String,
    /// Calls we made.
    pub calls: i64,
    /// Of these, refused.
    pub refused: i64,
    /// Calls that WeChat allows a day, when it told.
    pub daily_limit: Option<i64>,
    /// Calls that WeChat counted, ours and everybody else's.
    pub wechat_used: Option<i64>,
    /// When WeChat told.
    pub reconciled_at: Option<Moment>,
}

/// A refusal that a person must look into.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TroubleRow {
    /// Path of the API.
    pub path: String,
    /// WeChat's code.
    pub errcode: i64,
    /// WeChat's id of the last such request.
    pub rid: Option<String>,
    /// Our address as WeChat sees it, for 40164.
    pub ip: Option<String>,
    /// How often.
    pub times: i64,
    /// When first.
    pub first_at: Moment,
    /// When last.
    pub last_at: Moment,
}

/// Adds counted calls, by (day, path).
pub async fn add(
    tx: &mut Tx,
    account: &str,
    counts: &HashMap<(String, String), Count>,
) -> Result<()> {
    static INSERT: ManyValues = ManyValues::new(
        "INSERT INTO quota_counters (account_id, day, path, calls, refused)",
        5,
        "ON CONFLICT (account_id, day, path) DO UPDATE \
         SET calls = quota_counters.calls + excluded.calls, \
         refused = quota_counters.refused + excluded.refused",
    );
    // Always in the same order, so that two processes writing at once cannot wait for each other.
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(key, _)| *key);
    for some in rows.chunks(ManyValues::MOST) {
        let sql = INSERT.text(tx, some.len());
        run!(
            tx,
            some.iter().fold(sqlx::query(sql), |query, ((day, path), count)| {
                query.bind(account).bind(day).bind(path).bind(count.calls).bind(count.refused)
            })
        )?;
    }
    Ok(())
}

/// Writes what WeChat itself counts for one API.
pub async fn reconcile(
    tx: &mut Tx,
    account: &str,
    day: &str,
    path: &str,
    quota: &Quota,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO quota_counters \
        (account_id, day, path, calls, refused, daily_limit, wechat_used, reconciled_at) \
        VALUES ($1, $2, $3, 0, 0, $4, $5, $6) ON CONFLICT (account_id, day, path) DO UPDATE \
        SET daily_limit = excluded.daily_limit, wechat_used = excluded.wechat_used, \
        reconciled_at = excluded.reconciled_at";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(account)
            .bind(day)
            .bind(path)
            .bind(quota.daily_limit)
            .bind(quota.used)
            .bind(now)
    )?;
    Ok(())
}

/// What WeChat counted is nothing again, after the counts were cleared.
pub async fn cleared(tx: &mut Tx, account: &str, day: &str, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE quota_counters SET wechat_used = 0, reconciled_at = $1 \
        WHERE account_id = $2 AND day = $3 AND wechat_used IS NOT NULL";
    run!(tx, sqlx::query(SQL).bind(now).bind(account).bind(day))?;
    Ok(())
}

/// Calls of one day, most used first.
pub async fn of_day(link: &mut impl Link, account: &str, day: &str) -> Result<Vec<QuotaRow>> {
    const SQL: &str = "SELECT path, calls, refused, daily_limit, wechat_used, reconciled_at \
        FROM quota_counters WHERE account_id = $1 AND day = $2 ORDER BY calls DESC, path";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(day).fetch_all(c).await)?)
}

/// Forgets the counts of days before `day`, of every account.
pub async fn forget_before(tx: &mut Tx, day: &str) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM quota_counters WHERE day < $1").bind(day))?;
    Ok(())
}

/// Writes a trouble, or adds to the one that is known.
pub async fn trouble(tx: &mut Tx, account: &str, path: &str, trouble: &Trouble) -> Result<()> {
    const SQL: &str = "INSERT INTO account_troubles \
        (account_id, path, errcode, rid, ip, times, first_at, last_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (account_id, path) DO UPDATE SET \
        times = CASE WHEN account_troubles.errcode = excluded.errcode \
            THEN account_troubles.times + excluded.times ELSE excluded.times END, \
        first_at = CASE WHEN account_troubles.errcode = excluded.errcode \
            THEN account_troubles.first_at ELSE excluded.first_at END, \
        errcode = excluded.errcode, rid = excluded.rid, ip = excluded.ip, \
        last_at = excluded.last_at";
    let ip = trouble.ip.map(|ip| ip.to_string());
    run!(
        tx,
        sqlx::query(SQL)
            .bind(account)
            .bind(path)
            .bind(trouble.errcode)
            .bind(&trouble.rid)
            .bind(&ip)
            .bind(trouble.times)
            .bind(trouble.at)
    )?;
    Ok(())
}

/// Removes the trouble of an API that works again.
pub async fn mended(tx: &mut Tx, account: &str, path: &str) -> Result<()> {
    let sql = "DELETE FROM account_troubles WHERE account_id = $1 AND path = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(path))?;
    Ok(())
}

/// The troubles of an account, newest first.
pub async fn troubles(link: &mut impl Link, account: &str) -> Result<Vec<TroubleRow>> {
    const SQL: &str = "SELECT path, errcode, rid, ip, times, first_at, last_at \
        FROM account_troubles WHERE account_id = $1 ORDER BY last_at DESC, path";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).fetch_all(c).await)?)
}
