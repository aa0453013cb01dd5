//! What operators see of the rules: sentences, a form, and a place to try a question.

use askama::Template;

use super::fit::{Bar, Candidate};
use super::rules::Directory;
use crate::inquiries::views::Sla;
use crate::platform::http::shell::{Choice, Input, Shell};
use crate::platform::http::when::When;

/// One rule, read aloud.
#[derive(Clone, Debug, Default)]
pub struct RuleRow {
    /// Form of the rule.
    pub href: String,
    /// Place in the order; the first that fits decides.
    pub rank: i64,
    /// Conditions in words, such as (领域, 劳动人事); all must hold.
    pub when: Vec<(String, String)>,
    /// Organization that gets it.
    pub organization_name: String,
    /// Why the rule is there; empty when nobody said.
    pub note: String,
    /// Whether it is used.
    pub enabled: bool,
    /// Whether it takes everything that comes to it.
    pub fallback: bool,
}

/// An organization that handles the field of a question, with what speaks for and against it.
#[derive(Clone, Debug, Default)]
pub struct CandidateRow {
    /// Name.
    pub name: String,
    /// All its points.
    pub points: i64,
    /// The points taken apart.
    pub words: String,
    /// Why it is not asked; `None`: it may be.
    pub why_not: Option<&'static str>,
    /// Whether it gets the question.
    pub chosen: bool,
}

impl CandidateRow {
    /// A candidate as staff read it.
    pub fn new(candidate: &Candidate, directory: &Directory) -> Self {
        Self {
            name: directory.short_name(candidate.organization).to_owned(),
            points: candidate.points(),
            words: candidate.words(),
            why_not: candidate.bar.map(Bar::name),
            chosen: false,
        }
    }

    /// The whole row as a sentence.
    pub fn sentence(&self) -> String {
        let Self { name, points, words, .. } = self;
        match self.why_not {
            Some(why) => format!("{name}：{why}（{points} 分）"),
            None => format!("{name}：{points} 分（{words}）"),
        }
    }
}

/// What the tester says.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The organization; `None` when it would wait for an operator.
    pub organization_name: Option<String>,
    /// Type of organizations that would pick it from a list.
    pub listed_for: Option<&'static str>,
    /// What was read in the text, one sentence each.
    pub reading: Vec<String>,
    /// Every rule in its order as a sentence, and what came of it.
    pub rules: Vec<(String, String)>,
    /// Organizations that handle the field and work for the place, the best first.
    pub candidates: Vec<CandidateRow>,
    /// Names of those that handle the field but do not work for the place, joined by 、.
    pub elsewhere: String,
    /// How it came to the decision, one sentence a step.
    pub steps: Vec<String>,
}

/// `/console/rules`. The tester posts `text` and `territory` to `/console/rules/try`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "rules.html", config = "src/console/askama.toml")]
pub struct RulesPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// All rules in their order.
    pub rows: Vec<RuleRow>,
    /// Whether rules may be changed.
    pub may_edit: bool,
    /// Fields with the districts, joined by 、, in which nobody answers but the operators.
    pub gaps: Vec<(String, String)>,
    /// The question tried.
    pub text: String,
    /// Territories to try it from.
    pub territories: Vec<Choice>,
    /// What came of it.
    pub verdict: Option<Verdict>,
    /// Types of organizations, those ticked that pick from a list.
    pub modes: Vec<Choice>,
    /// Minutes that something stands in a list.
    pub pick_minutes: u32,
    /// Who changed that when, the newest first.
    pub mode_changes: Vec<ModeChange>,
}

/// A type of organizations that began or ceased to pick from a list.
#[derive(Clone, Debug, Default)]
pub struct ModeChange {
    /// When.
    pub at: When,
    /// Who and what, in one sentence.
    pub sentence: String,
}

