//! A running promise: where it stands, how a pause and an extension move it, and when whom to warn.
//!
//! Everything here takes the end that was told and moves it later, never earlier; nothing is
//! computed anew from the beginning, so that neither a changed calendar nor a clock that jumps can
//! undo what a citizen has been told.

use std::time::Duration;

use super::calendar::Calendar;
use super::deadline::{Amount, Pause, Running, deadline, once_passed, passed};
use crate::platform::clock::Moment;

/// A day of the clock, where a calendar never opens again.
const DAY: Duration = Duration::from_secs(86_400);

/// A promise that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// When it began.
    pub began: Moment,
    /// Its end, as it was told.
    pub due: Moment,
    /// Which time passes for it.
    pub running: Running,
}

/// How near the end of a promise is; each level is reached once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Half of the time has passed.
    Half = 1,
    /// Most of it has passed.
    Most = 2,
    /// The citizen is to be told that it may slip.
    Slipping = 3,
    /// It has passed.
    Passed = 4,
    /// A workday has gone by since.
    DayOver = 5,
}

impl Level {
    /// Every level, in order.
    pub const ALL: [Self; 5] =
        [Self::Half, Self::Most, Self::Slipping, Self::Passed, Self::DayOver];

    /// The number it is stored by.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The level with this number; `None` for none.
    pub fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.number() == number)
    }
}

/// At which parts of a promise people are warned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warnings {
    /// Percent at [`Level::Half`].
    pub half_percent: u32,
    /// Percent at [`Level::Most`].
    pub most_percent: u32,
    /// Minutes of the clock before the end at which the citizen is told, but not before
    /// [`Level::Most`].
    pub slip_minutes: u32,
}

/// The end of a promise after its clock stood still; a promise that was late before stays late.
pub fn after_pause(calendar: &Calendar, promise: Promise, pause: Pause) -> Moment {
    let Promise { due, running, .. } = promise;
    if pause.to <= pause.from || pause.from >= due {
        return due;
    }
    let left = passed(calendar, running, pause.from, due, &[]);
    let at = once_passed(calendar, running, pause.to, left, &[]);
    at.unwrap_or_else(|| due.plus(pause.to.since(pause.from))).max(due)
}

/// The end of a promise that is extended by whole workdays.
pub fn extended(calendar: &Calendar, due: Moment, workdays: u32) -> Moment {
    let at = deadline(calendar, due, Amount::Workdays(workdays), &[]).map(|end| end.at);
    at.unwrap_or_else(|| due.plus(DAY * workdays)).max(due)
}

/// The latest moment to which a promise can be extended at all.
pub fn latest(calendar: &Calendar, began: Moment, workdays: u32, pauses: &[Pause]) -> Moment {
    let at = deadline(calendar, began, Amount::Workdays(workdays), pauses).map(|end| end.at);
    at.unwrap_or_else(|| began.plus(DAY * workdays))
}

/// When each level of a promise is reached, in order.
pub fn ladder(
    calendar: &Calendar,
    promise: Promise,
    pauses: &[Pause],
    warnings: Warnings,
) -> [(Level, Moment); 5] {
    let Promise { began, due, running } = promise;
    let whole = passed(calendar, running, began, due, pauses);
    let part = |percent: u32| {
        let need = whole * percent.min(100) / 100;
        once_passed(calendar, running, began, need, pauses).map_or(due, |at| at.min(due))
    };
    let half = part(warnings.half_percent);
    let most = part(warnings.most_percent).max(half);
    let lead = Duration::from_secs(u64::from(warnings.slip_minutes) * 60);
    [
        (Level::Half, half),
        (Level::Most, most),
        (Level::Slipping, due.minus(lead).max(most)),
        (Level::Passed, due),
        (Level::DayOver, extended(calendar, due, 1)),
    ]
}

/// The levels reached at `now` beyond the highest one stored, and when to look again. However the
/// clock jumps, a level that was reached stays reached and is never given twice.
pub fn reached(
    ladder: &[(Level, Moment); 5],
    stored: i64,
    now: Moment,
) -> (Vec<Level>, Option<Moment>) {
    let ahead = ladder.iter().filter(|(level, _)| level.number() > stored);
    let fresh: Vec<Level> =
        ahead.clone().take_while(|(_, at)| *at <= now).map(|(level, _)| *level).collect();
    let next = ahead.skip(fresh.len()).map(|(_, at)| *at).next();
    (fresh, next)
}

#[cfg(test)]
mod tests {
    use super::super::arbitrary::{Minutes, START, any_calendar, minute, office};
    use super::*;
    use proptest::prelude::*;

