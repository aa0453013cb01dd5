//! What WeChat's report of a mass send means (wechat-protocol.md §2.4). Pure.

use super::Report;
use crate::wechat::message::{MassSendResult, MassSendStatus};

/// A report as it is kept; nothing when it does not say of which send.
pub fn read(result: &MassSendResult) -> Option<Report> {
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Some(Report {
        msg_id: whole(result.message_id?),
        succeeded: result.status == MassSendStatus::Sent,
        reason: reason(&result.status),
        total: whole(result.total),
        filtered: whole(result.filtered),
        sent: whole(result.sent),
        errors: whole(result.failed),
    })
}

/// Why a send was not made, with what to do; empty when it was.
fn reason(status: &MassSendStatus) -> String {
    let refused = |why: &str, code: &u32| format!("微信没有发送：{why}（err({code})）。");
    match status {
        MassSendStatus::Sent => String::new(),
        MassSendStatus::Failed => "微信没有发送，没有说明原因。请到公众平台查看。".to_owned(),
        MassSendStatus::Refused(code) => refused(
            match code {
                10001 => "涉嫌广告",
                20001 => "涉嫌政治",
                20002 => "涉嫌色情",
                20004 => "涉嫌社会",
                20006 => "涉嫌违法犯罪",
                20008 => "涉嫌欺诈",
                20013 => "涉嫌版权",
                22000 => "涉嫌互推",
                30001 => "原创校验出错，已按“转载则停止”处理",
                30002 => "原创校验认为不能发送",
                30003 => "原创校验认为是转载，已按“转载则停止”处理",
                40001 => "公众号管理员拒绝了这次群发",
                40002 => "公众号管理员 30 分钟内没有确认",
                _ => "涉嫌其他问题，请到公众平台查看",
            },
            code,
        ),
        MassSendStatus::Other(words) => {
            let words: String = words.chars().take(40).collect();
            format!("微信没有发送，说的是“{words}”。请到公众平台查看。")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_words_and_with_its_number() {
        assert!(
            reason(&MassSendStatus::Refused(40002)).contains("30 分钟内没有确认（err(40002)）")
        );
        assert!(reason(&MassSendStatus::Refused(77)).contains("其他问题"));
        assert!(reason(&MassSendStatus::Sent).is_empty());
    }
}
