//! The tables `deliveries` and `allowances`; `delivery_pictures` below.

pub mod notice;
pub mod pictures;

use super::rules::{Allowance, AllowanceClass};
use super::{Delivery, DeliveryId, DeliveryState, Way};
use crate::inquiries::{InquiryId, MessageId};
use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, Tx};
use crate::platform::error::Result;
use crate::{many_rows, on, run};

macro_rules! columns {
    () => {
        "d.id, d.inquiry_id, d.message_id, d.citizen_id, d.account_id, d.openid, d.body, d.state, \
         d.way, d.errcode, d.reason, d.created_at, d.settled_at"
    };
}

/// Adds a delivery; nothing when its answer has one already.
pub async fn insert(tx: &mut Tx, delivery: &Delivery) -> Result<()> {
    const SQL: &str = "INSERT INTO deliveries (id, inquiry_id, message_id, citizen_id, account_id, openid, \
        body, state, reason, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
        ON CONFLICT (message_id) DO NOTHING";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(delivery.id)
            .bind(delivery.inquiry_id)
            .bind(delivery.message_id)
            .bind(delivery.citizen_id)
            .bind(&delivery.account_id)
            .bind(&delivery.openid)
            .bind(&delivery.body)
            .bind(delivery.state)
            .bind(&delivery.reason)
            .bind(delivery.created_at)
    )?;
    Ok(())
}

/// The delivery of an answer, kept from others until the transaction ends.
pub async fn lock(tx: &mut Tx, message: MessageId) -> Result<Option<Delivery>> {
    macro_rules! sql {
        ($lock:literal) => {
            concat!("SELECT ", columns!(), " FROM deliveries d WHERE d.message_id = $1", $lock)
        };
    }
    let sql = match tx.conn().backend() {
        Backend::Sqlite => sql!(""),
        Backend::Postgres => sql!(" FOR UPDATE"),
    };
    Ok(on!(tx, c => sqlx::query_as(sql).bind(message).fetch_optional(c).await)?)
}

/// Every delivery of an inquiry, oldest first.
pub async fn of_inquiry(link: &mut impl Link, inquiry: InquiryId) -> Result<Vec<Delivery>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM deliveries d WHERE d.inquiry_id = $1 ORDER BY d.created_at, d.id"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(inquiry).fetch_all(c).await)?)
}

/// How a delivery ended, or what it waits for.
#[derive(Clone, Debug)]
pub struct Settled {
    /// New state.
    pub state: DeliveryState,
    /// The way it took.
    pub way: Option<Way>,
    /// WeChat's error code.
    pub errcode: Option<i64>,
    /// WeChat's request id, for asking them.
    pub rid: Option<String>,
    /// Why, for staff.
    pub reason: Option<String>,
}

/// Notes that the call begins.
pub async fn begin_call(tx: &mut Tx, id: DeliveryId, now: Moment) -> Result<()> {
    let sql = "UPDATE deliveries SET state = 'calling', called_at = $2 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(now))?;
    Ok(())
}

/// Writes how a delivery stands now.
pub async fn settle(tx: &mut Tx, id: DeliveryId, settled: &Settled, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE deliveries SET state = $2, way = $3, errcode = $4, rid = $5, reason = $6, \
        settled_at = $7 WHERE id = $1";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(settled.state)
            .bind(settled.way)
            .bind(settled.errcode)
            .bind(&settled.rid)
            .bind(&settled.reason)
            .bind(now)
    )?;
    Ok(())
}

/// An answer waiting for the next contact of a follower.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Waiting {
    /// Official account.
    pub account_id: String,
    /// Follower.
    pub openid: String,
    /// Delivery.
    pub id: DeliveryId,
    /// Text.
    pub body: String,
}

/// Answers waiting for any of these followers (`[[account, openid], …]` as JSON), oldest first.
pub async fn waiting_for(link: &mut impl Link, followers: &str) -> Result<Vec<Waiting>> {
    let sql = many_rows!(
        link,
        "SELECT d.account_id, d.openid, d.id, d.body FROM deliveries d WHERE d.state = 'waiting' \
         AND (d.account_id, d.openid) IN (SELECT value->>0, value->>1 FROM",
        ") ORDER BY d.created_at"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(followers).fetch_all(c).await)?)
}

/// Answers of one follower that wait, as jobs would take them up again.
pub async fn waiting_messages(
    link: &mut impl Link,
    account: &str,
    openid: &str,
) -> Result<Vec<MessageId>> {
    const SQL: &str = "SELECT message_id FROM deliveries WHERE state = 'waiting' AND account_id = $1 \
        AND openid = $2 ORDER BY created_at";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(account).bind(openid).fetch_all(c).await)?)
}

