//! The tables `quiz_certificates` and `quiz_surveys`.

use sqlx::FromRow;

use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::quiz::round::{PlayerId, RoundId};
use crate::quiz::rules::honours::{Marks, When};
use crate::{on, run};

/// A certificate with what is printed on it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Certificate {
    /// Its code.
    pub code: String,
    /// Round.
    pub round_id: RoundId,
    /// Title of the round.
    pub title: String,
    /// The player's number.
    pub number: String,
    /// As they want to be called.
    pub nickname: String,
    /// Right answers when it was made.
    pub right_answers: i64,
    /// When.
    pub issued_at: Moment,
}

macro_rules! certificate_sql {
    ($tail:literal) => {
        concat!(
            "SELECT c.code, p.round_id, r.title, p.number, p.nickname, c.right_answers, \
             c.issued_at FROM quiz_certificates c JOIN quiz_players p ON p.id = c.player_id \
             JOIN quiz_rounds r ON r.id = p.round_id ",
            $tail
        )
    };
}

/// Makes a certificate; one that is there stays.
pub async fn issue(
    tx: &mut Tx,
    player: PlayerId,
    code: &str,
    right_answers: i64,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO quiz_certificates (code, player_id, right_answers, issued_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    run!(tx, sqlx::query(SQL).bind(code).bind(player).bind(right_answers).bind(now))?;
    Ok(())
}

/// The certificate of a player.
pub async fn of_player(link: &mut impl Link, player: PlayerId) -> Result<Option<Certificate>> {
    let sql = certificate_sql!("WHERE c.player_id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(player).fetch_optional(c).await)?)
}

/// The certificate with a code.
pub async fn by_code(link: &mut impl Link, code: &str) -> Result<Option<Certificate>> {
    let sql = certificate_sql!("WHERE c.code = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(code).fetch_optional(c).await)?)
}

/// Keeps what a player thinks; the first answer stays.
pub async fn survey(
    tx: &mut Tx,
    player: PlayerId,
    when: When,
    marks: &Marks,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO quiz_surveys (player_id, phase, aware, useful, satisfied, \
        answered_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (player_id, phase) DO NOTHING";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(player)
            .bind(when)
            .bind(marks.aware)
            .bind(marks.useful)
            .bind(marks.satisfied)
            .bind(now)
    )?;
    Ok(())
}

/// Whether a player has said what they think.
pub async fn surveyed(link: &mut impl Link, player: PlayerId, when: When) -> Result<bool> {
    const SQL: &str = "SELECT count(*) FROM quiz_surveys WHERE player_id = $1 AND phase = $2";
    let count: i64 =
        on!(link, c => sqlx::query_scalar(SQL).bind(player).bind(when).fetch_one(c).await)?;
    Ok(count > 0)
}

/// What was thought in a round, one row a player.
pub async fn surveys(link: &mut impl Link, round: RoundId, when: When) -> Result<Vec<Marks>> {
    const SQL: &str = "SELECT s.aware, s.useful, s.satisfied FROM quiz_surveys s \
        JOIN quiz_players p ON p.id = s.player_id WHERE p.round_id = $1 AND s.phase = $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(round).bind(when).fetch_all(c).await)?)
}

/// Takes the certificates of a person away.
pub async fn forget_person(tx: &mut Tx, (account, openid): (&str, &str)) -> Result<()> {
    const SQL: &str = "DELETE FROM quiz_certificates WHERE player_id IN \
        (SELECT id FROM quiz_players WHERE account_id = $1 AND openid = $2)";
    run!(tx, sqlx::query(SQL).bind(account).bind(openid))?;
    Ok(())
}
