//! The table `callbacks`.

use super::{Callback, Ended};
use crate::inquiries::InquiryId;
use crate::inquiries::store::Stranded;
use crate::members::OrgScope;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run, scoped};

macro_rules! columns {
    () => {
        "k.inquiry_id, k.opened_at, k.cause, k.author_id, k.due_at"
    };
}

/// Calls back that are listed at once.
const LISTED: i64 = 500;

/// Adds one that is owed.
pub async fn insert(tx: &mut Tx, new: &Callback) -> Result<()> {
    const SQL: &str = "INSERT INTO callbacks (inquiry_id, opened_at, cause, author_id, due_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(new.inquiry_id)
            .bind(new.opened_at)
            .bind(new.cause)
            .bind(new.author_id)
            .bind(new.due_at)
    )?;
    Ok(())
}

/// The call back that is owed for an inquiry.
pub async fn owed(link: &mut impl Link, inquiry: InquiryId) -> Result<Option<Callback>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM callbacks k WHERE k.inquiry_id = $1 AND k.done_at IS NULL"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(inquiry).fetch_optional(c).await)?)
}

/// Everything owed within a scope, soonest first.
pub async fn owed_in(link: &mut impl Link, scope: OrgScope) -> Result<Vec<Callback>> {
    let sql = scoped!(
        scope,
        concat!(
            "SELECT ",
            columns!(),
            " FROM callbacks k JOIN inquiries i ON i.id = k.inquiry_id WHERE "
        ),
        " AND k.done_at IS NULL ORDER BY k.due_at LIMIT $2"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(LISTED)
        .fetch_all(c).await)?)
}

/// Ends what is owed for an inquiry; an answer by the author themselves ends nothing.
pub async fn finish(
    tx: &mut Tx,
    inquiry: InquiryId,
    ended: Ended,
    by: Option<StaffId>,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE callbacks SET done_at = $2, done_by = $3, ended = $4 \
        WHERE inquiry_id = $1 AND done_at IS NULL \
        AND (author_id IS NULL OR $3 IS NULL OR author_id <> $3)";
    run!(tx, sqlx::query(SQL).bind(inquiry).bind(now).bind(by).bind(ended))?;
    Ok(())
}

/// Who wrote the last answer.
pub async fn last_author(link: &mut impl Link, inquiry: InquiryId) -> Result<Option<StaffId>> {
    const SQL: &str = "SELECT staff_id FROM messages WHERE inquiry_id = $1 AND author = 'staff' \
        AND staff_id IS NOT NULL ORDER BY at DESC, id DESC LIMIT 1";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(inquiry).fetch_optional(c).await)?)
}

/// Inquiries whose organization has nobody else who could answer once more.
pub async fn without_colleague(link: &mut impl Link, limit: i64) -> Result<Vec<Stranded>> {
    const SQL: &str = "SELECT i.id AS inquiry_id, i.organization_id FROM callbacks k \
        JOIN inquiries i ON i.id = k.inquiry_id \
        WHERE k.done_at IS NULL AND i.state = 'offered' AND i.organization_id IS NOT NULL \
        AND NOT EXISTS (SELECT 1 FROM staff s WHERE s.organization_id = i.organization_id \
        AND s.active AND s.role IN ('responder', 'org_manager') \
        AND (k.author_id IS NULL OR s.id <> k.author_id)) ORDER BY k.due_at LIMIT $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(limit).fetch_all(c).await)?)
}
