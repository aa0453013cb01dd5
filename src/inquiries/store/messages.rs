//! Messages and drafts.

use sqlx::FromRow;

use crate::alerts;
use crate::inquiries::{InquiryId, Message, MessageId, NewMessage};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run};

/// Adds a message, with what its author may call themselves at this moment; `false` when it was already there (the same inbox row or the same form twice).
pub async fn insert_message(tx: &mut Tx, new: &NewMessage) -> Result<bool> {
    const SQL: &str = "INSERT INTO messages (id, inquiry_id, inbox_key, author, staff_id, kind, body, \
        original, media_id, at, qualification) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
        (SELECT s.qualification FROM staff s WHERE s.id = $5)) ON CONFLICT DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(new.id)
            .bind(new.inquiry)
            .bind(&new.inbox)
            .bind(new.author)
            .bind(new.staff)
            .bind(new.kind)
            .bind(&new.body)
            .bind(&new.original)
            .bind(&new.media)
            .bind(new.at)
    )?;
    if added == 1 {
        super::want_terms(tx, new.inquiry, new.at).await?;
    }
    Ok(added == 1)
}

macro_rules! message_sql {
    ($tail:literal) => {
        concat!(
            "SELECT m.id, m.inquiry_id, m.author, m.staff_id, s.name AS staff_name, m.qualification, m.kind, m.body, \
             m.original IS NOT NULL AS masked, m.media_id, m.correction, m.at FROM messages m LEFT JOIN staff s ON s.id = m.staff_id ",
            $tail
        )
    };
}

/// The newest `limit` entries of an inquiry's conversation, oldest of them first. The caller has
/// read the inquiry itself within a scope.
pub async fn messages(
    link: &mut impl Link,
    inquiry: InquiryId,
    limit: i64,
) -> Result<Vec<Message>> {
    let sql = message_sql!("WHERE m.inquiry_id = $1 ORDER BY m.at DESC, m.id DESC LIMIT $2");
    let mut newest: Vec<Message> =
        on!(link, c => sqlx::query_as(sql).bind(inquiry).bind(limit).fetch_all(c).await)?;
    newest.reverse();
    Ok(newest)
}

/// One message.
pub async fn message(link: &mut impl Link, id: MessageId) -> Result<Option<Message>> {
    let sql = message_sql!("WHERE m.id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// The sealed original of one message, where masking changed it.
pub async fn original(link: &mut impl Link, id: MessageId) -> Result<Option<String>> {
    let sql = "SELECT original FROM messages WHERE id = $1 AND original IS NOT NULL";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(id).fetch_optional(c).await)?)
}

/// The sealed originals of what the citizen wrote in an inquiry, oldest first.
pub async fn originals(
    link: &mut impl Link,
    inquiry: InquiryId,
) -> Result<Vec<(MessageId, Moment, String)>> {
    const SQL: &str = "SELECT id, at, original FROM messages \
        WHERE inquiry_id = $1 AND original IS NOT NULL ORDER BY at, id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(inquiry).fetch_all(c).await)?)
}

/// The next originals after a message that do not begin with `prefix`, by id, at most `most`.
pub async fn unsealed(
    link: &mut impl Link,
    after: MessageId,
    prefix: &str,
    most: i64,
) -> Result<Vec<(MessageId, String)>> {
    const SQL: &str = "SELECT id, original FROM messages WHERE id > $1 \
        AND original IS NOT NULL AND original NOT LIKE $2 ORDER BY id LIMIT $3";
    let pattern = format!("{prefix}%");
    Ok(
        on!(link, c => sqlx::query_as(SQL).bind(after).bind(&pattern).bind(most).fetch_all(c).await)?,
    )
}

/// Puts a sealed original in the place of what was there.
pub async fn put_original(tx: &mut Tx, id: MessageId, sealed: &str) -> Result<()> {
    // Gone meanwhile when the citizen had it erased.
    run!(tx, sqlx::query("UPDATE messages SET original = $2 WHERE id = $1").bind(id).bind(sealed))?;
    Ok(())
}

/// How many words citizen and staff have exchanged: the number of the last one.
pub async fn last_number(link: &mut impl Link, inquiry: InquiryId) -> Result<i64> {
    let sql =
        "SELECT count(*) FROM messages WHERE inquiry_id = $1 AND author IN ('citizen', 'staff')";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(inquiry).fetch_one(c).await)?)
}

