//! The tables `triage_models` and `triage_activations`.

use sqlx::FromRow;

use super::{LearnedModel, ModelId, ModelState};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run};

/// Adds a model that is to be learned.
pub async fn insert(tx: &mut Tx, model: &LearnedModel) -> Result<()> {
    const SQL: &str = "INSERT INTO triage_models (id, state, percent, corrections, report, \
        started_by, started_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(model.id)
            .bind(model.state)
            .bind(model.percent)
            .bind(model.corrections)
            .bind(&model.report)
            .bind(model.started_by)
            .bind(model.started_at)
    )?;
    Ok(())
}

macro_rules! model_sql {
    ($tail:literal) => {
        concat!(
            "SELECT id, state, percent, corrections, report, reason, started_by, started_at, \
             ended_at FROM triage_models ",
            $tail
        )
    };
}

/// The newest models, at most `most`.
pub async fn models(link: &mut impl Link, most: i64) -> Result<Vec<LearnedModel>> {
    let sql = model_sql!("ORDER BY started_at DESC, id DESC LIMIT $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(most).fetch_all(c).await)?)
}

/// One model.
pub async fn model(link: &mut impl Link, id: ModelId) -> Result<Option<LearnedModel>> {
    let sql = model_sql!("WHERE id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// Notes how far learning has come.
pub async fn set_percent(tx: &mut Tx, id: ModelId, percent: i64) -> Result<()> {
    let sql = "UPDATE triage_models SET percent = $2 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(percent))?;
    Ok(())
}

/// Keeps what was learned and how it compares.
pub async fn finish(
    tx: &mut Tx,
    id: ModelId,
    bytes: &[u8],
    report: &str,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE triage_models SET state = 'ready', percent = 100, bytes = $2, \
        report = $3, ended_at = $4 WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(bytes).bind(report).bind(now))?;
    Ok(())
}

/// Notes that learning failed.
pub async fn fail(tx: &mut Tx, id: ModelId, reason: &str, now: Moment) -> Result<()> {
    let sql = "UPDATE triage_models SET state = $2, reason = $3, ended_at = $4 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(ModelState::Failed).bind(reason).bind(now))?;
    Ok(())
}

/// The bytes of a model that was learned.
pub async fn bytes(link: &mut impl Link, id: ModelId) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT bytes FROM triage_models WHERE id = $1 AND bytes IS NOT NULL";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(id).fetch_optional(c).await)?)
}

/// One decision on which model reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Activation {
    /// Grows with every decision.
    pub id: i64,
    /// The model; `None`: the one in the program.
    pub model_id: Option<ModelId>,
    /// Who decided.
    pub activated_by: StaffId,
    /// When.
    pub activated_at: Moment,
}

/// The newest decisions, at most `most`; the first counts.
pub async fn activations(link: &mut impl Link, most: i64) -> Result<Vec<Activation>> {
    const SQL: &str = "SELECT id, model_id, activated_by, activated_at FROM triage_activations \
        ORDER BY id DESC LIMIT $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(most).fetch_all(c).await)?)
}

/// Decides which model reads from now on.
pub async fn activate(tx: &mut Tx, model: Option<ModelId>, by: StaffId, now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO triage_activations (model_id, activated_by, activated_at) \
        VALUES ($1, $2, $3)";
    run!(tx, sqlx::query(SQL).bind(model).bind(by).bind(now))?;
    Ok(())
}
