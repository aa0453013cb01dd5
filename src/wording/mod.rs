//! Changes of the texts that reach citizens by themselves: one person proposes, another approves, and
//! only then the text says something else. The catalogue and the texts in force are in
//! [`crate::content`].

pub mod actions;
pub mod rules;
pub mod store;
pub mod views;

use sqlx::FromRow;

use crate::content::approving::Decision;
use crate::entity_id;
use crate::platform::clock::Moment;
use crate::staff::StaffId;

entity_id!(
    /// Id of a proposal.
    ProposalId
);

/// A change of a text that somebody proposed.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Proposal {
    /// Id.
    pub id: ProposalId,
    /// Key of the text in the catalogue.
    pub key: String,
    /// Version in force when it was proposed; 0 for the shipped text.
    pub from_version: i64,
    /// What the text is to be.
    pub body: String,
    /// By whom.
    pub proposed_by: StaffId,
    /// When.
    pub proposed_at: Moment,
    /// How it ended; `None` while it waits.
    pub decision: Option<Decision>,
    /// Why it was sent back.
    pub reason: Option<String>,
    /// Who decided.
    pub decided_by: Option<StaffId>,
    /// When.
    pub decided_at: Option<Moment>,
}
