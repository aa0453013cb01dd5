//! The own account: where one is signed in, and the password.

use askama::Template;

use crate::platform::http::shell::{Input, Shell};
use crate::platform::http::when::When;

/// One place where the person is signed in.
#[derive(Clone, Debug, Default)]
pub struct SessionRow {
    /// Id the form sends as `session`.
    pub id: String,
    /// Device in words: Chrome · Windows.
    pub device: String,
    /// When it began.
    pub since: When,
    /// When it was last used.
    pub used: When,
    /// Whether it is this very one.
    pub current: bool,
}

/// `/console/account`. Posts `session` to `…/account/sessions` and `current`, `fresh`, `again` to
/// `…/account/password`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "account.html", config = "src/console/askama.toml")]
pub struct AccountPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// User name.
    pub username: String,
    /// Last log-in before this one: time and place in words.
    pub last_login: Option<String>,
    /// All places.
    pub sessions: Vec<SessionRow>,
    /// The present password.
    pub current: Input,
    /// The new password.
    pub fresh: Input,
    /// The new password again.
    pub again: Input,
    /// Least characters of a password.
    pub least_length: usize,
}
