//! What administrators do with member organizations.

use serde_json::json;
use uuid::Uuid;

use super::{CAPACITY_CHANGED, Counted, OrganizationEdit, OrganizationId, store};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, NewJob};

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
    capacity_changes(&mut tx, now, now).await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    deps.coord.publish(News::Jobs);
    Ok(id)
}

/// Adds the first organization of all, for whoever sets the alliance up.
///
/// # Errors
/// Invalid when a field is; conflict once there is an organization.
pub async fn add_first(deps: &Deps, by: Uuid, edit: &OrganizationEdit) -> Result<OrganizationId> {
    if !store::all(&mut deps.db.read().await?).await?.is_empty() {
        return Err(Error::conflict("已经有成员单位，以后的单位请由司法局监管人员添加。"));
    }
    add(deps, by, edit).await
}

/// Sets how many open inquiries an organization may have; `None`: no limit.
///
/// # Errors
/// Invalid when the cap makes no sense.
pub async fn set_cap(
    deps: &Deps,
    by: Uuid,
    id: OrganizationId,
    most_open: Option<i64>,
) -> Result<()> {
    check_cap(most_open)?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::set_cap(&mut tx, id, most_open, now).await?;
    let (object, detail) = (format!("organization:{id}"), json!({ "most_open": most_open }));
    audit::record(&mut tx, now, Some(by), "organization.cap", &object, &detail).await?;
    capacity_changes(&mut tx, now, now).await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    deps.coord.publish(News::Jobs);
    Ok(())
}

/// Has work shared out again once organizations can take more or less than before, at `at`.
///
/// # Errors
/// When the database cannot be written.
pub async fn capacity_changes(tx: &mut Tx, at: Moment, now: Moment) -> Result<()> {
    jobs::store::enqueue(tx, &NewJob::new(CAPACITY_CHANGED, &(), at)?, now).await
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
    let detail = json!({
        "status": edit.status.code(), "promise": edit.promise_amount,
        "counted": edit.promise_counted.code(), "most_open": edit.most_open,
    });
    audit::record(
        &mut tx,
        now,
        Some(by),
        "organization.change",
        &format!("organization:{id}"),
        &detail,
    )
    .await?;
    capacity_changes(&mut tx, now, now).await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    deps.coord.publish(News::Jobs);
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
    check_promise(edit)
}

/// The longest promise: 15 days, as the rules of the 12348 platform have it.
const LONGEST_DAYS: i64 = 15;

fn check_promise(edit: &OrganizationEdit) -> Result<()> {
    let longest = match edit.promise_counted {
        Counted::Clock => LONGEST_DAYS * 24,
        Counted::Work => LONGEST_DAYS * 8,
        Counted::Days => LONGEST_DAYS,
    };
    if !(1..=longest).contains(&edit.promise_amount) {
        let unit = edit.promise_counted.name();
        return Err(Error::invalid(format!("服务承诺应在 1 到 {longest} {unit}之间。")));
    }
    let within = |amount: Option<i64>, most: i64| amount.is_none_or(|n| (1..=most).contains(&n));
    if !within(edit.terms.urgent_hours, 24) {
        return Err(Error::invalid("紧急承诺应在 1 到 24 小时之间；按联盟的规定就留空。"));
    }
    if !within(edit.terms.transfer_workdays, 5) {
        return Err(Error::invalid("接件时限应在 1 到 5 个工作日之间；按联盟的规定就留空。"));
    }
    if !within(edit.terms.most_workdays, LONGEST_DAYS) {
        return Err(Error::invalid("最长时限应在 1 到 15 个工作日之间；按联盟的规定就留空。"));
    }
    check_cap(edit.most_open)
}

fn check_cap(most_open: Option<i64>) -> Result<()> {
    match most_open {
        Some(most) if !(1..=9999).contains(&most) => {
            Err(Error::invalid("在办上限应在 1 到 9999 之间；不限就留空。"))
        }
        _ => Ok(()),
    }
}
