//! Keeping filters of the inbox under names. They are a person's own; nobody else sees them.

use crate::inquiries::{FilterId, SavedFilter, store};
use crate::platform::Deps;
use crate::platform::error::{Error, Result};
use crate::staff::StaffId;

/// Longest name, in characters.
pub const LONGEST: usize = 16;
/// Filters one person keeps.
const MOST: usize = 20;

fn named(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST || name.contains(char::is_control) {
        return Err(Error::invalid(format!("名称要 1 到 {LONGEST} 个字，没有保存。")));
    }
    Ok(name.to_owned())
}

fn taken(name: &str) -> Error {
    Error::conflict(format!("已有叫“{name}”的常用筛选，没有保存。请换一个名称。"))
}

/// Keeps a filter; the same form sent twice keeps one.
///
/// # Errors
/// Invalid when the name cannot be kept; conflict when it is taken or there are enough.
pub async fn keep(deps: &Deps, by: StaffId, id: FilterId, name: &str, query: String) -> Result<()> {
    let filter = SavedFilter { id, name: named(name)?, query };
    let mut tx = deps.db.begin().await?;
    let kept = store::filters_of(&mut tx, by).await?;
    if kept.iter().any(|one| one.id == id) {
        return Ok(());
    }
    if kept.len() >= MOST {
        let why = format!("已有 {MOST} 个常用筛选，没有保存。请先删除不用的。");
        return Err(Error::conflict(why));
    }
    if !store::keep_filter(&mut tx, by, &filter, deps.clock.now()).await? {
        return Err(taken(&filter.name));
    }
    tx.commit().await
}

/// Gives a filter of one's own another name.
///
/// # Errors
/// Not found when it is not one's own; invalid or conflict as for [`keep`].
pub async fn rename(deps: &Deps, by: StaffId, id: FilterId, name: &str) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    let kept = store::filters_of(&mut tx, by).await?;
    if !kept.iter().any(|one| one.id == id) {
        return Err(Error::not_found());
    }
    let name = named(name)?;
    if kept.iter().any(|one| one.id != id && one.name == name) {
        return Err(taken(&name));
    }
    store::rename_filter(&mut tx, by, id, &name).await?;
    tx.commit().await
}

/// Removes a filter of one's own.
///
/// # Errors
/// Not found when it is not one's own.
pub async fn remove(deps: &Deps, by: StaffId, id: FilterId) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    if !store::drop_filter(&mut tx, by, id).await? {
        return Err(Error::not_found());
    }
    tx.commit().await
}
