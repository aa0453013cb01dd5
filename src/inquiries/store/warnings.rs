//! Which inquiries somebody must be told of because time runs out. Each is found once for each of
//! its deadlines.

use sqlx::FromRow;

use super::columns;
use crate::inquiries::Inquiry;
use crate::on;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::Result;

/// Nobody was told of this occasion and stamp.
macro_rules! untold {
    ($occasion:literal, $stamp:literal) => {
        concat!(
            " AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.about = i.id AND a.occasion = '",
            $occasion,
            "' AND a.stamp = ",
            $stamp,
            ") "
        )
    };
}

/// Inquiries that wait for an answer promised before `ends`, or when they are urgent before the
/// second of them, but not yet due at `now`.
pub async fn ending(
    link: &mut impl Link,
    [ends, urgent_ends]: [Moment; 2],
    now: Moment,
    most: i64,
) -> Result<Vec<Inquiry>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM inquiries i WHERE i.state IN ('waiting', 'offered', 'claimed') AND i.due_at > $1 \
         AND i.due_at <= CASE WHEN i.urgent THEN $3 ELSE $2 END",
        untold!("deadline_near", "i.due_at"),
        "ORDER BY i.due_at LIMIT $4"
    );
    Ok(on!(link, c => sqlx::query_as(SQL).bind(now).bind(ends).bind(urgent_ends).bind(most)
        .fetch_all(c).await)?)
}

/// Inquiries that wait for an answer promised for a time that is over.
pub async fn overdue(link: &mut impl Link, now: Moment, most: i64) -> Result<Vec<Inquiry>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM inquiries i WHERE i.state IN ('waiting', 'offered', 'claimed') AND i.due_at <= $1",
        untold!("deadline_passed", "i.due_at"),
        "ORDER BY i.due_at DESC LIMIT $2"
    );
    Ok(on!(link, c => sqlx::query_as(SQL).bind(now).bind(most).fetch_all(c).await)?)
}

#[derive(FromRow)]
struct Offered {
    offered_at: Moment,
    #[sqlx(flatten)]
    inquiry: Inquiry,
}

/// Inquiries with an open offer that lapses within half an hour, or within a quarter of its time when
/// that is less, and when it was made.
pub async fn lapsing(
    link: &mut impl Link,
    now: Moment,
    most: i64,
) -> Result<Vec<(Inquiry, Moment)>> {
    const SQL: &str = concat!(
        "SELECT o.at AS offered_at, ",
        columns!(),
        " FROM offers o JOIN inquiries i ON i.id = o.inquiry_id WHERE o.state = 'open' \
         AND o.answer_by > $1 AND o.answer_by - $1 <= 1800000 \
         AND o.answer_by - $1 <= (o.answer_by - o.at) / 4",
        untold!("offer_lapsing", "o.at"),
        "ORDER BY o.answer_by LIMIT $2"
    );
    let rows: Vec<Offered> =
        on!(link, c => sqlx::query_as(SQL).bind(now).bind(most).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|row| (row.inquiry, row.offered_at)).collect())
}
