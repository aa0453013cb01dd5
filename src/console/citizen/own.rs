//! `/c/inquiries`: a citizen's own inquiries, for whom WeChat has recognized.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};

use super::Reader;
use super::case::state_words;
use super::entering::{visitor, way_in};
use crate::console::error::Answer;
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::store;
use crate::inquiries::views::citizen::{CaseLine, CasesPage};
use crate::members::OrgScope;
use crate::platform::error::Result;
use crate::visits::store::Visitor;

/// Lines shown.
const MOST: i64 = 50;
/// The page.
const HERE: &str = "/c/inquiries";

/// The list; whoever is not recognized yet is sent to WeChat, or told how to find the links.
pub async fn inquiries(State(web): State<Web>, headers: HeaderMap, reader: Reader) -> Answer {
    let visitor = visitor(&web, &headers).await?;
    let way_in = match visitor {
        Some(_) => None,
        None => way_in(&web, &headers, HERE),
    };
    if let Some(way_in) = way_in.as_ref().filter(|way_in| way_in.inside) {
        return Ok(Redirect::to(&way_in.href).into_response());
    }
    let lines = match &visitor {
        Some(visitor) => lines(&web, visitor).await?,
        None => Vec::new(),
    };
    reader.give(&CasesPage {
        shell: frame::street(&web, "我的咨询", reader.large, HERE, &reader.asked),
        recognized: visitor.is_some(),
        enter: way_in.map_or_else(String::new, |way_in| way_in.href),
        lines,
    })
}

async fn lines(web: &Web, visitor: &Visitor) -> Result<Vec<CaseLine>> {
    let Some(citizen) = visitor.citizen_id else { return Ok(Vec::new()) };
    let mut link = web.deps.db.read().await?;
    let own = store::of_citizen(&mut link, OrgScope::Everything, citizen, MOST).await?;
    drop(link);
    let (now, directory) = (web.deps.clock.now(), web.directory.current());
    let line = |inquiry: &crate::inquiries::Inquiry| CaseLine {
        href: format!("/c/i/{}", web.links.token(inquiry.id, now)),
        first_line: inquiry.first_line.clone(),
        state: state_words(web, inquiry, &directory),
        asked: frame::when(web, inquiry.opened_at),
    };
    Ok(own.iter().filter(|inquiry| inquiry.merged_into.is_none()).map(line).collect())
}
