//! The tables `inquiries`, `messages`, `drafts`, `offers`, `triage_corrections`, `inquiry_labels`,
//! `saved_filters`.
//!
//! Every function that reads for a person takes an [`OrgScope`](crate::members::OrgScope).

mod changes;
mod corrections;
mod figures;
mod filters;
pub mod labels;
mod lists;
mod merging;
mod messages;
mod offers;
mod terms;
mod warnings;

pub use changes::*;
pub use corrections::*;
pub use figures::*;
pub use filters::*;
pub use lists::*;
pub use merging::*;
pub use messages::*;
pub use offers::*;
pub use terms::*;
pub use warnings::*;

/// The columns of an [`Inquiry`](super::Inquiry), of table `i`.
macro_rules! columns {
    () => {
        "i.id, i.number, i.citizen_id, i.anonymous, i.account_id, i.state, i.field, i.territory_id, i.station_id, \
         i.organization_id, i.assignee_id, i.urgent, i.dangers, i.wants_human, i.first_line, \
         i.opened_at, i.due_at, i.last_message_at, i.answered_at, i.closed_at, i.outcome, i.merged_into, i.unread, \
         i.rating, i.rated_at, i.rating_hidden, i.rating_comment, i.unsolved_at, i.active_at, \
         i.promised_at, i.paused_at, i.paused_until, i.pause_reason, i.warned, i.version"
    };
}
pub(super) use columns;
