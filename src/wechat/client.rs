//! Calls to WeChat's API: token, one retry with a new one, and an honest outcome
//! (wechat-protocol.md §4).
//!
//! The families next door are thin methods of [`Client`]. Nothing here logs a query (it carries
//! the token), a body or an openid.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::platform::clock::{Clock, Stopwatch};

use super::errcode::{self, Action, Meaning};
use super::http::{Answer, Body, Call, Http};
use super::js_sdk::TicketCache;
use super::keeper::{Called, Keeper};
use super::media::File;
use super::pauses::Pauses;
use super::token::TokenCache;

/// Tagging was done for some of the users; the answer names the others (§10).
const PARTLY_DONE: i64 = 45171;

/// What identifies us to WeChat.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account's AppID (`wx…`).
    pub app_id: String,
    /// Its AppSecret.
    pub app_secret: AppSecret,
}

/// An AppSecret; wiped when dropped, never printed.
#[derive(Clone)]
pub struct AppSecret(Zeroizing<String>);

impl AppSecret {
    /// The secret itself, for the one request that needs it.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for AppSecret {
    fn from(secret: String) -> Self {
        Self(Zeroizing::new(secret))
    }
}

impl From<&str> for AppSecret {
    fn from(secret: &str) -> Self {
        Self::from(secret.to_owned())
    }
}

impl fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppSecret(..)")
    }
}

/// Why a call has no result. The difference that matters: may WeChat have done it nonetheless?
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// WeChat said no. Nothing was done.
    #[error("WeChat refused the call: {errcode}, {}{}{}", .meaning.meaning, note(" rid ", .rid), note(" ip ", .ip))]
    Refused {
        /// The code.
        errcode: i64,
        /// What it means and what to do.
        meaning: Meaning,
        /// WeChat's id of the request, for its diagnostics.
        rid: Option<String>,
        /// Our address as WeChat sees it, for 40164.
        ip: Option<IpAddr>,
    },
    /// Nothing of the call reached WeChat: no connection, or no token to make it with. It may be
    /// repeated.
    #[error("the call was not sent: {0}")]
    NotSent(String),
    /// The call left, but no answer came. It may have been accepted.
    #[error("the outcome of the call is unknown: {0}")]
    Unknown(String),
    /// An answer came that makes no sense. The call may have been accepted.
    #[error("the answer to the call is unreadable: {0}")]
    Unreadable(String),
}

fn note<T: fmt::Display>(label: &str, value: &Option<T>) -> String {
    value.as_ref().map(|value| format!("{label}{value}")).unwrap_or_default()
}

impl CallError {
    /// Whether WeChat may have done what was asked, so that it must not simply be repeated.
    pub fn may_have_been_accepted(&self) -> bool {
        matches!(self, CallError::Unknown(_) | CallError::Unreadable(_))
    }
}

/// Calls WeChat's API for one account. Clones share connections and token.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    http: Http,
    tokens: TokenCache,
    clock: Clock,
    keeper: Option<Arc<dyn Keeper>>,
    pauses: Pauses,
    /// Milliseconds by which WeChat's clock was ahead at the last answer.
    ahead: Mutex<Option<i64>>,
    credentials: Credentials,
    ticket: TicketCache,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("wechat::Client(..)")
    }
}

impl Client {
    /// Prepares calls for the account of `credentials`; nothing is sent yet. No redirects, no
    /// proxy; 3 s to connect, 10 s per call, 60 s with a file.
    ///
    /// # Errors
    /// When `api_base_url` is no http(s) URL, or an https one is given on a machine without root
    /// certificates.
    pub fn new(
        api_base_url: &str,
        credentials: Credentials,
        clock: Clock,
    ) -> anyhow::Result<Client> {
        Self::build(api_base_url, credentials, clock, "alone", None)
    }

