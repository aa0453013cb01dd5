//! The table `leaving_answers`.

use super::Leaving;
use crate::inquiries::{InquiryId, MessageId};
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// The answer of an inquiry that is on the point of leaving. The caller has read the inquiry within
/// a scope.
pub async fn of_inquiry(link: &mut impl Link, inquiry: InquiryId) -> Result<Option<Leaving>> {
    const SQL: &str = "SELECT l.id, l.inquiry_id, l.author_id, l.body, l.written_at, l.leaves_at \
        FROM leaving_answers l WHERE l.inquiry_id = $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(inquiry).fetch_optional(c).await)?)
}

/// The inquiry of an answer that is on the point of leaving.
pub async fn inquiry_of(link: &mut impl Link, id: MessageId) -> Result<Option<InquiryId>> {
    let sql = "SELECT l.inquiry_id FROM leaving_answers l WHERE l.id = $1";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(id).fetch_optional(c).await)?)
}

/// Writes an answer down.
pub async fn insert(tx: &mut Tx, leaving: &Leaving) -> Result<()> {
    const SQL: &str = "INSERT INTO leaving_answers \
        (id, inquiry_id, author_id, body, written_at, leaves_at) VALUES ($1, $2, $3, $4, $5, $6)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(leaving.id)
            .bind(leaving.inquiry_id)
            .bind(leaving.author_id)
            .bind(&leaving.body)
            .bind(leaving.written_at)
            .bind(leaving.leaves_at)
    )?;
    Ok(())
}

/// Takes an answer out, because it leaves or was called back.
pub async fn delete(tx: &mut Tx, id: MessageId) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM leaving_answers WHERE id = $1").bind(id))?;
    Ok(())
}
