//! The table `quiz_questions`.

use crate::content::approving::Decision;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::quiz::{Question, QuestionId};
use crate::staff::StaffId;
use crate::{on, run};

/// A SELECT of every column of a question `q`.
macro_rules! question_sql {
    ($tail:literal) => {
        concat!(
            "SELECT q.id, q.version, q.kind, q.field, q.situation, q.question, q.options, \
             q.answer_key, q.explanation, q.law, q.article, q.source, q.difficulty, q.expires_on, \
             q.written_by, q.written_at, q.decision, q.reason, q.decided_by, q.decided_at, \
             q.doubt, q.retired_at FROM quiz_questions q ",
            $tail
        )
    };
}

pub(super) use question_sql;

/// The newest version of every question, newest first.
pub async fn newest(link: &mut impl Link) -> Result<Vec<Question>> {
    let sql = question_sql!(
        "WHERE q.version = (SELECT max(n.version) FROM quiz_questions n WHERE n.id = q.id) \
         ORDER BY q.written_at DESC, q.id"
    );
    Ok(on!(link, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// The newest version of one question.
pub async fn get(link: &mut impl Link, id: QuestionId) -> Result<Option<Question>> {
    let sql = question_sql!("WHERE q.id = $1 ORDER BY q.version DESC LIMIT 1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// Every version of a question, newest first, at most fifty.
pub async fn history(link: &mut impl Link, id: QuestionId) -> Result<Vec<Question>> {
    let sql = question_sql!("WHERE q.id = $1 ORDER BY q.version DESC LIMIT 50");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_all(c).await)?)
}

/// Adds a version; `false` when there is one of this number already.
pub async fn insert(tx: &mut Tx, q: &Question) -> Result<bool> {
    const SQL: &str = "INSERT INTO quiz_questions (id, version, kind, field, situation, question, \
        options, answer_key, explanation, law, article, source, difficulty, expires_on, \
        written_by, written_at, decision, decided_by, decided_at, doubt) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
        $19, $20) ON CONFLICT (id, version) DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(q.id)
            .bind(q.version)
            .bind(q.kind)
            .bind(q.field)
            .bind(&q.situation)
            .bind(&q.question)
            .bind(&q.options)
            .bind(q.answer_key)
            .bind(&q.explanation)
            .bind(&q.law)
            .bind(&q.article)
            .bind(&q.source)
            .bind(q.difficulty)
            .bind(&q.expires_on)
            .bind(q.written_by)
            .bind(q.written_at)
            .bind(q.decision)
            .bind(q.decided_by)
            .bind(q.decided_at)
            .bind(&q.doubt)
    )?;
    Ok(added == 1)
}

/// Writes what another person said to a version; `false` when somebody was faster.
pub async fn settle(
    tx: &mut Tx,
    (id, version): (QuestionId, i64),
    decision: Decision,
    reason: Option<&str>,
    by: StaffId,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE quiz_questions SET decision = $3, reason = $4, decided_by = $5, \
        decided_at = $6 WHERE id = $1 AND version = $2 AND decision IS NULL";
    let changed = run!(
        tx,
        sqlx::query(SQL).bind(id).bind(version).bind(decision).bind(reason).bind(by).bind(now)
    )?;
    Ok(changed == 1)
}

/// Takes a question out of use.
pub async fn retire(tx: &mut Tx, id: QuestionId, now: Moment) -> Result<bool> {
    const SQL: &str =
        "UPDATE quiz_questions SET retired_at = $2 WHERE id = $1 AND retired_at IS NULL";
    Ok(run!(tx, sqlx::query(SQL).bind(id).bind(now))? > 0)
}

/// Notes what is the matter with the article a version rests on.
pub async fn set_doubt(
    tx: &mut Tx,
    (id, version): (QuestionId, i64),
    doubt: Option<&str>,
) -> Result<()> {
    const SQL: &str = "UPDATE quiz_questions SET doubt = $3 WHERE id = $1 AND version = $2";
    run!(tx, sqlx::query(SQL).bind(id).bind(version).bind(doubt))?;
    Ok(())
}

/// How many questions of others wait for `person`.
pub async fn waiting_for(link: &mut impl Link, person: StaffId) -> Result<i64> {
    const SQL: &str = "SELECT count(*) FROM quiz_questions q WHERE q.decision IS NULL \
        AND q.retired_at IS NULL AND q.written_by <> $1 AND q.version = \
        (SELECT max(n.version) FROM quiz_questions n WHERE n.id = q.id)";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(person).fetch_one(c).await)?)
}
