//! The privacy notice in plain words, and what operators see of the followers.

use askama::Template;

use crate::platform::http::shell::{Choice, CitizenShell, Shell};
use crate::platform::http::when::When;

/// `/c/privacy`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "privacy.html", config = "src/console/askama.toml")]
pub struct PrivacyPage {
    /// What surrounds the page; its imprint names the responsible body.
    pub shell: CitizenShell,
    /// Version of the notice, as consents refer to it.
    pub version: String,
    /// How long questions are kept, in words: 办结后 2 年.
    pub kept_for: String,
    /// Telephone or address of the person responsible for data protection.
    pub contact: String,
}

/// One reading of the list of followers.
#[derive(Clone, Debug, Default)]
pub struct RunRow {
    /// How it stands, in words.
    pub state: String,
    /// Class of the colours.
    pub class: &'static str,
    /// When it began.
    pub started: When,
    /// What it saw and changed, in words.
    pub seen: String,
    /// Why it does not go on; may be empty.
    pub problem: String,
}

/// `/console/followers`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "followers.html", config = "src/console/askama.toml")]
pub struct FollowersPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The account; empty when none is configured.
    pub account: String,
    /// All accounts.
    pub accounts: Vec<Choice>,
    /// What is counted: (关注者, 1,234).
    pub figures: Vec<(String, String)>,
    /// How much of the list has been read, in percent, while a reading goes on.
    pub percent: Option<i64>,
    /// The last readings, newest first.
    pub runs: Vec<RunRow>,
    /// Tags with the number of those who have them.
    pub tags: Vec<(String, i64)>,
}
