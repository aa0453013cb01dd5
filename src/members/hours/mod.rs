//! When an organization works: its weeks in dated versions and the days that differ, on top of the
//! official holidays; and the names it may not deal with.

pub mod actions;
pub mod store;
pub mod views;

use std::collections::HashMap;

use jiff::civil::Date;

use super::OrganizationId;
use crate::platform::error::{Error, Result};
use crate::worktime::calendar::{Calendar, Span, Special, Week, clock_time};
use crate::worktime::national;

/// A week that applies from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingWeek {
    /// Whose.
    pub organization: OrganizationId,
    /// First day.
    pub since: Date,
    /// The spans.
    pub week: Week,
}

/// A day that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingDay {
    /// Whose.
    pub organization: OrganizationId,
    /// The day.
    pub day: Date,
    /// How.
    pub special: Special,
}

/// The week of an office that has told nothing else: Monday to Friday, 9:00–12:00 and 13:30–17:30.
pub fn office_week() -> Week {
    let day = vec![Span { from: 540, to: 720 }, Span { from: 810, to: 1050 }];
    Week([day.clone(), day.clone(), day.clone(), day.clone(), day, Vec::new(), Vec::new()])
}

/// The calendar of who has told nothing else.
pub fn office_calendar() -> Calendar {
    // The week above is in order; a test makes this calendar.
    national::with_official_days(Calendar::of(office_week()).unwrap_or_default())
}

/// The calendar of every organization that has one. A week that cannot be used is left out: it was
/// checked when it was saved.
pub fn calendars(
    weeks: Vec<WorkingWeek>,
    days: Vec<WorkingDay>,
) -> HashMap<OrganizationId, Calendar> {
    let mut calendars: HashMap<OrganizationId, Calendar> = HashMap::new();
    for WorkingWeek { organization, since, week } in weeks {
        let calendar = calendars.remove(&organization).unwrap_or_default();
        if let Ok(calendar) = calendar.with_version(since, week) {
            calendars.insert(organization, calendar);
        }
    }
    let official = calendars.into_iter().map(|(id, c)| (id, national::with_official_days(c)));
    let mut calendars: HashMap<_, _> = official.collect();
    for WorkingDay { organization, day, special } in days {
        let calendar = calendars.remove(&organization).unwrap_or_else(office_calendar);
        if let Ok(calendar) = calendar.with_special(day, special) {
            calendars.insert(organization, calendar);
        }
    }
    calendars
}

/// Spans as people type them: `9:00-12:00 13:30-17:30`; nothing when the day is free.
///
/// # Errors
/// A sentence that says what is wrong with which part.
pub fn parse_spans(text: &str) -> Result<Vec<Span>> {
    let plain = text.replace(['，', ',', '、', '；', ';'], " ").replace('：', ":");
    let plain = plain.replace(['–', '—', '－', '~', '～', '至'], "-");
    plain.split_whitespace().filter(|part| !is_free(part)).map(parse_span).collect()
}

fn is_free(part: &str) -> bool {
    matches!(part, "休" | "休息" | "-")
}

fn parse_span(part: &str) -> Result<Span> {
    let wrong = || Error::invalid(format!("“{part}”不是一段时间，请写成 9:00-12:00 这样。"));
    let (from, to) = part.split_once('-').ok_or_else(wrong)?;
    let minutes = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
    };
    match (minutes(from), minutes(to)) {
        (Some(from), Some(to)) => Ok(Span { from, to }),
        _ => Err(wrong()),
    }
}

/// Spans as [`parse_spans`] reads them.
pub fn spans_text(spans: &[Span]) -> String {
    let one = |span: &Span| format!("{}-{}", clock_time(span.from), clock_time(span.to));
    spans.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn spans_are_read_as_people_type_them_and_written_as_they_are_read() {
        let spans = parse_spans("9：00至12：00，13:30—17:30").unwrap();
        assert_eq!(spans, office_week().0[0]);
        assert_eq!(parse_spans(&spans_text(&spans)).unwrap(), spans);
        assert!(parse_spans("休息").unwrap().is_empty());
        for wrong in ["9点到12点", "9:00", "25:00-26:00", "9:70-10:00"] {
            assert!(parse_spans(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn own_days_come_before_official_ones_and_those_before_the_week() {
        let id = OrganizationId(uuid::Uuid::from_u128(1));
        let week = WorkingWeek { organization: id, since: Date::MIN, week: office_week() };
        let spans = vec![Span { from: 600, to: 660 }];
        let special = Special::Open { spans: spans.clone(), name: "国庆值守".into() };
        let day = WorkingDay { organization: id, day: date(2026, 10, 2), special };
        let calendar = &calendars(vec![week], vec![day])[&id];
        assert_eq!(calendar.spans_on(date(2026, 10, 2)), spans);
        assert!(calendar.spans_on(date(2026, 10, 1)).is_empty(), "a holiday");
        assert_eq!(calendar.spans_on(date(2026, 9, 29)), office_week().0[1]);
        assert_eq!(office_calendar().spans_on(date(2026, 9, 29)), office_week().0[1]);
    }
}
