//! Second readers (复核): an answer that a colleague reads before it goes out.
//!
//! Until it is released, an answer is no message: it stands in a table of its own, so that neither
//! delivery nor any page of the citizen can find it. The promise runs on meanwhile. Where nobody else
//! of the organization can read, the reader comes from outside ([`lending`]).

pub mod actions;
pub mod lending;
pub mod rules;
pub mod store;
pub mod views;

use crate::inquiries::{InquiryId, MessageId};
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::staff::StaffId;
use crate::text_enum;

text_enum!(
    /// How a held answer stands.
    ReviewState {
        /// Waits for a colleague.
        InReview = "in_review", "待复核";
        /// A colleague let it go.
        Released = "released", "已放行";
        /// A colleague sent it back with remarks.
        Returned = "returned", "已退回";
        /// The author took it back.
        Withdrawn = "withdrawn", "已撤回";
    }
);

text_enum!(
    /// Why an answer is read first.
    Reason {
        /// The author has written few answers so far.
        New = "new", "新人的答复";
        /// The field is one in which mistakes are costly.
        Field = "field", "重点领域";
        /// Chance picked it.
        Share = "share", "随机抽中";
        /// The one before was sent back.
        Again = "again", "上一稿被退回";
    }
);

/// An answer that was held.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Review {
    /// Id; the message's, once it is released.
    pub id: MessageId,
    /// Inquiry.
    pub inquiry_id: InquiryId,
    /// Organization in whose name it was written.
    pub organization_id: OrganizationId,
    /// Who wrote it.
    pub author_id: StaffId,
    /// The answer.
    pub body: String,
    /// Why it was held.
    pub reason: Reason,
    /// How it stands.
    pub state: ReviewState,
    /// When it was written.
    pub written_at: Moment,
    /// Who decided.
    pub reader_id: Option<StaffId>,
    /// In the words of who decided.
    pub remark: String,
    /// When.
    pub decided_at: Option<Moment>,
}
