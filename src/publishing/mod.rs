//! Articles: written here, kept as drafts in WeChat's draft box, published there
//! (wechat-protocol.md §7.1–§7.3).
//!
//! The text here is the original; `content_hash` says which state of it WeChat's draft holds.
//! Publishing notifies nobody: mass sends are not made here.

pub mod actions;
pub mod jobs;
pub mod pictures;
pub mod rules;
pub mod store;
pub mod views;

use uuid::Uuid;

use crate::media::Format;
use crate::platform::clock::Moment;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of an article.
    ArticleId
);
entity_id!(
    /// Id of a picture for articles.
    PictureId
);

text_enum!(
    /// How an article stands.
    ArticleState {
        /// Being written.
        Draft = "draft", "草稿";
        /// On its way: pictures and draft are being brought to WeChat.
        Sending = "sending", "正在提交";
        /// The call that publishes has begun and not ended.
        Calling = "calling", "正在提交发布";
        /// WeChat took it on and is looking at it.
        Checking = "checking", "微信审核中";
        /// Published.
        Published = "published", "已发布";
        /// WeChat refused it, or it could not be brought there.
        Refused = "refused", "未通过";
        /// The call broke off: nobody knows whether WeChat took it.
        Unknown = "unknown", "结果不明";
        /// Being deleted at WeChat.
        Withdrawing = "withdrawing", "正在撤下";
        /// Deleted at WeChat.
        Withdrawn = "withdrawn", "已撤下";
    }
);

/// An article.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Article {
    /// Id.
    pub id: ArticleId,
    /// Official account it is for.
    pub account_id: String,
    /// Title.
    pub title: String,
    /// Author.
    pub author: String,
    /// Digest; may be empty.
    pub digest: String,
    /// Body in HTML; pictures by their address in the console.
    pub body: String,
    /// Address behind "read the original"; may be empty.
    pub source_url: String,
    /// The cover.
    pub cover_id: Option<PictureId>,
    /// Digest of all that is published of it.
    pub content_hash: String,
    /// How it stands.
    pub state: ArticleState,
    /// WeChat's draft of it.
    pub draft_id: Option<String>,
    /// What that draft holds.
    pub draft_hash: Option<String>,
    /// The publication WeChat took on last.
    pub publish_id: Option<String>,
    /// WeChat's id of what is published.
    pub article_id: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Why it was refused or is unknown, in Chinese.
    pub reason: Option<String>,
    /// Grows with every change.
    pub version: i64,
    /// When it was changed last.
    pub updated_at: Moment,
    /// When it was published.
    pub published_at: Option<Moment>,
    /// Who changed it last.
    pub changed_by: Option<Uuid>,
}

/// What a person writes of an article.
#[derive(Clone, Debug, Default)]
pub struct ArticleEdit {
    /// Official account it is for; fixed once it is saved.
    pub account: String,
    /// Title.
    pub title: String,
    /// Author.
    pub author: String,
    /// Digest.
    pub digest: String,
    /// Body: HTML, or plain lines that become paragraphs.
    pub body: String,
    /// Address behind "read the original".
    pub source_url: String,
    /// The cover.
    pub cover: Option<PictureId>,
}

/// A picture for articles, re-encoded.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Picture {
    /// Id.
    pub id: PictureId,
    /// Official account it is for.
    pub account_id: String,
    /// Name of the file it came as.
    pub name: String,
    /// Name of its file in the store.
    pub sha256: String,
    /// What it is.
    pub format: Format,
    /// Pixels across.
    pub width: i64,
    /// Pixels down.
    pub height: i64,
    /// Size of the file.
    pub bytes: i64,
    /// WeChat's address of it for bodies.
    pub url: Option<String>,
    /// WeChat's permanent id of it for covers.
    pub material_id: Option<String>,
    /// When it was added.
    pub added_at: Moment,
}
