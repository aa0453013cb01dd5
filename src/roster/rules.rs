//! Who is on duty, where the roster has holes, what a copied week holds. Pure.

use std::collections::{BTreeMap, HashSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::{Absence, Shift, ShiftId};
use crate::platform::clock::Moment;
use crate::staff::StaffId;
use crate::worktime::calendar::{Calendar, Span, Special, WEEKDAYS, clock_time};

/// Whether an organization is on duty (值班) at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Somebody is.
    On,
    /// The week is rostered, and nobody is.
    Off,
    /// The week is not rostered, or the roster is for the organization alone.
    Unknown,
}

/// The shifts and absences of one organization around some days.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// Shifts in any order.
    pub shifts: Vec<Shift>,
    /// Absences in any order.
    pub absences: Vec<Absence>,
    /// Whether it decides when the organization is asked.
    pub counts: bool,
}

impl Roster {
    /// Whether the person of a shift is there.
    pub fn is_manned(&self, shift: &Shift) -> bool {
        !self.absences.iter().any(|absence| {
            absence.staff_id == shift.staff_id
                && (absence.first..=absence.last).contains(&shift.day)
        })
    }

    /// The manned shifts that run at `now`.
    pub fn on_duty(&self, now: Moment) -> impl Iterator<Item = &Shift> {
        let there = now.in_shanghai();
        let minute = minute_of(now);
        self.shifts.iter().filter(move |shift| {
            shift.day == there.date()
                && (shift.span.from..shift.span.to).contains(&minute)
                && self.is_manned(shift)
        })
    }

    /// The next manned shift that begins after `now`.
    pub fn next_manned(&self, now: Moment) -> Option<&Shift> {
        let here = (now.in_shanghai().date(), minute_of(now));
        let coming = self.shifts.iter().filter(|shift| (shift.day, shift.span.from) > here);
        coming.filter(|shift| self.is_manned(shift)).min_by_key(|s| (s.day, s.span.from, s.id))
    }

    /// Whether anybody is on duty.
    pub fn duty(&self, now: Moment) -> Duty {
        if !self.counts || !self.is_rostered(now.in_shanghai().date()) {
            return Duty::Unknown;
        }
        if self.on_duty(now).next().is_some() { Duty::On } else { Duty::Off }
    }

    /// Whether the week of `day` holds a shift.
    pub fn is_rostered(&self, day: Date) -> bool {
        let monday = monday_of(day);
        self.shifts.iter().any(|shift| monday_of(shift.day) == monday)
    }

    /// When somebody is on duty on `day`, without overlaps.
    pub fn manned_on(&self, day: Date) -> Vec<Span> {
        let there = self.shifts.iter().filter(|shift| shift.day == day && self.is_manned(shift));
        merged(there.map(|shift| shift.span).collect())
    }

    /// The calendar with every rostered week worked as the roster says.
    pub fn over(&self, calendar: Calendar) -> Calendar {
        let mondays: HashSet<Date> = self.shifts.iter().map(|s| monday_of(s.day)).collect();
        let special = |day| match self.manned_on(day) {
            spans if spans.is_empty() => Special::Closed { name: "无人值班".into() },
            spans => Special::Open { spans, name: "值班表".into() },
        };
        let mut days = mondays.into_iter().flat_map(days_from);
        let plain = calendar.clone();
        // Merged spans are in order; were they not, the organization's own hours would stand.
        days.try_fold(calendar, |all, day| all.with_special(day, special(day))).unwrap_or(plain)
    }

    /// Working time of `day` in which nobody is on duty; none in a week without a roster.
    pub fn gaps(&self, calendar: &Calendar, day: Date) -> Vec<Span> {
        if !self.is_rostered(day) {
            return Vec::new();
        }
        let manned = self.manned_on(day);
        calendar.spans_on(day).iter().flat_map(|span| without(*span, &manned)).collect()
    }

