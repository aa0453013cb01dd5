//! Shown instead of sending when the conversation has changed since the person last saw it.

use askama::Template;

use super::conversation::Entry;
use crate::platform::http::shell::Shell;

/// The page with both texts. The form posts to `/console/inquiries/{id}/answer` with `choice`
/// `supplement`, `discard` or `send`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "conflict.html", config = "src/console/askama.toml")]
pub struct ConflictPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Id used in addresses.
    pub id: String,
    /// Short human number.
    pub number: String,
    /// What happened in one sentence: 李律师在 20:13 已经答复.
    pub what: String,
    /// Whether a colleague has answered, so that the own text can add to theirs.
    pub supplement: bool,
    /// The lines the person had not seen, newest first.
    pub news: Vec<Entry>,
    /// The person's own text, not sent.
    pub body: String,
    /// Highest sequence number shown here.
    pub seen: i64,
    /// Most bytes of UTF-8 that fit into one WeChat message.
    pub byte_limit: usize,
}
