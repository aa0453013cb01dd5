//! Proposing a text, approving it, sending it back, taking it back.

use serde_json::json;

use super::{Proposal, ProposalId, rules, store};
use crate::alerts::actions::{raise, tell};
use crate::alerts::{self, Audience, Happening, Occasion};
use crate::content::approving::{Decision, checked_reason};
use crate::content::store::{self as texts, SavedText};
use crate::content::texts::refuse;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::staff::StaffId;

const CHANGED: &str = "这个文本刚被别人修改过。请返回重新打开，再改一次。";

/// Proposes a text, made from version `seen_version` (0: the shipped one). An own proposal that
/// waits is replaced.
///
/// # Errors
/// Invalid when the text cannot be used; conflict when the text in force is another one by now, or
/// somebody else's proposal waits.
pub async fn propose(
    deps: &Deps,
    by: StaffId,
    once: ProposalId,
    key: &str,
    seen_version: i64,
    body: &str,
) -> Result<()> {
    let body = body.replace("\r\n", "\n");
    if let Some(why) = refuse(key, &body) {
        return Err(Error::invalid(why));
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if texts::version(&mut tx, key).await? != seen_version {
        return Err(Error::conflict(CHANGED));
    }
    match store::waiting(&mut tx, key).await? {
        Some(waiting) if waiting.id == once => return Ok(()),
        Some(waiting) if waiting.proposed_by == by => {
            end(&mut tx, &waiting, Decision::Overtaken, None, by, now).await?;
        }
        Some(_) => {
            return Err(Error::conflict(
                "同事提出的修改正在等待审批。请等它处理完，再提新的修改。",
            ));
        }
        None => {}
    }
    let proposal = Proposal {
        id: once,
        key: key.to_owned(),
        from_version: seen_version,
        body,
        proposed_by: by,
        proposed_at: now,
        decision: None,
        reason: None,
        decided_by: None,
        decided_at: None,
    };
    let told = match store::insert(&mut tx, &proposal).await? {
        true => {
            note(&mut tx, now, by, "text.propose", &proposal).await?;
            let waits = Happening {
                occasion: Occasion::TextWaits,
                about: once.0,
                stamp: now.0,
                number: String::new(),
                organization: None,
                detail: String::new(),
            };
            raise(&mut tx, &waits, &Audience::Approvers(vec![by.0]), now).await?
        }
        false => Vec::new(),
    };
    tx.commit().await?;
    tell(deps, told);
    Ok(())
}

/// Approves a proposal: from now on the text says this.
///
/// # Errors
/// Not found; conflict when it does not wait, `by` proposed it, or the text was changed meanwhile.
pub async fn approve(deps: &Deps, by: StaffId, id: ProposalId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let proposal = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    rules::may_decide(&proposal, by)?;
    let text = SavedText {
        key: proposal.key.clone(),
        version: proposal.from_version + 1,
        body: proposal.body.clone(),
        saved_at: now,
        saved_by: Some(proposal.proposed_by.0),
        approved_by: Some(by.0),
    };
    if !texts::insert(&mut tx, &text).await? {
        return Err(Error::conflict(CHANGED));
    }
    end(&mut tx, &proposal, Decision::Approved, None, by, now).await?;
    note(&mut tx, now, by, "text.approve", &proposal).await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    Ok(())
}

/// Sends a proposal back, with a reason.
///
/// # Errors
/// Not found; invalid without a reason; conflict as for [`approve`].
pub async fn send_back(deps: &Deps, by: StaffId, id: ProposalId, reason: &str) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let proposal = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let reason = checked_reason(reason)?;
    rules::may_decide(&proposal, by)?;
    end(&mut tx, &proposal, Decision::Returned, Some(reason), by, now).await?;
    note(&mut tx, now, by, "text.return", &proposal).await?;
    tx.commit().await
}

/// Takes the own proposal back.
///
/// # Errors
/// Not found; conflict when it is decided or somebody else's.
pub async fn withdraw(deps: &Deps, by: StaffId, id: ProposalId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let proposal = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    rules::may_withdraw(&proposal, by)?;
    end(&mut tx, &proposal, Decision::Overtaken, None, by, now).await?;
    note(&mut tx, now, by, "text.withdraw", &proposal).await?;
    tx.commit().await
}

async fn end(
    tx: &mut Tx,
    proposal: &Proposal,
    decision: Decision,
    reason: Option<&str>,
    by: StaffId,
    now: Moment,
) -> Result<()> {
    store::settle(tx, proposal.id, decision, reason, by, now).await?;
    alerts::store::settle(tx, proposal.id.0, now).await
}

async fn note(tx: &mut Tx, now: Moment, by: StaffId, act: &str, of: &Proposal) -> Result<()> {
    let detail = json!({ "version": of.from_version + 1 });
    audit::record(tx, now, Some(by.0), act, &format!("text:{}", of.key), &detail).await?;
    Ok(())
}
