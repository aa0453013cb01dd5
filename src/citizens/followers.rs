//! Followers as WeChat's list of them tells: what is kept and how a reading of the list stands.

use sqlx::FromRow;

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
