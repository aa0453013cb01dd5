//! The texts that reach citizens by themselves, as those see them who write and approve them.

use askama::Template;
use uuid::Uuid;

use crate::platform::http::shell::{Input, Shell};
use crate::platform::http::when::When;

/// One text.
#[derive(Clone, Debug, Default)]
pub struct TextRow {
    /// Its page.
    pub href: String,
    /// Key in the catalogue, such as welcome.
    pub key: String,
    /// What it is for, in words.
    pub purpose: String,
    /// The text now in use.
    pub body: String,
    /// Version now in use; 0 is the text the product came with.
    pub version: i64,
    /// Whether a change waits for approval.
    pub waiting: bool,
}

/// `/console/settings`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "texts.html", config = "src/console/askama.toml")]
pub struct TextsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// All texts.
    pub rows: Vec<TextRow>,
    /// Whether the reader may propose changes.
    pub may_write: bool,
}

/// One earlier version of a text, or a change that was not taken.
#[derive(Clone, Debug, Default)]
pub struct TextVersion {
    /// 第 2 版, 退回, …
    pub name: String,
    /// Who wrote and who approved it.
    pub who: String,
    /// When.
    pub when: When,
    /// Why it was sent back; empty otherwise.
    pub reason: String,
    /// The text.
    pub body: String,
}

/// A change that waits.
#[derive(Clone, Debug, Default)]
pub struct WaitingText {
    /// Its id.
    pub id: Uuid,
    /// Who proposed it.
    pub who: String,
    /// When.
    pub when: When,
    /// The text with its places.
    pub body: String,
    /// How it looks on the phone, with examples in its places.
    pub shown: String,
    /// Whether the reader proposed it.
    pub own: bool,
    /// Whether the reader may decide about it.
    pub decidable: bool,
    /// A reason that was typed and refused.
    pub reason: String,
}

/// `/console/settings/texts/{key}`; posts `body` and the `version` it was made from, or the `proposal`
/// that was seen.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "text.html", config = "src/console/askama.toml")]
pub struct TextPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Where its forms go.
    pub action: String,
    /// What it is for, in words.
    pub purpose: String,
    /// How the text in use looks on the phone.
    pub in_force: String,
    /// Places it may contain, with their meaning.
    pub placeholders: Vec<(String, String)>,
    /// Whether the reader may propose a change.
    pub may_write: bool,
    /// The text being edited.
    pub body: Input,
    /// How that looks on the phone, when it was asked for.
    pub preview: Option<String>,
    /// Version in use.
    pub version: i64,
    /// Most bytes of UTF-8 that fit.
    pub byte_limit: usize,
    /// A change that waits for approval.
    pub waiting: Option<WaitingText>,
    /// What to do when nobody is there who could approve it.
    pub stuck: Option<&'static str>,
    /// Why a decision was refused.
    pub error: Option<String>,
    /// Earlier versions and changes that were not taken, newest first.
    pub history: Vec<TextVersion>,
}
