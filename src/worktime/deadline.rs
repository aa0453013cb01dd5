//! When a promise ends, counted in plain time, working time or workdays, and why.

use std::time::Duration;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, Span, Special, WEEKDAYS, clock_time};
use crate::platform::clock::Moment;

const MINUTE_MS: i64 = 60_000;
/// Asia/Shanghai is eight hours ahead of UTC, without daylight saving.
const OFFSET_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 86_400_000;
/// Days looked ahead before a deadline is given up as never coming.
const HORIZON_DAYS: i64 = 800;

/// How much time is promised, and which time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "counted", content = "amount", rename_all = "snake_case")]
pub enum Amount {
    /// Minutes of the wall clock.
    PlainMinutes(u32),
    /// Minutes in which the organization works.
    WorkMinutes(u32),
    /// Whole workdays; the day it begins on is not counted (as in 民法典 art. 201).
    Workdays(u32),
}

/// Which time passes for a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Running {
    /// The clock.
    Clock,
    /// The time in which the organization works.
    Work,
}

/// A stretch during which the promise did not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Its beginning.
    pub from: Moment,
    /// Its end.
    pub to: Moment,
}

/// When a promise ends and how that came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// When it was given.
    pub from: Moment,
    /// How much was promised.
    pub amount: Amount,
    /// Its end.
    pub at: Moment,
}

/// When `amount`, promised at `from`, is used up; pauses are left out of the count. `None` when the
/// calendar offers too little working time within two years.
pub fn deadline(
    calendar: &Calendar,
    from: Moment,
    amount: Amount,
    pauses: &[Pause],
) -> Option<Deadline> {
    let pauses = merged(pauses);
    let at = match amount {
        Amount::PlainMinutes(minutes) => {
            consume(from, ms_of(minutes), &pauses, |day| Running::Clock.spans(calendar, day))
        }
        Amount::WorkMinutes(minutes) => {
            consume(from, ms_of(minutes), &pauses, |day| Running::Work.spans(calendar, day))
        }
        Amount::Workdays(days) => end_of_workday(calendar, from, days, &pauses),
    }?;
    Some(Deadline { from, amount, at })
}

/// Working time between two moments.
pub fn worked(calendar: &Calendar, from: Moment, to: Moment) -> Duration {
    passed(calendar, Running::Work, from, to, &[])
}

/// How much time of a promise lies between two moments; pauses are left out.
pub fn passed(
    calendar: &Calendar,
    running: Running,
    from: Moment,
    to: Moment,
    pauses: &[Pause],
) -> Duration {
    let pauses = merged(pauses);
    let mut total = 0;
    let mut day = day_start(from);
    while day < to.0 {
        for (start, end) in running.spans(calendar, day) {
            let (start, end) = (start.max(from.0), end.min(to.0));
            if start < end {
                total += without((start, end), &pauses).iter().map(|(a, b)| b - a).sum::<i64>();
            }
        }
        day += DAY_MS;
    }
    Duration::from_millis(u64::try_from(total).unwrap_or_default())
}

/// When so much time of a promise has passed since `from`; pauses are left out. `None` when the
/// calendar offers too little within two years.
pub fn once_passed(
    calendar: &Calendar,
    running: Running,
    from: Moment,
    need: Duration,
    pauses: &[Pause],
) -> Option<Moment> {
    let need = i64::try_from(need.as_millis()).ok()?;
    consume(from, need, &merged(pauses), |day| running.spans(calendar, day))
}

/// Whether the organization works at this moment.
pub fn is_open(calendar: &Calendar, at: Moment) -> bool {
    spans_of(calendar, day_start(at)).iter().any(|(start, end)| (*start..*end).contains(&at.0))
}

/// When it works next: now, if it does.
pub fn next_opening(calendar: &Calendar, at: Moment) -> Option<Moment> {
    let first = day_start(at);
    (0..HORIZON_DAYS).find_map(|days| {
        let spans = spans_of(calendar, first + days * DAY_MS);
        spans.iter().find(|(_, end)| *end > at.0).map(|(start, _)| Moment((*start).max(at.0)))
    })
}

impl Running {
    /// The spans in which it passes on the day that starts at `day`.
    fn spans(self, calendar: &Calendar, day: i64) -> Vec<(i64, i64)> {
        match self {
            Self::Clock => vec![(day, day + DAY_MS)],
            Self::Work => spans_of(calendar, day),
        }
    }
}

impl Deadline {
    /// How it came about, for staff: 周四 14:30 起 24 个工作小时，跳过周六、周日，至 1月6日 10:30.
    pub fn explained(&self, calendar: &Calendar) -> String {
        let from = self.from.in_shanghai();
        let weekday =
            WEEKDAYS[usize::try_from(from.weekday().to_monday_zero_offset()).unwrap_or(0)];
        let begin = format!("{weekday} {:02}:{:02} 起", from.hour(), from.minute());
        let amount = self.amount.in_words();
        let skipped = match self.amount {
            Amount::PlainMinutes(_) => String::new(),
            _ => skipped(calendar, date_of(self.from), date_of(self.at)),
        };
        let at = self.at.in_shanghai();
        format!(
            "{begin} {amount}{skipped}，至 {}月{}日 {:02}:{:02}",
            at.month(),
            at.day(),
            at.hour(),
            at.minute()
        )
    }
}

