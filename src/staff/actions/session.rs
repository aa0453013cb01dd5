//! Logging in and out.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::platform::secrets::Secret;
use crate::staff::store::{self, SessionRow};
use crate::staff::{SessionId, StaffMember, password};

/// Tries for one user name from one address within [`WINDOW`].
const TRIES_PER_ACCOUNT: i64 = 10;
/// Tries from one address within [`WINDOW`].
const TRIES_PER_ADDRESS: i64 = 30;
/// How long tries are remembered.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// A session's last use is written at most this often.
const TOUCH: Duration = Duration::from_secs(60);

/// How a try to log in ended.
#[derive(Debug)]
pub enum LogIn {
    /// The secret to put into the cookie.
    Welcome(Secret, StaffMember),
    /// User name or password is wrong, or the account is closed; which of them is not told.
    Refused,
    /// Too many tries; the next is possible then.
    Wait(Moment),
}

/// Tries to log in.
pub async fn log_in(
    deps: &Deps,
    username: &str,
    password: Secret,
    address: &str,
    browser: &str,
    lasting: Duration,
) -> Result<LogIn> {
    let username = username.trim().to_lowercase();
    let account_key = format!("user:{}:{address}", short(&username));
    let address_key = format!("address:{address}");
    if let Some(until) = count_tries(deps, deps.clock.now(), &account_key, &address_key).await? {
        return Ok(LogIn::Wait(until));
    }
    let found = store::by_username(&mut deps.db.read().await?, &username).await?;
    let (member, hash) = match found {
        Some((member, hash)) => (Some(member), hash),
        None => (None, password::NOBODY.to_owned()),
    };
    let right = password::matches(password, hash).await?;
    let Some(member) = member.filter(|member| right && member.active) else {
        return Ok(LogIn::Refused);
    };
    let secret = start_session(
        deps,
        deps.clock.now(),
        &member,
        browser,
        lasting,
        (&account_key, &address_key),
    )
    .await?;
    Ok(LogIn::Welcome(secret, member))
}

async fn count_tries(
    deps: &Deps,
    now: Moment,
    account_key: &str,
    address_key: &str,
) -> Result<Option<Moment>> {
    let mut tx = deps.db.begin().await?;
    let (by_account, account_until) = store::count_try(&mut tx, account_key, now, WINDOW).await?;
    let (by_address, address_until) = store::count_try(&mut tx, address_key, now, WINDOW).await?;
    tx.commit().await?;
    if by_account > TRIES_PER_ACCOUNT {
        return Ok(Some(account_until));
    }
    Ok((by_address > TRIES_PER_ADDRESS).then_some(address_until))
}

async fn start_session(
    deps: &Deps,
    now: Moment,
    member: &StaffMember,
    browser: &str,
    lasting: Duration,
    (account_key, address_key): (&str, &str),
) -> Result<Secret> {
    let secret = Secret::from(URL_SAFE_NO_PAD.encode(deps.entropy.bytes::<32>()));
    let session = SessionRow {
        id: SessionId(deps.entropy.id_at(now)),
        created_at: now,
        seen_at: now,
        browser: short(browser),
    };
    let mut tx = deps.db.begin().await?;
    store::insert_session(&mut tx, &hash_of(&secret), &session, member.id, now.plus(lasting))
        .await?;
    store::forget_tries(&mut tx, account_key).await?;
    // A whole office comes in through one address; only what failed counts against it.
    store::uncount_try(&mut tx, address_key).await?;
    audit::record(
        &mut tx,
        now,
        Some(member.id.0),
        "staff.log_in",
        &format!("staff:{}", member.id),
        &json!({}),
    )
    .await?;
    tx.commit().await?;
    Ok(secret)
}

/// Who is behind the secret of a cookie, without counting as a use of the session: for an open page
/// that only waits.
pub async fn look(deps: &Deps, secret: &Secret, idle: Duration) -> Result<Option<StaffMember>> {
    let now = deps.clock.now();
    let mut link = deps.db.read().await?;
    let found = store::session_owner(&mut link, &hash_of(secret), now, idle).await?;
    Ok(found.map(|(_, _, member)| member))
}

/// Who is behind the secret of a cookie, if anybody still is.
pub async fn recognize(
    deps: &Deps,
    secret: &Secret,
    idle: Duration,
) -> Result<Option<(SessionId, StaffMember)>> {
    let now = deps.clock.now();
    let found =
        store::session_owner(&mut deps.db.read().await?, &hash_of(secret), now, idle).await?;
    let Some((id, seen_at, member)) = found else { return Ok(None) };
    if now.since(seen_at) > TOUCH {
        let mut tx = deps.db.begin().await?;
        store::touch_session(&mut tx, id, now).await?;
        tx.commit().await?;
    }
    Ok(Some((id, member)))
}

/// Ends one of the person's own sessions.
pub async fn log_out(deps: &Deps, member: &StaffMember, session: SessionId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::end_session(&mut tx, member.id, session).await?;
    audit::record(
        &mut tx,
        now,
        Some(member.id.0),
        "staff.log_out",
        &format!("staff:{}", member.id),
        &json!({}),
    )
    .await?;
    tx.commit().await
}

/// Changes the own password; every other session ends.
pub async fn change_password(
    deps: &Deps,
    member: &StaffMember,
    old: Secret,
    new: Secret,
) -> Result<()> {
    password::check(&new)?;
    let found = store::by_username(&mut deps.db.read().await?, &member.username).await?;
    let (_, stored) = found.ok_or_else(Error::not_found)?;
    if !password::matches(old, stored).await? {
        return Err(Error::invalid("原密码不对，密码没有修改。"));
    }
    let hash = password::hash(new, &deps.entropy).await?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    store::set_password(&mut tx, member.id, &hash).await?;
    store::end_sessions(&mut tx, member.id).await?;
    audit::record(
        &mut tx,
        now,
        Some(member.id.0),
        "staff.password",
        &format!("staff:{}", member.id),
        &json!({}),
    )
    .await?;
    tx.commit().await
}

fn hash_of(secret: &Secret) -> [u8; 32] {
    Sha256::digest(secret.reveal().as_bytes()).into()
}

/// Keeps hostile input from filling the tables.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