    /// Shifts of people who are rostered twice at the same time.
    pub fn double_bookings(&self) -> HashSet<ShiftId> {
        let mut found = HashSet::new();
        for (nth, one) in self.shifts.iter().enumerate() {
            for other in &self.shifts[nth + 1..] {
                let same = one.staff_id == other.staff_id && one.day == other.day;
                if same && one.span.from < other.span.to && other.span.from < one.span.to {
                    found.extend([one.id, other.id]);
                }
            }
        }
        found
    }
}

/// A shift to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Who.
    pub staff_id: StaffId,
    /// When.
    pub day: Date,
    /// From when to when.
    pub span: Span,
}

/// What a copied week holds, and how many shifts were left out for which reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// To be added.
    pub planned: Vec<Planned>,
    /// Already there.
    pub same: usize,
    /// On days nobody works.
    pub closed: usize,
    /// Of people who may no longer log in, or are away then.
    pub gone: usize,
}

/// The week of `from` again, in the week of `to`.
pub fn copied(
    roster: &Roster,
    from: Date,
    to: Date,
    calendar: &Calendar,
    present: &HashSet<StaffId>,
) -> Copied {
    let (from, to) = (monday_of(from), monday_of(to));
    let mut copied = Copied::default();
    for (was, day) in days_from(from).zip(days_from(to)) {
        for shift in roster.shifts.iter().filter(|shift| shift.day == was) {
            let there = Shift { day, ..shift.clone() };
            let same = |other: &Shift| {
                (other.day, other.staff_id, other.span) == (day, shift.staff_id, shift.span)
            };
            if roster.shifts.iter().any(same) {
                copied.same += 1;
            } else if calendar.is_workday(was) && !calendar.is_workday(day) {
                copied.closed += 1;
            } else if !present.contains(&shift.staff_id) || !roster.is_manned(&there) {
                copied.gone += 1;
            } else {
                copied.planned.push(Planned { staff_id: shift.staff_id, day, span: shift.span });
            }
        }
    }
    copied
}

/// The Monday of the week of `day`.
pub fn monday_of(day: Date) -> Date {
    let since = day.weekday().since(Weekday::Monday);
    day.saturating_sub(since.days())
}

/// The seven days from `monday` on.
pub fn days_from(monday: Date) -> impl Iterator<Item = Date> {
    (0..7).map(move |n: i32| monday.saturating_add(n.days()))
}

/// A day as people write it: 11月30日 周一.
pub fn day_name(day: Date) -> String {
    let place = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
    format!("{}月{}日 {}", day.month(), day.day(), WEEKDAYS[place])
}

/// A span as people write it: 09:00–12:00.
pub fn span_name(span: Span) -> String {
    format!("{}–{}", clock_time(span.from), clock_time(span.to))
}

/// A shift as people write it: 11月30日 周一 09:00–12:00.
pub fn shift_name(shift: &Shift) -> String {
    format!("{} {}", day_name(shift.day), span_name(shift.span))
}

fn minute_of(now: Moment) -> u16 {
    let there = now.in_shanghai();
    u16::try_from(i32::from(there.hour()) * 60 + i32::from(there.minute())).unwrap_or(0)
}

/// Sorted, with overlapping and touching spans joined.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.from, span.to));
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            _ => joined.push(span),
        }
    }
    joined
}

/// What is left of `span` outside of `taken`, which is sorted and without overlaps.
fn without(span: Span, taken: &[Span]) -> Vec<Span> {
    let mut left = Vec::new();
    let mut from = span.from;
    for other in taken.iter().filter(|other| other.from < span.to && other.to > span.from) {
        if other.from > from {
            left.push(Span { from, to: other.from });
        }
        from = from.max(other.to);
    }
    if from < span.to {
        left.push(Span { from, to: span.to });
    }
    left
}

/// The shifts of each day, earliest first.
pub fn by_day(shifts: &[Shift]) -> BTreeMap<Date, Vec<&Shift>> {
    let mut days: BTreeMap<Date, Vec<&Shift>> = BTreeMap::new();
    for shift in shifts {
        days.entry(shift.day).or_default().push(shift);
    }
    for shifts in days.values_mut() {
        shifts.sort_by_key(|shift| (shift.span.from, shift.span.to, shift.id));
    }
    days
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
