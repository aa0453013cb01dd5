//! From an error to a page: the one place where it is logged and put into words.
//!
//! A handler gives a [`Problem`]; [`render`], outside all handlers, turns every problem into the
//! same sort of page, also those of the router itself (unknown address, wrong method, foreign form,
//! panic, time-out).

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::frame;
use super::state::Web;
use crate::platform::error::{Error, Kind};
use crate::platform::http::problem::ProblemPage;
use crate::platform::http::shell::href;

/// Why a request is not answered as asked.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    what: Option<String>,
    cause: Option<String>,
    kept: Option<String>,
    back: Option<String>,
}

/// What a handler gives.
pub type Answer = Result<Response, Problem>;

impl Problem {
    /// A problem in the stored words of its status.
    pub fn of(status: StatusCode) -> Self {
        Self { status, what: None, cause: None, kept: None, back: None }
    }

    /// A problem in a sentence of its own.
    pub fn saying(status: StatusCode, what: &'static str) -> Self {
        Self { what: Some(what.to_owned()), ..Self::of(status) }
    }

    /// A problem that is nobody's fault but ours; the cause goes to the log only.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..Self::of(StatusCode::INTERNAL_SERVER_ERROR) }
    }

    /// Keeps what the person typed, so that the page can show it for copying.
    #[must_use]
    pub fn keeping(mut self, text: &str) -> Self {
        self.kept = (!text.trim().is_empty()).then(|| text.to_owned());
        self
    }

    /// Says it in a sentence of its own.
    #[must_use]
    pub fn because(mut self, what: &str) -> Self {
        self.what = Some(what.to_owned());
        self
    }

    /// After the log-in one comes to this page of the console.
    #[must_use]
    pub fn leading_back_to(mut self, path: &str) -> Self {
        self.back = (!path.is_empty()).then(|| path.to_owned());
        self
    }
}

/// The HTTP status of a kind of error.
pub fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = status_of(error.kind());
        // Everything that is not there looks the same, whatever the reason.
        let what = match error.kind() {
            Kind::Invalid | Kind::Conflict | Kind::Busy => Some(error.public().to_owned()),
            Kind::NotFound | Kind::Forbidden | Kind::Internal => None,
        };
        let cause = status.is_server_error().then(|| error.cause());
        Self { status, what, cause, kept: None, back: None }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Renders a page.
///
/// # Errors
/// Internal, when the template fails.
pub fn page(template: &impl askama::Template) -> Answer {
    html(template.render())
}

/// A rendered page or block as a response.
///
/// # Errors
/// Internal, when the template failed.
pub fn html(rendered: askama::Result<String>) -> Answer {
    rendered.map(|text| axum::response::Html(text).into_response()).map_err(Problem::internal)
}

/// Turns problems into pages and writes down those that are our fault.
pub async fn render(State(web): State<Web>, request: Request, next: Next) -> Response {
    let at = request.uri().path().to_owned();
    // The pattern, not the address: an address may hold the secret of a citizen's link.
    let pattern = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let reference = reference(&web, &problem, pattern.as_ref());
    let mut page = ProblemPage::of(problem.status.as_u16(), frame::site(&web))
        .with_reference(reference)
        .with_kept(problem.kept.unwrap_or_default());
    page.shell.demo = web.installation.demo;
    if let Some(what) = problem.what {
        page.what = what;
    }
    let page = match (problem.status, at.starts_with("/console")) {
        (StatusCode::UNAUTHORIZED, _) => {
            let back = problem.back.unwrap_or_default();
            page.with_way_out(href("/console/login", &[("next", &back)]), "去登录")
        }
        (_, true) => page.with_way_out("/console", "回到工作台"),
        (_, false) => page,
    };
    let body = askama::Template::render(&page).unwrap_or_else(|_| page.what.clone());
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    parts.headers.remove(axum::http::header::CONTENT_TYPE);
    let mut page = (parts.status, axum::response::Html(body)).into_response();
    for (name, value) in &parts.headers {
        page.headers_mut().insert(name, value.clone());
    }
    page
}

/// Logs a problem of ours and gives the number that people can name for it.
fn reference(web: &Web, problem: &Problem, pattern: Option<&MatchedPath>) -> String {
    if !problem.status.is_server_error() {
        return String::new();
    }
    let reference: String =
        web.deps.entropy.bytes::<4>().iter().map(|byte| format!("{byte:02x}")).collect();
    tracing::error!(
        reference,
        status = problem.status.as_u16(),
        route = pattern.map_or("", MatchedPath::as_str),
        cause = problem.cause.as_deref().unwrap_or_default(),
        "http.problem"
    );
    reference
}
