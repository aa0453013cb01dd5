//! The access token of one account, from `stable_token` in normal mode (wechat-protocol.md §4).
//!
//! Normal mode gives every caller the same token until its last five minutes, and old and new work
//! side by side, so processes need not share a store. Inside a process one lock makes refreshing a
//! single flight. A forced refresh, which kills the token others hold, is never made here.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::platform::clock::{Clock, Moment};

use super::client::{CallError, Credentials, refusal};
use super::errcode::{Action, Meaning};
use super::http::{Body, Call, Http};

/// Below this remaining time a token is renewed: from here on normal mode hands out the next one.
const RENEW_BELOW: Duration = Duration::from_secs(300);
/// A token just fetched is used even if it is short-lived.
const KEEP_AT_LEAST: Duration = Duration::from_secs(10);
/// Longest pause after a failure; also the pause after a refusal, which only an operator can mend.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long a token that WeChat refuses and hands out again is not asked for anew.
const REFUSED_PAUSE: Duration = Duration::from_secs(30);

/// An access token; wiped when the last copy goes, never printed.
pub(super) type AccessToken = Arc<Zeroizing<String>>;

/// Holds the token and renews it.
pub(super) struct TokenCache {
    credentials: Credentials,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// Failures in a row.
    failures: i32,
    /// The last failure and until when nobody tries again.
    failed: Option<(CallError, Moment)>,
    /// A token that was refused and then handed out again, and until when it stays given up.
    refused: Option<(AccessToken, Moment)>,
}

#[derive(Clone)]
struct Held {
    token: AccessToken,
    fetched: Moment,
    expires: Moment,
}

impl TokenCache {
    /// Nothing is fetched before the first call.
    pub(super) fn new(credentials: Credentials, clock: Clock) -> Self {
        Self { credentials, clock, state: Mutex::default() }
    }

    /// A token that should work. Waits while somebody else is fetching one. When fetching fails,
    /// an old token is used as long as it lives.
    ///
    /// # Errors
    /// Why there is none: refused by WeChat (a configuration fault), or not to be had at present.
    pub(super) async fn current(&self, http: &Http) -> Result<AccessToken, CallError> {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        if let Some(held) = &state.held
            && held.is_fresh(now)
        {
            return Ok(held.token.clone());
        }
        let result = self.fetch(&mut state, http, now).await;
        match (&state.held, result) {
            (_, Ok(token)) => Ok(token),
            (Some(held), Err(_)) if now < held.expires => Ok(held.token.clone()),
            (_, Err(error)) => Err(error),
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
        let now = self.clock.now();
        if let Some(held) = &state.held
            && held.token != *failed
            && now < held.expires
        {
            return Ok(Some(held.token.clone()));
        }
        if state.refused.as_ref().is_some_and(|(token, until)| token == failed && now < *until) {
            return Ok(None);
        }
        let token = self.fetch(&mut state, http, now).await?;
        if token == *failed {
            tracing::error!("WeChat refuses the access token that it hands out");
            state.refused = Some((token, now.plus(REFUSED_PAUSE)));
            return Ok(None);
        }
        Ok(Some(token))
    }

    /// Fetches a token unless the pause after the last failure is still on.
    async fn fetch(
        &self,
        state: &mut State,
        http: &Http,
        now: Moment,
    ) -> Result<AccessToken, CallError> {
        if let Some((error, until)) = &state.failed
            && now < *until
        {
            return Err(error.clone());
        }
        match self.request(http, now).await {
            Ok(held) => {
                let token = held.token.clone();
                *state =
                    State { held: Some(held), refused: state.refused.take(), ..State::default() };
                Ok(token)
            }
            Err(error) => {
                let error = as_no_token(error);
                let pause = pause_after(&error, state.failures);
                tracing::error!(%error, pause_s = pause.as_secs(), "no new access token");
                state.failures = state.failures.saturating_add(1);
                state.failed = Some((error.clone(), now.plus(pause)));
                Err(error)
            }
        }
    }

    async fn request(&self, http: &Http, now: Moment) -> Result<Held, CallError> {
        let body = serde_json::json!({
            "grant_type": "client_credential",
            "appid": self.credentials.app_id,
            "secret": self.credentials.app_secret.expose(),
        });
        let call = Call {
            path: "/cgi-bin/stable_token",
            query: &[],
            body: Body::Json(body.to_string().into_bytes()),
        };
        let answer = http.send(&call, None).await?;
        let mut value: serde_json::Value = serde_json::from_slice(&answer.bytes)
            .map_err(|_| CallError::Unreadable("the answer is not JSON".to_owned()))?;
        if let Some(error) = refusal(&value) {
            return Err(error);
        }
        let lifetime = value["expires_in"].as_u64().filter(|seconds| *seconds > 0);
        match (value["access_token"].take(), lifetime) {
            (serde_json::Value::String(token), Some(seconds)) if !token.is_empty() => Ok(Held {
                token: Arc::new(Zeroizing::new(token)),
                fetched: now,
                expires: now.plus(Duration::from_secs(seconds)),
            }),
            _ => Err(CallError::Unreadable("the answer has no access token".to_owned())),
        }
    }
}

impl Held {
    fn is_fresh(&self, now: Moment) -> bool {
        let remaining = self.expires.since(now);
        remaining >= RENEW_BELOW
            || (!remaining.is_zero() && now.since(self.fetched) < KEEP_AT_LEAST)
    }
}

/// Without a token the call itself has not been sent, however the request for one ended.
fn as_no_token(error: CallError) -> CallError {
    match error {
        // Here 40001 is about the AppSecret (§15), which no new token mends.
        CallError::Refused { errcode, meaning, rid, ip }
            if meaning.action == Action::RefreshToken =>
        {
            let meaning = Meaning { action: Action::TellOperator, ..meaning };
            CallError::Refused { errcode, meaning, rid, ip }
        }
        CallError::Refused { .. } => error,
        CallError::NotSent(text) | CallError::Unknown(text) | CallError::Unreadable(text) => {
            CallError::NotSent(format!("no access token: {text}"))
        }
    }
}

/// One second, doubled with every failure; a minute at once for what only an operator can mend.
fn pause_after(error: &CallError, failures: i32) -> Duration {
    match error {
        CallError::Refused { meaning, .. } if meaning.action != Action::Retry => LONGEST_PAUSE,
        _ => Duration::from_secs(1 << failures.clamp(0, 6)).min(LONGEST_PAUSE),
    }
}
