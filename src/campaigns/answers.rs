//! What WeChat's answers and reports mean for a slice, and what a person may do about one whose outcome
//! nobody knows. Pure.

use std::time::Duration;

use super::audience::Target;
use super::machine::{OLD, REPEAT_AFTER, REPEAT_WITHIN};
use super::{Report, SliceState};
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::wechat::client::CallError;
use crate::wechat::errcode::Action;
use crate::wechat::mass::MassReceipt;

/// What an answer to the call of a slice means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// WeChat has it, now or from an earlier try.
    Taken(MassReceipt),
    /// Nobody knows.
    Unknown(String),
    /// Nothing was done; to be tried again with the same id after this long.
    Later(Duration, String),
    /// Nothing was done, and nothing should be tried before a person has looked.
    Hold(String),
    /// WeChat will not send it.
    Refused(String),
}

/// Reads the answer to a call.
pub fn outcome(answer: &std::result::Result<MassReceipt, CallError>) -> Outcome {
    let error = match answer {
        Ok(receipt) => return Outcome::Taken(*receipt),
        Err(error) => error,
    };
    let CallError::Refused { errcode, meaning, rid, .. } = error else {
        return if error.may_have_been_accepted() {
            Outcome::Unknown("提交时连接中断，不知道微信有没有收下。".to_owned())
        } else {
            Outcome::Later(REPEAT_AFTER, "联系不上微信，一分钟后再试。".to_owned())
        };
    };
    let rid = rid.as_deref().map(|rid| format!("，rid {rid}")).unwrap_or_default();
    let why = format!("{}（错误码 {errcode}{rid}）", meaning.operator_hint);
    match meaning.action {
        Action::Retry | Action::RefreshToken => Outcome::Later(REPEAT_AFTER, why),
        Action::WaitSeconds(seconds) if seconds <= 60 => {
            Outcome::Later(REPEAT_AFTER.max(Duration::from_secs(seconds.into())), why)
        }
        // The quota, the administrator, the configuration: the rest of the campaign would meet the same.
        Action::WaitSeconds(_) | Action::WaitUntilMidnight | Action::TellOperator => {
            Outcome::Hold(why)
        }
        Action::Done | Action::GiveUp | Action::FixRequest => Outcome::Refused(why),
    }
}

/// Tries of a slice that was not taken before it is stopped.
pub const MOST_TRIES: i64 = 30;

/// Whether a person may have a slice of unknown outcome tried again, with the same bytes and the same
/// id, which WeChat recognizes.
///
/// # Errors
/// Conflict, with what to do instead.
pub fn may_repeat(
    state: SliceState,
    target: &Target,
    first_tried_at: Option<Moment>,
    tried_at: Option<Moment>,
    now: Moment,
) -> Result<()> {
    let why = match (state, first_tried_at, tried_at) {
        (SliceState::Unknown, Some(first), Some(last)) => {
            if *target == Target::Everybody {
                "发给全部关注者的推送不能重试：万一发了两次，无法挽回。请到公众平台的“发表记录”核对。"
            } else if now.since(first) >= REPEAT_WITHIN {
                OLD
            } else if now.since(last) < REPEAT_AFTER {
                "离上次提交不到一分钟，微信会拒绝。请一分钟后再试。"
            } else {
                return Ok(());
            }
        }
        _ => "这一部分的结果已经清楚了。请刷新页面。",
    };
    Err(Error::conflict(why))
}

/// A slice of unknown outcome, to be found again by WeChat's report of it.
#[derive(Clone, Debug)]
pub struct Lost {
    /// How it was addressed.
    pub target: Target,
    /// To how many.
    pub size: i64,
    /// When its last call began.
    pub tried_at: Moment,
}

/// Which of the lost slices of an account a report must be about that no slice claims by its number:
/// the only one it can be about, or none.
pub fn owner_of(report: &Report, happened_at: Moment, lost: &[Lost]) -> Option<usize> {
    let fits = |one: &Lost| {
        // WeChat's clock has whole seconds.
        let after = happened_at.plus(Duration::from_secs(2)) >= one.tried_at;
        let soon = happened_at.since(one.tried_at) < REPEAT_WITHIN;
        let same = one.target != Target::List || report.total == one.size;
        after && soon && same
    };
    let mut found = lost.iter().enumerate().filter(|(_, one)| fits(one));
    let (at, _) = found.next()?;
    found.next().is_none().then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    #[test]
    fn a_call_is_repeated_only_while_wechat_would_recognize_it() {
        let lost = |target, first: i64, last: i64, now: i64| {
            may_repeat(
                SliceState::Unknown,
                &target,
                Some(Moment(first)),
                Some(Moment(last)),
                Moment(now),
            )
        };
        assert!(lost(Target::List, 0, 0, MINUTE).is_ok());
        assert!(lost(Target::List, 0, 0, MINUTE - 1).is_err());
        assert!(lost(Target::List, 0, 0, 23 * 60 * MINUTE).is_err());
        assert!(lost(Target::Everybody, 0, 0, MINUTE).is_err());
        let sent = may_repeat(SliceState::Sent, &Target::List, None, None, Moment(MINUTE));
        assert!(sent.is_err());
    }

    #[test]
    fn a_report_without_an_owner_goes_to_the_only_slice_it_can_be_about() {
        let report = Report {
            msg_id: 1,
            succeeded: true,
            reason: String::new(),
            total: 500,
            filtered: 500,
            sent: 500,
            errors: 0,
        };
        let lost = |target, size, tried: i64| Lost { target, size, tried_at: Moment(tried) };
        let at = Moment(10 * MINUTE);
        let list = lost(Target::List, 500, 9 * MINUTE);
        assert_eq!(owner_of(&report, at, std::slice::from_ref(&list)), Some(0));
        assert_eq!(owner_of(&report, at, &[lost(Target::List, 499, 9 * MINUTE)]), None);
        assert_eq!(owner_of(&report, at, &[lost(Target::Everybody, 9, 11 * MINUTE)]), None);
        assert_eq!(owner_of(&report, at, &[list.clone(), list]), None, "two fit");
    }
}
