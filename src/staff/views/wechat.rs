//! Pages with a code for a phone: to sign in, and to bind a WeChat.

use askama::Template;

use crate::platform::http::shell::{Choice, Shell};
use crate::staff::Stage;

/// A code as its page shows it.
#[derive(Clone, Debug)]
pub struct Screen {
    /// How far it has come.
    pub stage: Stage,
    /// Address of the picture.
    pub picture: String,
    /// When the next step comes too late: 14:05:10.
    pub until: String,
    /// When a WeChat scanned it: 14:04:02; empty before.
    pub scanned: String,
    /// Where the simulated phone of a demo scans it; empty elsewhere.
    pub phone_href: String,
}

impl Screen {
    /// Whether no phone has scanned it.
    pub fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }

    /// Whether a phone has scanned it and not yet answered.
    pub fn is_scanned(&self) -> bool {
        self.stage == Stage::Scanned
    }

    /// Whether the phone has said yes.
    pub fn is_confirmed(&self) -> bool {
        self.stage == Stage::Confirmed
    }
}

/// `/console/login/wechat`. Posts `next` to `…/wechat/enter`, and `account` and `next` to itself for
/// another code.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "wechat_login.html", config = "src/console/askama.toml", blocks = ["step"])]
pub struct WechatLoginPage {
    /// Title, imprint, demo mark; nobody is signed in.
    pub shell: Shell,
    /// Path inside `/console/` to go to afterwards; empty for the first page of the role.
    pub next: String,
    /// What was wrong.
    pub error: Option<String>,
    /// The code; `None` when its time is over.
    pub screen: Option<Screen>,
    /// Official accounts another code can be of.
    pub wechats: Vec<Choice>,
    /// Address of the page's changing part.
    pub step_src: String,
}

/// `/console/account/wechat`. Posts `number` to `…/wechat/confirm` and nothing to `…/wechat/cancel`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "wechat_binding.html", config = "src/console/askama.toml", blocks = ["step"])]
pub struct WechatBindingPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What was wrong with the number.
    pub error: Option<String>,
    /// The code; `None` when its time is over.
    pub screen: Option<Screen>,
}
