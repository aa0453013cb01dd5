//! The API side: what `api.weixin.qq.com` answers, one file per family.
//!
//! Every call runs the same way: fault, method, token, quota, body, handler, ledger. Business
//! errors come with HTTP 200, as on the real host.

pub(super) mod agents;
mod comment;
mod custom;
mod datacube;
pub(super) mod diagnostics;
mod draft;
mod errors;
mod freepublish;
pub(super) mod library;
pub(super) mod mass;
mod material;
mod media;
pub(super) mod menu;
pub(super) mod qrcode;
pub(super) mod quota;
pub(super) mod robot;
pub(super) mod shorten;
pub(super) mod tag;
mod template;
pub(super) mod template_library;
pub(super) mod token;
mod user;
pub(super) mod web;

use std::collections::HashMap;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Query, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Simulator;
use super::chat::{BubbleBody, Side, Via};
use super::faults::ApiFault;
use super::ledger::LedgerEntry;
use crate::platform::clock::Entropy;

/// Larger requests are cut off; the largest media is 10 MB (§12).
const BODY_LIMIT: usize = 11 << 20;

/// How long an answer is withheld by [`ApiFault::AcceptThenHang`].
const HANG: Duration = Duration::from_secs(120);

/// A call as a handler sees it.
struct Call {
    /// Index of the account the token belongs to; 0 for calls without a token.
    account: usize,
    query: HashMap<String, String>,
    /// JSON of the body; null for GET and for uploads.
    json: Value,
    upload: Option<media::Upload>,
    /// Host the caller used; QR codes lead back to it.
    host: String,
}

/// What a handler did.
struct Done {
    answer: Answer,
    /// Ledger kind, when it is not the route's.
    kind: Option<&'static str>,
}

enum Answer {
    Json(Value),
    File { content_type: &'static str, file_name: String, bytes: Vec<u8> },
}

/// An error code with the name of what is wrong, for `errmsg`.
struct Refusal {
    errcode: i64,
    detail: String,
}

impl From<i64> for Refusal {
    fn from(errcode: i64) -> Self {
        Self { errcode, detail: String::new() }
    }
}

impl From<Value> for Done {
    fn from(value: Value) -> Self {
        Self { answer: Answer::Json(value), kind: None }
    }
}

type Handler = fn(&Simulator, &Call) -> Result<Done, Refusal>;

struct Route {
    path: &'static str,
    method: Method,
    kind: &'static str,
    token: bool,
    run: Handler,
    /// What the ledger keeps as `content`.
    gist: fn(&Call) -> String,
}

/// Routes of all families.
fn routes() -> impl Iterator<Item = Route> {
    let families = [
        token::routes(),
        custom::routes(),
        template::routes(),
        template_library::routes(),
        mass::routes(),
        menu::routes(),
        qrcode::routes(),
        shorten::routes(),
        media::routes(),
        material::routes(),
        draft::routes(),
        freepublish::routes(),
        comment::routes(),
        user::routes(),
        tag::routes(),
        quota::routes(),
        robot::routes(),
        diagnostics::routes(),
        datacube::routes(),
        web::routes(),
        agents::routes(),
    ];
    families.into_iter().flatten()
}

fn get(path: &'static str, kind: &'static str, run: Handler) -> Route {
    Route { path, method: Method::GET, kind, token: true, run, gist: no_gist }
}

fn post(path: &'static str, kind: &'static str, run: Handler) -> Route {
    Route { path, method: Method::POST, kind, token: true, run, gist: no_gist }
}

fn no_gist(_: &Call) -> String {
    String::new()
}

/// Everything under the paths of the API, and the page that recognizes people.
pub(super) fn router(simulator: &Simulator) -> Router {
    Router::new()
        .route("/cgi-bin/showqrcode", axum::routing::get(qrcode::show))
        .route("/cgi-bin/{*rest}", any(entry))
        .route("/wxa/{*rest}", any(entry))
        .route("/wxaapi/{*rest}", any(entry))
        .route("/datacube/{*rest}", any(entry))
        .route("/sns/{*rest}", any(entry))
        .route("/customservice/{*rest}", any(entry))
        .route(web::AUTHORIZE, axum::routing::get(web::authorize))
        .with_state(simulator.clone())
}

/// A random name of letters and digits, as tokens, tickets and media ids look.
pub(super) fn random_name(entropy: &Entropy, length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte & 63)]);
    std::iter::repeat_with(|| entropy.bytes::<16>()).flatten().map(letter).take(length).collect()
}

