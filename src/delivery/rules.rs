//! WeChat's allowances and what an answer looks like on the wire. Pure.

use std::time::Duration;

use crate::content::texts::Texts;
use crate::platform::clock::{Entropy, Moment};
use crate::text_enum;
use crate::wechat::advice::{Advice, advice};
use crate::wechat::client::CallError;
use crate::wechat::reply::{TEXT_LIMIT_BYTES, menu_link, split_text};

text_enum!(
    /// What earned an allowance (wechat-protocol.md §5.1).
    AllowanceClass {
        /// The citizen wrote: 5 messages within 48 hours.
        Message = "message", "来信";
        /// The citizen followed, scanned a code or tapped the menu: 3 messages within a minute.
        Tap = "tap", "点击";
    }
);

impl AllowanceClass {
    /// How many messages it allows.
    pub fn budget(self) -> i64 {
        match self {
            Self::Message => 5,
            Self::Tap => 3,
        }
    }

    /// For how long.
    pub fn lasting(self) -> Duration {
        match self {
            Self::Message => Duration::from_secs(48 * 3600),
            Self::Tap => Duration::from_secs(60),
        }
    }
}

/// What remains of an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Allowance {
    /// What earned it.
    pub class: AllowanceClass,
    /// Until when.
    pub expires_at: Moment,
    /// Messages allowed in all.
    pub budget: i64,
    /// Of these, sent.
    pub used: i64,
}

/// How many messages may still be sent, and until when; `None` when none may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// Messages.
    pub messages: i64,
    /// Until when.
    pub until: Moment,
    /// The allowance the next message is taken from.
    pub class: AllowanceClass,
}

/// The allowance to take the next message from: the one that ends first, so that the long one lasts.
pub fn remaining(allowances: &[Allowance], now: Moment) -> Option<Remaining> {
    open(allowances, now).min_by_key(|left| left.until)
}

/// The allowance that lasts longest: what somebody who is still writing can count on.
pub fn lasting(allowances: &[Allowance], now: Moment) -> Option<Remaining> {
    open(allowances, now).max_by_key(|left| left.until)
}

fn open(allowances: &[Allowance], now: Moment) -> impl Iterator<Item = Remaining> {
    allowances.iter().filter(move |a| a.expires_at > now && a.used < a.budget).map(|a| Remaining {
        messages: a.budget - a.used,
        until: a.expires_at,
        class: a.class,
    })
}

/// Pictures of one answer that follow it as messages.
pub const MOST_PICTURES: usize = 4;

/// Of an answer's pictures, how many follow it when `messages` may still be sent with it.
pub fn pictures_that_follow(pictures: usize, messages: i64) -> usize {
    let after_the_text = usize::try_from(messages.saturating_sub(1)).unwrap_or(0);
    pictures.min(after_the_text).min(MOST_PICTURES)
}

/// What a failed call means for the delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// WeChat allows no message now; wait for the citizen.
    Closed(String),
    /// Nothing was sent; try again at that moment.
    Later(Moment, String),
    /// It may have been accepted.
    Unknown(String),
    /// Refused for good.
    Final(String),
}

/// Judges a failed call of a delivery written at `since` (wechat-protocol.md §5.3, §15).
pub fn judge(error: &CallError, since: Moment, now: Moment, chance: &Entropy) -> Failure {
    let why = match error {
        CallError::Refused { errcode, meaning, .. } => {
            let why = format!("{}（{errcode}）", meaning.operator_hint);
            if matches!(errcode, 45015 | 45047 | 43004 | 48002) {
                return Failure::Closed(why);
            }
            why
        }
        _ => "暂时连不上微信服务器，稍后自动重试。".to_owned(),
    };
    match advice(error, since, now, chance) {
        Advice::TryAgainAt(at) => Failure::Later(at, why),
        Advice::Unknown => Failure::Unknown(
            "发送时连接中断，不知道微信是否已经收下。请在群众再次来信时确认，或电话联系。".into(),
        ),
        Advice::GiveUp | Advice::FixRequest | Advice::TellOperator => Failure::Final(why),
    }
}

/// Judges a failed notice. Whatever WeChat refuses, the answer can still go with the next contact.
pub fn judge_notice(error: &CallError, since: Moment, now: Moment, chance: &Entropy) -> Failure {
    match judge(error, since, now, chance) {
        Failure::Final(why) => Failure::Closed(why),
        other => other,
    }
}

/// Whether WeChat's refusal of a message still leaves a notice to try: the window is over or used
/// up, but the citizen has not turned away.
pub fn leaves_a_notice(error: &CallError) -> bool {
    matches!(error, CallError::Refused { errcode: 45015 | 45047, .. })
}

/// The links under an answer: rate it, or say that it did not help.
pub fn rating_links(number: &str) -> String {
    let link = |label: &str, id: &str| menu_link(label, label, &format!("{id}:{number}"));
    format!(
        "觉得怎么样？{} {} {}\n{}",
        link("满意", "rate:4"),
        link("一般", "rate:3"),
        link("不满意", "rate:2"),
        link("还没解决", "unsolved"),
    )
}