    /// The same, sharing its token with other processes and noting its calls through `keeper`.
    /// `holder` is unlike that of any other process.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn kept(
        api_base_url: &str,
        credentials: Credentials,
        clock: Clock,
        holder: &str,
        keeper: Arc<dyn Keeper>,
    ) -> anyhow::Result<Client> {
        Self::build(api_base_url, credentials, clock, holder, Some(keeper))
    }

    fn build(
        api_base_url: &str,
        credentials: Credentials,
        clock: Clock,
        holder: &str,
        keeper: Option<Arc<dyn Keeper>>,
    ) -> anyhow::Result<Client> {
        let http = Http::new(api_base_url).context("wechat.api_base_url")?;
        let ticket = TicketCache::new(clock.clone());
        let tokens = TokenCache::new(credentials.clone(), clock.clone(), holder, keeper.clone());
        Ok(Client(Arc::new(Inner {
            http,
            tokens,
            clock,
            keeper,
            pauses: Pauses::default(),
            ahead: Mutex::default(),
            credentials,
            ticket,
        })))
    }

    /// What identifies the account this client calls for.
    pub(super) fn credentials(&self) -> &Credentials {
        &self.0.credentials
    }

    /// The AppID of the account this client calls for; public, pages name it to WeChat.
    pub fn app_id(&self) -> &str {
        &self.0.credentials.app_id
    }

    /// The account's JS-SDK ticket.
    pub(super) fn ticket(&self) -> &TicketCache {
        &self.0.ticket
    }

    /// Milliseconds by which WeChat's clock was ahead of ours at the last answer, exact to about a
    /// second; nothing before the first one.
    pub fn clock_ahead_ms(&self) -> Option<i64> {
        *self.0.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fetches a token, or finds that there is one; for checking a configuration.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn check_token(&self) -> Result<(), CallError> {
        self.0.tokens.current(&self.0.http).await.map(|_| ())
    }

    /// POSTs to a path that takes AppID and AppSecret in the query instead of a token (§4.3).
    ///
    /// # Errors
    /// [`CallError`].
    pub(super) async fn post_with_secret(&self, path: &str) -> Result<Value, CallError> {
        let Credentials { app_id, app_secret } = &self.0.credentials;
        let query = [("appid", app_id.as_str()), ("appsecret", app_secret.expose())];
        let call = Call { path, query: &query, body: Body::Json(b"{}".to_vec()) };
        let (_, json) = self.exchange(&call, None).await?;
        json.ok_or_else(|| CallError::Unreadable("the answer is not JSON".to_owned()))
    }

    /// Forgets that daily limits were reached, after they were cleared (§4.3).
    pub(super) fn forget_pauses(&self) {
        self.0.pauses.clear();
    }

    /// GETs `path` as it is, without the account's access token: what stands under `/sns/` knows
    /// tokens of its own (§11.1).
    pub(super) async fn get_bare(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Value, CallError> {
        let call = Call { path, query, body: Body::None };
        let (_, json) = self.exchange(&call, None).await?;
        json.ok_or_else(|| CallError::Unreadable("the answer is not JSON".to_owned()))
    }

    /// POSTs `body` as raw UTF-8 JSON to `path` and returns the whole answer.
    ///
    /// # Errors
    /// [`CallError`]; codes that mean the thing is done (45065) are answers, not errors.
    pub async fn post_json<B: Serialize + ?Sized>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<Value, CallError> {
        self.post_json_to(path, &[], body).await
    }

    /// POSTs JSON as [`Client::post_json`] does, with a query (the token is added).
    ///
    /// # Errors
    /// As [`Client::post_json`].
    pub async fn post_json_to<B: Serialize + ?Sized>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: &B,
    ) -> Result<Value, CallError> {
        self.json(&Call { path, query, body: Body::Json(written(body)?) }).await
    }

    /// GETs `path` with `query` (the token is added) and returns the whole answer.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn get_json(&self, path: &str, query: &[(&str, &str)]) -> Result<Value, CallError> {
        self.json(&Call { path, query, body: Body::None }).await
    }

    /// POSTs `file` as the multipart field `media`.
    ///
    /// # Errors
    /// [`CallError`]; [`CallError::NotSent`] when the file's name or type cannot be sent.
    pub async fn upload(
        &self,
        path: &str,
        query: &[(&str, &str)],
        file: &File<'_>,
    ) -> Result<Value, CallError> {
        self.json(&Call { path, query, body: Body::File(file, &[]) }).await
    }

    /// POSTs `file` as [`Client::upload`] does, with further text fields of the form.
    ///
    /// # Errors
    /// As [`Client::upload`].
    pub async fn upload_with(
        &self,
        path: &str,
        query: &[(&str, &str)],
        file: &File<'_>,
        fields: &[(&str, String)],
    ) -> Result<Value, CallError> {
        self.json(&Call { path, query, body: Body::File(file, fields) }).await
    }

    /// GETs bytes, at most 12 MB. An error that comes as JSON with status 200 is an error here
    /// too (§4.2).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn download(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Download, CallError> {
        let (answer, json) = self.authorized(&Call { path, query, body: Body::Download }).await?;
        Ok(Download { content_type: answer.content_type, bytes: answer.bytes, json })
    }

    /// POSTs JSON and GETs bytes as [`Client::download`] does (permanent material).
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn download_by<B: Serialize + ?Sized>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<Download, CallError> {
        let json = written(body)?;
        let call = Call { path, query: &[], body: Body::JsonForFile(json) };
        let (answer, json) = self.authorized(&call).await?;
        Ok(Download { content_type: answer.content_type, bytes: answer.bytes, json })
    }

    /// GETs a film from the address that WeChat gave for it (§12), at most 12 MB, without a token.
    ///
    /// # Errors
    /// [`CallError`]; [`CallError::Unreadable`] when the address is none of WeChat's.
    pub async fn download_film(&self, address: &str) -> Result<Download, CallError> {
        let answer = self.0.http.fetch(address).await?;
        Ok(Download { content_type: answer.content_type, bytes: answer.bytes, json: None })
    }

    async fn json(&self, call: &Call<'_>) -> Result<Value, CallError> {
        let (_, json) = self.authorized(call).await?;
        json.ok_or_else(|| CallError::Unreadable("the answer is not JSON".to_owned()))
    }

    /// Sends `call` with the token; once more with another one when the token is refused. A call
    /// whose limit was reached a moment ago is answered from memory.
    async fn authorized(&self, call: &Call<'_>) -> Result<(Answer, Option<Value>), CallError> {
        let Inner { http, tokens, pauses, clock, .. } = &*self.0;
        if let Some(error) = pauses.standing(call.path, clock.now()) {
            return Err(error);
        }
        let token = tokens.current(http).await?;
        let result = self.exchange(call, Some(&token)).await;
        match &result {
            Err(CallError::Refused { errcode: 40001 | 40014 | 42001, .. }) => {}
            _ => return result,
        }
        match tokens.replace(http, &token).await? {
            Some(token) => self.exchange(call, Some(&token)).await,
            None => result,
        }
    }

    /// One exchange; an answer that looks like JSON is read, and a refusal in it is an error.
    async fn exchange(
        &self,
        call: &Call<'_>,
        token: Option<&str>,
    ) -> Result<(Answer, Option<Value>), CallError> {
        let Inner { http, pauses, clock, keeper, ahead, .. } = &*self.0;
        let watch = Stopwatch::start();
        let answer = http.send(call, token).await;
        let now = clock.now();
        if let Some(ms) = answer.as_ref().ok().and_then(|answer| answer.ahead_ms(now)) {
            *ahead.lock().unwrap_or_else(PoisonError::into_inner) = Some(ms);
        }
        let result = answer.and_then(|answer| {
            let json = json_object(&answer.bytes);
            match json.as_ref().and_then(refusal) {
                Some(error) => Err(error),
                None => Ok((answer, json)),
            }
        });
        let (path, ms) = (call.path, watch.elapsed().as_millis());
        match &result {
            Ok(_) => tracing::debug!(path, ms, "called WeChat"),
            Err(error) => {
                tracing::warn!(path, ms, %error, "a call to WeChat failed");
                pauses.note(path, error, now);
            }
        }
        if let Some(keeper) = keeper {
            keeper.called(Called { path, at: now, error: result.as_ref().err() });
        }
        result
    }
}

