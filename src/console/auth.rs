//! Who is asking: the guard before every route, the session's cookie, the address of the client.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;

use super::error::Problem;
use super::form::Form;
use super::lapsed;
use super::state::Web;
use crate::members::OrgScope;
use crate::platform::error::Result;
use crate::platform::http::shell::href;
use crate::platform::secrets::Secret;
use crate::staff::actions::session;
use crate::staff::policy::{Right, allows};
use crate::staff::{SessionId, StaffMember};

/// Name of the session's cookie; the prefix makes browsers insist on `Secure` and `Path=/`.
pub const COOKIE: &str = "__Host-pufa";
/// Name of the cookie of the browser that shows a code for a phone.
const SCREEN: &str = "__Host-pufa-screen";
/// Seconds that cookie lasts: longer than any code.
const SCREEN_SECONDS: u64 = 600;
/// Name of the cookie of a browser between the password and the second factor.
const HALF: &str = "__Host-pufa-half";
/// Seconds that cookie lasts, as long as the browser may stand there.
const HALF_SECONDS: u64 = 900;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Public,
    /// Anybody who is signed in.
    Session,
    /// Whoever has one of these rights.
    Right(&'static [Right]),
}

impl Who {
    /// Whether this person, signed in, may use the route.
    pub fn admits(self, member: &StaffMember) -> bool {
        match self {
            Self::Public | Self::Session => true,
            Self::Right(rights) => rights.iter().any(|right| allows(member.role, *right)),
        }
    }
}

/// The person behind a request. Only the guard makes one, so a handler that asks for it cannot be
/// reached without having passed.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The person.
    pub member: StaffMember,
    /// Their log-in.
    pub session: SessionId,
}

impl SignedIn {
    /// Whether the person has a right.
    pub fn may(&self, right: Right) -> bool {
        allows(self.member.role, right)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let known = parts.extensions.get::<Self>().cloned();
        known.ok_or_else(|| Problem::internal("a handler of a public route asked who is signed in"))
    }
}

/// What the guard of one route knows.
#[derive(Clone)]
pub struct Gate {
    /// What handlers share.
    pub web: Web,
    /// Who may pass.
    pub who: Who,
}

/// Lets a request through to its handler, or not.
pub async fn guard(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    if gate.who == Who::Public {
        return next.run(request).await;
    }
    match recognize(&gate.web, request.headers()).await {
        Err(error) => Problem::from(error).into_response(),
        Ok(None) => refuse_stranger(&gate.web, request).await,
        Ok(Some(signed)) if gate.who.admits(&signed.member) => {
            request.extensions_mut().insert(signed);
            next.run(request).await
        }
        Ok(Some(_)) => Problem::of(StatusCode::FORBIDDEN).into_response(),
    }
}

/// Who the cookie belongs to.
///
/// # Errors
/// When the database cannot be read.
pub async fn recognize(web: &Web, headers: &HeaderMap) -> Result<Option<SignedIn>> {
    let Some(secret) = cookie(headers, COOKIE) else { return Ok(None) };
    let found = session::recognize(&web.deps, &secret, idle(web)).await?;
    Ok(found.map(|(session, member)| SignedIn { member, session }))
}

/// Whether the cookie's session still holds for somebody with this scope; does not prolong it.
///
/// # Errors
/// When the database cannot be read.
pub async fn still_holds(web: &Web, headers: &HeaderMap, scope: OrgScope) -> Result<bool> {
    let Some(secret) = cookie(headers, COOKIE) else { return Ok(false) };
    let found = session::look(&web.deps, &secret, idle(web)).await?;
    Ok(found.is_some_and(|member| member.scope() == scope))
}

/// How long a session lives without a request.
pub fn idle(web: &Web) -> Duration {
    Duration::from_secs(web.config.console.session_idle_minutes * 60)
}

pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let jar = CookieJar::from_headers(headers);
    jar.get(name).map(|cookie| Secret::from(cookie.value().to_owned()))
}

/// The secret of the browser that shows a code for a phone.
pub fn screen(headers: &HeaderMap) -> Option<Secret> {
    cookie(headers, SCREEN)
}

/// A page is asked for again after the log-in; what was typed into a form is not lost.
async fn refuse_stranger(web: &Web, request: Request) -> Response {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        let wanted = request.uri().path_and_query().map_or("", |wanted| wanted.as_str());
        return Redirect::to(&href("/console/login", &[("next", local(wanted))])).into_response();
    }
    let (path, headers) = (request.uri().path().to_owned(), request.headers().clone());
    match Form::from_request(request, &()).await {
        Ok(Form(fields)) => lapsed::answer(web, &headers, &path, fields.typed()).await,
        Err(_) => Problem::of(StatusCode::UNAUTHORIZED),
    }
    .into_response()
}

/// `path` when it is a page of the console that one may return to, else empty.
pub fn local(path: &str) -> &str {
    let below = path == "/console" || path.starts_with("/console/");
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let loops =
        ["/console/login", "/console/logout", "/console/live"].iter().any(|p| path.starts_with(p));
    if below && plain && !path.contains("//") && !loops { path } else { "" }
}

/// The header that gives a browser its session.
pub fn set_cookie(secret: &Secret, lasting: Duration) -> String {
    header_of(COOKIE, secret.reveal(), lasting.as_secs())
}

/// The header that takes it away.
pub fn clear_cookie() -> String {
    header_of(COOKIE, "", 0)
}

/// The header that makes a browser the one that shows a code.
pub fn set_screen(secret: &Secret) -> String {
    header_of(SCREEN, secret.reveal(), SCREEN_SECONDS)
}

/// The header that ends that.
pub fn clear_screen() -> String {
    header_of(SCREEN, "", 0)
}

/// The secret of a browser between the password and the second factor.
pub fn half(headers: &HeaderMap) -> Option<Secret> {
    cookie(headers, HALF)
}

/// The header that lets a browser stand there.
pub fn set_half(secret: &Secret) -> String {
    header_of(HALF, secret.reveal(), HALF_SECONDS)
}

/// The header that ends that.
pub fn clear_half() -> String {
    header_of(HALF, "", 0)
}

fn header_of(name: &str, value: &str, seconds: u64) -> String {
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax")
}

/// Where a request comes from, for counting tries: the peer, or behind a proxy on this machine
/// whom the proxy names last.
pub struct ClientAddress(pub String);

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let forwarded = forwarded
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .map(str::trim)
            .filter(|address| !address.is_empty());
        Ok(Self(match (peer, forwarded) {
            (Some(peer), Some(address)) if peer.is_loopback() => address.chars().take(64).collect(),
            (Some(peer), _) => peer.to_string(),
            (None, _) => "unknown".into(),
        }))
    }
}

/// The browser as it names itself, for the list of log-ins.
pub fn browser(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("未知设备")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_console_are_returned_to() {
        assert_eq!(local("/console/inquiries/1?tab=mine"), "/console/inquiries/1?tab=mine");
        for evil in [
            "https://evil.example/console",
            "//evil.example",
            "/console//evil.example",
            "/console\\evil",
            "/consoles",
            "/public",
            "/console/login?next=/console",
            "/console/live",
            "/console/a\r\nSet-Cookie: x",
        ] {
            assert_eq!(local(evil), "", "{evil}");
        }
    }
}
