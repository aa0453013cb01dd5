//! Cards as operators edit them and as citizens read them.

use askama::Template;

use crate::platform::http::shell::{Choice, CitizenShell, Shell};
use crate::platform::http::when::When;

/// One card of the list.
#[derive(Clone, Debug, Default)]
pub struct CardRow {
    /// Where it is edited.
    pub href: String,
    /// The question.
    pub title: String,
    /// Field in words.
    pub field: String,
    /// Class of the state's colours.
    pub class: &'static str,
    /// Name of the symbol beside the state.
    pub icon: &'static str,
    /// The state in words.
    pub state: &'static str,
    /// Why it needs a new look; empty when it does not.
    pub doubt: String,
    /// When it was changed last.
    pub when: When,
}

/// `/console/cards`; asks itself with `q`, `field` and `state`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "cards.html", config = "src/console/askama.toml")]
pub struct CardsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Words looked for.
    pub words: String,
    /// Fields to choose from.
    pub fields: Vec<Choice>,
    /// States to choose from.
    pub states: Vec<Choice>,
    /// The cards that fit, by field.
    pub rows: Vec<CardRow>,
    /// All cards.
    pub all: usize,
    /// How many of them no one of the law has reviewed.
    pub unreviewed: usize,
}

/// One earlier version.
#[derive(Clone, Debug, Default)]
pub struct CardVersion {
    /// Its number.
    pub version: i64,
    /// Who saved it.
    pub who: String,
    /// When.
    pub when: When,
    /// The question then.
    pub title: String,
    /// The answer then.
    pub answer: String,
    /// What it rested on then, in one line.
    pub cites: String,
    /// Who stood for it then.
    pub standing: String,
}

/// `/console/cards/{id}` and `/console/cards/new`. Posts `title`, `field`, `subfield`, `answer`,
/// `cites` and `version` to itself, `reviewer` to `…/sign`, `state` to `…/state`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "card_edit.html", config = "src/console/askama.toml")]
pub struct CardEditPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Its id; empty for a new card.
    pub id: String,
    /// The question.
    pub title: String,
    /// Fields to choose from.
    pub fields: Vec<Choice>,
    /// Topics of all fields to choose from.
    pub subfields: Vec<Choice>,
    /// The answer.
    pub answer: String,
    /// Articles, one a line.
    pub cites: String,
    /// Version the form was made from.
    pub version: i64,
    /// Who stands for it.
    pub standing: String,
    /// Why it needs a new look; empty when it does not.
    pub doubt: String,
    /// Whether it is out of use.
    pub retired: bool,
    /// What was wrong with the last attempt.
    pub error: Option<String>,
    /// Earlier versions, newest first.
    pub history: Vec<CardVersion>,
}

/// `/c/k/{id}`: one card for citizens.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "card.html", config = "src/console/askama.toml")]
pub struct CardPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// The question.
    pub title: String,
    /// Field in words.
    pub field: String,
    /// The answer.
    pub answer: String,
    /// Articles it rests on.
    pub cites: Vec<String>,
    /// Who stands for it.
    pub standing: String,
    /// Whether a law it cites has changed since.
    pub doubted: bool,
}
