//! The tables `staff_second_factors`, `staff_recovery_codes` and `staff_half_logins`.

use sqlx::FromRow;

use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::{StaffId, StaffMember};
use crate::{on, run};

/// What is known of somebody's second factor.
#[derive(Clone, Debug, FromRow)]
pub struct Factor {
    /// The sealed key, once an app has shown to know it.
    pub secret: Option<String>,
    /// Since when it counts.
    pub confirmed_at: Option<Moment>,
    /// The newest step whose code was used.
    pub last_step: i64,
    /// A sealed key that no app has shown to know.
    pub pending: Option<String>,
    /// When that was made.
    pub pending_at: Option<Moment>,
}

/// Somebody's second factor, or the beginning of one.
pub async fn factor(link: &mut impl Link, staff: StaffId) -> Result<Option<Factor>> {
    const SQL: &str = "SELECT secret, confirmed_at, last_step, pending, pending_at \
        FROM staff_second_factors WHERE staff_id = $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(staff).fetch_optional(c).await)?)
}

/// Keeps a sealed key until an app shows to know it; one that counts already stays in force.
pub async fn set_pending(tx: &mut Tx, staff: StaffId, sealed: &str, now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO staff_second_factors (staff_id, last_step, pending, pending_at) \
        VALUES ($1, 0, $2, $3) ON CONFLICT (staff_id) DO UPDATE SET pending = $2, pending_at = $3";
    run!(tx, sqlx::query(SQL).bind(staff).bind(sealed).bind(now))?;
    Ok(())
}

/// Puts the pending key into force, if it is still this one; `step` is the one whose code showed it.
pub async fn confirm(
    tx: &mut Tx,
    staff: StaffId,
    pending: &str,
    step: i64,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE staff_second_factors SET secret = pending, confirmed_at = $4, \
        last_step = $3, pending = NULL, pending_at = NULL WHERE staff_id = $1 AND pending = $2";
    let done = run!(tx, sqlx::query(SQL).bind(staff).bind(pending).bind(step).bind(now))?;
    Ok(done == 1)
}

/// Uses the code of a step up; `false` when it, or a later one, has been used.
pub async fn use_step(tx: &mut Tx, staff: StaffId, step: i64) -> Result<bool> {
    const SQL: &str = "UPDATE staff_second_factors SET last_step = $2 \
        WHERE staff_id = $1 AND last_step < $2 AND secret IS NOT NULL";
    Ok(run!(tx, sqlx::query(SQL).bind(staff).bind(step))? == 1)
}

/// Takes the second factor away, with its codes on paper and whatever waits half-way; `false` when
/// there was none.
pub async fn remove(tx: &mut Tx, staff: StaffId) -> Result<bool> {
    run!(tx, sqlx::query("DELETE FROM staff_recovery_codes WHERE staff_id = $1").bind(staff))?;
    run!(tx, sqlx::query("DELETE FROM staff_half_logins WHERE staff_id = $1").bind(staff))?;
    let sql = "DELETE FROM staff_second_factors WHERE staff_id = $1";
    Ok(run!(tx, sqlx::query(sql).bind(staff))? > 0)
}

/// Gives somebody new codes on paper instead of all former ones.
pub async fn replace_recovery(tx: &mut Tx, staff: StaffId, hashes: &[[u8; 32]]) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM staff_recovery_codes WHERE staff_id = $1").bind(staff))?;
    const SQL: &str = "INSERT INTO staff_recovery_codes (staff_id, code_hash) VALUES ($1, $2)";
    for hash in hashes {
        run!(tx, sqlx::query(SQL).bind(staff).bind(&hash[..]))?;
    }
    Ok(())
}

/// Uses a code on paper up; `false` when there is none such.
pub async fn use_recovery(tx: &mut Tx, staff: StaffId, hash: &[u8]) -> Result<bool> {
    let sql = "DELETE FROM staff_recovery_codes WHERE staff_id = $1 AND code_hash = $2";
    Ok(run!(tx, sqlx::query(sql).bind(staff).bind(hash))? == 1)
}

/// How many codes on paper somebody has left.
pub async fn recovery_left(link: &mut impl Link, staff: StaffId) -> Result<i64> {
    let sql = "SELECT count(*) FROM staff_recovery_codes WHERE staff_id = $1";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(staff).fetch_one(c).await)?)
}

/// Lets a browser stop half-way until `ends_at`, and forgets those whose time is over.
pub async fn insert_half(
    tx: &mut Tx,
    token_hash: &[u8],
    staff: StaffId,
    now: Moment,
    ends_at: Moment,
) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM staff_half_logins WHERE ends_at <= $1").bind(now))?;
    const SQL: &str =
        "INSERT INTO staff_half_logins (token_hash, staff_id, ends_at) VALUES ($1, $2, $3)";
    run!(tx, sqlx::query(SQL).bind(token_hash).bind(staff).bind(ends_at))?;
    Ok(())
}

/// Who stands half-way with this browser, while their account is open.
pub async fn half_owner(
    link: &mut impl Link,
    token_hash: &[u8],
    now: Moment,
) -> Result<Option<StaffMember>> {
    const SQL: &str = concat!(
        "SELECT ",
        member_columns!(),
        " FROM staff_half_logins h JOIN staff s ON s.id = h.staff_id \
         WHERE h.token_hash = $1 AND h.ends_at > $2 AND s.active"
    );
    Ok(on!(link, c => sqlx::query_as(SQL).bind(token_hash).bind(now).fetch_optional(c).await)?)
}

/// Ends the half-way of a browser; `false` when it was over.
pub async fn end_half(tx: &mut Tx, token_hash: &[u8]) -> Result<bool> {
    let sql = "DELETE FROM staff_half_logins WHERE token_hash = $1";
    Ok(run!(tx, sqlx::query(sql).bind(token_hash))? == 1)
}
