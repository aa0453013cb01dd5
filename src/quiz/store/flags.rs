//! The table `quiz_flags`.

use sqlx::FromRow;

use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::quiz::round::{PlayerId, RoundId};
use crate::quiz::rules::flags::{FlagDecision, FlagKind, Found, Played};
use crate::staff::StaffId;
use crate::{on, run};

/// A reason to look at a player, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Flag {
    /// Player.
    pub player_id: PlayerId,
    /// Their number.
    pub number: String,
    /// What.
    pub kind: FlagKind,
    /// In words.
    pub detail: String,
    /// What the player objects.
    pub appeal: Option<String>,
    /// What a person decided.
    pub decision: Option<FlagDecision>,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub decided_by: Option<StaffId>,
}

macro_rules! flag_sql {
    ($tail:literal) => {
        concat!(
            "SELECT f.player_id, p.number, f.kind, f.detail, f.appeal, f.decision, f.reason, \
             f.decided_by FROM quiz_flags f JOIN quiz_players p ON p.id = f.player_id ",
            $tail
        )
    };
}

/// Every answer of a round, player by player in the order they were given.
pub async fn played(link: &mut impl Link, round: RoundId) -> Result<Vec<Played>> {
    const SQL: &str = "SELECT t.player_id, COALESCE(p.device, '') AS device, t.period, \
        t.question_id, CAST(length(q.situation) + length(q.question) + length(q.options) \
        AS BIGINT) AS length, t.dealt_at, t.answered_at, t.answer, t.correct \
        FROM quiz_players p JOIN quiz_tasks t ON t.player_id = p.id \
        JOIN quiz_questions q ON q.id = t.question_id AND q.version = t.version \
        WHERE p.round_id = $1 AND p.erased_at IS NULL AND t.answered_at IS NOT NULL \
        ORDER BY t.player_id, t.period, t.answered_at, t.place";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(round).fetch_all(c).await)?)
}

/// Notes a reason to look; one that is known stays as it is.
pub async fn raise(tx: &mut Tx, found: &Found, now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO quiz_flags (player_id, kind, detail, raised_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (player_id, kind) DO NOTHING";
    run!(tx, sqlx::query(SQL).bind(found.player).bind(found.kind).bind(&found.detail).bind(now))?;
    Ok(())
}

/// Everything worth a look in a round: what is not decided or is objected to first.
pub async fn of_round(link: &mut impl Link, round: RoundId) -> Result<Vec<Flag>> {
    let sql = flag_sql!(
        "WHERE p.round_id = $1 ORDER BY CASE WHEN f.decision IS NULL THEN 0 \
         WHEN f.appeal IS NOT NULL THEN 1 ELSE 2 END, p.number, f.kind"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(round).fetch_all(c).await)?)
}

/// What a player is looked at for.
pub async fn of_player(link: &mut impl Link, player: PlayerId) -> Result<Vec<Flag>> {
    let sql = flag_sql!("WHERE f.player_id = $1 ORDER BY f.kind");
    Ok(on!(link, c => sqlx::query_as(sql).bind(player).fetch_all(c).await)?)
}

/// How many a person has still to decide about.
pub async fn undecided(link: &mut impl Link, round: RoundId) -> Result<i64> {
    const SQL: &str = "SELECT count(*) FROM quiz_flags f JOIN quiz_players p \
        ON p.id = f.player_id WHERE p.round_id = $1 AND p.erased_at IS NULL \
        AND f.decision IS NULL";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(round).fetch_one(c).await)?)
}

/// Writes what a person decided; the objection is answered with it.
pub async fn decide(
    tx: &mut Tx,
    flag: &Flag,
    (decision, reason): (FlagDecision, &str),
    (by, now): (StaffId, Moment),
) -> Result<()> {
    const SQL: &str = "UPDATE quiz_flags SET decision = $3, reason = $4, decided_by = $5, \
        decided_at = $6, appeal = NULL WHERE player_id = $1 AND kind = $2";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(flag.player_id)
            .bind(flag.kind)
            .bind(decision)
            .bind(reason)
            .bind(by)
            .bind(now)
    )?;
    Ok(())
}

/// Writes what a player objects, to everything they are looked at for.
pub async fn appeal(tx: &mut Tx, player: PlayerId, objection: &str) -> Result<()> {
    const SQL: &str = "UPDATE quiz_flags SET appeal = $2 WHERE player_id = $1 \
        AND (decision IS NULL OR decision = 'excluded')";
    run!(tx, sqlx::query(SQL).bind(player).bind(objection))?;
    Ok(())
}
