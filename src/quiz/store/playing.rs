//! The tables `quiz_players` and `quiz_tasks`.

use sqlx::FromRow;

use super::bank::question_sql;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::quiz::round::{Player, PlayerId, RoundId, Task};
use crate::quiz::{Question, QuestionId};
use crate::{on, run};

macro_rules! player_sql {
    ($tail:literal) => {
        concat!(
            "SELECT p.id, p.round_id, p.number, p.nickname, p.district, p.town, p.unit, \
             p.joined_at FROM quiz_players p ",
            $tail
        )
    };
}

macro_rules! task_sql {
    ($tail:literal) => {
        concat!(
            "SELECT t.player_id, t.period, t.place, t.question_id, t.version, t.dealt_at, \
             t.answer, t.correct, t.answered_at FROM quiz_tasks t ",
            $tail
        )
    };
}

/// The player somebody is in a round.
pub async fn player(
    link: &mut impl Link,
    round: RoundId,
    (account, openid): (&str, &str),
) -> Result<Option<Player>> {
    let sql = player_sql!("WHERE p.round_id = $1 AND p.account_id = $2 AND p.openid = $3");
    Ok(on!(link, c => {
        sqlx::query_as(sql).bind(round).bind(account).bind(openid).fetch_optional(c).await
    })?)
}

/// Adds a player; `false` when this person plays already, or the number is taken.
pub async fn insert_player(
    tx: &mut Tx,
    player: &Player,
    (account, openid): (&str, &str),
    device: &str,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO quiz_players (id, round_id, account_id, openid, number, \
        nickname, district, town, unit, device, joined_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(player.id)
            .bind(player.round_id)
            .bind(account)
            .bind(openid)
            .bind(&player.number)
            .bind(&player.nickname)
            .bind(&player.district)
            .bind(&player.town)
            .bind(&player.unit)
            .bind(device)
            .bind(player.joined_at)
    )?;
    Ok(added == 1)
}

/// The questions a round may deal now: those it began with that nobody has changed, doubted or
/// taken out of use since.
pub async fn dealable(
    link: &mut impl Link,
    round: RoundId,
    today: &str,
) -> Result<Vec<(QuestionId, i64)>> {
    const SQL: &str = "SELECT r.question_id, r.version FROM quiz_round_questions r \
        JOIN quiz_questions q ON q.id = r.question_id AND q.version = r.version \
        WHERE r.round_id = $1 AND q.doubt IS NULL AND q.retired_at IS NULL \
        AND (q.expires_on IS NULL OR q.expires_on >= $2) AND NOT EXISTS (SELECT 1 \
        FROM quiz_questions n WHERE n.id = q.id AND n.version > q.version) ORDER BY r.question_id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(round).bind(today).fetch_all(c).await)?)
}

/// Questions a player has been dealt in any period.
pub async fn dealt(link: &mut impl Link, player: PlayerId) -> Result<Vec<QuestionId>> {
    const SQL: &str = "SELECT DISTINCT question_id FROM quiz_tasks WHERE player_id = $1";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(player).fetch_all(c).await)?)
}

/// Deals a question; `false` when this place is dealt already.
pub async fn deal(tx: &mut Tx, task: &Task) -> Result<bool> {
    const SQL: &str = "INSERT INTO quiz_tasks (player_id, period, place, question_id, version, \
        dealt_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let dealt = run!(
        tx,
        sqlx::query(SQL)
            .bind(task.player_id)
            .bind(task.period)
            .bind(task.place)
            .bind(task.question_id)
            .bind(task.version)
            .bind(task.dealt_at)
    )?;
    Ok(dealt == 1)
}

/// What a player was dealt in a period, in order.
pub async fn tasks(link: &mut impl Link, player: PlayerId, period: i64) -> Result<Vec<Task>> {
    let sql = task_sql!("WHERE t.player_id = $1 AND t.period = $2 ORDER BY t.place");
    Ok(on!(link, c => sqlx::query_as(sql).bind(player).bind(period).fetch_all(c).await)?)
}

/// Everything a player was dealt, in order.
pub async fn all_tasks(link: &mut impl Link, player: PlayerId) -> Result<Vec<Task>> {
    let sql = task_sql!("WHERE t.player_id = $1 ORDER BY t.period, t.place");
    Ok(on!(link, c => sqlx::query_as(sql).bind(player).fetch_all(c).await)?)
}

/// A version of a question, as it was dealt.
pub async fn question(
    link: &mut impl Link,
    id: QuestionId,
    version: i64,
) -> Result<Option<Question>> {
    let sql = question_sql!("WHERE q.id = $1 AND q.version = $2");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).bind(version).fetch_optional(c).await)?)
}

/// Writes the answer to a question; `false` when it has one already. One statement, so that of two
/// answers at the same moment one counts.
pub async fn answer(
    tx: &mut Tx,
    task: &Task,
    answer: i64,
    correct: bool,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE quiz_tasks SET answer = $4, correct = $5, answered_at = $6 \
        WHERE player_id = $1 AND period = $2 AND place = $3 AND answered_at IS NULL";
    let changed = run!(
        tx,
        sqlx::query(SQL)
            .bind(task.player_id)
            .bind(task.period)
            .bind(task.place)
            .bind(answer)
            .bind(i64::from(correct))
            .bind(now)
    )?;
    Ok(changed == 1)
}

