//! Calendars for property tests, and the slow counting that fast counting is compared with.

use proptest::prelude::*;

use super::calendar::{Calendar, Span, Special, Week};
use super::national::with_official_days;
use crate::platform::clock::Moment;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// 2026-01-05 00:00 in Shanghai, a Monday, in minutes since the epoch.
pub const START: i64 = 29_459_040;

/// A minute of a day, counted from the day of [`START`].
pub fn minute(day: i64, of_day: i64) -> Moment {
    Moment((START + day * 1440 + of_day) * MINUTE_MS)
}

/// Monday to Friday, 8:30–11:30 and 13:30–17:30, with the official days.
pub fn office() -> Calendar {
    let day = vec![Span { from: 510, to: 690 }, Span { from: 810, to: 1050 }];
    let free = Vec::new();
    let week = Week([day.clone(), day.clone(), day.clone(), day.clone(), day, free.clone(), free]);
    with_official_days(Calendar::of(week).unwrap())
}

/// Minute by minute whether anybody works, from the day of [`START`] on, without any of the
/// arithmetic that is tested.
pub struct Minutes<'a> {
    calendar: &'a Calendar,
    worked: Vec<bool>,
}

impl<'a> Minutes<'a> {
    /// The minutes of a calendar.
    pub fn of(calendar: &'a Calendar) -> Self {
        Self { calendar, worked: Vec::new() }
    }

    /// Whether a minute, counted since the epoch, is worked.
    pub fn is_worked(&mut self, minute: i64) -> bool {
        let place = usize::try_from(minute - START).unwrap();
        while self.worked.len() <= place {
            let at = Moment((START + self.worked.len() as i64) * MINUTE_MS);
            let mut day = [false; 1440];
            for span in self.calendar.spans_on(at.in_shanghai().date()) {
                day[usize::from(span.from)..usize::from(span.to)].fill(true);
            }
            self.worked.extend(day);
        }
        self.worked[place]
    }

    /// How many minutes between two are worked.
    pub fn count(&mut self, from: i64, to: i64) -> i64 {
        (from..to).filter(|minute| self.is_worked(*minute)).count() as i64
    }

    /// The minute in which `need` minutes have gone by, all of them or only worked ones.
    pub fn walk(&mut self, only_worked: bool, mut at: i64, mut need: i64) -> i64 {
        while need > 0 {
            if !only_worked || self.is_worked(at) {
                need -= 1;
            }
            at += 1;
        }
        at
    }

    /// One past the last worked minute of the `days`-th day that has any, after the day of `at`.
    pub fn end_of_day(&mut self, at: i64, days: u32) -> i64 {
        let day_of = |minute: i64| (minute - START).div_euclid(1440);
        let (mut minute, mut day, mut left, mut end) = (at, day_of(at), days, at);
        while left > 0 || day_of(minute) == day {
            if self.is_worked(minute) && day_of(minute) >= day {
                if day_of(minute) > day {
                    (day, left) = (day_of(minute), left - 1);
                }
                end = minute + 1;
            }
            minute += 1;
        }
        end
    }
}

prop_compose! {
    fn any_day()(cuts in prop::collection::btree_set(0_u16..=1440, 0..6)) -> Vec<Span> {
        let cuts: Vec<u16> = cuts.into_iter().collect();
        cuts.chunks_exact(2).map(|pair| Span { from: pair[0], to: pair[1] }).collect()
    }
}

prop_compose! {
    /// Two versions of a week and some days that differ; Wednesdays are always worked.
    pub fn any_calendar()(
        days in prop::array::uniform7(any_day()),
        later in prop::array::uniform7(any_day()),
        since in 0_i64..30,
        specials in prop::collection::vec((0_i64..40, any_day(), 0_u8..3), 0..6),
    ) -> Calendar {
        let day = |n: i64| Moment(START * MINUTE_MS + n * DAY_MS).in_shanghai().date();
        let open = |mut days: [Vec<Span>; 7]| {
            days[2].is_empty().then(|| days[2] = vec![Span { from: 600, to: 660 }]);
            Week(days)
        };
        let calendar = Calendar::of(open(days)).unwrap();
        let calendar = calendar.with_version(day(since), open(later)).unwrap();
        specials.into_iter().fold(calendar, |calendar, (n, spans, kind)| {
            let name = "某日".to_owned();
            let special = match kind {
                0 => Special::Closed { name },
                1 => Special::WorkedLike { weekday: 3, name },
                _ => Special::Open { spans, name },
            };
            calendar.with_special(day(n), special).unwrap()
        })
    }
}
