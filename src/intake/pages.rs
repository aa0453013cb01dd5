//! `GET/POST /wechat/{account}`: where WeChat knocks.
//!
//! A [`VerifiedPush`] can only come from a request whose signature was right and whose body was
//! decrypted and understood, so a handler cannot forget to check. Whoever knocks without knowing
//! the token learns nothing: 403 without a body.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::actions::accept::Arrival;
use super::writer::Writer;
use crate::language::Reading;
use crate::platform::Deps;
use crate::platform::config::{Account, PushMode, Wechat};
use crate::platform::secrets::Secret;
use crate::routing::cache::DirectoryCache;
use crate::triage::live::Live;
use crate::wechat::crypto::{self, AesKey};
use crate::wechat::message::{self, Content, Message, Push};
use crate::wechat::{reply, signature};

/// Largest body read; WeChat's pushes stay far below it.
const LARGEST_BODY: usize = 64 * 1024;

/// What the door needs to know.
#[derive(Clone)]
pub struct Inlet(Arc<Inner>);

struct Inner {
    accounts: HashMap<String, InletAccount>,
    writer: Writer,
    directory: DirectoryCache,
    triage: Live,
    deps: Deps,
    replay_window_seconds: u64,
}

struct InletAccount {
    id: String,
    app_id: String,
    token: Secret,
    key: Option<AesKey>,
    mode: PushMode,
    transfers: bool,
}

impl Inlet {
    /// A door for the configured accounts.
    ///
    /// # Errors
    /// When an EncodingAESKey cannot be read.
    pub fn new(
        wechat: &Wechat,
        writer: Writer,
        directory: DirectoryCache,
        triage: Live,
        deps: Deps,
    ) -> anyhow::Result<Self> {
        let mut accounts = HashMap::new();
        for (id, account) in &wechat.accounts {
            accounts.insert(id.clone(), InletAccount::new(id, account)?);
        }
        let replay_window_seconds = wechat.replay_window_seconds;
        Ok(Self(Arc::new(Inner {
            accounts,
            writer,
            directory,
            triage,
            deps,
            replay_window_seconds,
        })))
    }

    /// The routes of the door.
    pub fn routes(self) -> Router {
        Router::new().route("/wechat/{account}", get(verify_address).post(receive)).with_state(self)
    }
}

impl InletAccount {
    fn new(id: &str, account: &Account) -> anyhow::Result<Self> {
        let encoded = account.encoding_aes_key.reveal();
        let key = (!encoded.is_empty()).then(|| AesKey::parse(encoded)).transpose()?;
        Ok(Self {
            id: id.to_owned(),
            app_id: account.app_id.clone(),
            token: account.token.clone(),
            key,
            mode: account.mode,
            transfers: account.transfer_to_agents,
        })
    }
}

/// The query of every request (wechat-protocol.md §1.2, §1.3).
#[derive(Deserialize)]
struct Signed {
    #[serde(default)]
    signature: String,
    #[serde(default)]
    timestamp: String,
    #[serde(default)]
    nonce: String,
    #[serde(default)]
    msg_signature: String,
    #[serde(default)]
    echostr: String,
}

/// Why a request gets no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not signed by WeChat, or signed too long ago.
    Stranger,
    /// Signed, but the body makes no sense.
    Unreadable,
    /// More than [`LARGEST_BODY`].
    TooLarge,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, why) = match self {
            Self::Stranger => (StatusCode::FORBIDDEN, "stranger"),
            Self::Unreadable => (StatusCode::BAD_REQUEST, "unreadable"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        };
        metrics::counter!("pufa_push_refused_total", "why" => why).increment(1);
        status.into_response()
    }
}

impl Inner {
    fn check(&self, id: &str, query: &Signed) -> Result<&InletAccount, Refused> {
        let account = self.accounts.get(id).ok_or(Refused::Stranger)?;
        let parts = [query.timestamp.as_str(), query.nonce.as_str()];
        if !signature::verify(account.token.reveal(), &parts, &query.signature) {
            return Err(Refused::Stranger);
        }
        let sent: i64 = query.timestamp.parse().map_err(|_| Refused::Stranger)?;
        if self.deps.clock.now().seconds().abs_diff(sent) > self.replay_window_seconds {
            return Err(Refused::Stranger);
        }
        Ok(account)
    }
}

