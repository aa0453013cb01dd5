//! Inquiries (咨询): what a citizen asked, what was said, who has it, how it stands.
//!
//! Refuses to know: WeChat, how an answer travels, who should get an inquiry. An answer leaves as a
//! job of kind [`ANSWER_WRITTEN`], written with it; whoever delivers takes it from there.

pub mod actions;
pub mod callbacks;
pub mod jobs;
pub mod leaving;
pub mod link;
pub mod offers;
pub mod reviewing;
pub mod rules;
pub mod store;
pub mod views;

use serde::{Deserialize, Serialize};

use crate::citizens::CitizenId;
use crate::language::fields::Field;
use crate::members::{OrganizationId, StationId};
use crate::platform::clock::Moment;
use crate::staff::{Qualification, StaffId};
use crate::{entity_id, text_enum};

pub use rules::{State, Step};

/// Kind of the job that is written with every answer; its payload is an [`AnswerWritten`].
pub const ANSWER_WRITTEN: &str = "answer.written";

/// Payload of [`ANSWER_WRITTEN`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct AnswerWritten {
    /// The answer.
    pub message: MessageId,
}

entity_id!(
    /// Id of an inquiry.
    InquiryId
);
entity_id!(
    /// Id of a message, note or answer within an inquiry.
    MessageId
);
entity_id!(
    /// Id of a filter somebody keeps.
    FilterId
);

/// A filter of the inbox under a name.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SavedFilter {
    /// Id.
    pub id: FilterId,
    /// What its owner calls it.
    pub name: String,
    /// The query of the inbox's address: `tab=mine&q=工资`, encoded.
    pub query: String,
}

text_enum!(
    /// Who said something in an inquiry.
    Author {
        /// The citizen.
        Citizen = "citizen", "群众";
        /// Staff, to the citizen.
        Staff = "staff", "答复";
        /// The system, to the citizen: a stored text about how their inquiry stands.
        Told = "told", "告知";
        /// Staff, among themselves.
        Note = "note", "内部备注";
        /// The system: what happened to the inquiry.
        System = "system", "系统";
    }
);

impl Author {
    /// Whether it is said between the citizen and staff, so that both have seen it or not.
    pub fn is_exchanged(self) -> bool {
        matches!(self, Self::Citizen | Self::Staff)
    }
}

text_enum!(
    /// What a message is made of.
    MessageKind {
        /// Words.
        Text = "text", "文字";
        /// Speech, with the recognized words.
        Voice = "voice", "语音";
        /// A picture.
        Image = "image", "图片";
        /// A film.
        Video = "video", "视频";
        /// A place.
        Location = "location", "位置";
        /// A link.
        Link = "link", "链接";
    }
);

text_enum!(
    /// Why the clock of a promise stands still.
    PauseReason {
        /// Papers or details only the citizen has.
        Documents = "documents", "等群众补充材料";
        /// Another authority must speak first.
        Authority = "authority", "等其他部门的结果";
        /// The citizen wants to be answered later.
        Wish = "wish", "群众要求晚些再办";
    }
);

impl PauseReason {
    /// The reason as its citizen reads it.
    pub fn to_citizen(self) -> &'static str {
        match self {
            Self::Documents => "等您补充材料",
            Self::Authority => "等其他部门的结果",
            Self::Wish => "按您的意思晚些再办",
        }
    }
}

text_enum!(
    /// How an inquiry ended.
    Closing {
        /// The question was answered.
        Answered = "answered", "已解答";
        /// Handed to legal aid.
        LegalAid = "legal_aid", "已转法律援助";
        /// Handed to the 12348 hotline.
        Hotline = "hotline", "已转12348";
        /// The citizen said no more.
        Silent = "silent", "群众未回应";
        /// Not a legal question.
        NotLegal = "not_legal", "非法律问题";
        /// Something else.
        Other = "other", "其他";
        /// The matter goes on in another inquiry; nobody says so in a form, merging does.
        Merged = "merged", "已并入另一件咨询";
    }
);

