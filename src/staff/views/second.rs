//! Pages of the second factor: at the log-in, in the own account, and the codes on paper.

use askama::Template;

use crate::platform::http::shell::{Input, Shell};
use crate::platform::http::when::When;

/// A key that is taken over into an app.
#[derive(Clone, Debug, Default)]
pub struct KeyView {
    /// Address of the picture that the app scans.
    pub picture: String,
    /// The key in groups, for typing.
    pub spelled: String,
}

/// `/console/login/code`: between the password and the session. Posts `code`, or `paper`, and `next`
/// to itself.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "login_code.html", config = "src/console/askama.toml")]
pub struct LoginCodePage {
    /// Title, imprint, demo mark; nobody is signed in.
    pub shell: Shell,
    /// Path inside `/console/` to go to afterwards; empty for the first page of the role.
    pub next: String,
    /// Whether the browser stands half-way no more, so that the password is asked for again.
    pub gone: bool,
    /// The key to be set up; `None` when a code is asked for.
    pub key: Option<KeyView>,
    /// The six digits.
    pub code: Input,
    /// The code on paper.
    pub paper: Input,
    /// Seconds until the next attempt is accepted; 0 when it is now.
    pub wait_seconds: u64,
}

/// `/console/account/code`: the own second factor. Posts `password` to itself, `code` to
/// `…/confirm`, `password` to `…/paper` and `…/off`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "second_factor.html", config = "src/console/askama.toml")]
pub struct SecondFactorPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// User name, for password managers.
    pub username: String,
    /// Since when it counts; `None` when it does not.
    pub since: Option<When>,
    /// Codes on paper that are left.
    pub left: i64,
    /// Whether the role must have one.
    pub compulsory: bool,
    /// A key that waits for the first code.
    pub key: Option<KeyView>,
    /// The six digits.
    pub code: Input,
    /// What was wrong with the password.
    pub error: Option<String>,
}

/// The codes on paper, shown once, right after they were made.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper_codes.html", config = "src/console/askama.toml")]
pub struct PaperCodesPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The codes.
    pub codes: Vec<String>,
    /// Where to go on.
    pub onward: (String, String),
}
