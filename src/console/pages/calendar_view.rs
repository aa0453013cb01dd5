//! How the calendar is shown.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::calendar::rules::{self, Sending, day_in_words};
use crate::calendar::views::{
    DateRow, HeldPage, MonthPage, QuotaRow, RulePage, SendingRow, StepRow, TaskRow, YearPage,
};
use crate::calendar::{Held, HeldId, Observance, Rule, Task, shipped, store};
use crate::campaigns::{self, Stage};
use crate::console::auth::SignedIn;
use crate::console::form::Fields;
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::{Choice, Input};
use crate::staff::policy::{Right, allows};
use crate::staff::{self, StaffId};

/// Entry of the navigation.
const AT: &str = "/console/calendar";
/// Years for which a rule is shown.
const COMING: i16 = 3;

type Names = HashMap<StaffId, String>;

/// What is sent to many in the month that begins on `first`: campaigns that were approved, and what was
/// sent by hand.
async fn sendings(web: &Web, link: &mut impl Link, first: Date) -> Result<Vec<Sending>> {
    let midnight = |date: Date| {
        let zoned = date.to_zoned(TimeZone::fixed(jiff::tz::offset(8)));
        Moment(zoned.map_or(0, |zoned| zoned.timestamp().as_millisecond()))
    };
    let (from, until) = (midnight(first), midnight(first.saturating_add(1.month())));
    let planned = campaigns::store::between(link, from, until).await?;
    let stands = |stage| {
        use Stage::{Cancelled, Draft, Failed, InReview, Returned};
        !matches!(stage, Draft | InReview | Returned | Cancelled | Failed)
    };
    let planned = planned.into_iter().filter(|campaign| stands(campaign.stage));
    let mut all: Vec<Sending> = planned
        .map(|campaign| Sending {
            account: campaign.account_id,
            at: campaign.started_at.unwrap_or(campaign.send_at),
            title: campaign.title,
            sent: campaign.started_at.is_some(),
        })
        .collect();
    for account in web.config.wechat.accounts.keys() {
        let by_hand = campaigns::store::slices::by_hand(link, account, from).await?;
        let within = by_hand.into_iter().filter(|(at, _)| *at < until);
        all.extend(within.map(|(at, _)| Sending {
            account: account.clone(),
            at,
            title: "公众平台手工群发".to_owned(),
            sent: true,
        }));
    }
    Ok(all)
}

/// The month that begins on `first`.
pub(super) async fn month_page(
    web: &Web,
    signed: &SignedIn,
    first: Date,
    asked: &Fields,
    feed: Option<String>,
) -> Result<MonthPage> {
    let mut link = web.deps.db.read().await?;
    let held = store::held(&mut link, first.year() - 1..=first.year() + 1).await?;
    let names = staff::store::names(&mut link, None).await?;
    let sendings = sendings(web, &mut link, first).await?;
    drop(link);
    let today = web.deps.clock.now().in_shanghai().date();
    let last = first.last_of_month();
    let within = |one: &&Held| one.days.is_some_and(|d| d.first <= last && d.last >= first);
    let dates: Vec<&Held> = held.iter().filter(within).collect();
    let undated = held.iter().filter(|one| one.days.is_none() && one.id.year == first.year());
    let accounts = web.config.wechat.accounts.iter();
    let month = |day: Date| day.strftime("%Y-%m").to_string();
    Ok(MonthPage {
        month: format!("{} 年 {} 月", first.year(), first.month()),
        year: first.year(),
        before: month(first.saturating_sub(1.day())),
        after: month(last.saturating_add(1.day())),
        current: first == today.first_of_month(),
        quotas: accounts
            .map(|(id, account)| QuotaRow {
                account: id.clone(),
                used: rules::used(&sendings, id, first),
                allowed: rules::allowed(account.kind, first),
            })
            .collect(),
        collisions: collisions(&dates, &sendings),
        sendings: sendings.iter().filter(|s| (first..=last).contains(&s.day())).map(sent).collect(),
        dates: dates.iter().map(|one| date_row(one, &names)).collect(),
        undated: undated.map(|one| date_row(one, &names)).collect(),
        tasks: tasks(&held, &names, (first, last), today),
        may_write: signed.may(Right::ManageTexts),
        feed,
        shell: frame::desk(web, signed, "普法日历", AT, asked).await?,
    })
}

