//! What administrators do with member organizations.

use serde_json::json;
use uuid::Uuid;

use super::{OrganizationEdit, OrganizationId, store};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::coord::News;
use crate::platform::error::{Error, Result};

/// Adds an organization; gives its id.
pub async fn add(deps: &Deps, by: Uuid, edit: &OrganizationEdit) -> Result<OrganizationId> {
    check(edit)?;
    let now = deps.clock.now();
    let id = OrganizationId(deps.entropy.id_at(now));
    let slug = format!("org-{}", &id.0.simple().to_string()[20..]);
    let mut tx = deps.db.begin().await?;
    store::insert(&mut tx, id, &slug, edit, now).await?;
    audit::record(
        &mut tx,
        now,
        Some(by),
        "organization.add",
        &format!("organization:{id}"),
        &json!({}),
    )
    .await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    Ok(id)
}

/// Changes an organization that the editor saw at `version`.
pub async fn change(
    deps: &Deps,
    by: Uuid,
    id: OrganizationId,
    version: i64,
    edit: &OrganizationEdit,
) -> Result<()> {
    check(edit)?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::update(&mut tx, id, version, edit, now).await?;
    let detail = json!({ "status": edit.status.code(), "promise_hours": edit.promise_hours });
    audit::record(
        &mut tx,
        now,
        Some(by),
        "organization.change",
        &format!("organization:{id}"),
        &detail,
    )
    .await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    Ok(())
}

fn check(edit: &OrganizationEdit) -> Result<()> {
    let name = edit.name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        return Err(Error::invalid("单位名称要填写，最多 60 个字。"));
    }
    if edit.short_name.trim().is_empty() || edit.short_name.chars().count() > 16 {
        return Err(Error::invalid("单位简称要填写，最多 16 个字。"));
    }
    if !(1..=360).contains(&edit.promise_hours) {
        return Err(Error::invalid("服务承诺的小时数应在 1 到 360 之间。"));
    }
    Ok(())
}
