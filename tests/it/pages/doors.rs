//! Sample pages of the second factor.

use pufa::console::views::{HealthRow, HealthState, PushAddress, StartPage};
use pufa::platform::http::shell::{Input, Shell};
use pufa::staff::views::second::{KeyView, LoginCodePage, PaperCodesPage, SecondFactorPage};
use pufa::staff::views::setup::SetupPage;

use super::desk::{ago, shell, site};

fn key() -> KeyView {
    KeyView {
        picture: "/console/login/code/picture".into(),
        spelled: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".into(),
    }
}

fn doorstep() -> Shell {
    Shell { title: "动态码".into(), once: "5c1e6a0b".into(), site: site(), ..Shell::default() }
}

/// Between the password and the session: a code is asked for, or a key set up.
pub fn login_code(sets_up: bool, error: Option<&str>, wait_seconds: u64) -> LoginCodePage {
    let wrong = error.map_or_else(Input::default, |why| Input::wrong("", why));
    LoginCodePage {
        shell: doorstep(),
        next: "/console/inbox".into(),
        key: sets_up.then(key),
        code: wrong.clone(),
        paper: wrong,
        wait_seconds,
        ..LoginCodePage::default()
    }
}

/// The same too late.
pub fn too_late() -> LoginCodePage {
    LoginCodePage { shell: doorstep(), gone: true, ..LoginCodePage::default() }
}

/// The own second factor: not set up, or set up and moved to another phone.
pub fn second_factor(set_up: bool, error: Option<&str>) -> SecondFactorPage {
    SecondFactorPage {
        shell: Shell { demo: false, ..shell("动态码", "/console/account") },
        username: "li.xiaoming".into(),
        since: set_up.then(|| ago(9_000)),
        left: 2,
        compulsory: !set_up,
        key: set_up.then(key),
        code: Input::wrong("", "这 6 位数字不对。"),
        error: error.map(str::to_owned),
    }
}

/// The same in a demo.
pub fn second_factor_in_a_demo() -> SecondFactorPage {
    SecondFactorPage {
        shell: shell("动态码", "/console/account"), ..SecondFactorPage::default()
    }
}

/// Codes on paper, at the log-in or in the own account.
pub fn paper(signed_in: bool) -> PaperCodesPage {
    PaperCodesPage {
        shell: if signed_in { shell("备用码", "/console/account") } else { doorstep() },
        codes: (0..8).map(|n| format!("3k7{n}-9qwe-x2m4-tt0{n}")).collect(),
        onward: ("/console/inbox".into(), "已抄好，进入工作台".into()),
    }
}

/// The page by which the first administrator comes.
pub fn setup(error: &str) -> SetupPage {
    SetupPage {
        shell: doorstep(),
        token: "kR3v".into(),
        username: Input::new("chen.anquan"),
        name: Input::new("陈安全"),
        password: Input::wrong("", error),
        least_length: 10,
    }
}

/// What is left to do afterwards: before an account is configured, or after.
pub fn start(configured: bool, name: &str) -> StartPage {
    let push = PushAddress {
        account: "main".into(),
        url: "https://pufa.example/wechat/main".into(),
        mode: "安全模式",
    };
    let check = HealthRow {
        name: "账号密钥与 IP 白名单".into(),
        state: HealthState::Broken,
        seen: "本服务器的 IP 是 203.0.113.7，不在白名单".into(),
        why: "服务器地址不在微信的 IP 白名单里（40164）".into(),
        todo: "登录公众平台，把 203.0.113.7 加入 IP 白名单。".into(),
    };
    StartPage {
        shell: shell("开始使用", "/console/start"),
        alliance: "常州微信普法联盟".into(),
        public_url: "http://127.0.0.1:8080".into(),
        reachable: configured,
        sample_token: "A1b2".into(),
        sample_key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".into(),
        pushes: if configured { vec![push] } else { vec![] },
        checks: if configured { vec![check] } else { vec![] },
        first: configured.then(|| (name.into(), "/console/members/m1/staff/new".into())),
        name: Input::new(name),
        error: (!configured).then(|| "单位名称要填写，最多 60 个字。".into()),
        ..StartPage::default()
    }
}
