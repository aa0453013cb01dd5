//! On which days a date is, what is due for it, what runs into each other, what is left of the month's
//! mass messages. Pure.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::{Days, Held, HeldId, Mark, Observance, Plan, Rule, Task, lunar, shipped};
use crate::platform::clock::Moment;
use crate::platform::config::AccountKind;
use crate::platform::error::{Error, Result};
use crate::staff::StaffId;

/// Years that can be looked at.
pub const YEARS: RangeInclusive<i16> = 2000..=2099;
/// The first day of a date has to be planned by somebody this many days before.
pub const LEAD_DAYS: i32 = 30;
/// Days for which a task that is overdue is still worth a reminder.
const REMINDED_DAYS: i32 = 3;
/// Two mass messages of one account closer than this disturb each other.
pub const APART: Duration = Duration::from_secs(30 * 60);
/// Mass messages of a 服务号 to one follower in a calendar month (WeChat's rule).
const SERVICE_MONTHLY: usize = 4;
/// Most characters of a short text, and of a longer one.
const SHORT: usize = 40;
const LONG: usize = 200;

/// The days of a rule in a year; `None` when it has none there or a notice has to name them.
pub fn days_in(rule: &Rule, year: i16) -> Option<Days> {
    let day = |month, day| Date::new(year, month, day).ok();
    let single = |at: Date| Days { first: at, last: at };
    match *rule {
        Rule::Fixed { month, day: at } => day(month, at).map(single),
        Rule::Span { month, day: at, to_month, to_day } => {
            Some(Days { first: day(month, at)?, last: day(to_month, to_day)? })
        }
        Rule::WeekOf { month, day: at } => {
            let within = day(month, at)?;
            let back = i32::from(within.weekday().to_monday_zero_offset());
            let first = within.saturating_sub(back.days());
            Some(Days { first, last: first.saturating_add(6.days()) })
        }
        Rule::Nth { month, nth, weekday } => {
            let weekday = Weekday::from_monday_one_offset(weekday).ok()?;
            let nth = if nth == 5 { -1 } else { nth };
            day(month, 1)?.nth_weekday_of_month(nth, weekday).ok().map(single)
        }
        Rule::Lunar { month, day: at } => lunar::in_year(year, month, at).map(single),
        Rule::Notice { .. } => None,
    }
}

const WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];

/// A rule in words.
pub fn in_words(rule: &Rule) -> String {
    match *rule {
        Rule::Fixed { month, day } => format!("每年 {month} 月 {day} 日"),
        Rule::Span { month, day, to_month, to_day } => {
            format!("每年 {month} 月 {day} 日至 {to_month} 月 {to_day} 日")
        }
        Rule::WeekOf { month, day } => format!("每年 {month} 月 {day} 日所在的一周"),
        Rule::Nth { month, nth, weekday } => {
            let which = match nth {
                5 => "最后一个".to_owned(),
                nth => format!("第 {nth} 个"),
            };
            let at = usize::try_from(weekday - 1).unwrap_or(0);
            format!("每年 {month} 月{which}星期{}", WEEKDAYS.get(at).unwrap_or(&"日"))
        }
        Rule::Lunar { month, day } => format!("农历 {month} 月 {day} 日"),
        Rule::Notice { month } => format!("日期看每年通知，一般在 {month} 月"),
    }
}

/// A day such as 12月4日 周五.
pub fn day_in_words(day: Date) -> String {
    let at = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
    format!("{}月{}日 周{}", day.month(), day.day(), WEEKDAYS[at % 7])
}

/// Puts a date that somebody wrote into the form it is kept in.
///
/// # Errors
/// Invalid, with the field and what it takes.
pub fn checked(mut observance: Observance) -> Result<Observance> {
    let Observance { name, lead, basis, source, .. } = &mut observance;
    for (label, text, most) in [
        ("名称", name, SHORT),
        ("牵头单位", lead, SHORT),
        ("依据", basis, LONG),
        ("来源", source, LONG),
    ] {
        *text = text.trim().to_owned();
        let long = text.chars().count();
        if long > most {
            return Err(Error::invalid(format!("{label}有 {long} 个字，最多 {most} 个，请缩短。")));
        }
    }
    if observance.name.is_empty() || observance.basis.is_empty() {
        return Err(Error::invalid("请填写名称和依据；没有法律依据的，依据写“惯例”。"));
    }
    check_rule(&observance.rule)?;
    Ok(observance)
}

