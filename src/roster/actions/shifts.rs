//! Planning: shifts added, removed, copied from week to week.

use std::collections::HashSet;

use jiff::civil::Date;
use serde_json::json;

use super::finish;
use crate::members::OrganizationId;
use crate::platform::Deps;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::roster::rules::{Copied, Planned, copied, days_from, monday_of};
use crate::roster::{ShiftId, store};
use crate::staff::{self, StaffId, StaffMember};
use crate::worktime::calendar::{Calendar, Span};

/// Most shifts added by one form.
const MOST_ADDED: usize = 28;

/// Adds the same spans for one person on some days.
///
/// # Errors
/// Invalid when nothing is to be added, a span ends before it begins or a day is over; not found
/// when the person does not belong to the organization.
pub async fn add(
    deps: &Deps,
    by: &StaffMember,
    organization: OrganizationId,
    staff_id: StaffId,
    days: &[Date],
    spans: &[Span],
) -> Result<()> {
    if days.is_empty() || spans.is_empty() {
        return Err(Error::invalid("请勾选日期，并写上时间，例如 9:00-12:00。"));
    }
    if spans.iter().any(|span| span.from >= span.to) {
        return Err(Error::invalid("每段时间的结束要晚于开始；跨过半夜的班请分成两天填写。"));
    }
    if days.len() * spans.len() > MOST_ADDED {
        return Err(Error::invalid("一次最多添加 28 个班。"));
    }
    let now = deps.clock.now();
    if days.iter().any(|day| *day < now.in_shanghai().date()) {
        return Err(Error::invalid("已经过去的日子不能再排班。"));
    }
    let mut tx = deps.db.begin().await?;
    colleague(&mut tx, organization, staff_id).await?;
    for &day in days {
        for &span in spans {
            let id = ShiftId(deps.entropy.id_at(now));
            let planned = Planned { staff_id, day, span };
            store::insert_shift(&mut tx, id, organization, &planned, now).await?;
        }
    }
    let detail = json!({ "staff": staff_id, "days": days, "spans": spans });
    finish(deps, tx, by, "roster.add", organization, &detail).await
}

/// Removes a shift; wishes to swap it are taken back.
///
/// # Errors
/// Conflict when it is gone already.
pub async fn remove(
    deps: &Deps,
    by: &StaffMember,
    organization: OrganizationId,
    id: ShiftId,
) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    let Some(shift) = store::get_shift(&mut tx, organization, id).await? else {
        return Err(Error::conflict("这个班已经不在了，请刷新页面。"));
    };
    store::withdraw_swaps(&mut tx, id, deps.clock.now()).await?;
    store::remove_shift(&mut tx, organization, id).await?;
    let detail = json!({ "staff": shift.staff_id, "day": shift.day, "span": shift.span });
    finish(deps, tx, by, "roster.remove", organization, &detail).await
}

/// Copies the week of `from` into the week of `to`; tells what was left out.
///
/// # Errors
/// Invalid when the weeks are the same or the second one is over.
pub async fn copy_week(
    deps: &Deps,
    by: &StaffMember,
    organization: OrganizationId,
    from: Date,
    to: Date,
    calendar: &Calendar,
) -> Result<Copied> {
    let now = deps.clock.now();
    let (from, to) = (monday_of(from), monday_of(to));
    if from == to || days_from(to).all(|day| day < now.in_shanghai().date()) {
        return Err(Error::invalid("请选择另一个还没有过去的星期。"));
    }
    let mut tx = deps.db.begin().await?;
    let last = days_from(from.max(to)).last().unwrap_or(to);
    let roster = store::of_organization(&mut tx, organization, from.min(to), last).await?;
    let people = staff::store::of_organization(&mut tx, organization).await?;
    let present: HashSet<StaffId> = people.iter().filter(|p| p.active).map(|p| p.id).collect();
    let week = copied(&roster, from, to, calendar, &present);
    for planned in &week.planned {
        let id = ShiftId(deps.entropy.id_at(now));
        store::insert_shift(&mut tx, id, organization, planned, now).await?;
    }
    let detail = json!({ "from": from, "to": to, "added": week.planned.len() });
    finish(deps, tx, by, "roster.copy", organization, &detail).await?;
    Ok(week)
}

/// Says whether the roster decides when the organization is asked and how its promise is counted.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_counts(
    deps: &Deps,
    by: &StaffMember,
    organization: OrganizationId,
    counts: bool,
) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    store::set_counts(&mut tx, organization, counts).await?;
    finish(deps, tx, by, "roster.counts", organization, &json!({ "counts": counts })).await
}

/// Somebody of the organization who may log in.
pub(super) async fn colleague(
    tx: &mut Tx,
    organization: OrganizationId,
    id: StaffId,
) -> Result<StaffMember> {
    let person = staff::store::get(tx, id).await?;
    let own = person.filter(|p| p.active && p.organization_id == Some(organization));
    own.ok_or_else(|| Error::invalid("请从列表里选择本单位的人员。"))
}
