//! A WeChat of one's own: bound to the account, used to sign in, taken away.

use super::codes::{self, Asking, Shown, record};
use super::session::{self, Place, Tries};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::platform::secrets::Secret;
use crate::staff::rules;
use crate::staff::store::{self, wechat};
use crate::staff::{Purpose, StaffMember, Stage, Way};
use crate::wechat::client::Client;

/// Shows a code by which `member` can bind a WeChat. The password is asked for once more, so that an
/// unwatched screen gives nobody a way in that lasts.
///
/// # Errors
/// Invalid when the password is wrong; conflict when a WeChat is bound already.
pub async fn ask_to_bind(
    deps: &Deps,
    client: &Client,
    member: &StaffMember,
    password: Secret,
    asking: &Asking<'_>,
) -> Result<Shown> {
    session::prove(deps, member, password, asking.address).await?;
    let bound = wechat::bindings(&mut deps.db.read().await?, member.id).await?;
    if bound.iter().any(|one| one.account_id == asking.account) {
        return Err(has_one());
    }
    codes::show(deps, client, asking).await
}

/// Binds the WeChat that has scanned the code of this browser. `number` is what that WeChat was
/// told: whoever only looked over a shoulder and scanned first cannot be bound by mistake.
///
/// # Errors
/// Conflict when the code is gone, or the WeChat or the person is bound already; invalid when the
/// number is not the one the phone shows.
pub async fn bind(deps: &Deps, member: &StaffMember, secret: &Secret, number: &str) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let code =
        wechat::use_code(&mut tx, &secret.digest(), Purpose::Bind, Stage::Scanned, now).await?;
    let Some((code, openid)) = code
        .filter(|code| code.staff_id == Some(member.id))
        .and_then(|code| code.openid.clone().map(|openid| (code, openid)))
    else {
        return Err(Error::conflict(
            "这个二维码已经失效，微信没有绑定。请回到“我的账号”重新生成。",
        ));
    };
    if number.trim() != rules::number(&code.scene, &openid) {
        return Err(Error::invalid(
            "核对码不对，微信没有绑定。请看刚才扫码的手机；手机上没有收到核对码，说明扫码的不是它，请作废这个二维码。",
        ));
    }
    if !wechat::bind(&mut tx, &code.account_id, &openid, member.id, now).await? {
        let owner = wechat::owner(&mut tx, &code.account_id, &openid).await?;
        return Err(match owner {
            Some(other) if other.id != member.id => Error::conflict(
                "这个微信已经绑定了另一个工作台账号。请先在那个账号里解除绑定，或者换一个微信。",
            ),
            _ => has_one(),
        });
    }
    record(&mut tx, member.id, "staff.wechat_bind", &code.account_id, now).await?;
    tx.commit().await
}

fn has_one() -> Error {
    Error::conflict("您的账号已经绑定了一个微信。要换一个，请先在“我的账号”解除绑定。")
}

/// Takes the code for binding off the screen.
///
/// # Errors
/// When the database cannot be used.
pub async fn give_up(deps: &Deps, member: &StaffMember, secret: &Secret) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    wechat::drop_code(&mut tx, &secret.digest(), member.id).await?;
    tx.commit().await
}

/// Unbinds the WeChat that `member` has bound in an official account.
///
/// # Errors
/// Conflict when there is none.
pub async fn unbind(deps: &Deps, member: &StaffMember, account: &str) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    if !wechat::unbind(&mut tx, member.id, account).await? {
        return Err(Error::conflict("没有绑定的微信，可能已经解除了。请回到“我的账号”看一下。"));
    }
    record(&mut tx, member.id, "staff.wechat_unbind", account, deps.clock.now()).await?;
    tx.commit().await
}

/// How a try to come in with a code ended.
pub enum Entry {
    /// The secret to put into the session's cookie.
    Welcome(Secret, StaffMember),
    /// The phone has not said yes.
    NotYet,
    /// The account is closed or the WeChat no longer bound; which of them is not told.
    Refused,
    /// Too many tries; the next is possible then.
    Wait(Moment),
}

/// Lets the browser with this secret in, if the phone has said yes to its code: once, by the same
/// rules as with a password. The phone is the second factor: no further code is asked for.
///
/// # Errors
/// When the database cannot be used.
pub async fn enter(deps: &Deps, secret: &Secret, place: &Place<'_>) -> Result<Entry> {
    let said_yes = codes::shown(deps, secret).await?;
    let Some(staff) = said_yes.filter(|c| c.stage == Stage::Confirmed).and_then(|c| c.staff_id)
    else {
        return Ok(Entry::NotYet);
    };
    let known = store::get(&mut deps.db.read().await?, staff).await?;
    let tries = Tries::new(&known.ok_or_else(Error::not_found)?.username, place.address);
    if let Some(until) = tries.count(deps).await? {
        return Ok(Entry::Wait(until));
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let used =
        wechat::use_code(&mut tx, &secret.digest(), Purpose::SignIn, Stage::Confirmed, now).await?;
    let Some((code, openid)) =
        used.and_then(|code| code.openid.clone().map(|openid| (code, openid)))
    else {
        return Ok(Entry::NotYet);
    };
    let owner = wechat::owner(&mut tx, &code.account_id, &openid).await?;
    let Some(member) = owner.filter(|member| member.id == staff && member.active) else {
        tx.commit().await?;
        return Ok(Entry::Refused);
    };
    let secret = session::begin(&mut tx, deps, &member, place, &tries, Way::Wechat).await?;
    wechat::note_use(&mut tx, &code.account_id, &openid, now).await?;
    store::uncount_try(&mut tx, &codes::counter(&code.address)).await?;
    tx.commit().await?;
    Ok(Entry::Welcome(secret, member))
}
