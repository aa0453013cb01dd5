//! Which inquiries somebody must be told of because an offer is about to lapse.

use sqlx::FromRow;

use super::columns;
use crate::inquiries::Inquiry;
use crate::on;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::Result;

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
         AND o.answer_by - $1 <= (o.answer_by - o.at) / 4 \
         AND NOT EXISTS (SELECT 1 FROM alerts a WHERE a.about = i.id \
         AND a.occasion = 'offer_lapsing' AND a.stamp = o.at) ORDER BY o.answer_by LIMIT $2"
    );
    let rows: Vec<Offered> =
        on!(link, c => sqlx::query_as(SQL).bind(now).bind(most).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|row| (row.inquiry, row.offered_at)).collect())
}
