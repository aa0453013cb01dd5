//! The tables `pauses`, `extensions` and `promise_warnings`, and when a promise is looked at next.

use super::{Audience, Ending, Extension, ExtensionState, Pausing};
use crate::inquiries::InquiryId;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run};

/// Adds a pause that begins.
pub async fn begin_pause(tx: &mut Tx, pause: &Pausing, by: StaffId, due: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO pauses (id, inquiry_id, reason, from_at, until_at, started_by, \
        due_before) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(pause.id)
            .bind(pause.inquiry_id)
            .bind(pause.reason)
            .bind(pause.from_at)
            .bind(pause.until_at)
            .bind(by)
            .bind(due)
    )?;
    Ok(())
}

/// Ends the running pause of an inquiry.
pub async fn end_pause(
    tx: &mut Tx,
    inquiry: InquiryId,
    at: Moment,
    ending: Ending,
    due: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE pauses SET ended_at = $2, ending = $3, due_after = $4 \
        WHERE inquiry_id = $1 AND ended_at IS NULL";
    run!(tx, sqlx::query(SQL).bind(inquiry).bind(at).bind(ending).bind(due))?;
    Ok(())
}

/// Every pause of an inquiry, oldest first.
pub async fn pauses(link: &mut impl Link, inquiry: InquiryId) -> Result<Vec<Pausing>> {
    const SQL: &str = "SELECT id, inquiry_id, reason, from_at, until_at, ended_at, ending \
        FROM pauses WHERE inquiry_id = $1 ORDER BY from_at, id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(inquiry).fetch_all(c).await)?)
}

/// Inquiries whose pause is over at `now`, the longest over first.
pub async fn over(link: &mut impl Link, now: Moment, limit: i64) -> Result<Vec<InquiryId>> {
    const SQL: &str = "SELECT id FROM inquiries WHERE paused_until <= $1 \
        ORDER BY paused_until LIMIT $2";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(now).bind(limit).fetch_all(c).await)?)
}

/// Adds a request for more time.
pub async fn ask(tx: &mut Tx, extension: &Extension) -> Result<()> {
    const SQL: &str = "INSERT INTO extensions (id, inquiry_id, workdays, reason, state, asked_by, \
        asked_at, due_before) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(extension.id)
            .bind(extension.inquiry_id)
            .bind(extension.workdays)
            .bind(&extension.reason)
            .bind(extension.state)
            .bind(extension.asked_by)
            .bind(extension.asked_at)
            .bind(extension.due_before)
    )?;
    Ok(())
}

/// Decides a request that is still open; `false` when it is not.
pub async fn decide(tx: &mut Tx, decided: &Extension) -> Result<bool> {
    const SQL: &str = "UPDATE extensions SET state = $2, decided_by = $3, decided_at = $4, \
        remark = $5, due_after = $6 WHERE id = $1 AND state = 'open'";
    let changed = run!(
        tx,
        sqlx::query(SQL)
            .bind(decided.id)
            .bind(decided.state)
            .bind(decided.decided_by)
            .bind(decided.decided_at)
            .bind(&decided.remark)
            .bind(decided.due_after)
    )?;
    Ok(changed == 1)
}

/// Closes requests that nobody decided before the answer went out.
pub async fn drop_requests(tx: &mut Tx, inquiry: InquiryId, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE extensions SET state = $2, decided_at = $3 \
        WHERE inquiry_id = $1 AND state = 'open'";
    run!(tx, sqlx::query(SQL).bind(inquiry).bind(ExtensionState::Refused).bind(now))?;
    Ok(())
}

/// Every request for more time of an inquiry, oldest first.
pub async fn extensions(link: &mut impl Link, inquiry: InquiryId) -> Result<Vec<Extension>> {
    const SQL: &str = "SELECT id, inquiry_id, workdays, reason, state, asked_by, asked_at, decided_by, \
        decided_at, remark, due_before, due_after FROM extensions \
        WHERE inquiry_id = $1 ORDER BY asked_at, id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(inquiry).fetch_all(c).await)?)
}

/// Notes a warning; `false` when the same was noted before.
pub async fn warn(
    tx: &mut Tx,
    inquiry: InquiryId,
    due: Moment,
    level: i64,
    audience: Audience,
    at: Moment,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO promise_warnings (inquiry_id, due_at, level, audience, at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let added =
        run!(tx, sqlx::query(SQL).bind(inquiry).bind(due).bind(level).bind(audience).bind(at))?;
    Ok(added == 1)
}

/// Notes the highest level an inquiry's promise has reached and when to look again; nothing when the
/// inquiry is no longer at `version`, because then it is looked at anew.
pub async fn looked(
    tx: &mut Tx,
    (inquiry, version): (InquiryId, i64),
    warned: i64,
    next: Option<Moment>,
) -> Result<()> {
    let sql = "UPDATE inquiries SET warned = $3, look_at = $4 WHERE id = $1 AND version = $2";
    let next = next.unwrap_or(Moment(i64::MAX));
    run!(tx, sqlx::query(sql).bind(inquiry).bind(version).bind(warned).bind(next))?;
    Ok(())
}

/// Removes all of this about an inquiry, when the citizen asks for erasure.
pub async fn erase(tx: &mut Tx, inquiry: InquiryId) -> Result<()> {
    for sql in [
        "DELETE FROM pauses WHERE inquiry_id = $1",
        "DELETE FROM extensions WHERE inquiry_id = $1",
        "DELETE FROM promise_warnings WHERE inquiry_id = $1",
    ] {
        run!(tx, sqlx::query(sql).bind(inquiry))?;
    }
    Ok(())
}
