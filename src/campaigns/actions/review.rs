//! Testers see a campaign on their phones, somebody else approves it or sends it back.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;

use super::{note, seen};
use crate::alerts::actions::{raise, tell};
use crate::alerts::{self, Audience, Happening, Occasion};
use crate::campaigns::jobs::PREVIEW;
use crate::campaigns::machine::{self, Deed};
use crate::campaigns::store::{self, Step};
use crate::campaigns::{Approval, ApprovalId, Campaign, CampaignId, Kind, Snapshot, content};
use crate::content::approving::{Decision, checked_reason};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, NewJob};
use crate::publishing::{self, ArticleId, reviewing};
use crate::staff;

/// Said to whoever wrote or submitted a campaign.
pub const OWN: &str =
    "这个推送是您写的或由您送审的，要请另一位同事审批：发错一次，所有关注者都会看到。";

/// Has a campaign shown on the phones of these testers, as it is now.
///
/// # Errors
/// Conflict when it was changed meanwhile; invalid when nobody, or somebody without a bound WeChat, was
/// chosen.
pub async fn ask_preview(
    deps: &Deps,
    by: Uuid,
    id: CampaignId,
    seen_version: i64,
    testers: &[Uuid],
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let campaign = seen(&mut tx, id, seen_version).await?;
    let bound = staff::store::wechat::bound_to(&mut tx, &campaign.account_id).await?;
    let bound: HashSet<Uuid> = bound.into_iter().map(|(person, _)| person.id.0).collect();
    if testers.is_empty() || !testers.iter().all(|tester| bound.contains(tester)) {
        return Err(Error::invalid(
            "请选择至少一位绑定了微信的同事。绑定的地方：“我的账号”里的“微信登录”。",
        ));
    }
    for tester in testers {
        store::ask_preview(&mut tx, id, &campaign.hash, *tester, by, now).await?;
        let job = NewJob::new(PREVIEW, &(id, &campaign.hash, tester), now)?;
        jobs::store::enqueue(&mut tx, &job, now).await?;
    }
    let detail = json!({ "testers": testers.len() });
    note(&mut tx, now, Some(by), "campaign.preview", id, &detail).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(())
}

/// A tester says to have seen it and that it is right.
///
/// # Errors
/// Conflict when it never reached the own phone as it is now.
pub async fn seen_on_phone(deps: &Deps, by: Uuid, id: CampaignId, seen_version: i64) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let campaign = seen(&mut tx, id, seen_version).await?;
    if !store::note_seen(&mut tx, id, &campaign.hash, by, now).await? {
        return Err(Error::conflict("这一稿还没有发到您的手机上。请先点“发到手机预览”。"));
    }
    note(&mut tx, now, Some(by), "campaign.seen", id, &json!({})).await?;
    tx.commit().await
}

/// Whoever may approve opens it as followers will see it; only then may they decide.
///
/// # Errors
/// When the database cannot be used.
pub async fn open(deps: &Deps, by: Uuid, id: CampaignId) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    store::open(&mut tx, id, by, deps.clock.now()).await?;
    tx.commit().await
}

/// Submits a campaign that `testers` colleagues at least have seen on their phones.
///
/// # Errors
/// Conflict or invalid, with what to do first.
pub async fn submit(
    deps: &Deps,
    by: Uuid,
    id: CampaignId,
    seen_version: i64,
    testers: usize,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let campaign = seen(&mut tx, id, seen_version).await?;
    let to = machine::after(campaign.stage, false, Deed::Submit)?;
    if !super::is_intact(&mut tx, &campaign).await? {
        return Err(Error::conflict(
            "选的文章或图片在保存之后变了。请打开“修改”，核对后保存，再重新预览和送审。",
        ));
    }
    check_articles(&mut tx, &campaign).await?;
    let shown = store::previews(&mut tx, id, &campaign.hash).await?;
    let have_seen = shown.iter().filter(|preview| preview.seen_at.is_some()).count();
    if have_seen < testers {
        return Err(Error::conflict(format!(
            "还要有 {testers} 位同事在自己的手机上看过这一稿并点“看过了”，现在有 {have_seen} 位。"
        )));
    }
    let approval = asked(deps, &campaign, by, now)?;
    if !store::ask_approval(&mut tx, &approval).await? {
        return Err(Error::conflict("这个推送已经在等待审批。请刷新页面。"));
    }
    store::step(&mut tx, id, campaign.stage, to, &Step::default(), now).await?;
    note(&mut tx, now, Some(by), "campaign.submit", id, &json!({})).await?;
    let waits = happening(Occasion::CampaignWaits, &campaign, now);
    let not = vec![campaign.written_by, by];
    let told = raise(&mut tx, &waits, &Audience::Approvers(not), now).await?;
    tx.commit().await?;
    tell(deps, told);
    Ok(())
}

