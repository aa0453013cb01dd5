//! What is seen of an account, put into words with cause and remedy; which days are collected;
//! where messages are missing. Pure.

pub mod days;
pub mod gaps;
pub mod verdicts;

use crate::accounts::{Check, Verdict};
use crate::platform::clock::Moment;
use crate::wechat::client::CallError;
use crate::wechat::errcode::{Action, Meaning};

/// An API whose answer tells whether the account may use it, asked without changing anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What people call it.
    pub name: &'static str,
    /// Path.
    pub path: &'static str,
    /// Whether it is POSTed, with an empty JSON object.
    pub post: bool,
}

/// APIs that a self-check asks.
pub const PROBES: [Probe; 7] = [
    Probe { name: "用户管理", path: "/cgi-bin/user/get", post: false },
    Probe { name: "自定义菜单", path: "/cgi-bin/menu/get", post: false },
    Probe { name: "模板消息", path: "/cgi-bin/template/get_all_private_template", post: false },
    Probe { name: "订阅通知", path: "/wxaapi/newtmpl/gettemplate", post: false },
    Probe { name: "草稿箱", path: "/cgi-bin/draft/count", post: false },
    Probe { name: "客服", path: "/cgi-bin/customservice/getkflist", post: false },
    Probe { name: "群发", path: "/cgi-bin/message/mass/speed/get", post: true },
];

/// APIs whose daily allowance is always compared with WeChat's count, besides those used today.
pub const WATCHED_PATHS: [&str; 5] = [
    "/cgi-bin/user/get",
    "/cgi-bin/message/custom/send",
    "/cgi-bin/user/info",
    "/cgi-bin/media/get",
    "/cgi-bin/qrcode/create",
];

/// One line of the health page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub name: String,
    /// How it stands.
    pub verdict: Verdict,
    /// What was seen.
    pub seen: String,
    /// The cause; empty when it is good.
    pub why: String,
    /// The remedy; empty when nothing is to be done.
    pub todo: String,
}

impl Line {
    /// A line where nothing is to be done.
    pub fn good(name: &str, seen: impl Into<String>) -> Self {
        Self::new(name, Verdict::Good, seen, "", "")
    }

    /// A line.
    pub fn new(
        name: &str,
        verdict: Verdict,
        seen: impl Into<String>,
        why: impl Into<String>,
        todo: impl Into<String>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            verdict,
            seen: seen.into(),
            why: why.into(),
            todo: todo.into(),
        }
    }

    /// The line as a finding.
    pub fn found(self, check: Check, at: Moment) -> super::Finding {
        let Self { verdict, seen, why, todo, .. } = self;
        super::Finding { check, verdict, seen, why, todo, at }
    }
}

impl From<super::Finding> for Line {
    fn from(finding: super::Finding) -> Self {
        let name = finding.check.name();
        Self::new(name, finding.verdict, finding.seen, finding.why, finding.todo)
    }
}

/// The Beijing day of a moment, `2026-11-23`.
pub fn day(at: Moment) -> String {
    at.in_shanghai().date().to_string()
}

/// Whether a refusal is kept in sight until the API works again. That an account may not use an
/// API is no trouble while only the self-check asks.
pub fn is_trouble(path: &str, meaning: &Meaning) -> bool {
    let asked_only = meaning.code == 48001 && PROBES.iter().any(|probe| probe.path == path);
    matches!(meaning.action, Action::TellOperator | Action::WaitUntilMidnight) && !asked_only
}

/// A failed call in a sentence for people.
pub fn sentence(error: &CallError) -> String {
    match error {
        CallError::Refused { errcode, meaning, rid, .. } => {
            let rid = rid.as_ref().map(|rid| format!("，rid {rid}")).unwrap_or_default();
            format!("{}（错误码 {errcode}{rid}）", meaning.operator_hint)
        }
        CallError::NotSent(text) if text.contains("another program") => {
            "另有程序不断更换这个公众号的访问令牌，本系统已放慢到每分钟最多换取一次。".into()
        }
        CallError::NotSent(_) => "暂时连不上微信服务器，请检查服务器的网络，稍后再试。".into(),
        CallError::Unknown(_) => "请求已经发出，但没有等到微信的应答，不知道是否生效。".into(),
        CallError::Unreadable(_) => "微信的应答无法识别，不知道是否生效。".into(),
    }
}
