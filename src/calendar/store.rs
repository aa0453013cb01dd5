//! The tables `calendar_dates`, `calendar_plans`, `calendar_marks` and `calendar_feeds`.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::{Days, Held, HeldId, Mark, Observance, Plan, rules};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run};

type DateRow = (String, String, String, String, String, String, String, bool, i64);
type PlanRow = (i64, String, String, Option<StaffId>, Option<String>, Option<String>, i64);

/// Every date, as shipped or as operators wrote it, also those no longer kept.
pub async fn observances(link: &mut impl Link) -> Result<Vec<Observance>> {
    const SQL: &str = "SELECT code, name, rule, lead, basis, source, template, dropped, version \
        FROM calendar_dates ORDER BY code";
    let rows: Vec<DateRow> = on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?;
    let saved: Result<Vec<Observance>> = rows.into_iter().map(observance).collect();
    Ok(rules::merged(saved?))
}

fn observance(row: DateRow) -> Result<Observance> {
    let (code, name, rule, lead, basis, source, template, dropped, version) = row;
    let rule = serde_json::from_str(&rule)?;
    Ok(Observance { code, name, rule, lead, basis, source, template, dropped, version })
}

/// The dates of some years, year for year in their order.
pub async fn held(link: &mut impl Link, years: RangeInclusive<i16>) -> Result<Vec<Held>> {
    const PLANS: &str = "SELECT year, code, theme, owner_id, first_day, last_day, version \
        FROM calendar_plans WHERE year BETWEEN $1 AND $2";
    const MARKS: &str = "SELECT year, code, task, done_by, done_at FROM calendar_marks \
        WHERE year BETWEEN $1 AND $2";
    let (from, to) = (i64::from(*years.start()), i64::from(*years.end()));
    let observances = observances(link).await?;
    let plans: Vec<PlanRow> =
        on!(link, c => sqlx::query_as(PLANS).bind(from).bind(to).fetch_all(c).await)?;
    let marks: Vec<Mark> =
        on!(link, c => sqlx::query_as(MARKS).bind(from).bind(to).fetch_all(c).await)?;
    let plans: HashMap<HeldId, Plan> = plans.into_iter().map(plan).collect();
    Ok(years.flat_map(|year| rules::held_in(year, &observances, &plans, &marks)).collect())
}

fn plan(row: PlanRow) -> (HeldId, Plan) {
    let (year, code, theme, owner, first, last, version) = row;
    let id = HeldId { year: i16::try_from(year).unwrap_or(0), code };
    let day = |text: Option<String>| text.and_then(|text| text.parse().ok());
    let days = day(first).zip(day(last)).map(|(first, last)| Days { first, last });
    (id, Plan { theme, owner, days, version })
}

/// Writes a date; `false` when somebody wrote it since version `seen`, 0 for as shipped or new.
pub async fn save_observance(
    tx: &mut Tx,
    observance: &Observance,
    seen: i64,
    by: StaffId,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO calendar_dates (code, name, rule, lead, basis, source, template, \
        dropped, version, saved_by, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9 + 1, $10, $11) \
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, rule = excluded.rule, \
        lead = excluded.lead, basis = excluded.basis, source = excluded.source, \
        template = excluded.template, dropped = excluded.dropped, version = excluded.version, \
        saved_by = excluded.saved_by, saved_at = excluded.saved_at WHERE calendar_dates.version = $9";
    let written = run!(
        tx,
        sqlx::query(SQL)
            .bind(&observance.code)
            .bind(&observance.name)
            .bind(serde_json::to_string(&observance.rule)?)
            .bind(&observance.lead)
            .bind(&observance.basis)
            .bind(&observance.source)
            .bind(&observance.template)
            .bind(observance.dropped)
            .bind(seen)
            .bind(by)
            .bind(now)
    )?;
    Ok(written == 1)
}

/// Writes what was decided about a date in a year; `false` when somebody did since version `seen`.
pub async fn save_plan(
    tx: &mut Tx,
    id: &HeldId,
    plan: &Plan,
    seen: i64,
    by: StaffId,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO calendar_plans (year, code, theme, owner_id, first_day, last_day, \
        version, saved_by, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7 + 1, $8, $9) \
        ON CONFLICT (year, code) DO UPDATE SET theme = excluded.theme, owner_id = excluded.owner_id, \
        first_day = excluded.first_day, last_day = excluded.last_day, version = excluded.version, \
        saved_by = excluded.saved_by, saved_at = excluded.saved_at WHERE calendar_plans.version = $7";
    let written = run!(
        tx,
        sqlx::query(SQL)
            .bind(i64::from(id.year))
            .bind(&id.code)
            .bind(&plan.theme)
            .bind(plan.owner)
            .bind(plan.days.map(|days| days.first.to_string()))
            .bind(plan.days.map(|days| days.last.to_string()))
            .bind(seen)
            .bind(by)
            .bind(now)
    )?;
    Ok(written == 1)
}

/// Notes that a task is done; `false` when it was.
pub async fn add_mark(tx: &mut Tx, mark: &Mark) -> Result<bool> {
    const SQL: &str = "INSERT INTO calendar_marks (year, code, task, done_by, done_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (year, code, task) DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(mark.year)
            .bind(&mark.code)
            .bind(&mark.task)
            .bind(mark.done_by)
            .bind(mark.done_at)
    )?;
    Ok(added == 1)
}

/// Takes back that a task is done; `false` when it was not.
pub async fn remove_mark(tx: &mut Tx, id: &HeldId, task: &str) -> Result<bool> {
    const SQL: &str = "DELETE FROM calendar_marks WHERE year = $1 AND code = $2 AND task = $3";
    Ok(run!(tx, sqlx::query(SQL).bind(i64::from(id.year)).bind(&id.code).bind(task))? == 1)
}

/// Gives somebody's feed this secret; the one before no longer opens it.
pub async fn set_feed(tx: &mut Tx, staff: StaffId, token_hash: &[u8], now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO calendar_feeds (staff_id, token_hash, made_at) \
        VALUES ($1, $2, $3) ON CONFLICT (staff_id) DO UPDATE SET token_hash = excluded.token_hash, \
        made_at = excluded.made_at";
    run!(tx, sqlx::query(SQL).bind(staff).bind(token_hash).bind(now))?;
    Ok(())
}

/// Whether a secret opens the feed: somebody made it who may still log in.
pub async fn opens_feed(link: &mut impl Link, token_hash: &[u8]) -> Result<bool> {
    const SQL: &str = "SELECT count(*) FROM calendar_feeds f JOIN staff s ON s.id = f.staff_id \
        WHERE f.token_hash = $1 AND s.active";
    let found: i64 = on!(link, c => sqlx::query_scalar(SQL).bind(token_hash).fetch_one(c).await)?;
    Ok(found > 0)
}
