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
use crate::staff::rules::device;
use crate::staff::store::{self, SessionRow};
use crate::staff::{SessionId, StaffId, StaffMember, Way, password};

use super::second;

/// Tries for one user name from one address within [`WINDOW`].
pub(super) const TRIES_PER_ACCOUNT: i64 = 10;
/// Tries from one address within [`WINDOW`].
const TRIES_PER_ADDRESS: i64 = 30;
/// How long tries are remembered.
pub(super) const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Characters kept of how a browser names itself; the telling ones stand at the end.
const BROWSER: usize = 300;
/// A session's last use is written at most this often.
const TOUCH: Duration = Duration::from_secs(60);

/// Where somebody stands who wants in, and what holds there.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Where the request comes from.
    pub address: &'a str,
    /// The browser as it names itself.
    pub browser: &'a str,
    /// How long a session lasts at most.
    pub lasting: Duration,
    /// Whether this is a demo.
    pub demo: bool,
}

/// How a try to log in ended.
#[derive(Debug)]
pub enum LogIn {
    /// The secret to put into the cookie.
    Welcome(Secret, StaffMember),
    /// The password is right; the secret is for the cookie of the browser that now shows, or sets
    /// up, the second factor.
    HalfWay(Secret),
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
    place: &Place<'_>,
) -> Result<LogIn> {
    let username = username.trim().to_lowercase();
    let tries = Tries::new(&username, place.address);
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
    let entered = match second::missing(&mut tx, &member, place.demo).await? {
        None => {
            let secret = begin(&mut tx, deps, &member, place, &tries, Way::Password).await?;
            LogIn::Welcome(secret, member)
        }
        Some(step) => {
            tries.forget(&mut tx).await?;
            LogIn::HalfWay(second::stop_half_way(&mut tx, deps, &member, step).await?)
        }
    };
    tx.commit().await?;
    Ok(entered)
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

    /// Tries to show a second factor: one count for all addresses, since only whoever has the
    /// password gets so far.
    pub(super) fn of_code(staff: StaffId, address: &str) -> Self {
        Self { account: format!("code:{staff}"), address: format!("address:{address}") }
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
    place: &Place<'_>,
    tries: &Tries,
    way: Way,
) -> Result<Secret> {
    let now = deps.clock.now();
    let secret = Secret::fresh(&deps.entropy);
    let session = SessionRow {
        id: SessionId(deps.entropy.id_at(now)),
        created_at: now,
        seen_at: now,
        browser: place.browser.chars().take(BROWSER).collect(),
    };
    let ends = now.plus(place.lasting);
    store::insert_session(tx, &secret.digest(), &session, member.id, ends).await?;
    tries.forget(tx).await?;
    let object = format!("staff:{}", member.id);
    let detail = json!({ "way": way, "device": device(place.browser) });
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

/// Who was behind the secret of a cookie before the session's time was over, and when it was last
/// used; nobody when somebody has ended it. It proves no more than whose words a form brings.
pub async fn lapsed(deps: &Deps, secret: &Secret) -> Result<Option<(Moment, StaffMember)>> {
    store::lapsed_owner(&mut deps.db.read().await?, &secret.digest()).await
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

/// Ends every session of the person but this one; gives how many there were.
pub async fn log_out_elsewhere(deps: &Deps, member: &StaffMember, here: SessionId) -> Result<u64> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let ended = store::end_other_sessions(&mut tx, member.id, here).await?;
    let (object, detail) = (format!("staff:{}", member.id), json!({ "elsewhere": ended }));
    audit::record(&mut tx, now, Some(member.id.0), "staff.log_out", &object, &detail).await?;
    tx.commit().await?;
    Ok(ended)
}

/// When, how and with what somebody last came in before the session that began at `before`.
pub async fn last_login(
    deps: &Deps,
    member: &StaffMember,
    before: Moment,
) -> Result<Option<(Moment, Option<Way>, String)>> {
    let (mut link, object) = (deps.db.read().await?, format!("staff:{}", member.id));
    let found = audit::newest_before(&mut link, &object, "staff.log_in", before).await?;
    let Some(entry) = found else { return Ok(None) };
    let detail: serde_json::Value = serde_json::from_str(&entry.detail)?;
    let text = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
    Ok(Some((entry.at, Way::from_code(&text("way")), text("device"))))
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

/// Shows somebody the introduction no more.
///
/// # Errors
/// When the database cannot be written.
pub async fn put_tour_away(deps: &Deps, staff: StaffId) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    store::set_toured(&mut tx, staff, deps.clock.now()).await?;
    tx.commit().await
}
