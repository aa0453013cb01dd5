//! What is said when a citizen is not recognized.

use askama::Template;

use crate::platform::http::shell::CitizenShell;

/// Shown by `/c/enter` and `/c/entered` instead of the page that was wanted.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "unrecognized.html", config = "src/console/askama.toml")]
pub struct UnrecognizedPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// What happened.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do.
    pub todo: String,
    /// Where another try begins; empty when another try is of no use.
    pub again: String,
}
