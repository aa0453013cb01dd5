//! What the pages of the duty roster show, put together from the roster and the people.

use std::collections::{HashMap, HashSet};

use jiff::ToSpan;
use jiff::civil::Date;

use crate::console::auth::SignedIn;
use crate::console::form::Fields;
use crate::console::frame::{self, when};
use crate::console::state::Web;
use crate::members::Organization;
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::platform::http::shell::Choice;
use crate::roster::rules::{Roster, by_day, day_name, days_from, monday_of, shift_name, span_name};
use crate::roster::views::{
    AbsenceRow, DayColumn, DutyPage, DutyRow, HandoverRow, OwnDesk, RosterPage, ShiftRow, SwapRow,
};
use crate::roster::{AbsenceReason, Shift, ShiftId, Swap, SwapState, store};
use crate::staff::policy::Right;
use crate::staff::{self, StaffId, StaffMember};
use crate::worktime::calendar::{Calendar, Special, clock_time};

/// Wishes to swap shown.
const SWAPS: i64 = 8;
/// Handover notes shown.
const HANDOVERS: i64 = 5;
/// Weeks after the one shown within which shifts can be swapped.
const SWAP_WEEKS: i32 = 1;
/// Days after today in which absences are shown.
const ABSENCE_DAYS: i32 = 90;

/// One organization's week: the one that `asked` names by any of its days, or this one.
pub async fn assemble(
    web: &Web,
    signed: &SignedIn,
    organization: &Organization,
    asked: &Fields,
) -> Result<RosterPage> {
    let id = organization.id;
    let now = web.deps.clock.now();
    let today = now.in_shanghai().date();
    let monday = monday_of(asked.read("week").unwrap_or(today));
    let (shown, present, people, swaps, handovers) = {
        let mut link = web.deps.db.read().await?;
        let last = monday.saturating_add((SWAP_WEEKS * 7 + 6).days());
        let shown = store::of_organization(&mut link, id, monday, last).await?;
        let until = today.saturating_add(ABSENCE_DAYS.days());
        let present = store::of_organization(&mut link, id, monday_of(today), until).await?;
        let people = staff::store::of_organization(&mut link, id).await?;
        let swaps = store::swaps(&mut link, id, SWAPS).await?;
        (shown, present, people, swaps, store::handovers(&mut link, id, HANDOVERS).await?)
    };
    let shell = frame::desk(web, signed, "值班表", "/console/roster", asked).await?;
    let directory = web.directory.current();
    let calendar = directory.hours(Some(id));
    let names: HashMap<StaffId, &str> = people.iter().map(|p| (p.id, p.name.as_str())).collect();
    let name = |id: StaffId| (*names.get(&id).unwrap_or(&"（已调离）")).to_owned();
    let view = WeekView {
        roster: &shown,
        doubled: shown.double_bookings(),
        calendar,
        names: &names,
        me: signed.member.id,
        today,
    };
    let days: Vec<_> = days_from(monday).map(|day| view.day(day)).collect();
    let manages = signed.may(Right::ManageHours);
    let removable = |of: StaffId| manages || of == signed.member.id;
    let own = signed.member.organization_id == Some(id);
    Ok(RosterPage {
        shell,
        organization_name: organization.name.clone(),
        base: format!("/console/members/{id}/roster"),
        monday: monday.to_string(),
        before: monday.saturating_sub(1.week()).to_string(),
        after: monday.saturating_add(1.week()).to_string(),
        this_week: monday == monday_of(today),
        error: None,
        told: None,
        now: duty_now(&present, &names, now).2,
        counts: shown.counts,
        manages,
        own: own.then(|| own_desk(&shown, &people, signed, &names, today)),
        empty: days.iter().all(|day| day.shifts.is_empty()),
        days,
        people: choices(&people, asked),
        open_days: days_from(monday)
            .filter(|day| *day >= today)
            .map(|day| Choice::new(day.to_string(), day_name(day), ticked(asked, day)))
            .collect(),
        spans: asked.text("spans").to_owned(),
        absences: present
            .absences
            .iter()
            .filter(|absence| absence.last >= today)
            .map(|absence| AbsenceRow {
                id: absence.id.to_string(),
                sentence: format!(
                    "{}　{} 至 {}　{}",
                    name(absence.staff_id),
                    day_name(absence.first),
                    day_name(absence.last),
                    absence.reason.name()
                ),
                removable: removable(absence.staff_id),
            })
            .collect(),
        reasons: AbsenceReason::ALL
            .iter()
            .map(|r| Choice::new(r.code(), r.name(), r.code() == asked.text("reason")))
            .collect(),
        swaps: swaps.iter().map(|swap| swap_row(swap, signed, &name)).collect(),
        handovers: handovers
            .into_iter()
            .map(|note| HandoverRow {
                author: name(note.author_id),
                at: when(web, note.written_at),
                body: note.body,
            })
            .collect(),
    })
}

fn ticked(asked: &Fields, day: Date) -> bool {
    let day = day.to_string();
    asked.all("day").any(|ticked| ticked == day)
}

fn choices(people: &[StaffMember], asked: &Fields) -> Vec<Choice> {
    let chosen = asked.read::<StaffId>("person");
    let active = people.iter().filter(|person| person.active);
    active.map(|p| Choice::new(p.id.to_string(), &p.name, Some(p.id) == chosen)).collect()
}

/// What is needed to show one week.
struct WeekView<'a> {
    roster: &'a Roster,
    doubled: HashSet<ShiftId>,
    calendar: &'a Calendar,
    names: &'a HashMap<StaffId, &'a str>,
    me: StaffId,
    today: Date,
}