fn check_rule(rule: &Rule) -> Result<()> {
    // A leap year has every day there is.
    const LEAP: i16 = 2028;
    let is_day = |month, day| Date::new(LEAP, month, day).is_ok();
    let good = match *rule {
        Rule::Fixed { month, day } | Rule::WeekOf { month, day } => is_day(month, day),
        Rule::Span { month, day, to_month, to_day } => {
            is_day(month, day) && is_day(to_month, to_day) && (month, day) <= (to_month, to_day)
        }
        Rule::Nth { month, nth, weekday } => {
            is_day(month, 1) && (1..=5).contains(&nth) && (1..=7).contains(&weekday)
        }
        Rule::Lunar { month, day } => (1..=12).contains(&month) && (1..=30).contains(&day),
        Rule::Notice { month } => is_day(month, 1),
    };
    if good {
        return Ok(());
    }
    Err(Error::invalid(
        "日期规则不对：月份 1 到 12，日期要是那个月里有的；时间段的结束不能早于开始。",
    ))
}

/// The dates as shipped, with what operators wrote over them and added.
pub fn merged(saved: Vec<Observance>) -> Vec<Observance> {
    let mut by_code: HashMap<String, Observance> =
        saved.into_iter().map(|date| (date.code.clone(), date)).collect();
    let shipped = shipped::BOOK.dates.iter();
    let mut all: Vec<Observance> =
        shipped.map(|date| by_code.remove(&date.code).unwrap_or_else(|| date.clone())).collect();
    let mut own: Vec<Observance> = by_code.into_values().collect();
    own.sort_by(|a, b| a.code.cmp(&b.code));
    all.append(&mut own);
    all
}

/// The dates of a year in their order, those without a day last. What is no longer kept is left out.
pub fn held_in(
    year: i16,
    observances: &[Observance],
    plans: &HashMap<HeldId, Plan>,
    marks: &[Mark],
) -> Vec<Held> {
    let kept = observances.iter().filter(|date| !date.dropped);
    let mut held: Vec<Held> = kept.map(|date| hold(year, date, plans, marks)).collect();
    held.sort_by_key(|held| (held.days.map_or(Date::MAX, |days| days.first), held.id.clone()));
    held
}

fn hold(year: i16, observance: &Observance, plans: &HashMap<HeldId, Plan>, marks: &[Mark]) -> Held {
    let id = HeldId { year, code: observance.code.clone() };
    let plan = plans.get(&id).cloned().unwrap_or_default();
    let days = plan.days.or_else(|| days_in(&observance.rule, year));
    let steps = shipped::template(&observance.template).map_or(&[][..], |found| &found.task);
    let done = |task: &str| {
        let of = |mark: &&Mark| {
            mark.year == i64::from(year) && mark.code == observance.code && mark.task == task
        };
        marks.iter().find(of).map(|mark| (mark.done_by, mark.done_at))
    };
    let tasks = steps.iter().map(|step| Task {
        code: step.code.clone(),
        name: step.name.clone(),
        due: days.map(|days| due(days, step.days)),
        done: done(&step.code),
    });
    Held { tasks: tasks.collect(), observance: observance.clone(), id, days, plan }
}

/// When a task is due that lies `offset` days from a date.
fn due(days: Days, offset: i32) -> Date {
    let from = if offset > 0 { days.last } else { days.first };
    from.saturating_add(offset.days())
}

