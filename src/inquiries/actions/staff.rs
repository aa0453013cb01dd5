//! What staff do with an inquiry.

use std::time::Duration;

use serde_json::json;

use super::citizen::put_right;
use super::{Change, telling};
use crate::alerts;
use crate::inquiries::callbacks::{self, Ended};
use crate::inquiries::leaving::actions as leaving;
use crate::inquiries::offers::{Offer, OfferId};
use crate::inquiries::reviewing::actions as reviewing;
use crate::inquiries::rules::Step;
use crate::inquiries::store::{self, Settling};
use crate::inquiries::{
    ANSWER_WRITTEN, AnswerWritten, Author, Closing, Inquiry, InquiryId, Message, MessageId,
    MessageKind, NewMessage, State,
};
use crate::knowledge::store as lessons;
use crate::language::fields::Field;
use crate::language::privacy;
use crate::media::store::attached;
use crate::members::{OrgScope, OrganizationId};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, NewJob};
use crate::staff::policy::{Right, allows};
use crate::staff::{Role, StaffId, StaffMember};

/// Longest answer or note, in characters.
pub const LONGEST: usize = 10_000;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// Takes an inquiry on.
pub async fn claim(deps: &Deps, by: &StaffMember, id: InquiryId) -> Result<Inquiry> {
    let mut change = begin(deps, by, id).await?;
    if change.inquiry.state == State::Claimed && change.inquiry.assignee_id == Some(by.id) {
        return Ok(change.inquiry);
    }
    callbacks::refuse_author(&mut change.tx, id, by.id).await?;
    change.step(Step::Claim)?;
    change.inquiry.assignee_id = Some(by.id);
    store::settle_offer(&mut change.tx, id, &Settling::accepted(by.id), change.now).await?;
    alerts::store::settle(&mut change.tx, id.0, change.now).await?;
    change.finish(deps, Some(by.id), "inquiry.claim", json!({})).await
}

/// Takes an inquiry from the colleague who has claimed it; for the organization's manager, with a
/// reason that stays on record.
pub async fn take_over(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    reason: &str,
) -> Result<Inquiry> {
    if !allows(by.role, Right::TakeOver) {
        return Err(Error::forbidden());
    }
    let mut change = begin(deps, by, id).await?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(Error::invalid("请写明接手的理由，最多 200 个字；原认领人看得到。"));
    }
    let from = change.inquiry.assignee_id;
    if from == Some(by.id) {
        return Ok(change.inquiry);
    }
    change.step(Step::TakeOver)?;
    change.inquiry.assignee_id = Some(by.id);
    let told = match from {
        Some(from) => {
            telling::taken_over(&mut change.tx, &change.inquiry, from, change.now).await?
        }
        None => Vec::new(),
    };
    let detail = json!({ "from": from, "reason": reason });
    let taken = change.finish(deps, Some(by.id), "inquiry.take_over", detail).await?;
    alerts::actions::tell(deps, told);
    Ok(taken)
}

/// Puts an inquiry back that its owner has left alone since `active`; nothing when that has changed
/// meanwhile.
pub async fn end_claim(deps: &Deps, id: InquiryId, active: Option<Moment>) -> Result<()> {
    let mut change = Change::begin(deps, OrgScope::Everything, id).await?;
    if change.inquiry.state != State::Claimed || change.inquiry.active_at != active {
        return Ok(());
    }
    change.step(Step::Release)?;
    let of = change.inquiry.assignee_id.take();
    change.finish(deps, None, "inquiry.claim_ended", json!({ "of": of })).await?;
    Ok(())
}

/// Puts an inquiry back for colleagues; only who claimed it, or the organization's manager.
pub async fn release(deps: &Deps, by: &StaffMember, id: InquiryId) -> Result<Inquiry> {
    let mut change = begin(deps, by, id).await?;
    if change.inquiry.assignee_id != Some(by.id) && by.role != Role::OrgManager {
        return Err(Error::conflict("这件咨询由同事认领，只有本人或单位管理员可以放回。"));
    }
    change.step(Step::Release)?;
    change.inquiry.assignee_id = None;
    change.finish(deps, Some(by.id), "inquiry.release", json!({})).await
}

