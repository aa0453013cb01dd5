//! The calendar of legal education (普法日历): which dates a year has, what has to be done for each
//! of them by when, and how many mass messages are left for them.
//!
//! Dates are rules: shipped ones ([`shipped`]), changed or joined by what operators wrote. What is
//! decided about a date in one year (theme, owner, day) and what is done for it is kept by its
//! [`HeldId`].
//!
//! Refuses to know: campaigns and articles. Who plans mass messages gives them as [`rules::Sending`].

pub mod actions;
pub mod feed;
pub mod jobs;
pub mod lunar;
pub mod rules;
pub mod shipped;
pub mod store;
pub mod views;

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::platform::clock::Moment;
use crate::staff::StaffId;

/// When a date is, year for year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// The same day every year.
    Fixed {
        /// 1–12.
        month: i8,
        /// 1–31.
        day: i8,
    },
    /// The same days every year, within one year.
    Span {
        /// Of the first day.
        month: i8,
        /// The first day.
        day: i8,
        /// Of the last day.
        to_month: i8,
        /// The last day.
        to_day: i8,
    },
    /// Monday to Sunday around a day.
    WeekOf {
        /// 1–12.
        month: i8,
        /// 1–31.
        day: i8,
    },
    /// The nth weekday of a month.
    Nth {
        /// 1–12.
        month: i8,
        /// 1–4, or 5 for the last.
        nth: i8,
        /// Monday is 1, Sunday 7.
        weekday: i8,
    },
    /// A day of the lunar calendar, never in a leap month.
    Lunar {
        /// 1–12.
        month: i8,
        /// 1–30.
        day: i8,
    },
    /// Named each year by a notice; somebody writes it down.
    Notice {
        /// In which month it usually is.
        month: i8,
    },
}

/// A date that comes back every year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observance {
    /// By which it is known: small letters, digits, dashes.
    pub code: String,
    /// Name.
    pub name: String,
    /// When.
    pub rule: Rule,
    /// Who leads (牵头).
    pub lead: String,
    /// The law, or 惯例.
    pub basis: String,
    /// From where this is known.
    pub source: String,
    /// Which tasks it brings.
    pub template: String,
    /// Whether it is no longer kept.
    pub dropped: bool,
    /// Grows with every change by an operator; 0 as shipped.
    pub version: i64,
}

/// A date in one year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeldId {
    /// The year.
    pub year: i16,
    /// Which date.
    pub code: String,
}

impl HeldId {
    /// What alerts about one of its tasks are about: the same for the same task, in every process.
    pub fn about(&self, task: &str) -> Uuid {
        let digest = Sha256::digest(format!("{self}/{task}").as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

impl fmt::Display for HeldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.year, self.code)
    }
}

/// No date of a year is called so.
#[derive(Debug)]
pub struct NoSuchDate;

impl FromStr for HeldId {
    type Err = NoSuchDate;

    fn from_str(text: &str) -> Result<Self, NoSuchDate> {
        let (year, code) = text.split_once('-').ok_or(NoSuchDate)?;
        let year: i16 = year.parse().map_err(|_| NoSuchDate)?;
        if !rules::YEARS.contains(&year) || code.is_empty() {
            return Err(NoSuchDate);
        }
        Ok(Self { year, code: code.to_owned() })
    }
}

impl Serialize for HeldId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HeldId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("no such date"))
    }
}

/// What was decided about a date in one year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Theme of the year; may be empty.
    pub theme: String,
    /// Who looks after it.
    pub owner: Option<StaffId>,
    /// First and last day, where a notice named them or they were moved.
    pub days: Option<Days>,
    /// Grows with every change; 0 when nothing was decided yet.
    pub version: i64,
}

/// Days of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// First.
    pub first: Date,
    /// Last; the first again when it is a single day.
    pub last: Date,
}

/// That a task is done.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Mark {
    /// The year.
    pub year: i64,
    /// The date.
    pub code: String,
    /// The task.
    pub task: String,
    /// By whom.
    pub done_by: StaffId,
    /// When.
    pub done_at: Moment,
}

/// A date in one year with all that is known of it.
#[derive(Clone, Debug)]
pub struct Held {
    /// Which.
    pub id: HeldId,
    /// The date it comes from.
    pub observance: Observance,
    /// When; `None` while nobody has written down what the notice says.
    pub days: Option<Days>,
    /// What was decided.
    pub plan: Plan,
    /// What has to be done, in order.
    pub tasks: Vec<Task>,
}

/// Something to do for a date.
#[derive(Clone, Debug)]
pub struct Task {
    /// Code in its template.
    pub code: String,
    /// In words.
    pub name: String,
    /// Until when; `None` while the date has no day.
    pub due: Option<Date>,
    /// Who did it and when.
    pub done: Option<(StaffId, Moment)>,
}
