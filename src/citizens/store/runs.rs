//! The table `follower_runs`.

use crate::citizens::followers::{Run, RunState};
use crate::citizens::store::followers::Listed;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, account_id, state, is_first, next_openid, pages, seen, total, added, \
             returned, gone, problem, started_at, updated_at, finished_at FROM follower_runs ",
            $rest
        )
    };
}

/// The reading of an account's list that is not at its end.
pub async fn running(link: &mut impl Link, account: &str) -> Result<Option<Run>> {
    let sql = select!("WHERE account_id = $1 AND state = 'running'");
    Ok(on!(link, c => sqlx::query_as(sql).bind(account).fetch_optional(c).await)?)
}

/// The newest readings of an account's list.
pub async fn newest(link: &mut impl Link, account: &str, limit: i64) -> Result<Vec<Run>> {
    let sql = select!("WHERE account_id = $1 ORDER BY id DESC LIMIT $2");
    Ok(on!(link, c => sqlx::query_as(sql).bind(account).bind(limit).fetch_all(c).await)?)
}

/// Begins a reading; it is the first while none was complete.
pub async fn begin(tx: &mut Tx, account: &str, now: Moment) -> Result<Run> {
    const SQL: &str = "INSERT INTO follower_runs (account_id, state, is_first, started_at, updated_at) \
        SELECT $1, 'running', NOT EXISTS (SELECT 1 FROM follower_runs r WHERE r.account_id = $1 \
        AND r.state = 'complete'), $2, $2 RETURNING id, account_id, state, is_first, next_openid, \
        pages, seen, total, added, returned, gone, problem, started_at, updated_at, finished_at";
    Ok(on!(tx, c => sqlx::query_as(SQL).bind(account).bind(now).fetch_one(c).await)?)
}

/// Counts what a part of a page changed.
pub async fn count(tx: &mut Tx, id: i64, listed: Listed) -> Result<()> {
    let sql = "UPDATE follower_runs SET added = added + $2, returned = returned + $3 WHERE id = $1";
    let (added, returned) = (listed.added.cast_signed(), listed.returned.cast_signed());
    run!(tx, sqlx::query(sql).bind(id).bind(added).bind(returned))?;
    Ok(())
}

/// Notes that a page with `seen` followers is written and where the next one begins.
pub async fn advance(
    tx: &mut Tx,
    id: i64,
    next: &str,
    (seen, total): (i64, i64),
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE follower_runs SET next_openid = $2, pages = pages + 1, \
        seen = seen + $3, total = $4, updated_at = $5, problem = NULL WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(next).bind(seen).bind(total).bind(now))?;
    Ok(())
}

/// Goes back to the beginning of the list; what was marked so far stays marked.
pub async fn begin_again(tx: &mut Tx, id: i64, now: Moment) -> Result<()> {
    let sql = "UPDATE follower_runs SET next_openid = '', seen = 0, updated_at = $2 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(now))?;
    Ok(())
}

/// Notes why a reading stands still.
pub async fn trouble(tx: &mut Tx, id: i64, problem: &str, now: Moment) -> Result<()> {
    let sql = "UPDATE follower_runs SET problem = $2, updated_at = $3 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(problem).bind(now))?;
    Ok(())
}

/// Ends a reading.
pub async fn finish(tx: &mut Tx, id: i64, state: RunState, gone: i64, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE follower_runs SET state = $2, gone = $3, updated_at = $4, \
        finished_at = $4 WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(state).bind(gone).bind(now))?;
    Ok(())
}