async fn entry(State(simulator): State<Simulator>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let fault = simulator.0.faults.take_api(&path);
    if let Some(ApiFault::Slow { ms }) = fault {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    let (answer, mut entry) = simulator.answer(&path, request, fault).await;
    entry.fault = fault.map(ApiFault::name);
    entry.path = path;
    simulator.report(&entry);
    simulator.0.ledger.append(entry);
    simulator.touch();
    match fault {
        Some(ApiFault::AcceptThenHang) => {
            tokio::time::sleep(HANG).await;
            broken_connection()
        }
        Some(ApiFault::AcceptThenReset) => broken_connection(),
        Some(ApiFault::Http503) => {
            (StatusCode::SERVICE_UNAVAILABLE, axum::response::Html("<html>503</html>"))
                .into_response()
        }
        _ => simulator.dated(answer),
    }
}

/// A response whose body fails before its first byte: the HTTP server writes nothing and closes
/// the connection.
fn broken_connection() -> Response {
    let broken = futures_util::stream::once(async {
        Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
    });
    Response::new(Body::from_stream(broken))
}

impl Simulator {
    async fn answer(
        &self,
        path: &str,
        request: Request,
        fault: Option<ApiFault>,
    ) -> (Response, LedgerEntry) {
        let mut entry = LedgerEntry {
            seq: 0,
            at: self.now(),
            account: String::new(),
            kind: "unknown".to_owned(),
            path: String::new(),
            openid: None,
            content: String::new(),
            request: Value::Null,
            accepted: false,
            errcode: 0,
            fault: None,
        };
        match self.handle(path, request, fault, &mut entry).await {
            Ok(done) => {
                entry.accepted = true;
                if let Some(kind) = done.kind {
                    entry.kind = kind.to_owned();
                }
                (done.answer.into_response(), entry)
            }
            Err(refusal) => {
                entry.errcode = refusal.errcode;
                (Json(self.error(&refusal, path, &entry.account)).into_response(), entry)
            }
        }
    }

    async fn handle(
        &self,
        path: &str,
        request: Request,
        fault: Option<ApiFault>,
        entry: &mut LedgerEntry,
    ) -> Result<Done, Refusal> {
        let route = routes().find(|route| route.path == path).ok_or(40066)?;
        entry.kind = route.kind.to_owned();
        if route.method != *request.method() {
            return Err(if route.method == Method::GET { 43001 } else { 43002 }.into());
        }
        let mut call = read_call(request, &route).await?;
        if route.token {
            call.account = self.account_of_token(call.query.get("access_token"))?;
            let world = self.world();
            let account = world.accounts.get(call.account).ok_or(40001)?;
            account.config.id.clone_into(&mut entry.account);
            entry.openid = openid_of(&call);
            if route.kind != "user_infos" {
                entry.request = call.json.clone();
            }
        }
        entry.content = (route.gist)(&call);
        match fault {
            Some(ApiFault::Errcode { errcode }) => return Err(errcode.into()),
            Some(ApiFault::Http503) => return Err((-1).into()),
            _ => {}
        }
        if route.token {
            self.count_use(call.account, path)?;
        }
        (route.run)(self, &call)
    }

    /// Error body as WeChat writes it, with a request id at the end of `errmsg`.
    fn error(&self, refusal: &Refusal, path: &str, account: &str) -> Value {
        let number = |bytes: [u8; 4]| u32::from_be_bytes(bytes);
        let entropy = &self.0.entropy;
        let (a, b) = (number(entropy.bytes()), number(entropy.bytes()));
        let rid = format!("{:08x}-{a:08x}-{b:08x}", self.wire_now().seconds());
        let message = errors::message(refusal.errcode);
        let space = if refusal.detail.is_empty() { "" } else { " " };
        let detail = &refusal.detail;
        let errmsg = format!("{message}{space}{detail} rid: {rid}");
        let body = json!({"errcode": refusal.errcode, "errmsg": errmsg});
        self.remember(rid, account, path, &body);
        body
    }

    /// The answer with the time as the server under test should see it.
    fn dated(&self, mut answer: Response) -> Response {
        let seconds = jiff::Timestamp::from_millisecond(self.wire_now().0).unwrap_or_default();
        let date = seconds.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if let Ok(date) = date.parse() {
            answer.headers_mut().insert(header::DATE, date);
        }
        answer
    }

    /// Tells the citizen's phone page why something did not arrive.
    fn report(&self, entry: &LedgerEntry) {
        let sends = ["custom_message", "template", "subscription"];
        let Some(openid) = entry.openid.as_deref().filter(|_| sends.contains(&entry.kind.as_str()))
        else {
            return;
        };
        if !entry.accepted {
            let code = entry.errcode;
            let text = format!("未送达：{code} {}", errors::meaning(code));
            let body = BubbleBody::Undelivered { text };
            self.show(openid, Side::System, Via::Notice, body);
        }
    }
}

async fn read_call(request: Request, route: &Route) -> Result<Call, Refusal> {
    let query = Query::<HashMap<String, String>>::try_from_uri(request.uri());
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let mut call = Call {
        account: 0,
        query: query.map(|Query(query)| query).unwrap_or_default(),
        json: Value::Null,
        upload: None,
        host: host.unwrap_or("127.0.0.1").to_owned(),
    };
    if media::takes_file(route.path) || route.path == agents::PICTURE {
        // Without a Content-Length WeChat does not find the file (§12).
        if !request.headers().contains_key(header::CONTENT_LENGTH) {
            return Err(41005.into());
        }
        let form = Multipart::from_request(request, &()).await.map_err(|_| 41005)?;
        call.upload = Some(media::read_upload(form).await?);
    } else if route.method == Method::POST {
        let body = axum::body::to_bytes(request.into_body(), BODY_LIMIT).await;
        let body = body.map_err(|_| 47001)?;
        if body.is_empty() {
            return Err(44002.into());
        }
        if has_unicode_escape(&body) {
            return Err(40033.into());
        }
        call.json = serde_json::from_slice(&body).map_err(|_| 47001)?;
    }
    Ok(call)
}

/// Whether JSON text carries a `\uXXXX` escape of a character that could stand for itself; WeChat
/// shows or refuses such text (§16.8). Control characters cannot be written in another way.
fn has_unicode_escape(body: &[u8]) -> bool {
    let mut rest = body;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let after = rest.get(at + 1..).unwrap_or_default();
        if after.first() == Some(&b'u') && !after.starts_with(b"u00") {
            return true;
        }
        rest = after.get(1..).unwrap_or_default();
    }
    false
}