/// The form of a rule. Posts `field`, `territory`, `organization`, `rank`, `note`, `enabled` and
/// `version` to `action`; with `trial` nothing is saved and what it would change is shown.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "rule.html", config = "src/console/askama.toml")]
pub struct RulePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Where the form posts to.
    pub action: String,
    /// Whether it is new.
    pub new: bool,
    /// Version the form was made from; sent back, so that nobody's change is overwritten.
    pub version: i64,
    /// Legal fields; none chosen means any.
    pub fields: Vec<Choice>,
    /// Territories; none chosen means any.
    pub territories: Vec<Choice>,
    /// Organizations.
    pub organizations: Vec<Choice>,
    /// Place in the order.
    pub rank: Input,
    /// Why the rule is there.
    pub note: Input,
    /// Whether it is used.
    pub enabled: bool,
    /// What is wrong with the rule as a whole.
    pub error: Option<String>,
    /// What it would have changed, when that was asked for (`trial`).
    pub trial: Option<TrialView>,
    /// How it was before, the newest first; the first is how it is.
    pub history: Vec<RuleVersion>,
}

/// What a rule would have changed in the last 30 days.
#[derive(Clone, Debug, Default)]
pub struct TrialView {
    /// Inquiries it was tried on.
    pub asked: usize,
    /// Of these, how many would go elsewhere.
    pub changed: usize,
    /// Organization, inquiries now, inquiries then; only where they differ.
    pub loads: Vec<(String, usize, usize)>,
    /// Some of the changed: number, to whom now, to whom then.
    pub examples: Vec<(String, String, String)>,
}

/// How a rule was once.
#[derive(Clone, Debug)]
pub struct RuleVersion {
    /// Since when.
    pub at: When,
    /// Who made it so.
    pub by: String,
    /// The rule as a sentence.
    pub sentence: String,
    /// What differs from the version before, one sentence each; empty for the first.
    pub changes: Vec<String>,
    /// What the form sends to bring it back: field,
    pub field: String,
    /// territory,
    pub territory: String,
    /// organization,
    pub organization: String,
    /// place in the order,
    pub rank: i64,
    /// why it is there,
    pub note: String,
    /// and whether it is used.
    pub enabled: bool,
}

/// One inquiry that an organization may pick.
#[derive(Clone, Debug, Default)]
pub struct PickRow {
    /// Id of the inquiry.
    pub id: String,
    /// Its number.
    pub number: String,
    /// First words, masked.
    pub first_line: String,
    /// Field in words.
    pub field: String,
    /// Place in words.
    pub place: String,
    /// When it was asked.
    pub asked: When,
    /// The promise, which runs already.
    pub sla: Sla,
    /// When it leaves the list, seen from now.
    pub until: String,
}

/// `/console/pick`: what stands in the list of the own type. Every row posts to
/// `/console/inquiries/{id}/pick`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pick.html", config = "src/console/askama.toml")]
pub struct PickPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Rows, the first to leave the list first.
    pub rows: Vec<PickRow>,
    /// Why nothing may be picked now.
    pub shut: Option<String>,
    /// Whether organizations of this type pick at all.
    pub picks: bool,
}

/// An offer that a hub's manager may move; never a word of what was asked.
#[derive(Clone, Debug, Default)]
pub struct MovableRow {
    /// Id of the inquiry.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Field in words.
    pub field: String,
    /// Place in words.
    pub place: String,
    /// Whether it goes first.
    pub urgent: bool,
    /// When it was asked.
    pub asked: When,
    /// The promise.
    pub sla: Sla,
    /// Members that may take it, the best fit first.
    pub takers: Vec<Choice>,
}

/// How the work of one member stands.
#[derive(Clone, Debug, Default)]
pub struct MemberRow {
    /// Id of the organization.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether it takes inquiries now, in words.
    pub standing: &'static str,
    /// Whether it does.
    pub takes: bool,
    /// Offered and taken by nobody yet.
    pub untaken: i64,
    /// Taken and not yet answered.
    pub taken: i64,
    /// Past their promise.
    pub overdue: i64,
    /// Asked within 2 hours, within 24 hours, before.
    pub ages: (i64, i64, i64),
    /// Open inquiries it may have; empty: no limit.
    pub cap: String,
    /// Its offers that may be moved, the most urgent first.
    pub offers: Vec<MovableRow>,
}

/// `/console/hub`: a hub balances the work of its members. Caps post `most_open` to
/// `/console/hub/members/{id}`, offers post `organization` to `/console/hub/offers/{id}`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "hub.html", config = "src/console/askama.toml")]
pub struct HubPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Name of the hub.
    pub hub: String,
    /// Its members.
    pub members: Vec<MemberRow>,
}
