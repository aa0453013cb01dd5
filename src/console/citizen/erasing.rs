//! Erasing an inquiry: first what it means, then the deed.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::{Reader, Shown, open, open_to_act};
use crate::console::form::{Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::governance::actions::erase_inquiry;
use crate::inquiries::Inquiry;
use crate::inquiries::views::citizen::ErasePage;

/// Says what goes and what stays.
pub async fn ask(State(web): State<Web>, Target(token): Target<String>, reader: Reader) -> Shown {
    let inquiry = open(&web, &token, &reader).await?;
    Ok(reader.give(&page(&web, &token, &reader, &inquiry, false))?)
}

/// Erases, once it was confirmed.
pub async fn erase(
    State(web): State<Web>,
    Target(token): Target<String>,
    reader: Reader,
    Form(fields): Form,
) -> Shown {
    let inquiry = open_to_act(&web, &token, &reader).await?;
    if fields.text("confirm") != "yes" {
        return Ok(Redirect::to(&format!("/c/i/{token}/erase")).into_response());
    }
    erase_inquiry(&web.deps, inquiry.id).await?;
    Ok(reader.give(&page(&web, &token, &reader, &inquiry, true))?)
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
