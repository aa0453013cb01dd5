//! What administrators see of the official accounts in detail.

use askama::Template;

use crate::platform::http::shell::{Input, Shell};

/// Calls of one API today.
#[derive(Clone, Debug, Default)]
pub struct QuotaLine {
    /// Path of the API.
    pub path: String,
    /// Calls we made.
    pub calls: i64,
    /// Of these, refused; zero is not shown.
    pub refused: i64,
    /// WeChat's own count in words; empty when it is not known.
    pub counted: String,
}

/// One figure with its name.
#[derive(Clone, Debug, Default)]
pub struct NamedFigure {
    /// What it counts.
    pub name: String,
    /// The figure in words.
    pub value: String,
}

/// One official account.
#[derive(Clone, Debug, Default)]
pub struct AccountView {
    /// Its id in the settings.
    pub id: String,
    /// 服务号 or 公众号.
    pub kind_name: String,
    /// Today's calls, most used first.
    pub quotas: Vec<QuotaLine>,
    /// WeChat's figures of the last day it gave.
    pub figures: Vec<NamedFigure>,
    /// That day in words; empty when there is none.
    pub figures_day: String,
    /// Hours with missing messages, newest first, in words.
    pub gaps: Vec<String>,
    /// Times the call counts were cleared here this month.
    pub clearings: usize,
    /// Times WeChat allows a month.
    pub clearings_allowed: usize,
}

/// `/console/health/accounts`; posts `account` to `check`, `clear-quota` (with `sure`) and `request`
/// (with `rid`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "official_accounts.html", config = "src/console/askama.toml")]
pub struct OfficialAccountsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Whether the reader may do something.
    pub may_mend: bool,
    /// Every configured account.
    pub accounts: Vec<AccountView>,
    /// The rid looked up.
    pub rid: Input,
    /// What WeChat remembers of it.
    pub record: Vec<NamedFigure>,
    /// Why something did not work; empty when nothing was tried.
    pub failed: String,
}
