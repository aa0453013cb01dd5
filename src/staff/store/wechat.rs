//! The tables `staff_wechats` and `staff_codes`.

use sqlx::FromRow;

use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::{Purpose, ScreenCode, StaffId, StaffMember, Stage};
use crate::{many_rows, on, run};

macro_rules! columns {
    () => {
        "scene, account_id, purpose, stage, url, browser, address, staff_id, openid, created_at, \
         scanned_at, ends_at"
    };
}

/// Adds a code under the hash of the secret of the browser that shows it.
pub async fn insert_code(tx: &mut Tx, browser_hash: &[u8], code: &ScreenCode) -> Result<()> {
    const SQL: &str = "INSERT INTO staff_codes (scene, browser_hash, account_id, purpose, stage, url, \
        browser, address, staff_id, created_at, ends_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(&code.scene)
            .bind(browser_hash)
            .bind(&code.account_id)
            .bind(code.purpose)
            .bind(code.stage)
            .bind(&code.url)
            .bind(&code.browser)
            .bind(&code.address)
            .bind(code.staff_id)
            .bind(code.created_at)
            .bind(code.ends_at)
    )?;
    Ok(())
}

/// Forgets codes whose time is over.
pub async fn sweep_codes(tx: &mut Tx, now: Moment) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM staff_codes WHERE ends_at <= $1").bind(now))?;
    Ok(())
}

/// How many codes wait.
pub async fn waiting_codes(link: &mut impl Link, now: Moment) -> Result<i64> {
    let sql = "SELECT count(*) FROM staff_codes WHERE ends_at > $1";
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(now).fetch_one(c).await)?)
}

/// The code that a browser shows, if its time is not over.
pub async fn code_of_browser(
    link: &mut impl Link,
    browser_hash: &[u8],
    now: Moment,
) -> Result<Option<ScreenCode>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM staff_codes WHERE browser_hash = $1 AND ends_at > $2"
    );
    Ok(on!(link, c => sqlx::query_as(SQL).bind(browser_hash).bind(now).fetch_optional(c).await)?)
}

/// The codes with these scenes (`[[scene], …]` as JSON).
pub async fn codes(link: &mut impl Link, scenes: &str) -> Result<Vec<ScreenCode>> {
    let sql = many_rows!(
        link,
        "SELECT k.scene, k.account_id, k.purpose, k.stage, k.url, k.browser, k.address, k.staff_id, \
         k.openid, k.created_at, k.scanned_at, k.ends_at FROM staff_codes k \
         WHERE k.scene IN (SELECT value->>0 FROM",
        ")"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scenes).fetch_all(c).await)?)
}

/// Notes the first WeChat that scans a code in time, and whose it is when that is known; gives the
/// code as it is then, or nothing when another one was first or the time is over.
pub async fn scan(
    tx: &mut Tx,
    scene: &str,
    (account, openid): (&str, &str),
    staff: Option<StaffId>,
    at: Moment,
    ends_at: Moment,
) -> Result<Option<ScreenCode>> {
    const SQL: &str = concat!(
        "UPDATE staff_codes SET stage = 'scanned', openid = $3, scanned_at = $4, ends_at = $5, \
         staff_id = COALESCE(staff_id, $6) \
         WHERE scene = $1 AND account_id = $2 AND stage = 'open' AND ends_at > $4 RETURNING ",
        columns!()
    );
    Ok(on!(tx, c => sqlx::query_as(SQL).bind(scene).bind(account).bind(openid).bind(at)
        .bind(ends_at).bind(staff).fetch_optional(c).await)?)
}

/// Moves a code for signing in on by a tap of the WeChat that scanned it; gives whose it is, or
/// nothing when the code is not `before` or not this WeChat's, or the time is over.
pub async fn tap(
    tx: &mut Tx,
    scene: &str,
    (account, openid): (&str, &str),
    (before, after): (Stage, Stage),
    at: Moment,
    ends_at: Moment,
) -> Result<Option<StaffId>> {
    const SQL: &str = "UPDATE staff_codes SET stage = $5, ends_at = $7 \
        WHERE scene = $1 AND account_id = $2 AND openid = $3 AND stage = $4 AND ends_at > $6 \
        AND purpose = 'sign_in' RETURNING staff_id";
    let staff: Option<Option<StaffId>> = on!(tx, c => sqlx::query_scalar(SQL).bind(scene)
        .bind(account).bind(openid).bind(before).bind(after).bind(at).bind(ends_at)
        .fetch_optional(c).await)?;
    Ok(staff.flatten())
}

