//! The page on which an organization says when it works.

use askama::Template;

use super::{WorkingDay, WorkingWeek, spans_text};
use crate::platform::http::shell::{Choice, Shell};
use crate::worktime::calendar::{Special, WEEKDAYS};

/// The input for one day of the week.
#[derive(Clone, Debug, Default)]
pub struct DayInput {
    /// Name of the input.
    pub name: &'static str,
    /// 周一 … 周日.
    pub label: &'static str,
    /// Spans as typed: `09:00-12:00 13:30-17:30`.
    pub value: String,
}

/// One dated version of the week.
#[derive(Clone, Debug, Default)]
pub struct WeekRow {
    /// First day.
    pub since: String,
    /// The week in one line.
    pub sentence: String,
    /// Whether it applies today.
    pub in_force: bool,
}

impl WeekRow {
    /// Shows a version.
    pub fn new(week: &WorkingWeek, in_force: bool) -> Self {
        let days = week.week.0.iter().zip(WEEKDAYS).map(|(spans, day)| match spans.as_slice() {
            [] => format!("{day} 休"),
            spans => format!("{day} {}", spans_text(spans)),
        });
        let sentence = days.collect::<Vec<_>>().join("；");
        Self { since: week.since.to_string(), sentence, in_force }
    }
}

/// One day that differs.
#[derive(Clone, Debug, Default)]
pub struct DayRow {
    /// The day.
    pub day: String,
    /// How it differs, in words.
    pub sentence: String,
}

impl DayRow {
    /// Shows a day.
    pub fn new(day: &WorkingDay) -> Self {
        let sentence = match &day.special {
            Special::Closed { name } => format!("休息　{name}"),
            Special::WorkedLike { weekday, name } => {
                let place = usize::try_from(weekday - 1).unwrap_or_default();
                format!("按{}上班　{name}", WEEKDAYS.get(place).unwrap_or(&WEEKDAYS[0]))
            }
            Special::Open { spans, name } => format!("{}　{name}", spans_text(spans)),
        };
        Self { day: day.day.to_string(), sentence }
    }
}

/// One name the organization may not deal with.
#[derive(Clone, Debug, Default)]
pub struct InterestRow {
    /// The name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// The page. Posts `since` and `day1` … `day7` to `action`, `day`, `kind`, `spans` and `name` to
/// `action/day`, `name`, `reason` and `remove` to `action/interest`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "hours.html", config = "src/console/askama.toml")]
pub struct HoursPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Whose.
    pub organization_name: String,
    /// Where the form of the week posts to.
    pub action: String,
    /// Why what was typed was not saved.
    pub error: Option<String>,
    /// Whether it has a week of its own.
    pub own: bool,
    /// From when on the typed week applies.
    pub since: String,
    /// The days of the week.
    pub week: Vec<DayInput>,
    /// Versions, oldest first.
    pub versions: Vec<WeekRow>,
    /// How a day can differ (`kind`).
    pub kinds: Vec<Choice>,
    /// Days that differ, oldest first.
    pub days: Vec<DayRow>,
    /// Names it may not deal with.
    pub interests: Vec<InterestRow>,
    /// What would be promised now, in sentences.
    pub examples: Vec<String>,
    /// Last day of the official calendar.
    pub official_until: String,
}