/// Checks the days somebody wrote down for a date in a year; empty ones mean as the rule says.
///
/// # Errors
/// Invalid, with what the fields take.
pub fn read_days(year: i16, first: &str, last: &str) -> Result<Option<Days>> {
    let (first, last) = (first.trim(), last.trim());
    if first.is_empty() && last.is_empty() {
        return Ok(None);
    }
    let wrong = || Error::invalid("日期请写成 2026-12-04 这样；只有一天的，结束可以不填。");
    let begin: Date = first.parse().map_err(|_| wrong())?;
    let end: Date = if last.is_empty() { begin } else { last.parse().map_err(|_| wrong())? };
    if begin.year() != year || end < begin || (end - begin).get_days() > 92 {
        return Err(Error::invalid(format!(
            "日期要在 {year} 年，结束不早于开始，最长三个月。请改正后再保存。"
        )));
    }
    Ok(Some(Days { first: begin, last: end }))
}

/// Somebody has to be told of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// For which date.
    pub id: HeldId,
    /// Which task; [`NAME_THE_DAY`] when a notice has to be looked for.
    pub task: String,
    /// Who; `None`: the operators, since nobody looks after it.
    pub to: Option<StaffId>,
    /// Since when it is due.
    pub due: Date,
}

/// The task of writing down what a yearly notice says.
pub const NAME_THE_DAY: &str = "day";

/// Who has to be told of what today. Dates nobody looks after remind once, when their first task is
/// due; a date without a day before the month in which it usually is.
pub fn reminders(held: &[Held], today: Date) -> Vec<Reminder> {
    let is_due = |due: Date| (0..=REMINDED_DAYS).contains(&(today - due).get_days());
    let mut found = Vec::new();
    for one in held {
        let mut remind = |task: &str, due: Date| {
            let (id, task) = (one.id.clone(), task.to_owned());
            found.push(Reminder { id, task, to: one.plan.owner, due });
        };
        if let (None, Rule::Notice { month }) = (one.days, &one.observance.rule) {
            let month = Date::new(one.id.year, *month, 1).ok();
            let due = month.map(|first| first.saturating_sub(LEAD_DAYS.days()));
            due.filter(|due| is_due(*due)).into_iter().for_each(|due| remind(NAME_THE_DAY, due));
        }
        let most = if one.plan.owner.is_some() { usize::MAX } else { 1 };
        for task in one.tasks.iter().take(most).filter(|task| task.done.is_none()) {
            task.due.filter(|due| is_due(*due)).into_iter().for_each(|due| remind(&task.code, due));
        }
    }
    found
}

/// A mass message (群发) that is planned or was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// From which official account.
    pub account: String,
    /// When.
    pub at: Moment,
    /// What people know it by.
    pub title: String,
    /// Whether it is out.
    pub sent: bool,
}

impl Sending {
    /// Beijing's day.
    pub fn day(&self) -> Date {
        self.at.in_shanghai().date()
    }
}

/// How many of `sendings` an account has in the month of `day`, planned and sent.
pub fn used(sendings: &[Sending], account: &str, day: Date) -> usize {
    let month = (day.year(), day.month());
    let within = |one: &&Sending| {
        let at = one.day();
        one.account == account && (at.year(), at.month()) == month
    };
    sendings.iter().filter(within).count()
}

/// How many an account may send in the month of `day`: a 服务号 four, a 公众号 one a day.
pub fn allowed(kind: AccountKind, day: Date) -> usize {
    match kind {
        AccountKind::Service => SERVICE_MONTHLY,
        AccountKind::Subscription => {
            usize::try_from(day.days_in_month()).unwrap_or(SERVICE_MONTHLY)
        }
    }
}

/// Pairs of one account that are closer than [`APART`], the earlier first.
pub fn too_close(sendings: &[Sending]) -> Vec<(&Sending, &Sending)> {
    let mut sorted: Vec<&Sending> = sendings.iter().collect();
    sorted.sort_by(|a, b| (&a.account, a.at).cmp(&(&b.account, b.at)));
    let pairs = sorted.windows(2).map(|pair| (pair[0], pair[1]));
    pairs.filter(|(a, b)| a.account == b.account && b.at.since(a.at) < APART).collect()
}

