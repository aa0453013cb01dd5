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