fn sent(sending: &Sending) -> SendingRow {
    let clock = sending.at.in_shanghai();
    SendingRow {
        when: format!("{} {}", day_in_words(sending.day()), clock.strftime("%H:%M")),
        account: sending.account.clone(),
        title: sending.title.clone(),
        state: if sending.sent { "已发送" } else { "已排期" },
    }
}

fn collisions(dates: &[&Held], sendings: &[Sending]) -> Vec<String> {
    let held: Vec<Held> = dates.iter().map(|one| (*one).clone()).collect();
    let mut found: Vec<String> = rules::same_day(&held)
        .into_iter()
        .map(|(day, names)| {
            format!("{}有 {}，请合在一次里发。", day_in_words(day), names.join("、"))
        })
        .collect();
    found.extend(rules::too_close(sendings).into_iter().map(|(one, other)| {
        format!("“{}”和“{}”相隔不到 30 分钟，请错开。", one.title, other.title)
    }));
    found
}

fn owner(held: &Held, names: &Names) -> String {
    held.plan.owner.and_then(|id| names.get(&id)).cloned().unwrap_or_default()
}

fn address(id: &HeldId) -> String {
    format!("{AT}/{id}")
}

fn when(held: &Held) -> String {
    match held.days {
        None => rules::in_words(&held.observance.rule),
        Some(days) if days.first == days.last => day_in_words(days.first),
        Some(days) => format!("{} 至 {}", day_in_words(days.first), day_in_words(days.last)),
    }
}

fn date_row(held: &Held, names: &Names) -> DateRow {
    let done = held.tasks.iter().filter(|task| task.done.is_some()).count();
    let next = held.tasks.iter().find(|task| task.done.is_none());
    let next = match next {
        Some(Task { name, due: Some(due), .. }) => {
            format!("，下一项：{name}（{}）", day_in_words(*due))
        }
        Some(Task { name, .. }) => format!("，下一项：{name}"),
        None => String::new(),
    };
    DateRow {
        href: address(&held.id),
        name: held.observance.name.clone(),
        theme: held.plan.theme.clone(),
        when: when(held),
        lead: held.observance.lead.clone(),
        basis: held.observance.basis.clone(),
        owner: owner(held, names),
        progress: format!("完成 {done}/{}{next}", held.tasks.len()),
    }
}

/// How a task stands: class, symbol, words.
fn standing(task: &Task, today: Date) -> (&'static str, &'static str, String) {
    let Some(due) = task.due else { return ("calm", "clock", "等日期确定".to_owned()) };
    match (due - today).get_days() {
        _ if task.done.is_some() => ("good", "check", "已完成".to_owned()),
        late if late < 0 => ("bad", "alert", format!("过了 {} 天", -late)),
        0 => ("warn", "clock", "今天到期".to_owned()),
        left @ 1..=7 => ("warn", "clock", format!("还有 {left} 天")),
        left => ("calm", "clock", format!("还有 {left} 天")),
    }
}

