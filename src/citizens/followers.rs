//! Followers as WeChat's list of them tells: what is kept and how a reading of the list stands.

use sqlx::FromRow;

use super::CitizenId;
use crate::platform::clock::Moment;
use crate::text_enum;

text_enum!(
    /// How a reading of the list of followers stands.
    RunState {
        /// Not at the end of the list yet.
        Running = "running", "正在同步";
        /// The whole list was read; who was not on it has left.
        Complete = "complete", "已完成";
        /// The list ended before as many were seen as WeChat counts; nobody was taken to have left.
        Doubtful = "doubtful", "名单不全";
        /// Begun too long ago to go on with.
        Abandoned = "abandoned", "已放弃";
    }
);

/// One reading of the list of followers of an account.
#[derive(Clone, Debug, FromRow)]
pub struct Run {
    /// Number, growing.
    pub id: i64,
    /// The account.
    pub account_id: String,
    /// How it stands.
    pub state: RunState,
    /// Whether it is the account's first: then everybody on the list was there before.
    pub is_first: bool,
    /// Where the next page begins; empty at the beginning.
    pub next_openid: String,
    /// Pages read, which is calls made.
    pub pages: i64,
    /// Followers seen on them.
    pub seen: i64,
    /// Followers in all, as WeChat counts them.
    pub total: i64,
    /// Followers nobody knew of.
    pub added: i64,
    /// Followers who had left and are back.
    pub returned: i64,
    /// Followers who are on the list no longer.
    pub gone: i64,
    /// Why it does not go on, in a Chinese sentence.
    pub problem: Option<String>,
    /// When it began.
    pub started_at: Moment,
    /// When the last page was written.
    pub updated_at: Moment,
    /// When it ended.
    pub finished_at: Option<Moment>,
}

impl Run {
    /// Part of the list that has been read, in percent.
    pub fn percent(&self) -> i64 {
        if self.total <= 0 { 0 } else { (self.seen.max(0) * 100 / self.total).min(100) }
    }
}

/// What WeChat tells about a follower beyond the openid.
#[derive(Clone, PartialEq, Eq)]
pub struct Detail {
    /// The follower.
    pub openid: String,
    /// Since when they follow.
    pub subscribed_at: Option<Moment>,
    /// How they found the account, as WeChat codes it.
    pub source: Option<String>,
    /// Scene of the QR code they came by.
    pub scene: Option<String>,
    /// Their tags.
    pub tags: Vec<i64>,
    /// The name operators gave them.
    pub remark: String,
    /// The user for all accounts of one open-platform account.
    pub unionid: Option<String>,
}

/// A following or unfollowing that was noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Change {
    /// Whether they follow since.
    pub following: bool,
    /// When, or when it was noticed.
    pub at: Moment,
    /// What told.
    pub noticed_by: Notice,
}

text_enum!(
    /// What tells that somebody follows or has left.
    Notice {
        /// An event pushed by WeChat: exact to the second.
        Push = "push", "推送";
        /// The list of followers: it happened some time before.
        List = "list", "名单";
    }
);

/// How many follow an account, and what changed of late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Figures {
    /// Followers now.
    pub following: i64,
    /// Followers whose particulars are not known yet.
    pub undetailed: i64,
    /// Those who have left.
    pub left_ever: i64,
}

/// A follower as operators see one: under a number of our own.
#[derive(Clone, FromRow)]
pub struct Follower {
    /// Our number, by which pages name them.
    pub id: i64,
    /// The account.
    pub account_id: String,
    /// WeChat's id; never logged, never shown.
    pub openid: String,
    /// Whether they follow now.
    pub following: bool,
    /// Since when they are known.
    pub first_seen_at: Moment,
    /// Since when they follow, as far as it is known.
    pub subscribed_at: Option<Moment>,
    /// Since when they follow no longer.
    pub unsubscribed_at: Option<Moment>,
    /// How they found the account, as WeChat codes it.
    pub source: Option<String>,
    /// Scene of the QR code they came by.
    pub scene: Option<String>,
    /// Their tags, as JSON numbers.
    pub tags: String,
    /// The name operators gave them.
    pub remark: String,
    /// When the particulars were fetched.
    pub detailed_at: Option<Moment>,
    /// Whether they are on the blacklist.
    pub blocked: bool,
    /// When that was last learnt.
    pub blocked_as_of: Moment,
    /// Why they are on it; nothing when it was done in WeChat's own console.
    pub block_reason: Option<BlockReason>,
    /// What was said about it.
    pub block_note: String,
    /// The citizen they are, if they ever wrote.
    pub citizen_id: Option<CitizenId>,
}

impl Follower {
    /// The numbers of their tags.
    pub fn tag_ids(&self) -> Vec<i64> {
        serde_json::from_str(&self.tags).unwrap_or_default()
    }

    /// What staff see instead of a name: as in their inquiries, if they wrote any.
    pub fn label(&self) -> String {
        match self.citizen_id {
            Some(id) => id.label(),
            None => format!("关注者 {}", self.id),
        }
    }
}

text_enum!(
    /// Why somebody is put on the blacklist.
    BlockReason {
        /// Insults, threats, floods of messages.
        Abuse = "abuse", "辱骂、威胁或反复骚扰";
        /// Advertising.
        Advertising = "advertising", "广告、推销";
        /// Pretends to be somebody else, or fraud.
        Fraud = "fraud", "冒充他人或诈骗";
        /// Said in words.
        Other = "other", "其他（请写明）";
    }
);

/// Which followers are listed; newest known first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Those who follow.
    Following,
    /// Those who have left.
    Left,
    /// Those on the blacklist.
    Blocked,
    /// Those who have the tag with this number.
    Tagged(i64),
    /// Those whose remark contains these words.
    Remark(String),
}
