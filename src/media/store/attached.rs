//! The table `media_attached`: what staff attach to answers.

use uuid::Uuid;

use crate::media::{Attached, AttachedId};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

macro_rules! attached {
    ($tail:literal) => {
        concat!(
            "SELECT a.id, a.inquiry_id, a.author_id, a.message_id, a.name, a.sha256, f.format, \
             f.bytes FROM media_attached a JOIN media_files f ON f.sha256 = a.sha256 ",
            $tail
        )
    };
}

/// Notes a file whose row is held ([`super::hold_file`]); `false` when it was noted before.
pub async fn insert(tx: &mut Tx, new: &Attached, now: Moment) -> Result<bool> {
    const SQL: &str = "INSERT INTO media_attached \
        (id, inquiry_id, author_id, name, sha256, added_at) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(new.id)
            .bind(new.inquiry_id)
            .bind(new.author_id)
            .bind(&new.name)
            .bind(&new.sha256)
            .bind(now)
    )?;
    Ok(added == 1)
}

/// Everything attached in an inquiry, sent or not, in the order it was added. The caller has read the
/// inquiry itself within a scope.
pub async fn of_inquiry(link: &mut impl Link, inquiry: Uuid) -> Result<Vec<Attached>> {
    let sql = attached!("WHERE a.inquiry_id = $1 ORDER BY a.added_at, a.id");
    Ok(on!(link, c => sqlx::query_as(sql).bind(inquiry).fetch_all(c).await)?)
}

/// What goes with an answer, in the order it was added.
pub async fn of_message(link: &mut impl Link, message: Uuid) -> Result<Vec<Attached>> {
    let sql = attached!("WHERE a.message_id = $1 ORDER BY a.added_at, a.id");
    Ok(on!(link, c => sqlx::query_as(sql).bind(message).fetch_all(c).await)?)
}

/// Gives what somebody has attached to an answer being written to that answer.
pub async fn bind(tx: &mut Tx, inquiry: Uuid, author: Uuid, message: Uuid) -> Result<()> {
    const SQL: &str = "UPDATE media_attached SET message_id = $3 \
        WHERE inquiry_id = $1 AND author_id = $2 AND message_id IS NULL";
    run!(tx, sqlx::query(SQL).bind(inquiry).bind(author).bind(message))?;
    Ok(())
}

/// Gives what went with an answer back to its author, who writes it anew.
pub async fn unbind(tx: &mut Tx, message: Uuid) -> Result<()> {
    let sql = "UPDATE media_attached SET message_id = NULL WHERE message_id = $1";
    run!(tx, sqlx::query(sql).bind(message))?;
    Ok(())
}

/// Takes away what somebody has attached and not sent; gives the name of its file.
pub async fn remove(
    tx: &mut Tx,
    inquiry: Uuid,
    author: Uuid,
    id: AttachedId,
) -> Result<Option<String>> {
    const SQL: &str = "DELETE FROM media_attached WHERE id = $1 AND inquiry_id = $2 \
        AND author_id = $3 AND message_id IS NULL RETURNING sha256";
    Ok(on!(tx, c => sqlx::query_scalar(SQL).bind(id).bind(inquiry).bind(author)
        .fetch_optional(c).await)?)
}

/// Gives everything attached in an inquiry to another one.
pub async fn hand_over(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<()> {
    let sql = "UPDATE media_attached SET inquiry_id = $2 WHERE inquiry_id = $1";
    run!(tx, sqlx::query(sql).bind(from).bind(to))?;
    Ok(())
}

/// Forgets everything attached in an inquiry; gives the names of the files.
pub async fn forget(tx: &mut Tx, inquiry: Uuid) -> Result<Vec<String>> {
    let mut names: Vec<String> =
        of_inquiry(tx, inquiry).await?.into_iter().map(|file| file.sha256).collect();
    run!(tx, sqlx::query("DELETE FROM media_attached WHERE inquiry_id = $1").bind(inquiry))?;
    names.sort_unstable();
    names.dedup();
    Ok(names)
}