fn openid_of(call: &Call) -> Option<String> {
    let named = call.json.get("touser").and_then(Value::as_str).map(str::to_owned);
    named.or_else(|| call.query.get("openid").cloned())
}

impl Answer {
    fn into_response(self) -> Response {
        match self {
            Answer::Json(value) => Json(value).into_response(),
            Answer::File { content_type, file_name, bytes } => {
                let disposition = format!("attachment; filename=\"{file_name}\"");
                let headers = [
                    (header::CONTENT_TYPE, content_type.to_owned()),
                    (header::CONTENT_DISPOSITION, disposition),
                ];
                (headers, bytes).into_response()
            }
        }
    }
}

/// `{"errcode":0,"errmsg":"ok"}`.
fn ok() -> Value {
    json!({"errcode": 0, "errmsg": "ok"})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_chinese_is_noticed_and_an_escaped_backslash_is_not() {
        assert!(has_unicode_escape(br#"{"a":"\u4e2d"}"#));
        assert!(has_unicode_escape(br#"{"a":"\\\u4e2d"}"#));
        assert!(!has_unicode_escape(br#"{"a":"\\u4e2d \n"}"#));
        assert!(!has_unicode_escape("{\"a\":\"中文😀\"}".as_bytes()));
    }

    #[test]
    fn no_path_is_served_twice() {
        let mut paths: Vec<_> = routes().map(|route| (route.path, route.method)).collect();
        let all = paths.len();
        paths.sort_by_key(|(path, method)| (*path, method.to_string()));
        paths.dedup();
        assert_eq!(paths.len(), all);
    }
}
