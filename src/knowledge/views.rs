//! What staff see of the law: a search, and whether citations hold.

use askama::Template;

use super::checking::Checked;
use super::rules::Verdict;
use crate::platform::http::shell::Shell;
use crate::platform::http::when::When;

/// One article found.
#[derive(Clone, Debug, Default)]
pub struct ArticleRow {
    /// Title of the law.
    pub title: String,
    /// The name the law is kept by, sent back with a confirmation.
    pub name: String,
    /// Number, sent back too.
    pub number: i64,
    /// 1 for 之一, sent back too.
    pub insertion: i64,
    /// 第一百三十三条之一.
    pub label: String,
    /// Part, chapter and section.
    pub heading: String,
    /// The text.
    pub text: String,
}

/// What is said about one citation.
#[derive(Clone, Debug, Default)]
pub struct CitationRow {
    /// Class of the notice: good, warn or bad.
    pub class: &'static str,
    /// The citation.
    pub cited: String,
    /// The judgement, and what to do.
    pub says: String,
    /// The article as it is now; empty when there is none.
    pub text: String,
}

impl From<Checked> for CitationRow {
    fn from(checked: Checked) -> Self {
        let (class, says) = match &checked.verdict {
            Verdict::Holds(_) => ("good", "现行有效。".to_owned()),
            Verdict::Changed { text: Some(_), .. } => {
                ("warn", "引用后这一条已经修改，请按下面的现行文本核对。".to_owned())
            }
            Verdict::Changed { text: None, .. } => {
                ("bad", "引用后法律已修改，现行文本里没有这一条，请重新查找。".to_owned())
            }
            Verdict::Repealed { since, by, .. } => ("bad", repealed(since, by)),
            Verdict::NoSuchArticle(_) => ("bad", "这部法律里没有这一条，请核对条号。".to_owned()),
            Verdict::NoSuchLaw => {
                ("bad", "库里没有这部法律，可能名称有误或者还没有导入，请核对名称。".to_owned())
            }
            Verdict::NoLawNamed => {
                ("warn", "没有写是哪部法律，请在条号前写上法律名称。".to_owned())
            }
        };
        let cited = if checked.title.is_empty() {
            checked.written
        } else {
            format!("《{}》{}", checked.title, checked.label)
        };
        Self { class, cited, says, text: checked.text }
    }
}

fn repealed(since: &str, by: &str) -> String {
    let since =
        if since.is_empty() { "已经失效".to_owned() } else { format!("自 {since} 起失效") };
    let by = if by.is_empty() { String::new() } else { format!("，由《{by}》取代") };
    format!("这部法律{since}{by}，请改引现行法律。")
}

/// `/console/knowledge`. Asks itself with `text`; a confirmation posts `text`, `name`, `number` and
/// `insertion` to `/console/knowledge/confirm`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "knowledge.html", config = "src/console/askama.toml")]
pub struct KnowledgePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Whether the reader edits knowledge cards.
    pub cards: bool,
    /// Whether the reader looks after what retrieval learns from.
    pub lessons: bool,
    /// What was asked; empty at first.
    pub text: String,
    /// Citations found in it.
    pub citations: Vec<CitationRow>,
    /// Articles that fit it, best first.
    pub rows: Vec<ArticleRow>,
    /// Whether the search can answer; not while it is being built, and not without laws.
    pub ready: bool,
    /// Articles in force that are searched.
    pub articles: usize,
    /// Whether this person may confirm what fits.
    pub may_confirm: bool,
}

/// One thing that somebody said of articles.
#[derive(Clone, Debug, Default)]
pub struct LessonView {
    /// Id.
    pub id: String,
    /// The masked question, shortened.
    pub question: String,
    /// Articles.
    pub cited: String,
    /// Whether they answer the question.
    pub fits: bool,
    /// Where it was said.
    pub origin: &'static str,
    /// Who said it.
    pub who: String,
    /// When.
    pub when: When,
}

/// `/console/knowledge/lessons`. Removing posts to `/console/knowledge/lessons/{id}/remove`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "lessons.html", config = "src/console/askama.toml")]
pub struct LessonsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The newest.
    pub rows: Vec<LessonView>,
    /// How many there are.
    pub total: i64,
}
