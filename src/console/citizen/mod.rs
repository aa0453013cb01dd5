//! Citizens' phone pages. No log-in: whoever holds the link of an inquiry is its citizen, and inside
//! WeChat the official account recognizes who opens the list of their own.

pub mod asking;
pub mod card;
pub mod case;
pub mod consent;
pub mod directory;
pub mod entering;
pub mod erasing;
pub mod files;
pub mod own;
pub mod privacy;
pub mod quiz;
pub mod quiz_honours;
pub mod quiz_public;
pub mod reading;
pub mod referral;
pub mod signing;

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;

use super::error::{Answer, Problem, page};
use super::form::{Asked, Fields};
use super::frame;
use super::state::Web;
use crate::inquiries::Inquiry;
use crate::inquiries::actions::page as actions;
use crate::inquiries::link::LinkFault;
use crate::inquiries::store;
use crate::inquiries::views::citizen::{ArrivingPage, ExpiredPage};
use crate::platform::error::Error;
use crate::platform::http::shell::CitizenShell;

/// Cookie that remembers large text; holds nothing about the person.
const LARGE: &str = "pufa-large";

/// How the reader wants to read.
pub struct Reader {
    /// Whether in large text.
    pub large: bool,
    /// The query.
    pub asked: Fields,
    chosen: bool,
    /// Whether something is read, not sent.
    reads: bool,
    headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let asked = Asked::from_request_parts(parts, state).await;
        let asked = asked.map(|Asked(fields)| fields).unwrap_or_default();
        let jar = CookieJar::from_headers(&parts.headers);
        let remembered = jar.get(LARGE).is_some_and(|cookie| cookie.value() == "1");
        let (large, chosen) = match asked.text("large") {
            "1" => (true, true),
            "0" => (false, true),
            _ => (remembered, false),
        };
        let reads = parts.method == Method::GET;
        Ok(Self { large, asked, chosen, reads, headers: parts.headers.clone() })
    }
}

impl Reader {
    /// The page, and the cookie when the size of text was just chosen.
    pub fn give(&self, template: &impl askama::Template) -> Answer {
        let mut response = page(template)?;
        if self.chosen {
            let value = if self.large { "1" } else { "0" };
            let cookie =
                format!("{LARGE}={value}; Path=/c; Max-Age=31536000; HttpOnly; SameSite=Lax");
            if let Ok(cookie) = cookie.parse() {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
        }
        Ok(response)
    }
}

/// What is given in the place of what was asked for: a page of its own, or a problem.
pub struct Instead(Response);

/// What a handler gives that opens an inquiry by its link.
pub type Shown = Result<Response, Instead>;

impl From<Problem> for Instead {
    fn from(problem: Problem) -> Self {
        Self(problem.into_response())
    }
}

impl From<Error> for Instead {
    fn from(error: Error) -> Self {
        Problem::from(error).into()
    }
}

impl IntoResponse for Instead {
    fn into_response(self) -> Response {
        self.0
    }
}

/// The inquiry that a link opens, or what to show instead.
async fn open(web: &Web, token: &str, reader: &Reader) -> Result<Inquiry, Instead> {
    let id = match web.links.open(token, web.deps.clock.now()) {
        Ok(id) => id,
        Err(LinkFault::Unknown) => return Err(missing()),
        Err(LinkFault::Expired) => {
            let shell = frame::street(web, "链接已失效", reader.large, "", &reader.asked);
            let shell = CitizenShell { large_href: String::new(), ..shell };
            let shown = page(&ExpiredPage { shell })?;
            return Err(Instead((StatusCode::GONE, shown).into_response()));
        }
    };
    let found = store::living(&mut web.deps.db.read().await?, id).await?;
    match found {
        Some(inquiry) => for_its_citizen(web, token, reader, inquiry).await,
        None if ["asked", "danger"].contains(&reader.asked.text("done")) => {
            Err(Instead(arriving(web, token, reader)?))
        }
        None => Err(missing()),
    }
}

/// The same for a form: a page that sends too many is refused.
async fn open_to_act(web: &Web, token: &str, reader: &Reader) -> Result<Inquiry, Instead> {
    let inquiry = open(web, token, reader).await?;
    not_too_often(web, &inquiry).await?;
    Ok(inquiry)
}

/// Lets nobody in whom WeChat knows to be somebody else than who asked: a link that was forwarded
/// tells nothing. Inside WeChat it is asked who is reading; elsewhere the link alone opens the page.
async fn for_its_citizen(
    web: &Web,
    token: &str,
    reader: &Reader,
    inquiry: Inquiry,
) -> Result<Inquiry, Instead> {
    let account = inquiry.account_id.as_str();
    let visitor = entering::visitor(web, &reader.headers).await?;
    match visitor.filter(|visitor| visitor.account_id == account) {
        Some(visitor) if visitor.citizen_id != Some(inquiry.citizen_id) => {
            Err(Instead(entering::foreign(web, reader)?))
        }
        Some(_) => Ok(inquiry),
        None if reader.reads
            && entering::is_inside(&reader.headers)
            && entering::recognizer(web, account).is_some() =>
        {
            let way_in = entering::begin_at(account, &format!("/c/i/{token}"));
            Err(Instead(Redirect::to(&way_in).into_response()))
        }
        None => Ok(inquiry),
    }
}

/// A question whose receipt was given before it is in the books; the page looks again by itself.
fn arriving(web: &Web, token: &str, reader: &Reader) -> Answer {
    let shell = frame::street(web, "已收到", reader.large, "", &Fields::default());
    let here = format!("/c/i/{token}?done={}", reader.asked.text("done"));
    let shell = CitizenShell { large_href: String::new(), ..shell };
    let mut response = page(&ArrivingPage { shell, here })?;
    response.headers_mut().insert(header::REFRESH, HeaderValue::from_static("3"));
    Ok(response)
}

fn missing() -> Instead {
    Problem::of(StatusCode::NOT_FOUND).into()
}

async fn not_too_often(web: &Web, inquiry: &Inquiry) -> Result<(), Problem> {
    match actions::within_limit(&web.deps, inquiry.id).await? {
        true => Ok(()),
        false => Err(Problem::of(StatusCode::TOO_MANY_REQUESTS)),
    }
}