/// Tasks due between two days and not done; with the current month also those of the month before. Of
/// a date nobody looks after only the first, so that the list holds what somebody means to do.
fn tasks(held: &[Held], names: &Names, (from, to): (Date, Date), today: Date) -> Vec<TaskRow> {
    let from = if (from..=to).contains(&today) { from.saturating_sub(1.month()) } else { from };
    let mut found: Vec<(Date, TaskRow)> = Vec::new();
    for one in held {
        let planned = one.plan.owner.is_some() || one.tasks.iter().any(|task| task.done.is_some());
        for task in one
            .tasks
            .iter()
            .take(if planned { usize::MAX } else { 1 })
            .filter(|task| task.done.is_none())
        {
            let Some(due) = task.due.filter(|due| (from..=to).contains(due)) else { continue };
            let (class, icon, state) = standing(task, today);
            let row = TaskRow {
                href: address(&one.id),
                date: one.observance.name.clone(),
                name: task.name.clone(),
                due: day_in_words(due),
                owner: owner(one, names),
                class,
                icon,
                state,
            };
            found.push((due, row));
        }
    }
    found.sort_by_key(|(due, _)| *due);
    found.into_iter().map(|(_, row)| row).collect()
}

/// A year, month for month.
pub(super) async fn year_page(
    web: &Web,
    signed: &SignedIn,
    year: i16,
    asked: &Fields,
) -> Result<YearPage> {
    let mut link = web.deps.db.read().await?;
    let held = store::held(&mut link, year..=year).await?;
    let all = store::observances(&mut link).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let mut months: Vec<(String, Vec<DateRow>)> = Vec::new();
    for one in &held {
        let month = one
            .days
            .map_or("日期还没有定".to_owned(), |days| format!("{} 月", days.first.month()));
        let row = date_row(one, &names);
        match months.last_mut().filter(|(name, _)| *name == month) {
            Some((_, rows)) => rows.push(row),
            None => months.push((month, vec![row])),
        }
    }
    let writes = signed.may(Right::ManageTexts);
    let dropped = all.into_iter().filter(|date| date.dropped && writes);
    Ok(YearPage {
        year,
        months,
        dropped: dropped.map(|date| (format!("{AT}/rules/{}", date.code), date.name)).collect(),
        may_write: writes,
        shell: frame::desk(web, signed, "普法日历", AT, asked).await?,
    })
}

/// A date in a year.
pub(super) async fn date_page(
    web: &Web,
    signed: &SignedIn,
    id: &HeldId,
    asked: &Fields,
    error: Option<&str>,
) -> Result<HeldPage> {
    let mut link = web.deps.db.read().await?;
    let held = store::held(&mut link, id.year..=id.year).await?;
    let held = held.into_iter().find(|held| held.id == *id).ok_or_else(Error::not_found)?;
    let names = staff::store::names(&mut link, None).await?;
    let people = staff::store::of_alliance(&mut link).await?;
    drop(link);
    let today = web.deps.clock.now().in_shanghai().date();
    let able = people.iter().filter(|who| {
        held.plan.owner == Some(who.id) || (who.active && allows(who.role, Right::ManageTexts))
    });
    let step = |task: &Task| {
        let (class, icon, state) = standing(task, today);
        let by = |(who, at): (StaffId, _)| {
            let name = names.get(&who).map_or("", String::as_str);
            format!("{name} {} 完成", frame::when(web, at).absolute)
        };
        StepRow {
            code: task.code.clone(),
            name: task.name.clone(),
            due: task.due.map_or("日期还没有定".to_owned(), day_in_words),
            done: task.done.is_some(),
            state: task.done.map_or(state, by),
            class,
            icon,
        }
    };
    let day = |day: Option<Date>| Input::new(day.map(|day| day.to_string()).unwrap_or_default());
    let observance = &held.observance;
    let at = held.days.map_or(today, |days| days.first);
    Ok(HeldPage {
        action: address(id),
        back: format!("{AT}?month={}", at.strftime("%Y-%m")),
        rule_href: format!("{AT}/rules/{}", id.code),
        name: observance.name.clone(),
        year: id.year,
        when: when(&held),
        rule: rules::in_words(&observance.rule),
        lead: observance.lead.clone(),
        basis: observance.basis.clone(),
        source: observance.source.clone(),
        theme: Input::new(&held.plan.theme),
        owner: owner(&held, &names),
        owners: able
            .map(|who| Choice::new(who.id.to_string(), &who.name, held.plan.owner == Some(who.id)))
            .collect(),
        first: day(held.plan.days.map(|days| days.first)),
        last: day(held.plan.days.map(|days| days.last)),
        version: held.plan.version,
        steps: held.tasks.iter().map(step).collect(),
        may_write: signed.may(Right::ManageTexts),
        error: error.map(str::to_owned),
        shell: frame::desk(web, signed, &observance.name, AT, asked).await?,
    })
}

