//! The tables `campaign_slices` and `mass_reports`.

use crate::campaigns::{ApprovalId, CampaignId, Report, Slice, SliceState};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::wechat::mass::MassReceipt;
use crate::{on, run};

macro_rules! slice_sql {
    ($tail:literal) => {
        concat!(
            "SELECT campaign_id, nth, approval_id, hash, target, size, state, client_msg_id, \
             request_hash, tries, first_tried_at, tried_at, retry_at, msg_id, msg_data_id, reason, \
             total, filtered, sent, errors, settled_at FROM campaign_slices ",
            $tail
        )
    };
}

/// A slice to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewSlice<'a> {
    /// The campaign.
    pub campaign: CampaignId,
    /// Which part.
    pub nth: i64,
    /// The approval it is sent under.
    pub approval: ApprovalId,
    /// What that approved.
    pub hash: &'a str,
    /// The account.
    pub account: &'a str,
    /// Its target as JSON.
    pub target: &'a str,
    /// To how many.
    pub size: i64,
    /// Our id of it.
    pub client_msg_id: &'a str,
}

/// Makes a slice. The database refuses it when nobody approved what it sends.
pub async fn insert(tx: &mut Tx, new: &NewSlice<'_>) -> Result<()> {
    const SQL: &str = "INSERT INTO campaign_slices (campaign_id, nth, approval_id, hash, \
        account_id, target, size, state, client_msg_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(new.campaign)
            .bind(new.nth)
            .bind(new.approval)
            .bind(new.hash)
            .bind(new.account)
            .bind(new.target)
            .bind(new.size)
            .bind(SliceState::Pending)
            .bind(new.client_msg_id)
    )?;
    Ok(())
}

/// The slices of a campaign, in order.
pub async fn of(link: &mut impl Link, campaign: CampaignId) -> Result<Vec<Slice>> {
    let sql = slice_sql!("WHERE campaign_id = $1 ORDER BY nth");
    Ok(on!(link, c => sqlx::query_as(sql).bind(campaign).fetch_all(c).await)?)
}

/// The slice WeChat calls by this number.
pub async fn of_message(link: &mut impl Link, account: &str, msg_id: i64) -> Result<Option<Slice>> {
    let sql = slice_sql!("WHERE account_id = $1 AND msg_id = $2");
    Ok(on!(link, c => sqlx::query_as(sql).bind(account).bind(msg_id).fetch_optional(c).await)?)
}

/// The slices of an account of which nobody knows what became of their call, or whose call runs.
pub async fn lost(link: &mut impl Link, account: &str) -> Result<Vec<Slice>> {
    let sql = slice_sql!(
        "WHERE account_id = $1 AND state IN ('unknown', 'calling') ORDER BY tried_at, campaign_id, nth"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(account).fetch_all(c).await)?)
}

/// Writes down that a call begins; `false` when the slice does not wait, or another body was sent
/// before.
pub async fn begin(
    tx: &mut Tx,
    (campaign, nth): (CampaignId, i64),
    request_hash: &str,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE campaign_slices SET state = $3, request_hash = $4, tries = tries + 1, \
        first_tried_at = COALESCE(first_tried_at, $5), tried_at = $5, retry_at = NULL, \
        reason = NULL WHERE campaign_id = $1 AND nth = $2 AND state = $6 \
        AND (request_hash IS NULL OR request_hash = $4)";
    let begun = run!(
        tx,
        sqlx::query(SQL)
            .bind(campaign)
            .bind(nth)
            .bind(SliceState::Calling)
            .bind(request_hash)
            .bind(now)
            .bind(SliceState::Pending)
    )?;
    Ok(begun == 1)
}

/// Writes down what a call came to; `try_number` is which try it was, so that an answer that comes
/// late changes nothing a later try has made. `false` when it changed nothing.
pub async fn end(
    tx: &mut Tx,
    (campaign, nth, try_number): (CampaignId, i64, i64),
    to: SliceState,
    reason: Option<&str>,
    retry_at: Option<Moment>,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE campaign_slices SET state = $4, reason = $5, retry_at = $6, \
        settled_at = CASE WHEN $4 = 'failed' THEN $7 ELSE settled_at END WHERE campaign_id = $1 \
        AND nth = $2 AND tries = $3 AND state = 'calling'";
    let ended = run!(
        tx,
        sqlx::query(SQL)
            .bind(campaign)
            .bind(nth)
            .bind(try_number)
            .bind(to)
            .bind(reason)
            .bind(retry_at)
            .bind(now)
    )?;
    Ok(ended == 1)
}

/// Writes down that WeChat has taken a slice, also when it was given up meanwhile or somebody believed
/// that it was not sent: what WeChat says goes before that.
pub async fn taken(
    tx: &mut Tx,
    (campaign, nth): (CampaignId, i64),
    receipt: &MassReceipt,
) -> Result<bool> {
    const SQL: &str = "UPDATE campaign_slices SET state = $3, msg_id = $4, msg_data_id = $5, \
        reason = NULL, retry_at = NULL WHERE campaign_id = $1 AND nth = $2 \
        AND state IN ('calling', 'unknown', 'pending', 'failed', 'dropped')";
    let whole = |id: u64| i64::try_from(id).unwrap_or(i64::MAX);
    let taken = run!(
        tx,
        sqlx::query(SQL)
            .bind(campaign)
            .bind(nth)
            .bind(SliceState::Submitted)
            .bind(whole(receipt.msg_id))
            .bind(receipt.msg_data_id.map(whole))
    )?;
    Ok(taken == 1)
}

