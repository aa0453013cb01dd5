//! Counts over all inquiries: load, what is on hand, what the public may know.

use sqlx::FromRow;

use crate::inquiries::InquiryId;
use crate::language::fields::Field;
use crate::members::{OrgScope, OrganizationId, StationId};
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, scoped};

/// How many open inquiries each organization has, for sharing out load.
pub async fn load(link: &mut impl Link) -> Result<Vec<(OrganizationId, i64)>> {
    const SQL: &str = "SELECT organization_id, count(*) FROM inquiries \
        WHERE organization_id IS NOT NULL AND state IN ('offered', 'claimed') GROUP BY organization_id";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?)
}

/// Figures that the public may see.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct PublicFigures {
    /// Inquiries asked so far.
    pub asked: i64,
    /// Of these, answered.
    pub answered: i64,
    /// Ratings given.
    pub rated: i64,
    /// Sum of the stars.
    pub stars: i64,
}

/// Counts everything, for the public page.
pub async fn public_figures(link: &mut impl Link) -> Result<PublicFigures> {
    const SQL: &str = "SELECT count(*) AS asked, \
        count(*) FILTER (WHERE answered_at IS NOT NULL) AS answered, \
        count(*) FILTER (WHERE rating IS NOT NULL) AS rated, \
        CAST(COALESCE(sum(rating), 0) AS BIGINT) AS stars FROM inquiries";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_one(c).await)?)
}

/// How the work of one organization stands.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Workload {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Inquiries that are not closed.
    pub open: i64,
    /// Of these, unanswered past their promise.
    pub overdue: i64,
}

/// The work of every organization that has any. Figures only: no word of an inquiry.
pub async fn workloads(link: &mut impl Link, now: Moment) -> Result<Vec<Workload>> {
    const SQL: &str = "SELECT organization_id, count(*) AS open, \
        count(*) FILTER (WHERE state IN ('offered', 'claimed') AND due_at < $1 \
          AND paused_until IS NULL) AS overdue \
        FROM inquiries WHERE organization_id IS NOT NULL \
        AND state IN ('offered', 'claimed', 'answered') GROUP BY organization_id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(now).fetch_all(c).await)?)
}

/// How the unfinished work of one organization stands, for balancing it.
#[derive(Clone, Copy, Debug, Default, FromRow)]
pub struct Standing {
    /// Offered, taken by nobody yet.
    pub untaken: i64,
    /// Taken, not yet answered.
    pub taken: i64,
    /// Past their promise.
    pub overdue: i64,
    /// Asked after `recent`.
    pub fresh: i64,
    /// Asked before that, after `old`.
    pub waiting: i64,
    /// Asked before `old`.
    pub old: i64,
}

/// The unfinished work of the organization within the scope, cut by age at two moments. Figures
/// only: no word of an inquiry.
pub async fn standing(
    link: &mut impl Link,
    scope: OrgScope,
    now: Moment,
    (recent, old): (Moment, Moment),
) -> Result<Standing> {
    let sql = scoped!(
        scope,
        "SELECT count(*) FILTER (WHERE i.state = 'offered') AS untaken, \
         count(*) FILTER (WHERE i.state = 'claimed') AS taken, \
         count(*) FILTER (WHERE i.due_at < $2) AS overdue, \
         count(*) FILTER (WHERE i.opened_at >= $3) AS fresh, \
         count(*) FILTER (WHERE i.opened_at < $3 AND i.opened_at >= $4) AS waiting, \
         count(*) FILTER (WHERE i.opened_at < $4) AS old FROM inquiries i WHERE ",
        " AND i.state IN ('offered', 'claimed')"
    );
    Ok(
        on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(now).bind(recent).bind(old)
        .fetch_one(c).await)?,
    )
}

/// An offer nobody has taken yet, without a word of what was asked.
#[derive(Clone, Debug, FromRow)]
pub struct Untaken {
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// Its number.
    pub number: String,
    /// Field, when known.
    pub field: Option<Field>,
    /// Territory, when known.
    pub territory_id: Option<String>,
    /// Whether it goes first.
    pub urgent: bool,
    /// When it was asked.
    pub opened_at: Moment,
    /// Promised time.
    pub due_at: Moment,
}

/// The open offers within a scope, the most urgent and oldest first.
pub async fn untaken(link: &mut impl Link, scope: OrgScope, limit: i64) -> Result<Vec<Untaken>> {
    let sql = scoped!(
        scope,
        "SELECT i.id AS inquiry_id, i.number, i.field, i.territory_id, i.urgent, i.opened_at, \
         i.due_at FROM inquiries i JOIN offers o ON o.inquiry_id = i.id AND o.state = 'open' WHERE ",
        " AND i.state = 'offered' ORDER BY i.urgent DESC, i.due_at, i.id LIMIT $2"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(limit)
        .fetch_all(c).await)?)
}

/// How many inquiries each person has claimed and not yet answered.
pub async fn on_hand(link: &mut impl Link) -> Result<Vec<(StaffId, i64)>> {
    const SQL: &str = "SELECT assignee_id, count(*) FROM inquiries \
        WHERE assignee_id IS NOT NULL AND state = 'claimed' GROUP BY assignee_id";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?)
}

/// What a person has claimed and not yet answered.
pub async fn claimed_by(link: &mut impl Link, staff: StaffId) -> Result<Vec<InquiryId>> {
    let sql = "SELECT id FROM inquiries WHERE assignee_id = $1 AND state = 'claimed'";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(staff).fetch_all(c).await)?)
}

/// How many inquiries came through the code of each station.
pub async fn by_station(link: &mut impl Link) -> Result<Vec<(StationId, i64)>> {
    const SQL: &str = "SELECT station_id, count(*) FROM inquiries \
        WHERE station_id IS NOT NULL GROUP BY station_id";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?)
}

/// An inquiry of the past, as far as routing looks at it.
#[derive(Clone, Debug, FromRow)]
pub struct Asked {
    /// Number.
    pub number: String,
    /// Field, when known.
    pub field: Option<Field>,
    /// Territory, when known.
    pub territory_id: Option<String>,
    /// Whether it went first.
    pub urgent: bool,
    /// First words, masked.
    pub first_line: String,
    /// When.
    pub opened_at: Moment,
}

/// The inquiries asked since then, the newest first.
pub async fn asked_since(link: &mut impl Link, since: Moment, limit: i64) -> Result<Vec<Asked>> {
    let sql = "SELECT number, field, territory_id, urgent, first_line, opened_at FROM inquiries \
        WHERE opened_at >= $1 ORDER BY opened_at DESC LIMIT $2";
    Ok(on!(link, c => sqlx::query_as(sql).bind(since).bind(limit).fetch_all(c).await)?)
}

/// How many ratings each organization got since then, and the sum of their stars.
pub async fn ratings(
    link: &mut impl Link,
    since: Moment,
) -> Result<Vec<(OrganizationId, i64, i64)>> {
    let sql = "SELECT organization_id, count(*), CAST(sum(rating) AS BIGINT) FROM inquiries \
        WHERE rating IS NOT NULL AND rated_at >= $1 AND organization_id IS NOT NULL \
        GROUP BY organization_id";
    Ok(on!(link, c => sqlx::query_as(sql).bind(since).fetch_all(c).await)?)
}
