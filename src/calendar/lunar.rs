//! Days of the lunar calendar (农历). Pure.
//!
//! # Why
//! 2026-11-28: icu_calendar follows GB/T 33661-2017 for all years used here; a table of our own would
//! have to be typed from somewhere and would end.

use icu_calendar::Date as Known;
use icu_calendar::cal::ChineseTraditional;
use jiff::ToSpan;
use jiff::civil::Date;

/// The month and day of the lunar calendar of a day, and whether the month is a leap one (闰月).
pub fn of(day: Date) -> Option<(i8, i8, bool)> {
    let month = u8::try_from(day.month()).ok()?;
    let known = Known::try_new_iso(i32::from(day.year()), month, u8::try_from(day.day()).ok()?);
    let lunar = known.ok()?.to_calendar(ChineseTraditional::new());
    let (month, at) = (lunar.month(), lunar.day_of_month().0);
    Some((i8::try_from(month.number()).ok()?, i8::try_from(at).ok()?, month.to_input().is_leap()))
}

/// The first day in a year that has this place in the lunar calendar, outside leap months; `None` when
/// the year has none, as for a 30th where the month ends with the 29th.
pub fn in_year(year: i16, month: i8, day: i8) -> Option<Date> {
    let first = Date::new(year, 1, 1).ok()?;
    let days = first.series(1.day()).take_while(|at| at.year() == year);
    days.into_iter().find(|at| of(*at) == Some((month, day, false)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_festivals_are_where_everybody_keeps_them() {
        // Spring festival and 老年节 as in the State Council's and the civil affairs' notices.
        assert_eq!(in_year(2024, 1, 1), Some(date(2024, 2, 10)));
        assert_eq!(in_year(2025, 1, 1), Some(date(2025, 1, 29)));
        assert_eq!(in_year(2026, 1, 1), Some(date(2026, 2, 17)));
        assert_eq!(in_year(2025, 9, 9), Some(date(2025, 10, 29)));
        assert_eq!(in_year(2026, 9, 9), Some(date(2026, 10, 18)));
        assert_eq!(in_year(2023, 2, 1), Some(date(2023, 2, 20)), "not the leap second month");
    }

    proptest! {
        #[test]
        fn the_ninth_of_the_ninth_is_once_a_year_in_autumn(year in 1950i16..2100) {
            let day = in_year(year, 9, 9).expect("every year has one");
            prop_assert!((date(year, 10, 1)..=date(year, 11, 2)).contains(&day), "{}", day);
            prop_assert_eq!(of(day), Some((9, 9, false)));
        }

        #[test]
        fn the_lunar_day_grows_by_one_or_a_month_begins(offset in 0i32..40_000) {
            let day = date(1990, 1, 1).saturating_add(offset.days());
            let (before, after) = (of(day).unwrap(), of(day.saturating_add(1.day())).unwrap());
            let (month, at, leap) = before;
            let next = after == (month, at + 1, leap);
            let begins = at >= 29 && after.1 == 1
                && (after.0 == month % 12 + 1 || (after.0 == month && after.2 && !leap));
            prop_assert!(next || begins, "{:?} then {:?}", before, after);
        }
    }
}
