//! Coming back from WeChat, and being recognized afterwards.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::store::{self, Visitor};
use super::{Outcome, rules};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::platform::secrets::Secret;
use crate::wechat::client::{CallError, Client};
use crate::wechat::errcode::Action;

/// How a return ended.
#[derive(Debug)]
pub enum Entered {
    /// The secret to put into the session's cookie.
    Welcome(Secret),
    /// A snapshot page: whoever it is, is not there.
    Virtual,
    /// The first return with this state is still being looked into.
    Asking,
    /// State or code were used up, or the code is not one: begin anew.
    Stale,
    /// WeChat cannot be reached.
    Unreachable,
    /// WeChat does not let this account recognize people; an operator must mend it.
    Misconfigured,
}

/// A browser came back from WeChat with `code` and a `state` that holds. The code is used once; a
/// repeated return gets what the first one got.
///
/// # Errors
/// When the database cannot be used.
pub async fn enter(
    deps: &Deps,
    client: &Client,
    account: &str,
    state: &str,
    code: &str,
    lasting: Duration,
) -> Result<Entered> {
    let now = deps.clock.now();
    let hash: [u8; 32] = Sha256::digest(state.as_bytes()).into();
    let mut tx = deps.db.begin().await?;
    let first = store::claim(&mut tx, &hash, account, now).await?;
    tx.commit().await?;
    if !first {
        return repeat(deps, &hash, account, now, lasting).await;
    }
    let (outcome, openid, entered) = match client.web_user(code).await {
        Ok(user) if user.is_virtual => (Outcome::Virtual, None, Entered::Virtual),
        Ok(user) => (Outcome::Known, Some(user.openid), Entered::Stale),
        Err(error) => (Outcome::Failed, None, judge(&error)),
    };
    let mut tx = deps.db.begin().await?;
    store::settle(&mut tx, &hash, outcome, openid.as_deref()).await?;
    let entered = match &openid {
        Some(openid) => Entered::Welcome(
            begin_session(&mut tx, deps, account, openid, now.plus(lasting)).await?,
        ),
        None => entered,
    };
    tx.commit().await?;
    Ok(entered)
}

async fn repeat(
    deps: &Deps,
    hash: &[u8],
    account: &str,
    now: Moment,
    lasting: Duration,
) -> Result<Entered> {
    let mut tx = deps.db.begin().await?;
    let Some(before) = store::returned(&mut tx, hash).await? else { return Ok(Entered::Stale) };
    if !rules::may_repeat(before.at, now) {
        return Ok(Entered::Stale);
    }
    let entered = match (before.outcome, before.openid) {
        (Outcome::Known, Some(openid)) => Entered::Welcome(
            begin_session(&mut tx, deps, account, &openid, now.plus(lasting)).await?,
        ),
        (Outcome::Virtual, _) => Entered::Virtual,
        (Outcome::Asking, _) => Entered::Asking,
        (Outcome::Known | Outcome::Failed, _) => Entered::Stale,
    };
    tx.commit().await?;
    Ok(entered)
}

async fn begin_session(
    tx: &mut crate::platform::db::Tx,
    deps: &Deps,
    account: &str,
    openid: &str,
    expires_at: Moment,
) -> Result<Secret> {
    let secret = Secret::fresh(&deps.entropy);
    let now = deps.clock.now();
    store::insert_session(tx, &secret.digest(), account, openid, now, expires_at).await?;
    Ok(secret)
}

/// What a failed question means for the person.
fn judge(error: &CallError) -> Entered {
    match error {
        CallError::Refused { errcode: 40029 | 40163 | 41008 | 42003 | 42007, .. } => Entered::Stale,
        CallError::Refused { meaning, .. } => match meaning.action {
            Action::Retry | Action::WaitSeconds(_) => Entered::Unreachable,
            _ => Entered::Misconfigured,
        },
        _ => Entered::Unreachable,
    }
}

/// Who is behind the secret of a session's cookie, if anybody still is.
///
/// # Errors
/// When the database cannot be read.
pub async fn recognize(deps: &Deps, secret: &Secret) -> Result<Option<Visitor>> {
    let now = deps.clock.now();
    store::visitor(&mut deps.db.read().await?, &secret.digest(), now).await
}
