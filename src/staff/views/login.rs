//! The log-in page. One message for every failure, so that it tells nobody which names exist.

use askama::Template;

use crate::platform::http::shell::{Choice, Shell};

/// The form that posts `username`, `password` and `next` to `/console/login`, and one for each
/// official account that posts `account` and `next` to `/console/login/wechat`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "login.html", config = "src/console/askama.toml")]
pub struct LoginPage {
    /// Title, imprint, demo mark; nobody is signed in.
    pub shell: Shell,
    /// Kept name of the last attempt.
    pub username: String,
    /// Path inside `/console/` to return to; empty for the inbox.
    pub next: String,
    /// What was wrong, one sentence for all causes.
    pub error: Option<String>,
    /// Seconds until the next attempt is accepted; 0 when it is now.
    pub wait_seconds: u64,
    /// Official accounts whose codes can be scanned to sign in.
    pub wechats: Vec<Choice>,
    /// Accounts of the demo with their password: role, name, password.
    pub demo_accounts: Vec<DemoAccount>,
}

/// An account anybody may try in the demo.
#[derive(Clone, Debug)]
pub struct DemoAccount {
    /// Role in words.
    pub role_name: String,
    /// User name.
    pub username: String,
    /// Password.
    pub password: String,
}
