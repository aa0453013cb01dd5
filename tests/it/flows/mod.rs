//! Whole paths through the real server against the simulated WeChat, on both databases.

mod answering;
mod asking;
mod closing;
mod delivering;
mod dividing;
mod handing_over;
mod learning;
mod modes;
mod noticing;
mod offering;
mod picturing;
mod publishing;
mod pushing;
mod rerouting;
mod sending;

use pufa::inquiries::actions::staff::{self, Answered, Sent};
use pufa::inquiries::{InquiryId, MessageId};
use pufa::platform::Deps;
use pufa::platform::error::Result;
use pufa::staff::StaffMember;

/// Sends an answer that leaves at once; `seen` counts the words its writer saw.
pub async fn answer(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    body: &str,
    once: MessageId,
    seen: i64,
) -> Result<Answered> {
    staff::answer(deps, by, id, Sent { body, once, seen, recall: std::time::Duration::ZERO }).await
}
