//! The official holidays and moved workdays (调休), from the dated tables in `config/holidays`.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::calendar::{Calendar, Special};

/// Shipped tables, one a year.
const TABLES: &[&str] = &[include_str!("../../config/holidays/2026.toml")];

/// The official days of one year.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// The year.
    pub year: i16,
    /// Its holidays in their order.
    pub holiday: Vec<Holiday>,
}

/// One holiday with the workdays it costs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// As people call it: 国庆节.
    pub name: String,
    /// First free day.
    pub from: Date,
    /// Last free day.
    pub to: Date,
    /// Days worked instead.
    pub work: Vec<Date>,
}

/// Every shipped year.
pub static YEARS: LazyLock<Vec<Year>> = LazyLock::new(|| {
    // The files are embedded; a test parses them, so none is left out in a built binary.
    TABLES.iter().filter_map(|table| toml::from_str(table).ok()).collect()
});

/// Lays the official days over a calendar. A moved workday is worked like a Friday, the day most
/// organizations keep shortest.
pub fn with_official_days(mut calendar: Calendar) -> Calendar {
    YEARS.iter().flat_map(|year| &year.holiday).for_each(|holiday| mark(&mut calendar, holiday));
    calendar
}

/// The last day for which the official calendar is known; deadlines beyond it count weeks only.
pub fn known_until() -> Option<Date> {
    YEARS.iter().map(|year| year.year).max().and_then(|year| Date::new(year, 12, 31).ok())
}

fn mark(calendar: &mut Calendar, holiday: &Holiday) {
    for date in holiday.from.series(1.day()).take_while(|date| *date <= holiday.to) {
        calendar.mark(date, Special::Closed { name: holiday.name.clone() });
    }
    for date in &holiday.work {
        let name = format!("{}调休", holiday.name);
        calendar.mark(*date, Special::WorkedLike { weekday: 5, name });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Weekday;

    #[test]
    fn every_shipped_table_parses_and_moves_only_weekend_days() {
        assert_eq!(YEARS.len(), TABLES.len());
        for year in YEARS.iter() {
            for holiday in &year.holiday {
                assert!(holiday.from <= holiday.to, "{}", holiday.name);
                assert!(holiday.from.year() == year.year, "{}", holiday.name);
                for date in &holiday.work {
                    let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
                    assert!(weekend, "{date} of {}", holiday.name);
                }
            }
        }
    }
}
