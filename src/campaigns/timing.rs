//! When a campaign may be sent: quiet hours, days of mourning, distance to others, quota. Pure.

use std::time::Duration;

use jiff::civil::{Date, Time};

use crate::platform::clock::Moment;
use crate::platform::config::{self, AccountKind};

/// The rules of time of this installation.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How long it cools before it is sent.
    pub cooling: Duration,
    /// How late it may still be sent by itself.
    pub late: Duration,
    /// Quiet hours begin.
    pub quiet_from: Time,
    /// Quiet hours end.
    pub quiet_until: Time,
    /// Days on which nothing is sent.
    pub mourning: Vec<Date>,
    /// Least distance to another campaign of the account.
    pub apart: Duration,
}

impl Rules {
    /// As the configuration says.
    pub fn of(config: &config::Campaigns) -> Self {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        Self {
            cooling: minutes(config.cooling_minutes),
            late: minutes(config.late_minutes),
            quiet_from: config.quiet_from,
            quiet_until: config.quiet_until,
            mourning: config.mourning_days.clone(),
            apart: minutes(config.apart_minutes),
        }
    }

    /// Why nothing should be sent at `at`, beside the other campaigns at `others`; nothing when all
    /// is well.
    pub fn barred(&self, at: Moment, others: &[Moment]) -> Option<String> {
        let local = at.in_shanghai();
        if self.mourning.contains(&local.date()) {
            return Some("这一天是哀悼日，不安排推送。".to_owned());
        }
        if is_within(local.time(), self.quiet_from, self.quiet_until) {
            let hour = |time: Time| time.strftime("%H:%M").to_string();
            let (from, until) = (hour(self.quiet_from), hour(self.quiet_until));
            return Some(format!("{from} 到次日 {until} 是免打扰时间。"));
        }
        let near = |other: &&Moment| at.since(**other).max(other.since(at)) < self.apart;
        let other = others.iter().find(near)?.in_shanghai();
        let minutes = self.apart.as_secs() / 60;
        let when = other.strftime("%-m月%-d日 %H:%M");
        Some(format!("{when} 已有另一个推送，两个推送至少要隔 {minutes} 分钟。"))
    }
}

/// Whether a time of day lies in a span that may go over midnight.
fn is_within(time: Time, from: Time, until: Time) -> bool {
    if from <= until { (from..until).contains(&time) } else { time >= from || time < until }
}

/// How many mass sends an account has and has used in the period of a moment (§7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Used or planned.
    pub used: usize,
    /// Most.
    pub most: usize,
    /// The period begins.
    pub from: Moment,
    /// The next one begins.
    pub until: Moment,
}

impl Quota {
    /// The quota of the period in which `at` lies, where `sends` are the moments of all sends, made
    /// by hand or here, past and planned.
    pub fn of(kind: AccountKind, at: Moment, sends: &[Moment]) -> Self {
        let (from, until, most) = period(kind, at);
        let used = sends.iter().filter(|send| (from..until).contains(*send)).count();
        Self { used, most, from, until }
    }

    /// Whether one more fits.
    pub fn has_room(&self) -> bool {
        self.used < self.most
    }
}

/// The day of a subscription account with its one send, the month of a service account with four.
pub fn period(kind: AccountKind, at: Moment) -> (Moment, Moment, usize) {
    let day = at.in_shanghai().start_of_day().unwrap_or_else(|_| at.in_shanghai());
    let (first, most, span) = match kind {
        AccountKind::Subscription => (day, 1, jiff::Span::new().days(1)),
        AccountKind::Service => {
            let first = day.first_of_month().unwrap_or_else(|_| day.clone());
            (first, 4, jiff::Span::new().months(1))
        }
    };
    let next = first.checked_add(span).unwrap_or_else(|_| first.clone());
    let moment = |zoned: &jiff::Zoned| Moment(zoned.timestamp().as_millisecond());
    (moment(&first), moment(&next), most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn rules() -> Rules {
        Rules {
            cooling: Duration::from_secs(600),
            late: Duration::from_secs(1800),
            quiet_from: time(22, 0, 0, 0),
            quiet_until: time(8, 0, 0, 0),
            mourning: vec![date(2026, 12, 13)],
            apart: Duration::from_secs(1800),
        }
    }

    fn at(month: i8, day: i8, hour: i8, minute: i8) -> Moment {
        let wall = date(2026, month, day).at(hour, minute, 0, 0);
        let beijing = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
        Moment(wall.to_zoned(beijing).unwrap().timestamp().as_millisecond())
    }

    #[test]
    fn nights_mourning_and_another_campaign_close_by_are_barred() {
        let rules = rules();
        assert_eq!(rules.barred(at(12, 4, 9, 0), &[]), None);
        for (hour, minute) in [(22, 0), (23, 59), (0, 0), (7, 59)] {
            assert!(rules.barred(at(12, 4, hour, minute), &[]).is_some(), "{hour}:{minute}");
        }
        assert_eq!(rules.barred(at(12, 4, 8, 0), &[]), None);
        assert!(rules.barred(at(12, 13, 12, 0), &[]).is_some_and(|why| why.contains("哀悼日")));
        let other = [at(12, 4, 10, 0)];
        for minute in [31, 59] {
            assert!(rules.barred(at(12, 4, 9, minute), &other).is_some());
        }
        assert_eq!(rules.barred(at(12, 4, 9, 30), &other), None);
        assert_eq!(rules.barred(at(12, 4, 10, 30), &other), None);
    }

    #[test]
    fn a_month_and_a_day_end_at_midnight_in_beijing() {
        let last = at(11, 30, 23, 59);
        let sends = [at(11, 1, 0, 0), at(11, 15, 9, 0), last, at(12, 1, 0, 0)];
        let month = Quota::of(AccountKind::Service, last, &sends);
        assert_eq!((month.used, month.most, month.until), (3, 4, at(12, 1, 0, 0)));
        assert!(month.has_room());
        let day = Quota::of(AccountKind::Subscription, last, &sends);
        assert_eq!((day.used, day.most, day.until), (1, 1, at(12, 1, 0, 0)));
        assert!(!day.has_room());
    }
}
