//! Who should answer: rules first, then the best fit by field, place and kind, then the hub of the
//! district, then the operators. Every decision carries its reasons in words.
//!
//! Refuses to know: conversations, WeChat.

pub mod actions;
pub mod cache;
pub mod fit;
pub mod gaps;
pub mod hub;
pub mod jobs;
pub mod loads;
pub mod moving;
pub mod rules;
pub mod simulation;
pub mod store;
pub mod trial;
pub mod views;

use crate::entity_id;
use crate::language::fields::Field;
use crate::members::OrganizationId;

entity_id!(
    /// Id of a routing rule.
    RuleId
);

/// A rule that operators wrote: when field and place match, this organization answers.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Rule {
    /// Id.
    pub id: RuleId,
    /// Rules are tried in this order; the first that matches decides.
    pub position: i64,
    /// Field it is for; `None` for any.
    pub field: Option<Field>,
    /// Territory it is for, with everything in it; `None` for any.
    pub territory_id: Option<String>,
    /// Who answers.
    pub organization_id: OrganizationId,
    /// Whether it counts.
    pub active: bool,
    /// Why it is there.
    pub note: String,
    /// Grows with every change.
    pub version: i64,
}
