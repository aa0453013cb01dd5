//! What a citizen's phone shows.

use serde::Serialize;

use crate::platform::clock::Moment;

/// Who a bubble belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The citizen: green, on the right.
    Citizen,
    /// The account: white, on the left.
    Account,
    /// WeChat or the stand-in itself: a grey line.
    System,
}

/// By which way a bubble came to the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The citizen's own doing.
    Gesture,
    /// Reply to a push.
    Passive,
    /// `message/custom/send`.
    Customer,
    /// `message/template/send` and its kin.
    Template,
    /// `message/mass/…`.
    Mass,
    /// A line of WeChat's or of the stand-in.
    Notice,
}

/// One entry of a chat.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bubble {
    /// Number within the chat, growing.
    pub seq: u64,
    /// When it appeared, by the citizen's clock.
    pub at: Moment,
    /// Whose it is.
    pub side: Side,
    /// How it came.
    pub via: Via,
    /// What it shows.
    pub body: BubbleBody,
}

impl Bubble {
    /// The text of a text bubble, the head of a msgmenu or the line of a notice.
    pub fn text(&self) -> Option<&str> {
        match &self.body {
            BubbleBody::Text { text }
            | BubbleBody::Notice { text }
            | BubbleBody::Undelivered { text }
            | BubbleBody::Failure { text, .. } => Some(text),
            BubbleBody::Menu { head, .. } => Some(head),
            _ => None,
        }
    }
}

impl BubbleBody {
    /// What somebody reads who sees only words; empty for what has none.
    pub(super) fn words(&self) -> String {
        match self {
            BubbleBody::Text { text } => text.clone(),
            BubbleBody::Voice { recognition, .. } => recognition.clone().unwrap_or_default(),
            BubbleBody::Location { label, .. } => label.clone(),
            _ => String::new(),
        }
    }
}

/// Content of a [`Bubble`]. Texts are hostile: whoever shows them must not interpret them beyond
/// `<a href>` links.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(missing_docs, reason = "each variant says what its fields are")]
pub enum BubbleBody {
    /// A text message.
    Text { text: String },
    /// A picture kept by the stand-in.
    Image { media_id: String },
    /// A voice message with the words the recognizer would deliver.
    Voice { seconds: u32, recognition: Option<String> },
    /// A place in degrees (WGS-like, as WeChat sends it).
    Location { lat: f64, lon: f64, label: String },
    /// Articles.
    News { articles: Vec<NewsArticle> },
    /// A msgmenu with entries to tap.
    Menu { head: String, items: Vec<MenuItem>, tail: String },
    /// A template notice.
    Template { title: String, rows: Vec<TemplateRow>, url: Option<String> },
    /// Something the phone would show but the stand-in only names: video, music, cards.
    Other { label: String },
    /// A grey line.
    Notice { text: String },
    /// Something the account wanted to send and WeChat refused.
    Undelivered { text: String },
    /// WeChat's line for an account whose server failed, with the reason only the stand-in tells.
    Failure { text: String, reason: String },
}

/// One article of a news message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewsArticle {
    /// Title.
    pub title: String,
    /// Summary; may be empty.
    pub description: String,
    /// Page it opens.
    pub url: String,
    /// Picture; may be empty.
    pub picture: String,
}

/// One entry of a msgmenu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MenuItem {
    /// Comes back as `bizmsgmenuid`.
    pub id: String,
    /// Comes back as the citizen's text.
    pub content: String,
}

/// One row of a template notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TemplateRow {
    /// Key as sent, `thing1`.
    pub key: String,
    /// Value as sent.
    pub value: String,
}
