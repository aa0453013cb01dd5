//! Letting an answer leave after a moment, or calling it back.

use std::time::Duration;

use serde_json::json;

use super::{LEAVE, Leaving, store};
use crate::inquiries::actions::Change;
use crate::inquiries::actions::staff::{begin, send, written};
use crate::inquiries::rules::Step;
use crate::inquiries::store::{self as inquiries, Settling};
use crate::inquiries::{Author, InquiryId, MessageId, State};
use crate::media::store::attached;
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::coord::News;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, Claimed, NewJob, Outcome};
use crate::staff::{self, StaffId, StaffMember};

/// Refuses what may not happen in the moment before an answer leaves.
///
/// # Errors
/// Conflict when one is leaving.
pub(in crate::inquiries) async fn refuse_while_leaving(change: &mut Change) -> Result<()> {
    match store::of_inquiry(&mut change.tx, change.inquiry.id).await? {
        Some(_) => Err(Error::conflict("上一条答复正在发出，几秒后再做这一步；要改内容请先撤回。")),
        None => Ok(()),
    }
}

/// Whether this very answer is on the point of leaving.
pub(in crate::inquiries) async fn is_leaving(
    change: &mut Change,
    once: MessageId,
    body: &str,
) -> Result<bool> {
    let known = store::of_inquiry(&mut change.tx, change.inquiry.id).await?;
    Ok(known.is_some_and(|leaving| leaving.id == once && leaving.body == body))
}

/// Writes an answer down with the job that lets it go after `recall`; its author has the inquiry now.
pub(in crate::inquiries) async fn hold(
    change: &mut Change,
    by: StaffId,
    once: MessageId,
    body: &str,
    recall: Duration,
) -> Result<()> {
    let (id, now) = (change.inquiry.id, change.now);
    // An answer that nobody asked for starts no promise anew.
    if change.inquiry.state == State::Offered {
        change.step(Step::Claim)?;
    }
    change.inquiry.assignee_id = Some(by);
    inquiries::settle_offer(&mut change.tx, id, &Settling::accepted(by), now).await?;
    inquiries::save_draft(&mut change.tx, id, by, "", now).await?;
    let leaving = Leaving {
        id: once,
        inquiry_id: id,
        author_id: by,
        body: body.to_owned(),
        written_at: now,
        leaves_at: now.plus(recall),
    };
    store::insert(&mut change.tx, &leaving).await?;
    let job = NewJob::new(LEAVE, &once, leaving.leaves_at)?;
    jobs::store::enqueue(&mut change.tx, &job, now).await
}

/// The job [`LEAVE`]: the answer becomes a message, or goes back to its author's drafts when the
/// inquiry has been taken over or closed meanwhile.
///
/// # Errors
/// When the database cannot be used.
pub async fn leave(deps: Deps, job: Claimed) -> Result<Outcome> {
    let id: MessageId = job.argument()?;
    let Some(inquiry) = store::inquiry_of(&mut deps.db.read().await?, id).await? else {
        return Ok(Outcome::Done);
    };
    let mut change = Change::begin(&deps, OrgScope::Everything, inquiry).await?;
    let known = store::of_inquiry(&mut change.tx, inquiry).await?;
    let Some(leaving) = known.filter(|leaving| leaving.id == id) else { return Ok(Outcome::Done) };
    let author = staff::store::get(&mut change.tx, leaving.author_id).await?;
    let author = author.ok_or_else(Error::not_found)?;
    let theirs = change.inquiry.assignee_id == Some(author.id);
    if !theirs || change.inquiry.state == State::Closed {
        put_back(&mut change, &leaving).await?;
        change.finish(&deps, None, "answer.stopped", json!({ "of": author.id })).await?;
        return Ok(Outcome::Done);
    }
    store::delete(&mut change.tx, id).await?;
    let now = change.now;
    let message = written(id, inquiry, &author, Author::Staff, leaving.body, now);
    let taught = send(&mut change, &message, author.id).await?;
    change.finish(&deps, Some(author.id), "inquiry.answer", json!({ "message": id })).await?;
    if taught {
        deps.coord.publish(News::Knowledge);
    }
    Ok(Outcome::Done)
}

/// Calls the own answer back into the drafts.
///
/// # Errors
/// Conflict when it has left already, or somebody else wrote it.
pub async fn recall(deps: &Deps, by: &StaffMember, id: InquiryId) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    let known = store::of_inquiry(&mut change.tx, id).await?;
    let leaving = known
        .ok_or_else(|| Error::conflict("答复已经发出，撤不回来了。需要更正时请再写一条答复。"))?;
    if leaving.author_id != by.id {
        return Err(Error::conflict("这条答复是同事写的，只有本人能撤回。"));
    }
    put_back(&mut change, &leaving).await?;
    change.finish(deps, Some(by.id), "answer.recall", json!({ "message": leaving.id })).await?;
    Ok(())
}

/// Into the author's drafts, before what they have begun to write since.
async fn put_back(change: &mut Change, leaving: &Leaving) -> Result<()> {
    let (id, author) = (change.inquiry.id, leaving.author_id);
    store::delete(&mut change.tx, leaving.id).await?;
    attached::unbind(&mut change.tx, leaving.id.0).await?;
    let begun = inquiries::draft(&mut change.tx, id, author).await?.map(|draft| draft.body);
    let body = match begun.filter(|body| !body.is_empty()) {
        Some(begun) => format!("{}\n{begun}", leaving.body),
        None => leaving.body.clone(),
    };
    inquiries::save_draft(&mut change.tx, id, author, &body, change.now).await
}
