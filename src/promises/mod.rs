//! Promises while they run: paused with a reason, extended when somebody else agrees, told to the
//! citizen before they slip, and reported to more and more people as their end draws near.
//!
//! What an end is and how it moves is decided in [`crate::worktime::promise`]; here it is applied to
//! inquiries. Each warning is written with the people it is meant for ([`Audience`]), and they are
//! alerted in the same transaction. Refuses to know: by which way an alert reaches somebody.

pub mod actions;
pub mod jobs;
pub mod rules;
pub mod store;
pub mod views;

use crate::inquiries::{InquiryId, PauseReason};
use crate::platform::clock::Moment;
use crate::staff::StaffId;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a pause.
    PauseId
);
entity_id!(
    /// Id of an extension.
    ExtensionId
);

text_enum!(
    /// How a pause came to its end.
    Ending {
        /// The citizen wrote.
        Citizen = "citizen", "群众来信，自动恢复";
        /// Staff ended it.
        Staff = "staff", "人工恢复";
        /// Its time was over.
        Expired = "expired", "暂停期满，自动恢复";
        /// The inquiry was answered or closed.
        Answered = "answered", "已答复，暂停结束";
    }
);

text_enum!(
    /// How a request for more time stands.
    ExtensionState {
        /// Nobody has decided.
        Open = "open", "待审批";
        /// Granted.
        Granted = "granted", "已同意";
        /// Not granted.
        Refused = "refused", "未同意";
    }
);

text_enum!(
    /// For whom a warning is meant.
    Audience {
        /// Whoever has the inquiry, else everybody of the organization who answers.
        Responder = "responder", "答复人员";
        /// The organization's manager.
        Manager = "manager", "单位管理员";
        /// The citizen.
        Citizen = "citizen", "群众";
        /// The managers of the hub around.
        Hub = "hub", "枢纽型组织";
        /// The operators of the alliance.
        Operator = "operator", "联盟运营";
    }
);

/// A stretch in which the clock of a promise stood still.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Pausing {
    /// Id.
    pub id: PauseId,
    /// Of which inquiry.
    pub inquiry_id: InquiryId,
    /// Why.
    pub reason: PauseReason,
    /// Its beginning.
    pub from_at: Moment,
    /// When it ends at the latest.
    pub until_at: Moment,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// How.
    pub ending: Option<Ending>,
}

/// A request for more time.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Extension {
    /// Id.
    pub id: ExtensionId,
    /// For which inquiry.
    pub inquiry_id: InquiryId,
    /// So many workdays more.
    pub workdays: i64,
    /// Why.
    pub reason: String,
    /// How it stands.
    pub state: ExtensionState,
    /// Who asked.
    pub asked_by: StaffId,
    /// When.
    pub asked_at: Moment,
    /// Who decided.
    pub decided_by: Option<StaffId>,
    /// When.
    pub decided_at: Option<Moment>,
    /// What they said.
    pub remark: String,
    /// The end when it was asked.
    pub due_before: Moment,
    /// The end that came of it.
    pub due_after: Option<Moment>,
}
