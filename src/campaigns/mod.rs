//! Campaigns (推送): what is sent to many followers at once, exactly once, and only as somebody else
//! approved it (wechat-protocol.md §7.4; reliability-security-ux.md §2.2–2.4).
//!
//! A campaign is written by one person, seen on the phones of testers, approved by another, given a
//! time, waits with its cancel button for the cooling time, and is then sent in one or several
//! [`Slice`]s. [`machine`] decides every step and is pure. A slice's intent is on disk before the call and
//! its outcome after it; what cannot be known is `unknown` and nothing repeats it by itself.
//! [`content`] digests all that was approved: who, what, when. A slice row refers to the approval
//! with that digest, so that the database itself holds nothing to send that nobody approved.
//!
//! Refuses to know: what inquiries say; who may press which button.

pub mod actions;
pub mod answers;
pub mod audience;
pub mod content;
pub mod jobs;
pub mod machine;
pub mod report;
pub mod store;
pub mod timing;
pub mod views;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::content::approving::Decision;
use crate::platform::clock::Moment;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a campaign.
    CampaignId
);
entity_id!(
    /// Id of one time a campaign was submitted.
    ApprovalId
);

text_enum!(
    /// What a campaign sends.
    Kind {
        /// One to eight approved articles.
        Articles = "articles", "图文";
        /// A text.
        Text = "text", "文字";
        /// Pictures with a line above them.
        Images = "images", "图片";
    }
);

text_enum!(
    /// How a campaign stands (reliability-security-ux.md §2.3).
    Stage {
        /// Being written.
        Draft = "draft", "草稿";
        /// Submitted; another person has to look.
        InReview = "in_review", "待审批";
        /// Sent back with a reason.
        Returned = "returned", "已退回";
        /// Approved, and not yet to be sent.
        Approved = "approved", "已通过";
        /// To be sent at its time.
        Scheduled = "scheduled", "已排期";
        /// About to be sent; the last chance to stop it.
        Cooling = "cooling", "倒计时";
        /// Slices are being given to WeChat.
        Sending = "sending", "正在提交";
        /// WeChat has taken all of it and has not told the result.
        Submitted = "submitted", "已提交，等微信结果";
        /// Stopped; a person has to say how it goes on.
        Held = "held", "已停住";
        /// Nobody knows whether WeChat took a part of it.
        Unknown = "unknown", "待核实";
        /// Sent.
        Sent = "sent", "已发送";
        /// Some of it was sent.
        Partial = "partial", "部分发送";
        /// Nothing of it was sent: WeChat refused it.
        Failed = "failed", "未发出";
        /// Nothing of it was sent: somebody cancelled it.
        Cancelled = "cancelled", "已取消";
    }
);

text_enum!(
    /// How a slice stands.
    SliceState {
        /// Not called yet.
        Pending = "pending", "待发";
        /// The call has begun; written before it.
        Calling = "calling", "正在提交";
        /// WeChat has taken it.
        Submitted = "submitted", "已提交";
        /// WeChat says that it was sent.
        Sent = "sent", "成功";
        /// It was not sent.
        Failed = "failed", "失败";
        /// The call broke off: nobody knows.
        Unknown = "unknown", "待核实";
        /// Cancelled before it was called.
        Dropped = "dropped", "未发";
    }
);

/// A campaign.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Campaign {
    /// Id.
    pub id: CampaignId,
    /// Official account it is sent from.
    pub account_id: String,
    /// What it is called here; followers do not see it.
    pub title: String,
    /// What it sends.
    pub kind: Kind,
    /// The text, or the line above pictures.
    pub body: String,
    /// Ids of articles or pictures, in order, as JSON.
    pub items: String,
    /// [`audience::Filter`] as JSON.
    pub filter: String,
    /// When it is to be sent.
    pub send_at: Moment,
    /// Why it may be sent in quiet hours, on a day of mourning or close to another; empty: it may not.
    pub override_reason: String,
    /// Digest of all that is approved ([`content::hash`]).
    pub hash: String,
    /// How it stands.
    pub stage: Stage,
    /// Why it was stopped, sent back or refused, in Chinese.
    pub reason: Option<String>,
    /// The approval in force.
    pub approval_id: Option<ApprovalId>,
    /// Since when it cools.
    pub cooled_at: Option<Moment>,
    /// When its slices were made.
    pub started_at: Option<Moment>,
    /// When all of it had an outcome.
    pub finished_at: Option<Moment>,
    /// How many it was addressed to; known when its slices were made.
    pub audience: Option<i64>,
    /// WeChat's draft of its articles.
    pub draft_id: Option<String>,
    /// Of which state of the campaign that draft is.
    pub draft_hash: Option<String>,
    /// The campaign this one corrects.
    pub corrects: Option<CampaignId>,
    /// Grows with every change.
    pub version: i64,
    /// Who changed what it says last.
    pub written_by: Uuid,
    /// When it was changed last.
    pub updated_at: Moment,
}

