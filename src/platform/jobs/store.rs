//! The table `jobs`.

use sqlx::FromRow;

use super::{Claimed, NewJob};
use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, ManyValues, Tx};
use crate::platform::error::{Error, Result};
use crate::{many_rows, on, run};

/// Writes a job.
pub async fn enqueue(tx: &mut Tx, job: &NewJob, now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO jobs (kind, payload, once_key, run_at, created_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (once_key) WHERE once_key IS NOT NULL DO NOTHING";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(job.kind)
            .bind(&job.payload)
            .bind(&job.once_key)
            .bind(job.run_at)
            .bind(now)
    )?;
    Ok(())
}

/// Writes many jobs of one kind in one statement, to be worked through in the order given.
pub async fn enqueue_in_order(
    tx: &mut Tx,
    kind: &str,
    payloads: &[String],
    now: Moment,
) -> Result<()> {
    static INSERT: ManyValues =
        ManyValues::new("INSERT INTO jobs (kind, payload, in_order, run_at, created_at)", 5, "");
    for some in payloads.chunks(ManyValues::MOST) {
        let sql = INSERT.text(tx, some.len());
        run!(
            tx,
            some.iter().fold(sqlx::query(sql), |query, payload| {
                query.bind(kind).bind(payload).bind(true).bind(now).bind(now)
            })
        )?;
    }
    Ok(())
}

