//! The duty roster (值班表): who of an organization is on duty when, who is away, who swaps with whom,
//! and what one hands over to the next.
//!
//! A week of an organization counts as rostered once it holds a shift. In such a week questions are
//! offered only while somebody is on duty, and promises in working time run only then, unless the
//! organization says that its roster is for itself alone.
//!
//! Refuses to know: inquiries, and how work is shared out.

pub mod actions;
pub mod feed;
pub mod rules;
pub mod store;
pub mod views;

use jiff::civil::Date;
use sqlx::FromRow;

use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::staff::StaffId;
use crate::worktime::calendar::Span;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a shift.
    ShiftId
);
entity_id!(
    /// Id of an absence.
    AbsenceId
);
entity_id!(
    /// Id of a wish to swap.
    SwapId
);

/// Somebody on duty (值班) on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Id.
    pub id: ShiftId,
    /// For whom.
    pub organization_id: OrganizationId,
    /// Who.
    pub staff_id: StaffId,
    /// Beijing's day.
    pub day: Date,
    /// From when to when.
    pub span: Span,
}

/// Somebody away for whole days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Id.
    pub id: AbsenceId,
    /// Of which organization.
    pub organization_id: OrganizationId,
    /// Who.
    pub staff_id: StaffId,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// Why.
    pub reason: AbsenceReason,
}

text_enum!(
    /// Why somebody is away; no more than colleagues need to know.
    AbsenceReason {
        /// Leave.
        Leave = "leave", "休假";
        /// Ill.
        Ill = "ill", "病假";
        /// At court or elsewhere for work.
        Away = "away", "外出公务";
        /// Anything else.
        Other = "other", "其他";
    }
);

text_enum!(
    /// How a wish to swap stands.
    SwapState {
        /// Waits for the colleague.
        Asked = "asked", "等待同意";
        /// The colleague agreed; the shifts have changed hands.
        Agreed = "agreed", "已换班";
        /// The colleague did not agree.
        Refused = "refused", "未同意";
        /// Taken back, or no longer possible.
        Withdrawn = "withdrawn", "已撤回";
    }
);

/// Somebody asks a colleague to take a shift.
#[derive(Clone, Debug, FromRow)]
pub struct Swap {
    /// Id.
    pub id: SwapId,
    /// Of which organization.
    pub organization_id: OrganizationId,
    /// The shift to be taken.
    pub shift_id: ShiftId,
    /// The colleague's shift the asker would take instead.
    pub return_shift_id: Option<ShiftId>,
    /// Who asks.
    pub asker_id: StaffId,
    /// Who is asked.
    pub colleague_id: StaffId,
    /// What would change hands, in words, as it was when asked.
    pub wish: String,
    /// A word with it.
    pub remark: String,
    /// How it stands.
    pub state: SwapState,
    /// Since when.
    pub asked_at: Moment,
}

/// What one on duty tells the next.
#[derive(Clone, Debug, FromRow)]
pub struct Handover {
    /// Who wrote it.
    pub author_id: StaffId,
    /// The words, with private numbers masked.
    pub body: String,
    /// When.
    pub written_at: Moment,
}
