//! The quiz as citizens see it.

use askama::Template;

use crate::platform::http::shell::{Choice, CitizenShell};

/// `/c/quiz`: the rounds that run.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_open.html", config = "src/console/askama.toml")]
pub struct OpenRoundsPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Address, title and last day.
    pub rows: Vec<(String, String, String)>,
}

/// `/c/quiz/{id}`: what a round is about, and the way into it.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_home.html", config = "src/console/askama.toml")]
pub struct RoundHomePage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Its id.
    pub id: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub intro: String,
    /// The rules in sentences.
    pub rules: Vec<String>,
    /// How it stands, in a sentence.
    pub standing: String,
    /// Whether it runs.
    pub running: bool,
    /// Whether the reader is known.
    pub recognized: bool,
    /// Where being recognized begins; empty when that is not possible here.
    pub enter: String,
    /// Whether the reader plays already.
    pub joined: bool,
    /// Districts and towns to choose from.
    pub places: Vec<Choice>,
    /// Work units to choose from.
    pub units: Vec<Choice>,
    /// Why it did not begin.
    pub error: Option<String>,
    /// What was typed as nickname.
    pub nickname: String,
    /// The published digest of the seed; empty when nothing is drawn.
    pub commitment: String,
}

/// `/c/quiz/{id}/play`: one question, or the own result.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_play.html", config = "src/console/askama.toml")]
pub struct PlayPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Id of the round.
    pub id: String,
    /// Title of the round.
    pub title: String,
    /// Period and place of the question.
    pub period: i64,
    /// Place, from 1.
    pub place: i64,
    /// 第 2 题，共 5 题.
    pub progress: String,
    /// Kind, in words.
    pub kind: &'static str,
    /// Whether more than one option may be chosen.
    pub many: bool,
    /// What happened.
    pub situation: String,
    /// The question.
    pub question: String,
    /// The options.
    pub options: Vec<OptionView>,
    /// Why nothing was kept.
    pub error: Option<String>,
    /// What is told once it is answered.
    pub told: Option<Told>,
    /// The question before; 0 for none.
    pub before: i64,
    /// The question after; 0 for none.
    pub after: i64,
}

/// One option. Before the answer it knows nothing of the key.
#[derive(Clone, Debug, Default)]
pub struct OptionView {
    /// Its bit, as the form sends it.
    pub value: i64,
    /// Its letter.
    pub letter: char,
    /// Its text.
    pub text: String,
    /// After the answer: chosen, right, or both, in words.
    pub mark: &'static str,
}

/// What is told once a question is answered.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Whether the answer is right.
    pub right: bool,
    /// Why.
    pub explanation: String,
    /// The law.
    pub law: String,
}

/// `/c/quiz/{id}/result`: the own result.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_result.html", config = "src/console/askama.toml")]
pub struct ResultPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Id of the round.
    pub id: String,
    /// Title of the round.
    pub title: String,
    /// The own number.
    pub number: String,
    /// Label and value.
    pub figures: Vec<(String, String)>,
    /// What that means for the draw.
    pub meaning: String,
    /// Whether questions of this period are still open.
    pub open: bool,
    /// What the player is looked at for: what, and what was decided.
    pub flags: Vec<(&'static str, String)>,
    /// Whether they may object now.
    pub may_object: bool,
    /// Why something was not kept.
    pub error: Option<String>,
    /// Whether the player may have a certificate.
    pub certified: bool,
    /// Whether to ask what the player thinks.
    pub surveying: bool,
}

/// `/c/quiz/{id}/league`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_league.html", config = "src/console/askama.toml")]
pub struct LeaguePage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Id of the round.
    pub id: String,
    /// Title of the round.
    pub title: String,
    /// Name of the table and its rows.
    pub tables: Vec<(&'static str, Vec<TeamRow>)>,
    /// From where the denominators are; empty when there are none.
    pub source: String,
    /// Fewest people a team must have to be shown.
    pub least: i64,
}

/// One team.
#[derive(Clone, Debug, Default)]
pub struct TeamRow {
    /// Name.
    pub name: String,
    /// People.
    pub players: i64,
    /// Right answers.
    pub right_answers: i64,
    /// Right answers of all, in percent.
    pub percent: i64,
    /// Share of those who could take part; empty when not known.
    pub rate: String,
}

/// `/c/quiz/{id}/draw`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_draw.html", config = "src/console/askama.toml")]
pub struct DrawPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Id of the round.
    pub id: String,
    /// Title of the round.
    pub title: String,
    /// Prizes.
    pub prizes: String,
    /// SHA-256 of the seed.
    pub commitment: String,
    /// How many win.
    pub count: i64,
    /// Right answers needed.
    pub least_right: i64,
    /// The seed; empty before the draw.
    pub seed: String,
    /// SHA-256 of the list.
    pub list_hash: String,
    /// How many took part in the draw.
    pub entries: usize,
    /// Rank, number, masked name.
    pub winners: Vec<(i64, String, String)>,
}