/// Moves what the citizen wrote since then to another inquiry; gives how many messages moved.
pub async fn move_message(
    tx: &mut Tx,
    from: InquiryId,
    to: InquiryId,
    since: Moment,
) -> Result<u64> {
    const SQL: &str = "UPDATE messages SET inquiry_id = $2 \
        WHERE inquiry_id = $1 AND author = 'citizen' AND at >= $3";
    super::want_terms(tx, from, since).await?;
    super::want_terms(tx, to, since).await?;
    Ok(run!(tx, sqlx::query(SQL).bind(from).bind(to).bind(since))?)
}

/// An unsent answer.
#[derive(Clone, Debug, FromRow)]
pub struct Draft {
    /// Text.
    pub body: String,
    /// When it was saved.
    pub saved_at: Moment,
}

/// Saves a person's unsent answer; an empty text removes it.
pub async fn save_draft(
    tx: &mut Tx,
    inquiry: InquiryId,
    staff: StaffId,
    body: &str,
    now: Moment,
) -> Result<()> {
    if body.is_empty() {
        let sql = "DELETE FROM drafts WHERE inquiry_id = $1 AND staff_id = $2";
        run!(tx, sqlx::query(sql).bind(inquiry).bind(staff))?;
        return Ok(());
    }
    const SQL: &str = "INSERT INTO drafts (inquiry_id, staff_id, body, saved_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (inquiry_id, staff_id) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at";
    run!(tx, sqlx::query(SQL).bind(inquiry).bind(staff).bind(body).bind(now))?;
    Ok(())
}

/// A person's unsent answer.
pub async fn draft(
    link: &mut impl Link,
    inquiry: InquiryId,
    staff: StaffId,
) -> Result<Option<Draft>> {
    let sql = "SELECT body, saved_at FROM drafts WHERE inquiry_id = $1 AND staff_id = $2";
    Ok(on!(link, c => sqlx::query_as(sql).bind(inquiry).bind(staff).fetch_optional(c).await)?)
}

/// Everybody's unsent answers to an inquiry: who, their name, the text.
pub async fn drafts(
    link: &mut impl Link,
    inquiry: InquiryId,
) -> Result<Vec<(StaffId, String, String)>> {
    let sql = "SELECT d.staff_id, s.name, d.body FROM drafts d JOIN staff s ON s.id = d.staff_id \
        WHERE d.inquiry_id = $1 ORDER BY d.saved_at, d.staff_id";
    Ok(on!(link, c => sqlx::query_as(sql).bind(inquiry).fetch_all(c).await)?)
}

/// Keys of the inbox rows that an inquiry's messages came with.
pub async fn inbox_keys(link: &mut impl Link, inquiry: InquiryId) -> Result<Vec<String>> {
    let sql = "SELECT inbox_key FROM messages WHERE inquiry_id = $1 AND inbox_key IS NOT NULL";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(inquiry).fetch_all(c).await)?)
}

/// Ids of everything written in an inquiry.
pub async fn message_ids(link: &mut impl Link, inquiry: InquiryId) -> Result<Vec<uuid::Uuid>> {
    let sql = "SELECT id FROM messages WHERE inquiry_id = $1";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(inquiry).fetch_all(c).await)?)
}

/// Removes an inquiry with everything written in it. Deliveries must be gone already.
pub async fn erase(tx: &mut Tx, inquiry: InquiryId) -> Result<()> {
    alerts::store::forget(tx, inquiry.0).await?;
    for sql in [
        "DELETE FROM inquiry_terms WHERE inquiry_id = $1",
        "DELETE FROM inquiry_terms_wanted WHERE inquiry_id = $1",
        "DELETE FROM drafts WHERE inquiry_id = $1",
        "DELETE FROM callbacks WHERE inquiry_id = $1",
        "DELETE FROM inquiry_labels WHERE inquiry_id = $1",
        "DELETE FROM leaving_answers WHERE inquiry_id = $1",
        "DELETE FROM answer_reviews WHERE inquiry_id = $1",
        "DELETE FROM triage_corrections WHERE inquiry_id = $1",
        "DELETE FROM offers WHERE inquiry_id = $1",
        "DELETE FROM messages WHERE inquiry_id = $1",
        "DELETE FROM inquiries WHERE id = $1",
    ] {
        run!(tx, sqlx::query(sql).bind(inquiry))?;
    }
    Ok(())
}
