//! The promise on the page of its inquiry.

use crate::platform::http::shell::Choice;

/// How the promise stands and what the person who looks may do with it.
#[derive(Clone, Debug, Default)]
pub struct PromisePanel {
    /// How near its end is, in words; `None` while there is nothing to say.
    pub stage: Option<String>,
    /// That its clock stands still, why and until when.
    pub paused: Option<String>,
    /// Whether the reader may let it run again.
    pub may_resume: bool,
    /// Reasons for which the reader may pause it; empty when they may not.
    pub pause_reasons: Vec<Choice>,
    /// Workdays of a pause at most.
    pub pause_workdays: u32,
    /// Whether the reader may ask for more time.
    pub may_ask: bool,
    /// Workdays of an extension at most.
    pub most_workdays: u32,
    /// A request for more time on which nobody has decided.
    pub request: Option<Request>,
}

/// A request for more time.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Its id.
    pub id: String,
    /// Who asks for how much and why.
    pub sentence: String,
    /// Whether the reader may decide on it.
    pub may_decide: bool,
}

impl PromisePanel {
    /// Whether the reader may do anything with it.
    pub fn has_moves(&self) -> bool {
        self.may_resume || !self.pause_reasons.is_empty() || self.may_ask
    }
}
