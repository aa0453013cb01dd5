//! What operators see of the triage: what reads now, what was put right, candidates beside it.

use askama::Template;

use super::Report;
use crate::platform::http::shell::Shell;
use crate::platform::http::when::When;

/// One model of the history.
#[derive(Clone, Debug, Default)]
pub struct ModelRow {
    /// Id, sent back to activate it; `shipped` for the one in the program.
    pub id: String,
    /// 随程序提供, or 用 12 条更正学成.
    pub name: String,
    /// How it stands, in words.
    pub state: String,
    /// Class of the state's colours.
    pub class: &'static str,
    /// Who and when, or why it failed.
    pub note: String,
    /// Whether it reads now.
    pub active: bool,
    /// Whether it can be activated.
    pub may_activate: bool,
}

/// One figure of the model in force beside the candidate's.
#[derive(Clone, Debug, Default)]
pub struct FigureRow {
    /// What is measured.
    pub name: &'static str,
    /// The model in force.
    pub old: String,
    /// The candidate.
    pub new: String,
}

/// The newest candidate beside the model in force when it was learned.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Id of the candidate.
    pub id: String,
    /// Questions judged.
    pub questions: usize,
    /// The figures.
    pub figures: Vec<FigureRow>,
    /// Changed readings, as sentences.
    pub changed: Vec<String>,
    /// Whether it can be activated.
    pub may_activate: bool,
}

impl Comparison {
    /// The comparison of a candidate.
    pub fn new(id: String, report: &Report, may_activate: bool) -> Self {
        let percent = |share: f32| format!("{:.1}%", share * 100.0);
        let row =
            |name, old: f32, new: f32| FigureRow { name, old: percent(old), new: percent(new) };
        let (old, new) = (&report.old, &report.new);
        let changed = report.changed.iter().map(|(right, was, is, times)| {
            let verdict = match right {
                right if right == is => "改对",
                right if right == was => "改错",
                _ => "都不对",
            };
            format!(
                "应为“{}”：原来读作“{}”，现在读作“{}”，{times} 次（{verdict}）",
                right.name(),
                was.name(),
                is.name()
            )
        });
        Self {
            id,
            questions: report.questions,
            figures: vec![
                row("读对的比例", old.accuracy, new.accuracy),
                row("各领域平均（macro-F1）", old.macro_f1, new.macro_f1),
                row("有 96% 把握时能自动归类的比例", old.coverage, new.coverage),
            ],
            changed: changed.collect(),
            may_activate,
        }
    }
}

/// One correction.
#[derive(Clone, Debug, Default)]
pub struct CorrectionRow {
    /// Id of the inquiry, sent back to take it out.
    pub id: String,
    /// First words, masked.
    pub text: String,
    /// The field before, in words.
    pub old: String,
    /// The right one, in words.
    pub new: String,
    /// Who: 群众, or a name.
    pub who: String,
    /// When.
    pub when: When,
}

/// `/console/triage`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "triage.html", config = "src/console/askama.toml")]
pub struct TriagePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What reads now, in words.
    pub reads: String,
    /// All corrections there are.
    pub total: i64,
    /// Corrections still missing before anything can be learned; 0 when there are enough.
    pub missing: i64,
    /// Percent of a model that is being learned.
    pub training: Option<i64>,
    /// The newest candidate.
    pub comparison: Option<Comparison>,
    /// Every model, newest first.
    pub models: Vec<ModelRow>,
    /// The newest corrections.
    pub corrections: Vec<CorrectionRow>,
}
