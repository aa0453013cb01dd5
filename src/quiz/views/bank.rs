//! The bank of questions as staff see it.

use askama::Template;

use crate::platform::http::shell::{Choice, Shell};
use crate::platform::http::when::When;

/// `/console/quiz/bank`; asks itself with `q`, `kind`, `field`, `state`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_bank.html", config = "src/console/askama.toml")]
pub struct BankPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Words looked for.
    pub words: String,
    /// Kinds to choose from.
    pub kinds: Vec<Choice>,
    /// Fields to choose from.
    pub fields: Vec<Choice>,
    /// Standings to choose from.
    pub states: Vec<Choice>,
    /// What was found.
    pub rows: Vec<QuestionRow>,
    /// Questions there are, and how many of them may be asked.
    pub counts: (usize, usize),
    /// Whether the reader may write questions.
    pub may_write: bool,
}

/// One question of the list.
#[derive(Clone, Debug, Default)]
pub struct QuestionRow {
    /// Its page.
    pub href: String,
    /// The question.
    pub question: String,
    /// Kind, in words.
    pub kind: &'static str,
    /// The law it rests on.
    pub law: String,
    /// 1 to 5.
    pub difficulty: i64,
    /// Standing in words, its colour and its symbol.
    pub state: (&'static str, &'static str, &'static str),
    /// What is the matter with the law; empty when nothing is.
    pub doubt: String,
    /// When it was written.
    pub when: When,
}

/// One question.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_question.html", config = "src/console/askama.toml")]
pub struct QuestionPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Its id; empty for a new one.
    pub id: String,
    /// The version shown; 0 for a new one.
    pub version: i64,
    /// Kinds to choose from.
    pub kinds: Vec<Choice>,
    /// Fields to choose from.
    pub fields: Vec<Choice>,
    /// What happened.
    pub situation: String,
    /// The question.
    pub question: String,
    /// One option a line.
    pub options: String,
    /// The right ones in letters.
    pub key: String,
    /// Why.
    pub explanation: String,
    /// Name of the law.
    pub law: String,
    /// The article.
    pub article: String,
    /// Where it comes from.
    pub source: String,
    /// Difficulties to choose from.
    pub difficulties: Vec<Choice>,
    /// Last day; empty for none.
    pub expires_on: String,
    /// Why it was not saved.
    pub error: Option<String>,
    /// Standing in words, its colour and its symbol; empty for a new one.
    pub state: (&'static str, &'static str, &'static str),
    /// What is the matter with the law.
    pub doubt: String,
    /// Whether the reader may write.
    pub may_write: bool,
    /// Whether the reader may say that it can be asked, now.
    pub decidable: bool,
    /// Said instead when it waits and the reader may not.
    pub why_not: &'static str,
    /// Whether it was taken out of use.
    pub retired: bool,
    /// The question as it is asked: each option with whether it is right.
    pub preview: Vec<(String, bool)>,
    /// Its versions, newest first.
    pub history: Vec<VersionRow>,
}

/// One version.
#[derive(Clone, Debug, Default)]
pub struct VersionRow {
    /// Its number.
    pub version: i64,
    /// The question.
    pub question: String,
    /// Options and key.
    pub options: String,
    /// Who wrote it and who decided what.
    pub who: String,
    /// Why it was sent back.
    pub reason: String,
    /// When it was written.
    pub when: When,
}
