//! The operators' queue: inquiries no rule could place.

use askama::Template;

use super::{Part, Sla};
use crate::platform::http::shell::{Choice, Shell};
use crate::platform::http::when::When;

/// One inquiry that waits for a person's decision.
#[derive(Clone, Debug, Default)]
pub struct UnmatchedCard {
    /// Id used in addresses.
    pub id: String,
    /// Short human number.
    pub number: String,
    /// 群众 3f2a or 匿名.
    pub citizen: String,
    /// When it was asked.
    pub asked: When,
    /// The promise, which runs already.
    pub sla: Sla,
    /// What was sent.
    pub question: Vec<Part>,
    /// Guessed field and place in words, with how sure the guess is.
    pub guess: String,
    /// Why no rule took it, one sentence.
    pub why: String,
    /// Organizations it can be given to, the likeliest first and chosen.
    pub organizations: Vec<Choice>,
}

/// The queue. Every card posts `organization` and `reason` to `/console/inquiries/{id}/reassign`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "unmatched.html", config = "src/console/askama.toml", blocks = ["list"])]
pub struct UnmatchedPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// At most 20 cards, most urgent first.
    pub cards: Vec<UnmatchedCard>,
    /// All that wait.
    pub total: i64,
    /// Address of the next page.
    pub next_href: Option<String>,
}
