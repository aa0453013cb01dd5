//! What people see of inquiries: the staff's inbox, conversation and queue of unmatched ones, and
//! the citizen's case page. Plain structs filled by the handlers; no store, no clock.
//!
//! Parts of a page that change while it is open are blocks of their template, so that the whole
//! page and the live update print the same bytes: `InboxPage::as_list` answers `?part=list`,
//! `ConversationPage::as_timeline` answers `?part=timeline`, `ConversationPage::as_status`
//! answers `?part=status`.

pub mod citing;
pub mod citizen;
pub mod composer;
pub mod conflict;
pub mod conversation;
pub mod inbox;
pub mod promise;
pub mod sorting;
pub mod unmatched;

use std::time::Duration;

use crate::platform::clock::Moment;
use crate::platform::http::when::{When, span};

/// How a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SlaState {
    /// No promise runs.
    #[default]
    None,
    /// Time enough.
    Calm,
    /// Less than a quarter of a day is left.
    Soon,
    /// The promised time has passed.
    Late,
    /// Answered in time.
    Kept,
    /// Answered after the promised time.
    Broken,
}

/// A deadline in words; colour and icon only repeat what the words say.
#[derive(Clone, Debug, Default)]
pub struct Sla {
    /// How it stands.
    pub state: SlaState,
    /// 还剩 3 小时, 已超时 2 小时, 按时答复.
    pub text: String,
    /// The promised moment itself.
    pub due: Option<When>,
}

/// From here on a running deadline is shown as near.
const NEAR: Duration = Duration::from_secs(6 * 3600);

impl Sla {
    /// Judges a promise due at `due` for an inquiry first answered at `answered`.
    pub fn new(due: Option<Moment>, answered: Option<Moment>, now: Moment) -> Self {
        let Some(due) = due else {
            return Self { state: SlaState::None, text: "没有时限".into(), due: None };
        };
        let (state, text) = match answered {
            Some(at) if at <= due => (SlaState::Kept, "按时答复".into()),
            Some(at) => (SlaState::Broken, format!("超时 {}答复", span(at.since(due)))),
            None if now > due => (SlaState::Late, format!("已超时 {}", span(now.since(due)))),
            None if due.since(now) < NEAR => {
                (SlaState::Soon, format!("还剩 {}", span(due.since(now))))
            }
            None => (SlaState::Calm, format!("还剩 {}", span(due.since(now)))),
        };
        Self { state, text, due: Some(When::new(due, now)) }
    }

    /// A promise whose clock stands still.
    pub fn paused(due: Moment, now: Moment) -> Self {
        Self { state: SlaState::None, text: "暂停计时".into(), due: Some(When::new(due, now)) }
    }

    /// Class of the colours.
    pub fn class(&self) -> &'static str {
        match self.state {
            SlaState::None => "none",
            SlaState::Calm => "calm",
            SlaState::Soon => "warn",
            SlaState::Late | SlaState::Broken => "bad",
            SlaState::Kept => "good",
        }
    }

    /// Name of the symbol beside the words.
    pub fn icon(&self) -> &'static str {
        match self.state {
            SlaState::None | SlaState::Calm => "clock",
            SlaState::Soon => "soon",
            SlaState::Late | SlaState::Broken => "alert",
            SlaState::Kept => "check",
        }
    }
}

/// The recording of a voice message.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// Where it is; `None` when it is not stored.
    pub href: Option<String>,
    /// Whether browsers play it.
    pub plays: bool,
    /// Kind and size of the file in words.
    pub file: String,
    /// Why it is not stored; may be empty.
    pub note: String,
}

/// One piece of what a citizen sent.
#[derive(Clone, Debug)]
pub enum Part {
    /// Written words.
    Text(String),
    /// A voice message; `recognition` is WeChat's text of it.
    Voice {
        /// Length in seconds, when known.
        seconds: Option<u32>,
        /// Recognized text; `None` when there is none.
        recognition: Option<String>,
        /// What was recorded.
        recording: Recording,
    },
    /// A picture; never shown without a click.
    Picture {
        /// Where it can be seen.
        href: String,
    },
    /// A film or another file to be fetched.
    File {
        /// What the link says.
        label: String,
        /// Where it is.
        href: String,
    },
    /// A place the citizen sent.
    Location {
        /// The place in words.
        label: String,
    },
    /// A shared link, shown as text only.
    Link {
        /// Title WeChat gave.
        title: String,
        /// Address.
        url: String,
    },
    /// Anything else, named in words, such as 小视频.
    Other(String),
}

/// A rating by the citizen.
#[derive(Clone, Debug)]
pub struct RatingView {
    /// 1 (worst) to 5 (best).
    pub score: u8,
    /// Words of the citizen; empty when there are none.
    pub comment: String,
    /// When it was given.
    pub when: When,
}

impl RatingView {
    /// The score in words.
    pub fn words(&self) -> &'static str {
        rating_words(self.score)
    }
}

/// The five choices of a rating in words, from 1 to 5; other numbers read as 未评价.
pub fn rating_words(score: u8) -> &'static str {
    match score {
        5 => "非常满意",
        4 => "满意",
        3 => "一般",
        2 => "不满意",
        1 => "很不满意",
        _ => "未评价",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUE: Moment = Moment(1_763_900_000_000);

    fn hours(n: u64) -> Duration {
        Duration::from_secs(n * 3600)
    }

    #[test]
    fn a_deadline_turns_from_calm_to_near_to_late() {
        let at = |now| {
            let sla = Sla::new(Some(DUE), None, now);
            (sla.state, sla.text)
        };
        assert_eq!(at(DUE.minus(hours(9))), (SlaState::Calm, "还剩 9 小时".into()));
        assert_eq!(at(DUE.minus(hours(5))), (SlaState::Soon, "还剩 5 小时".into()));
        assert_eq!(at(DUE.plus(hours(3))), (SlaState::Late, "已超时 3 小时".into()));
    }

    #[test]
    fn an_answered_promise_is_kept_or_broken_whatever_the_hour() {
        let kept = Sla::new(Some(DUE), Some(DUE.minus(hours(1))), DUE.plus(hours(99)));
        let broken = Sla::new(Some(DUE), Some(DUE.plus(hours(2))), DUE.plus(hours(99)));
        assert_eq!((kept.state, broken.state), (SlaState::Kept, SlaState::Broken));
        assert_eq!(broken.text, "超时 2 小时答复");
    }
}