/// What a person writes of a campaign.
#[derive(Clone, Debug, Default)]
pub struct CampaignEdit {
    /// Official account; fixed once it is saved.
    pub account: String,
    /// What it is called here.
    pub title: String,
    /// What it sends.
    pub kind: Option<Kind>,
    /// The text, or the line above pictures.
    pub body: String,
    /// Articles or pictures, in order.
    pub items: Vec<Uuid>,
    /// Who gets it.
    pub filter: audience::Filter,
    /// When.
    pub send_at: Option<Moment>,
    /// Why a rule of time may be broken.
    pub override_reason: String,
    /// The campaign this one corrects.
    pub corrects: Option<CampaignId>,
}

/// What a campaign said when it was submitted, for comparing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// What it sends.
    pub kind: Kind,
    /// The text.
    pub body: String,
    /// Articles or pictures.
    pub items: Vec<Uuid>,
    /// Who gets it.
    pub filter: audience::Filter,
    /// When.
    pub send_at: Moment,
    /// Why a rule of time may be broken.
    pub override_reason: String,
}

/// One time a campaign was submitted, and what became of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Approval {
    /// Id.
    pub id: ApprovalId,
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Which state of it.
    pub hash: String,
    /// That state, a [`Snapshot`] as JSON.
    pub snapshot: String,
    /// Who wrote that state.
    pub written_by: Uuid,
    /// Who submitted it.
    pub submitted_by: Uuid,
    /// When.
    pub submitted_at: Moment,
    /// How it ended; `None` while it waits.
    pub decision: Option<Decision>,
    /// Why it was sent back.
    pub reason: Option<String>,
    /// Who decided.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<Moment>,
}

/// A part of a campaign that is one call to WeChat.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Slice {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Which part, from 1.
    pub nth: i64,
    /// The approval it is sent under.
    pub approval_id: ApprovalId,
    /// What that approved.
    pub hash: String,
    /// [`audience::Target`] as JSON.
    pub target: String,
    /// How many it is addressed to.
    pub size: i64,
    /// How it stands.
    pub state: SliceState,
    /// Our id of it, the same for every try.
    pub client_msg_id: String,
    /// Digest of the body of the call; fixed by the first try.
    pub request_hash: Option<String>,
    /// Calls begun.
    pub tries: i64,
    /// When the first began.
    pub first_tried_at: Option<Moment>,
    /// When the last began.
    pub tried_at: Option<Moment>,
    /// Not before this moment again.
    pub retry_at: Option<Moment>,
    /// WeChat's id of it.
    pub msg_id: Option<i64>,
    /// WeChat's number for its articles' figures.
    pub msg_data_id: Option<i64>,
    /// Why it stands as it does, in Chinese.
    pub reason: Option<String>,
    /// Followers WeChat addressed.
    pub total: Option<i64>,
    /// Of these left after its filters.
    pub filtered: Option<i64>,
    /// Sent.
    pub sent: Option<i64>,
    /// Not sent.
    pub errors: Option<i64>,
    /// When its outcome was known.
    pub settled_at: Option<Moment>,
}

/// What WeChat reports of a mass send, ours or one made by hand (§2.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Report {
    /// WeChat's id of the send.
    pub msg_id: i64,
    /// Whether it was sent.
    pub succeeded: bool,
    /// Why not, in Chinese; empty when it was.
    pub reason: String,
    /// Followers addressed.
    pub total: i64,
    /// Of these left after filters.
    pub filtered: i64,
    /// Sent.
    pub sent: i64,
    /// Not sent.
    pub errors: i64,
}
