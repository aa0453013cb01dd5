//! Held answers that nobody else of their organization can read, and what a reader from outside sees
//! of one.

use std::collections::HashSet;

use sqlx::FromRow;

use crate::inquiries::reviewing::Reason;
use crate::inquiries::reviewing::lending::LentPass;
use crate::inquiries::{InquiryId, MessageId};
use crate::language::fields::Field;
use crate::members::OrganizationId;
use crate::on;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::worktime::promise::Level;

/// Held answers looked at together.
const MOST: i64 = 100;

/// People of an organization who may read an answer.
macro_rules! readers {
    () => {
        "SELECT 1 FROM staff s WHERE s.organization_id = r.organization_id AND s.active \
         AND s.id <> r.author_id AND s.role IN ('responder', 'org_manager')"
    };
}

/// Held answers with this condition, the nearest promise first. No word of question or answer.
macro_rules! held {
    ($what:expr, $condition:expr) => {
        concat!(
            "SELECT r.id, r.inquiry_id, i.number, r.organization_id, r.author_id, r.written_at",
            $what,
            " FROM answer_reviews r JOIN inquiries i ON i.id = r.inquiry_id \
             AND i.organization_id = r.organization_id \
             WHERE r.state = 'in_review' AND i.state <> 'closed' AND ",
            $condition,
            " ORDER BY i.due_at, r.id LIMIT $1"
        )
    };
}

/// A held answer that nobody else of its organization can read: what choosing a reader needs.
#[derive(Clone, Debug, FromRow)]
pub struct Lonely {
    /// The held answer.
    pub id: MessageId,
    /// The inquiry it answers.
    pub inquiry_id: InquiryId,
    /// Its number.
    pub number: String,
    /// Whose answer it is.
    pub organization_id: OrganizationId,
    /// Who wrote it.
    pub author_id: StaffId,
    /// When.
    pub written_at: Moment,
}

/// Every held answer that nobody else of its organization can read.
pub async fn lonely(link: &mut impl Link) -> Result<Vec<Lonely>> {
    const SQL: &str = held!("", concat!("NOT EXISTS (", readers!(), ")"));
    Ok(on!(link, c => sqlx::query_as(SQL).bind(MOST).fetch_all(c).await)?)
}

/// A held answer whose readers are to be told.
#[derive(Clone, Debug, FromRow)]
pub struct Untold {
    /// The held answer.
    #[sqlx(flatten)]
    pub held: Lonely,
    /// Whether nobody else of its organization can read it.
    pub alone: bool,
}

/// Held answers of which no reader was told: those that nobody else of the organization can read, and
/// those whose promise is nearly over.
pub async fn untold(link: &mut impl Link) -> Result<Vec<Untold>> {
    const SQL: &str = held!(
        concat!(", NOT EXISTS (", readers!(), ") AS alone"),
        concat!(
            "(NOT EXISTS (",
            readers!(),
            ") OR (i.warned >= $2 AND i.state <> 'answered')) AND NOT EXISTS (SELECT 1 \
             FROM alerts a WHERE a.about = i.id AND a.occasion = 'review_waits' \
             AND a.stamp = r.written_at)"
        )
    );
    let near = Level::Most.number();
    Ok(on!(link, c => sqlx::query_as(SQL).bind(MOST).bind(near).fetch_all(c).await)?)
}

/// The organizations that have somebody who answers.
pub async fn answering(link: &mut impl Link) -> Result<HashSet<OrganizationId>> {
    const SQL: &str = "SELECT DISTINCT organization_id FROM staff WHERE active \
        AND organization_id IS NOT NULL AND role IN ('responder', 'org_manager')";
    let ids: Vec<OrganizationId> = on!(link, c => sqlx::query_scalar(SQL).fetch_all(c).await)?;
    Ok(ids.into_iter().collect())
}

/// A held answer as a reader from outside may see it, before the answer is masked.
#[derive(Clone, Debug, FromRow)]
pub struct Lent {
    /// The inquiry's number.
    pub number: String,
    /// Whose answer it is.
    pub organization_id: OrganizationId,
    /// The field.
    pub field: Option<Field>,
    /// First words of the question, masked.
    pub first_line: String,
    /// By when an answer is promised.
    pub due_at: Moment,
    /// When the question was answered before, if nothing more was asked since.
    pub answered_at: Option<Moment>,
    /// Version of the inquiry.
    pub version: i64,
    /// Why it is read.
    pub reason: Reason,
    /// The answer.
    pub body: String,
    /// When it was written.
    pub written_at: Moment,
}

/// The held answer that a pass opens; nothing once it was decided about.
pub async fn read(link: &mut impl Link, pass: &LentPass) -> Result<Option<Lent>> {
    const SQL: &str = "SELECT i.number, r.organization_id, i.field, i.first_line, i.due_at, i.version, \
        CASE WHEN i.state = 'answered' THEN i.answered_at END AS answered_at, \
        r.reason, r.body, r.written_at FROM answer_reviews r \
        JOIN inquiries i ON i.id = r.inquiry_id AND i.organization_id = r.organization_id \
        WHERE r.id = $1 AND r.state = 'in_review'";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(pass.review()).fetch_optional(c).await)?)
}