const KINDS: [(&str, &str); 6] = [
    ("fixed", "固定的一天"),
    ("span", "固定的时间段"),
    ("week_of", "某一天所在的一周"),
    ("nth", "某月第几个星期几"),
    ("lunar", "农历的一天"),
    ("notice", "每年看通知（只填一般在几月）"),
];
const NTHS: [&str; 5] = ["第一个", "第二个", "第三个", "第四个", "最后一个"];
const WEEKDAYS: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];

/// The form of a date; one without a code is new.
pub(super) async fn rule_page(
    web: &Web,
    signed: &SignedIn,
    date: &Observance,
    error: Option<&str>,
) -> Result<RulePage> {
    let new = date.code.is_empty();
    let (kind, [month, day, to_month, to_day], nth, weekday) = parts(&date.rule);
    let number =
        |number: i8| Input::new(if number == 0 { String::new() } else { number.to_string() });
    let counted = |names: &[&str], chosen: i8| {
        let one = |(at, name): (usize, &&str)| {
            let value = (at + 1).to_string();
            Choice::new(value.clone(), *name, value == chosen.to_string())
        };
        names.iter().enumerate().map(one).collect::<Vec<Choice>>()
    };
    let this = web.deps.clock.now().in_shanghai().date().year();
    let coming = (this..this + COMING).filter_map(|year| {
        let days = rules::days_in(&date.rule, year)?;
        Some(format!("{year} 年：{}", day_in_words(days.first)))
    });
    let templates = shipped::BOOK.templates.iter();
    Ok(RulePage {
        action: if new { format!("{AT}/new") } else { format!("{AT}/rules/{}", date.code) },
        new,
        shipped: shipped::BOOK.dates.iter().any(|known| known.code == date.code),
        name: Input::new(&date.name),
        kinds: KINDS.iter().map(|(code, name)| Choice::new(*code, *name, *code == kind)).collect(),
        month: number(if new && error.is_none() { 0 } else { month }),
        day: number(if new && error.is_none() { 0 } else { day }),
        to_month: number(to_month),
        to_day: number(to_day),
        nths: counted(&NTHS, nth),
        weekdays: counted(&WEEKDAYS, weekday),
        lead: Input::new(&date.lead),
        basis: Input::new(&date.basis),
        source: Input::new(&date.source),
        templates: templates
            .map(|one| Choice::new(&one.code, &one.name, one.code == date.template))
            .collect(),
        dropped: date.dropped,
        version: date.version,
        coming: if new || error.is_some() { Vec::new() } else { coming.collect() },
        error: error.map(str::to_owned),
        shell: frame::desk(web, signed, "普法日历", AT, &Fields::default()).await?,
    })
}

/// The kind of a rule, its month and day to month and day, which weekday.
fn parts(rule: &Rule) -> (&'static str, [i8; 4], i8, i8) {
    match *rule {
        Rule::Fixed { month, day } => ("fixed", [month, day, 0, 0], 1, 1),
        Rule::Span { month, day, to_month, to_day } => {
            ("span", [month, day, to_month, to_day], 1, 1)
        }
        Rule::WeekOf { month, day } => ("week_of", [month, day, 0, 0], 1, 1),
        Rule::Nth { month, nth, weekday } => ("nth", [month, 0, 0, 0], nth, weekday),
        Rule::Lunar { month, day } => ("lunar", [month, day, 0, 0], 1, 1),
        Rule::Notice { month } => ("notice", [month, 0, 0, 0], 1, 1),
    }
}
