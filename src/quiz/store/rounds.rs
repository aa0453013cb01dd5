//! The tables `quiz_rounds`, `quiz_round_questions` and `quiz_entries`.

use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::quiz::Question;
use crate::quiz::round::{Round, RoundId, RoundState};
use crate::staff::StaffId;
use crate::{on, run};

macro_rules! round_sql {
    ($tail:literal) => {
        concat!(
            "SELECT r.id, r.version, r.account_id, r.title, r.intro, r.prizes, r.winners, \
             r.least_right, r.opens_on, r.closes_on, r.period_days, r.per_period, r.field, \
             r.hardest, r.units, r.population, r.population_source, r.state, r.written_by, \
             r.written_at, r.reason, r.checked_by, r.checked_at, r.sealed_seed, r.commitment, \
             r.seed, r.list_hash, r.drawn_at FROM quiz_rounds r ",
            $tail
        )
    };
}

/// A statement with every column of a round that people write.
macro_rules! bound {
    ($sql:expr, $round:expr) => {
        sqlx::query($sql)
            .bind($round.id)
            .bind($round.version)
            .bind(&$round.account_id)
            .bind(&$round.title)
            .bind(&$round.intro)
            .bind(&$round.prizes)
            .bind($round.winners)
            .bind($round.least_right)
            .bind(&$round.opens_on)
            .bind(&$round.closes_on)
            .bind($round.period_days)
            .bind($round.per_period)
            .bind(&$round.field)
            .bind($round.hardest)
            .bind(&$round.units)
            .bind(&$round.population)
            .bind(&$round.population_source)
            .bind($round.state)
            .bind($round.written_by)
            .bind($round.written_at)
    };
}
/// Every round, the one that begins last first.
pub async fn all(link: &mut impl Link) -> Result<Vec<Round>> {
    let sql = round_sql!("ORDER BY r.opens_on DESC, r.id DESC");
    Ok(on!(link, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// One round.
pub async fn get(link: &mut impl Link, id: RoundId) -> Result<Option<Round>> {
    let sql = round_sql!("WHERE r.id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// The rounds of an account that have been let go and that run on `today`.
pub async fn running(link: &mut impl Link, account: &str, today: &str) -> Result<Vec<Round>> {
    let sql = round_sql!(
        "WHERE r.account_id = $1 AND r.state = 'open' AND r.opens_on <= $2 AND r.closes_on >= $2 \
         ORDER BY r.closes_on, r.id"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(account).bind(today).fetch_all(c).await)?)
}

/// Adds a draft; `false` when it is there already.
pub async fn insert(tx: &mut Tx, round: &Round) -> Result<bool> {
    const SQL: &str = "INSERT INTO quiz_rounds (id, version, account_id, title, intro, prizes, \
        winners, least_right, opens_on, closes_on, period_days, per_period, field, hardest, \
        units, population, population_source, state, written_by, written_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
        $19, $20) ON CONFLICT (id) DO NOTHING";
    let added = run!(tx, bound!(SQL, round))?;
    Ok(added == 1)
}

/// Writes what a round is to be, over the version before; `false` when that is not the newest.
pub async fn change(tx: &mut Tx, round: &Round) -> Result<bool> {
    const SQL: &str = "UPDATE quiz_rounds SET account_id = $3, title = $4, intro = $5, \
        prizes = $6, winners = $7, least_right = $8, opens_on = $9, closes_on = $10, \
        period_days = $11, per_period = $12, field = $13, hardest = $14, units = $15, \
        population = $16, population_source = $17, state = $18, written_by = $19, \
        written_at = $20, version = $2 WHERE id = $1 AND version = $2 - 1 \
        AND state IN ('draft', 'waiting')";
    let changed = run!(tx, bound!(SQL, round))?;
    Ok(changed == 1)
}

/// Moves a round from one state to another, with the reason when it is sent back; `false` when it
/// does not stand there.
pub async fn step(
    tx: &mut Tx,
    id: RoundId,
    from: RoundState,
    to: RoundState,
    reason: Option<&str>,
) -> Result<bool> {
    const SQL: &str = "UPDATE quiz_rounds SET state = $3, reason = $4 WHERE id = $1 AND state = $2";
    Ok(run!(tx, sqlx::query(SQL).bind(id).bind(from).bind(to).bind(reason))? == 1)
}

/// Lets a round go with the questions it draws from; `false` when it does not wait.
pub async fn let_go(
    tx: &mut Tx,
    id: RoundId,
    (by, now): (StaffId, Moment),
    (sealed_seed, commitment): (&str, &str),
    questions: &[&Question],
) -> Result<bool> {
    const SQL: &str = "UPDATE quiz_rounds SET state = 'open', checked_by = $2, checked_at = $3, \
        sealed_seed = $4, commitment = $5 WHERE id = $1 AND state = 'waiting'";
    let changed =
        run!(tx, sqlx::query(SQL).bind(id).bind(by).bind(now).bind(sealed_seed).bind(commitment))?;
    const DRAWN_FROM: &str = "INSERT INTO quiz_round_questions (round_id, question_id, version) \
        VALUES ($1, $2, $3)";
    for question in questions.iter().filter(|_| changed == 1) {
        run!(tx, sqlx::query(DRAWN_FROM).bind(id).bind(question.id).bind(question.version))?;
    }
    Ok(changed == 1)
}

/// Writes how a draw came out; `false` when it was drawn before.
pub async fn draw(
    tx: &mut Tx,
    id: RoundId,
    (by, now): (StaffId, Moment),
    (seed, list_hash): (&str, &str),
    entries: &[(String, Option<i64>)],
) -> Result<bool> {
    const SQL: &str = "UPDATE quiz_rounds SET state = 'closed', seed = $2, list_hash = $3, \
        drawn_by = $4, drawn_at = $5 WHERE id = $1 AND state = 'open'";
    let changed =
        run!(tx, sqlx::query(SQL).bind(id).bind(seed).bind(list_hash).bind(by).bind(now))?;
    const ENTRY: &str = "INSERT INTO quiz_entries (round_id, number, rank) VALUES ($1, $2, $3)";
    for (number, rank) in entries.iter().filter(|_| changed == 1) {
        run!(tx, sqlx::query(ENTRY).bind(id).bind(number).bind(rank))?;
    }
    Ok(changed == 1)
}

/// The numbers that took part in the draw, sorted.
pub async fn entries(link: &mut impl Link, id: RoundId) -> Result<Vec<String>> {
    const SQL: &str = "SELECT number FROM quiz_entries WHERE round_id = $1 ORDER BY number";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(id).fetch_all(c).await)?)
}

/// Who won: rank, number, nickname, first prize first.
pub async fn winners(link: &mut impl Link, id: RoundId) -> Result<Vec<(i64, String, String)>> {
    const SQL: &str = "SELECT e.rank, e.number, COALESCE(p.nickname, '') FROM quiz_entries e \
        LEFT JOIN quiz_players p ON p.round_id = e.round_id AND p.number = e.number \
        WHERE e.round_id = $1 AND e.rank IS NOT NULL ORDER BY e.rank";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(id).fetch_all(c).await)?)
}