/// What stands around an answer on the wire.
#[derive(Clone, Copy)]
pub struct Wording<'a> {
    /// Texts in force.
    pub texts: &'a Texts,
    /// Short name of who answers; `None` for the operators.
    pub organization: Option<&'a str>,
    /// Number of the inquiry.
    pub number: &'a str,
    /// Address of the inquiry's page.
    pub page: &'a str,
}

impl Wording<'_> {
    /// The answer as one WeChat message: whole when it fits, else its beginning.
    pub fn message(&self, answer: &str) -> String {
        fit(answer, |body| self.fill("answer", body), |body| self.fill("answer_long", body))
    }

    /// The answer with what is attached to it: a line says so and leads to the page. A document goes
    /// no other way; where the line does not fit, the beginning of the answer leads there.
    pub fn message_with(&self, answer: &str, attached: &str) -> String {
        if attached.is_empty() {
            return self.message(answer);
        }
        let body = format!("{answer}\n\n{attached}，<a href=\"{}\">点这里看</a>", self.page);
        let whole = self.fill("answer", &body);
        fit(answer, |_| whole.clone(), |body| self.fill("answer_long", body))
    }

    /// Bytes of UTF-8 that an answer may have to be sent whole.
    pub fn room(&self) -> usize {
        TEXT_LIMIT_BYTES.saturating_sub(self.fill("answer", "").len())
    }

    fn fill(&self, key: &str, answer: &str) -> String {
        let links = rating_links(self.number);
        let values = [
            ("organization", self.organization.unwrap_or("联盟值班人员")),
            ("number", self.number),
            ("answer", answer),
            ("links", &links),
            ("page", self.page),
        ];
        self.texts.fill(key, &values)
    }
}

/// What a phone shows of a message: the words of its links without their addresses.
pub fn as_shown(message: &str) -> String {
    let mut shown = String::with_capacity(message.len());
    let mut rest = message;
    while let Some((before, tag)) = rest.split_once('<') {
        shown.push_str(before);
        match tag.split_once('>') {
            Some((name, after)) if name == "/a" || name.starts_with("a ") => rest = after,
            _ => {
                shown.push('<');
                rest = tag;
            }
        }
    }
    shown.push_str(rest);
    shown
}

/// Fits an answer into one message: whole when it fits, else its beginning with a link to the page.
fn fit(answer: &str, whole: impl Fn(&str) -> String, beginning: impl Fn(&str) -> String) -> String {
    let text = whole(answer);
    if text.len() <= TEXT_LIMIT_BYTES {
        return text;
    }
    let frame = beginning("").len();
    let room = TEXT_LIMIT_BYTES.saturating_sub(frame).max(60);
    let head = split_text(answer, room).into_iter().next().unwrap_or_default();
    beginning(head.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allowance(class: AllowanceClass, granted: i64, used: i64) -> Allowance {
        let expires_at = Moment(granted).plus(class.lasting());
        Allowance { class, expires_at, budget: class.budget(), used }
    }

    #[test]
    fn five_messages_in_48_hours_and_not_one_more() {
        let hours = |h: i64| Moment(h * 3_600_000);
        let open = allowance(AllowanceClass::Message, 0, 4);
        assert_eq!(remaining(&[open], hours(47)).map(|r| r.messages), Some(1));
        assert_eq!(remaining(&[open], hours(48)), None);
        assert_eq!(remaining(&[allowance(AllowanceClass::Message, 0, 5)], hours(1)), None);
    }

    #[test]
    fn pictures_follow_as_far_as_the_allowance_reaches_after_the_text() {
        for (pictures, messages, follow) in
            [(3, 5, 3), (4, 5, 4), (4, 3, 2), (2, 1, 0), (2, 0, 0), (0, 5, 0), (9, 9, 4)]
        {
            assert_eq!(pictures_that_follow(pictures, messages), follow, "{pictures} {messages}");
        }
    }

    #[test]
    fn the_minute_after_a_tap_is_used_before_the_two_days() {
        let both = [allowance(AllowanceClass::Message, 0, 0), allowance(AllowanceClass::Tap, 0, 0)];
        assert_eq!(remaining(&both, Moment(30_000)).map(|r| r.class), Some(AllowanceClass::Tap));
        assert_eq!(
            remaining(&both, Moment(61_000)).map(|r| r.class),
            Some(AllowanceClass::Message)
        );
        assert_eq!(lasting(&both, Moment(30_000)).map(|r| r.class), Some(AllowanceClass::Message));
    }

    #[test]
    fn a_phone_shows_the_words_of_links_and_every_other_sign() {
        let message = format!("工资<3000元\n{}", rating_links("2611-0837"));
        assert_eq!(as_shown(&message), "工资<3000元\n觉得怎么样？满意 一般 不满意\n还没解决");
    }

    proptest! {
        #[test]
        fn an_answer_of_any_length_fits_into_one_message(answer in "\\PC{0,1500}") {
            let text = fit(&answer, |a| format!("【甲】\n{a}\n链接"), |a| format!("【甲】\n{a}\n……全文链接"));
            prop_assert!(text.len() <= TEXT_LIMIT_BYTES);
        }
    }
}
