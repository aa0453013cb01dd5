//! When an organization works: weeks with several spans a day, and the days that differ.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Minutes of a day; a span may end there.
pub const DAY_MINUTES: u16 = 1440;

/// A stretch of working time within one day, in minutes since midnight; `to` no longer belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First minute.
    pub from: u16,
    /// One past the last minute, at most [`DAY_MINUTES`].
    pub to: u16,
}

/// The spans of a week, Monday first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week(pub [Vec<Span>; 7]);

/// A day that does not follow the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Special {
    /// Nobody works.
    Closed {
        /// Why, as people call it: 国庆节.
        name: String,
    },
    /// A workday in spite of its weekday (调休); worked like the given weekday.
    WorkedLike {
        /// Which day's spans apply, 1 is Monday.
        weekday: i8,
        /// For which holiday.
        name: String,
    },
    /// Worked by spans of its own.
    Open {
        /// The spans.
        spans: Vec<Span>,
        /// Why.
        name: String,
    },
}

/// Why a calendar cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarFault {
    /// A span that ends before it begins, or beyond its day.
    #[error("{day}的工作时间 {from}–{to} 不成立：结束必须晚于开始，且不超过 24:00。")]
    Impossible {
        /// The day.
        day: String,
        /// Its beginning.
        from: String,
        /// Its end.
        to: String,
    },
    /// Two spans that overlap or are out of order.
    #[error("{day}的工作时间互相重叠或没有按先后排列。")]
    Overlap {
        /// The day.
        day: String,
    },
    /// No weekday has working time.
    #[error("一周内没有任何工作时间，期限无法计算。")]
    NeverOpen,
}

/// The working time of one organization, in all its versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// From which day on which week applies; before the first one, the first applies.
    versions: BTreeMap<Date, Week>,
    specials: BTreeMap<Date, Special>,
}

impl Week {
    /// Checks what was typed.
    ///
    /// # Errors
    /// The first fault, in a sentence for the person who typed it.
    pub fn check(&self) -> Result<(), CalendarFault> {
        for (day, spans) in self.0.iter().enumerate() {
            check_day(WEEKDAYS[day], spans)?;
        }
        if self.0.iter().all(Vec::is_empty) {
            return Err(CalendarFault::NeverOpen);
        }
        Ok(())
    }
}

/// Names of the days, Monday first.
pub const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

fn check_day(day: &str, spans: &[Span]) -> Result<(), CalendarFault> {
    if let Some(span) = spans.iter().find(|span| span.from >= span.to || span.to > DAY_MINUTES) {
        return Err(CalendarFault::Impossible {
            day: day.to_owned(),
            from: clock_time(span.from),
            to: clock_time(span.to),
        });
    }
    if spans.windows(2).any(|pair| pair[0].to > pair[1].from) {
        return Err(CalendarFault::Overlap { day: day.to_owned() });
    }
    Ok(())
}

/// Minutes since midnight as people write them: 08:30.
pub fn clock_time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

impl Calendar {
    /// A calendar with one week for all time.
    ///
    /// # Errors
    /// When the week cannot be used.
    pub fn of(week: Week) -> Result<Self, CalendarFault> {
        Self::default().with_version(Date::MIN, week)
    }

    /// From `since` on, `week` applies.
    ///
    /// # Errors
    /// When the week cannot be used.
    pub fn with_version(mut self, since: Date, week: Week) -> Result<Self, CalendarFault> {
        week.check()?;
        self.versions.insert(since, week);
        Ok(self)
    }

    /// `date` differs from its week; the last word on a day counts.
    ///
    /// # Errors
    /// When its spans cannot be used.
    pub fn with_special(mut self, date: Date, special: Special) -> Result<Self, CalendarFault> {
        if let Special::Open { spans, .. } = &special {
            check_day(&date.to_string(), spans)?;
        }
        self.specials.insert(date, special);
        Ok(self)
    }

    /// `date` is free or worked like another day; nothing of it needs checking.
    pub(super) fn mark(&mut self, date: Date, special: Special) {
        self.specials.insert(date, special);
    }

    /// The spans worked on `date`.
    pub fn spans_on(&self, date: Date) -> &[Span] {
        match self.specials.get(&date) {
            Some(Special::Closed { .. }) => &[],
            Some(Special::Open { spans, .. }) => spans,
            Some(Special::WorkedLike { weekday, .. }) => {
                let day = Weekday::from_monday_one_offset(*weekday).unwrap_or(date.weekday());
                self.spans_of(date, day)
            }
            None => self.spans_of(date, date.weekday()),
        }
    }

    /// Why `date` differs from its week, if it does.
    pub fn special_on(&self, date: Date) -> Option<&Special> {
        self.specials.get(&date)
    }

    /// Whether anybody works on `date`.
    pub fn is_workday(&self, date: Date) -> bool {
        !self.spans_on(date).is_empty()
    }

    /// The first workday after `date`, looked for within a year.
    pub fn next_workday(&self, date: Date) -> Option<Date> {
        (1..=366)
            .filter_map(|days| date.checked_add(days.days()).ok())
            .find(|d| self.is_workday(*d))
    }

    fn spans_of(&self, date: Date, day: Weekday) -> &[Span] {
        let week = self
            .versions
            .range(..=date)
            .next_back()
            .or_else(|| self.versions.iter().next())
            .map(|(_, week)| week);
        let index = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
        week.map_or(&[], |week| week.0[index].as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn office() -> Week {
        let day = vec![Span { from: 510, to: 690 }, Span { from: 810, to: 1050 }];
        let free = Vec::new();
        Week([day.clone(), day.clone(), day.clone(), day.clone(), day, free.clone(), free])
    }

    #[test]
    fn a_moved_workday_is_worked_like_the_day_it_stands_for() {
        let special = Special::WorkedLike { weekday: 5, name: "国庆节".into() };
        let calendar = Calendar::of(office()).unwrap().with_special(date(2026, 10, 10), special);
        let calendar = calendar.unwrap();
        assert_eq!(calendar.spans_on(date(2026, 10, 10)).len(), 2);
        assert!(!calendar.is_workday(date(2026, 10, 11)));
        assert_eq!(calendar.next_workday(date(2026, 10, 9)), Some(date(2026, 10, 10)));
    }

    #[test]
    fn a_new_version_counts_from_its_day_on() {
        let mut summer = office();
        summer.0[0] = vec![Span { from: 480, to: 720 }];
        let calendar =
            Calendar::of(office()).unwrap().with_version(date(2026, 7, 1), summer).unwrap();
        assert_eq!(calendar.spans_on(date(2026, 6, 29)).len(), 2);
        assert_eq!(calendar.spans_on(date(2026, 7, 6)), [Span { from: 480, to: 720 }]);
    }

    #[test]
    fn what_cannot_be_worked_is_refused_in_words() {
        let mut week = office();
        week.0[2] = vec![Span { from: 600, to: 600 }];
        assert!(week.check().unwrap_err().to_string().starts_with("周三的工作时间 10:00–10:00"));
        week.0[2] = vec![Span { from: 600, to: 700 }, Span { from: 690, to: 800 }];
        assert_eq!(week.check(), Err(CalendarFault::Overlap { day: "周三".into() }));
        assert_eq!(Week::default().check(), Err(CalendarFault::NeverOpen));
    }
}
