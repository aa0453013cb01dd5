//! The tables `inbox` and `conversations`, read and written for many pushes at once.

use sqlx::FromRow;

use super::conversation::Fact;
use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, ManyValues, Tx};
use crate::platform::error::{Error, Result};
use crate::{many_rows, on, run};

/// The counter from which inquiries of a month (`2611`) get their numbers.
fn counter(month: &str) -> String {
    format!("inquiry:{month}")
}

/// Reads the last number of a month and holds it until the transaction ends. On PostgreSQL this
/// also lets only one process take pushes in at a time, so that a follower's standing cannot fork.
pub async fn hold_counter(tx: &mut Tx, month: &str) -> Result<i64> {
    let name = counter(month);
    if tx.conn().backend() == Backend::Postgres {
        let sql = "INSERT INTO counters (name, value) VALUES ($1, 0) ON CONFLICT DO NOTHING";
        run!(tx, sqlx::query(sql).bind(&name))?;
    }
    let sql = match tx.conn().backend() {
        Backend::Sqlite => "SELECT value FROM counters WHERE name = $1",
        Backend::Postgres => "SELECT value FROM counters WHERE name = $1 FOR UPDATE",
    };
    let value: Option<i64> =
        on!(tx, c => sqlx::query_scalar(sql).bind(&name).fetch_optional(c).await)?;
    Ok(value.unwrap_or(0))
}

/// Writes the last number of a month.
pub async fn set_counter(tx: &mut Tx, month: &str, value: i64) -> Result<()> {
    const SQL: &str = "INSERT INTO counters (name, value) VALUES ($1, $2) \
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    run!(tx, sqlx::query(SQL).bind(counter(month)).bind(value))?;
    Ok(())
}

/// A push that was taken in before, with the reply it was given.
#[derive(Clone, Debug, FromRow)]
pub struct Remembered {
    /// Official account.
    pub account_id: String,
    /// Key of the push.
    pub dedup_key: String,
    /// Reply.
    pub reply: String,
}

/// Those of the given pushes (`[[account, key], …]`) that were taken in before.
pub async fn remembered(link: &mut impl Link, keys: &[(&str, &str)]) -> Result<Vec<Remembered>> {
    let sql = many_rows!(
        link,
        "SELECT b.account_id, b.dedup_key, b.reply FROM inbox b WHERE (b.account_id, b.dedup_key) IN \
         (SELECT value->>0, value->>1 FROM",
        ")"
    );
    let rows = serde_json::to_string(keys)?;
    Ok(on!(link, c => sqlx::query_as(sql).bind(&rows).fetch_all(c).await)?)
}

/// A follower's standing as stored.
#[derive(Clone, Debug, FromRow)]
pub struct StandingRow {
    /// Official account.
    pub account_id: String,
    /// Follower.
    pub openid: String,
    /// JSON of [`super::conversation::Standing`].
    pub state: String,
}

/// The standings of these followers (`[[account, openid], …]` as JSON).
pub async fn standings(link: &mut impl Link, followers: &str) -> Result<Vec<StandingRow>> {
    let sql = many_rows!(
        link,
        "SELECT s.account_id, s.openid, s.state FROM conversations s WHERE (s.account_id, s.openid) IN \
         (SELECT value->>0, value->>1 FROM",
        ")"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(followers).fetch_all(c).await)?)
}

/// The inquiries of these followers, newest first.
pub async fn facts(link: &mut impl Link, followers: &str) -> Result<Vec<Fact>> {
    let sql = many_rows!(
        link,
        "SELECT c.account_id, c.openid, i.id, i.number, i.state, i.field, i.territory_id, \
         i.organization_id, i.due_at, i.answered_at, i.closed_at, i.first_line, i.merged_into \
         FROM citizens c JOIN inquiries i ON i.citizen_id = c.id WHERE (c.account_id, c.openid) IN \
         (SELECT value->>0, value->>1 FROM",
        ") ORDER BY i.opened_at DESC"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(followers).fetch_all(c).await)?)
}

/// A push to be written: account, key, openid, kind, body, reply.
pub type InboxRow<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str);

