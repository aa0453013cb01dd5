//! The tables `staff`, `staff_sessions` and `login_attempts`; those of the second factor and of WeChat
//! below.

/// The columns of a [`StaffMember`], of the table `staff s`.
macro_rules! member_columns {
    () => {
        "s.id, s.username, s.name, s.role, s.organization_id, s.active, s.version, \
         s.toured_at IS NOT NULL AS toured"
    };
}

pub mod founding;
pub mod second;
pub mod wechat;

use std::collections::HashMap;
use std::time::Duration;

use sqlx::FromRow;

use super::{Qualified, Role, SessionId, StaffId, StaffMember};
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::{Error, Result};
use crate::{on, run};

/// A staff member to be added.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// Id.
    pub id: StaffId,
    /// Log-in name, lower case.
    pub username: String,
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Organization.
    pub organization: Option<OrganizationId>,
    /// argon2id hash.
    pub password_hash: String,
}

/// Adds a staff member; `false` when the log-in name is taken.
pub async fn insert(tx: &mut Tx, new: &NewStaff, now: Moment) -> Result<bool> {
    const SQL: &str = "INSERT INTO staff (id, username, name, role, organization_id, password_hash, \
        active, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, TRUE, 1, $7) \
        ON CONFLICT (username) DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(new.id)
            .bind(&new.username)
            .bind(&new.name)
            .bind(new.role)
            .bind(new.organization)
            .bind(&new.password_hash)
            .bind(now)
    )?;
    Ok(added == 1)
}

macro_rules! member_sql {
    ($tail:literal) => {
        concat!("SELECT ", member_columns!(), " FROM staff s ", $tail)
    };
}

