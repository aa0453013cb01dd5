//! What the staff see of the calendar. Plain structs filled by the handlers.

use askama::Template;

use crate::platform::http::shell::{Choice, Input, Shell};

/// A date of a list.
#[derive(Clone, Debug, Default)]
pub struct DateRow {
    /// Its page.
    pub href: String,
    /// Name.
    pub name: String,
    /// Theme of the year; may be empty.
    pub theme: String,
    /// 12月4日 周五, or that it has no day yet.
    pub when: String,
    /// Who leads.
    pub lead: String,
    /// The law, or 惯例.
    pub basis: String,
    /// Who looks after it; empty: nobody.
    pub owner: String,
    /// 完成 3/8，下一项：法律审核（11月20日 周五）.
    pub progress: String,
}

/// A task that is due in the month shown, or overdue.
#[derive(Clone, Debug, Default)]
pub struct TaskRow {
    /// Page of its date.
    pub href: String,
    /// Name of the date.
    pub date: String,
    /// What.
    pub name: String,
    /// Until when.
    pub due: String,
    /// Who looks after the date; empty: nobody.
    pub owner: String,
    /// Class of the state's colours.
    pub class: &'static str,
    /// Symbol beside the state.
    pub icon: &'static str,
    /// How it stands, in words.
    pub state: String,
}

/// How many mass messages an account has left.
#[derive(Clone, Debug, Default)]
pub struct QuotaRow {
    /// The account.
    pub account: String,
    /// Planned and sent.
    pub used: usize,
    /// At most.
    pub allowed: usize,
}

/// A mass message of the month.
#[derive(Clone, Debug, Default)]
pub struct SendingRow {
    /// When.
    pub when: String,
    /// From which account.
    pub account: String,
    /// What people know it by.
    pub title: String,
    /// 已发送 or 已排期.
    pub state: &'static str,
}

/// `/console/calendar`: a month.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "calendar.html", config = "src/console/askama.toml")]
pub struct MonthPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// 2026 年 12 月.
    pub month: String,
    /// The year shown.
    pub year: i16,
    /// The month before, as 2026-11.
    pub before: String,
    /// The month after.
    pub after: String,
    /// Whether the month shown is the current one.
    pub current: bool,
    /// Mass messages left, account for account.
    pub quotas: Vec<QuotaRow>,
    /// What runs into each other, one sentence each.
    pub collisions: Vec<String>,
    /// Mass messages of the month.
    pub sendings: Vec<SendingRow>,
    /// Dates of the month.
    pub dates: Vec<DateRow>,
    /// Dates of the year without a day.
    pub undated: Vec<DateRow>,
    /// Tasks of the month.
    pub tasks: Vec<TaskRow>,
    /// Whether this person changes the calendar.
    pub may_write: bool,
    /// The address of the feed, right after it was made.
    pub feed: Option<String>,
}

/// `/console/calendar?year=…`: a year.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "calendar_year.html", config = "src/console/askama.toml")]
pub struct YearPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The year.
    pub year: i16,
    /// Name of each month and its dates; what has no day comes last.
    pub months: Vec<(String, Vec<DateRow>)>,
    /// Dates that are no longer kept: page of the rule and name.
    pub dropped: Vec<(String, String)>,
    /// Whether this person changes the calendar.
    pub may_write: bool,
}

/// A task on the page of its date.
#[derive(Clone, Debug, Default)]
pub struct StepRow {
    /// Code the form sends.
    pub code: String,
    /// What.
    pub name: String,
    /// Until when.
    pub due: String,
    /// Whether it is done.
    pub done: bool,
    /// 赵运营 11月4日 09:12 完成, or how late it is.
    pub state: String,
    /// Class of the state's colours.
    pub class: &'static str,
    /// Symbol beside the state.
    pub icon: &'static str,
}

/// `/console/calendar/{id}`: a date in one year.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "calendar_date.html", config = "src/console/askama.toml")]
pub struct HeldPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// This page; the forms go to it and below it.
    pub action: String,
    /// Its month on the calendar.
    pub back: String,
    /// Page of the rule.
    pub rule_href: String,
    /// Name.
    pub name: String,
    /// The year.
    pub year: i16,
    /// Days in words.
    pub when: String,
    /// Rule in words.
    pub rule: String,
    /// Who leads.
    pub lead: String,
    /// The law, or 惯例.
    pub basis: String,
    /// From where this is known.
    pub source: String,
    /// Theme of the year.
    pub theme: Input,
    /// Who looks after it; empty: nobody.
    pub owner: String,
    /// Who can.
    pub owners: Vec<Choice>,
    /// First day as it was written down; empty: as the rule says.
    pub first: Input,
    /// Last day.
    pub last: Input,
    /// Version the form was made from.
    pub version: i64,
    /// What has to be done.
    pub steps: Vec<StepRow>,
    /// Whether this person changes the calendar.
    pub may_write: bool,
    /// Why something was not saved.
    pub error: Option<String>,
}

/// `/console/calendar/new` and `/console/calendar/rules/{code}`: a date, whatever the year.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "calendar_rule.html", config = "src/console/askama.toml")]
pub struct RulePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Where the form goes.
    pub action: String,
    /// Whether the date is not saved yet.
    pub new: bool,
    /// Whether the program came with it.
    pub shipped: bool,
    /// Name.
    pub name: Input,
    /// Kinds of rules.
    pub kinds: Vec<Choice>,
    /// Month, or the first one.
    pub month: Input,
    /// Day, or the first one.
    pub day: Input,
    /// Last month.
    pub to_month: Input,
    /// Last day.
    pub to_day: Input,
    /// Which weekday of the month.
    pub nths: Vec<Choice>,
    /// Weekdays.
    pub weekdays: Vec<Choice>,
    /// Who leads.
    pub lead: Input,
    /// The law, or 惯例.
    pub basis: Input,
    /// From where this is known.
    pub source: Input,
    /// Templates of tasks.
    pub templates: Vec<Choice>,
    /// Whether it is no longer kept.
    pub dropped: bool,
    /// Version the form was made from.
    pub version: i64,
    /// When it is in the coming years, in words.
    pub coming: Vec<String>,
    /// Why it was not saved.
    pub error: Option<String>,
}
