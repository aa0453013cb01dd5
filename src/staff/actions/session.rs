//! Logging in and out.

use std::time::Duration;

use serde_json::json;

use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::http::when::When;
use crate::platform::secrets::Secret;
use crate::staff::store::{self, SessionRow};
use crate::staff::{SessionId, StaffMember, password};

/// Tries for one user name from one address within [`WINDOW`].
const TRIES_PER_ACCOUNT: i64 = 10;
/// Tries from one address within [`WINDOW`].
const TRIES_PER_ADDRESS: i64 = 30;
/// How long tries are remembered.
pub(super) const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Characters kept of how a browser names itself; the telling ones stand at the end.
const BROWSER: usize = 300;
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
    let tries = Tries::new(&username, address);
    if let Some(until) = tries.count(deps).await? {
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
    let mut tx = deps.db.begin().await?;
    let secret = begin(&mut tx, deps, &member, browser, lasting, &tries, "password").await?;
    tx.commit().await?;
    Ok(LogIn::Welcome(secret, member))
}

/// Under which keys tries to get into one account from one address are counted.
pub(super) struct Tries {
    account: String,
    address: String,
}

impl Tries {
    pub(super) fn new(username: &str, address: &str) -> Self {
        Self {
            account: format!("user:{}:{address}", short(username)),
            address: format!("address:{address}"),
        }
    }

    /// Counts one more; gives when the next is possible if there were too many.
    pub(super) async fn count(&self, deps: &Deps) -> Result<Option<Moment>> {
        let now = deps.clock.now();
        let mut tx = deps.db.begin().await?;
        let (by_account, account_until) =
            store::count_try(&mut tx, &self.account, now, WINDOW).await?;
        let (by_address, address_until) =
            store::count_try(&mut tx, &self.address, now, WINDOW).await?;
        tx.commit().await?;
        if by_account > TRIES_PER_ACCOUNT {
            return Ok(Some(account_until));
        }
        Ok((by_address > TRIES_PER_ADDRESS).then_some(address_until))
    }

    /// A whole office comes in through one address; only what failed counts against it.
    async fn forget(&self, tx: &mut Tx) -> Result<()> {
        store::forget_tries(tx, &self.account).await?;
        store::uncount_try(tx, &self.address).await
    }
}

/// Begins a session for somebody who has proved who they are, and says in the audit by which `way`;
/// gives the secret for the cookie.
pub(super) async fn begin(
    tx: &mut Tx,
    deps: &Deps,
    member: &StaffMember,
    browser: &str,
    lasting: Duration,
    tries: &Tries,
    way: &'static str,
) -> Result<Secret> {
    let now = deps.clock.now();
    let secret = Secret::fresh(&deps.entropy);
    let session = SessionRow {
        id: SessionId(deps.entropy.id_at(now)),
        created_at: now,
        seen_at: now,
        browser: browser.chars().take(BROWSER).collect(),
    };
    let ends = now.plus(lasting);
    store::insert_session(tx, &secret.digest(), &session, member.id, ends).await?;
    tries.forget(tx).await?;
    let object = format!("staff:{}", member.id);
    let detail = json!({ "way": way });
    audit::record(tx, now, Some(member.id.0), "staff.log_in", &object, &detail).await?;
    Ok(secret)
}

/// Asks for the password once more, before something that outlasts the session.
///
/// # Errors
/// Invalid when it is wrong, or was wrong too often.
pub(super) async fn prove(
    deps: &Deps,
    member: &StaffMember,
    given: Secret,
    address: &str,
) -> Result<()> {
    if given.reveal().is_empty() {
        return Err(Error::invalid("请填写现在的密码。"));
    }
    let tries = Tries::new(&member.username, address);
    if let Some(until) = tries.count(deps).await? {
        let at = When::new(until, deps.clock.now()).absolute;
        return Err(Error::invalid(format!("尝试的次数太多，{at} 以后可以再试。")));
    }
    let found = store::by_username(&mut deps.db.read().await?, &member.username).await?;
    let (_, stored) = found.ok_or_else(Error::not_found)?;
    if !password::matches(given, stored).await? {
        return Err(Error::invalid("密码不对。请检查后再试。"));
    }
    let mut tx = deps.db.begin().await?;
    tries.forget(&mut tx).await?;
    tx.commit().await
}

/// Who is behind the secret of a cookie, without counting as a use of the session: for an open page
/// that only waits.
pub async fn look(deps: &Deps, secret: &Secret, idle: Duration) -> Result<Option<StaffMember>> {
    let now = deps.clock.now();
    let mut link = deps.db.read().await?;
    let found = store::session_owner(&mut link, &secret.digest(), now, idle).await?;
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
        store::session_owner(&mut deps.db.read().await?, &secret.digest(), now, idle).await?;
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

/// Keeps hostile input from filling the tables.
pub(super) fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
