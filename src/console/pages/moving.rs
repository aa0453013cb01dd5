//! Moving an inquiry: claim, release, close, hand on.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::answering::back;
use super::conversation_view::OPERATORS;
use crate::console::auth::SignedIn;
use crate::console::error::Answer;
use crate::console::form::{Form, Target};
use crate::console::state::Web;
use crate::delivery::actions::closing;
use crate::inquiries::actions::staff as actions;
use crate::inquiries::offers::DeclineReason;
use crate::inquiries::store;
use crate::inquiries::{Closing, InquiryId};
use crate::members::{OrgScope, OrganizationId};
use crate::platform::error::{Error, Result};
use crate::routing;

/// Takes an inquiry on.
pub async fn claim(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
) -> Answer {
    actions::claim(&web.deps, &signed.member, id).await?;
    Ok(back(id, "claimed"))
}

/// Takes it from the colleague who has it.
pub async fn take_over(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    actions::take_over(&web.deps, &signed.member, id, fields.text("reason")).await?;
    Ok(back(id, "claimed"))
}

/// Puts it back.
pub async fn release(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
) -> Answer {
    actions::release(&web.deps, &signed.member, id).await?;
    Ok(back(id, "released"))
}

/// Closes it with an outcome.
pub async fn close(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let Some(outcome) = Closing::from_code(fields.text("outcome")) else {
        within_scope(&web, &signed, id).await?;
        return Err(Error::invalid("请选择办理结果后再办结。").into());
    };
    let confirmed = fields.ticked("confirmed");
    closing::close(&web.deps, &signed.member, id, outcome, confirmed).await?;
    Ok(back(id, "closed"))
}

/// Does not take it for the organization; the next one is asked.
pub async fn decline(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let Some(reason) = DeclineReason::from_code(fields.text("decline")) else {
        within_scope(&web, &signed, id).await?;
        return Err(Error::invalid("请选择退回的原因。").into());
    };
    let directory = web.directory.current();
    let remark = fields.text("remark");
    routing::actions::decline(&web.deps, &directory, &signed.member, id, reason, remark).await?;
    Ok(Redirect::to("/console/inbox?done=declined").into_response())
}

/// Hands it to another organization, or back to the operators.
pub async fn reassign(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let inquiry = within_scope(&web, &signed, id).await?;
    let directory = web.directory.current();
    let to = match fields.text("organization") {
        "" | OPERATORS => None,
        _ => Some(receiver(fields.read("organization"), &directory)?),
    };
    let reason: String = fields.text("reason").trim().chars().take(200).collect();
    let receiver = to.and_then(|id| directory.organization(id));
    let now = web.deps.clock.now();
    let due = directory.due(inquiry.urgent, receiver, now);
    let answer_by = receiver.map(|o| directory.answer_by(o, inquiry.urgent, now));
    // A promise that runs is not put off by passing the inquiry on.
    let due = if inquiry.answered_at.is_none() { due.min(inquiry.due_at) } else { due };
    actions::assign(&web.deps, &signed.member, id, to, (due, answer_by), &reason).await?;
    let done = if to.is_some() { "assigned" } else { "returned" };
    let list = match signed.member.scope() {
        OrgScope::Unmatched => "/console/unmatched",
        _ => "/console/inbox",
    };
    Ok(Redirect::to(&format!("{list}?done={done}")).into_response())
}

fn receiver(
    id: Option<OrganizationId>,
    directory: &crate::routing::rules::Directory,
) -> Result<OrganizationId> {
    let known = id.and_then(|id| directory.organization(id));
    match known.filter(|organization| organization.status.takes_inquiries()) {
        Some(organization) => Ok(organization.id),
        None => Err(Error::invalid("所选单位现在不接收咨询，请换一家。")),
    }
}

async fn within_scope(
    web: &Web,
    signed: &SignedIn,
    id: InquiryId,
) -> Result<crate::inquiries::Inquiry> {
    let mut link = web.deps.db.read().await?;
    store::get(&mut link, signed.member.scope(), id).await?.ok_or_else(Error::not_found)
}
