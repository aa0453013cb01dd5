//! Answers on the point of leaving: for a few seconds after it was sent, an answer stands in a table
//! of its own and its author can call it back. Nothing of it is visible to the citizen before that.

pub mod actions;
pub mod store;

use sqlx::FromRow;

use super::{InquiryId, MessageId};
use crate::platform::clock::Moment;
use crate::staff::StaffId;

/// Kind of the job that lets an answer go; its payload is the answer's id.
pub const LEAVE: &str = "answer.leave";

/// An answer that leaves in a moment.
#[derive(Clone, Debug, FromRow)]
pub struct Leaving {
    /// Id that becomes the message's.
    pub id: MessageId,
    /// Inquiry.
    pub inquiry_id: InquiryId,
    /// Who wrote it.
    pub author_id: StaffId,
    /// What.
    pub body: String,
    /// When it was sent.
    pub written_at: Moment,
    /// When it leaves.
    pub leaves_at: Moment,
}
