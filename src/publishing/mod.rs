//! Articles: written here, kept as drafts in WeChat's draft box, published there
//! (wechat-protocol.md §7.1–§7.3).
//!
//! The text here is the original; `content_hash` says which state of it WeChat's draft holds, and
//! which one two other people have approved, one for the law and one for how it reads: nothing else is
//! given to WeChat ([`reviewing`]). A cited law that changes later puts an article in doubt.
//! Publishing notifies nobody: mass sends are not made here.

pub mod actions;
pub mod checks;
pub mod diff;
pub mod jobs;
pub mod live;
pub mod pictures;
pub mod reading;
pub mod reviewing;
pub mod rules;
pub mod shelf;
pub mod store;
pub mod views;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::content::approving::Decision;
use crate::media::Format;
use crate::members::OrganizationId;
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
entity_id!(
    /// Id of a review of an article.
    ReviewId
);

text_enum!(
    /// How an article stands.
    ArticleState {
        /// Being written.
        Draft = "draft", "草稿";
        /// Submitted; another person has to check it against the law.
        InReview = "in_review", "待法律审核";
        /// Right in law; a third person has to read it as the public will.
        LegalPassed = "legal_passed", "待宣传审核";
        /// Sent back by whoever read it, with a reason.
        Returned = "returned", "已退回";
        /// Read and approved; it may be given to WeChat.
        Approved = "approved", "已通过";
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

text_enum!(
    /// Under which terms an article may be used (版权).
    Licence {
        /// Written by the organization itself.
        Own = "own", "本单位原创";
        /// With the consent of whoever wrote it.
        Agreed = "agreed", "经作者授权";
        /// Laws, and what authorities made public.
        Official = "official", "法律法规或政府公开信息";
        /// From elsewhere, with its source named.
        Reprinted = "reprinted", "转载，注明来源";
    }
);

/// One time an article was submitted, and what became of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Review {
    /// Id.
    pub id: ReviewId,
    /// The article.
    pub article_id: ArticleId,
    /// Which state of its text was submitted.
    pub content_hash: String,
    /// Who submitted it.
    pub submitted_by: Uuid,
    /// When.
    pub submitted_at: Moment,
    /// Who wrote what was submitted.
    pub author_id: Option<Uuid>,
    /// Who found it right in law.
    pub legal_by: Option<Uuid>,
    /// When.
    pub legal_at: Option<Moment>,
    /// How it ended; `None` while it waits.
    pub decision: Option<Decision>,
    /// Why it was sent back.
    pub reason: Option<String>,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<Moment>,
}

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
    /// Which organization wrote it; `None`: the alliance.
    pub organization_id: Option<OrganizationId>,
    /// From where it is taken; may be empty for own work.
    pub source: String,
    /// Under which terms.
    pub licence: Licence,
    /// Whether others may reprint it.
    pub reprint: bool,
    /// What became of laws it cites, while nobody has settled that (需复核).
    pub doubt: Option<String>,
    /// The doubt that somebody settled last.
    pub doubt_settled: Option<String>,
}

/// A saved state of an article.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Saved {
    /// Which.
    pub version: i64,
    /// Title then.
    pub title: String,
    /// Body then.
    pub body: String,
    /// Who saved it.
    pub saved_by: Uuid,
    /// When.
    pub saved_at: Moment,
}

/// What a person writes of an article.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    /// Which organization wrote it; `None`: the alliance.
    pub organization: Option<OrganizationId>,
    /// From where it is taken.
    pub source: String,
    /// Under which terms.
    pub licence: Licence,
    /// Whether others may reprint it.
    pub reprint: bool,
}

impl Default for ArticleEdit {
    fn default() -> Self {
        Self {
            account: String::new(),
            title: String::new(),
            author: String::new(),
            digest: String::new(),
            body: String::new(),
            source_url: String::new(),
            cover: None,
            organization: None,
            source: String::new(),
            licence: Licence::Own,
            reprint: false,
        }
    }
}

impl From<&Article> for ArticleEdit {
    fn from(article: &Article) -> Self {
        Self {
            account: article.account_id.clone(),
            title: article.title.clone(),
            author: article.author.clone(),
            digest: article.digest.clone(),
            body: article.body.clone(),
            source_url: article.source_url.clone(),
            cover: article.cover_id,
            organization: article.organization_id,
            source: article.source.clone(),
            licence: article.licence,
            reprint: article.reprint,
        }
    }
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
