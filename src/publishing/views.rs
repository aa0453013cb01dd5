//! What operators and citizens see of articles. Plain structs filled by the handlers.

use askama::Template;

use crate::platform::http::shell::{Choice, CitizenShell, Input, Shell};
use crate::platform::http::when::When;

/// One article of the list.
#[derive(Clone, Debug, Default)]
pub struct ArticleRow {
    /// Its page.
    pub href: String,
    /// Title.
    pub title: String,
    /// State in words.
    pub state: String,
    /// Class of the state's colours.
    pub class: &'static str,
    /// Symbol beside the state.
    pub icon: &'static str,
    /// When it was changed.
    pub when: When,
    /// Account it is for; empty when there is only one.
    pub account: String,
    /// Which organization wrote it; empty: the alliance.
    pub organization: String,
    /// Whether a law it cites changed and nobody has settled that.
    pub doubtful: bool,
}

/// One picture.
#[derive(Clone, Debug, Default)]
pub struct PictureRow {
    /// Where it is.
    pub src: String,
    /// Name it came as.
    pub name: String,
    /// What the form of an article writes to show it.
    pub code: String,
    /// 800×600，120 KB.
    pub size: String,
}

/// `/console/content`; posts a picture to `/console/pictures`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "articles.html", config = "src/console/askama.toml")]
pub struct ArticlesPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Newest first.
    pub rows: Vec<ArticleRow>,
    /// Newest first.
    pub pictures: Vec<PictureRow>,
    /// Accounts a picture can be for.
    pub accounts: Vec<Choice>,
    /// What was searched for.
    pub query: String,
    /// Why a picture was not taken.
    pub error: Option<String>,
    /// Whether this person writes articles.
    pub may_write: bool,
}

/// One thing that happened to an article.
#[derive(Clone, Debug, Default)]
pub struct HistoryRow {
    /// When.
    pub when: When,
    /// What, and by whom.
    pub words: String,
}

/// `/console/content/{id}` and `/console/content/new`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "article.html", config = "src/console/askama.toml")]
pub struct ArticlePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Where the form goes; the other forms go below it.
    pub action: String,
    /// Whether the article is not saved yet.
    pub new: bool,
    /// Version the form was made from.
    pub version: i64,
    /// State in words.
    pub state: String,
    /// Class of the state's colours.
    pub class: &'static str,
    /// Symbol beside the state.
    pub icon: &'static str,
    /// Why it stands so.
    pub reason: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Whether this person can change the text.
    pub writable: bool,
    /// Whether this person can submit it for approval.
    pub submittable: bool,
    /// Whether this person can give it to WeChat.
    pub publishable: bool,
    /// Whether this person can withdraw it.
    pub published: bool,
    /// Whether this person must say what became of it.
    pub unknown: bool,
    /// Whether this person can approve it or send it back.
    pub decidable: bool,
    /// What became of laws it cites, while nobody has settled that.
    pub doubt: Option<String>,
    /// Laws it cites: class, symbol, citation, what is to be said.
    pub laws: Vec<(&'static str, &'static str, String, String)>,
    /// What to look at once more: whether it must be mended, and what.
    pub findings: Vec<(bool, String)>,
    /// Which reader it waits for: 法律审核 or 宣传审核.
    pub reader: &'static str,
    /// Which organization wrote it.
    pub organizations: Vec<Choice>,
    /// Its name; empty: the alliance.
    pub organization: String,
    /// From where it is taken.
    pub source: Input,
    /// Terms to choose from.
    pub licences: Vec<Choice>,
    /// Terms in words.
    pub licence: &'static str,
    /// Whether others may reprint it.
    pub reprint: bool,
    /// Who submitted it, while it waits for approval.
    pub waits: Option<String>,
    /// Why this person, who may approve others' articles, may not approve this one.
    pub own: Option<String>,
    /// What to do while nobody can approve it.
    pub stuck: Option<&'static str>,
    /// Reason typed for sending it back.
    pub remark: String,
    /// What happened so far, newest first.
    pub history: Vec<HistoryRow>,
    /// Accounts it can be for; empty when that is fixed.
    pub accounts: Vec<Choice>,
    /// Title.
    pub title: Input,
    /// Author.
    pub author: Input,
    /// Digest.
    pub digest: Input,
    /// Body.
    pub body: Input,
    /// Address behind "read the original".
    pub source_url: Input,
    /// Covers to choose from.
    pub covers: Vec<Choice>,
    /// Where the chosen cover is.
    pub cover_src: Option<String>,
    /// Pictures to put into the body.
    pub pictures: Vec<PictureRow>,
    /// Why a deed was refused.
    pub error: Option<String>,
}

/// A saved state of an article.
#[derive(Clone, Debug, Default)]
pub struct SavedRow {
    /// Which.
    pub version: i64,
    /// Title then.
    pub title: String,
    /// Who saved it.
    pub by: String,
    /// When.
    pub when: When,
    /// Whether it is the one compared.
    pub chosen: bool,
    /// Whether it is what the article says now.
    pub current: bool,
}

/// `/console/content/{id}/versions`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "article_versions.html", config = "src/console/askama.toml")]
pub struct VersionsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Page of the article.
    pub back: String,
    /// Its title now.
    pub title: String,
    /// Version of the article the form was made from.
    pub version: i64,
    /// Newest first.
    pub rows: Vec<SavedRow>,
    /// The one compared with what the article says now.
    pub compared: i64,
    /// Paragraphs: class, word before it, words.
    pub lines: Vec<(&'static str, &'static str, String)>,
    /// Whether this person can restore it.
    pub restorable: bool,
    /// Why it was not restored.
    pub error: Option<String>,
}

/// A published article for citizens, `/c/articles/{id}`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "reading.html", config = "src/console/askama.toml")]
pub struct ReadingPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Title.
    pub title: String,
    /// Who wrote it; may be empty.
    pub author: String,
    /// Which organization wrote it, from where it is and under which terms, in one line.
    pub credit: String,
    /// When it was published.
    pub published: When,
    /// Its body, made safe by [`super::reading::readable`].
    pub body: String,
    /// Laws it cites that have changed since: name and what happened.
    pub changed: Vec<(String, &'static str)>,
}

/// The published articles, `/c/articles`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "readings.html", config = "src/console/askama.toml")]
pub struct ReadingsPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Address, title, digest, when; newest first.
    pub rows: Vec<(String, String, String, When)>,
}
