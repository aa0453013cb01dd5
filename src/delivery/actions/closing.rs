//! Closing an inquiry without hiding an answer of which nobody knows whether it arrived.

use crate::delivery::{DeliveryState, store};
use crate::inquiries::actions::staff;
use crate::inquiries::{ANSWER_WRITTEN, AnswerWritten, Closing, Inquiry, InquiryId};
use crate::platform::Deps;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::jobs;
use crate::staff::StaffMember;

/// Closes an inquiry; `confirmed` says that somebody made sure by another way that the citizen has
/// the answer whose delivery is unknown.
///
/// # Errors
/// Conflict while an answer is on its way, and when the matter is said to be answered though it is
/// unknown whether the last answer arrived.
pub async fn close(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    outcome: Closing,
    confirmed: bool,
) -> Result<Inquiry> {
    let mut change = staff::begin(deps, by, id).await?;
    if on_its_way(&mut change.tx, id).await? {
        return Err(Error::conflict(
            "有一条答复正在发出，还没有办结。请等几秒，看到送达结果后再办结。",
        ));
    }
    if outcome == Closing::Answered && !confirmed && is_unclear(&mut change.tx, id).await? {
        return Err(Error::conflict(
            "最近一条答复结果不明，不知道群众收到没有，不能按“已解答”办结。请先打电话或等群众来信确认；\
             已经确认收到的，请在“办结”里勾选以后再办结。",
        ));
    }
    staff::close(deps, by, change, outcome).await
}

/// Whether an answer is written and its delivery has not come to an end.
async fn on_its_way(tx: &mut Tx, id: InquiryId) -> Result<bool> {
    if store::on_their_way(tx, id).await? > 0 {
        return Ok(true);
    }
    for message in store::not_begun(tx, id).await? {
        let payload = serde_json::to_string(&AnswerWritten { message })?;
        if jobs::store::is_left(tx, ANSWER_WRITTEN, &payload).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether nobody knows of the newest answer whether it arrived.
async fn is_unclear(tx: &mut Tx, id: InquiryId) -> Result<bool> {
    let newest = store::of_inquiry(tx, id).await?.pop();
    Ok(newest.is_some_and(|delivery| delivery.state == DeliveryState::Unknown))
}
