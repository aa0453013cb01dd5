//! Alerts (提醒): somebody of the staff is told that something waits for them, in the console and
//! by WeChat, e-mail or the WeCom group of their organization.
//!
//! Whoever causes an alert calls [`actions::raise`] inside their own transaction. What is told is
//! only an [`Occasion`] and an inquiry's number: a message leaves the house, so it can hold nothing
//! that a citizen wrote, said or is called by. Danger leaves at once; everything else is gathered
//! for a minute and keeps quiet hours ([`rules::plan`]).
//!
//! Refuses to know: inquiries, articles, who may read what; only to whom a happening matters.

pub mod actions;
pub mod jobs;
pub mod mail;
pub mod rules;
pub mod store;
pub mod views;
pub mod words;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::staff::StaffId;
use crate::text_enum;

text_enum!(
    /// What happened.
    Occasion {
        /// Danger was read in a citizen's words.
        Danger = "danger", "人身危险";
        /// An inquiry is offered to an organization, or waits for the operators.
        OfferNew = "offer_new", "新咨询待接";
        /// An offer is about to go to the next organization.
        OfferLapsing = "offer_lapsing", "待接将超时";
        /// Half of the promised time is over.
        PromiseHalf = "promise_half", "时限过半";
        /// The promised time is nearly over.
        DeadlineNear = "deadline_near", "答复快到期";
        /// The promised time is over.
        DeadlinePassed = "deadline_passed", "答复已超期";
        /// Somebody asks for more time to answer.
        ExtensionAsked = "extension_asked", "延期待审批";
        /// An answer waits for its second reader.
        ReviewWaits = "review_waits", "答复待复核";
        /// An inquiry was taken over by the organization's manager.
        TakenOver = "taken_over", "咨询被接手";
        /// A colleague names somebody in an internal note.
        Mentioned = "mentioned", "同事提到您";
        /// A citizen wrote again.
        FollowUp = "follow_up", "群众追问";
        /// An article waits for another person's approval.
        ArticleWaits = "article_waits", "文章待审批";
        /// A law that an article cites changed.
        ArticleDoubtful = "article_doubtful", "文章需复核";
        /// A changed text waits for somebody to approve it.
        TextWaits = "text_waits", "自动文字待审批";
        /// Something is due for a date of the calendar.
        TaskDue = "task_due", "普法日历到期";
        /// A campaign waits for somebody to approve it.
        CampaignWaits = "campaign_waits", "推送待审批";
        /// A campaign is about to be sent.
        CampaignCooling = "campaign_cooling", "推送即将发送";
        /// A campaign was stopped, was refused, or nobody knows what became of it.
        CampaignTrouble = "campaign_trouble", "推送需要处理";
        /// Something failed that does not mend itself.
        Failure = "failure", "系统故障";
        /// Somebody tries whether alerts reach them.
        Trial = "trial", "试发提醒";
    }
);

text_enum!(
    /// By which way a message leaves.
    Channel {
        /// A notice to the person's own WeChat, bound for signing in.
        Wechat = "wechat", "微信";
        /// An e-mail.
        Email = "email", "邮件";
        /// The robot in a WeCom group.
        Robot = "robot", "企业微信群";
    }
);

text_enum!(
    /// How a message stands.
    MessageState {
        /// It waits for its time.
        Queued = "queued", "等待发送";
        /// It is on its way.
        Calling = "calling", "正在发送";
        /// The other side has taken it.
        Sent = "sent", "已送出";
        /// It cannot be sent.
        Failed = "failed", "没有送出";
        /// Tried; nobody knows whether it arrived, and nothing sends it again by itself.
        Unknown = "unknown", "结果不明";
        /// All of it was seen in the console before.
        Skipped = "skipped", "已在工作台处理，没有再发";
    }
);

/// What happened to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// What.
    pub occasion: Occasion,
    /// To what: an inquiry, an article.
    pub about: Uuid,
    /// Tells several happenings to one thing apart, such as two deadlines of one inquiry.
    pub stamp: i64,
    /// The inquiry's number; empty for anything else.
    pub number: String,
    /// Whose it is; `None`: the alliance's.
    pub organization: Option<OrganizationId>,
    /// Codes for the console alone, such as the kinds of danger.
    pub detail: String,
}

/// To whom something matters.
#[derive(Clone, Debug)]
pub enum Audience {
    /// Two people: of the organization its manager, else who answers, and an operator; where one of
    /// them is missing, another operator.
    Two,
    /// Whoever may take it: everybody who answers in the organization, or the operators.
    Answering,
    /// Whoever has it; without anybody as [`Audience::Answering`].
    Holder(Option<StaffId>),
    /// Whoever has it and the organization's managers; without anybody as [`Audience::Answering`].
    HolderAndManagers(Option<StaffId>),
    /// The organization's managers, but not this one.
    Managers(StaffId),
    /// Whoever else of this organization, the own one or a hub, may read what this person wrote, or the
    /// operators.
    Readers(Option<OrganizationId>, StaffId),
    /// Who balances the work for this hub, or the operators.
    Hub(Option<OrganizationId>),
    /// The operators.
    Operators,
    /// Whoever may approve articles and texts, but not these.
    Approvers(Vec<Uuid>),
    /// Operators and system administrators.
    Caretakers,
    /// This person.
    Only(StaffId),
    /// Nobody in person; the organization's group alone.
    Group,
}

/// An alert as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Alert {
    /// Id.
    pub id: i64,
    /// What happened.
    pub occasion: Occasion,
    /// To what.
    pub about: Uuid,
    /// The inquiry's number.
    pub number: String,
    /// Whose it is.
    pub organization_id: Option<OrganizationId>,
    /// Codes for the console alone.
    pub detail: String,
    /// When.
    pub raised_at: Moment,
    /// When the person saw it, or it was dealt with.
    pub seen_at: Option<Moment>,
}

/// A message as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Message {
    /// Id.
    pub id: i64,
    /// By which way.
    pub channel: Channel,
    /// To whom: a person, an organization's group, or under the nil id the alliance's.
    pub recipient: Uuid,
    /// What is gathered in it: an occasion, or everything of the quiet hours.
    pub gather: String,
    /// Whether it knows no quiet hours.
    pub urgent: bool,
    /// How it stands.
    pub state: MessageState,
    /// Not before this moment.
    pub due_at: Moment,
    /// Tries that failed.
    pub tries: i64,
    /// Why it is not sent.
    pub reason: Option<String>,
    /// When it was written.
    pub created_at: Moment,
    /// When its standing was last settled.
    pub settled_at: Option<Moment>,
}

/// Which channels tell of which occasion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Choices(pub BTreeMap<Occasion, Vec<Channel>>);

/// How a person wants to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// Address; empty: none.
    pub email: String,
    /// When only danger may disturb.
    pub quiet: rules::Quiet,
    /// What they chose; what is missing is as [`rules::usual`] says.
    pub choices: Choices,
}

impl Default for Wishes {
    fn default() -> Self {
        Self { email: String::new(), quiet: rules::Quiet::NIGHT, choices: Choices::default() }
    }
}

/// The WeCom group of an organization or of the alliance.
#[derive(Clone, Debug)]
pub struct Group {
    /// Key of its robot, sealed.
    pub key: String,
    /// The last characters of the key, to recognize it by.
    pub key_end: String,
    /// What it is told of.
    pub occasions: Vec<Occasion>,
}

/// Whom a group belongs to: an organization, or the alliance.
pub fn group_of(organization: Option<OrganizationId>) -> Uuid {
    organization.map_or(Uuid::nil(), |organization| organization.0)
}