/// One staff member.
pub async fn get(link: &mut impl Link, id: StaffId) -> Result<Option<StaffMember>> {
    let sql = member_sql!("WHERE s.id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// A staff member and the hash of their password, by log-in name.
pub async fn by_username(
    link: &mut impl Link,
    username: &str,
) -> Result<Option<(StaffMember, String)>> {
    let sql = member_sql!("WHERE s.username = $1");
    let found: Option<StaffMember> =
        on!(link, c => sqlx::query_as(sql).bind(username).fetch_optional(c).await)?;
    let Some(member) = found else { return Ok(None) };
    let hash: String = on!(link, c => sqlx::query_scalar("SELECT password_hash FROM staff WHERE id = $1")
        .bind(member.id).fetch_one(c).await)?;
    Ok(Some((member, hash)))
}

/// Everybody of one organization, by name.
pub async fn of_organization(
    link: &mut impl Link,
    organization: OrganizationId,
) -> Result<Vec<StaffMember>> {
    let sql = member_sql!("WHERE s.organization_id = $1 ORDER BY s.name");
    Ok(on!(link, c => sqlx::query_as(sql).bind(organization).fetch_all(c).await)?)
}

/// The alliance's own people, by name.
pub async fn of_alliance(link: &mut impl Link) -> Result<Vec<StaffMember>> {
    let sql = member_sql!("WHERE s.organization_id IS NULL ORDER BY s.name");
    Ok(on!(link, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// As what somebody gives legal help.
pub async fn qualified(link: &mut impl Link, id: StaffId) -> Result<Option<Qualified>> {
    let sql = "SELECT qualification, licence FROM staff WHERE id = $1";
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// Writes as what somebody gives legal help, from now on.
pub async fn set_qualified(tx: &mut Tx, id: StaffId, qualified: &Qualified) -> Result<()> {
    let sql = "UPDATE staff SET qualification = $2, licence = $3 WHERE id = $1";
    let (what, licence) = (qualified.qualification, &qualified.licence);
    run!(tx, sqlx::query(sql).bind(id).bind(what).bind(licence))?;
    Ok(())
}

/// The names of an organization's people, or of everybody.
pub async fn names(
    link: &mut impl Link,
    organization: Option<OrganizationId>,
) -> Result<HashMap<StaffId, String>> {
    let pairs: Vec<(StaffId, String)> = match organization {
        Some(id) => {
            let sql = "SELECT id, name FROM staff WHERE organization_id = $1";
            on!(link, c => sqlx::query_as(sql).bind(id).fetch_all(c).await)?
        }
        None => on!(link, c => sqlx::query_as("SELECT id, name FROM staff").fetch_all(c).await)?,
    };
    Ok(pairs.into_iter().collect())
}

/// The active people of an organization, or of those who belong to none, with their names.
pub async fn colleagues(
    link: &mut impl Link,
    organization: Option<OrganizationId>,
) -> Result<Vec<(StaffId, String)>> {
    const SQL: &str = "SELECT id, name FROM staff WHERE active AND \
        (organization_id = $1 OR ($1 IS NULL AND organization_id IS NULL)) ORDER BY name, id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(organization).fetch_all(c).await)?)
}

/// When each person of an organization, or of the alliance, last logged in.
pub async fn last_logins(
    link: &mut impl Link,
    organization: Option<OrganizationId>,
) -> Result<HashMap<StaffId, Moment>> {
    let pairs: Vec<(StaffId, Option<Moment>)> = match organization {
        Some(id) => {
            let sql = "SELECT id, last_login_at FROM staff WHERE organization_id = $1";
            on!(link, c => sqlx::query_as(sql).bind(id).fetch_all(c).await)?
        }
        None => {
            let sql = "SELECT id, last_login_at FROM staff WHERE organization_id IS NULL";
            on!(link, c => sqlx::query_as(sql).fetch_all(c).await)?
        }
    };
    Ok(pairs.into_iter().filter_map(|(id, at)| at.map(|at| (id, at))).collect())
}

/// How many people there are.
pub async fn count(link: &mut impl Link) -> Result<i64> {
    Ok(on!(link, c => sqlx::query_scalar("SELECT count(*) FROM staff").fetch_one(c).await)?)
}

/// Changes name, role and whether they may log in, if still at `version`.
pub async fn update(
    tx: &mut Tx,
    id: StaffId,
    version: i64,
    name: &str,
    role: Role,
    active: bool,
) -> Result<()> {
    const SQL: &str = "UPDATE staff SET name = $3, role = $4, active = $5, version = version + 1 \
        WHERE id = $1 AND version = $2";
    let changed =
        run!(tx, sqlx::query(SQL).bind(id).bind(version).bind(name).bind(role).bind(active))?;
    match changed {
        1 => Ok(()),
        _ => Err(Error::conflict("这个账号刚被别人修改过。请返回重新打开，再改一次。")),
    }
}

/// Sets the password.
pub async fn set_password(tx: &mut Tx, id: StaffId, hash: &str) -> Result<()> {
    let sql = "UPDATE staff SET password_hash = $2, version = version + 1 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(hash))?;
    Ok(())
}

/// One log-in, as its owner sees it.
#[derive(Clone, Debug, FromRow)]
pub struct SessionRow {
    /// Id.
    pub id: SessionId,
    /// Since when.
    pub created_at: Moment,
    /// Last request.
    pub seen_at: Moment,
    /// Browser as it names itself.
    pub browser: String,
}

/// Adds a session under the hash of its secret.
pub async fn insert_session(
    tx: &mut Tx,
    token_hash: &[u8],
    session: &SessionRow,
    staff: StaffId,
    expires_at: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO staff_sessions (token_hash, id, staff_id, created_at, seen_at, \
        expires_at, browser) VALUES ($1, $2, $3, $4, $4, $5, $6)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(token_hash)
            .bind(session.id)
            .bind(staff)
            .bind(session.created_at)
            .bind(expires_at)
            .bind(&session.browser)
    )?;
    run!(
        tx,
        sqlx::query("UPDATE staff SET last_login_at = $2 WHERE id = $1")
            .bind(staff)
            .bind(session.created_at)
    )?;
    Ok(())
}

/// Notes that somebody has put the introduction away.
pub async fn set_toured(tx: &mut Tx, staff: StaffId, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE staff SET toured_at = $2 WHERE id = $1 AND toured_at IS NULL";
    run!(tx, sqlx::query(SQL).bind(staff).bind(now))?;
    Ok(())
}

/// The person behind a session that is still valid at `now`, with the session itself.
pub async fn session_owner(
    link: &mut impl Link,
    token_hash: &[u8],
    now: Moment,
    idle: Duration,
) -> Result<Option<(SessionId, Moment, StaffMember)>> {
    #[derive(FromRow)]
    struct Row {
        session_id: SessionId,
        seen_at: Moment,
        #[sqlx(flatten)]
        member: StaffMember,
    }
    const SQL: &str = concat!(
        "SELECT x.id AS session_id, x.seen_at, ",
        member_columns!(),
        " FROM staff_sessions x JOIN staff s ON s.id = x.staff_id \
         WHERE x.token_hash = $1 AND x.expires_at > $2 AND x.seen_at > $3 AND s.active"
    );
    let row: Option<Row> = on!(link, c => sqlx::query_as(SQL).bind(token_hash).bind(now)
        .bind(now.minus(idle)).fetch_optional(c).await)?;
    Ok(row.map(|row| (row.session_id, row.seen_at, row.member)))
}

/// The person behind a session whose time is over and that nobody has ended, and its last use.
pub async fn lapsed_owner(
    link: &mut impl Link,
    token_hash: &[u8],
) -> Result<Option<(Moment, StaffMember)>> {
    #[derive(FromRow)]
    struct Row {
        seen_at: Moment,
        #[sqlx(flatten)]
        member: StaffMember,
    }
    const SQL: &str = concat!(
        "SELECT x.seen_at, ",
        member_columns!(),
        " FROM staff_sessions x JOIN staff s ON s.id = x.staff_id WHERE x.token_hash = $1 AND s.active"
    );
    let row: Option<Row> =
        on!(link, c => sqlx::query_as(SQL).bind(token_hash).fetch_optional(c).await)?;
    Ok(row.map(|row| (row.seen_at, row.member)))
}

/// Notes that a session was used.
pub async fn touch_session(tx: &mut Tx, id: SessionId, now: Moment) -> Result<()> {
    run!(
        tx,
        sqlx::query("UPDATE staff_sessions SET seen_at = $2 WHERE id = $1").bind(id).bind(now)
    )?;
    Ok(())
}

/// The sessions of one person that are still valid at `now`, newest first.
pub async fn sessions(
    link: &mut impl Link,
    staff: StaffId,
    now: Moment,
    idle: Duration,
) -> Result<Vec<SessionRow>> {
    const SQL: &str = "SELECT id, created_at, seen_at, browser FROM staff_sessions \
        WHERE staff_id = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY created_at DESC";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(staff).bind(now).bind(now.minus(idle))
        .fetch_all(c).await)?)
}

/// Ends one session of its owner.
pub async fn end_session(tx: &mut Tx, staff: StaffId, id: SessionId) -> Result<()> {
    let sql = "DELETE FROM staff_sessions WHERE id = $1 AND staff_id = $2";
    run!(tx, sqlx::query(sql).bind(id).bind(staff))?;
    Ok(())
}

/// Ends every session of a person but one; gives how many.
pub async fn end_other_sessions(tx: &mut Tx, staff: StaffId, kept: SessionId) -> Result<u64> {
    let sql = "DELETE FROM staff_sessions WHERE staff_id = $1 AND id <> $2";
    Ok(run!(tx, sqlx::query(sql).bind(staff).bind(kept))?)
}

/// Ends every session of a person, as after a change of password or role; whoever stands half-way
/// begins anew.
pub async fn end_sessions(tx: &mut Tx, staff: StaffId) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM staff_sessions WHERE staff_id = $1").bind(staff))?;
    run!(tx, sqlx::query("DELETE FROM staff_half_logins WHERE staff_id = $1").bind(staff))?;
    Ok(())
}

/// Counts one try under `key` in windows of `window`; gives the tries so far and when the window ends.
/// One statement, so that parallel tries cannot slip through.
pub async fn count_try(
    tx: &mut Tx,
    key: &str,
    now: Moment,
    window: Duration,
) -> Result<(i64, Moment)> {
    const SQL: &str = "INSERT INTO login_attempts (key, window_start, tries) VALUES ($1, $2, 1) \
        ON CONFLICT (key) DO UPDATE SET \
        tries = CASE WHEN login_attempts.window_start <= $3 THEN 1 ELSE login_attempts.tries + 1 END, \
        window_start = CASE WHEN login_attempts.window_start <= $3 THEN $2 ELSE login_attempts.window_start END \
        RETURNING tries, window_start";
    let (tries, start): (i64, Moment) = on!(tx, c => sqlx::query_as(SQL).bind(key).bind(now)
        .bind(now.minus(window)).fetch_one(c).await)?;
    Ok((tries, start.plus(window)))
}

/// Takes one try back, because it was a good one.
pub async fn uncount_try(tx: &mut Tx, key: &str) -> Result<()> {
    let sql = "UPDATE login_attempts SET tries = tries - 1 WHERE key = $1 AND tries > 0";
    run!(tx, sqlx::query(sql).bind(key))?;
    Ok(())
}

/// Forgets the tries under `key`.
pub async fn forget_tries(tx: &mut Tx, key: &str) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM login_attempts WHERE key = $1").bind(key))?;
    Ok(())
}
