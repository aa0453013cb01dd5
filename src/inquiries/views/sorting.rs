//! What staff can put in order about an inquiry: see the masked parts, with a reason.

use crate::platform::http::when::When;

/// The panel beside the conversation.
#[derive(Clone, Debug, Default)]
pub struct Sorting {
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
