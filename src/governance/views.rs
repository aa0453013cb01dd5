//! The copy of a person's data, as they read and print it.

use askama::Template;

use super::actions::person::Copy;
use crate::platform::http::shell::CitizenShell;

/// `/c/privacy/copy`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "copy.html", config = "src/console/askama.toml")]
pub struct CopyPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// The copy.
    pub copy: Copy,
}
