//! What names WeChat takes, and what its records come to. Pure.

use crate::platform::error::{Error, Result};
use crate::wechat::agents::Record;

/// Letters of an agent's name before the `@`.
const LONGEST_NAME: usize = 10;
/// Characters of a nickname.
const LONGEST_NICKNAME: usize = 16;
/// What an agent said, as WeChat codes it.
const SAID: i64 = 2002;

/// The full name of an agent, `name@account`, or why there cannot be one.
///
/// # Errors
/// Invalid, with a sentence that says what to do.
pub fn account_name(name: &str, home: &str) -> Result<String> {
    let (name, home) = (name.trim(), home.trim());
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(plain) {
        let why = "客服账号要有 1 到 10 个英文字母、数字或下划线，例如 lawyer01。请改一下。";
        return Err(Error::invalid(why));
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if home.is_empty() || !home.chars().all(plain) {
        let why = "公众号的微信号不对。请到公众平台“账号详情”里抄下微信号，例如 cz_pufa。";
        return Err(Error::invalid(why));
    }
    Ok(format!("{name}@{home}"))
}

/// The name followers see, or why it cannot be.
///
/// # Errors
/// Invalid, with a sentence that says what to do.
pub fn nickname(typed: &str) -> Result<&str> {
    let name = typed.trim();
    match name.chars().count() {
        0 => Err(Error::invalid("没有填写客服昵称。群众会看到它，请填写 1 到 16 个字。")),
        length if length > LONGEST_NICKNAME => {
            let why = format!("客服昵称有 {length} 个字，最多 {LONGEST_NICKNAME} 个。请缩短。");
            Err(Error::invalid(why))
        }
        _ => Ok(name),
    }
}

/// The WeChat id of whoever is invited, or why it cannot be one.
///
/// # Errors
/// Invalid, with a sentence that says what to do.
pub fn wechat_id(typed: &str) -> Result<&str> {
    let id = typed.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if (5..=32).contains(&id.len()) && id.chars().all(plain) {
        return Ok(id);
    }
    let why =
        "微信号不对：只有英文字母、数字、下划线和减号。请对方在微信“我”的页面看自己的微信号。";
    Err(Error::invalid(why))
}

/// The part of an agent's name after the `@`.
pub fn home_of(account: &str) -> &str {
    account.split_once('@').map_or("", |(_, home)| home)
}

/// What a follower and an agent said to each other, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// The follower.
    pub openid: String,
    /// The agent.
    pub agent: String,
    /// First and last word, in seconds since the epoch.
    pub first: i64,
    /// See [`Talk::first`].
    pub last: i64,
    /// Messages of the agent.
    pub said: usize,
    /// Messages of the follower.
    pub heard: usize,
}

/// The records by follower and agent, the last word first.
pub fn talks(records: &[Record]) -> Vec<Talk> {
    let mut talks: Vec<Talk> = Vec::new();
    for record in records {
        let same = |talk: &&mut Talk| talk.openid == record.openid && talk.agent == record.worker;
        let talk = match talks.iter_mut().find(same) {
            Some(talk) => talk,
            None => {
                talks.push(Talk {
                    openid: record.openid.clone(),
                    agent: record.worker.clone(),
                    first: record.time,
                    last: record.time,
                    said: 0,
                    heard: 0,
                });
                let Some(talk) = talks.last_mut() else { continue };
                talk
            }
        };
        talk.first = talk.first.min(record.time);
        talk.last = talk.last.max(record.time);
        *(if record.opercode == SAID { &mut talk.said } else { &mut talk.heard }) += 1;
    }
    talks.sort_by_key(|talk| std::cmp::Reverse(talk.last));
    talks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_wechat_takes() {
        assert_eq!(account_name(" lawyer01 ", "cz_pufa").ok().as_deref(), Some("lawyer01@cz_pufa"));
        for (name, home) in [("", "cz"), ("lawyer-01", "cz"), ("elevenlette", "cz"), ("a", "")] {
            assert!(account_name(name, home).is_err(), "{name}@{home}");
        }
        assert!(nickname(&"字".repeat(16)).is_ok() && nickname(&"字".repeat(17)).is_err());
        assert!(wechat_id("wxid_li-01").is_ok() && wechat_id("李律师").is_err());
        assert_eq!(home_of("lawyer01@cz_pufa"), "cz_pufa");
    }

    #[test]
    fn records_come_to_conversations_counted_by_side() {
        let record = |openid: &str, opercode, time| Record {
            openid: openid.to_owned(),
            opercode,
            text: "话".to_owned(),
            time,
            worker: "a@cz".to_owned(),
        };
        let all = [record("o1", 2003, 10), record("o2", 2003, 30), record("o1", 2002, 20)];
        let found = talks(&all);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].openid.as_str(), found[0].heard), ("o2", 1));
        let one = &found[1];
        assert_eq!((one.first, one.last, one.said, one.heard), (10, 20, 1, 1));
    }
}