/// An inquiry as lists and pages need it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Inquiry {
    /// Id.
    pub id: InquiryId,
    /// Short number people say: 2611-0837.
    pub number: String,
    /// Who asked.
    pub citizen_id: CitizenId,
    /// Whether staff shall not see that the same person asked before.
    pub anonymous: bool,
    /// Official account it came through.
    pub account_id: String,
    /// How it stands.
    pub state: State,
    /// Legal field, when known.
    pub field: Option<Field>,
    /// Territory, when known.
    pub territory_id: Option<String>,
    /// Station whose code the citizen scanned.
    pub station_id: Option<StationId>,
    /// Who answers; `None` while with the operators.
    pub organization_id: Option<OrganizationId>,
    /// Person who claimed it.
    pub assignee_id: Option<StaffId>,
    /// Whether it goes first.
    pub urgent: bool,
    /// Codes of the dangers that were read in it, comma-separated; empty when none.
    pub dangers: String,
    /// Whether the citizen asked for a person.
    pub wants_human: bool,
    /// First words, masked.
    pub first_line: String,
    /// When it was asked.
    pub opened_at: Moment,
    /// By when the next answer is promised.
    pub due_at: Moment,
    /// When the citizen last wrote.
    pub last_message_at: Moment,
    /// When it was first answered.
    pub answered_at: Option<Moment>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// How it ended.
    pub outcome: Option<Closing>,
    /// The elder inquiry in which its matter goes on.
    pub merged_into: Option<InquiryId>,
    /// Whether the citizen wrote something nobody has opened yet.
    pub unread: bool,
    /// Stars, 1 to 5.
    pub rating: Option<i64>,
    /// When the stars were first given.
    pub rated_at: Option<Moment>,
    /// Whether whoever answers sees neither the stars nor the word that came with them.
    pub rating_hidden: bool,
    /// The word that came with hidden stars; empty when there is none.
    pub rating_comment: String,
    /// When the citizen said that it is not solved.
    pub unsolved_at: Option<Moment>,
    /// When whoever claimed it last did something with it.
    pub active_at: Option<Moment>,
    /// When the running promise began.
    pub promised_at: Moment,
    /// Since when its clock stands still.
    pub paused_at: Option<Moment>,
    /// When it runs again by itself.
    pub paused_until: Option<Moment>,
    /// Why it stands still.
    pub pause_reason: Option<PauseReason>,
    /// The highest level of warning that the running promise has reached, 0 for none.
    pub warned: i64,
    /// Grows with every change.
    pub version: i64,
}

impl Inquiry {
    /// What staff see instead of a name.
    pub fn citizen_label(&self) -> String {
        if self.anonymous { "匿名群众".to_owned() } else { self.citizen_id.label() }
    }

    /// A new promise runs from `at` on, whatever stood still before.
    pub fn promise_anew(&mut self, at: Moment, due: Moment) {
        self.promised_at = at;
        self.due_at = due;
        self.paused_at = None;
        self.paused_until = None;
        self.pause_reason = None;
    }

    /// Ends a pause at `at`; by how much that moves the promise is worked out right after.
    pub fn end_pause(&mut self, at: Moment) {
        self.paused_until = self.paused_until.map(|until| until.min(at));
    }
}

/// One entry in the conversation of an inquiry.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Message {
    /// Id.
    pub id: MessageId,
    /// Inquiry.
    pub inquiry_id: InquiryId,
    /// Who.
    pub author: Author,
    /// Which staff member, for answers and notes.
    pub staff_id: Option<StaffId>,
    /// Their name.
    pub staff_name: Option<String>,
    /// As what they answered, where that was known then.
    pub qualification: Option<Qualification>,
    /// Made of what.
    pub kind: MessageKind,
    /// Text with private parts masked.
    pub body: String,
    /// Whether masking changed it, so that there is a sealed original.
    pub masked: bool,
    /// WeChat's id of the picture, film or speech.
    pub media_id: Option<String>,
    /// Whether it corrects an earlier answer.
    pub correction: bool,
    /// When.
    pub at: Moment,
}

/// An inquiry to be written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewInquiry {
    /// Id.
    pub id: InquiryId,
    /// Number.
    pub number: String,
    /// Legal field, when known.
    pub field: Option<Field>,
    /// Territory, when known.
    pub territory: Option<String>,
    /// Whether it goes first.
    pub urgent: bool,
    /// Codes of dangers, comma-separated.
    pub dangers: String,
    /// First words, masked.
    pub first_line: String,
    /// By when the first answer is promised.
    pub due_at: Moment,
    /// Whether staff shall not see that the same person asked before.
    #[serde(default)]
    pub anonymous: bool,
}

/// A message to be written.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Id.
    pub id: MessageId,
    /// Inquiry.
    pub inquiry: InquiryId,
    /// Key of the inbox row it came with, for what citizens sent.
    pub inbox: Option<String>,
    /// Who.
    pub author: Author,
    /// Which staff member.
    pub staff: Option<StaffId>,
    /// Made of what.
    pub kind: MessageKind,
    /// Masked text.
    pub body: String,
    /// Text as it came, sealed for the message's id, when masking changed it.
    pub original: Option<String>,
    /// WeChat's media id.
    pub media: Option<String>,
    /// When.
    pub at: Moment,
}
