//! The tables `media_received` and `media_files`; next door `media_attached`.

pub mod attached;

use uuid::Uuid;

use super::{Format, Received, State, Wanted};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// Notes something to be fetched; `false` when it was noted before.
pub async fn insert(tx: &mut Tx, new: &Wanted<'_>, at: Moment, expires: Moment) -> Result<bool> {
    const SQL: &str = "INSERT INTO media_received (message_id, account_id, media_id, kind, state, \
        tries, received_at, expires_at) VALUES ($1, $2, $3, $4, $5, 0, $6, $7) \
        ON CONFLICT (message_id) DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(new.message)
            .bind(new.account)
            .bind(new.media_id)
            .bind(new.kind)
            .bind(State::Waiting)
            .bind(at)
            .bind(expires)
    )?;
    Ok(added == 1)
}

/// What came with a message.
pub async fn get(link: &mut impl Link, message: Uuid) -> Result<Option<Received>> {
    Ok(of_messages(link, &[message]).await?.pop())
}

/// What came with these messages; a conversation has few that carry anything.
pub async fn of_messages(link: &mut impl Link, messages: &[Uuid]) -> Result<Vec<Received>> {
    const SQL: &str = "SELECT r.message_id, r.account_id, r.media_id, r.kind, r.state, r.sha256, \
        f.format, f.bytes, r.reason, r.tries, r.expires_at FROM media_received r \
        LEFT JOIN media_files f ON f.sha256 = r.sha256 WHERE r.message_id = $1";
    let mut found = Vec::new();
    for message in messages {
        let row = on!(link, c => sqlx::query_as(SQL).bind(message).fetch_optional(c).await)?;
        found.extend(row);
    }
    Ok(found)
}

/// Counts a try that failed, with what went wrong.
pub async fn count_try(tx: &mut Tx, message: Uuid, why: &str) -> Result<()> {
    let sql = "UPDATE media_received SET tries = tries + 1, reason = $1 WHERE message_id = $2";
    run!(tx, sqlx::query(sql).bind(why).bind(message))?;
    Ok(())
}

/// Names a file that lies in the store, or holds its row until the transaction ends.
pub async fn hold_file(
    tx: &mut Tx,
    sha256: &str,
    format: Format,
    bytes: usize,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO media_files (sha256, format, bytes, stored_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (sha256) DO UPDATE SET format = excluded.format";
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    run!(tx, sqlx::query(SQL).bind(sha256).bind(format).bind(bytes).bind(now))?;
    Ok(())
}

/// Ends the fetching of something that still waits; `false` when it is gone or ended already.
pub async fn settle(
    tx: &mut Tx,
    message: Uuid,
    state: State,
    sha256: Option<&str>,
    reason: Option<&str>,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE media_received SET state = $1, sha256 = $2, reason = $3, \
        settled_at = $4, tries = tries + 1 WHERE message_id = $5 AND state = 'waiting'";
    let changed =
        run!(tx, sqlx::query(SQL).bind(state).bind(sha256).bind(reason).bind(now).bind(message))?;
    Ok(changed == 1)
}

/// Forgets what came with these messages; gives the names of the files they had.
pub async fn forget(tx: &mut Tx, messages: &[Uuid]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for received in of_messages(tx, messages).await? {
        names.extend(received.sha256);
    }
    for message in messages {
        run!(tx, sqlx::query("DELETE FROM media_received WHERE message_id = $1").bind(message))?;
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

/// Takes a file that nothing refers to any more out of the table; `true` when the table does not
/// name it (now), so that the file itself can go.
pub async fn release_file(tx: &mut Tx, sha256: &str) -> Result<bool> {
    const SQL: &str = "DELETE FROM media_files WHERE sha256 = $1 \
        AND NOT EXISTS (SELECT 1 FROM media_received r WHERE r.sha256 = $1) \
        AND NOT EXISTS (SELECT 1 FROM media_attached a WHERE a.sha256 = $1)";
    run!(tx, sqlx::query(SQL).bind(sha256))?;
    let sql = "SELECT count(*) FROM media_files WHERE sha256 = $1";
    let left: i64 = on!(tx, c => sqlx::query_scalar(sql).bind(sha256).fetch_one(c).await)?;
    Ok(left == 0)
}

/// How many things stand so.
pub async fn count(link: &mut impl Link, state: State) -> Result<i64> {
    let sql = "SELECT count(*) FROM media_received WHERE state = $1";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(state).fetch_one(c).await)?)
}
