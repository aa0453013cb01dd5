//! Holding an answer, and what becomes of it.

pub mod lending;

use serde_json::json;

use super::rules::{Case, Policy, checked_remark, is_pressing, may_release};
use super::{Review, ReviewState, store};
use crate::alerts::{self, Occasion};
use crate::inquiries::actions::Change;
use crate::inquiries::actions::staff::{begin, check_body, send, written};
use crate::inquiries::leaving::actions::refuse_while_leaving;
use crate::inquiries::rules::Step;
use crate::inquiries::store::Settling;
use crate::inquiries::{self, Author, InquiryId, MessageId, State};
use crate::media::store::attached;
use crate::members::OrganizationId;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::coord::News;
use crate::platform::db::Link;
use crate::platform::error::{Error, Result};
use crate::staff::policy::{Right, allows};
use crate::staff::{self, StaffId, StaffMember};

/// Whether this very answer is held already.
///
/// # Errors
/// Conflict when another one is, or the form was used for one before.
pub(in crate::inquiries) async fn is_held(
    change: &mut Change,
    once: MessageId,
    body: &str,
) -> Result<bool> {
    if let Some(known) = store::get(&mut change.tx, once).await? {
        let same = known.inquiry_id == change.inquiry.id && known.body == body;
        return match same && known.state == ReviewState::InReview {
            true => Ok(true),
            false => {
                Err(Error::conflict("这张表单已经用过一次，这次的内容还没有发送，请再点一次发送。"))
            }
        };
    }
    refuse_while_held(change).await?;
    Ok(false)
}

/// Refuses what may not happen while an answer waits for its reader or is leaving.
///
/// # Errors
/// Conflict when one is.
pub(in crate::inquiries) async fn refuse_while_held(change: &mut Change) -> Result<()> {
    refuse_while_leaving(change).await?;
    let newest = store::newest(&mut change.tx, change.inquiry.id).await?;
    match newest.filter(|review| review.state == ReviewState::InReview) {
        Some(_) => Err(Error::conflict(
            "这件咨询有一条答复正在等待复核。请先放行、退回，或由作者撤回，再做这一步。",
        )),
        None => Ok(()),
    }
}

/// Keeps an answer for a colleague to read, when the organization wants that; gives whether it did.
pub(in crate::inquiries) async fn hold(
    deps: &Deps,
    change: &mut Change,
    by: &StaffMember,
    once: MessageId,
    body: &str,
) -> Result<bool> {
    let Some(organization) = change.inquiry.organization_id else { return Ok(false) };
    let (id, now) = (change.inquiry.id, change.now);
    let policy = store::policy(&mut change.tx, organization).await?.unwrap_or_default();
    let newest = store::newest(&mut change.tx, id).await?;
    let case = Case {
        answers: store::answers_by(&mut change.tx, by.id, policy.first_answers).await?,
        field: change.inquiry.field,
        sent_back: newest.is_some_and(|review| review.state == ReviewState::Returned),
        drawn: deps.entropy.below(100),
    };
    let Some(reason) = policy.why(&case) else { return Ok(false) };
    // An answer that nobody asked for starts no promise anew.
    if change.inquiry.state == State::Offered {
        change.step(Step::Claim)?;
    }
    change.inquiry.assignee_id = Some(by.id);
    let settling = Settling::accepted(by.id);
    inquiries::store::settle_offer(&mut change.tx, id, &settling, now).await?;
    inquiries::store::save_draft(&mut change.tx, id, by.id, "", now).await?;
    let review = Review {
        id: once,
        inquiry_id: id,
        organization_id: organization,
        author_id: by.id,
        body: body.to_owned(),
        reason,
        state: ReviewState::InReview,
        written_at: now,
        reader_id: None,
        remark: String::new(),
        decided_at: None,
    };
    store::insert(&mut change.tx, &review).await?;
    Ok(true)
}

/// Lets a held answer go. `seen` is the version of the inquiry that the reader looked at.
///
/// # Errors
/// Conflict when nothing waits, something happened since, or `by` wrote it and may not ([`may_release`]).
pub async fn release(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    seen: i64,
    remark: &str,
) -> Result<()> {
    let remark = checked_remark(remark)?;
    let mut change = begin(deps, by, id).await?;
    let review = waiting(&mut change).await?;
    let others = readers(&mut change.tx, review.organization_id, review.author_id).await?;
    may_release(&review, by.id, others, is_pressing(&change.inquiry), remark)?;
    let_go(deps, change, review, Reader { id: by.id, lent: false }, (seen, remark)).await
}

/// Who decides about a held answer.
#[derive(Clone, Copy)]
struct Reader {
    id: StaffId,
    /// Whether they come from outside the organization.
    lent: bool,
}