/// Players, answers and right ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Tally {
    /// District, town or unit; empty when not told.
    pub name: String,
    /// People who answered something.
    pub players: i64,
    /// Answers.
    pub answers: i64,
    /// Right answers.
    pub right_answers: i64,
}

/// Where players belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Team {
    /// District.
    District,
    /// Town or street.
    Town,
    /// Work unit.
    Unit,
    /// All together.
    All,
}

/// How the teams of a round stand, those with the most right answers first. Whoever was left out for
/// cheating does not count.
pub async fn league(link: &mut impl Link, round: RoundId, team: Team) -> Result<Vec<Tally>> {
    macro_rules! by {
        ($column:literal) => {
            concat!(
                "SELECT ",
                $column,
                " AS name, count(DISTINCT p.id) AS players, count(*) AS answers, \
                 CAST(COALESCE(sum(t.correct), 0) AS BIGINT) AS right_answers \
                 FROM quiz_players p JOIN quiz_tasks t ON t.player_id = p.id \
                 WHERE p.round_id = $1 AND t.answered_at IS NOT NULL AND NOT EXISTS (SELECT 1 \
                 FROM quiz_flags f WHERE f.player_id = p.id AND f.decision = 'excluded') \
                 GROUP BY 1 ORDER BY 4 DESC, 1"
            )
        };
    }
    let sql = match team {
        Team::District => by!("p.district"),
        Team::Town => by!("p.town"),
        Team::Unit => by!("p.unit"),
        Team::All => by!("''"),
    };
    Ok(on!(link, c => sqlx::query_as(sql).bind(round).fetch_all(c).await)?)
}

/// Numbers of those with at least `least` right answers who were not left out and are not erased.
pub async fn eligible(link: &mut impl Link, round: RoundId, least: i64) -> Result<Vec<String>> {
    const SQL: &str = "SELECT p.number FROM quiz_players p JOIN quiz_tasks t ON t.player_id = p.id \
        WHERE p.round_id = $1 AND p.erased_at IS NULL AND t.answered_at IS NOT NULL \
        AND NOT EXISTS (SELECT 1 FROM quiz_flags f WHERE f.player_id = p.id \
        AND f.decision = 'excluded') GROUP BY p.number \
        HAVING sum(t.correct) >= $2 ORDER BY p.number";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(round).bind(least).fetch_all(c).await)?)
}

/// How each question of a round was answered: id, answers, right ones; the hardest first.
pub async fn by_question(link: &mut impl Link, round: RoundId) -> Result<Vec<(String, i64, i64)>> {
    const SQL: &str = "SELECT q.question, count(*), CAST(sum(t.correct) AS BIGINT) \
        FROM quiz_players p JOIN quiz_tasks t ON t.player_id = p.id \
        JOIN quiz_questions q ON q.id = t.question_id AND q.version = t.version \
        WHERE p.round_id = $1 AND t.answered_at IS NOT NULL GROUP BY q.id, q.question \
        ORDER BY CAST(sum(t.correct) AS REAL) / count(*), q.question";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(round).fetch_all(c).await)?)
}

/// What is kept of a person: title of the round, and who they are in it.
pub async fn of_person(
    link: &mut impl Link,
    (account, openid): (&str, &str),
) -> Result<Vec<(String, Player)>> {
    const TITLES: &str = "SELECT r.title FROM quiz_players p JOIN quiz_rounds r \
        ON r.id = p.round_id WHERE p.account_id = $1 AND p.openid = $2 ORDER BY p.id";
    let titles: Vec<String> = on!(link, c => {
        sqlx::query_scalar(TITLES).bind(account).bind(openid).fetch_all(c).await
    })?;
    let sql = player_sql!("WHERE p.account_id = $1 AND p.openid = $2 ORDER BY p.id");
    let players: Vec<Player> =
        on!(link, c => sqlx::query_as(sql).bind(account).bind(openid).fetch_all(c).await)?;
    Ok(titles.into_iter().zip(players).collect())
}

/// Forgets who played: what was answered stays, under a number that leads to nobody.
pub async fn forget_person(
    tx: &mut Tx,
    (account, openid): (&str, &str),
    now: Moment,
) -> Result<()> {
    const FLAGS: &str = "UPDATE quiz_flags SET appeal = NULL WHERE player_id IN \
        (SELECT id FROM quiz_players WHERE account_id = $1 AND openid = $2)";
    run!(tx, sqlx::query(FLAGS).bind(account).bind(openid))?;
    const SQL: &str = "UPDATE quiz_players SET openid = NULL, nickname = '', district = '', \
        town = '', unit = '', device = NULL, erased_at = $3 \
        WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(SQL).bind(account).bind(openid).bind(now))?;
    Ok(())
}