/// Writes down what WeChat or a person says of a slice whose outcome was open.
pub async fn settle(
    tx: &mut Tx,
    (campaign, nth): (CampaignId, i64),
    to: SliceState,
    reason: Option<&str>,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE campaign_slices SET state = $3, reason = $4, retry_at = NULL, \
        settled_at = CASE WHEN $3 IN ('sent', 'failed', 'dropped') THEN $5 ELSE NULL END \
        WHERE campaign_id = $1 AND nth = $2 \
        AND state IN ('pending', 'calling', 'submitted', 'unknown')";
    let settled =
        run!(tx, sqlx::query(SQL).bind(campaign).bind(nth).bind(to).bind(reason).bind(now))?;
    Ok(settled == 1)
}

/// Adds WeChat's number and figures to a slice.
pub async fn set_report(
    tx: &mut Tx,
    (campaign, nth): (CampaignId, i64),
    report: &Report,
) -> Result<()> {
    const SQL: &str = "UPDATE campaign_slices SET msg_id = $3, total = $4, filtered = $5, \
        sent = $6, errors = $7 WHERE campaign_id = $1 AND nth = $2";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(campaign)
            .bind(nth)
            .bind(report.msg_id)
            .bind(report.total)
            .bind(report.filtered)
            .bind(report.sent)
            .bind(report.errors)
    )?;
    Ok(())
}

/// Gives up what has not been called; gives how many slices that were.
pub async fn drop_pending(tx: &mut Tx, campaign: CampaignId, now: Moment) -> Result<u64> {
    const SQL: &str = "UPDATE campaign_slices SET state = 'dropped', settled_at = $2 \
        WHERE campaign_id = $1 AND state = 'pending'";
    Ok(run!(tx, sqlx::query(SQL).bind(campaign).bind(now))?)
}

/// Keeps a report of WeChat's; `false` when it is known already.
pub async fn keep_report(
    tx: &mut Tx,
    account: &str,
    report: &Report,
    happened_at: Moment,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO mass_reports (account_id, msg_id, succeeded, reason, total, \
        filtered, sent, errors, happened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(account)
            .bind(report.msg_id)
            .bind(report.succeeded)
            .bind(&report.reason)
            .bind(report.total)
            .bind(report.filtered)
            .bind(report.sent)
            .bind(report.errors)
            .bind(happened_at)
    )?;
    Ok(added == 1)
}

/// Whose report it is.
pub async fn own_report(
    tx: &mut Tx,
    account: &str,
    msg_id: i64,
    campaign: CampaignId,
) -> Result<()> {
    let sql = "UPDATE mass_reports SET campaign_id = $3 WHERE account_id = $1 AND msg_id = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(msg_id).bind(campaign))?;
    Ok(())
}

/// The report WeChat made of this number, when it came before we knew the number.
pub async fn report(link: &mut impl Link, account: &str, msg_id: i64) -> Result<Option<Report>> {
    const SQL: &str = "SELECT msg_id, succeeded, reason, total, filtered, sent, errors \
        FROM mass_reports WHERE account_id = $1 AND msg_id = $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(msg_id).fetch_optional(c).await)?)
}

/// A report that no slice has claimed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unclaimed {
    /// What it says.
    #[sqlx(flatten)]
    pub report: Report,
    /// When it happened.
    pub happened_at: Moment,
}

/// The reports of an account since `from` that no slice has claimed, oldest first.
pub async fn unclaimed(
    link: &mut impl Link,
    account: &str,
    from: Moment,
) -> Result<Vec<Unclaimed>> {
    const SQL: &str = "SELECT msg_id, succeeded, reason, total, filtered, sent, errors, happened_at \
        FROM mass_reports WHERE account_id = $1 AND happened_at >= $2 AND campaign_id IS NULL \
        ORDER BY happened_at, msg_id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(from).fetch_all(c).await)?)
}

/// When an account sent or will send to many, from `from` on: campaigns that were begun or are due, and
/// what was sent by hand.
pub async fn sends(link: &mut impl Link, account: &str, from: Moment) -> Result<Vec<Moment>> {
    const SQL: &str = "SELECT COALESCE(started_at, send_at) AS at FROM campaigns \
        WHERE account_id = $1 AND COALESCE(started_at, send_at) >= $2 \
        AND stage NOT IN ('draft', 'in_review', 'returned', 'approved', 'failed', 'cancelled') \
        UNION ALL SELECT happened_at AS at FROM mass_reports WHERE account_id = $1 \
        AND happened_at >= $2 AND succeeded AND campaign_id IS NULL";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(account).bind(from).fetch_all(c).await)?)
}

/// What was sent by hand from an account since `from`, newest first: when and to how many.
pub async fn by_hand(
    link: &mut impl Link,
    account: &str,
    from: Moment,
) -> Result<Vec<(Moment, i64)>> {
    const SQL: &str = "SELECT happened_at, sent FROM mass_reports WHERE account_id = $1 \
        AND happened_at >= $2 AND succeeded AND campaign_id IS NULL ORDER BY happened_at DESC";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(from).fetch_all(c).await)?)
}
