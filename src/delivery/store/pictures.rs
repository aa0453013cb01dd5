//! The table `delivery_pictures`.

use sqlx::FromRow;

use crate::delivery::DeliveryState;
use crate::inquiries::{InquiryId, MessageId};
use crate::media::{Attached, AttachedId};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// Writes a picture down that is to follow its answer.
pub async fn insert(
    tx: &mut Tx,
    message: MessageId,
    place: i64,
    file: AttachedId,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO delivery_pictures (file_id, message_id, place, state, changed_at) \
        VALUES ($1, $2, $3, 'queued', $4) ON CONFLICT DO NOTHING";
    run!(tx, sqlx::query(SQL).bind(file).bind(message).bind(place).bind(now))?;
    Ok(())
}

/// The next picture of an answer that has not been tried; `None` when there is none.
pub async fn next(link: &mut impl Link, message: MessageId) -> Result<Option<Attached>> {
    const SQL: &str = "SELECT a.id, a.inquiry_id, a.author_id, a.message_id, a.name, a.sha256, \
        f.format, f.bytes FROM delivery_pictures p JOIN media_attached a ON a.id = p.file_id \
        JOIN media_files f ON f.sha256 = a.sha256 \
        WHERE p.message_id = $1 AND p.state = 'queued' ORDER BY p.place LIMIT 1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(message).fetch_optional(c).await)?)
}

/// Notes that the call which shows a picture begins; `false` when it was begun before.
pub async fn begin_call(
    tx: &mut Tx,
    file: AttachedId,
    media_id: &str,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE delivery_pictures SET state = 'calling', media_id = $2, \
        changed_at = $3 WHERE file_id = $1 AND state = 'queued'";
    Ok(run!(tx, sqlx::query(SQL).bind(file).bind(media_id).bind(now))? > 0)
}

/// Writes how a picture stands now.
pub async fn settle(
    tx: &mut Tx,
    file: AttachedId,
    state: DeliveryState,
    (errcode, reason): (Option<i64>, Option<&str>),
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE delivery_pictures SET state = $2, errcode = $3, reason = $4, \
        changed_at = $5 WHERE file_id = $1";
    run!(tx, sqlx::query(SQL).bind(file).bind(state).bind(errcode).bind(reason).bind(now))?;
    Ok(())
}

/// Writes every picture of an answer that stands at `from` to `to`.
pub async fn move_all(
    tx: &mut Tx,
    message: MessageId,
    from: DeliveryState,
    to: DeliveryState,
    reason: &str,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE delivery_pictures SET state = $3, reason = $4, changed_at = $5 \
        WHERE message_id = $1 AND state = $2";
    run!(tx, sqlx::query(SQL).bind(message).bind(from).bind(to).bind(reason).bind(now))?;
    Ok(())
}

/// How the pictures of one answer stand.
#[derive(Clone, Debug, FromRow)]
pub struct Standing {
    /// The answer.
    pub message_id: MessageId,
    /// How it stands.
    pub state: DeliveryState,
    /// Pictures that stand so.
    pub pictures: i64,
}

/// How the pictures of every answer of an inquiry stand.
pub async fn of_inquiry(link: &mut impl Link, inquiry: InquiryId) -> Result<Vec<Standing>> {
    const SQL: &str = "SELECT p.message_id, p.state, count(*) AS pictures \
        FROM delivery_pictures p JOIN messages m ON m.id = p.message_id \
        WHERE m.inquiry_id = $1 GROUP BY p.message_id, p.state ORDER BY p.state";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(inquiry).fetch_all(c).await)?)
}

/// Removes every row of an inquiry, when the citizen asks for erasure.
pub(super) async fn erase(tx: &mut Tx, inquiry: InquiryId) -> Result<()> {
    const SQL: &str = "DELETE FROM delivery_pictures \
        WHERE message_id IN (SELECT id FROM messages WHERE inquiry_id = $1)";
    run!(tx, sqlx::query(SQL).bind(inquiry))?;
    Ok(())
}
