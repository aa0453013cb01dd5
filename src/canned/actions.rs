//! Keeping canned answers: those of the own organization by whoever answers there, those of the
//! alliance by its operators.

use serde_json::json;

use super::rules::checked;
use super::{Canned, CannedId, store};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::error::{Error, Result};
use crate::staff::StaffMember;

/// Texts one organization keeps; a longer list is no help to anybody.
const MOST: i64 = 300;

/// Adds a text; the same form sent twice adds one.
///
/// # Errors
/// Invalid when title or text cannot be kept; conflict when the list is full.
pub async fn add(
    deps: &Deps,
    by: &StaffMember,
    once: CannedId,
    title: &str,
    body: &str,
) -> Result<()> {
    let (title, body) = checked(title, body)?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if store::count(&mut tx, by.scope()).await? >= MOST {
        return Err(Error::conflict(format!("已有 {MOST} 条常用答复。请先删除不用的再加。")));
    }
    let canned = Canned {
        id: once,
        organization_id: by.organization_id,
        title,
        body,
        version: 1,
        saved_by: by.id,
        saved_at: now,
    };
    if store::insert(&mut tx, &canned).await? {
        let object = format!("canned:{once}");
        let detail = json!({ "title": canned.title });
        audit::record(&mut tx, now, Some(by.id.0), "canned.add", &object, &detail).await?;
    }
    tx.commit().await
}

/// Changes a text of the own organization; `version` is the one the form showed.
///
/// # Errors
/// Not found outside the own ones; conflict when somebody saved it meanwhile.
pub async fn change(
    deps: &Deps,
    by: &StaffMember,
    id: CannedId,
    version: i64,
    title: &str,
    body: &str,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let known = store::own(&mut tx, by.scope(), id).await?.ok_or_else(Error::not_found)?;
    let (title, body) = checked(title, body)?;
    let canned =
        Canned { title, body, version: version + 1, saved_by: by.id, saved_at: now, ..known };
    if !store::update(&mut tx, &canned).await? {
        return Err(Error::conflict(
            "有同事刚刚改过这一条，您的修改没有保存。请复制您的文字，打开最新内容后再改。",
        ));
    }
    let object = format!("canned:{id}");
    let detail = json!({ "title": canned.title, "version": canned.version });
    audit::record(&mut tx, now, Some(by.id.0), "canned.change", &object, &detail).await?;
    tx.commit().await
}

/// Removes a text of the own organization.
///
/// # Errors
/// Not found outside the own ones.
pub async fn remove(deps: &Deps, by: &StaffMember, id: CannedId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let known = store::own(&mut tx, by.scope(), id).await?.ok_or_else(Error::not_found)?;
    store::delete(&mut tx, id).await?;
    let object = format!("canned:{id}");
    let detail = json!({ "title": known.title, "body": known.body });
    audit::record(&mut tx, now, Some(by.id.0), "canned.remove", &object, &detail).await?;
    tx.commit().await
}
