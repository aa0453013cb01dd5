//! The access token of one account, from `stable_token` in normal mode (wechat-protocol.md §4).
//!
//! Normal mode gives every caller the same token until its last five minutes, and old and new work
//! side by side. Inside a process one lock makes refreshing a single flight; among processes the
//! [`super::shelf`] does, on a shelf that a [`Keeper`] holds. Without a keeper, or while it cannot be
//! reached, each process has a shelf of its own, which is safe and only costs more calls.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::platform::clock::{Clock, Moment, Stopwatch};

use super::client::{CallError, Credentials, refusal};
use super::http::{Body, Call, Http};
use super::keeper::{Called, Keeper};
use super::shelf::{AccessToken, Failure, Shelf, Step, Turn, Wish, is_fresh};

/// Path of the token call.
pub(super) const PATH: &str = "/cgi-bin/stable_token";
/// How often somebody who waits for another process looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(40);
/// Longest wait for another process; above its lease.
const PATIENCE: Duration = Duration::from_secs(25);

/// Holds the token and renews it.
pub(super) struct TokenCache {
    credentials: Credentials,
    clock: Clock,
    holder: Arc<str>,
    keeper: Option<Arc<dyn Keeper>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What was handed out last, with when it was fetched and when it dies.
    held: Option<(AccessToken, Moment, Moment)>,
    /// Serves when there is no keeper, or it cannot be reached.
    own: Shelf,
}

impl TokenCache {
    /// Nothing is fetched before the first call. `holder` tells this process from others.
    pub(super) fn new(
        credentials: Credentials,
        clock: Clock,
        holder: &str,
        keeper: Option<Arc<dyn Keeper>>,
    ) -> Self {
        Self { credentials, clock, holder: holder.into(), keeper, state: Mutex::default() }
    }

    /// A token that should work. Waits while somebody else is fetching one. When fetching fails,
    /// an old token is used as long as it lives.
    ///
    /// # Errors
    /// Why there is none: refused by WeChat (a configuration fault), or not to be had at present.
    pub(super) async fn current(&self, http: &Http) -> Result<AccessToken, CallError> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        if let Some((token, fetched, expires)) = &state.held
            && is_fresh(*fetched, *expires, now)
        {
            return Ok(token.clone());
        }
        let found = self.obtain(&mut state, http, None).await;
        match (found, &state.held) {
            (Ok(Some(token)), _) => Ok(token),
            (_, Some((token, _, expires))) if self.clock.now() < *expires => Ok(token.clone()),
            (Err(error), _) => Err(error),
            (Ok(None), _) => Err(CallError::NotSent("no access token".to_owned())),
        }
    }

    /// Another token than `failed`, which WeChat has just refused (§4.2): the one somebody fetched
    /// meanwhile, or a newly fetched one. Nothing when WeChat only has the same to offer.
    pub(super) async fn replace(
        &self,
        http: &Http,
        failed: &AccessToken,
    ) -> Result<Option<AccessToken>, CallError> {
        let mut state = self.state.lock().await;
        if let Some((token, _, expires)) = &state.held
            && token != failed
            && self.clock.now() < *expires
        {
            return Ok(Some(token.clone()));
        }
        let found = self.obtain(&mut state, http, Some(failed)).await?;
        Ok(found.filter(|token| token != failed))
    }

    /// Asks the shelf, and fetches when the shelf says so.
    async fn obtain(
        &self,
        state: &mut State,
        http: &Http,
        refused: Option<&AccessToken>,
    ) -> Result<Option<AccessToken>, CallError> {
        let waiting = Stopwatch::start();
        loop {
            let step = self.turn(state, Wish::Token(refused.cloned())).await;
            let step = match step {
                Step::Fetch(fence) => {
                    let wish = self.fetch(http, fence).await;
                    self.turn(state, wish).await
                }
                other => other,
            };
            match step {
                Step::Use(token, fetched, expires) => {
                    if refused == Some(&token) {
                        tracing::error!("WeChat refuses the access token that it hands out");
                    }
                    state.held = Some((token.clone(), fetched, expires));
                    return Ok(Some(token));
                }
                Step::Rest(failure) => return Err(failure.into_error()),
                Step::Same => return Ok(None),
                Step::Wait | Step::Fetch(_) if waiting.elapsed() > PATIENCE => {
                    return Err(CallError::NotSent(
                        "no access token: another process has it".into(),
                    ));
                }
                Step::Wait | Step::Fetch(_) => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }

    async fn turn(&self, state: &mut State, wish: Wish) -> Step {
        let turn = Turn { holder: self.holder.clone(), now: self.clock.now(), wish };
        let Some(keeper) = &self.keeper else { return state.own.turn(&turn) };
        match keeper.turn(turn.clone()).await {
            Ok(step) => step,
            Err(error) => {
                tracing::warn!(cause = %error.cause(), "the shared access token is out of reach");
                state.own.turn(&turn)
            }
        }
    }

    /// Calls WeChat once and says how it went.
    async fn fetch(&self, http: &Http, fence: i64) -> Wish {
        match self.request(http).await {
            Ok((token, life)) => Wish::Put { fence, token, life },
            Err(error) => {
                tracing::error!(%error, "no new access token");
                Wish::Fail { fence, failure: Failure::of(&error) }
            }
        }
    }

    async fn request(&self, http: &Http) -> Result<(AccessToken, Duration), CallError> {
        let body = serde_json::json!({
            "grant_type": "client_credential",
            "appid": self.credentials.app_id,
            "secret": self.credentials.app_secret.expose(),
        });
        let call = Call { path: PATH, query: &[], body: Body::Json(body.to_string().into_bytes()) };
        let answer = http.send(&call, None).await;
        let result = answer.and_then(|answer| {
            let value = serde_json::from_slice(&answer.bytes)
                .map_err(|_| CallError::Unreadable("the answer is not JSON".to_owned()))?;
            read(value)
        });
        if let Some(keeper) = &self.keeper {
            let (at, error) = (self.clock.now(), result.as_ref().err());
            keeper.called(Called { path: PATH, at, error });
        }
        result
    }
}

/// The token in an answer, and how long it lives.
fn read(mut value: serde_json::Value) -> Result<(AccessToken, Duration), CallError> {
    if let Some(error) = refusal(&value) {
        return Err(error);
    }
    let life = value["expires_in"].as_u64().filter(|seconds| *seconds > 0);
    match (value["access_token"].take(), life) {
        (serde_json::Value::String(token), Some(seconds)) if !token.is_empty() => {
            Ok((Arc::new(Zeroizing::new(token)), Duration::from_secs(seconds)))
        }
        _ => Err(CallError::Unreadable("the answer has no access token".to_owned())),
    }
}

/// How long the token in a recorded answer lives, in seconds; for checking answers against
/// recorded ones.
///
/// # Errors
/// [`CallError`] as a call would give it.
pub fn lifetime(answer: serde_json::Value) -> Result<u64, CallError> {
    read(answer).map(|(_, life)| life.as_secs())
}
