//! The tables `answer_reviews` and `review_policies`.

pub mod lent;

use sqlx::FromRow;

use super::rules::Policy;
use super::{Review, ReviewState};
use crate::inquiries::{InquiryId, MessageId};
use crate::language::fields::Field;
use crate::members::{OrgScope, OrganizationId};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run, scoped};

macro_rules! columns {
    () => {
        "r.id, r.inquiry_id, r.organization_id, r.author_id, r.body, r.reason, r.state, \
         r.written_at, r.reader_id, r.remark, r.decided_at"
    };
}

/// Held answers listed at once.
const QUEUE: i64 = 100;

/// What an organization has chosen; `None` when it has chosen nothing.
pub async fn policy(link: &mut impl Link, id: OrganizationId) -> Result<Option<Policy>> {
    const SQL: &str =
        "SELECT first_answers, fields, share FROM review_policies WHERE organization_id = $1";
    let row: Option<(i64, String, i64)> =
        on!(link, c => sqlx::query_as(SQL).bind(id).fetch_optional(c).await)?;
    Ok(row.map(|(first_answers, fields, share)| Policy {
        first_answers,
        fields: fields.split(',').filter_map(Field::from_code).collect(),
        share,
    }))
}

/// Keeps what an organization has chosen.
pub async fn save_policy(
    tx: &mut Tx,
    id: OrganizationId,
    policy: &Policy,
    by: StaffId,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO review_policies (organization_id, first_answers, fields, share, \
        saved_at, saved_by) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id) \
        DO UPDATE SET first_answers = excluded.first_answers, fields = excluded.fields, \
        share = excluded.share, saved_at = excluded.saved_at, saved_by = excluded.saved_by";
    let fields: Vec<&str> = policy.fields.iter().map(|field| field.code()).collect();
    run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(policy.first_answers)
            .bind(fields.join(","))
            .bind(policy.share)
            .bind(now)
            .bind(by)
    )?;
    Ok(())
}

/// How many answers of a person have gone out, counted up to `most`.
pub async fn answers_by(link: &mut impl Link, staff: StaffId, most: i64) -> Result<i64> {
    const SQL: &str = "SELECT count(*) FROM (SELECT 1 AS one FROM messages \
        WHERE staff_id = $1 AND author = 'staff' LIMIT $2) AS counted";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(staff).bind(most).fetch_one(c).await)?)
}

/// Adds an answer that waits.
pub async fn insert(tx: &mut Tx, review: &Review) -> Result<()> {
    const SQL: &str = "INSERT INTO answer_reviews (id, inquiry_id, organization_id, author_id, \
        body, reason, state, written_at, remark) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(review.id)
            .bind(review.inquiry_id)
            .bind(review.organization_id)
            .bind(review.author_id)
            .bind(&review.body)
            .bind(review.reason)
            .bind(review.state)
            .bind(review.written_at)
            .bind(&review.remark)
    )?;
    Ok(())
}

/// One held answer.
pub async fn get(link: &mut impl Link, id: MessageId) -> Result<Option<Review>> {
    let sql = concat!("SELECT ", columns!(), " FROM answer_reviews r WHERE r.id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// The answer to an inquiry that was held last, written in the name of the organization that has it.
/// The caller has read the inquiry itself within a scope.
pub async fn newest(link: &mut impl Link, inquiry: InquiryId) -> Result<Option<Review>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM answer_reviews r JOIN inquiries i ON i.id = r.inquiry_id \
          AND i.organization_id = r.organization_id WHERE r.inquiry_id = $1 \
          ORDER BY r.written_at DESC, r.id DESC LIMIT 1"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(inquiry).fetch_optional(c).await)?)
}

/// Writes what became of a held answer.
pub async fn decide(
    tx: &mut Tx,
    id: MessageId,
    state: ReviewState,
    by: StaffId,
    remark: &str,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE answer_reviews SET state = $2, reader_id = $3, remark = $4, \
        decided_at = $5 WHERE id = $1 AND state = 'in_review'";
    run!(tx, sqlx::query(SQL).bind(id).bind(state).bind(by).bind(remark).bind(now))?;
    Ok(())
}

/// A held answer as the list shows it.
#[derive(Clone, Debug, FromRow)]
pub struct Queued {
    /// The answer.
    #[sqlx(flatten)]
    pub review: Review,
    /// Number of the inquiry.
    pub number: String,
    /// First words of the question, masked.
    pub first_line: String,
    /// By when an answer is promised.
    pub due_at: Moment,
    /// When the question was answered before, if nothing more was asked since.
    pub answered_at: Option<Moment>,
    /// Name of who wrote it.
    pub author_name: String,
}

/// What of a scope waits for a reader, or was sent back to `author`; the nearest promise first.
macro_rules! queue {
    ($scope:expr, $what:expr, $order:literal) => {
        scoped!(
            $scope,
            concat!(
                "SELECT ",
                $what,
                " FROM answer_reviews r JOIN inquiries i ON i.id = r.inquiry_id \
                  AND i.organization_id = r.organization_id JOIN staff s ON s.id = r.author_id \
                  WHERE "
            ),
            concat!(
                " AND i.state <> 'closed' AND (r.state = 'in_review' OR (r.state = 'returned' \
                  AND r.author_id = $2 AND i.state <> 'answered' AND NOT EXISTS (SELECT 1 \
                  FROM answer_reviews n WHERE n.inquiry_id = r.inquiry_id \
                  AND n.written_at > r.written_at)))",
                $order
            )
        )
    };
}

/// What waits for a reader, and what was sent back to `reader`; the nearest promise first.
pub async fn queue(link: &mut impl Link, scope: OrgScope, reader: StaffId) -> Result<Vec<Queued>> {
    let sql = queue!(
        scope,
        concat!(
            columns!(),
            ", i.number, i.first_line, i.due_at, s.name AS author_name, \
              CASE WHEN i.state = 'answered' THEN i.answered_at END AS answered_at"
        ),
        " ORDER BY i.due_at, r.id LIMIT $3"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(reader).bind(QUEUE)
        .fetch_all(c).await)?)
}

/// How many held answers `reader` can do something about: others' that wait, own that were sent
/// back.
pub async fn count(link: &mut impl Link, scope: OrgScope, reader: StaffId) -> Result<i64> {
    let sql = queue!(
        scope,
        "count(*)",
        " AND ((r.author_id = $2 AND r.state = 'returned') \
           OR (r.author_id <> $2 AND r.state = 'in_review'))"
    );
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(scope.organization()).bind(reader)
        .fetch_one(c).await)?)
}
