//! A form that arrives when its session is over: what was written is shown for copying, and words for
//! an inquiry become the draft of whose session it was, so that they stand in the composer after the
//! log-in.
//!
//! A session whose time is over still proves whose words these are, and nothing else comes of it.
//! One that somebody has ended proves nothing.

use axum::http::{HeaderMap, StatusCode, header};

use super::auth::{COOKIE, cookie, local};
use super::error::Problem;
use super::state::Web;
use crate::inquiries::InquiryId;
use crate::inquiries::actions::staff::keep_words;
use crate::platform::error::Result;
use crate::staff::actions::session;

const KEPT: &str = "登录已经过期。您写的内容已经存为草稿，登录后会回到这件咨询，接着写就行。";

/// The answer to a form for `path` with what was `typed` at length.
pub async fn answer(web: &Web, headers: &HeaderMap, path: &str, typed: &str) -> Problem {
    let problem = Problem::of(StatusCode::UNAUTHORIZED).keeping(typed);
    let Some(id) = inquiry(path) else { return problem.leading_back_to(&came_from(headers)) };
    let problem = problem.leading_back_to(&format!("/console/inquiries/{id}"));
    match keep(web, headers, id, typed).await {
        Ok(true) => problem.because(KEPT),
        // Whatever the reason, the words stand on the page.
        Ok(false) | Err(_) => problem,
    }
}

async fn keep(web: &Web, headers: &HeaderMap, id: InquiryId, typed: &str) -> Result<bool> {
    let Some(secret) = cookie(headers, COOKIE) else { return Ok(false) };
    match session::lapsed(&web.deps, &secret).await? {
        Some((seen, member)) => keep_words(&web.deps, &member, id, typed, seen).await,
        None => Ok(false),
    }
}

/// The inquiry whose composer sent a form to this path.
fn inquiry(path: &str) -> Option<InquiryId> {
    let (id, what) = path.strip_prefix("/console/inquiries/")?.split_once('/')?;
    ["answer", "note", "draft"].contains(&what).then(|| id.parse().ok())?
}

/// The page of the console that a form was on.
fn came_from(headers: &HeaderMap) -> String {
    let page = headers.get(header::REFERER).and_then(|page| page.to_str().ok());
    let path = page
        .and_then(|page| page.split_once("://"))
        .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    local(path.unwrap_or_default()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_of_the_console_is_led_back_to() {
        for (referer, back) in [
            ("https://pufa.example/console/cards/new?x=1", "/console/cards/new?x=1"),
            ("https://pufa.example//evil.example/console", ""),
            ("https://pufa.example/c/ask", ""),
            ("nonsense", ""),
        ] {
            let headers = HeaderMap::from_iter([(header::REFERER, referer.parse().unwrap())]);
            assert_eq!(came_from(&headers), back, "{referer}");
        }
    }

    #[test]
    fn only_the_composers_forms_bring_words_for_an_inquiry() {
        let id = "01930000-0000-7000-8000-000000000001";
        assert!(inquiry(&format!("/console/inquiries/{id}/answer")).is_some());
        for other in
            [format!("/console/inquiries/{id}/decline"), "/console/inquiries/x/answer".into()]
        {
            assert!(inquiry(&other).is_none(), "{other}");
        }
    }
}