/// Days on which more than one date begins, with their names.
pub fn same_day(held: &[Held]) -> Vec<(Date, Vec<&str>)> {
    let mut found: Vec<(Date, Vec<&str>)> = Vec::new();
    for one in held {
        let (Some(days), name) = (one.days, one.observance.name.as_str()) else { continue };
        match found.iter_mut().find(|(day, _)| *day == days.first) {
            Some((_, names)) => names.push(name),
            None => found.push((days.first, vec![name])),
        }
    }
    found.retain(|(_, names)| names.len() > 1);
    found
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn observance(code: &str, rule: Rule) -> Observance {
        Observance {
            code: code.into(),
            name: code.to_uppercase(),
            rule,
            lead: String::new(),
            basis: "惯例".into(),
            source: String::new(),
            template: "campaign".into(),
            dropped: false,
            version: 1,
        }
    }

    fn held(code: &str, rule: Rule, plan: Plan, marks: &[Mark]) -> Held {
        let id = HeldId { year: 2026, code: code.into() };
        held_in(2026, &[observance(code, rule)], &HashMap::from([(id, plan)]), marks).remove(0)
    }

    const FOURTH: Rule = Rule::Fixed { month: 12, day: 4 };

    #[test]
    fn the_confirmed_dates_of_2026_are_where_people_keep_them() {
        let of = |code: &str| {
            let date = shipped::BOOK.dates.iter().find(|date| date.code == code).unwrap();
            let Days { first, last } = days_in(&date.rule, 2026).unwrap();
            (first, last)
        };
        let single = |at: Date| (at, at);
        assert_eq!(of("disabled-persons"), single(date(2026, 5, 17)));
        assert_eq!(of("national-defence"), single(date(2026, 9, 19)));
        assert_eq!(of("elderly-day"), single(date(2026, 10, 18)));
        assert_eq!(of("family-education"), (date(2026, 5, 11), date(2026, 5, 17)));
        assert_eq!(of("constitution-week"), (date(2026, 12, 1), date(2026, 12, 7)));
    }

    #[test]
    fn tasks_lie_before_the_first_and_after_the_last_day() {
        let rule = Rule::Span { month: 12, day: 1, to_month: 12, to_day: 7 };
        let week = held("week", rule, Plan::default(), &[]);
        let due: Vec<Date> = week.tasks.iter().filter_map(|task| task.due).collect();
        assert_eq!(due[0], date(2026, 11, 1));
        assert_eq!(due[5..], [date(2026, 12, 1), date(2026, 12, 10), date(2026, 12, 17)]);
    }

    #[test]
    fn what_operators_wrote_stands_over_what_is_shipped() {
        let mut changed = observance("constitution-day", FOURTH);
        changed.dropped = true;
        let all = merged(vec![observance("own-1", FOURTH), changed]);
        assert_eq!(all.len(), shipped::BOOK.dates.len() + 1);
        let held = held_in(2026, &all, &HashMap::new(), &[]);
        assert!(!held.iter().any(|held| held.id.code == "constitution-day"));
        assert!(held.iter().any(|held| held.id.code == "own-1"));
    }

    #[test]
    fn who_looks_after_a_date_is_reminded_of_each_task_until_it_is_done() {
        let owner = StaffId(Uuid::from_u128(1));
        let plan = Plan { owner: Some(owner), ..Plan::default() };
        let one = held("day", FOURTH, plan.clone(), &[]);
        let told = |held: &Held, today| reminders(std::slice::from_ref(held), today);
        assert_eq!(told(&one, date(2026, 11, 3)), []);
        let first = &told(&one, date(2026, 11, 4))[0];
        assert_eq!((first.task.as_str(), first.to), ("plan", Some(owner)));
        assert_eq!(told(&one, date(2026, 11, 8)), [], "after three days nobody is told any more");
        assert_eq!(told(&one, date(2026, 11, 14))[0].task, "draft");
        let mark = Mark {
            year: 2026,
            code: "day".into(),
            task: "draft".into(),
            done_by: owner,
            done_at: Moment(0),
        };
        assert_eq!(told(&held("day", FOURTH, plan, &[mark]), date(2026, 11, 14)), []);
    }

    #[test]
    fn a_date_nobody_looks_after_reminds_the_operators_once() {
        let one = held("day", FOURTH, Plan::default(), &[]);
        let told = |today| reminders(std::slice::from_ref(&one), today);
        assert_eq!(told(date(2026, 11, 4))[0].to, None);
        assert_eq!(told(date(2026, 11, 14)), []);
        let notice = held("notice", Rule::Notice { month: 9 }, Plan::default(), &[]);
        let told = reminders(&[notice], date(2026, 8, 2));
        assert_eq!(told[0].task, NAME_THE_DAY);
    }

    #[test]
    fn the_day_a_notice_names_is_the_day_that_counts() {
        let days = read_days(2026, "2026-09-14", "2026-09-20").unwrap();
        let plan = Plan { days, ..Plan::default() };
        let week = held("week", Rule::Notice { month: 9 }, plan, &[]);
        assert_eq!(week.days, days);
        assert_eq!(week.tasks[0].due, Some(date(2026, 8, 15)));
        assert_eq!(read_days(2026, " ", "").unwrap(), None);
        for (first, last) in [("2027-01-01", ""), ("2026-09-14", "2026-09-13"), ("九月", "")] {
            assert!(read_days(2026, first, last).is_err(), "{first} {last}");
        }
    }

    fn sending(account: &str, at: i64) -> Sending {
        Sending { account: account.into(), at: Moment(at), title: String::new(), sent: false }
    }

    #[test]
    fn messages_of_one_account_within_half_an_hour_collide_and_count_in_their_month() {
        const MINUTE: i64 = 60_000;
        // 30 November 2026, 23:50 in Beijing.
        let last = 1_796_053_800_000;
        let all = [
            sending("a", last),
            sending("a", last + 29 * MINUTE),
            sending("a", last + 59 * MINUTE),
            sending("b", last + MINUTE),
        ];
        let pairs: Vec<i64> = too_close(&all).iter().map(|(_, later)| later.at.0 - last).collect();
        assert_eq!(pairs, [29 * MINUTE]);
        assert_eq!(used(&all, "a", date(2026, 11, 1)), 1);
        assert_eq!(used(&all, "a", date(2026, 12, 31)), 2);
        assert_eq!(allowed(AccountKind::Service, date(2026, 2, 1)), 4);
        assert_eq!(allowed(AccountKind::Subscription, date(2026, 2, 1)), 28);
    }

    #[test]
    fn two_dates_that_begin_on_one_day_are_named() {
        let one = held("a", FOURTH, Plan::default(), &[]);
        let other = held("b", FOURTH, Plan::default(), &[]);
        let week = Rule::Span { month: 12, day: 1, to_month: 12, to_day: 7 };
        let week = held("c", week, Plan::default(), &[]);
        assert_eq!(same_day(&[one, other, week]), [(date(2026, 12, 4), vec!["A", "B"])]);
    }

    proptest! {
        #[test]
        fn the_nth_weekday_is_that_weekday_in_its_week_of_the_month(
            year in YEARS, month in 1i8..=12, nth in 1i8..=5, weekday in 1i8..=7
        ) {
            let rule = Rule::Nth { month, nth, weekday };
            prop_assert!(check_rule(&rule).is_ok());
            let day = days_in(&rule, year).expect("every month has four of each").first;
            prop_assert_eq!((day.year(), day.month()), (year, month));
            prop_assert_eq!(day.weekday().to_monday_one_offset(), weekday);
            match nth {
                5 => prop_assert!(day.day() + 7 > day.days_in_month()),
                nth => prop_assert_eq!((day.day() - 1) / 7 + 1, nth),
            }
        }

        #[test]
        fn the_week_of_a_day_holds_it_and_begins_on_monday(year in YEARS, month in 1i8..=12, day in 1i8..=28) {
            let days = days_in(&Rule::WeekOf { month, day }, year).unwrap();
            let at = date(year, month, day);
            prop_assert!((days.first..=days.last).contains(&at));
            prop_assert_eq!(days.first.weekday(), Weekday::Monday);
            prop_assert_eq!((days.last - days.first).get_days(), 6);
        }
    }
}
