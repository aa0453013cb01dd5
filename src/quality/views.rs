//! What readers, organizations and operators see of quality.

use askama::Template;

use crate::platform::http::shell::{Choice, Shell};
use crate::platform::http::when::When;

/// One month's draw.
#[derive(Clone, Debug, Default)]
pub struct RunRow {
    /// The month.
    pub month: String,
    /// Inquiries answered.
    pub answered: i64,
    /// Inquiries picked.
    pub picked: i64,
    /// Of these, read.
    pub read: i64,
    /// Corrections that wait.
    pub open: i64,
    /// What chance was seeded with.
    pub seed: i64,
    /// When it was drawn.
    pub drawn: When,
}

/// One mark of a reading.
#[derive(Clone, Debug, Default)]
pub struct Mark {
    /// What it is for.
    pub name: &'static str,
    /// 1 to 5.
    pub mark: u8,
    /// What that means.
    pub anchor: &'static str,
}

/// One reading of an own answer, or a correction that was left lying.
#[derive(Clone, Debug, Default)]
pub struct ReadingRow {
    /// Id that forms send to.
    pub id: String,
    /// Number of the inquiry.
    pub number: String,
    /// Its page; empty for whoever may not open it.
    pub href: String,
    /// Organization; empty on the organization's own page.
    pub organization: String,
    /// Why it was picked.
    pub why: &'static str,
    /// The marks.
    pub marks: Vec<Mark>,
    /// What the reader remarked.
    pub remark: String,
    /// The correction that the reader wrote; empty when there is none.
    pub correction: String,
    /// How that stands.
    pub state: &'static str,
    /// Whether somebody has to decide now.
    pub waits: bool,
    /// When it was read.
    pub read: When,
}

/// The page `/console/quality`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quality.html", config = "src/console/askama.toml")]
pub struct QualityPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Why the last wish was not done.
    pub error: Option<String>,
    /// Samples this person could read; `None` for whoever does not read.
    pub to_read: Option<usize>,
    /// Address of the sample in hand; empty when there is none.
    pub in_hand: String,
    /// Whether the person's own organization is shown.
    pub own: bool,
    /// Readings of the own answers, or corrections that were left lying.
    pub readings: Vec<ReadingRow>,
    /// Every draw; `None` for whoever sees none.
    pub runs: Option<Vec<RunRow>>,
    /// Whether the person supervises what was not corrected.
    pub supervises: bool,
    /// Month that can be drawn; empty when there is none or the person may not.
    pub month: String,
}

/// How the corrections of a month stand.
#[derive(Clone, Debug, Default)]
pub struct MonthRow {
    /// The month.
    pub month: String,
    /// Whether its answers are shown below.
    pub shown: bool,
    /// Answers that readers found wrong.
    pub wrong: i64,
    /// Of these, corrected.
    pub sent: i64,
    /// Of these, defended with a reason.
    pub refused: i64,
    /// Of these, waiting.
    pub waiting: i64,
}

/// One answer that readers found wrong and nobody corrected.
#[derive(Clone, Debug, Default)]
pub struct UncorrectedRow {
    /// The inquiry's page, masked as for everybody who supervises.
    pub href: String,
    /// Its number.
    pub number: String,
    /// Who answered.
    pub organization: String,
    /// Why it was picked.
    pub why: &'static str,
    /// Why it was not corrected, masked; empty while the organization has not decided.
    pub reason: String,
    /// When it was read.
    pub read: When,
    /// When the organization decided.
    pub decided: Option<When>,
}

/// The page `/console/quality/uncorrected`; asks itself with `month`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quality_uncorrected.html", config = "src/console/askama.toml")]
pub struct UncorrectedPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Every month that was drawn, newest first.
    pub months: Vec<MonthRow>,
    /// The month whose answers are shown; empty when none was drawn.
    pub month: String,
    /// Its answers that were not corrected.
    pub rows: Vec<UncorrectedRow>,
}

/// One line of a sample.
#[derive(Clone, Debug, Default)]
pub struct LineView {
    /// Whether the citizen said it.
    pub citizen: bool,
    /// The words.
    pub body: String,
    /// How long after the question.
    pub after: String,
}

/// One line of the rubric in the form.
#[derive(Clone, Debug, Default)]
pub struct CriterionView {
    /// Name of the inputs.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// What is asked.
    pub asks: &'static str,
    /// The anchors with their numbers.
    pub anchors: Vec<Choice>,
}

/// The page on which a sample is read; posts a mark per criterion, `remark`, `wrong` and
/// `correction` to its own address.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quality_read.html", config = "src/console/askama.toml")]
pub struct QualityReadPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Its address.
    pub action: String,
    /// Why the reading was not taken.
    pub error: Option<String>,
    /// What was said.
    pub lines: Vec<LineView>,
    /// The rubric.
    pub rubric: Vec<CriterionView>,
    /// What could be better.
    pub remark: String,
    /// Whether the answer is wrong.
    pub wrong: bool,
    /// The right answer.
    pub correction: String,
}
