//! The tables `campaigns`, `campaign_approvals`, `campaign_previews` and `sending_stop`; next door
//! the slices and whom they address.

pub mod audience;
pub mod figures;
pub mod slices;

use uuid::Uuid;

use super::{Approval, ApprovalId, Campaign, CampaignEdit, CampaignId, Stage};
use crate::content::approving::Decision;
use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

macro_rules! campaign_sql {
    ($tail:literal) => {
        concat!(
            "SELECT id, account_id, title, kind, body, items, filter, send_at, override_reason, \
             hash, stage, reason, approval_id, cooled_at, started_at, finished_at, audience, \
             draft_id, draft_hash, corrects, version, written_by, updated_at FROM campaigns ",
            $tail
        )
    };
}

macro_rules! approval_sql {
    ($tail:literal) => {
        concat!(
            "SELECT id, campaign_id, hash, snapshot, written_by, submitted_by, submitted_at, decision, \
             reason, decided_by, decided_at FROM campaign_approvals ",
            $tail
        )
    };
}

/// Adds a campaign as a draft; `false` when one of that id is there already.
pub async fn insert(
    tx: &mut Tx,
    id: CampaignId,
    edit: &CampaignEdit,
    hash: &str,
    by: Uuid,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO campaigns (id, account_id, title, kind, body, items, filter, \
        send_at, override_reason, hash, stage, corrects, version, written_by, created_at, \
        updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14, $14) \
        ON CONFLICT (id) DO NOTHING";
    let (items, filter) =
        (serde_json::to_string(&edit.items)?, serde_json::to_string(&edit.filter)?);
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(&edit.account)
            .bind(&edit.title)
            .bind(edit.kind)
            .bind(&edit.body)
            .bind(&items)
            .bind(&filter)
            .bind(edit.send_at)
            .bind(&edit.override_reason)
            .bind(hash)
            .bind(Stage::Draft)
            .bind(edit.corrects)
            .bind(by)
            .bind(now)
    )?;
    Ok(added == 1)
}

/// Writes what a campaign says now; it is a draft again and no approval is in force.
pub async fn update(
    tx: &mut Tx,
    id: CampaignId,
    edit: &CampaignEdit,
    hash: &str,
    by: Uuid,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE campaigns SET title = $2, kind = $3, body = $4, items = $5, \
        filter = $6, send_at = $7, override_reason = $8, hash = $9, stage = $10, reason = NULL, \
        approval_id = NULL, cooled_at = NULL, version = version + 1, written_by = $11, \
        updated_at = $12 WHERE id = $1";
    let (items, filter) =
        (serde_json::to_string(&edit.items)?, serde_json::to_string(&edit.filter)?);
    run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(&edit.title)
            .bind(edit.kind)
            .bind(&edit.body)
            .bind(&items)
            .bind(&filter)
            .bind(edit.send_at)
            .bind(&edit.override_reason)
            .bind(hash)
            .bind(Stage::Draft)
            .bind(by)
            .bind(now)
    )?;
    Ok(())
}

/// One campaign.
pub async fn get(link: &mut impl Link, id: CampaignId) -> Result<Option<Campaign>> {
    let sql = campaign_sql!("WHERE id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// One campaign, held until the transaction ends.
pub async fn lock(tx: &mut Tx, id: CampaignId) -> Result<Option<Campaign>> {
    if tx.conn().backend() == Backend::Postgres {
        run!(tx, sqlx::query("SELECT 1 FROM campaigns WHERE id = $1 FOR UPDATE").bind(id))?;
    }
    get(tx, id).await
}

/// Holds the campaigns of an account that may hear from WeChat until the transaction ends, so that a
/// report and the answer to the call it is about see each other, whichever is faster.
pub async fn lock_under_way(tx: &mut Tx, account: &str) -> Result<()> {
    const SQL: &str = "SELECT 1 FROM campaigns WHERE account_id = $1 \
        AND stage IN ('sending', 'submitted', 'unknown', 'held') ORDER BY id FOR UPDATE";
    if tx.conn().backend() == Backend::Postgres {
        run!(tx, sqlx::query(SQL).bind(account))?;
    }
    Ok(())
}

/// The campaigns whose time lies in a span, earliest first.
pub async fn between(link: &mut impl Link, from: Moment, until: Moment) -> Result<Vec<Campaign>> {
    let sql = campaign_sql!("WHERE send_at >= $1 AND send_at < $2 ORDER BY send_at, id");
    Ok(on!(link, c => sqlx::query_as(sql).bind(from).bind(until).fetch_all(c).await)?)
}

/// The campaigns that somebody has something to do about, then the others; those due last first.
pub async fn newest(link: &mut impl Link, limit: i64) -> Result<Vec<Campaign>> {
    let sql = campaign_sql!(
        "ORDER BY CASE WHEN stage IN ('unknown', 'held', 'cooling', 'in_review') THEN 0 ELSE 1 END, \
         send_at DESC, id DESC LIMIT $1"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(limit).fetch_all(c).await)?)
}

/// How many campaigns wait for approval that `person` neither wrote nor submitted.
pub async fn count_waiting(link: &mut impl Link, person: Uuid) -> Result<i64> {
    const SQL: &str = "SELECT count(*) FROM campaign_approvals WHERE decision IS NULL \
        AND written_by <> $1 AND submitted_by <> $1";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(person).fetch_one(c).await)?)
}

