//! The tables `working_weeks`, `working_days` and `interests`.

use jiff::civil::Date;
use uuid::Uuid;

use super::{WorkingDay, WorkingWeek};
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::worktime::calendar::{Special, Week};
use crate::{on, run};

type Row = (OrganizationId, String, String);

/// Every week of every organization, oldest first.
pub async fn weeks(link: &mut impl Link) -> Result<Vec<WorkingWeek>> {
    const SQL: &str =
        "SELECT organization_id, since, week FROM working_weeks ORDER BY organization_id, since";
    let rows: Vec<Row> = on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?;
    let read = |(organization, since, week): Row| {
        Ok(WorkingWeek { organization, since: date(&since), week: serde_json::from_str(&week)? })
    };
    rows.into_iter().map(read).collect()
}

/// Every day that differs, oldest first.
pub async fn days(link: &mut impl Link) -> Result<Vec<WorkingDay>> {
    const SQL: &str =
        "SELECT organization_id, day, special FROM working_days ORDER BY organization_id, day";
    let rows: Vec<Row> = on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?;
    let read = |(organization, day, special): Row| {
        Ok(WorkingDay { organization, day: date(&day), special: serde_json::from_str(&special)? })
    };
    rows.into_iter().map(read).collect()
}

fn date(text: &str) -> Date {
    // Written by the functions below, so it always parses.
    text.parse().unwrap_or(Date::MIN)
}

/// Sets the week that applies from a day on.
pub async fn set_week(
    tx: &mut Tx,
    id: OrganizationId,
    since: Date,
    week: &Week,
    by: Uuid,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO working_weeks (organization_id, since, week, saved_at, saved_by) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, since) \
        DO UPDATE SET week = excluded.week, saved_at = excluded.saved_at, saved_by = excluded.saved_by";
    let week = serde_json::to_string(week)?;
    run!(tx, sqlx::query(SQL).bind(id).bind(since.to_string()).bind(week).bind(now).bind(by))?;
    Ok(())
}

/// Sets how a day differs; `None` makes it an ordinary one again.
pub async fn set_day(
    tx: &mut Tx,
    id: OrganizationId,
    day: Date,
    special: Option<&Special>,
    by: Uuid,
    now: Moment,
) -> Result<()> {
    let Some(special) = special else {
        let sql = "DELETE FROM working_days WHERE organization_id = $1 AND day = $2";
        run!(tx, sqlx::query(sql).bind(id).bind(day.to_string()))?;
        return Ok(());
    };
    const SQL: &str = "INSERT INTO working_days (organization_id, day, special, saved_at, saved_by) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, day) \
        DO UPDATE SET special = excluded.special, saved_at = excluded.saved_at, saved_by = excluded.saved_by";
    let special = serde_json::to_string(special)?;
    run!(tx, sqlx::query(SQL).bind(id).bind(day.to_string()).bind(special).bind(now).bind(by))?;
    Ok(())
}

/// A name an organization may not deal with.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Interest {
    /// Whose.
    pub organization_id: OrganizationId,
    /// The name as it stands in questions.
    pub name: String,
    /// Why, in words.
    pub reason: String,
}

/// Every name of every organization.
pub async fn interests(link: &mut impl Link) -> Result<Vec<Interest>> {
    let sql = "SELECT organization_id, name, reason FROM interests ORDER BY organization_id, name";
    Ok(on!(link, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// Adds a name, or changes its reason.
pub async fn set_interest(tx: &mut Tx, interest: &Interest, now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO interests (organization_id, name, reason, saved_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (organization_id, name) \
        DO UPDATE SET reason = excluded.reason, saved_at = excluded.saved_at";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(interest.organization_id)
            .bind(&interest.name)
            .bind(&interest.reason)
            .bind(now)
    )?;
    Ok(())
}

/// Removes a name.
pub async fn remove_interest(tx: &mut Tx, id: OrganizationId, name: &str) -> Result<()> {
    let sql = "DELETE FROM interests WHERE organization_id = $1 AND name = $2";
    run!(tx, sqlx::query(sql).bind(id).bind(name))?;
    Ok(())
}