/// The approval that is asked for, for a campaign as it is.
///
/// # Errors
/// When its filter cannot be read.
pub fn asked(deps: &Deps, campaign: &Campaign, by: Uuid, now: Moment) -> Result<Approval> {
    Ok(Approval {
        id: ApprovalId(deps.entropy.id_at(now)),
        campaign_id: campaign.id,
        hash: campaign.hash.clone(),
        snapshot: serde_json::to_string(&snapshot(campaign)?)?,
        written_by: campaign.written_by,
        submitted_by: by,
        submitted_at: now,
        decision: None,
        reason: None,
        decided_by: None,
        decided_at: None,
    })
}

/// What a campaign says now.
///
/// # Errors
/// When its filter cannot be read.
pub fn snapshot(campaign: &Campaign) -> Result<Snapshot> {
    Ok(Snapshot {
        kind: campaign.kind,
        body: campaign.body.clone(),
        items: content::items(campaign),
        filter: super::going::filter_of(campaign)?,
        send_at: campaign.send_at,
        override_reason: campaign.override_reason.clone(),
    })
}

/// An alert about a campaign.
pub(in crate::campaigns) fn happening(
    occasion: Occasion,
    campaign: &Campaign,
    now: Moment,
) -> Happening {
    Happening {
        occasion,
        about: campaign.id.0,
        stamp: now.0,
        number: String::new(),
        organization: None,
        detail: String::new(),
    }
}

/// Every article of a campaign must itself be approved as it is.
async fn check_articles(tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    if campaign.kind != Kind::Articles {
        return Ok(());
    }
    for id in content::items(campaign) {
        let Some(article) = publishing::store::get(tx, ArticleId(id)).await? else { continue };
        let review = publishing::store::reviews::newest(tx, article.id).await?;
        if !reviewing::is_approved(&article, review.as_ref()) {
            let why =
                format!("文章“{}”还没有通过审批。请先把文章审完，再送审推送。", article.title);
            return Err(Error::conflict(why));
        }
    }
    Ok(())
}

/// Approves a campaign as `by` has seen it.
///
/// # Errors
/// Conflict when `by` wrote or submitted it, has not opened its preview, or it does not wait.
pub async fn approve(deps: &Deps, by: Uuid, id: CampaignId, seen_version: i64) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let (campaign, approval) = waiting(&mut tx, by, id, seen_version).await?;
    let to = machine::after(campaign.stage, false, Deed::Approve)?;
    if !store::has_opened(&mut tx, id, by).await? {
        return Err(Error::conflict("请先点“看预览”，看过群众会收到的样子，再审批。"));
    }
    if approval.hash != campaign.hash || !super::is_intact(&mut tx, &campaign).await? {
        return Err(Error::conflict(machine::CHANGED));
    }
    store::decide(&mut tx, id, Decision::Approved, None, by, now).await?;
    let step = Step { approval: Some(approval.id), ..Step::default() };
    store::step(&mut tx, id, campaign.stage, to, &step, now).await?;
    alerts::store::settle(&mut tx, id.0, now).await?;
    note(&mut tx, now, Some(by), "campaign.approve", id, &json!({ "hash": campaign.hash })).await?;
    tx.commit().await
}

/// Sends a campaign back with a reason.
///
/// # Errors
/// As [`approve`]; invalid without a reason.
pub async fn send_back(
    deps: &Deps,
    by: Uuid,
    id: CampaignId,
    seen_version: i64,
    reason: &str,
) -> Result<()> {
    let reason = checked_reason(reason)?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let (campaign, _) = waiting(&mut tx, by, id, seen_version).await?;
    let to = machine::after(campaign.stage, false, Deed::Return)?;
    store::decide(&mut tx, id, Decision::Returned, Some(reason), by, now).await?;
    let step = Step { reason: Some(reason), ..Step::default() };
    store::step(&mut tx, id, campaign.stage, to, &step, now).await?;
    alerts::store::settle(&mut tx, id.0, now).await?;
    note(&mut tx, now, Some(by), "campaign.return", id, &json!({})).await?;
    tx.commit().await
}

/// A campaign that waits, and what waits of it, for somebody who may decide.
async fn waiting(
    tx: &mut Tx,
    by: Uuid,
    id: CampaignId,
    seen_version: i64,
) -> Result<(Campaign, Approval)> {
    let campaign = seen(tx, id, seen_version).await?;
    let newest = store::approvals(tx, id).await?.into_iter().next();
    let Some(approval) = newest.filter(|approval| approval.decision.is_none()) else {
        return Err(Error::conflict("推送现在不在等待审批。请刷新页面，看它的最新状态。"));
    };
    if by == approval.written_by || by == approval.submitted_by || by == campaign.written_by {
        return Err(Error::conflict(OWN));
    }
    Ok((campaign, approval))
}
