//! The table `triage_corrections`: fields that a person put right.

use sqlx::FromRow;

use crate::inquiries::InquiryId;
use crate::language::fields::Field;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run};

/// Messages of a question that are read.
const MOST_MESSAGES: i64 = 20;
/// Characters of a question that are kept.
const LONGEST: usize = 2000;

/// A field that a person put right.
#[derive(Clone, Debug, FromRow)]
pub struct Correction {
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// What the citizen asked, masked.
    pub body: String,
    /// The field before; `None` when none was known.
    pub old_field: Option<Field>,
    /// The right one.
    pub new_field: Field,
    /// Who said so; `None`: the citizen.
    pub corrected_by: Option<StaffId>,
    /// When.
    pub corrected_at: Moment,
}

/// What the citizen asked before anybody answered, masked.
pub async fn question(link: &mut impl Link, inquiry: InquiryId) -> Result<String> {
    const SQL: &str = "SELECT m.body FROM messages m WHERE m.inquiry_id = $1 \
        AND m.author = 'citizen' AND m.kind IN ('text', 'voice') AND m.at <= coalesce( \
        (SELECT i.answered_at FROM inquiries i WHERE i.id = $1), m.at) ORDER BY m.at, m.id LIMIT $2";
    let parts: Vec<String> = on!(link, c => sqlx::query_scalar(SQL)
        .bind(inquiry).bind(MOST_MESSAGES).fetch_all(c).await)?;
    Ok(parts.join("\n").chars().take(LONGEST).collect())
}

/// Keeps a correction; a later one of the same inquiry replaces it and keeps the first field.
pub async fn correct(tx: &mut Tx, new: &Correction) -> Result<()> {
    const SQL: &str = "INSERT INTO triage_corrections (inquiry_id, body, old_field, new_field, \
        corrected_by, corrected_at) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (inquiry_id) DO UPDATE SET body = excluded.body, \
        new_field = excluded.new_field, corrected_by = excluded.corrected_by, \
        corrected_at = excluded.corrected_at";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(new.inquiry_id)
            .bind(&new.body)
            .bind(new.old_field)
            .bind(new.new_field)
            .bind(new.corrected_by)
            .bind(new.corrected_at)
    )?;
    Ok(())
}

/// The newest corrections of all inquiries, at most `most`.
pub async fn corrections(link: &mut impl Link, most: i64) -> Result<Vec<Correction>> {
    const SQL: &str = "SELECT inquiry_id, body, old_field, new_field, corrected_by, corrected_at \
        FROM triage_corrections ORDER BY corrected_at DESC, inquiry_id LIMIT $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(most).fetch_all(c).await)?)
}

/// How many corrections there are.
pub async fn count_corrections(link: &mut impl Link) -> Result<i64> {
    let sql = "SELECT count(*) FROM triage_corrections";
    Ok(on!(link, c => sqlx::query_scalar(sql).fetch_one(c).await)?)
}

/// Removes one; `false` when there is none.
pub async fn forget_correction(tx: &mut Tx, inquiry: InquiryId) -> Result<bool> {
    let sql = "DELETE FROM triage_corrections WHERE inquiry_id = $1";
    Ok(run!(tx, sqlx::query(sql).bind(inquiry))? == 1)
}

/// Questions whose field nobody corrected although somebody answered: newest first, at most `most`.
pub async fn accepted(link: &mut impl Link, most: i64) -> Result<Vec<(InquiryId, Field)>> {
    const SQL: &str = "SELECT i.id, i.field FROM inquiries i WHERE i.answered_at IS NOT NULL \
        AND i.field IS NOT NULL AND NOT EXISTS ( \
        SELECT 1 FROM triage_corrections c WHERE c.inquiry_id = i.id) ORDER BY i.id DESC LIMIT $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(most).fetch_all(c).await)?)
}
