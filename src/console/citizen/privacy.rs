//! `/c/privacy`: how personal data is treated, and what its owner can do about it: see what they
//! agreed to, take it back, get a copy, have everything erased.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect};

use super::Reader;
use super::entering::{visitor, way_in};
use crate::citizens::actions::agreeing::take_back;
use crate::citizens::consents::{Subject, text_of};
use crate::citizens::store::consents::{self, Consent};
use crate::citizens::store::topics;
use crate::citizens::views::{ConsentRow, EraseAllPage, PrivacyPage};
use crate::console::error::Answer;
use crate::console::form::Form;
use crate::console::frame;
use crate::console::state::Web;
use crate::governance::actions::person::{copy, erase_person};
use crate::governance::views::CopyPage;
use crate::platform::http::shell::CitizenShell;

/// Version of the privacy notice.
const PRIVACY_VERSION: &str = "2026-11";
/// The page.
const HERE: &str = "/c/privacy";

/// How personal data is treated, and what the reader agreed to.
pub async fn show(State(web): State<Web>, headers: HeaderMap, reader: Reader) -> Answer {
    let visitor = visitor(&web, &headers).await?;
    let way_in = match visitor {
        Some(_) => None,
        None => way_in(&web, &headers, HERE),
    };
    let given = match &visitor {
        Some(one) => {
            consents::of(&mut web.deps.db.read().await?, &one.account_id, &one.openid).await?
        }
        None => Vec::new(),
    };
    let topics = match &visitor {
        Some(one) => {
            topics::of(&mut web.deps.db.read().await?, &one.account_id, &one.openid).await?
        }
        None => Vec::new(),
    };
    let topics: Vec<&str> = topics.iter().map(|(field, _)| field.name()).collect();
    let phone = &web.config.alliance.support_phone;
    reader.give(&PrivacyPage {
        shell: frame::street(&web, "个人信息怎么保护", reader.large, HERE, &reader.asked),
        version: PRIVACY_VERSION.into(),
        kept_for: "保存到您自己删除为止".into(),
        contact: if phone.is_empty() {
            "在公众号里留言".into()
        } else {
            format!("电话 {phone}")
        },
        recognized: visitor.is_some(),
        enter: way_in.map_or_else(String::new, |way_in| way_in.href),
        topics: topics.join("、"),
        consents: given.iter().map(|one| row(&web, one)).collect(),
    })
}

fn row(web: &Web, one: &Consent) -> ConsentRow {
    ConsentRow {
        subject: one.subject.code(),
        name: one.subject.name(),
        version: one.text_version.clone(),
        body: text_of(one.subject, &one.text_version).map_or("", |text| text.body),
        given: frame::when(web, one.given_at),
        withdrawn: one.withdrawn_at.map(|at| frame::when(web, at)),
    }
}

/// Takes back what was agreed to about a subject.
pub async fn withdraw(State(web): State<Web>, headers: HeaderMap, Form(fields): Form) -> Answer {
    let subject = Subject::from_code(fields.text("subject"));
    let (Some(visitor), Some(subject)) = (visitor(&web, &headers).await?, subject) else {
        return Ok(Redirect::to(HERE).into_response());
    };
    take_back(&web.deps, (&visitor.account_id, &visitor.openid), subject).await?;
    Ok(Redirect::to("/c/privacy?done=consent-back").into_response())
}

/// A copy of all that is kept, to read or to print.
pub async fn copy_page(State(web): State<Web>, headers: HeaderMap, reader: Reader) -> Answer {
    let Some(visitor) = visitor(&web, &headers).await? else {
        return Ok(Redirect::to(HERE).into_response());
    };
    let shell = frame::street(&web, "我的资料", reader.large, "/c/privacy/copy", &reader.asked);
    reader.give(&CopyPage { shell, copy: copy(&web.deps, &visitor).await? })
}

/// The same for programs.
pub async fn copy_data(State(web): State<Web>, headers: HeaderMap) -> Answer {
    let Some(visitor) = visitor(&web, &headers).await? else {
        return Ok(Redirect::to(HERE).into_response());
    };
    let mut response = Json(copy(&web.deps, &visitor).await?).into_response();
    let name = HeaderValue::from_static("attachment; filename=\"pufa-my-data.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Says what goes and what stays.
pub async fn ask_erase(State(web): State<Web>, headers: HeaderMap, reader: Reader) -> Answer {
    if visitor(&web, &headers).await?.is_none() {
        return Ok(Redirect::to(HERE).into_response());
    }
    let here = "/c/privacy/erase";
    let shell = frame::street(&web, "删除我的全部资料", reader.large, here, &reader.asked);
    reader.give(&EraseAllPage { shell, done: false })
}

/// Erases everything, once it was confirmed.
pub async fn erase(
    State(web): State<Web>,
    headers: HeaderMap,
    reader: Reader,
    Form(fields): Form,
) -> Answer {
    let Some(visitor) = visitor(&web, &headers).await? else {
        return Ok(Redirect::to(HERE).into_response());
    };
    if fields.text("confirm") != "yes" {
        return Ok(Redirect::to("/c/privacy/erase").into_response());
    }
    erase_person(&web.deps, &visitor).await?;
    let shell = frame::street(&web, "资料已删除", reader.large, "", &reader.asked);
    let shell = CitizenShell { large_href: String::new(), ..shell };
    reader.give(&EraseAllPage { shell, done: true })
}