impl Amount {
    /// The amount as people say it: 24 个工作小时, 90 分钟, 5 个工作日.
    pub fn in_words(self) -> String {
        let (minutes, of_work) = match self {
            Self::Workdays(days) => return format!("{days} 个工作日"),
            Self::WorkMinutes(minutes) => (minutes, true),
            Self::PlainMinutes(minutes) => (minutes, false),
        };
        match (minutes % 60 == 0, of_work) {
            (true, true) => format!("{} 个工作小时", minutes / 60),
            (true, false) => format!("{} 小时", minutes / 60),
            (false, true) => format!("{minutes} 分钟工作时间"),
            (false, false) => format!("{minutes} 分钟"),
        }
    }
}

/// The free days between, holidays by name and once.
fn skipped(calendar: &Calendar, from: Date, to: Date) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut date = from;
    while date <= to {
        if !calendar.is_workday(date) {
            let name = match calendar.special_on(date) {
                Some(Special::Closed { name } | Special::Open { name, .. }) => name.clone(),
                _ => WEEKDAYS[usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0)]
                    .to_owned(),
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let Ok(next) = date.checked_add(1.day()) else { break };
        date = next;
    }
    if names.is_empty() { String::new() } else { format!("，跳过{}", names.join("、")) }
}

fn ms_of(minutes: u32) -> i64 {
    i64::from(minutes) * MINUTE_MS
}

fn day_start(at: Moment) -> i64 {
    (at.0 + OFFSET_MS).div_euclid(DAY_MS) * DAY_MS - OFFSET_MS
}

fn date_of(at: Moment) -> Date {
    at.in_shanghai().date()
}

/// The spans of the day that starts at `day`, in milliseconds since the epoch.
fn spans_of(calendar: &Calendar, day: i64) -> Vec<(i64, i64)> {
    let place = |span: &Span| {
        (day + i64::from(span.from) * MINUTE_MS, day + i64::from(span.to) * MINUTE_MS)
    };
    calendar.spans_on(date_of(Moment(day))).iter().map(place).collect()
}

/// Walks through the counted time from `from` on until `need` of it, in ms, is used up.
fn consume(
    from: Moment,
    mut need: i64,
    pauses: &[Pause],
    counted: impl Fn(i64) -> Vec<(i64, i64)>,
) -> Option<Moment> {
    if need == 0 {
        return Some(from);
    }
    let first = day_start(from);
    for days in 0..HORIZON_DAYS {
        for span in counted(first + days * DAY_MS) {
            for (start, end) in without(span, pauses) {
                let start = start.max(from.0);
                if end <= start {
                    continue;
                }
                if end - start >= need {
                    return Some(Moment(start + need));
                }
                need -= end - start;
            }
        }
    }
    None
}

/// What is left of a span when the pauses, sorted and disjoint, are cut out.
fn without((start, end): (i64, i64), pauses: &[Pause]) -> Vec<(i64, i64)> {
    let mut left = Vec::with_capacity(1);
    let mut at = start;
    for pause in pauses.iter().filter(|pause| pause.to.0 > start && pause.from.0 < end) {
        if pause.from.0 > at {
            left.push((at, pause.from.0));
        }
        at = at.max(pause.to.0);
    }
    if at < end {
        left.push((at, end));
    }
    left
}

fn merged(pauses: &[Pause]) -> Vec<Pause> {
    let mut sorted: Vec<Pause> = pauses.iter().copied().filter(|p| p.from < p.to).collect();
    sorted.sort_by_key(|pause| pause.from);
    let mut merged: Vec<Pause> = Vec::with_capacity(sorted.len());
    for pause in sorted {
        match merged.last_mut() {
            Some(last) if pause.from <= last.to => last.to = last.to.max(pause.to),
            _ => merged.push(pause),
        }
    }
    merged
}

/// The end of the `days`-th workday after the day of `from`. A workday that lies wholly within a
/// pause is not counted; no days at all end at once.
fn end_of_workday(
    calendar: &Calendar,
    from: Moment,
    days: u32,
    pauses: &[Pause],
) -> Option<Moment> {
    let first = day_start(from);
    let mut whole_days = (1..HORIZON_DAYS).filter_map(|day| {
        let spans = spans_of(calendar, first + day * DAY_MS);
        let (start, end) = (spans.first()?.0, spans.last()?.1);
        let paused = pauses.iter().any(|pause| pause.from.0 <= start && end <= pause.to.0);
        (!paused).then_some(Moment(end))
    });
    match days.checked_sub(1) {
        None => Some(from),
        Some(before) => whole_days.nth(usize::try_from(before).ok()?),
    }
}

/// Spans as people read them: 08:30–11:30，13:30–17:30.
pub fn spans_in_words(spans: &[Span]) -> String {
    let parts: Vec<String> =
        spans.iter().map(|s| format!("{}–{}", clock_time(s.from), clock_time(s.to))).collect();
    if parts.is_empty() { "休息".to_owned() } else { parts.join("，") }
}