/// Takes up to `limit` due jobs, oldest first, including those whose holder has vanished.
pub async fn claim(
    tx: &mut Tx,
    holder: &str,
    now: Moment,
    leased_until: Moment,
    limit: i64,
) -> Result<Vec<Claimed>> {
    macro_rules! sql {
        ($lock:literal) => {
            concat!(
                "UPDATE jobs SET state = 'running', holder = $1, fence = fence + 1, \
                 attempts = attempts + 1, leased_until = $2 WHERE id IN ( \
                 SELECT id FROM jobs WHERE NOT in_order AND ((state = 'ready' AND run_at <= $3) \
                 OR (state = 'running' AND leased_until < $3)) ORDER BY run_at, id LIMIT $4 ",
                $lock,
                ") RETURNING id, kind, payload, attempts, fence"
            )
        };
    }
    let sql = match tx.conn().backend() {
        Backend::Sqlite => sql!(""),
        Backend::Postgres => sql!("FOR UPDATE SKIP LOCKED"),
    };
    let mut jobs: Vec<Claimed> = on!(tx, c => sqlx::query_as(sql)
        .bind(holder).bind(leased_until).bind(now).bind(limit)
        .fetch_all(c).await)?;
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

/// Reads the oldest waiting jobs of a kind that one process works through in order.
pub async fn oldest(link: &mut impl Link, kind: &str, limit: i64) -> Result<Vec<Claimed>> {
    const SQL: &str = "SELECT id, kind, payload, attempts, fence FROM jobs \
        WHERE in_order AND kind = $1 AND state = 'ready' ORDER BY id LIMIT $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(kind).bind(limit).fetch_all(c).await)?)
}

/// Prolongs the lease of a job still being done; `false` when it was taken away meanwhile.
pub async fn prolong(tx: &mut Tx, job: &Claimed, leased_until: Moment) -> Result<bool> {
    let sql = "UPDATE jobs SET leased_until = $1 WHERE id = $2 AND fence = $3";
    Ok(run!(tx, sqlx::query(sql).bind(leased_until).bind(job.id).bind(job.fence))? == 1)
}

/// Removes a finished job.
///
/// # Errors
/// Conflict when somebody else has claimed it meanwhile; the caller's transaction must not commit.
pub async fn finish(tx: &mut Tx, job: &Claimed) -> Result<()> {
    let sql = "DELETE FROM jobs WHERE id = $1 AND fence = $2";
    match run!(tx, sqlx::query(sql).bind(job.id).bind(job.fence))? {
        1 => Ok(()),
        _ => Err(Error::conflict("这项后台工作已由另一个进程接手。")),
    }
}

/// Removes many finished jobs at once; conflict when one of them is gone.
pub async fn finish_many(tx: &mut Tx, ids: &[i64]) -> Result<()> {
    let sql =
        many_rows!(tx, "DELETE FROM jobs WHERE id IN (SELECT CAST(value->>0 AS BIGINT) FROM", ")");
    let rows: Vec<[i64; 1]> = ids.iter().map(|id| [*id]).collect();
    let removed = run!(tx, sqlx::query(sql).bind(serde_json::to_string(&rows)?))?;
    if removed == ids.len() as u64 {
        return Ok(());
    }
    Err(Error::conflict("这批后台工作已由另一个进程接手。"))
}

/// Puts a job back for later; `tries` is how many of its tries have failed so far.
pub async fn put_back(
    tx: &mut Tx,
    job: &Claimed,
    run_at: Moment,
    why: &str,
    tries: i64,
) -> Result<()> {
    const SQL: &str = "UPDATE jobs SET state = 'ready', run_at = $1, last_error = $2, \
        attempts = $3, holder = NULL WHERE id = $4 AND fence = $5";
    run!(tx, sqlx::query(SQL).bind(run_at).bind(why).bind(tries).bind(job.id).bind(job.fence))?;
    Ok(())
}

/// Counts a failed try of a job that is worked through in order.
pub async fn count_try(tx: &mut Tx, id: i64, why: &str) -> Result<()> {
    let sql = "UPDATE jobs SET attempts = attempts + 1, last_error = $1 WHERE id = $2";
    run!(tx, sqlx::query(sql).bind(why).bind(id))?;
    Ok(())
}

/// Sets a job aside for a person: it is shown on the health page and runs no more.
pub async fn set_aside(tx: &mut Tx, id: i64, why: &str) -> Result<()> {
    const SQL: &str =
        "UPDATE jobs SET state = 'dead', last_error = $1, once_key = NULL WHERE id = $2";
    run!(tx, sqlx::query(SQL).bind(why).bind(id))?;
    Ok(())
}

/// Whether a job of this kind with just this payload waits or runs.
pub async fn is_left(link: &mut impl Link, kind: &str, payload: &str) -> Result<bool> {
    let sql = "SELECT count(*) FROM jobs WHERE kind = $1 AND payload = $2 AND state <> 'dead'";
    let left: i64 =
        on!(link, c => sqlx::query_scalar(sql).bind(kind).bind(payload).fetch_one(c).await)?;
    Ok(left > 0)
}

/// Removes the jobs that speak of something that was erased, also those set aside.
pub async fn forget_mentions(tx: &mut Tx, id: &str) -> Result<()> {
    let sql = "DELETE FROM jobs WHERE payload LIKE $1";
    run!(tx, sqlx::query(sql).bind(format!("%{id}%")))?;
    Ok(())
}

/// When the next waiting job is due, of those that need no order.
pub async fn next_due(link: &mut impl Link) -> Result<Option<Moment>> {
    let sql = "SELECT min(run_at) FROM jobs WHERE NOT in_order AND state = 'ready'";
    let due: Option<i64> = on!(link, c => sqlx::query_scalar(sql).fetch_one(c).await)?;
    Ok(due.map(Moment))
}

/// How the table stands, for the health page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Standing {
    /// Due or running.
    pub due: i64,
    /// Waiting for their time.
    pub later: i64,
    /// Set aside for a person.
    pub dead: i64,
}

/// Counts jobs by how they stand at `now`.
pub async fn standing(link: &mut impl Link, now: Moment) -> Result<Standing> {
    const SQL: &str = "SELECT \
        count(*) FILTER (WHERE state = 'running' OR (state = 'ready' AND run_at <= $1)) AS due, \
        count(*) FILTER (WHERE state = 'ready' AND run_at > $1) AS later, \
        count(*) FILTER (WHERE state = 'dead') AS dead FROM jobs";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(now).fetch_one(c).await)?)
}
