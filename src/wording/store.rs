//! The table `text_proposals`.

use super::{Proposal, ProposalId};
use crate::content::approving::Decision;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run};

macro_rules! proposal_sql {
    ($tail:literal) => {
        concat!(
            "SELECT id, key, from_version, body, proposed_by, proposed_at, decision, reason, \
             decided_by, decided_at FROM text_proposals ",
            $tail
        )
    };
}

/// Adds a proposal that waits; `false` when it is there already or another one of the text waits.
pub async fn insert(tx: &mut Tx, proposal: &Proposal) -> Result<bool> {
    const SQL: &str = "INSERT INTO text_proposals (id, key, from_version, body, proposed_by, \
        proposed_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(proposal.id)
            .bind(&proposal.key)
            .bind(proposal.from_version)
            .bind(&proposal.body)
            .bind(proposal.proposed_by)
            .bind(proposal.proposed_at)
    )?;
    Ok(added == 1)
}

/// One proposal.
pub async fn get(link: &mut impl Link, id: ProposalId) -> Result<Option<Proposal>> {
    let sql = proposal_sql!("WHERE id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// The proposal of a text that waits.
pub async fn waiting(link: &mut impl Link, key: &str) -> Result<Option<Proposal>> {
    let sql = proposal_sql!("WHERE key = $1 AND decision IS NULL");
    Ok(on!(link, c => sqlx::query_as(sql).bind(key).fetch_optional(c).await)?)
}

/// Every proposal that waits, oldest first.
pub async fn all_waiting(link: &mut impl Link) -> Result<Vec<Proposal>> {
    let sql = proposal_sql!("WHERE decision IS NULL ORDER BY proposed_at, id");
    Ok(on!(link, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// The newest `limit` proposals of a text that were decided.
pub async fn decided(link: &mut impl Link, key: &str, limit: i64) -> Result<Vec<Proposal>> {
    let sql = proposal_sql!(
        "WHERE key = $1 AND decision IS NOT NULL ORDER BY proposed_at DESC, id DESC LIMIT $2"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(key).bind(limit).fetch_all(c).await)?)
}

/// How many proposals of others wait for `person`.
pub async fn waiting_for(link: &mut impl Link, person: StaffId) -> Result<i64> {
    const SQL: &str =
        "SELECT count(*) FROM text_proposals WHERE decision IS NULL AND proposed_by <> $1";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(person).fetch_one(c).await)?)
}

/// Ends a proposal that waits; `false` when it was decided already.
pub async fn settle(
    tx: &mut Tx,
    id: ProposalId,
    decision: Decision,
    reason: Option<&str>,
    by: StaffId,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE text_proposals SET decision = $2, reason = $3, decided_by = $4, \
        decided_at = $5 WHERE id = $1 AND decision IS NULL";
    let changed =
        run!(tx, sqlx::query(SQL).bind(id).bind(decision).bind(reason).bind(by).bind(now))?;
    Ok(changed == 1)
}