/// Puts back everything somebody has claimed, when they may no longer log in; gives how much it was.
/// The caller has made sure that `by` may manage that person.
pub async fn hand_back(deps: &Deps, by: StaffId, of: StaffId) -> Result<usize> {
    let claimed = store::claimed_by(&mut deps.db.read().await?, of).await?;
    for id in &claimed {
        let mut change = Change::begin(deps, OrgScope::Everything, *id).await?;
        if change.inquiry.state != State::Claimed || change.inquiry.assignee_id != Some(of) {
            continue;
        }
        change.step(Step::Release)?;
        change.inquiry.assignee_id = None;
        change.finish(deps, Some(by), "inquiry.release", json!({ "of": of })).await?;
    }
    Ok(claimed.len())
}

/// Messages read to show what a writer has not seen.
const MOST_SHOWN: i64 = 200;

/// How writing an answer ended.
#[derive(Debug)]
pub enum Answered {
    /// It is written and on its way.
    Written(MessageId),
    /// It leaves in a moment; until then its author can call it back.
    Leaving,
    /// A colleague reads it first.
    Held,
    /// The citizen or a colleague wrote meanwhile: what the writer has not seen.
    Overtaken(Vec<Message>),
}

/// An answer as somebody sends it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The text.
    pub body: &'a str,
    /// The form's own id: the same form sent twice writes one answer.
    pub once: MessageId,
    /// The number of the last word, of citizen or staff, that the writer saw.
    pub seen: i64,
    /// How long it can be called back; at once for [`Duration::ZERO`].
    pub recall: Duration,
}

/// Writes an answer to the citizen.
pub async fn answer(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    sent: Sent<'_>,
) -> Result<Answered> {
    let Sent { once, seen, recall, .. } = sent;
    let body = check_body(sent.body)?;
    let mut change = begin(deps, by, id).await?;
    if let Some(known) = store::message(&mut change.tx, once).await? {
        if known.inquiry_id == id && known.author == Author::Staff && known.body == body {
            return Ok(Answered::Written(once));
        }
        // The page came back from the browser's memory with another text in it.
        return Err(Error::conflict(
            "这张表单已经用过一次，这次的内容还没有发送，请再点一次发送。",
        ));
    }
    if leaving::is_leaving(&mut change, once, &body).await? {
        return Ok(Answered::Leaving);
    }
    if reviewing::is_held(&mut change, once, &body).await? {
        return Ok(Answered::Held);
    }
    refuse_if_a_colleague_has_it(&change.inquiry, by)?;
    let last = store::last_number(&mut change.tx, id).await?;
    if last > seen {
        let mut said = store::messages(&mut change.tx, id, MOST_SHOWN).await?;
        said.retain(|message| message.author.is_exchanged());
        let unseen =
            usize::try_from(last.saturating_sub(seen)).unwrap_or(said.len()).min(said.len());
        return Ok(Answered::Overtaken(said.split_off(said.len() - unseen)));
    }
    callbacks::refuse_author(&mut change.tx, id, by.id).await?;
    attached::bind(&mut change.tx, id.0, by.id.0, once.0).await?;
    if reviewing::hold(deps, &mut change, by, once, &body).await? {
        change.finish(deps, Some(by.id), "review.hold", json!({ "message": once })).await?;
        return Ok(Answered::Held);
    }
    if !recall.is_zero() {
        leaving::hold(&mut change, by.id, once, &body, recall).await?;
        change.finish(deps, Some(by.id), "answer.leaving", json!({ "message": once })).await?;
        return Ok(Answered::Leaving);
    }
    let message = written(once, id, by, Author::Staff, body, change.now);
    let taught = send(&mut change, &message, by.id).await?;
    store::save_draft(&mut change.tx, id, by.id, "", message.at).await?;
    change.finish(deps, Some(by.id), "inquiry.answer", json!({ "message": once })).await?;
    if taught {
        deps.coord.publish(News::Knowledge);
    }
    Ok(Answered::Written(once))
}

/// Writes an answer that may go out, with the job that delivers it; whether retrieval learned from it.
pub(in crate::inquiries) async fn send(
    change: &mut Change,
    answer: &NewMessage,
    author: StaffId,
) -> Result<bool> {
    change.step(Step::Answer)?;
    let (id, now) = (change.inquiry.id, change.now);
    store::settle_offer(&mut change.tx, id, &Settling::accepted(author), now).await?;
    alerts::store::settle(&mut change.tx, id.0, now).await?;
    change.inquiry.assignee_id = Some(author);
    change.inquiry.answered_at.get_or_insert(now);
    change.inquiry.unread = false;
    change.inquiry.unsolved_at = None;
    change.inquiry.end_pause(now);
    store::insert_message(&mut change.tx, answer).await?;
    callbacks::store::finish(&mut change.tx, id, Ended::Answered, Some(author), now).await?;
    let job = NewJob::new(ANSWER_WRITTEN, &AnswerWritten { message: answer.id }, now)?;
    jobs::store::enqueue(&mut change.tx, &job, now).await?;
    let masked = privacy::mask(&answer.body).text;
    Ok(lessons::add_answer(&mut change.tx, id.0, &masked, now).await? > 0)
}

