//! What inquiries are searched by: pairs of neighbouring characters, written a moment after the words.

use uuid::Uuid;

use super::columns;
use crate::inquiries::{Inquiry, InquiryId};
use crate::members::OrgScope;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, ManyValues, Tx};
use crate::platform::error::Result;
use crate::{on, run, scoped};

/// Pairs that one search asks for at once; the rarest of a longer one.
pub const PAIRS: usize = 6;
/// A pair is counted so far; beyond that it says nothing about an inquiry.
pub const COMMON: i64 = 1000;
/// Inquiries on one page of results.
pub const FOUND: i64 = 50;

/// Notes that something was said in an inquiry, so that its terms are written again.
pub async fn want_terms(tx: &mut Tx, inquiry: InquiryId, at: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO inquiry_terms_wanted (inquiry_id, since) VALUES ($1, $2) \
        ON CONFLICT (inquiry_id) DO UPDATE SET since = excluded.since";
    run!(tx, sqlx::query(SQL).bind(inquiry).bind(at))?;
    Ok(())
}

/// Inquiries whose terms are to be written, longest waiting first.
pub async fn wanted_terms(link: &mut impl Link, most: i64) -> Result<Vec<InquiryId>> {
    const SQL: &str = "SELECT inquiry_id FROM inquiry_terms_wanted ORDER BY since LIMIT $1";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(most).fetch_all(c).await)?)
}

/// Takes the note back; `false` when another process did. Whoever said something meanwhile has
/// committed by then, so what is read afterwards holds it.
pub async fn take_wanted(tx: &mut Tx, inquiry: InquiryId) -> Result<bool> {
    const SQL: &str = "DELETE FROM inquiry_terms_wanted WHERE inquiry_id = $1";
    Ok(run!(tx, sqlx::query(SQL).bind(inquiry))? == 1)
}

/// Writes the terms of an inquiry in place of those it had.
pub async fn put_terms(tx: &mut Tx, inquiry: InquiryId, terms: &[i64]) -> Result<()> {
    static SQL: ManyValues = ManyValues::new(
        "INSERT INTO inquiry_terms (term, inquiry_id)",
        2,
        "ON CONFLICT DO NOTHING",
    );
    run!(tx, sqlx::query("DELETE FROM inquiry_terms WHERE inquiry_id = $1").bind(inquiry))?;
    for part in terms.chunks(ManyValues::MOST) {
        let text = SQL.text(tx, part.len());
        on!(tx, c => {
            let mut query = sqlx::query(text);
            for term in part {
                query = query.bind(*term).bind(inquiry);
            }
            query.execute(c).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(())
}

/// In how many inquiries a pair stands, counted up to [`COMMON`]. A number about all of them; which
/// ones it are is told only within a scope.
pub async fn how_often(link: &mut impl Link, term: i64) -> Result<i64> {
    const SQL: &str = "SELECT count(*) FROM \
        (SELECT 1 AS one FROM inquiry_terms WHERE term = $1 LIMIT $2) AS counted";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(term).bind(COMMON).fetch_one(c).await)?)
}

macro_rules! holds {
    ($place:literal) => {
        concat!(
            " AND EXISTS (SELECT 1 FROM inquiry_terms x WHERE x.term = ",
            $place,
            " AND x.inquiry_id = t.inquiry_id)"
        )
    };
}

/// Inquiries of a scope that hold every one of `terms` (rarest first, one to [`PAIRS`]), newest
/// first, older than `before`.
pub async fn holding(
    link: &mut impl Link,
    scope: OrgScope,
    terms: &[i64],
    before: Option<InquiryId>,
) -> Result<Vec<Inquiry>> {
    let Some(&rarest) = terms.first() else { return Ok(Vec::new()) };
    // The order of the join is meant: from the rarest pair to the inquiries, never the other way.
    let sql = scoped!(
        scope,
        concat!(
            "SELECT ",
            columns!(),
            " FROM inquiry_terms t CROSS JOIN inquiries i WHERE i.id = t.inquiry_id AND "
        ),
        concat!(
            " AND t.term = $2",
            holds!("$3"),
            holds!("$4"),
            holds!("$5"),
            holds!("$6"),
            holds!("$7"),
            " AND t.inquiry_id < $8 ORDER BY t.inquiry_id DESC LIMIT $9"
        )
    );
    let nth = |place: usize| terms.get(place).copied().unwrap_or(rarest);
    let before = before.unwrap_or(InquiryId(Uuid::max()));
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(rarest)
        .bind(nth(1)).bind(nth(2)).bind(nth(3)).bind(nth(4)).bind(nth(5))
        .bind(before).bind(FOUND).fetch_all(c).await)?)
}

/// Inquiries of a scope that hold a pair, were answered and rated well; newest first.
pub async fn well_rated(
    link: &mut impl Link,
    scope: OrgScope,
    term: i64,
    except: InquiryId,
) -> Result<Vec<InquiryId>> {
    let sql = scoped!(
        scope,
        "SELECT i.id FROM inquiry_terms t CROSS JOIN inquiries i WHERE i.id = t.inquiry_id AND ",
        " AND t.term = $2 AND i.rating >= 4 AND i.answered_at IS NOT NULL AND i.id <> $3 \
         ORDER BY t.inquiry_id DESC LIMIT 100"
    );
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(scope.organization()).bind(term).bind(except)
        .fetch_all(c).await)?)
}