impl WeekView<'_> {
    fn day(&self, day: Date) -> DayColumn {
        let shifts = by_day(&self.roster.shifts).remove(&day).unwrap_or_default();
        let row = |shift: &&Shift| ShiftRow {
            id: shift.id.to_string(),
            span: span_name(shift.span),
            person: (*self.names.get(&shift.staff_id).unwrap_or(&"（已调离）")).to_owned(),
            mine: shift.staff_id == self.me,
            away: !self.roster.is_manned(shift),
            doubled: self.doubled.contains(&shift.id),
        };
        let special = match self.calendar.special_on(day) {
            Some(Special::Closed { name } | Special::Open { name, .. }) => name.clone(),
            Some(Special::WorkedLike { name, .. }) => format!("{name}调休上班"),
            None => String::new(),
        };
        let gaps = self.roster.gaps(self.calendar, day);
        DayColumn {
            name: day_name(day),
            today: day == self.today,
            over: day < self.today,
            special,
            shifts: shifts.iter().map(row).collect(),
            gaps: gaps.into_iter().map(span_name).collect::<Vec<_>>().join("、"),
        }
    }
}

fn own_desk(
    roster: &Roster,
    people: &[StaffMember],
    signed: &SignedIn,
    names: &HashMap<StaffId, &str>,
    today: Date,
) -> OwnDesk {
    let me = signed.member.id;
    let coming = || roster.shifts.iter().filter(|shift| shift.day >= today);
    let choice = |shift: &Shift, label: String| Choice::new(shift.id.to_string(), label, false);
    let others = people.iter().filter(|person| person.active && person.id != me);
    OwnDesk {
        my_shifts: coming()
            .filter(|shift| shift.staff_id == me)
            .map(|shift| choice(shift, shift_name(shift)))
            .collect(),
        colleagues: others.map(|p| Choice::new(p.id.to_string(), &p.name, false)).collect(),
        in_return: coming()
            .filter(|shift| shift.staff_id != me)
            .filter_map(|shift| {
                let who = names.get(&shift.staff_id)?;
                Some(choice(shift, format!("{who} {}", shift_name(shift))))
            })
            .collect(),
        feed: None,
    }
}

fn swap_row(swap: &Swap, signed: &SignedIn, name: &impl Fn(StaffId) -> String) -> SwapRow {
    let open = swap.state == SwapState::Asked;
    SwapRow {
        id: swap.id.to_string(),
        sentence: format!(
            "{}请{}换班：{}",
            name(swap.asker_id),
            name(swap.colleague_id),
            swap.wish
        ),
        remark: swap.remark.clone(),
        state: swap.state.name(),
        for_me: open && swap.colleague_id == signed.member.id,
        from_me: open && swap.asker_id == signed.member.id,
    }
}

/// Everybody's duty now.
pub async fn everybody(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<DutyPage> {
    let now = web.deps.clock.now();
    let monday = monday_of(now.in_shanghai().date());
    let mut link = web.deps.db.read().await?;
    let last = monday.saturating_add(13.days());
    let rosters = store::all(&mut link, monday, last).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let shell = frame::desk(web, signed, "值班", "/console/roster", asked).await?;
    let names: HashMap<StaffId, &str> = names.iter().map(|(id, n)| (*id, n.as_str())).collect();
    let directory = web.directory.current();
    let none = Roster::default();
    let taking = directory.organizations.iter().filter(|o| o.status.takes_inquiries());
    let row = |organization: &Organization| {
        let roster = rosters.get(&organization.id).unwrap_or(&none);
        let calendar = directory.hours(Some(organization.id));
        let (state, class, detail) = duty_now(roster, &names, now);
        DutyRow {
            organization: organization.name.clone(),
            href: format!("/console/members/{}/roster", organization.id),
            state,
            class,
            icon: if class == "good" { "check" } else { "clock" },
            detail,
            days_with_gaps: days_from(monday)
                .filter(|day| !roster.gaps(calendar, *day).is_empty())
                .count(),
        }
    };
    let mut rows: Vec<_> = taking.map(row).collect();
    rows.sort_by(|a, b| a.organization.cmp(&b.organization));
    Ok(DutyPage { shell, rows })
}

/// How the duty stands: a word, the class of its pill, a sentence.
fn duty_now(
    roster: &Roster,
    names: &HashMap<StaffId, &str>,
    now: Moment,
) -> (&'static str, &'static str, String) {
    let there: Vec<String> = roster
        .on_duty(now)
        .filter_map(|shift| {
            let until = clock_time(shift.span.to);
            Some(format!("{}（到 {until}）", names.get(&shift.staff_id)?))
        })
        .collect();
    if !there.is_empty() {
        return ("值班中", "good", format!("现在值班：{}。", there.join("、")));
    }
    let next = roster.next_manned(now).map(|shift| {
        let who = names.get(&shift.staff_id).unwrap_or(&"（已调离）");
        format!("下一班 {} {who}。", shift_name(shift))
    });
    match (roster.is_rostered(now.in_shanghai().date()), next) {
        (true, Some(next)) => ("无人值班", "warn", format!("现在无人值班，{next}")),
        (true, None) => ("无人值班", "warn", "现在无人值班，后面也还没有排班。".to_owned()),
        (false, Some(next)) => ("未排班", "off", format!("本周没有排班，{next}")),
        (false, None) => ("未排班", "off", "还没有排班。".to_owned()),
    }
}
