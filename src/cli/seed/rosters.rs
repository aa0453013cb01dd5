//! Rosters of the demo city: two planned weeks for its first organizations, with a gap, an absence,
//! a wish to swap and a note for the next on duty.

use jiff::ToSpan;
use jiff::civil::Date;

use super::city::City;
use crate::app::App;
use crate::members::OrganizationId;
use crate::platform::Deps;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::roster::rules::{Planned, days_from, monday_of, shift_name};
use crate::roster::{
    Absence, AbsenceId, AbsenceReason, Handover, Shift, ShiftId, Swap, SwapId, SwapState, store,
};
use crate::staff::{self, StaffMember};
use crate::worktime::calendar::Span;

/// Organizations with a roster.
const ROSTERED: usize = 3;
const MORNING: Span = Span { from: 540, to: 690 };
const AFTERNOON: Span = Span { from: 810, to: 1020 };

pub async fn add(app: &App, city: &City) -> Result<()> {
    let deps = &app.web.deps;
    let directory = app.web.directory.current();
    let mut tx = deps.db.begin().await?;
    for (nth, of_city) in city.organization.iter().take(ROSTERED).enumerate() {
        let known = directory.organizations.iter().find(|known| known.slug == of_city.id);
        let Some(organization) = known else { continue };
        let mut people = staff::store::of_organization(&mut tx, organization.id).await?;
        people.sort_by(|a, b| a.username.cmp(&b.username));
        plan(&mut tx, deps, organization.id, &people).await?;
        // The demo must answer at any hour: its first organization keeps its roster to itself.
        store::set_counts(&mut tx, organization.id, nth > 0).await?;
    }
    tx.commit().await
}

async fn plan(
    tx: &mut Tx,
    deps: &Deps,
    organization_id: OrganizationId,
    people: &[StaffMember],
) -> Result<()> {
    let [first, second, ..] = people else { return Ok(()) };
    let now = deps.clock.now();
    let monday = monday_of(now.in_shanghai().date());
    let mut planned: Vec<Planned> = Vec::new();
    for week in 0..2 {
        let workdays = days_from(monday.saturating_add(week.weeks())).take(5);
        for (nth, day) in workdays.enumerate() {
            let at = |place: usize| people[(nth + place) % people.len()].id;
            planned.push(Planned { staff_id: at(0), day, span: MORNING });
            if nth != 3 {
                planned.push(Planned { staff_id: at(1), day, span: AFTERNOON });
            }
        }
    }
    let mut shifts = Vec::new();
    for planned in planned {
        let id = ShiftId(deps.entropy.id_at(now));
        store::insert_shift(tx, id, organization_id, &planned, now).await?;
        let Planned { staff_id, day, span } = planned;
        shifts.push(Shift { id, organization_id, staff_id, day, span });
    }
    let away: Date = monday.saturating_add(8.days());
    let absence = Absence {
        id: AbsenceId(deps.entropy.id_at(now)),
        organization_id,
        staff_id: second.id,
        first: away,
        last: away.saturating_add(1.day()),
        reason: AbsenceReason::Away,
    };
    store::insert_absence(tx, &absence, now).await?;
    let given = shifts.iter().rfind(|shift| shift.staff_id == first.id);
    if let Some(given) = given {
        let swap = Swap {
            id: SwapId(deps.entropy.id_at(now)),
            organization_id,
            shift_id: given.id,
            return_shift_id: None,
            asker_id: first.id,
            colleague_id: second.id,
            wish: shift_name(given),
            remark: "那天要去法院旁听，能帮我值一班吗？".into(),
            state: SwapState::Asked,
            asked_at: now,
        };
        store::insert_swap(tx, &swap).await?;
    }
    let note = Handover {
        author_id: second.id,
        body: "有两件在等当事人补工资条，来了先看；复印机报修了，下午有人来。".into(),
        written_at: now,
    };
    store::insert_handover(tx, deps.entropy.id_at(now), organization_id, &note).await
}