    const WARNINGS: Warnings = Warnings { half_percent: 50, most_percent: 80, slip_minutes: 60 };

    fn moment(minute: i64) -> Moment {
        Moment(minute * 60_000)
    }

    /// What can happen to a promise.
    #[derive(Clone, Debug)]
    enum Happening {
        /// Its clock stands still for so many minutes.
        Pause(i64),
        /// It is extended by so many workdays.
        Extension(u32),
    }

    fn any_happening() -> impl Strategy<Value = Happening> {
        prop_oneof![
            (0_i64..3_000).prop_map(Happening::Pause),
            (1_u32..4).prop_map(Happening::Extension),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn pauses_and_extensions_move_the_end_as_counting_minute_by_minute_does(
            calendar in any_calendar(),
            begin in 0_i64..10_000,
            need in 1_i64..400,
            work in any::<bool>(),
            happenings in prop::collection::vec((0_i64..600, any_happening()), 0..4),
        ) {
            let running = if work { Running::Work } else { Running::Clock };
            let mut minutes = Minutes::of(&calendar);
            let began = START + begin;
            let mut due = minutes.walk(work, began, need);
            let promised = Duration::from_secs(need as u64 * 60);
            let first = once_passed(&calendar, running, moment(began), promised, &[]);
            prop_assert_eq!(first, Some(moment(due)));
            let mut now = began;
            for (later, happening) in happenings {
                now += later;
                let promise = Promise { began: moment(began), due: moment(due), running };
                let (told, counted) = match happening {
                    Happening::Pause(length) => {
                        let pause = Pause { from: moment(now), to: moment(now + length) };
                        let told = after_pause(&calendar, promise, pause);
                        let counted = if now >= due || length == 0 { due } else {
                            let left = if work { minutes.count(now, due) } else { due - now };
                            minutes.walk(work, now + length, left).max(due)
                        };
                        now += length;
                        (told, counted)
                    }
                    Happening::Extension(days) => {
                        (extended(&calendar, moment(due), days), minutes.end_of_day(due, days))
                    }
                };
                prop_assert_eq!(told, moment(counted));
                prop_assert!(counted >= due, "never earlier");
                due = counted;
            }
        }

        #[test]
        fn levels_come_in_order_and_once_whatever_the_clock_does(
            calendar in any_calendar(),
            begin in 0_i64..10_000,
            need in 1_i64..3_000,
            looks in prop::collection::vec(0_i64..40_000, 1..20),
        ) {
            let began = moment(START + begin);
            let due = moment(Minutes::of(&calendar).walk(true, START + begin, need));
            let promise = Promise { began, due, running: Running::Work };
            let ladder = ladder(&calendar, promise, &[], WARNINGS);
            prop_assert!(ladder.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{:?}", ladder);
            let mut given: Vec<Level> = Vec::new();
            for look in looks {
                let stored = given.last().map_or(0, |level| level.number());
                let now = moment(START + look);
                let (fresh, next) = reached(&ladder, stored, now);
                given.extend(&fresh);
                prop_assert!(given.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", given);
                prop_assert!(next.is_none_or(|at| at > now));
                prop_assert_eq!(next.is_none(), given.last() == Some(&Level::DayOver));
            }
        }
    }

    #[test]
    fn a_day_of_work_warns_at_half_at_four_fifths_an_hour_before_and_after_a_workday() {
        // Monday 2026-01-05 08:30 until 17:30: seven hours of work.
        let promise =
            Promise { began: minute(0, 510), due: minute(0, 1050), running: Running::Work };
        let at = ladder(&office(), promise, &[], WARNINGS).map(|(_, at)| at);
        assert_eq!(
            at,
            [minute(0, 840), minute(0, 966), minute(0, 990), minute(0, 1050), minute(1, 1050)]
        );
    }

    #[test]
    fn an_urgent_hour_is_not_told_to_slip_before_most_of_it_has_gone() {
        let promise =
            Promise { began: minute(0, 600), due: minute(0, 660), running: Running::Clock };
        let at = ladder(&office(), promise, &[], WARNINGS).map(|(_, at)| at);
        assert_eq!(at[..3], [minute(0, 630), minute(0, 648), minute(0, 648)]);
    }

    #[test]
    fn a_pause_cannot_make_a_late_promise_good() {
        let promise =
            Promise { began: minute(0, 600), due: minute(0, 660), running: Running::Clock };
        let late = Pause { from: minute(0, 661), to: minute(3, 0) };
        assert_eq!(after_pause(&office(), promise, late), promise.due);
        let backwards = Pause { from: minute(0, 630), to: minute(0, 620) };
        assert_eq!(after_pause(&office(), promise, backwards), promise.due);
    }
}
