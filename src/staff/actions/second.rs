//! The second factor: asked for between the password and the session, set up, replaced, taken away.

use serde_json::json;

use super::manage::may_manage;
use super::session::{self, Place, TRIES_PER_ACCOUNT, Tries, WINDOW};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::{Error, Kind, Result};
use crate::platform::secrets::Secret;
use crate::staff::policy::needs_second_factor;
use crate::staff::second::{Key, recovery_codes, recovery_digest};
use crate::staff::store;
use crate::staff::store::second::{self as rows, Factor};
use crate::staff::{StaffId, StaffMember, Way};

/// What somebody who has given the right password must do before they are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Show a code.
    Code,
    /// Set a second factor up, because their role must have one.
    SetUp,
}

/// Somebody between the password and the session.
#[derive(Debug)]
pub struct HalfWay {
    /// Who.
    pub member: StaffMember,
    /// What is missing.
    pub step: Step,
    /// The key to be taken over into an app, when one is set up.
    pub key: Option<Key>,
}

/// What is missing after the right password; nothing in a demo, whose passwords are public.
pub(super) async fn missing(
    link: &mut impl Link,
    member: &StaffMember,
    demo: bool,
) -> Result<Option<Step>> {
    if demo {
        return Ok(None);
    }
    let factor = rows::factor(link, member.id).await?;
    Ok(match factor.and_then(|factor| factor.secret) {
        Some(_) => Some(Step::Code),
        None => needs_second_factor(member.role).then_some(Step::SetUp),
    })
}

/// Lets a browser stop half-way; gives the secret for its cookie.
pub(super) async fn stop_half_way(
    tx: &mut Tx,
    deps: &Deps,
    member: &StaffMember,
    step: Step,
) -> Result<Secret> {
    let now = deps.clock.now();
    let secret = Secret::fresh(&deps.entropy);
    rows::insert_half(tx, &secret.digest(), member.id, now, now.plus(WINDOW)).await?;
    if step == Step::SetUp {
        draw_key(tx, deps, member.id, now).await?;
    }
    Ok(secret)
}

async fn draw_key(tx: &mut Tx, deps: &Deps, staff: StaffId, now: Moment) -> Result<()> {
    let key = Key::fresh(&deps.entropy);
    let sealed = deps.vault.seal(&deps.entropy, &about(staff), key.text());
    let sealed = sealed.ok_or_else(|| Error::internal(anyhow::anyhow!("a key was not sealed")))?;
    rows::set_pending(tx, staff, &sealed, now).await
}

/// What the seal of a key is bound to.
fn about(staff: StaffId) -> Vec<u8> {
    [staff.0.as_bytes(), &b"second factor"[..]].concat()
}

fn open(deps: &Deps, staff: StaffId, sealed: &str) -> Result<Key> {
    let text = deps.vault.open(&about(staff), sealed);
    let why = "the key of a second factor does not open: was store.seal_key_file taken away?";
    text.map(Key::from_text).ok_or_else(|| Error::internal(anyhow::anyhow!(why)))
}

/// The key that waits for an app to show that it knows it, while its time is not over.
fn pending(deps: &Deps, staff: StaffId, factor: &Factor) -> Result<Option<Key>> {
    let fresh = factor.pending_at.is_some_and(|at| deps.clock.now() < at.plus(WINDOW));
    let sealed = factor.pending.as_deref().filter(|_| fresh);
    sealed.map(|sealed| open(deps, staff, sealed)).transpose()
}

/// Who stands half-way with the browser that has this secret.
///
/// # Errors
/// When the database cannot be read.
pub async fn half_way(deps: &Deps, secret: &Secret) -> Result<Option<HalfWay>> {
    let mut link = deps.db.read().await?;
    let owner = rows::half_owner(&mut link, &secret.digest(), deps.clock.now()).await?;
    let Some(member) = owner else { return Ok(None) };
    let factor = rows::factor(&mut link, member.id).await?;
    if factor.as_ref().is_some_and(|factor| factor.secret.is_some()) {
        return Ok(Some(HalfWay { member, step: Step::Code, key: None }));
    }
    let Some(factor) = factor else { return Ok(None) };
    let key = pending(deps, member.id, &factor)?;
    Ok(key.map(|key| HalfWay { member, step: Step::SetUp, key: Some(key) }))
}

