use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::members::OrganizationId;
use crate::members::hours::office_calendar;
use crate::roster::{AbsenceId, AbsenceReason};
use crate::worktime::deadline::is_open;

/// A Monday.
const MONDAY: Date = date(2026, 11, 30);

fn person(n: u128) -> StaffId {
    StaffId(Uuid::from_u128(n))
}

fn shift(n: u128, who: u128, day: Date, from: u16, to: u16) -> Shift {
    Shift {
        id: ShiftId(Uuid::from_u128(n)),
        organization_id: OrganizationId(Uuid::from_u128(1)),
        staff_id: person(who),
        day,
        span: Span { from, to },
    }
}

fn roster(shifts: Vec<Shift>) -> Roster {
    Roster { shifts, absences: Vec::new(), counts: true }
}

fn away(who: u128, first: Date, last: Date) -> Absence {
    Absence {
        id: AbsenceId(Uuid::from_u128(9)),
        organization_id: OrganizationId(Uuid::from_u128(1)),
        staff_id: person(who),
        first,
        last,
        reason: AbsenceReason::Ill,
    }
}

/// A minute of the week that begins on [`MONDAY`], in Beijing.
fn minute(of_week: i64) -> Moment {
    let monday = MONDAY.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
    Moment(monday.unwrap().timestamp().as_millisecond() + of_week * 60_000)
}

#[test]
fn a_week_without_a_shift_says_nothing_about_duty() {
    let roster = roster(vec![shift(1, 1, MONDAY, 540, 720)]);
    assert_eq!(roster.duty(minute(540)), Duty::On);
    assert_eq!(roster.duty(minute(719)), Duty::On);
    assert_eq!(roster.duty(minute(720)), Duty::Off);
    assert_eq!(roster.duty(minute(539)), Duty::Off);
    assert_eq!(roster.duty(minute(6 * 1440)), Duty::Off, "Sunday of the same week");
    assert_eq!(roster.duty(minute(7 * 1440 + 600)), Duty::Unknown, "the week after");
    let alone = Roster { counts: false, ..roster };
    assert_eq!(alone.duty(minute(600)), Duty::Unknown);
}

#[test]
fn who_is_away_is_not_on_duty_and_leaves_a_gap() {
    let mut roster = roster(vec![
        shift(1, 1, MONDAY, 540, 720),
        shift(2, 2, MONDAY, 700, 1050),
        shift(3, 1, date(2026, 12, 1), 540, 1050),
    ]);
    let calendar = office_calendar();
    assert!(roster.gaps(&calendar, MONDAY).is_empty());
    roster.absences = vec![away(1, date(2026, 11, 28), MONDAY)];
    assert_eq!(roster.duty(minute(600)), Duty::Off);
    assert_eq!(roster.duty(minute(701)), Duty::On);
    assert_eq!(roster.gaps(&calendar, MONDAY), [Span { from: 540, to: 700 }]);
    assert!(roster.gaps(&calendar, date(2026, 12, 1)).is_empty(), "back on Tuesday");
    let rest = roster.gaps(&calendar, date(2026, 12, 2));
    assert_eq!(rest, [Span { from: 540, to: 720 }, Span { from: 810, to: 1050 }]);
    assert!(roster.gaps(&calendar, date(2026, 12, 5)).is_empty(), "a Saturday");
    assert_eq!(roster.next_manned(minute(0)).map(|s| s.id.0.as_u128()), Some(2));
}

#[test]
fn one_person_in_two_places_is_found_and_two_people_at_once_are_not() {
    let roster = roster(vec![
        shift(1, 1, MONDAY, 540, 720),
        shift(2, 1, MONDAY, 719, 800),
        shift(3, 1, MONDAY, 800, 900),
        shift(4, 2, MONDAY, 540, 720),
    ]);
    let mut found: Vec<u128> =
        roster.double_bookings().into_iter().map(|id| id.0.as_u128()).collect();
    found.sort_unstable();
    assert_eq!(found, [1, 2]);
}

#[test]
fn a_copied_week_leaves_out_holidays_people_gone_and_what_is_there() {
    // The week of National Day 2026: Thursday 1 October is free.
    let before = date(2026, 9, 21);
    let to = date(2026, 9, 28);
    let mut roster = roster(vec![
        shift(1, 1, before, 540, 720),
        shift(2, 2, before, 810, 1050),
        shift(3, 1, date(2026, 9, 24), 540, 720),
        shift(4, 1, date(2026, 9, 22), 540, 720),
        shift(5, 1, date(2026, 9, 29), 540, 720),
        shift(6, 3, date(2026, 9, 22), 540, 720),
    ]);
    roster.absences = vec![away(2, to, to)];
    let present = [person(1), person(2)].into();
    let copied = copied(&roster, date(2026, 9, 23), to, &office_calendar(), &present);
    let monday = Planned { staff_id: person(1), day: to, span: Span { from: 540, to: 720 } };
    assert_eq!(copied, Copied { planned: vec![monday], same: 1, closed: 1, gone: 2 });
}

#[test]
fn the_promise_runs_while_somebody_is_on_duty_and_as_before_in_other_weeks() {
    let roster = roster(vec![shift(1, 1, MONDAY, 1080, 1260)]);
    let calendar = roster.over(office_calendar());
    assert!(is_open(&calendar, minute(1100)) && !is_open(&calendar, minute(600)));
    assert!(!calendar.is_workday(date(2026, 12, 1)), "rostered week, nobody there");
    assert!(calendar.is_workday(date(2026, 12, 7)), "a week without a roster");
}

fn shifts() -> impl Strategy<Value = Vec<Shift>> {
    let one = (0u128..4, 0i32..7, 0u16..1439, 1u16..900);
    prop::collection::vec(one, 0..12).prop_map(|all| {
        let made = all.into_iter().enumerate().map(|(n, (who, day, from, length))| {
            let to = (from + length).min(1440);
            shift(n as u128, who, MONDAY.saturating_add(day.days()), from, to)
        });
        made.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_minute_of_working_time_is_manned_or_in_a_gap(shifts in shifts(), ill in 0u128..5) {
        let mut roster = roster(shifts);
        roster.absences = vec![away(ill, MONDAY, date(2026, 12, 2))];
        let calendar = office_calendar();
        for day in days_from(MONDAY) {
            let gaps = roster.gaps(&calendar, day);
            for of_day in (0..1440u16).step_by(7) {
                let now = minute(i64::from((day - MONDAY).get_days()) * 1440 + i64::from(of_day));
                let within = |spans: &[Span]| {
                    spans.iter().any(|span| (span.from..span.to).contains(&of_day))
                };
                let manned = roster.on_duty(now).next().is_some();
                prop_assert_eq!(manned, within(&roster.manned_on(day)));
                let open = roster.is_rostered(day) && within(calendar.spans_on(day));
                prop_assert_eq!(within(&gaps), open && !manned);
            }
        }
    }
}
