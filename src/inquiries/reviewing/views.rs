//! What staff see of held answers: the list, the panel in a conversation, the organization's choice.

use askama::Template;

use super::Reason;
use crate::inquiries::views::{Part, Sla};
use crate::platform::http::shell::{Choice, Shell};
use crate::platform::http::when::When;

/// One held answer in the list.
#[derive(Clone, Debug, Default)]
pub struct ReviewRow {
    /// The inquiry's page.
    pub href: String,
    /// Its number.
    pub number: String,
    /// First words of the question.
    pub first_line: String,
    /// Who wrote the answer.
    pub author: String,
    /// Why it is read.
    pub reason: &'static str,
    /// Whether the reader of the page wrote it.
    pub own: bool,
    /// Whether it was sent back.
    pub returned: bool,
    /// What the reader remarked.
    pub remark: String,
    /// The citizen's promise, which runs on.
    pub sla: Sla,
    /// When it was written.
    pub written: When,
}

/// The list `/console/reviews`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "reviews.html", config = "src/console/askama.toml")]
pub struct ReviewsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Which answers are read first, in one sentence.
    pub policy: String,
    /// Where that is changed; empty for whoever may not.
    pub policy_href: String,
    /// Nearest promise first.
    pub rows: Vec<ReviewRow>,
    /// What the person reads for other organizations.
    pub lent: Vec<LentRow>,
}

/// One held answer of another organization that nobody else can read there.
#[derive(Clone, Debug, Default)]
pub struct LentRow {
    /// Its page.
    pub href: String,
    /// Number of the inquiry.
    pub number: String,
    /// First words of the question, masked.
    pub first_line: String,
    /// Whose answer it is.
    pub organization: String,
    /// Why it is read.
    pub reason: &'static str,
    /// The citizen's promise, which runs on.
    pub sla: Sla,
    /// When it was written.
    pub written: When,
}

/// The page on which a held answer of another organization is read; posts `version` and `remark` to
/// `…/release` and `remark` to `…/return` below its own address.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "review_lent.html", config = "src/console/askama.toml")]
pub struct LentPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What is read.
    pub row: LentRow,
    /// The field.
    pub field: String,
    /// Names of what goes with the answer; its content is not masked and not shown.
    pub attached: String,
    /// The answer, masked.
    pub body: String,
    /// Version of the inquiry that was looked at.
    pub version: i64,
}

/// The panel in a conversation.
#[derive(Clone, Debug, Default)]
pub struct ReviewPanel {
    /// Whether it was sent back; else it waits.
    pub returned: bool,
    /// Who wrote it, why it is read, when it was written, in one sentence.
    pub sentence: String,
    /// The answer.
    pub body: String,
    /// What goes with it.
    pub files: Vec<Part>,
    /// What the reader remarked, with who it was.
    pub remark: String,
    /// The citizen's promise.
    pub sla: Sla,
    /// Version of the inquiry that was looked at.
    pub version: i64,
    /// Whether the reader of the page may let it go.
    pub may_release: bool,
    /// Whether they may send it back.
    pub may_return: bool,
    /// Whether they may take it back.
    pub may_withdraw: bool,
    /// What to do where nobody else could read it; empty when somebody can.
    pub alone: &'static str,
}

/// What an organization has chosen; posts `first_answers`, `share` and `field` to `action`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "review_policy.html", config = "src/console/askama.toml")]
pub struct ReviewPolicyPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Whose.
    pub organization_name: String,
    /// Where the form posts to.
    pub action: String,
    /// Why what was typed was not saved.
    pub error: Option<String>,
    /// So many first answers of everybody.
    pub first_answers: String,
    /// So many of a hundred others.
    pub share: String,
    /// Fields, those that are read ticked.
    pub fields: Vec<Choice>,
    /// People who could read each other's answers.
    pub readers: usize,
}

/// What happened to a held answer, for the timeline; `None` for anything else.
pub fn deed(action: &str, by: &str, detail: &str) -> Option<String> {
    let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
    let why = detail["reason"].as_str().and_then(Reason::from_code).map_or("", Reason::name);
    match action {
        "review.hold" => Some(format!("{by} 写好答复，等同事复核")),
        "review.release" if detail["lent"] == true => {
            Some(format!("外单位复核人复核后放行（{why}）"))
        }
        "review.return" if detail["lent"] == true => {
            Some(format!("外单位复核人复核后退回（{why}）"))
        }
        "review.lent_read" => Some("外单位复核人查看了这条答复（只看到脱敏文字）".to_owned()),
        "review.release" if detail["own"] == true => {
            Some(format!("{by} 自行放行了答复（单位里没有别人可以复核）"))
        }
        "review.release" => Some(format!("{by} 复核后放行（{why}）")),
        "review.return" => Some(format!("{by} 复核后退回（{why}）")),
        "review.withdraw" => Some(format!("{by} 撤回了等待复核的答复")),
        _ => None,
    }
}