/// What somebody shows to come in.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'a> {
    /// Six digits from the app.
    Digits(&'a str),
    /// A code on paper.
    Paper(&'a str),
}

/// How showing it ended.
#[derive(Debug)]
pub enum Entry {
    /// The secret to put into the session's cookie, and new codes on paper after setting up.
    Welcome(Secret, StaffMember, Vec<String>),
    /// It is wrong or was used before.
    Refused,
    /// The browser does not stand half-way any more.
    Gone,
    /// Too many tries; the next is possible then.
    Wait(Moment),
}

/// Lets somebody who stands half-way in.
///
/// # Errors
/// When the database cannot be used.
pub async fn enter(
    deps: &Deps,
    secret: &Secret,
    shown: Shown<'_>,
    place: &Place<'_>,
) -> Result<Entry> {
    let Some(half) = half_way(deps, secret).await? else { return Ok(Entry::Gone) };
    let tries = Tries::of_code(half.member.id, place.address);
    if let Some(until) = tries.count(deps).await? {
        return Ok(Entry::Wait(until));
    }
    let (member, now) = (half.member, deps.clock.now());
    let mut tx = deps.db.begin().await?;
    let Some(factor) = rows::factor(&mut tx, member.id).await? else { return Ok(Entry::Gone) };
    let (proved, way, codes) = match (half.step, shown) {
        (Step::Code, Shown::Digits(code)) => {
            (use_digits(&mut tx, deps, member.id, &factor, code).await?, Way::Code, vec![])
        }
        (Step::Code, Shown::Paper(code)) => {
            let digest = recovery_digest(code);
            (rows::use_recovery(&mut tx, member.id, &digest).await?, Way::Paper, vec![])
        }
        (Step::SetUp, Shown::Digits(code)) => {
            let codes = put_in_force(&mut tx, deps, member.id, &factor, code, now).await?;
            (codes.is_some(), Way::Code, codes.unwrap_or_default())
        }
        (Step::SetUp, Shown::Paper(_)) => (false, Way::Paper, vec![]),
    };
    if !proved {
        return Ok(Entry::Refused);
    }
    if !rows::end_half(&mut tx, &secret.digest()).await? {
        return Ok(Entry::Gone);
    }
    let secret = session::begin(&mut tx, deps, &member, place, &tries, way).await?;
    tx.commit().await?;
    Ok(Entry::Welcome(secret, member, codes))
}

async fn use_digits(
    tx: &mut Tx,
    deps: &Deps,
    staff: StaffId,
    factor: &Factor,
    code: &str,
) -> Result<bool> {
    let Some(sealed) = &factor.secret else { return Ok(false) };
    let key = open(deps, staff, sealed)?;
    match key.step_of(code, factor.last_step, deps.clock.now())? {
        Some(step) => rows::use_step(tx, staff, step).await,
        None => Ok(false),
    }
}

/// Puts the pending key into force when `code` is one of its; gives the new codes on paper.
async fn put_in_force(
    tx: &mut Tx,
    deps: &Deps,
    staff: StaffId,
    factor: &Factor,
    code: &str,
    now: Moment,
) -> Result<Option<Vec<String>>> {
    let (Some(key), Some(sealed)) = (pending(deps, staff, factor)?, &factor.pending) else {
        return Ok(None);
    };
    let Some(step) = key.step_of(code, 0, now)? else { return Ok(None) };
    if !rows::confirm(tx, staff, sealed, step, now).await? {
        return Ok(None);
    }
    record(tx, Some(staff), staff, "staff.second_on", now).await?;
    new_codes(tx, deps, staff).await.map(Some)
}

async fn new_codes(tx: &mut Tx, deps: &Deps, staff: StaffId) -> Result<Vec<String>> {
    let codes = recovery_codes(&deps.entropy);
    let digests: Vec<_> = codes.iter().map(|code| recovery_digest(code)).collect();
    rows::replace_recovery(tx, staff, &digests).await?;
    Ok(codes)
}

async fn record(
    tx: &mut Tx,
    by: Option<StaffId>,
    staff: StaffId,
    action: &str,
    now: Moment,
) -> Result<()> {
    let object = format!("staff:{staff}");
    audit::record(tx, now, by.map(|by| by.0), action, &object, &json!({})).await
}

/// How the own second factor stands.
#[derive(Debug)]
pub struct Standing {
    /// Since when it counts.
    pub since: Option<Moment>,
    /// Codes on paper that are left.
    pub left: i64,
    /// A key that waits for the app to show that it knows it.
    pub key: Option<Key>,
}

/// How somebody's own second factor stands.
///
/// # Errors
/// When the database cannot be read.
pub async fn standing(deps: &Deps, member: &StaffMember) -> Result<Standing> {
    let mut link = deps.db.read().await?;
    let factor = rows::factor(&mut link, member.id).await?;
    let left = rows::recovery_left(&mut link, member.id).await?;
    let key = factor.as_ref().map(|factor| pending(deps, member.id, factor)).transpose()?.flatten();
    Ok(Standing { since: factor.and_then(|factor| factor.confirmed_at), left, key })
}

/// Draws a key for the app on a phone; one that counts already stays in force until the app has
/// shown to know the new one.
///
/// # Errors
/// Invalid when the password is wrong.
pub async fn begin(
    deps: &Deps,
    member: &StaffMember,
    password: Secret,
    address: &str,
) -> Result<()> {
    session::prove(deps, member, password, address).await?;
    let mut tx = deps.db.begin().await?;
    draw_key(&mut tx, deps, member.id, deps.clock.now()).await?;
    tx.commit().await
}

/// Puts the drawn key into force; gives the codes on paper.
///
/// # Errors
/// Invalid when the code is not one of the key's; conflict when there is no key.
pub async fn confirm(deps: &Deps, member: &StaffMember, code: &str) -> Result<Vec<String>> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let factor = rows::factor(&mut tx, member.id).await?;
    let gone = || Error::conflict("二维码已经过期，没有改动。请回到“我的账号”重新开始。");
    let factor = factor.filter(|factor| factor.pending.is_some()).ok_or_else(gone)?;
    let codes = put_in_force(&mut tx, deps, member.id, &factor, code, now).await?;
    let codes = codes.ok_or_else(|| Error::invalid(WRONG_CODE))?;
    tx.commit().await?;
    Ok(codes)
}

