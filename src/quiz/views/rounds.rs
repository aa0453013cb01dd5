//! Rounds as staff see them.

use askama::Template;

use crate::platform::http::shell::{Choice, Shell};

/// `/console/quiz`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_rounds.html", config = "src/console/askama.toml")]
pub struct RoundsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The rounds.
    pub rows: Vec<RoundRow>,
    /// Whether the reader may write rounds.
    pub may_write: bool,
    /// Questions that wait for the reader.
    pub waiting: i64,
}

/// One round of the list.
#[derive(Clone, Debug, Default)]
pub struct RoundRow {
    /// Its page.
    pub href: String,
    /// Title.
    pub title: String,
    /// From when to when.
    pub days: String,
    /// Standing in words, its colour and its symbol.
    pub state: (&'static str, &'static str, &'static str),
}

/// One round.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_round.html", config = "src/console/askama.toml")]
pub struct RoundPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Its id; empty for a new one.
    pub id: String,
    /// The version shown.
    pub version: i64,
    /// Accounts to choose from.
    pub accounts: Vec<Choice>,
    /// Title.
    pub title: String,
    /// What it is about.
    pub intro: String,
    /// What can be won.
    pub prizes: String,
    /// How many win.
    pub winners: String,
    /// Right answers needed.
    pub least_right: String,
    /// First day.
    pub opens_on: String,
    /// Last day.
    pub closes_on: String,
    /// Days of one period.
    pub period_days: String,
    /// Questions in each.
    pub per_period: String,
    /// Fields to choose from.
    pub fields: Vec<Choice>,
    /// Most difficult.
    pub hardest: String,
    /// Work units.
    pub units: String,
    /// Possible participants.
    pub population: String,
    /// As of when.
    pub population_source: String,
    /// Why something was not done.
    pub error: Option<String>,
    /// Why it was sent back.
    pub reason: String,
    /// Standing in words, its colour and its symbol.
    pub state: (&'static str, &'static str, &'static str),
    /// The rules in sentences, as the checker reads them.
    pub rules: Vec<String>,
    /// Whether the reader may change it now.
    pub may_write: bool,
    /// Whether it can be handed in now.
    pub submittable: bool,
    /// Whether the reader may let it go now.
    pub decidable: bool,
    /// Said instead when it waits and the reader may not.
    pub why_not: String,
    /// Whether it can be drawn now by the reader.
    pub drawable: bool,
    /// Whether it has its page for citizens.
    pub published: bool,
    /// Who took part so far.
    pub figures: Vec<(String, String)>,
    /// How each question was answered, the hardest first: question, answers, percent right.
    pub questions: Vec<(String, i64, i64)>,
}