/// Writes pushes with their replies.
///
/// # Errors
/// Conflict when another process has taken one of them in meanwhile; the batch must be taken again.
pub async fn insert(tx: &mut Tx, rows: &[InboxRow<'_>], now: Moment) -> Result<()> {
    static INSERT: ManyValues = ManyValues::new(
        "INSERT INTO inbox (account_id, dedup_key, openid, kind, body, reply, received_at)",
        7,
        "ON CONFLICT (account_id, dedup_key) DO NOTHING",
    );
    let mut added = 0;
    for some in rows.chunks(ManyValues::MOST) {
        let sql = INSERT.text(tx, some.len());
        added += run!(
            tx,
            some.iter().fold(sqlx::query(sql), |query, row| {
                query
                    .bind(row.0)
                    .bind(row.1)
                    .bind(row.2)
                    .bind(row.3)
                    .bind(row.4)
                    .bind(row.5)
                    .bind(now)
            })
        )?;
    }
    if added == rows.len() as u64 {
        return Ok(());
    }
    Err(Error::conflict("同一推送已由另一个进程收下。"))
}

/// Writes the standings of followers (account, openid, JSON).
pub async fn save_standings(tx: &mut Tx, rows: &[(&str, &str, String)], now: Moment) -> Result<()> {
    static INSERT: ManyValues = ManyValues::new(
        "INSERT INTO conversations (account_id, openid, state, updated_at)",
        4,
        "ON CONFLICT (account_id, openid) DO UPDATE \
         SET state = excluded.state, updated_at = excluded.updated_at",
    );
    for some in rows.chunks(ManyValues::MOST) {
        let sql = INSERT.text(tx, some.len());
        run!(
            tx,
            some.iter().fold(sqlx::query(sql), |query, row| {
                query.bind(row.0).bind(row.1).bind(&row.2).bind(now)
            })
        )?;
    }
    Ok(())
}

/// When the last push of an account came in.
pub async fn last_received(link: &mut impl Link, account: &str) -> Result<Option<Moment>> {
    // Ids grow with time: the newest row is found from the end.
    let sql = "SELECT received_at FROM inbox WHERE account_id = $1 ORDER BY id DESC LIMIT 1";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(account).fetch_optional(c).await)?)
}

/// How many pushes of these kinds an account got from `from` to `until`, by hours counted from
/// `from`; hours without any are left out. Reads the whole inbox once.
pub async fn count_by_hour(
    link: &mut impl Link,
    account: &str,
    kinds: &[&str],
    from: Moment,
    until: Moment,
) -> Result<Vec<(i64, i64)>> {
    let sql = many_rows!(
        link,
        "SELECT (b.received_at - $4) / 3600000 AS hour, count(*) FROM inbox b \
         WHERE b.account_id = $2 AND b.received_at < $3 AND b.received_at >= $4 \
         AND b.kind IN (SELECT value->>0 FROM",
        ") GROUP BY 1"
    );
    let kinds: Vec<[&str; 1]> = kinds.iter().map(|kind| [*kind]).collect();
    let kinds = serde_json::to_string(&kinds)?;
    let rows = on!(link, c => sqlx::query_as(sql)
        .bind(&kinds).bind(account).bind(until).bind(from).fetch_all(c).await);
    Ok(rows?)
}

/// The next bodies after an inbox row that do not begin with `prefix`: id, key, body; at most `most`.
pub async fn unsealed(
    link: &mut impl Link,
    after: i64,
    prefix: &str,
    most: i64,
) -> Result<Vec<(i64, String, String)>> {
    const SQL: &str = "SELECT id, dedup_key, body FROM inbox WHERE id > $1 AND body <> '' \
        AND body NOT LIKE $2 ORDER BY id LIMIT $3";
    let pattern = format!("{prefix}%");
    Ok(
        on!(link, c => sqlx::query_as(SQL).bind(after).bind(&pattern).bind(most).fetch_all(c).await)?,
    )
}

/// Puts a sealed body in the place of what was there, unless it was erased meanwhile.
pub async fn put_body(tx: &mut Tx, id: i64, sealed: &str) -> Result<()> {
    let sql = "UPDATE inbox SET body = $2 WHERE id = $1 AND body <> ''";
    run!(tx, sqlx::query(sql).bind(id).bind(sealed))?;
    Ok(())
}

/// Empties what was kept of the pushes that belong to an inquiry; their keys stay, so that a late
/// repetition is still recognized.
pub async fn erase_bodies(tx: &mut Tx, account: &str, keys: &[String]) -> Result<()> {
    for key in keys {
        let sql = "UPDATE inbox SET body = '', reply = '', openid = '' WHERE account_id = $1 AND dedup_key = $2";
        run!(tx, sqlx::query(sql).bind(account).bind(key))?;
    }
    Ok(())
}

/// Empties the replies a follower got since then: an answer may have travelled in any of them.
pub async fn erase_replies(tx: &mut Tx, account: &str, openid: &str, since: Moment) -> Result<()> {
    const SQL: &str = "UPDATE inbox SET reply = '' \
        WHERE account_id = $1 AND openid = $2 AND received_at >= $3";
    run!(tx, sqlx::query(SQL).bind(account).bind(openid).bind(since))?;
    Ok(())
}

/// Forgets where the conversation with a follower stood. The row stays: it says that this follower
/// is known and may have other inquiries.
pub async fn forget_standing(tx: &mut Tx, account: &str, openid: &str) -> Result<()> {
    let sql = "UPDATE conversations SET state = '{}' WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid))?;
    Ok(())
}

/// Empties every push of a follower and the reply to it, and forgets that they ever wrote.
pub async fn forget_person(tx: &mut Tx, account: &str, openid: &str) -> Result<()> {
    const INBOX: &str = "UPDATE inbox SET body = '', reply = '', openid = '' \
        WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(INBOX).bind(account).bind(openid))?;
    let sql = "DELETE FROM conversations WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid))?;
    Ok(())
}
