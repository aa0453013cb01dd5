//! The table `cards`.

use sqlx::FromRow;

use super::Card;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

macro_rules! card_sql {
    ($tail:literal) => {
        concat!(
            "SELECT c.id, c.version, c.title, c.field, c.subfield, c.answer, c.cites, c.state, \
             c.reviewed_on, c.reviewer, c.saved_at, c.saved_by FROM cards c ",
            $tail
        )
    };
}

/// The newest version of every card, by id.
pub async fn newest(link: &mut impl Link) -> Result<Vec<Card>> {
    let sql = card_sql!(
        "WHERE c.version = (SELECT max(n.version) FROM cards n WHERE n.id = c.id) ORDER BY c.id"
    );
    Ok(on!(link, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// The newest version of one card.
pub async fn get(link: &mut impl Link, id: &str) -> Result<Option<Card>> {
    let sql = card_sql!("WHERE c.id = $1 ORDER BY c.version DESC LIMIT 1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// Every version of a card, newest first, at most fifty.
pub async fn history(link: &mut impl Link, id: &str) -> Result<Vec<Card>> {
    let sql = card_sql!("WHERE c.id = $1 ORDER BY c.version DESC LIMIT 50");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_all(c).await)?)
}

/// Adds a version; `false` when it is there already.
pub async fn insert(tx: &mut Tx, card: &Card) -> Result<bool> {
    const SQL: &str = "INSERT INTO cards (id, version, title, field, subfield, answer, cites, \
        state, reviewed_on, reviewer, saved_at, saved_by) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
        ON CONFLICT (id, version) DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(&card.id)
            .bind(card.version)
            .bind(&card.title)
            .bind(card.field)
            .bind(&card.subfield)
            .bind(&card.answer)
            .bind(&card.cites)
            .bind(card.state)
            .bind(&card.reviewed_on)
            .bind(&card.reviewer)
            .bind(card.saved_at)
            .bind(card.saved_by)
    )?;
    Ok(added == 1)
}

/// What changes whenever a card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Stamp {
    /// Versions of all cards together.
    pub versions: i64,
}

/// The stamp now. Versions are only ever added.
pub async fn stamp(link: &mut impl Link) -> Result<Stamp> {
    const SQL: &str = "SELECT count(*) AS versions FROM cards";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_one(c).await)?)
}
