//! Erasing an inquiry: first what it means, then the deed.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::{Reader, not_too_often, open};
use crate::console::error::Answer;
use crate::console::form::{Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::governance::actions::erase_inquiry;
use crate::inquiries::Inquiry;
use crate::inquiries::views::citizen::ErasePage;

/// Says what goes and what stays.
pub async fn ask(State(web): State<Web>, Target(token): Target<String>, reader: Reader) -> Answer {
    match open(&web, &token, &reader).await {
        Ok(inquiry) => reader.give(&page(&web, &token, &reader, &inquiry, false)),
        Err(instead) => Ok(instead),
    }
}

/// Erases, once it was confirmed.
pub async fn erase(
    State(web): State<Web>,
    Target(token): Target<String>,
    reader: Reader,
    Form(fields): Form,
) -> Answer {
    let inquiry = match open(&web, &token, &reader).await {
        Ok(inquiry) => inquiry,
        Err(instead) => return Ok(instead),
    };
    not_too_often(&web, &inquiry).await?;
    if fields.text("confirm") != "yes" {
        return Ok(Redirect::to(&format!("/c/i/{token}/erase")).into_response());
    }
    erase_inquiry(&web.deps, inquiry.id).await?;
    reader.give(&page(&web, &token, &reader, &inquiry, true))
}

fn page(web: &Web, token: &str, reader: &Reader, inquiry: &Inquiry, done: bool) -> ErasePage {
    let title = if done { "资料已删除" } else { "删除资料" };
    let here = format!("/c/i/{token}/erase");
    let mut shell = frame::street(web, title, reader.large, &here, &reader.asked);
    if done {
        shell.large_href.clear();
    }
    ErasePage {
        shell,
        token: token.to_owned(),
        number: inquiry.number.clone(),
        done,
        until: String::new(),
    }
}