async fn let_go(
    deps: &Deps,
    mut change: Change,
    review: Review,
    by: Reader,
    (seen, remark): (i64, &str),
) -> Result<()> {
    if change.inquiry.version != seen {
        return Err(Error::conflict(
            "这件咨询刚有新的变化，可能群众又来信了。答复没有放行，请再看一遍对话。",
        ));
    }
    let id = review.inquiry_id;
    let (author, now) = (author(&mut change, &review).await?, change.now);
    store::decide(&mut change.tx, review.id, ReviewState::Released, by.id, remark, now).await?;
    let object = format!("inquiry:{id}");
    let detail = json!({ "reason": review.reason, "own": by.id == author.id, "lent": by.lent });
    audit::record(&mut change.tx, now, Some(by.id.0), "review.release", &object, &detail).await?;
    let message = written(review.id, id, &author, Author::Staff, check_body(&review.body)?, now);
    let taught = send(&mut change, &message, author.id).await?;
    let detail = json!({ "message": review.id, "reader": by.id });
    change.finish(deps, Some(author.id), "inquiry.answer", detail).await?;
    if taught {
        deps.coord.publish(News::Knowledge);
    }
    Ok(())
}

/// Sends a held answer back to its author, who finds it among the drafts.
///
/// # Errors
/// Invalid without a remark; conflict when nothing waits, or `by` wrote it.
pub async fn send_back(deps: &Deps, by: &StaffMember, id: InquiryId, remark: &str) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    let review = waiting(&mut change).await?;
    if by.id == review.author_id {
        return Err(Error::conflict("这是您自己写的答复。要修改请点“撤回修改”。"));
    }
    hand_back(deps, change, review, Reader { id: by.id, lent: false }, remark).await
}

async fn hand_back(
    deps: &Deps,
    mut change: Change,
    review: Review,
    by: Reader,
    remark: &str,
) -> Result<()> {
    let remark = checked_remark(remark)?;
    if remark.is_empty() {
        return Err(Error::invalid("退回要写明意见，作者才知道怎么改。请填写后再退回。"));
    }
    put_back(&mut change, &review, ReviewState::Returned, by.id, remark).await?;
    let detail = json!({ "reason": review.reason, "lent": by.lent });
    change.finish(deps, Some(by.id), "review.return", detail).await?;
    Ok(())
}

/// Takes the own answer back into the drafts.
///
/// # Errors
/// Conflict when nothing waits, or somebody else wrote it.
pub async fn withdraw(deps: &Deps, by: &StaffMember, id: InquiryId) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    let review = waiting(&mut change).await?;
    if by.id != review.author_id {
        return Err(Error::conflict("只有作者能撤回。您可以放行，或写明意见退回。"));
    }
    put_back(&mut change, &review, ReviewState::Withdrawn, by.id, "").await?;
    change.finish(deps, Some(by.id), "review.withdraw", json!({})).await?;
    Ok(())
}

/// Changes which answers of an organization are read first. The caller has made sure that `by` may.
///
/// # Errors
/// Invalid when a number makes no sense.
pub async fn set_policy(
    deps: &Deps,
    by: StaffId,
    id: OrganizationId,
    policy: Policy,
) -> Result<()> {
    let policy = policy.checked()?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::save_policy(&mut tx, id, &policy, by, now).await?;
    let fields: Vec<&str> = policy.fields.iter().map(|field| field.code()).collect();
    let detail = json!({
        "first_answers": policy.first_answers, "fields": fields, "share": policy.share,
    });
    let object = format!("organization:{id}");
    audit::record(&mut tx, now, Some(by.0), "review.policy", &object, &detail).await?;
    tx.commit().await
}

/// How many people of an organization could read what `author` wrote.
pub async fn readers(
    link: &mut impl Link,
    organization: OrganizationId,
    author: StaffId,
) -> Result<usize> {
    let people = staff::store::of_organization(link, organization).await?;
    let may =
        |one: &&StaffMember| one.active && one.id != author && allows(one.role, Right::Answer);
    Ok(people.iter().filter(may).count())
}

async fn waiting(change: &mut Change) -> Result<Review> {
    let newest = store::newest(&mut change.tx, change.inquiry.id).await?;
    newest
        .filter(|review| review.state == ReviewState::InReview)
        .ok_or_else(|| Error::conflict("没有等待复核的答复，可能同事刚刚处理过。请刷新页面。"))
}

async fn author(change: &mut Change, review: &Review) -> Result<StaffMember> {
    let found = staff::store::get(&mut change.tx, review.author_id).await?;
    found.ok_or_else(Error::not_found)
}

/// The text goes to the author's drafts, unless there is a newer one.
async fn put_back(
    change: &mut Change,
    review: &Review,
    state: ReviewState,
    by: StaffId,
    remark: &str,
) -> Result<()> {
    let (tx, author, now) = (&mut change.tx, review.author_id, change.now);
    store::decide(tx, review.id, state, by, remark, now).await?;
    let (about, occasion) = (review.inquiry_id.0, Occasion::ReviewWaits);
    alerts::store::settle_occasion(tx, about, occasion, now).await?;
    attached::unbind(tx, review.id.0).await?;
    if inquiries::store::draft(tx, review.inquiry_id, author).await?.is_none() {
        inquiries::store::save_draft(tx, review.inquiry_id, author, &review.body, now).await?;
    }
    Ok(())
}