#[cfg(test)]
mod tests {
    use super::super::arbitrary::{START, any_calendar, office};
    use super::*;
    use jiff::civil::datetime;
    use proptest::prelude::*;

    fn moment(year: i16, month: i8, day: i8, hour: i8, minute: i8) -> Moment {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
        let zoned = datetime(year, month, day, hour, minute, 0, 0).to_zoned(zone).unwrap();
        Moment(zoned.timestamp().as_millisecond())
    }

    fn at(from: Moment, amount: Amount, pauses: &[Pause]) -> Moment {
        deadline(&office(), from, amount, pauses).unwrap().at
    }

    #[test]
    fn working_hours_pass_over_lunch_night_weekend_and_the_national_days() {
        let wednesday = moment(2026, 9, 30, 16, 30);
        let end = deadline(&office(), wednesday, Amount::WorkMinutes(8 * 60), &[]).unwrap();
        // One hour on the Wednesday, seven on Thursday 8 October: 08:30–11:30 and 13:30–17:30.
        assert_eq!(end.at, moment(2026, 10, 8, 17, 30));
        assert_eq!(
            end.explained(&office()),
            "周三 16:30 起 8 个工作小时，跳过国庆节，至 10月8日 17:30"
        );
    }

    #[test]
    fn a_moved_workday_counts() {
        let friday = moment(2026, 10, 9, 17, 0);
        assert_eq!(at(friday, Amount::Workdays(1), &[]), moment(2026, 10, 10, 17, 30));
        assert_eq!(at(friday, Amount::WorkMinutes(60), &[]), moment(2026, 10, 10, 9, 0));
    }

    #[test]
    fn what_begins_on_a_free_day_begins_to_count_at_the_next_opening() {
        let sunday = moment(2026, 11, 22, 9, 0);
        assert_eq!(at(sunday, Amount::WorkMinutes(1), &[]), moment(2026, 11, 23, 8, 31));
        assert_eq!(next_opening(&office(), sunday), Some(moment(2026, 11, 23, 8, 30)));
        assert!(!is_open(&office(), sunday));
    }

    #[test]
    fn a_pause_moves_the_end_by_the_counted_time_in_it() {
        let monday = moment(2026, 11, 23, 9, 0);
        let pause = Pause { from: moment(2026, 11, 23, 10, 0), to: moment(2026, 11, 24, 10, 0) };
        assert_eq!(at(monday, Amount::PlainMinutes(120), &[pause]), moment(2026, 11, 24, 11, 0));
        assert_eq!(at(monday, Amount::WorkMinutes(120), &[pause]), moment(2026, 11, 24, 11, 0));
        let whole = Pause { from: moment(2026, 11, 24, 0, 0), to: moment(2026, 11, 25, 0, 0) };
        assert_eq!(at(monday, Amount::Workdays(2), &[whole]), moment(2026, 11, 26, 17, 30));
    }

    /// Whether a minute, counted since the epoch, is worked: looked up day by day, without any of
    /// the arithmetic above.
    fn minute_is_worked(calendar: &Calendar, minute: i64) -> bool {
        let local = Moment(minute * MINUTE_MS).in_shanghai();
        let of_day = local.hour() as u16 * 60 + local.minute() as u16;
        calendar.spans_on(local.date()).iter().any(|s| s.from <= of_day && of_day < s.to)
    }

    fn brute(calendar: &Calendar, from: i64, need: u32, pauses: &[Pause], work: bool) -> i64 {
        let (mut minute, mut left) = (from, need);
        while left > 0 {
            let at = minute * MINUTE_MS;
            let paused = pauses.iter().any(|p| p.from.0 <= at && at < p.to.0);
            if !paused && (!work || minute_is_worked(calendar, minute)) {
                left -= 1;
            }
            minute += 1;
        }
        minute
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn the_end_is_where_counting_minute_by_minute_arrives(
            calendar in any_calendar(),
            begin in 0_i64..20_000,
            need in 0_u32..700,
            pauses in prop::collection::vec((0_i64..20_000, 0_i64..2_000), 0..3),
            work in any::<bool>(),
        ) {
            let from = START + begin;
            let pauses: Vec<Pause> = pauses
                .into_iter()
                .map(|(start, length)| Pause {
                    from: Moment((START + start) * MINUTE_MS),
                    to: Moment((START + start + length) * MINUTE_MS),
                })
                .collect();
            let amount = if work { Amount::WorkMinutes(need) } else { Amount::PlainMinutes(need) };
            let end = deadline(&calendar, Moment(from * MINUTE_MS), amount, &pauses).unwrap();
            prop_assert_eq!(end.at.0, brute(&calendar, from, need, &pauses, work) * MINUTE_MS);
            if work && pauses.is_empty() {
                let worked = worked(&calendar, Moment(from * MINUTE_MS), end.at);
                prop_assert_eq!(worked.as_millis(), u128::from(need) * 60_000);
            }
        }
    }
}
