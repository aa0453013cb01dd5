//! Calls back (回访): a citizen was not satisfied, so somebody else answers once more, within one
//! working day.
//!
//! The inquiry comes back into the inbox with that deadline; who wrote the last answer can neither
//! claim nor answer it until a colleague has. Where there is no colleague, routing takes it on.

pub mod store;

use crate::inquiries::{Inquiry, InquiryId};
use crate::members::hours;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::staff::StaffId;
use crate::text_enum;
use crate::worktime::deadline::{Amount, deadline};
use crate::worktime::due_after_hours;

text_enum!(
    /// What the citizen said.
    Cause {
        /// One or two stars.
        Rating = "rating", "评价不满意";
        /// It is not solved.
        Unsolved = "unsolved", "说还没解决";
    }
);

text_enum!(
    /// How a call back ended.
    Ended {
        /// Somebody else answered.
        Answered = "answered", "已换人答复";
        /// The citizen is satisfied after all.
        TakenBack = "taken_back", "群众改为满意";
        /// Somebody else closed the inquiry.
        Closed = "closed", "由同事办结";
    }
);

/// A call back that is owed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Callback {
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// When the citizen said so.
    pub opened_at: Moment,
    /// What they said.
    pub cause: Cause,
    /// Who wrote the answer they were not satisfied with.
    pub author_id: Option<StaffId>,
    /// By when somebody else answers.
    pub due_at: Moment,
}

/// The fewest stars with which somebody counts as satisfied.
pub const SATISFIED: i64 = 3;
/// Working days until the second answer.
const WORKDAYS: u32 = 1;

/// Opens a call back; gives by when it is due. `None` when one is owed already, or nothing was
/// answered yet.
pub async fn open(
    tx: &mut Tx,
    inquiry: &Inquiry,
    cause: Cause,
    at: Moment,
) -> Result<Option<Moment>> {
    if inquiry.answered_at.is_none() || store::owed(tx, inquiry.id).await?.is_some() {
        return Ok(None);
    }
    let weeks = hours::store::weeks(tx).await?;
    let mut calendars = hours::calendars(weeks, hours::store::days(tx).await?);
    let own = inquiry.organization_id.and_then(|id| calendars.remove(&id));
    let calendar = own.unwrap_or_else(hours::office_calendar);
    let counted = deadline(&calendar, at, Amount::Workdays(WORKDAYS), &[]);
    let due_at = counted.map_or_else(|| due_after_hours(at, 24), |deadline| deadline.at);
    let author_id = store::last_author(tx, inquiry.id).await?;
    let callback = Callback { inquiry_id: inquiry.id, opened_at: at, cause, author_id, due_at };
    store::insert(tx, &callback).await?;
    Ok(Some(due_at))
}

/// Keeps the author of the answer that did not satisfy away from the second one.
///
/// # Errors
/// Conflict when `by` wrote it.
pub async fn refuse_author(tx: &mut Tx, inquiry: InquiryId, by: StaffId) -> Result<()> {
    let owed = store::owed(tx, inquiry).await?;
    match owed.filter(|callback| callback.author_id == Some(by)) {
        Some(callback) => Err(Error::conflict(format!(
            "群众对您上一次的答复{}，这次要换一位同事回访和答复。您写的内容已存为草稿，可以交给同事参考。",
            callback.cause.name()
        ))),
        None => Ok(()),
    }
}
