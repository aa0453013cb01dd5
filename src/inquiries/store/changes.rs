//! Writing inquiries.

use crate::citizens::CitizenId;
use crate::inquiries::{Inquiry, InquiryId, NewInquiry};
use crate::members::{OrgScope, StationId};
use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, Tx};
use crate::platform::error::{Error, Result};
use crate::staff::StaffId;
use crate::{on, run};

/// Adds an inquiry that no organization has yet; `false` when it is there already.
pub async fn insert(
    tx: &mut Tx,
    new: &NewInquiry,
    citizen: CitizenId,
    account: &str,
    station: Option<StationId>,
    at: Moment,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO inquiries (id, number, citizen_id, account_id, state, field, \
        territory_id, station_id, urgent, dangers, wants_human, first_line, opened_at, due_at, \
        last_message_at, unread, promised_at, anonymous, version) \
        VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8, $9, FALSE, $10, $11, $12, $11, TRUE, \
        $11, $13, 1) \
        ON CONFLICT DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(new.id)
            .bind(&new.number)
            .bind(citizen)
            .bind(account)
            .bind(new.field)
            .bind(&new.territory)
            .bind(station)
            .bind(new.urgent)
            .bind(&new.dangers)
            .bind(&new.first_line)
            .bind(at)
            .bind(new.due_at)
            .bind(new.anonymous)
    )?;
    Ok(added == 1)
}

/// Reads an inquiry within a scope and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &mut Tx, scope: OrgScope, id: InquiryId) -> Result<Option<Inquiry>> {
    if tx.conn().backend() == Backend::Postgres {
        run!(tx, sqlx::query("SELECT 1 FROM inquiries WHERE id = $1 FOR UPDATE").bind(id))?;
    }
    super::get(tx, scope, id).await
}

/// Writes back what changed of an inquiry read with [`lock`]. Its promise is looked at anew; when
/// its end has moved, no warning of the new one has been given.
pub async fn save(tx: &mut Tx, inquiry: &Inquiry) -> Result<()> {
    const SQL: &str = "UPDATE inquiries SET state = $3, field = $4, territory_id = $5, \
        organization_id = $6, assignee_id = $7, urgent = $8, dangers = $9, wants_human = $10, \
        due_at = $11, last_message_at = $12, answered_at = $13, closed_at = $14, outcome = $15, \
        unread = $16, rating = $17, unsolved_at = $18, first_line = $19, \
        rated_at = $20, active_at = $21, promised_at = $22, paused_at = $23, paused_until = $24, \
        pause_reason = $25, merged_into = $26, warned = CASE WHEN due_at = $11 THEN warned ELSE 0 END, look_at = 0, \
        version = version + 1 \
        WHERE id = $1 AND version = $2";
    let changed = run!(
        tx,
        sqlx::query(SQL)
            .bind(inquiry.id)
            .bind(inquiry.version)
            .bind(inquiry.state)
            .bind(inquiry.field)
            .bind(&inquiry.territory_id)
            .bind(inquiry.organization_id)
            .bind(inquiry.assignee_id)
            .bind(inquiry.urgent)
            .bind(&inquiry.dangers)
            .bind(inquiry.wants_human)
            .bind(inquiry.due_at)
            .bind(inquiry.last_message_at)
            .bind(inquiry.answered_at)
            .bind(inquiry.closed_at)
            .bind(inquiry.outcome)
            .bind(inquiry.unread)
            .bind(inquiry.rating)
            .bind(inquiry.unsolved_at)
            .bind(&inquiry.first_line)
            .bind(inquiry.rated_at)
            .bind(inquiry.active_at)
            .bind(inquiry.promised_at)
            .bind(inquiry.paused_at)
            .bind(inquiry.paused_until)
            .bind(inquiry.pause_reason)
            .bind(inquiry.merged_into)
    )?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::conflict("这件咨询刚被别人改动过，请刷新后再操作。")),
    }
}

/// Notes whether whoever answers may see the stars, and the word that came with hidden ones.
pub async fn set_rating_manner(
    tx: &mut Tx,
    id: InquiryId,
    hidden: bool,
    comment: &str,
) -> Result<()> {
    const SQL: &str = "UPDATE inquiries SET rating_hidden = $2, rating_comment = $3 WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(hidden).bind(comment))?;
    Ok(())
}

/// Notes that staff have opened what the citizen wrote.
pub async fn mark_read(tx: &mut Tx, id: InquiryId) -> Result<()> {
    run!(tx, sqlx::query("UPDATE inquiries SET unread = FALSE WHERE id = $1").bind(id))?;
    Ok(())
}

/// Notes that whoever claimed an inquiry is at work on it.
pub async fn stay(tx: &mut Tx, id: InquiryId, owner: StaffId, at: Moment) -> Result<()> {
    const SQL: &str = "UPDATE inquiries SET active_at = $3 \
        WHERE id = $1 AND assignee_id = $2 AND state = 'claimed' AND active_at < $3";
    run!(tx, sqlx::query(SQL).bind(id).bind(owner).bind(at))?;
    Ok(())
}

/// Claimed inquiries nobody has touched since `before`, the longest left alone first. One whose
/// promise is paused waits for somebody else than its owner.
pub async fn left_alone(link: &mut impl Link, before: Moment, limit: i64) -> Result<Vec<Inquiry>> {
    let sql = concat!(
        "SELECT ",
        super::columns!(),
        " FROM inquiries i WHERE i.state = 'claimed' AND i.active_at < $1 \
         AND i.paused_until IS NULL ORDER BY i.active_at LIMIT $2"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(before).bind(limit).fetch_all(c).await)?)
}

/// Inquiries whose running promise must be looked at, the longest due first.
pub async fn to_look_at(link: &mut impl Link, now: Moment, limit: i64) -> Result<Vec<Inquiry>> {
    let sql = concat!(
        "SELECT ",
        super::columns!(),
        " FROM inquiries i WHERE i.look_at <= $1 AND i.state IN ('waiting', 'offered', 'claimed') \
         AND i.paused_until IS NULL ORDER BY i.look_at LIMIT $2"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(now).bind(limit).fetch_all(c).await)?)
}

/// Counts up a counter by `by` and gives its new value.
pub async fn count_up(tx: &mut Tx, name: &str, by: i64) -> Result<i64> {
    const SQL: &str = "INSERT INTO counters (name, value) VALUES ($1, $2) \
        ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value";
    Ok(on!(tx, c => sqlx::query_scalar(SQL).bind(name).bind(by).fetch_one(c).await)?)
}