/// When the other campaigns of an account are due that may still be sent, or were begun.
pub async fn other_times(
    link: &mut impl Link,
    account: &str,
    except: CampaignId,
) -> Result<Vec<Moment>> {
    const SQL: &str = "SELECT COALESCE(started_at, send_at) FROM campaigns WHERE account_id = $1 \
        AND id <> $2 AND (started_at IS NOT NULL OR stage IN ('scheduled', 'cooling'))";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(account).bind(except).fetch_all(c).await)?)
}

/// How a campaign goes on.
#[derive(Clone, Debug, Default)]
pub struct Step<'a> {
    /// Why it stands so.
    pub reason: Option<&'a str>,
    /// Since when it cools, when that begins.
    pub cooled_at: Option<Moment>,
    /// The approval in force, when it is given.
    pub approval: Option<ApprovalId>,
    /// How many it goes to, when its slices were made.
    pub audience: Option<i64>,
}

/// Moves a campaign from one stage to another; `false` when it does not stand there any more.
pub async fn step(
    tx: &mut Tx,
    id: CampaignId,
    from: Stage,
    to: Stage,
    step: &Step<'_>,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE campaigns SET stage = $3, reason = $4, \
        cooled_at = CASE WHEN $3 = 'approved' THEN NULL ELSE COALESCE($5, cooled_at) END, \
        approval_id = COALESCE($6, approval_id), audience = COALESCE($7, audience), \
        started_at = CASE WHEN $7 IS NULL THEN started_at ELSE $8 END, \
        finished_at = CASE WHEN $3 IN ('sent', 'partial', 'failed', 'cancelled') THEN $8 \
        ELSE finished_at END, version = version + 1, updated_at = $8 \
        WHERE id = $1 AND stage = $2";
    let moved = run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(from)
            .bind(to)
            .bind(step.reason)
            .bind(step.cooled_at)
            .bind(step.approval)
            .bind(step.audience)
            .bind(now)
    )?;
    Ok(moved == 1)
}

/// Notes WeChat's draft of the articles of a campaign.
pub async fn set_draft(tx: &mut Tx, id: CampaignId, draft: &str, hash: &str) -> Result<()> {
    let sql = "UPDATE campaigns SET draft_id = $2, draft_hash = $3 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(draft).bind(hash))?;
    Ok(())
}

/// Adds an approval that waits; `false` when one of the campaign waits already.
pub async fn ask_approval(tx: &mut Tx, approval: &Approval) -> Result<bool> {
    const SQL: &str = "INSERT INTO campaign_approvals (id, campaign_id, hash, snapshot, \
        written_by, submitted_by, submitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(approval.id)
            .bind(approval.campaign_id)
            .bind(&approval.hash)
            .bind(&approval.snapshot)
            .bind(approval.written_by)
            .bind(approval.submitted_by)
            .bind(approval.submitted_at)
    )?;
    Ok(added == 1)
}

/// The approvals of a campaign, newest first.
pub async fn approvals(link: &mut impl Link, id: CampaignId) -> Result<Vec<Approval>> {
    let sql = approval_sql!("WHERE campaign_id = $1 ORDER BY submitted_at DESC, id DESC");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_all(c).await)?)
}

/// Ends the approval of a campaign that waits; `false` when none does.
pub async fn decide(
    tx: &mut Tx,
    id: CampaignId,
    decision: Decision,
    reason: Option<&str>,
    by: Uuid,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE campaign_approvals SET decision = $2, reason = $3, decided_by = $4, \
        decided_at = $5 WHERE campaign_id = $1 AND decision IS NULL";
    let ended = run!(tx, sqlx::query(SQL).bind(id).bind(decision).bind(reason).bind(by).bind(now))?;
    Ok(ended == 1)
}

