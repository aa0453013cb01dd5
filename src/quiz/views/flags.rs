//! What looks like cheating, as staff see it.

use askama::Template;

use crate::platform::http::shell::Shell;

/// `/console/quiz/rounds/{id}/flags`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_flags.html", config = "src/console/askama.toml")]
pub struct FlagsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Id of the round.
    pub id: String,
    /// Title of the round.
    pub title: String,
    /// Why something was not done.
    pub error: Option<String>,
    /// What is worth a look.
    pub rows: Vec<FlagRow>,
    /// Whether the round is drawn, so that nothing changes any more.
    pub drawn: bool,
}

/// One player and what they are looked at for.
#[derive(Clone, Debug, Default)]
pub struct FlagRow {
    /// Their number.
    pub number: String,
    /// Code of what it is.
    pub kind: &'static str,
    /// What it is.
    pub name: &'static str,
    /// In words.
    pub detail: String,
    /// What the player objects; empty when nothing.
    pub appeal: String,
    /// What was decided and by whom; empty when nothing.
    pub decided: String,
    /// Whether the reader may decide now.
    pub decidable: bool,
}
