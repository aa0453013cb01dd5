//! Which days of WeChat's figures are to be fetched, and when. Pure.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Span;
use jiff::civil::Date;

use crate::platform::clock::Moment;
use crate::wechat::datacube::Dataset;

/// Days looked back at; older ones are not fetched any more.
pub const LOOK_BACK_DAYS: i64 = 30;
/// Figures are ready after this time of the next day (§13), with half an hour to spare.
const READY_AFTER: Duration = Duration::from_secs(8 * 3600 + 1800);
/// Days for which figures are revised after the day.
const REVISED_DAYS: i64 = 3;

/// What is known of a day that was fetched.
#[derive(Clone, Copy, Debug)]
pub struct Fetched {
    /// When.
    pub at: Moment,
    /// WeChat said that the figures were not complete.
    pub delayed: bool,
}

/// Days of `dataset` to fetch at `now`, oldest first: those missing, those incomplete, and once a
/// day those that WeChat still revises. Keys of `known` are days as `2026-11-23`.
pub fn due(dataset: Dataset, known: &HashMap<String, Fetched>, now: Moment) -> Vec<Date> {
    let today = now.in_shanghai().date();
    let revised =
        if dataset == Dataset::ArticleTotalDetail { LOOK_BACK_DAYS } else { REVISED_DAYS };
    let is_due = |back: &i64| {
        let fetched = known.get(&before(today, *back).to_string());
        fetched.is_none_or(|fetched| {
            let old = fetched.at.in_shanghai().date() < today;
            old && (fetched.delayed || *back <= revised)
        })
    };
    (1..=LOOK_BACK_DAYS).rev().filter(is_due).map(|back| before(today, back)).collect()
}

/// Days put together into spans of at most `longest` days, first and last included.
pub fn spans(days: &[Date], longest: u32) -> Vec<(Date, Date)> {
    let mut spans: Vec<(Date, Date, u32)> = Vec::new();
    for day in days {
        match spans.last_mut() {
            Some((_, last, count)) if *count < longest && before(*day, 1) == *last => {
                *last = *day;
                *count += 1;
            }
            _ => spans.push((*day, *day, 1)),
        }
    }
    spans.into_iter().map(|(first, last, _)| (first, last)).collect()
}

/// Every day from `first` to `last`, both included.
pub fn each(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first.series(Span::new().days(1)).take_while(move |day| *day <= last)
}

/// The day that lies `days` before `day`.
pub fn before(day: Date, days: i64) -> Date {
    day.saturating_sub(Span::new().days(days))
}

/// The next morning on which yesterday's figures are ready.
pub fn next_morning(now: Moment) -> Moment {
    let to_midnight = crate::wechat::advice::until_midnight(now);
    let midnight = now.plus(to_midnight);
    let today = midnight.minus(Duration::from_secs(86_400)).plus(READY_AFTER);
    if now < today { today } else { midnight.plus(READY_AFTER) }
}

/// The first moment of a Beijing day; nothing for a day beyond all calendars.
pub fn start(day: Date) -> Option<Moment> {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    day.to_zoned(zone).ok().map(|start| Moment(start.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    // 2025-11-23 20:13:20 in Beijing.
    const NOW: Moment = Moment(1_763_900_000_000);

    fn known(days: &[(Date, Moment, bool)]) -> HashMap<String, Fetched> {
        let fetched = |(day, at, delayed): &(Date, Moment, bool)| {
            (day.to_string(), Fetched { at: *at, delayed: *delayed })
        };
        days.iter().map(fetched).collect()
    }

    #[test]
    fn at_first_thirty_days_are_due_and_no_day_that_is_not_over() {
        let days = due(Dataset::UpstreamMsg, &HashMap::new(), NOW);
        assert_eq!(days.len(), 30);
        assert_eq!((days[0], days[29]), (date(2025, 10, 24), date(2025, 11, 22)));
        let spans = spans(&days, 7);
        assert_eq!(spans.len(), 5);
        assert_eq!(spans[4], (date(2025, 11, 21), date(2025, 11, 22)));
    }

    #[test]
    fn a_day_missed_in_between_is_filled_and_revised_days_are_fetched_once_a_day() {
        let earlier = NOW.minus(Duration::from_secs(86_400));
        let all: Vec<_> = (1..=30)
            .filter(|back| *back != 12)
            .map(|back| (before(date(2025, 11, 23), back), earlier, back == 20))
            .collect();
        let days = due(Dataset::UpstreamMsg, &known(&all), NOW);
        let wanted = [20, 12, 3, 2, 1].map(|back| before(date(2025, 11, 23), back));
        assert_eq!(days, wanted);
        let fetched_today: Vec<_> = all.iter().map(|(day, _, late)| (*day, NOW, *late)).collect();
        assert_eq!(due(Dataset::UpstreamMsg, &known(&fetched_today), NOW), [wanted[1]]);
        assert_eq!(spans(&wanted, 7).len(), 3);
    }

    #[test]
    fn the_next_morning_is_today_before_it_and_tomorrow_after_it() {
        let shown = |at: Moment| at.in_shanghai().strftime("%F %H:%M").to_string();
        assert_eq!(shown(next_morning(NOW)), "2025-11-24 08:30");
        assert_eq!(
            shown(next_morning(NOW.plus(Duration::from_secs(5 * 3600)))),
            "2025-11-24 08:30"
        );
        assert_eq!(start(date(2025, 11, 23)).map(shown).as_deref(), Some("2025-11-23 00:00"));
    }
}
