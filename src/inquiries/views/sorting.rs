//! What staff can put in order about an inquiry: its field, and seeing the masked parts.

use crate::platform::http::shell::Choice;
use crate::platform::http::when::When;

/// The panel beside the conversation.
#[derive(Clone, Debug, Default)]
pub struct Sorting {
    /// Legal fields to choose the right one from; empty for whoever may not.
    pub fields: Vec<Choice>,
    /// Labels of the own organization on it.
    pub labels: Vec<String>,
    /// Labels the organization uses.
    pub known_labels: Vec<Choice>,
    /// Messages in which something was masked.
    pub masked: usize,
    /// The originals, once somebody has given a reason.
    pub revealed: Vec<Revealed>,
}

/// One message as the citizen wrote it.
#[derive(Clone, Debug)]
pub struct Revealed {
    /// When it came.
    pub when: When,
    /// The text, or why it cannot be shown.
    pub text: String,
}