/// Grants a follower an allowance; a newer one of the same class replaces the older.
pub async fn grant(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    class: AllowanceClass,
    at: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO allowances (account_id, openid, class, granted_at, expires_at, budget, used) \
        VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (account_id, openid, class) DO UPDATE SET \
        granted_at = excluded.granted_at, expires_at = excluded.expires_at, used = 0 \
        WHERE allowances.granted_at < excluded.granted_at";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(account)
            .bind(openid)
            .bind(class)
            .bind(at)
            .bind(at.plus(class.lasting()))
            .bind(class.budget())
    )?;
    Ok(())
}

/// What a follower has granted.
pub async fn allowances(
    link: &mut impl Link,
    account: &str,
    openid: &str,
) -> Result<Vec<Allowance>> {
    const SQL: &str = "SELECT class, expires_at, budget, used FROM allowances \
        WHERE account_id = $1 AND openid = $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(openid).fetch_all(c).await)?)
}

/// Takes one message from an allowance.
pub async fn spend(tx: &mut Tx, account: &str, openid: &str, class: AllowanceClass) -> Result<()> {
    const SQL: &str = "UPDATE allowances SET used = used + 1 \
        WHERE account_id = $1 AND openid = $2 AND class = $3";
    run!(tx, sqlx::query(SQL).bind(account).bind(openid).bind(class))?;
    Ok(())
}

/// Gives back a message that was taken from an allowance and then not sent.
pub async fn give_back(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    class: AllowanceClass,
) -> Result<()> {
    const SQL: &str = "UPDATE allowances SET used = used - 1 \
        WHERE account_id = $1 AND openid = $2 AND class = $3 AND used > 0";
    run!(tx, sqlx::query(SQL).bind(account).bind(openid).bind(class))?;
    Ok(())
}

/// Ends every allowance of a follower, after WeChat said that none is left.
pub async fn exhaust(tx: &mut Tx, account: &str, openid: &str) -> Result<()> {
    let sql = "UPDATE allowances SET used = budget WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid))?;
    Ok(())
}

/// Texts about how an inquiry stands that still wait, and that a newer message makes stale, are not
/// sent any more.
pub async fn drop_stale(
    tx: &mut Tx,
    inquiry: InquiryId,
    newer: MessageId,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE deliveries SET state = 'dropped', settled_at = $3, reason = $4 \
        WHERE inquiry_id = $1 AND state = 'waiting' AND message_id <> $2 \
        AND message_id IN (SELECT id FROM messages WHERE inquiry_id = $1 AND author = 'told')";
    let why = "已有更新的消息，这一条不再补发。";
    run!(tx, sqlx::query(SQL).bind(inquiry).bind(newer).bind(now).bind(why))?;
    Ok(())
}

/// How many messages of an inquiry are with WeChat at this moment or on their way there.
pub async fn on_their_way(link: &mut impl Link, inquiry: InquiryId) -> Result<i64> {
    let sql = "SELECT count(*) FROM deliveries \
        WHERE inquiry_id = $1 AND state IN ('queued', 'calling')";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(inquiry).fetch_one(c).await)?)
}

/// Answers of an inquiry without a delivery.
pub async fn not_begun(link: &mut impl Link, inquiry: InquiryId) -> Result<Vec<MessageId>> {
    const SQL: &str = "SELECT m.id FROM messages m WHERE m.inquiry_id = $1 AND m.author = 'staff' \
        AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id)";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(inquiry).fetch_all(c).await)?)
}

/// Gives every delivery of an inquiry to another one, with the messages they belong to.
pub async fn hand_over(tx: &mut Tx, from: InquiryId, to: InquiryId) -> Result<()> {
    let sql = "UPDATE deliveries SET inquiry_id = $2 WHERE inquiry_id = $1";
    run!(tx, sqlx::query(sql).bind(from).bind(to))?;
    Ok(())
}

/// Removes every delivery of an inquiry, when the citizen asks for erasure.
pub async fn erase(tx: &mut Tx, inquiry: InquiryId) -> Result<()> {
    pictures::erase(tx, inquiry).await?;
    run!(tx, sqlx::query("DELETE FROM deliveries WHERE inquiry_id = $1").bind(inquiry))?;
    Ok(())
}

/// How many messages are in a state, for the health page.
pub async fn count(link: &mut impl Link, state: DeliveryState) -> Result<i64> {
    let sql = "SELECT count(*) FROM deliveries WHERE state = $1";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(state).fetch_one(c).await)?)
}

/// Forgets what WeChat lets us send to a follower.
pub async fn forget_person(tx: &mut Tx, account: &str, openid: &str) -> Result<()> {
    let sql = "DELETE FROM allowances WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid))?;
    Ok(())
}