fn written<B: Serialize + ?Sized>(body: &B) -> Result<Vec<u8>, CallError> {
    serde_json::to_vec(body)
        .map_err(|error| CallError::NotSent(format!("not to be written as JSON: {error}")))
}

/// A downloaded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// `Content-Type` as sent; empty when missing.
    pub content_type: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// What WeChat says instead of sending the file itself (videos).
    pub json: Option<Value>,
}

/// The answer as JSON, if it looks like an object; files never do.
fn json_object(bytes: &[u8]) -> Option<Value> {
    bytes.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(bytes).ok())?
}

/// The refusal an answer carries. Missing and zero codes, and those of things done before, are
/// none.
pub(super) fn refusal(value: &Value) -> Option<CallError> {
    let errcode = integer(&value["errcode"]).filter(|code| *code != 0)?;
    let meaning = errcode::meaning(errcode);
    if meaning.action == Action::Done || errcode == PARTLY_DONE {
        return None;
    }
    let text = value["errmsg"].as_str().unwrap_or_default();
    let ip = (errcode == 40164).then(|| named_ip(text)).flatten();
    Some(CallError::Refused { errcode, meaning, rid: named_rid(text), ip })
}

/// A number that may come as a string.
pub(super) fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// A number beyond 2^53 that may come as a string.
pub(super) fn big(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// Decodes an answer into its type.
pub(super) fn decode<T: DeserializeOwned>(value: Value) -> Result<T, CallError> {
    serde_json::from_value(value).map_err(|_| lacking())
}

/// An answer without the fields that make it one.
pub(super) fn lacking() -> CallError {
    CallError::Unreadable("the answer lacks what was asked for".to_owned())
}

fn named_rid(errmsg: &str) -> Option<String> {
    let rest = errmsg.split("rid:").nth(1)?.trim_start();
    let rid: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').take(64).collect();
    (!rid.is_empty()).then_some(rid)
}

fn named_ip(errmsg: &str) -> Option<IpAddr> {
    errmsg
        .split(|c: char| c.is_whitespace() || c == ',')
        .find_map(|word| word.parse::<IpAddr>().ok())
        .map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refusal_names_its_rid_and_our_address() {
        let value = json!({
            "errcode": "40164",
            "errmsg": "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 5f-a1-07",
        });
        let Some(CallError::Refused { errcode, meaning, rid, ip }) = refusal(&value) else {
            panic!("no refusal")
        };
        assert_eq!((errcode, meaning.action), (40164, Action::TellOperator));
        assert_eq!(rid.as_deref(), Some("5f-a1-07"));
        assert_eq!(ip, "203.0.113.7".parse().ok());
    }

    #[test]
    fn success_without_a_code_and_repetition_of_something_done_are_no_refusals() {
        for value in [json!({}), json!({"errcode": 0}), json!({"errcode": 45065, "msg_id": 7})] {
            assert_eq!(refusal(&value), None);
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let credentials =
            Credentials { app_id: "wx1".to_owned(), app_secret: AppSecret::from("hush") };
        assert!(!format!("{credentials:?}").contains("hush"));
    }
}