/// Has somebody who is signed in show the second factor once more, before something that cannot be taken
/// back. In a demo, whose passwords are public, nothing is asked.
///
/// # Errors
/// Invalid when the digits do not fit or were used; conflict without a second factor; busy after too many
/// tries.
pub async fn prove_again(
    deps: &Deps,
    member: &StaffMember,
    digits: &str,
    demo: bool,
) -> Result<()> {
    if demo {
        return Ok(());
    }
    let (key, now) = (format!("again:{}", member.id), deps.clock.now());
    let mut tx = deps.db.begin().await?;
    let (tries, _) = store::count_try(&mut tx, &key, now, WINDOW).await?;
    tx.commit().await?;
    if tries > TRIES_PER_ACCOUNT {
        return Err(Error::new(Kind::Busy, "动态码试错太多次，请 15 分钟后再试。"));
    }
    let mut tx = deps.db.begin().await?;
    let factor = rows::factor(&mut tx, member.id).await?;
    let factor = factor.filter(|factor| factor.secret.is_some());
    let missing = || Error::conflict("这一步要用动态码确认。请先在“我的账号”里启用动态码。");
    if !use_digits(&mut tx, deps, member.id, &factor.ok_or_else(missing)?, digits).await? {
        return Err(Error::invalid("动态码不对，或已经用过。请等应用换出新的 6 位数字再填。"));
    }
    store::forget_tries(&mut tx, &key).await?;
    tx.commit().await
}

/// What somebody reads whose digits do not fit while setting up.
pub const WRONG_CODE: &str =
    "这 6 位数字不对。请确认手机时间准确（设为自动），等应用换出新的数字再填。";

/// Gives somebody new codes on paper; the former ones are void.
///
/// # Errors
/// Invalid when the password is wrong; conflict without a second factor.
pub async fn renew_codes(
    deps: &Deps,
    member: &StaffMember,
    password: Secret,
    address: &str,
) -> Result<Vec<String>> {
    session::prove(deps, member, password, address).await?;
    let mut tx = deps.db.begin().await?;
    let factor = rows::factor(&mut tx, member.id).await?;
    if factor.is_none_or(|factor| factor.secret.is_none()) {
        return Err(Error::conflict("动态码还没有启用，不需要备用码。"));
    }
    let codes = new_codes(&mut tx, deps, member.id).await?;
    record(&mut tx, Some(member.id), member.id, "staff.second_codes", deps.clock.now()).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Takes the own second factor away.
///
/// # Errors
/// Invalid when the password is wrong; conflict when the role must have one.
pub async fn turn_off(
    deps: &Deps,
    member: &StaffMember,
    password: Secret,
    address: &str,
) -> Result<()> {
    if needs_second_factor(member.role) {
        return Err(Error::conflict("您的角色必须使用动态码，可以更换，不能关闭。"));
    }
    session::prove(deps, member, password, address).await?;
    let mut tx = deps.db.begin().await?;
    rows::remove(&mut tx, member.id).await?;
    record(&mut tx, Some(member.id), member.id, "staff.second_off", deps.clock.now()).await?;
    tx.commit().await
}

/// Takes the second factor of somebody who lost the phone away; their sessions end.
///
/// # Errors
/// Not found for whom `by` may not manage; invalid for the own one.
pub async fn reset(deps: &Deps, by: &StaffMember, id: StaffId) -> Result<()> {
    let target = store::get(&mut deps.db.read().await?, id).await?;
    let target =
        target.filter(|t| may_manage(by, t.organization_id)).ok_or_else(Error::not_found)?;
    if target.id == by.id {
        return Err(Error::invalid("自己的动态码请在“我的账号”里更换，或由另一位管理员重置。"));
    }
    reset_unchecked(deps, Some(by.id), id).await
}

/// The same without asking who is asking: for the command line on the server itself.
///
/// # Errors
/// When the database cannot be used.
pub async fn reset_unchecked(deps: &Deps, by: Option<StaffId>, id: StaffId) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    if rows::remove(&mut tx, id).await? {
        store::end_sessions(&mut tx, id).await?;
        record(&mut tx, by, id, "staff.second_reset", deps.clock.now()).await?;
    }
    tx.commit().await
}