/// WeChat's check of the address: the echo goes back as it came (§1.2).
async fn verify_address(
    State(inlet): State<Inlet>,
    Path(id): Path<String>,
    Query(query): Query<Signed>,
) -> Response {
    match inlet.0.check(&id, &query) {
        Ok(_) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], query.echostr).into_response()
        }
        Err(refused) => refused.into_response(),
    }
}

/// A push that is certainly WeChat's, for one of our accounts.
pub struct VerifiedPush {
    arrival: Arrival,
    encrypted: bool,
}

impl FromRequest<Inlet> for VerifiedPush {
    type Rejection = Refused;

    async fn from_request(request: Request, inlet: &Inlet) -> Result<Self, Refused> {
        let id = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let query: Signed = Query::try_from_uri(request.uri()).map_err(|_| Refused::Stranger)?.0;
        let account = inlet.0.check(&id, &query)?;
        let body = axum::body::to_bytes(request.into_body(), LARGEST_BODY)
            .await
            .map_err(|_| Refused::TooLarge)?;
        let (encrypted, plain) = account.open(&query, body)?;
        let push = message::parse(&plain).map_err(|_| Refused::Unreadable)?;
        let raw = String::from_utf8(plain).map_err(|_| Refused::Unreadable)?;
        let reading = inlet.0.read(&push);
        let (key, deps) = (push.dedup_key(), &inlet.0.deps);
        let raw = deps.vault.seal(&deps.entropy, key.as_bytes(), &raw);
        let arrival = Arrival {
            account: account.id.clone(),
            key,
            push,
            raw: raw.unwrap_or_default(),
            reading,
            transfers: account.transfers,
            asked: None,
        };
        Ok(Self { arrival, encrypted })
    }
}

impl InletAccount {
    /// The readable body. Encrypted parts are checked by `msg_signature` before they are opened;
    /// an unencrypted body counts only in plain mode.
    fn open(&self, query: &Signed, body: Bytes) -> Result<(bool, Vec<u8>), Refused> {
        let outer = message::parse_outer(&body).map_err(|_| Refused::Unreadable)?;
        match (outer.encrypt, &self.key) {
            (Some(sealed), Some(key)) => {
                let parts = [query.timestamp.as_str(), query.nonce.as_str(), sealed.as_str()];
                if !signature::verify(self.token.reveal(), &parts, &query.msg_signature) {
                    return Err(Refused::Stranger);
                }
                let plain =
                    crypto::decrypt(key, &sealed, &self.app_id).map_err(|_| Refused::Unreadable)?;
                Ok((true, plain))
            }
            _ if self.mode == PushMode::Plain => Ok((false, body.into())),
            _ => Err(Refused::Unreadable),
        }
    }
}

impl Inner {
    fn read(&self, push: &Push) -> Option<Reading> {
        let Content::Message { body, .. } = &push.content else { return None };
        let words = match body {
            Message::Text { content } => content,
            Message::Voice { recognition, .. } => recognition.as_ref()?,
            _ => return None,
        };
        Some(self.triage.read(words, &self.directory.current().gazetteer))
    }
}

async fn receive(State(inlet): State<Inlet>, push: VerifiedPush) -> Response {
    let VerifiedPush { arrival, encrypted } = push;
    let id = arrival.account.clone();
    let (key, created) = (arrival.key.clone(), arrival.push.created);
    let reply = match inlet.0.writer.take_in(arrival).await {
        Ok(reply) => reply,
        // No body: WeChat repeats the push, and nothing is shown to the citizen.
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    if reply == reply::ACKNOWLEDGED {
        return reply.into_response();
    }
    let body = match inlet.0.accounts.get(&id) {
        Some(account) if encrypted => account.seal(&reply, &key, &created.seconds().to_string()),
        _ => reply,
    };
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}

impl InletAccount {
    /// The encrypted reply (§1.5). Its random part and nonce follow from the push, so that every
    /// repetition of a push is answered with the same bytes.
    fn seal(&self, reply: &str, key: &str, timestamp: &str) -> String {
        let Some(aes) = &self.key else { return reply.to_owned() };
        let digest: [u8; 32] = Sha256::new()
            .chain_update(self.token.reveal())
            .chain_update(key)
            .chain_update(reply)
            .finalize()
            .into();
        let (mut random16, mut number) = ([0; 16], [0; 4]);
        random16.copy_from_slice(&digest[..16]);
        number.copy_from_slice(&digest[16..20]);
        let nonce = u32::from_be_bytes(number).to_string();
        reply::encrypt_reply(
            reply,
            aes,
            &self.app_id,
            self.token.reveal(),
            timestamp,
            &nonce,
            random16,
        )
    }
}
