//! Changing when an organization works, and which names it may not deal with.

use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{self, Interest};
use crate::members::OrganizationId;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::worktime::calendar::{Calendar, CalendarFault, Special, Week};

/// Sets the week that applies from `since` on.
///
/// # Errors
/// Invalid with the first fault of the week in words.
pub async fn set_week(
    deps: &Deps,
    by: Uuid,
    id: OrganizationId,
    since: Date,
    week: &Week,
) -> Result<()> {
    week.check().map_err(refused)?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::set_week(&mut tx, id, since, week, by, now).await?;
    finish(deps, tx, by, "hours.week", id, &json!({ "since": since, "week": week })).await
}

/// Sets how a day differs; `None` makes it an ordinary one again.
///
/// # Errors
/// Invalid with the fault of the day in words.
pub async fn set_day(
    deps: &Deps,
    by: Uuid,
    id: OrganizationId,
    day: Date,
    special: Option<&Special>,
) -> Result<()> {
    if let Some(special) = special {
        Calendar::default().with_special(day, special.clone()).map_err(refused)?;
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::set_day(&mut tx, id, day, special, by, now).await?;
    finish(deps, tx, by, "hours.day", id, &json!({ "day": day, "special": special })).await
}

/// Longest name and reason, in characters.
const LONGEST_NAME: usize = 40;

/// Adds a name the organization may not deal with.
///
/// # Errors
/// Invalid when the name would fit too many questions, or is too long.
pub async fn add_interest(deps: &Deps, by: Uuid, interest: &Interest) -> Result<()> {
    let length = interest.name.chars().count();
    if !(2..=LONGEST_NAME).contains(&length) {
        return Err(Error::invalid("回避名称要有 2 到 40 个字，例如当事人或单位的全名。"));
    }
    if interest.reason.chars().count() > LONGEST_NAME {
        return Err(Error::invalid("回避理由最多 40 个字。"));
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::set_interest(&mut tx, interest, now).await?;
    // The name itself is somebody's: the audit says only that one was added.
    finish(deps, tx, by, "interest.add", interest.organization_id, &json!({})).await
}

/// Removes a name.
pub async fn remove_interest(deps: &Deps, by: Uuid, id: OrganizationId, name: &str) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    store::remove_interest(&mut tx, id, name).await?;
    finish(deps, tx, by, "interest.remove", id, &json!({})).await
}

fn refused(fault: CalendarFault) -> Error {
    Error::invalid(fault.to_string())
}

async fn finish(
    deps: &Deps,
    mut tx: Tx,
    by: Uuid,
    action: &'static str,
    id: OrganizationId,
    detail: &Value,
) -> Result<()> {
    let object = format!("organization:{id}");
    audit::record(&mut tx, deps.clock.now(), Some(by), action, &object, detail).await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    Ok(())
}
