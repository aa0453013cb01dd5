//! When a list of followers can be believed, what an error calls for, and what operators may say of
//! followers.

use std::time::Duration;

use super::followers::{BlockReason, RunState};
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::wechat::client::CallError;
use crate::wechat::errcode::Action;
use crate::wechat::tag::NAME_LIMIT_CHARS;
use crate::wechat::user::REMARK_LIMIT_BYTES;

/// A reading is not gone on with after this time: too much has happened since its first page.
pub const LONGEST_RUN: Duration = Duration::from_secs(3 * 24 * 3600);
/// Tries of one page in a row; the next reading goes on from there.
const MOST_TRIES: i64 = 6;
/// Pause after the first failure, doubled with every further one.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// Longest note about a place on the blacklist, in characters.
const NOTE_LIMIT_CHARS: usize = 100;

/// How a reading ends that saw `seen` followers where WeChat counts `total`. People come and go
/// while it lasts, so one in a hundred may be missing, and ten in any case; a list that is cut off
/// must not make the rest of the followers look as if they had left.
pub fn end_of_run(seen: i64, total: i64) -> RunState {
    let slack = (total / 100).max(10);
    if seen + slack >= total { RunState::Complete } else { RunState::Doubtful }
}

/// What to do after a question to WeChat failed. Asking changes nothing there, so it may always be
/// repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Ask again then.
    At(Moment),
    /// Ask again from the beginning of the list: WeChat does not know the place any more.
    FromTheStart,
    /// Leave it for now; the sentence tells people why.
    Leave(String),
}

/// What to do after the try number `attempt` (from 1) failed at `now`.
pub fn after(error: &CallError, attempt: i64, now: Moment) -> Next {
    let pause = FIRST_PAUSE.saturating_mul(1 << attempt.clamp(1, 8));
    let (wait, why) = match error {
        CallError::Refused { errcode: 40003, .. } => return Next::FromTheStart,
        CallError::Refused { meaning, .. } => {
            let why = format!("{}（错误码 {}）", meaning.operator_hint, meaning.code);
            let wait = match meaning.action {
                Action::Retry | Action::RefreshToken => now.plus(pause),
                Action::WaitSeconds(seconds) => now.plus(Duration::from_secs(seconds.into())),
                Action::WaitUntilMidnight => now.next_at_hour(0),
                Action::Done | Action::GiveUp | Action::FixRequest | Action::TellOperator => {
                    return Next::Leave(why);
                }
            };
            (wait, why)
        }
        CallError::NotSent(_) | CallError::Unknown(_) | CallError::Unreadable(_) => {
            let why = "连接不上微信，或微信没有正常回答。网络恢复后会从停下的地方继续。";
            (now.plus(pause), why.to_owned())
        }
    };
    if attempt >= MOST_TRIES { Next::Leave(why) } else { Next::At(wait) }
}

/// The name of a tag as it is sent, or why it cannot be; `others` are the names of the other tags.
///
/// # Errors
/// Invalid, with a sentence that says what to do.
pub fn tag_name<'t>(typed: &'t str, others: &[&str]) -> Result<&'t str> {
    let name = typed.trim();
    let length = name.chars().count();
    if name.is_empty() {
        return Err(Error::invalid("没有填写标签名称。请填写 1 到 30 个字。"));
    }
    if length > NAME_LIMIT_CHARS {
        let why = format!("标签名称有 {length} 个字，微信最多收 {NAME_LIMIT_CHARS} 个。请缩短。");
        return Err(Error::invalid(why));
    }
    if others.contains(&name) {
        return Err(Error::invalid(format!("已经有标签“{name}”。请换一个名称。")));
    }
    Ok(name)
}

/// A remark as it is sent, or why it cannot be; it may be empty.
///
/// # Errors
/// Invalid, with a sentence that says what to do.
pub fn remark(typed: &str) -> Result<&str> {
    let text = typed.trim();
    if text.len() > REMARK_LIMIT_BYTES {
        let why = format!(
            "备注有 {} 字节，微信最多收 {REMARK_LIMIT_BYTES} 字节（约 9 个汉字）。请缩短。",
            text.len()
        );
        return Err(Error::invalid(why));
    }
    Ok(text)
}