/// Refuses what only whoever claimed the inquiry may do.
///
/// # Errors
/// Conflict when a colleague has it.
fn refuse_if_a_colleague_has_it(inquiry: &Inquiry, by: &StaffMember) -> Result<()> {
    let colleague = inquiry.state == State::Claimed
        && inquiry.assignee_id.is_some_and(|assignee| assignee != by.id);
    if colleague {
        return Err(Error::conflict(
            "这件咨询正由同事办理，只有认领人能答复。您写的内容已存为草稿；如需接手，请同事放回，或由单位管理员写明理由后接手。",
        ));
    }
    Ok(())
}

/// Writes an internal note and tells the colleagues it names; `once` as in [`answer`].
pub async fn note(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    body: &str,
    once: MessageId,
) -> Result<()> {
    let body = check_body(body)?;
    let mut change = begin(deps, by, id).await?;
    let note = written(once, id, by, Author::Note, body, change.now);
    if !store::insert_message(&mut change.tx, &note).await? {
        return Ok(());
    }
    let (tx, now) = (&mut change.tx, change.now);
    let told = telling::mentioned(tx, &change.inquiry, by.id, &note.body, now).await?;
    change.finish(deps, Some(by.id), "inquiry.note", json!({ "message": once })).await?;
    alerts::actions::tell(deps, told);
    Ok(())
}

/// Saves what somebody is writing; gives when it was saved. Who writes has taken the offer: it is
/// not taken away under their hands.
pub async fn save_draft(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    body: &str,
) -> Result<Moment> {
    if body.chars().count() > LONGEST {
        return Err(Error::invalid("内容太长，最多 10000 字，这次没有保存。"));
    }
    let mut change = begin(deps, by, id).await?;
    store::save_draft(&mut change.tx, id, by.id, body, change.now).await?;
    let now = change.now;
    store::stay(&mut change.tx, id, by.id, now).await?;
    if !body.is_empty() {
        store::settle_offer(&mut change.tx, id, &Settling::accepted(by.id), now).await?;
    }
    change.tx.commit().await?;
    Ok(now)
}

/// Keeps what somebody wrote on a page whose session came to an end, unless they have written
/// something else since `seen`, when that page was last heard of; `false` then. It takes no offer:
/// who is signed out can keep their words and do nothing else.
pub async fn keep_words(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    body: &str,
    seen: Moment,
) -> Result<bool> {
    let body = check_body(body)?;
    let mut change = begin(deps, by, id).await?;
    let newer = store::draft(&mut change.tx, id, by.id).await?;
    if newer.is_some_and(|draft| draft.saved_at > seen) {
        return Ok(false);
    }
    store::save_draft(&mut change.tx, id, by.id, &body, change.now).await?;
    change.tx.commit().await?;
    Ok(true)
}

/// Closes an inquiry that was begun to be changed; the caller has looked at how its answers travel.
pub async fn close(
    deps: &Deps,
    by: &StaffMember,
    mut change: Change,
    outcome: Closing,
) -> Result<Inquiry> {
    let id = change.inquiry.id;
    if outcome == Closing::Merged {
        return Err(Error::invalid("合并咨询请用“合并”，不能在这里选择。"));
    }
    if outcome == Closing::Answered && change.inquiry.answered_at.is_none() {
        return Err(Error::conflict(
            "还没有给群众答复，不能按“已解答”办结。请先答复，或选择别的结果。",
        ));
    }
    reviewing::refuse_while_held(&mut change).await?;
    callbacks::refuse_author(&mut change.tx, id, by.id).await?;
    let (tx, now) = (&mut change.tx, change.now);
    callbacks::store::finish(tx, id, Ended::Closed, Some(by.id), now).await?;
    change.step(Step::Close)?;
    store::settle_offer(&mut change.tx, id, &Settling::accepted(by.id), change.now).await?;
    alerts::store::settle(&mut change.tx, id.0, change.now).await?;
    change.inquiry.closed_at = Some(change.now);
    change.inquiry.outcome = Some(outcome);
    change.inquiry.end_pause(change.now);
    change.inquiry.unread = false;
    change.finish(deps, Some(by.id), "inquiry.close", json!({ "outcome": outcome })).await
}

