//! Every morning whoever looks after a date is reminded of what is due for it.

use super::{rules, store};
use crate::alerts::actions::{raise, tell};
use crate::alerts::{Audience, Happening, Occasion};
use crate::platform::Deps;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Outcome};
use crate::staff;

/// Kind of the recurring job that reminds of tasks; no payload.
pub const REMIND: &str = "calendar.remind";

/// At this hour in Beijing.
const HOUR: u8 = 8;

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, REMIND, deps.clock.now()).await
}

/// The job [`REMIND`]. Each task is told of once, however often this runs.
///
/// # Errors
/// When the database cannot be used.
pub async fn remind(deps: Deps) -> Result<Outcome> {
    let now = deps.clock.now();
    let today = now.in_shanghai().date();
    let mut tx = deps.db.begin().await?;
    // The report on a date of December is due in January, the plan for one of January in December.
    let held = store::held(&mut tx, today.year() - 1..=today.year() + 1).await?;
    let mut told = Vec::new();
    for reminder in rules::reminders(&held, today) {
        let owner = match reminder.to {
            Some(owner) => staff::store::get(&mut tx, owner).await?.filter(|who| who.active),
            None => None,
        };
        let audience = owner.map_or(Audience::Operators, |owner| Audience::Only(owner.id));
        let what = Happening {
            occasion: Occasion::TaskDue,
            about: reminder.id.about(&reminder.task),
            stamp: i64::from((reminder.due - jiff::civil::Date::ZERO).get_days()),
            number: String::new(),
            organization: None,
            detail: reminder.id.to_string(),
        };
        told.extend(raise(&mut tx, &what, &audience, now).await?);
    }
    tx.commit().await?;
    tell(&deps, told);
    Ok(Outcome::RetryAt(now.next_at_hour(HOUR), "every morning".to_owned()))
}
