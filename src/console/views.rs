//! Health and what the product has read as operators and administrators see them.

use askama::Template;

use super::manual::Chapter;
use crate::knowledge::views::ArticleRow;
use crate::platform::http::shell::{Input, Shell};
use crate::platform::http::when::When;

/// `/console/go`: what leads to pages, inquiries by number, own filters and the manual. Asks for `q`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "go.html", config = "src/console/askama.toml", blocks = ["found"])]
pub struct GoPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What was typed.
    pub words: String,
    /// Where one can go, best first.
    pub found: Vec<FoundRow>,
}

/// `/console/help` and its chapters.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "manual.html", config = "src/console/askama.toml")]
pub struct ManualPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Chapters about the reader's work.
    pub own: Vec<&'static Chapter>,
    /// Chapters about the work of others.
    pub others: Vec<&'static Chapter>,
    /// The chapter that is read; without one the list of them.
    pub chapter: Option<&'static Chapter>,
}

/// What is written into WeChat's console for one official account.
#[derive(Clone, Debug, Default)]
pub struct PushAddress {
    /// Its id in the settings.
    pub account: String,
    /// Where WeChat sends its pushes.
    pub url: String,
    /// How they are protected, in WeChat's words.
    pub mode: &'static str,
}

/// `/console/start`: what is left to do after the first administrator. Posts nothing to `…/check`,
/// and `name`, `short_name` and `phone` to `…/organization`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "start.html", config = "src/console/askama.toml")]
pub struct StartPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The alliance's name in the settings.
    pub alliance: String,
    /// The address people and WeChat use.
    pub public_url: String,
    /// Whether that is one they can use.
    pub reachable: bool,
    /// A random Token to write into the settings.
    pub sample_token: String,
    /// A random EncodingAESKey to write into the settings.
    pub sample_key: String,
    /// Every configured account; empty when there is none.
    pub pushes: Vec<PushAddress>,
    /// How the accounts stand.
    pub checks: Vec<HealthRow>,
    /// The first organization and where people are added to it; `None` before there is one.
    pub first: Option<(String, String)>,
    /// Name of the first organization.
    pub name: Input,
    /// Its short name.
    pub short_name: Input,
    /// Its telephone.
    pub phone: Input,
    /// What was wrong.
    pub error: Option<String>,
}

/// `/console/welcome`: the introduction for a role.
#[derive(Clone, Debug, Template)]
#[template(path = "welcome.html", config = "src/console/askama.toml")]
pub struct WelcomePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The chapter about the reader's work.
    pub chapter: &'static Chapter,
}

/// How a checked thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthState {
    /// As it should be.
    Good,
    /// Works, needs a look soon.
    Watch,
    /// Does not work.
    Broken,
    /// Not known, or switched off.
    Unknown,
}

/// One thing that is checked.
#[derive(Clone, Debug)]
pub struct HealthRow {
    /// What: 微信推送, 数据库, 备份.
    pub name: String,
    /// How it stands.
    pub state: HealthState,
    /// What was seen: 最近一次推送 3 分钟前.
    pub seen: String,
    /// 原因; empty when it is good.
    pub why: String,
    /// 怎么办; empty when nothing is to be done.
    pub todo: String,
}

impl HealthRow {
    /// The state in words.
    pub fn words(&self) -> &'static str {
        match self.state {
            HealthState::Good => "正常",
            HealthState::Watch => "需要留意",
            HealthState::Broken => "不正常",
            HealthState::Unknown => "未知",
        }
    }

    /// Class of the colours.
    pub fn class(&self) -> &'static str {
        match self.state {
            HealthState::Good => "good",
            HealthState::Watch => "warn",
            HealthState::Broken => "bad",
            HealthState::Unknown => "calm",
        }
    }

    /// Name of the symbol beside the words.
    pub fn icon(&self) -> &'static str {
        match self.state {
            HealthState::Good => "check",
            HealthState::Watch | HealthState::Broken => "alert",
            HealthState::Unknown => "info",
        }
    }
}

/// `/console/health`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "health.html", config = "src/console/askama.toml", blocks = ["list"])]
pub struct HealthPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// When it was checked.
    pub checked: When,
    /// Everything checked, broken ones first.
    pub rows: Vec<HealthRow>,
}

impl HealthPage {
    /// The page in one sentence.
    pub fn summary(&self) -> String {
        let count = |state| self.rows.iter().filter(|row| row.state == state).count();
        match (count(HealthState::Broken), count(HealthState::Watch)) {
            (0, 0) => "全部正常".into(),
            (0, watch) => format!("{watch} 项需要留意"),
            (broken, 0) => format!("{broken} 项不正常"),
            (broken, watch) => format!("{broken} 项不正常，{watch} 项需要留意"),
        }
    }
}

/// One thing found.
#[derive(Clone, Debug, Default)]
pub struct FoundRow {
    /// Where it opens.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// A few words about it.
    pub about: String,
    /// When it was asked or changed.
    pub when: Option<When>,
}

/// `/console/search`; asks itself with `q` and `before`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "search.html", config = "src/console/askama.toml")]
pub struct SearchPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What was looked for.
    pub words: String,
    /// Why nothing was looked for.
    pub error: Option<String>,
    /// Inquiries within the reader's scope, newest first, masked.
    pub inquiries: Vec<FoundRow>,
    /// Where older ones are.
    pub more: Option<String>,
    /// Knowledge cards.
    pub cards: Vec<FoundRow>,
    /// Articles.
    pub articles: Vec<FoundRow>,
    /// Articles of laws.
    pub statutes: Vec<ArticleRow>,
}

/// The line above every page that names dangers; the live update asks for it alone.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "alert_bar.html", config = "src/console/askama.toml")]
pub struct AlertBar {
    /// One sentence each; empty for none.
    pub alerts: Vec<String>,
}
