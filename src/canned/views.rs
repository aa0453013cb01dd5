//! Canned answers as those who answer keep them.

use askama::Template;

use super::Canned;
use super::rules::VARIABLES;
use crate::platform::http::shell::Shell;

/// `/console/canned`; asks itself with `q`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "canned.html", config = "src/console/askama.toml")]
pub struct CannedPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Words or initials looked for.
    pub words: String,
    /// What was found; the own ones may be changed.
    pub rows: Vec<CannedRow>,
}

/// One text of the list.
#[derive(Clone, Debug, Default)]
pub struct CannedRow {
    /// Its id.
    pub id: String,
    /// By which it is found.
    pub title: String,
    /// The text.
    pub body: String,
    /// Whether the reader may change it.
    pub own: bool,
}

impl CannedRow {
    /// A row for a reader; `own` says that it is theirs to change.
    pub fn new(canned: &Canned, own: bool) -> Self {
        Self {
            id: canned.id.to_string(),
            title: canned.title.clone(),
            body: canned.body.clone(),
            own,
        }
    }
}

/// The form of one text.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "canned_edit.html", config = "src/console/askama.toml")]
pub struct CannedEditPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Its id; empty for a new one.
    pub id: String,
    /// By which it is found.
    pub title: String,
    /// The text.
    pub body: String,
    /// The version shown.
    pub version: i64,
    /// Why it was not saved.
    pub error: Option<String>,
}

impl CannedEditPage {
    /// The variables, for the hint.
    pub fn variables(&self) -> String {
        VARIABLES.join(" ")
    }
}
