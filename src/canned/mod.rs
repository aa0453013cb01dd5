//! Canned answers (常用答复): texts that an organization, or the alliance for everybody, keeps for
//! questions that come again and again. A person inserts one into an answer and changes it there;
//! nothing of it is ever sent by itself.

pub mod actions;
pub mod rules;
pub mod store;
pub mod views;

use sqlx::FromRow;

use crate::entity_id;
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::staff::StaffId;

entity_id!(
    /// Id of a canned answer.
    CannedId
);

/// A canned answer.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Canned {
    /// Id.
    pub id: CannedId,
    /// Whose it is; `None` for the alliance, whose texts everybody may insert.
    pub organization_id: Option<OrganizationId>,
    /// By which it is found.
    pub title: String,
    /// The text, with variables such as `{编号}`.
    pub body: String,
    /// Counts its changes; a form says which one it shows.
    pub version: i64,
    /// Who saved it last.
    pub saved_by: StaffId,
    /// When.
    pub saved_at: Moment,
}
