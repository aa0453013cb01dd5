//! What happened around a campaign, counted.

use crate::on;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::Result;

/// How many inquiries were opened through an account in a span of time.
pub async fn inquiries(
    link: &mut impl Link,
    account: &str,
    (from, until): (Moment, Moment),
) -> Result<i64> {
    const SQL: &str = "SELECT count(*) FROM inquiries WHERE account_id = $1 AND opened_at >= $2 \
        AND opened_at < $3";
    Ok(
        on!(link, c => sqlx::query_scalar(SQL).bind(account).bind(from).bind(until).fetch_one(c).await)?,
    )
}

/// How many followers left an account in a span of time.
pub async fn left(
    link: &mut impl Link,
    account: &str,
    (from, until): (Moment, Moment),
) -> Result<i64> {
    const SQL: &str = "SELECT count(*) FROM follower_changes WHERE account_id = $1 \
        AND NOT following AND at >= $2 AND at < $3";
    Ok(
        on!(link, c => sqlx::query_scalar(SQL).bind(account).bind(from).bind(until).fetch_one(c).await)?,
    )
}
