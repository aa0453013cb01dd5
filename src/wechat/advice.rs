//! When a failed call is worth another try, and what is said to somebody who waits for one: the one
//! place that turns [`Action`]s into times (wechat-protocol.md §4.2.6, §15). Pure.

use std::time::Duration;

use crate::platform::clock::{Entropy, Moment};
use crate::platform::error::{Error, Kind};

use super::client::CallError;
use super::errcode::Action;

/// First pause after a busy or unreachable WeChat.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// What to do about a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Nothing was done; try again at this moment.
    TryAgainAt(Moment),
    /// It may have been done: never repeat it by itself.
    Unknown,
    /// This item has failed for good.
    GiveUp,
    /// The request was wrong; correct it.
    FixRequest,
    /// A person must act; the health page names the reason.
    TellOperator,
}

/// Judges `error` for something first tried at `since`. Busy and unreachable: as long again as it
/// has been waiting, from two seconds to ten minutes, so that an outage of any length is survived
/// without a storm. Limits: when they renew. Every time is spread by up to a fifth.
pub fn advice(error: &CallError, since: Moment, now: Moment, chance: &Entropy) -> Advice {
    let backoff = now.since(since).clamp(FIRST_PAUSE, LONGEST_PAUSE);
    let pause = match error {
        CallError::Unknown(_) | CallError::Unreadable(_) => return Advice::Unknown,
        CallError::NotSent(_) => backoff,
        CallError::Refused { meaning, .. } => match meaning.action {
            Action::Retry | Action::RefreshToken => backoff,
            Action::WaitSeconds(seconds) => Duration::from_secs(u64::from(seconds)),
            Action::WaitUntilMidnight => until_midnight(now),
            // A refusal that means "done" is an answer, not an error; nothing is left to do.
            Action::Done | Action::GiveUp => return Advice::GiveUp,
            Action::FixRequest => return Advice::FixRequest,
            Action::TellOperator => return Advice::TellOperator,
        },
    };
    let fifth = u64::try_from(pause.as_millis() / 5).unwrap_or(u64::MAX).min(120_000);
    Advice::TryAgainAt(now.plus(pause).plus(Duration::from_millis(chance.below(fifth + 1))))
}

/// What a person is told whose call, made while they wait, came to nothing: what happened, why, and
/// what to do. Nothing repeats it for them.
pub fn for_person(error: &CallError) -> Error {
    let (meaning, rid) = match error {
        CallError::Refused { meaning, rid, .. } => (meaning, rid),
        CallError::NotSent(_) => {
            let why = "连接不上微信，什么都没有改。请稍后再做一次；一直这样，请联系系统管理员。";
            return Error::new(Kind::Busy, why);
        }
        CallError::Unknown(_) | CallError::Unreadable(_) => {
            let why = "微信没有正常回答，不知道改成了没有，所以这里还是原来的样子。请先与微信核对，再决定要不要重做。";
            return Error::conflict(why);
        }
    };
    let why = match meaning.action {
        Action::Retry | Action::RefreshToken => "微信正忙，请过一两分钟再做一次。".to_owned(),
        Action::WaitSeconds(seconds) => format!("操作太频繁，请 {seconds} 秒后再做一次。"),
        Action::WaitUntilMidnight => {
            "今天这一项的次数用完了，请零点以后再做，或者请系统管理员在健康页清零。".to_owned()
        }
        Action::Done | Action::GiveUp | Action::FixRequest | Action::TellOperator => {
            meaning.operator_hint.to_owned()
        }
    };
    let rid = rid.as_deref().map(|rid| format!("，rid {rid}")).unwrap_or_default();
    Error::invalid(format!("微信没有接受，什么都没有改。{why}（错误码 {}{rid}）", meaning.code))
}

/// Time left of the day in Beijing, where daily limits renew.
pub fn until_midnight(now: Moment) -> Duration {
    const DAY_MS: i64 = 86_400_000;
    let since_midnight = (now.0 + 8 * 3_600_000).rem_euclid(DAY_MS);
    Duration::from_millis(u64::try_from(DAY_MS - since_midnight).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::errcode::meaning;

    // 2025-11-23 20:13:20 in Beijing.
    const NOW: Moment = Moment(1_763_900_000_000);

    fn refused(errcode: i64) -> CallError {
        CallError::Refused { errcode, meaning: meaning(errcode), rid: None, ip: None }
    }

    fn seconds(error: &CallError, waited: u64) -> std::ops::RangeInclusive<u64> {
        let since = NOW.minus(Duration::from_secs(waited));
        let pause = |seed| match advice(error, since, NOW, &Entropy::seeded(seed)) {
            Advice::TryAgainAt(at) => at.since(NOW).as_secs(),
            other => panic!("{other:?}"),
        };
        let pauses: Vec<u64> = (0..200).map(pause).collect();
        *pauses.iter().min().unwrap()..=*pauses.iter().max().unwrap()
    }

    #[test]
    fn pauses_grow_with_the_outage_are_bounded_and_spread() {
        assert_eq!(seconds(&refused(-1), 0), 2..=2);
        let minute = seconds(&refused(-1), 60);
        assert!(*minute.start() >= 60 && *minute.end() <= 72 && minute.start() < minute.end());
        assert!(*seconds(&CallError::NotSent(String::new()), 90_000).end() <= 720);
    }

    #[test]
    fn limits_are_waited_for_until_they_renew() {
        assert!(*seconds(&refused(45011), 0).start() >= 60);
        let midnight = until_midnight(NOW);
        assert_eq!(
            NOW.plus(midnight).in_shanghai().strftime("%F %T").to_string(),
            "2025-11-24 00:00:00"
        );
        let daily = seconds(&refused(45009), 0);
        assert!(*daily.start() >= midnight.as_secs() && *daily.end() <= midnight.as_secs() + 121);
    }

    #[test]
    fn what_is_not_tried_again_says_why() {
        let chance = Entropy::seeded(1);
        for (error, wanted) in [
            (refused(45015), Advice::GiveUp),
            (refused(47003), Advice::FixRequest),
            (refused(48001), Advice::TellOperator),
            (refused(123_456), Advice::GiveUp),
            (CallError::Unknown(String::new()), Advice::Unknown),
            (CallError::Unreadable(String::new()), Advice::Unknown),
        ] {
            assert_eq!(advice(&error, NOW, NOW, &chance), wanted, "{error}");
        }
    }
}
