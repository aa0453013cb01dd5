//! The transport under [`super::client`]: one HTTP exchange, sorted by how far it got.

use std::time::Duration;

use anyhow::{Context, bail};
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::{Method, Url};

use crate::platform::clock::Moment;

use super::client::CallError;

/// Longest time to reach WeChat, name look-up included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Longest time for a whole call; uploads and downloads have [`TRANSFER_TIMEOUT`].
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for a call that carries a file of up to 10 MB.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(60);
/// Largest answer read, in bytes: above the 10 MB of the largest media file (§12).
const ANSWER_LIMIT_BYTES: usize = 12 * 1024 * 1024;

/// A call that can be sent again with another token.
pub(super) struct Call<'a> {
    /// Path from the API's root, with a leading slash.
    pub(super) path: &'a str,
    /// Query without the token.
    pub(super) query: &'a [(&'a str, &'a str)],
    /// What is sent.
    pub(super) body: Body<'a>,
}

/// What a call sends.
pub(super) enum Body<'a> {
    /// Nothing: a GET.
    None,
    /// Nothing, but a file is expected: a GET with more time.
    Download,
    /// JSON in UTF-8: a POST.
    Json(Vec<u8>),
    /// JSON in UTF-8 for which a file is expected: a POST with more time.
    JsonForFile(Vec<u8>),
    /// One file as the multipart field `media`, with further fields: a POST with more time.
    File(&'a super::media::File<'a>, &'a [(&'a str, String)]),
}

/// What came back with HTTP status 200.
pub(super) struct Answer {
    /// `Content-Type`; empty when missing.
    pub(super) content_type: String,
    /// `Date`; empty when missing.
    date: String,
    /// The body.
    pub(super) bytes: Vec<u8>,
}

impl Answer {
    /// Milliseconds by which the sender's clock is ahead of `now`; `Date` has whole seconds.
    pub(super) fn ahead_ms(&self, now: Moment) -> Option<i64> {
        let there = DateTimeParser::new().parse_timestamp(&self.date).ok()?;
        let ahead = there.as_millisecond() - now.0;
        // Within the second that `Date` leaves out, the clocks agree.
        Some(if (-1000..=0).contains(&ahead) { 0 } else { ahead })
    }
}

/// A connection pool to one API host.
pub(super) struct Http {
    client: reqwest::Client,
    base: Url,
}

impl Http {
    /// Prepares calls to `base_url` (`https://api.weixin.qq.com`, a regional host or a simulator).
    #[expect(clippy::disallowed_methods, reason = "the one owner of outgoing HTTP to WeChat")]
    pub(super) fn new(base_url: &str) -> anyhow::Result<Self> {
        let base = Url::parse(base_url).context("the base address of an API is not a URL")?;
        if !matches!(base.scheme(), "http" | "https") || base.query().is_some() {
            bail!("the base address of an API must be an http or https URL without a query");
        }
        // Whoever comes second finds ring installed already, which is what we want.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("pufa/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            // Shorter than WeChat keeps idle connections: a reset on a stale one would leave it
            // unknown whether a message was accepted.
            .pool_idle_timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        if base.scheme() == "http" {
            // A simulator needs no root certificates, and a bare machine may have none.
            builder = builder.tls_certs_only(std::iter::empty());
        }
        let client = builder.build().map_err(reqwest::Error::without_url);
        Ok(Self { client: client.context("outgoing HTTP could not be prepared")?, base })
    }

    /// Sends `call`, with `token` in the query when there is one (§4.1).
    pub(super) async fn send(
        &self,
        call: &Call<'_>,
        token: Option<&str>,
    ) -> Result<Answer, CallError> {
        let mut request =
            self.client.request(call.body.method(), self.url(call.path, call.query, token));
        match &call.body {
            Body::None => {}
            Body::Download => request = request.timeout(TRANSFER_TIMEOUT),
            Body::Json(json) => {
                request = request.header("content-type", "application/json").body(json.clone());
            }
            Body::JsonForFile(json) => {
                request = request.header("content-type", "application/json").body(json.clone());
                request = request.timeout(TRANSFER_TIMEOUT);
            }
            Body::File(file, fields) => {
                let add = |form: reqwest::multipart::Form, (name, value): &(&str, String)| {
                    form.text((*name).to_owned(), value.clone())
                };
                let form = fields.iter().fold(file.form()?, add);
                request = request.multipart(form).timeout(TRANSFER_TIMEOUT);
            }
        }
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        if status.is_server_error() {
            // A gateway that gave up may have passed the request on before.
            return Err(CallError::Unknown(format!("HTTP status {}", status.as_u16())));
        }
        if status != reqwest::StatusCode::OK {
            return Err(CallError::Unreadable(format!("HTTP status {}", status.as_u16())));
        }
        read(response).await
    }

    /// GETs a film from the address WeChat gave for it, without a token. Only WeChat's own hosts and
    /// the API's own are asked: the address comes from outside.
    pub(super) async fn fetch(&self, address: &str) -> Result<Answer, CallError> {
        let url = Url::parse(address).ok().filter(|url| self.is_wechats(url));
        let url = url.ok_or_else(|| {
            CallError::Unreadable("the file's address is none of WeChat's".to_owned())
        })?;
        let request = self.client.get(url).timeout(TRANSFER_TIMEOUT);
        let response = request.send().await.map_err(failed)?;
        match response.status() {
            reqwest::StatusCode::OK => read(response).await,
            status => Err(CallError::Unknown(format!("HTTP status {}", status.as_u16()))),
        }
    }

    fn is_wechats(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let wechats = [".qq.com", ".qpic.cn"].iter().any(|tail| host.ends_with(tail));
        let standard = url.port().is_none() && matches!(url.scheme(), "http" | "https");
        (wechats && standard) || url.origin() == self.base.origin()
    }

    fn url(&self, path: &str, query: &[(&str, &str)], token: Option<&str>) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        if token.is_some() || !query.is_empty() {
            let token = token.map(|token| ("access_token", token));
            url.query_pairs_mut().extend_pairs(token.into_iter().chain(query.iter().copied()));
        }
        url
    }
}

impl Body<'_> {
    fn method(&self) -> Method {
        match self {
            Body::None | Body::Download => Method::GET,
            Body::Json(_) | Body::JsonForFile(_) | Body::File(..) => Method::POST,
        }
    }
}

async fn read(mut response: reqwest::Response) -> Result<Answer, CallError> {
    let header = |name: &str| {
        let value = response.headers().get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let (content_type, date) = (header("content-type"), header("date"));
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if bytes.len() + chunk.len() > ANSWER_LIMIT_BYTES {
            return Err(CallError::Unreadable("the answer is too large".to_owned()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Answer { content_type, date, bytes })
}

/// Sorts a transport error. Its text never contains the URL, which carries the token.
fn failed(error: reqwest::Error) -> CallError {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    if error.is_connect() || error.is_builder() {
        CallError::NotSent(text)
    } else {
        CallError::Unknown(text)
    }
}
