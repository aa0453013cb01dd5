//! The privacy notice in plain words.

use askama::Template;

use crate::platform::http::shell::CitizenShell;

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
