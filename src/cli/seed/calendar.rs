//! The calendar of the demo city: the dates around today have somebody who looks after them, and what
//! is due for them by now is done but for one thing.

use jiff::ToSpan;

use crate::app::App;
use crate::calendar::{Mark, Plan, store};
use crate::platform::error::Result;
use crate::staff::policy::{Right, allows};
use crate::staff::{self, StaffId};

/// Dates that somebody looks after.
const PLANNED: usize = 5;
const THEMES: [&str; 3] = ["学法守法，从身边小事做起", "把法送到村口和楼道", ""];

pub async fn add(app: &App) -> Result<()> {
    let deps = &app.web.deps;
    let now = deps.clock.now();
    let today = now.in_shanghai().date();
    let mut tx = deps.db.begin().await?;
    let people = staff::store::of_alliance(&mut tx).await?;
    let able = people.iter().filter(|who| allows(who.role, Right::ManageTexts));
    let operators: Vec<StaffId> = able.map(|who| who.id).collect();
    let held = store::held(&mut tx, today.year()..=today.year() + 1).await?;
    let from = today.saturating_sub(20.days());
    let near = held.iter().filter(|one| one.days.is_some_and(|days| days.first >= from));
    for (nth, one) in near.take(PLANNED).enumerate() {
        let Some(owner) = operators.get(nth % operators.len().max(1)).copied() else { break };
        let theme = THEMES[nth % THEMES.len()].to_owned();
        let plan = Plan { theme, owner: Some(owner), days: None, version: 0 };
        store::save_plan(&mut tx, &one.id, &plan, 0, owner, now).await?;
        let due = one.tasks.iter().filter(|task| task.due.is_some_and(|due| due < today));
        let due: Vec<_> = due.collect();
        // Of the second date the last task is late, so that the list shows how that looks.
        let done = if nth == 1 { due.len().saturating_sub(1) } else { due.len() };
        for task in due.into_iter().take(done) {
            let (year, code) = (i64::from(one.id.year), one.id.code.clone());
            let mark = Mark { year, code, task: task.code.clone(), done_by: owner, done_at: now };
            store::add_mark(&mut tx, &mark).await?;
        }
    }
    tx.commit().await
}