/// What is said about putting somebody on the blacklist, or why it is not enough.
///
/// # Errors
/// Invalid, with a sentence that says what to do.
pub fn block_note(reason: BlockReason, typed: &str) -> Result<&str> {
    let note = short_note(typed)?;
    if reason == BlockReason::Other && note.is_empty() {
        return Err(Error::invalid("原因选了“其他”，请在说明里写明是什么。"));
    }
    Ok(note)
}

/// Why somebody is taken off the blacklist, or why it is not enough.
///
/// # Errors
/// Invalid, with a sentence that says what to do.
pub fn unblock_note(typed: &str) -> Result<&str> {
    let note = short_note(typed)?;
    if note.is_empty() {
        return Err(Error::invalid("没有写为什么移出黑名单。请写一句。"));
    }
    Ok(note)
}

fn short_note(typed: &str) -> Result<&str> {
    let note = typed.trim();
    if note.chars().count() > NOTE_LIMIT_CHARS {
        return Err(Error::invalid(format!("说明最多 {NOTE_LIMIT_CHARS} 个字。请缩短。")));
    }
    Ok(note)
}

/// How somebody found the account, in words; codes that WeChat adds later are told as they are.
pub fn source_in_words(code: &str) -> &str {
    match code {
        "ADD_SCENE_SEARCH" => "公众号搜索",
        "ADD_SCENE_ACCOUNT_MIGRATION" => "公众号迁移",
        "ADD_SCENE_PROFILE_CARD" => "名片分享",
        "ADD_SCENE_QR_CODE" => "扫描二维码",
        "ADD_SCENE_PROFILE_LINK" => "文章里点公众号名称",
        "ADD_SCENE_PROFILE_ITEM" => "文章右上角菜单",
        "ADD_SCENE_PAID" => "支付后关注",
        "ADD_SCENE_WECHAT_ADVERTISEMENT" => "微信广告",
        "ADD_SCENE_REPRINT" => "他人转载",
        "ADD_SCENE_LIVESTREAM" => "视频号直播",
        "ADD_SCENE_CHANNELS" => "视频号",
        "ADD_SCENE_WXA" => "小程序关注",
        "ADD_SCENE_OTHERS" => "其他",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::errcode;

    #[test]
    fn a_list_that_is_cut_off_makes_nobody_leave() {
        assert_eq!(end_of_run(1_000_000, 1_000_000), RunState::Complete);
        assert_eq!(end_of_run(995_000, 1_000_000), RunState::Complete);
        assert_eq!(end_of_run(400_000, 1_000_000), RunState::Doubtful);
        assert_eq!(end_of_run(0, 0), RunState::Complete);
        assert_eq!(end_of_run(0, 11), RunState::Doubtful);
    }

    #[test]
    fn what_an_operator_must_mend_is_left_and_what_passes_is_repeated() {
        let now = Moment::from_seconds(1_763_900_000);
        let refused = |code| CallError::Refused {
            errcode: code,
            meaning: errcode::meaning(code),
            rid: None,
            ip: None,
        };
        assert!(matches!(after(&refused(48001), 1, now), Next::Leave(_)));
        assert_eq!(after(&refused(45011), 1, now), Next::At(now.plus(Duration::from_secs(60))));
        assert_eq!(after(&refused(45009), 1, now), Next::At(now.next_at_hour(0)));
        assert_eq!(after(&refused(40003), 1, now), Next::FromTheStart);
        let lost = CallError::Unknown(String::new());
        assert_eq!(after(&lost, 1, now), Next::At(now.plus(Duration::from_secs(10))));
        assert!(matches!(after(&lost, 6, now), Next::Leave(_)));
    }

    #[test]
    fn names_and_remarks_are_measured_as_wechat_measures_them() {
        assert_eq!(tag_name("  志愿者 ", &["低保户"]).ok(), Some("志愿者"));
        assert!(tag_name(" ", &[]).is_err() && tag_name("志愿者", &["志愿者"]).is_err());
        assert!(
            tag_name(&"字".repeat(30), &[]).is_ok() && tag_name(&"字".repeat(31), &[]).is_err()
        );
        assert!(remark("一二三四五六七八九").is_ok() && remark("一二三四五六七八九十").is_err());
        assert!(remark(&"a".repeat(29)).is_ok() && remark(&"a".repeat(30)).is_err());
    }

    #[test]
    fn another_reason_must_be_said_in_words() {
        assert!(block_note(BlockReason::Abuse, "").is_ok());
        assert!(block_note(BlockReason::Other, " ").is_err());
        assert!(block_note(BlockReason::Other, &"字".repeat(101)).is_err());
    }
}
