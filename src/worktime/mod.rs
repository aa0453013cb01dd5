//! Working time and deadlines. Pure: no clock, no I/O.
//!
//! A [`calendar::Calendar`] says when an organization works: several spans a day, weeks in dated
//! versions, holidays and moved workdays ([`national`] has the official ones). [`deadline`] counts
//! a promise in plain time, working time or workdays, leaves out pauses and explains the result;
//! [`promise`] follows one that runs: pauses, extensions, warnings.

#[cfg(test)]
mod arbitrary;
pub mod calendar;
pub mod deadline;
pub mod ical;
pub mod national;
pub mod promise;

use std::time::Duration;

use crate::platform::clock::Moment;

/// When a promise given at `from` ends.
pub fn due_after_hours(from: Moment, hours: u64) -> Moment {
    from.plus(Duration::from_secs(hours * 3600))
}

/// A moment as citizens read it, relative to `now`: 今天 18:30, 明天 09:00, 11月25日 09:00.
pub fn in_words(at: Moment, now: Moment) -> String {
    let (then, today) = (at.in_shanghai(), now.in_shanghai());
    let days = then.date().since(today.date()).map(|span| span.get_days()).unwrap_or(i32::MAX);
    let day = match days {
        0 => "今天".to_owned(),
        1 => "明天".to_owned(),
        2 => "后天".to_owned(),
        _ => format!("{}月{}日", then.month(), then.day()),
    };
    format!("{day} {:02}:{:02}", then.hour(), then.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_of_a_day_is_told_as_tomorrow_at_the_same_time() {
        let evening = Moment::from_seconds(1_763_900_000); // 2025-11-23 20:13 in Shanghai
        assert_eq!(in_words(due_after_hours(evening, 24), evening), "明天 20:13");
        assert_eq!(in_words(due_after_hours(evening, 1), evening), "今天 21:13");
        assert_eq!(in_words(due_after_hours(evening, 96), evening), "11月27日 20:13");
    }
}