/// Notes that `by` has opened what waits for approval as followers will see it.
pub async fn open(tx: &mut Tx, id: CampaignId, by: Uuid, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE campaign_approvals SET opened_by = $2, opened_at = $3 \
        WHERE campaign_id = $1 AND decision IS NULL AND (opened_by IS NULL OR opened_by <> $2)";
    run!(tx, sqlx::query(SQL).bind(id).bind(by).bind(now))?;
    Ok(())
}

/// Whether `by` has opened what waits for approval.
pub async fn has_opened(link: &mut impl Link, id: CampaignId, by: Uuid) -> Result<bool> {
    const SQL: &str = "SELECT count(*) FROM campaign_approvals WHERE campaign_id = $1 \
        AND decision IS NULL AND opened_by = $2";
    let found: i64 = on!(link, c => sqlx::query_scalar(SQL).bind(id).bind(by).fetch_one(c).await)?;
    Ok(found > 0)
}

/// How one state of a campaign was shown to a tester.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Preview {
    /// Which state of it.
    pub hash: String,
    /// Who.
    pub staff_id: Uuid,
    /// When it was asked for.
    pub asked_at: Moment,
    /// When WeChat took it.
    pub sent_at: Option<Moment>,
    /// Why it was not.
    pub problem: Option<String>,
    /// When the tester said to have seen it.
    pub seen_at: Option<Moment>,
}

/// Asks for a preview, once more if need be.
pub async fn ask_preview(
    tx: &mut Tx,
    id: CampaignId,
    hash: &str,
    tester: Uuid,
    by: Uuid,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO campaign_previews (campaign_id, hash, staff_id, asked_by, \
        asked_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (campaign_id, hash, staff_id) \
        DO UPDATE SET asked_by = excluded.asked_by, asked_at = excluded.asked_at, problem = NULL";
    run!(tx, sqlx::query(SQL).bind(id).bind(hash).bind(tester).bind(by).bind(now))?;
    Ok(())
}

/// Notes how a preview was sent; `problem` says why it was not.
pub async fn note_preview(
    tx: &mut Tx,
    id: CampaignId,
    hash: &str,
    tester: Uuid,
    problem: Option<&str>,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE campaign_previews SET problem = $4, \
        sent_at = CASE WHEN $4 IS NULL THEN $5 ELSE sent_at END \
        WHERE campaign_id = $1 AND hash = $2 AND staff_id = $3";
    run!(tx, sqlx::query(SQL).bind(id).bind(hash).bind(tester).bind(problem).bind(now))?;
    Ok(())
}

/// Notes that a tester has seen it; `false` when it never reached them.
pub async fn note_seen(
    tx: &mut Tx,
    id: CampaignId,
    hash: &str,
    tester: Uuid,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE campaign_previews SET seen_at = COALESCE(seen_at, $4) \
        WHERE campaign_id = $1 AND hash = $2 AND staff_id = $3 AND sent_at IS NOT NULL";
    Ok(run!(tx, sqlx::query(SQL).bind(id).bind(hash).bind(tester).bind(now))? == 1)
}

/// The previews of one state of a campaign.
pub async fn previews(link: &mut impl Link, id: CampaignId, hash: &str) -> Result<Vec<Preview>> {
    const SQL: &str = "SELECT hash, staff_id, asked_at, sent_at, problem, seen_at \
        FROM campaign_previews WHERE campaign_id = $1 AND hash = $2 ORDER BY asked_at, staff_id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(id).bind(hash).fetch_all(c).await)?)
}

/// The emergency stop while it is pulled.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stop {
    /// Why.
    pub reason: String,
    /// Who pulled it.
    pub stopped_by: Uuid,
    /// When.
    pub stopped_at: Moment,
}

/// The emergency stop, when it is pulled.
pub async fn stop(link: &mut impl Link) -> Result<Option<Stop>> {
    let sql = "SELECT reason, stopped_by, stopped_at FROM sending_stop WHERE id = 1";
    Ok(on!(link, c => sqlx::query_as(sql).fetch_optional(c).await)?)
}

/// Pulls the emergency stop; `false` when it is pulled already.
pub async fn pull_stop(tx: &mut Tx, reason: &str, by: Uuid, now: Moment) -> Result<bool> {
    const SQL: &str = "INSERT INTO sending_stop (id, reason, stopped_by, stopped_at) \
        VALUES (1, $1, $2, $3) ON CONFLICT (id) DO NOTHING";
    Ok(run!(tx, sqlx::query(SQL).bind(reason).bind(by).bind(now))? == 1)
}

/// Lifts the emergency stop; `false` when it was not pulled.
pub async fn lift_stop(tx: &mut Tx) -> Result<bool> {
    Ok(run!(tx, sqlx::query("DELETE FROM sending_stop WHERE id = 1"))? == 1)
}
