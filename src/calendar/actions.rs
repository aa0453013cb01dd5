//! What operators do with the calendar.

use serde_json::{Value, json};

use super::{HeldId, Mark, Observance, Plan, rules, store};
use crate::alerts;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::secrets::Secret;
use crate::staff::policy::{Right, allows};
use crate::staff::{self, StaffId};

/// Most characters of a theme.
const LONGEST_THEME: usize = 60;

fn changed_meanwhile() -> Error {
    Error::conflict("这一项刚被别人改过。请刷新页面，看过最新的内容再改。")
}

/// Adds a date or writes over one, whose version `seen` the person saw; 0 as shipped or new.
///
/// # Errors
/// Invalid, with what to correct; conflict when it was changed meanwhile.
pub async fn save(deps: &Deps, by: StaffId, observance: Observance, seen: i64) -> Result<()> {
    let observance = rules::checked(observance)?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if !store::save_observance(&mut tx, &observance, seen, by, now).await? {
        return Err(changed_meanwhile());
    }
    let detail = json!({ "rule": observance.rule, "dropped": observance.dropped });
    note(deps, &mut tx, by, "calendar.date", &observance.code, &detail).await?;
    tx.commit().await
}

/// Decides theme, owner and days of a date in a year, whose version `seen` the person saw.
///
/// # Errors
/// Invalid when the theme is too long or the owner cannot look after it; conflict when it was changed
/// meanwhile; not found when the year has no such date.
pub async fn decide(
    deps: &Deps,
    by: StaffId,
    id: &HeldId,
    mut plan: Plan,
    seen: i64,
) -> Result<()> {
    plan.theme = plan.theme.trim().to_owned();
    if plan.theme.chars().count() > LONGEST_THEME {
        return Err(Error::invalid("年度主题最多 60 个字，请缩短。"));
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    kept(&mut tx, id).await?;
    if let Some(owner) = plan.owner {
        let person = staff::store::get(&mut tx, owner).await?;
        let able = person.is_some_and(|who| who.active && allows(who.role, Right::ManageTexts));
        if !able {
            return Err(Error::invalid("负责人要从名单里选：能管理文章的联盟人员。"));
        }
    }
    if !store::save_plan(&mut tx, id, &plan, seen, by, now).await? {
        return Err(changed_meanwhile());
    }
    let detail = json!({ "owner": plan.owner, "first": plan.days.map(|days| days.first) });
    note(deps, &mut tx, by, "calendar.plan", &id.to_string(), &detail).await?;
    tx.commit().await
}

/// Notes that a task is done, or takes that back. Doing it twice changes nothing.
///
/// # Errors
/// Not found when the year has no such date, invalid when the date has no such task.
pub async fn mark(deps: &Deps, by: StaffId, id: &HeldId, task: &str, done: bool) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let held = kept(&mut tx, id).await?;
    if !held.tasks.iter().any(|known| known.code == task) {
        return Err(Error::invalid("这一项已经不在清单里。请刷新页面再操作。"));
    }
    let changed = match done {
        true => {
            let (year, code) = (i64::from(id.year), id.code.clone());
            let mark = Mark { year, code, task: task.to_owned(), done_by: by, done_at: now };
            store::add_mark(&mut tx, &mark).await?
        }
        false => store::remove_mark(&mut tx, id, task).await?,
    };
    if changed {
        alerts::store::settle(&mut tx, id.about(task), now).await?;
        let detail = json!({ "task": task, "done": done });
        note(deps, &mut tx, by, "calendar.task", &id.to_string(), &detail).await?;
    }
    tx.commit().await
}

/// Makes a new secret for the person's calendar feed; the address before no longer works.
///
/// # Errors
/// When the database cannot be written.
pub async fn open_feed(deps: &Deps, by: StaffId) -> Result<Secret> {
    let secret = Secret::fresh(&deps.entropy);
    let mut tx = deps.db.begin().await?;
    store::set_feed(&mut tx, by, &secret.digest(), deps.clock.now()).await?;
    note(deps, &mut tx, by, "calendar.feed", &by.to_string(), &json!({})).await?;
    tx.commit().await?;
    Ok(secret)
}

/// A date of a year that is kept.
async fn kept(tx: &mut Tx, id: &HeldId) -> Result<super::Held> {
    let held = store::held(tx, id.year..=id.year).await?;
    held.into_iter().find(|held| held.id == *id).ok_or_else(Error::not_found)
}

async fn note(
    deps: &Deps,
    tx: &mut Tx,
    by: StaffId,
    action: &str,
    about: &str,
    detail: &Value,
) -> Result<()> {
    let object = format!("calendar:{about}");
    audit::record(tx, deps.clock.now(), Some(by.0), action, &object, detail).await
}