/// Hands an inquiry to another organization, or back to the operators (`to` is `None`), with the
/// new promise, the time in which it may be declined, and the reason in words.
pub async fn assign(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    to: Option<OrganizationId>,
    (due_at, answer_by): (Moment, Option<Moment>),
    reason: &str,
) -> Result<Inquiry> {
    if !allows(by.role, Right::Assign) {
        return Err(Error::forbidden());
    }
    let mut change = begin(deps, by, id).await?;
    reviewing::refuse_while_held(&mut change).await?;
    change.step(if to.is_some() { Step::Assign } else { Step::Unassign })?;
    change.inquiry.organization_id = to;
    change.inquiry.assignee_id = None;
    let now = change.now;
    if due_at > change.inquiry.due_at {
        change.inquiry.promise_anew(now, due_at);
    }
    change.inquiry.due_at = due_at;
    change.inquiry.end_pause(now);
    let why = match reason.trim() {
        "" => format!("{}人工转派。", by.name),
        reason => format!("{}人工转派：{reason}", by.name),
    };
    let offer = Offer {
        staff_id: Some(by.id),
        reasons: why,
        answer_by,
        ..Offer::new(OfferId(deps.entropy.id_at(now)), id, to, due_at, now)
    };
    store::insert_offer(&mut change.tx, &offer).await?;
    telling::offered(&mut change.tx, &change.inquiry, now).await?;
    change.finish(deps, Some(by.id), "inquiry.assign", json!({ "to": to })).await
}

/// Puts the legal field right; the triage learns from it.
pub async fn correct_field(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    field: Field,
) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    let before = change.inquiry.field;
    if before == Some(field) {
        return Ok(());
    }
    put_right(&mut change.tx, id, field, Some(by.id), change.now).await?;
    change.inquiry.field = Some(field);
    let detail = json!({ "from": before, "to": field });
    change.finish(deps, Some(by.id), "inquiry.field", detail).await?;
    Ok(())
}

/// Notes that somebody of the scope has opened the conversation.
pub async fn mark_read(deps: &Deps, by: &StaffMember, inquiry: &Inquiry) -> Result<()> {
    if !inquiry.unread || !allows(by.role, Right::Answer) {
        return Ok(());
    }
    let mut change = begin(deps, by, inquiry.id).await?;
    store::mark_read(&mut change.tx, inquiry.id).await?;
    change.tx.commit().await
}

/// Begins to change an inquiry as somebody who may answer it.
///
/// # Errors
/// Not found outside the scope; forbidden without the right; conflict when it was merged into another.
pub async fn begin(deps: &Deps, by: &StaffMember, id: InquiryId) -> Result<Change> {
    if !allows(by.role, Right::Answer) {
        // Outside their scope the inquiry does not even exist for them.
        store::get(&mut deps.db.read().await?, by.scope(), id)
            .await?
            .ok_or_else(Error::not_found)?;
        return Err(Error::forbidden());
    }
    let change = Change::begin(deps, by.scope(), id).await?;
    match change.inquiry.merged_into {
        None => Ok(change),
        Some(_) => Err(Error::conflict(
            "这件咨询已经并入同一位群众的另一件咨询，不能再单独办理。请刷新页面，到合并后的咨询里做这一步。",
        )),
    }
}

pub(in crate::inquiries) fn check_body(body: &str) -> Result<String> {
    let body = body.replace("\r\n", "\n").trim().to_owned();
    if body.is_empty() {
        return Err(Error::invalid("内容是空的，没有发送。"));
    }
    if body.chars().count() > LONGEST {
        return Err(Error::invalid("内容太长，最多 10000 字，没有发送。"));
    }
    Ok(body)
}

pub(in crate::inquiries) fn written(
    id: MessageId,
    inquiry: InquiryId,
    by: &StaffMember,
    author: Author,
    body: String,
    at: Moment,
) -> NewMessage {
    NewMessage {
        id,
        inquiry,
        inbox: None,
        author,
        staff: Some(by.id),
        kind: MessageKind::Text,
        body,
        original: None,
        media: None,
        at,
    }
}
