//! The tables `account_figures` and `message_gaps`.

use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::wechat::datacube::{Dataset, Item};
use crate::{on, run};

/// The figures of one day.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DayRow {
    /// The day, `2026-11-23`.
    pub day: String,
    /// JSON of a list of [`Item`].
    pub items: String,
    /// WeChat said that they were not complete.
    pub delayed: bool,
    /// When they were fetched.
    pub fetched_at: Moment,
}

impl DayRow {
    /// The items.
    pub fn items(&self) -> Result<Vec<Item>> {
        Ok(serde_json::from_str(&self.items)?)
    }
}

/// An hour in which WeChat counted more messages than reached us.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Gap {
    /// The Beijing day, `2026-11-23`.
    pub day: String,
    /// Hour of that day, 0 to 23.
    pub hour: i64,
    /// Messages WeChat counted.
    pub counted: i64,
    /// Messages that reached us.
    pub received: i64,
    /// Messages that are missing, late ones of the next hour taken into account.
    pub missing: i64,
}

/// Writes the figures of one day, over those fetched before.
pub async fn save(
    tx: &mut Tx,
    account: &str,
    dataset: Dataset,
    day: &str,
    items: &[&Item],
    delayed: bool,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO account_figures \
        (account_id, dataset, day, items, delayed, fetched_at) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (account_id, dataset, day) DO UPDATE SET items = excluded.items, \
        delayed = excluded.delayed, fetched_at = excluded.fetched_at";
    let items = serde_json::to_string(items)?;
    run!(
        tx,
        sqlx::query(SQL).bind(account).bind(dataset).bind(day).bind(&items).bind(delayed).bind(now)
    )?;
    Ok(())
}

/// The figures of one kind from `from` on, oldest first.
pub async fn since(
    link: &mut impl Link,
    account: &str,
    dataset: Dataset,
    from: &str,
) -> Result<Vec<DayRow>> {
    const SQL: &str = "SELECT day, items, delayed, fetched_at FROM account_figures \
        WHERE account_id = $1 AND dataset = $2 AND day >= $3 ORDER BY day";
    let query = on!(link, c => sqlx::query_as(SQL)
        .bind(account).bind(dataset).bind(from).fetch_all(c).await);
    Ok(query?)
}

/// Replaces the gaps of one day.
pub async fn save_gaps(
    tx: &mut Tx,
    account: &str,
    day: &str,
    gaps: &[Gap],
    now: Moment,
) -> Result<()> {
    let sql = "DELETE FROM message_gaps WHERE account_id = $1 AND day = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(day))?;
    const SQL: &str = "INSERT INTO message_gaps \
        (account_id, day, hour, counted, received, missing, found_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    for gap in gaps {
        run!(
            tx,
            sqlx::query(SQL)
                .bind(account)
                .bind(day)
                .bind(gap.hour)
                .bind(gap.counted)
                .bind(gap.received)
                .bind(gap.missing)
                .bind(now)
        )?;
    }
    Ok(())
}

/// Gaps from `from` on, newest first.
pub async fn gaps_since(link: &mut impl Link, account: &str, from: &str) -> Result<Vec<Gap>> {
    const SQL: &str = "SELECT day, hour, counted, received, missing FROM message_gaps \
        WHERE account_id = $1 AND day >= $2 ORDER BY day DESC, hour DESC";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(from).fetch_all(c).await)?)
}