/// Uses up the code that a browser shows, if it is for this and has come so far in time.
pub async fn use_code(
    tx: &mut Tx,
    browser_hash: &[u8],
    purpose: Purpose,
    stage: Stage,
    now: Moment,
) -> Result<Option<ScreenCode>> {
    const SQL: &str = concat!(
        "DELETE FROM staff_codes WHERE browser_hash = $1 AND purpose = $2 AND stage = $3 \
         AND ends_at > $4 RETURNING ",
        columns!()
    );
    Ok(on!(tx, c => sqlx::query_as(SQL).bind(browser_hash).bind(purpose).bind(stage).bind(now)
        .fetch_optional(c).await)?)
}

/// Takes the code for binding off a member's screen, however far it has come.
pub async fn drop_code(tx: &mut Tx, browser_hash: &[u8], staff: StaffId) -> Result<()> {
    let sql =
        "DELETE FROM staff_codes WHERE browser_hash = $1 AND staff_id = $2 AND purpose = 'bind'";
    run!(tx, sqlx::query(sql).bind(browser_hash).bind(staff))?;
    Ok(())
}

/// A WeChat with the person it belongs to.
#[derive(FromRow)]
pub struct Owner {
    /// Official account.
    pub account_id: String,
    /// The WeChat.
    pub openid: String,
    /// The person.
    #[sqlx(flatten)]
    pub member: StaffMember,
}

/// Whose these WeChats are (`[[account, openid], …]` as JSON); those of nobody are left out.
pub async fn owners(link: &mut impl Link, wechats: &str) -> Result<Vec<Owner>> {
    let sql = many_rows!(
        link,
        "SELECT w.account_id, w.openid, s.id, s.username, s.name, s.role, s.organization_id, \
         s.active, s.version, s.toured_at IS NOT NULL AS toured FROM staff_wechats w JOIN staff s ON s.id = w.staff_id \
         WHERE (w.account_id, w.openid) IN (SELECT value->>0, value->>1 FROM",
        ")"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(wechats).fetch_all(c).await)?)
}

/// Whose WeChat it is.
pub async fn owner(
    link: &mut impl Link,
    account: &str,
    openid: &str,
) -> Result<Option<StaffMember>> {
    const SQL: &str = concat!(
        "SELECT ",
        member_columns!(),
        " FROM staff_wechats w JOIN staff s ON s.id = w.staff_id \
         WHERE w.account_id = $1 AND w.openid = $2"
    );
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(openid).fetch_optional(c).await)?)
}

/// Everybody active who has bound a WeChat for an account, by name, each with it.
pub async fn bound_to(link: &mut impl Link, account: &str) -> Result<Vec<(StaffMember, String)>> {
    const SQL: &str = concat!(
        "SELECT w.account_id, w.openid, ",
        member_columns!(),
        " FROM staff_wechats w JOIN staff s ON s.id = w.staff_id \
         WHERE w.account_id = $1 AND s.active ORDER BY s.name, s.id"
    );
    let rows: Vec<Owner> = on!(link, c => sqlx::query_as(SQL).bind(account).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|owner| (owner.member, owner.openid)).collect())
}

/// Binds a WeChat to a person; `false` when it belongs to somebody, or the person has one for this
/// official account.
pub async fn bind(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    staff: StaffId,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO staff_wechats (account_id, openid, staff_id, bound_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let added = run!(tx, sqlx::query(SQL).bind(account).bind(openid).bind(staff).bind(now))?;
    Ok(added == 1)
}

/// Takes a person's WeChat of one official account away; `false` when there was none.
pub async fn unbind(tx: &mut Tx, staff: StaffId, account: &str) -> Result<bool> {
    let sql = "DELETE FROM staff_wechats WHERE staff_id = $1 AND account_id = $2";
    Ok(run!(tx, sqlx::query(sql).bind(staff).bind(account))? == 1)
}

/// Takes every WeChat of a person away; gives how many there were.
pub async fn unbind_all(tx: &mut Tx, staff: StaffId) -> Result<u64> {
    Ok(run!(tx, sqlx::query("DELETE FROM staff_wechats WHERE staff_id = $1").bind(staff))?)
}

/// Notes that a WeChat has signed its person in.
pub async fn note_use(tx: &mut Tx, account: &str, openid: &str, now: Moment) -> Result<()> {
    let sql = "UPDATE staff_wechats SET used_at = $3 WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid).bind(now))?;
    Ok(())
}

/// A bound WeChat, as its owner sees it.
#[derive(Clone, Debug, FromRow)]
pub struct Binding {
    /// Official account.
    pub account_id: String,
    /// Since when.
    pub bound_at: Moment,
    /// When it last signed its person in.
    pub used_at: Option<Moment>,
}

/// What a person has bound, by official account.
pub async fn bindings(link: &mut impl Link, staff: StaffId) -> Result<Vec<Binding>> {
    const SQL: &str = "SELECT account_id, bound_at, used_at FROM staff_wechats \
        WHERE staff_id = $1 ORDER BY account_id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(staff).fetch_all(c).await)?)
}
