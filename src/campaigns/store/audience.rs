//! Whom a filter means, from `followers` and what they asked; and the table `campaign_members`.

use crate::campaigns::CampaignId;
use crate::campaigns::audience::Filter;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{many_rows, on, run};

/// The followers a filter means. What does not matter is bound as NULL.
macro_rules! meant {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " FROM followers f WHERE f.account_id = $1 AND f.following AND NOT f.blocked \
             AND (CAST($2 AS TEXT) IS NULL OR \
             ',' || substr(f.tags, 2, length(f.tags) - 2) || ',' LIKE $2) \
             AND (CAST($3 AS BIGINT) IS NULL OR COALESCE(f.subscribed_at, f.first_seen_at) >= $3) \
             AND (CAST($4 AS BIGINT) IS NULL OR COALESCE(f.subscribed_at, f.first_seen_at) < $4) \
             AND (CAST($5 AS TEXT) IS NULL OR ($5 = 'no') <> EXISTS (SELECT 1 FROM citizens c \
             JOIN inquiries i ON i.citizen_id = c.id WHERE c.account_id = f.account_id \
             AND c.openid = f.openid AND ($6 = '' OR $6 LIKE '%,' || i.field || ',%') \
             AND ($7 = '' OR $7 LIKE '%,' || substr(i.territory_id, 1, 6) || ',%' \
             OR $7 LIKE '%,' || i.territory_id || ',%'))) ",
            $tail
        )
    };
}

/// A filter as the statement takes it.
struct Bound {
    tag: Option<String>,
    from: Option<Moment>,
    until: Option<Moment>,
    /// `yes` for those who asked so, `no` for those who did not.
    asked: Option<&'static str>,
    fields: String,
    territories: String,
}

impl Bound {
    fn of(filter: &Filter) -> Self {
        let list = |words: Vec<&str>| match words.is_empty() {
            true => String::new(),
            false => format!(",{},", words.join(",")),
        };
        Self {
            tag: filter.tag.map(|tag| format!("%,{tag},%")),
            from: filter.followed_from,
            until: filter.followed_until,
            asked: match filter.asked {
                Some(false) => Some("no"),
                _ if filter.by_matter() => Some("yes"),
                _ => None,
            },
            fields: list(filter.fields.iter().map(|field| field.code()).collect()),
            territories: list(filter.territories.iter().map(String::as_str).collect()),
        }
    }
}

/// How many followers of an account a filter means now.
pub async fn count(link: &mut impl Link, account: &str, filter: &Filter) -> Result<i64> {
    const SQL: &str = meant!("SELECT count(*)", "");
    let bound = Bound::of(filter);
    Ok(on!(link, c => sqlx::query_scalar(SQL)
        .bind(account).bind(&bound.tag).bind(bound.from).bind(bound.until)
        .bind(bound.asked).bind(&bound.fields).bind(&bound.territories)
        .fetch_one(c).await)?)
}

/// The followers of an account a filter means now.
pub async fn meant(link: &mut impl Link, account: &str, filter: &Filter) -> Result<Vec<String>> {
    const SQL: &str = meant!("SELECT f.openid", "ORDER BY f.id");
    let bound = Bound::of(filter);
    Ok(on!(link, c => sqlx::query_scalar(SQL)
        .bind(account).bind(&bound.tag).bind(bound.from).bind(bound.until)
        .bind(bound.asked).bind(&bound.fields).bind(&bound.territories)
        .fetch_all(c).await)?)
}

/// Keeps whom a slice addresses.
pub async fn keep_members(
    tx: &mut Tx,
    campaign: CampaignId,
    nth: i64,
    openids: &[String],
) -> Result<()> {
    let sql = many_rows!(
        tx,
        "INSERT INTO campaign_members (campaign_id, nth, openid) SELECT $2, $3, value->>0 FROM",
        ""
    );
    let rows: Vec<[&str; 1]> = openids.iter().map(|openid| [openid.as_str()]).collect();
    let rows = serde_json::to_string(&rows)?;
    run!(tx, sqlx::query(sql).bind(rows).bind(campaign).bind(nth))?;
    Ok(())
}

/// Whom a slice addresses, always in the same order: the order is part of the bytes sent.
pub async fn members(link: &mut impl Link, campaign: CampaignId, nth: i64) -> Result<Vec<String>> {
    const SQL: &str =
        "SELECT openid FROM campaign_members WHERE campaign_id = $1 AND nth = $2 ORDER BY openid";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(campaign).bind(nth).fetch_all(c).await)?)
}

/// Forgets whom the slices addressed of campaigns that ended before `before`.
pub async fn forget_members(tx: &mut Tx, before: Moment) -> Result<u64> {
    const SQL: &str = "DELETE FROM campaign_members WHERE campaign_id IN \
        (SELECT id FROM campaigns WHERE finished_at < $1)";
    Ok(run!(tx, sqlx::query(SQL).bind(before))?)
}
