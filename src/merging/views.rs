//! The step between wish and deed of merging.

use askama::Template;

use crate::platform::http::shell::Shell;
use crate::platform::http::when::When;

/// One of the two inquiries.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Where it opens.
    pub href: String,
    /// Short human number.
    pub number: String,
    /// State in words.
    pub state: String,
    /// When it was asked.
    pub asked: When,
    /// By when an answer is promised.
    pub due: When,
    /// First words, masked.
    pub first_line: String,
}

/// Says what merging two inquiries means. Posts `with` to `/console/inquiries/{id}/merge`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "merge.html", config = "src/console/askama.toml")]
pub struct MergePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The inquiry from whose page it is done.
    pub id: String,
    /// The other one.
    pub with: String,
    /// The one that stays: it was asked first.
    pub stays: Side,
    /// The one that is closed and leads to the other.
    pub goes: Side,
    /// Whether they are probably the same matter.
    pub same: bool,
    /// Why they cannot be merged now.
    pub refused: Option<String>,
}

impl MergePage {
    /// The one that stays, then the one that goes.
    pub fn sides(&self) -> [&Side; 2] {
        [&self.stays, &self.goes]
    }
}
