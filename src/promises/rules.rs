//! What may be done to a promise, and who is warned of it. Pure.

use super::{Audience, Extension, ExtensionState};
use crate::inquiries::{Inquiry, State};
use crate::members::{Counted, Organization};
use crate::platform::clock::Moment;
use crate::platform::config;
use crate::platform::error::{Error, Result};
use crate::staff::StaffId;
use crate::worktime::calendar::Calendar;
use crate::worktime::deadline::{Pause, Running};
use crate::worktime::promise::{Level, Promise, Warnings, extended, latest};

/// Longest reason or remark, in characters.
const LONGEST: usize = 200;

/// What an installation allows.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// When people are warned.
    pub warnings: Warnings,
    /// Workdays a pause lasts at most.
    pub pause_workdays: u32,
    /// Extensions of one promise at most.
    pub most_extensions: u32,
    /// Workdays from the beginning of a promise to which it can be extended at most.
    pub most_workdays: u32,
}

impl Terms {
    /// The terms in the settings.
    pub fn of(promise: &config::Promise) -> Self {
        Self {
            warnings: Warnings {
                half_percent: promise.half_percent,
                most_percent: promise.most_percent,
                slip_minutes: promise.slip_minutes,
            },
            pause_workdays: promise.pause_workdays,
            most_extensions: promise.most_extensions,
            most_workdays: promise.most_workdays,
        }
    }
}

impl Terms {
    /// These terms where an organization allows itself less.
    pub fn narrowed_by(self, organization: Option<&Organization>) -> Self {
        let own = organization.and_then(|o| u32::try_from(o.terms.most_workdays?).ok());
        let most_workdays = own.map_or(self.most_workdays, |own| own.min(self.most_workdays));
        Self { most_workdays, ..self }
    }
}

/// The running promise of an inquiry. An urgent one runs by the clock, whoever answers.
pub fn promise_of(inquiry: &Inquiry, organization: Option<&Organization>) -> Promise {
    let by_clock = organization.is_none_or(|o| o.promise_counted == Counted::Clock);
    let running = if inquiry.urgent || by_clock { Running::Clock } else { Running::Work };
    Promise { began: inquiry.promised_at, due: inquiry.due_at, running }
}

/// Whether a promise runs or stands still: nobody has kept it yet.
pub fn is_running(inquiry: &Inquiry) -> bool {
    matches!(inquiry.state, State::Waiting | State::Offered | State::Claimed)
}

/// For whom a level is.
pub fn audience(level: Level) -> Audience {
    match level {
        Level::Half => Audience::Responder,
        Level::Most => Audience::Manager,
        Level::Slipping => Audience::Citizen,
        Level::Passed => Audience::Hub,
        Level::DayOver => Audience::Operator,
    }
}

/// Refuses to pause what may not be paused by this person now.
///
/// # Errors
/// Conflict in a sentence for them.
pub fn may_pause(inquiry: &Inquiry, by: StaffId, now: Moment) -> Result<()> {
    owned(inquiry, by, "暂停计时")?;
    if inquiry.paused_until.is_some() {
        return Err(Error::conflict("这件咨询已经暂停计时。"));
    }
    if now >= inquiry.due_at {
        return Err(Error::conflict("承诺的时间已经过了，不能再暂停。请尽快答复。"));
    }
    Ok(())
}

/// When a pause of so many workdays ends by itself.
///
/// # Errors
/// Invalid in a sentence that says what is allowed.
pub fn pause_until(
    calendar: &Calendar,
    now: Moment,
    workdays: Option<u32>,
    terms: &Terms,
) -> Result<Moment> {
    match workdays {
        Some(days) if (1..=terms.pause_workdays).contains(&days) => {
            Ok(extended(calendar, now, days))
        }
        _ => Err(Error::invalid(format!(
            "请写明最多暂停几个工作日：1 到 {}。",
            terms.pause_workdays
        ))),
    }
}

/// What an extension would lead to: the new end.
///
/// # Errors
/// A sentence that says why it is not possible and what is.
pub fn extension(
    calendar: &Calendar,
    promise: Promise,
    asked: &[Extension],
    pauses: &[Pause],
    workdays: Option<u32>,
    terms: &Terms,
) -> Result<Moment> {
    let granted = asked
        .iter()
        .filter(|one| one.state == ExtensionState::Granted && one.asked_at >= promise.began);
    if granted.count() >= usize::try_from(terms.most_extensions).unwrap_or(usize::MAX) {
        return Err(Error::conflict(format!(
            "一件咨询最多延期 {} 次，已经用完。请尽快答复。",
            terms.most_extensions
        )));
    }
    let Some(days) = workdays.filter(|days| (1..=terms.most_workdays).contains(days)) else {
        return Err(Error::invalid("请写明延期几个工作日。"));
    };
    let due = extended(calendar, promise.due, days);
    if due > latest(calendar, promise.began, terms.most_workdays, pauses) {
        return Err(Error::invalid(format!(
            "从受理起最多 {} 个工作日（暂停的时间不算），延期 {days} 个工作日超过了。请减少天数。",
            terms.most_workdays
        )));
    }
    Ok(due)
}

/// Refuses a request for more time that this person may not make now.
///
/// # Errors
/// Conflict in a sentence for them.
pub fn may_ask(inquiry: &Inquiry, asked: &[Extension], by: StaffId, now: Moment) -> Result<()> {
    owned(inquiry, by, "申请延期")?;
    if now >= inquiry.due_at {
        return Err(Error::conflict("承诺的时间已经过了，不能再申请延期。请尽快答复。"));
    }
    if asked.iter().any(|one| one.state == ExtensionState::Open) {
        return Err(Error::conflict("已有一份延期申请在等审批。"));
    }
    Ok(())
}

/// A reason within its length.
///
/// # Errors
/// Invalid when it is missing or too long.
pub fn reason(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(Error::invalid("请写明理由，最多 200 个字。"));
    }
    Ok(text)
}

fn owned(inquiry: &Inquiry, by: StaffId, what: &str) -> Result<()> {
    if inquiry.state != State::Claimed || inquiry.assignee_id != Some(by) {
        return Err(Error::conflict(format!("只有认领人能{what}。请先认领。")));
    }
    Ok(())
}
