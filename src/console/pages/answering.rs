//! Writing: answers, notes, drafts. Nothing that was typed is lost, whatever happens.

use std::time::Duration;

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::composing;
use super::conversation::{self, Talk};
use super::conversation_view as view;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, Problem, html, status_of};
use crate::console::form::{Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::actions::staff::{self as actions, Answered, Sent};
use crate::inquiries::leaving::actions as leaving;
use crate::inquiries::store;
use crate::inquiries::views::conflict::ConflictPage;
use crate::inquiries::{Author, InquiryId, Message, MessageId};
use crate::platform::error::{Error, Kind};
use crate::platform::http::shell::href;

/// What stands before an answer that adds to a colleague's.
const SUPPLEMENT: &str = "（对上一条答复的补充）\n";

/// Back to the conversation with a sentence about what was done.
pub(super) fn back(id: InquiryId, done: &str) -> Response {
    Redirect::to(&href(&format!("/console/inquiries/{id}"), &[("done", done)])).into_response()
}

/// Sends an answer. `choice` comes from the page that asked what to do after a colleague answered.
pub async fn answer(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let typed = fields.text("body");
    let id = living(&web, &signed, id).await?;
    if fields.text("choice") == "discard" {
        actions::save_draft(&web.deps, &signed.member, id, "").await?;
        return Ok(back(id, "discarded"));
    }
    if !fields.text("file").is_empty() {
        let why = "选好的文件还没有添加。请先点“添加附件”，再发送。";
        return refuse(&web, &signed, id, typed, Error::invalid(why)).await;
    }
    let body = match fields.text("choice") {
        "supplement" if !typed.starts_with(SUPPLEMENT.trim_end()) => format!("{SUPPLEMENT}{typed}"),
        _ => typed.to_owned(),
    };
    if let Some(page) = second_look(&web, &signed, id, typed, &fields).await? {
        return Ok(page);
    }
    let written = match once(&fields) {
        Ok(once) => {
            let seen = fields.read("seen").unwrap_or(0);
            let recall = Duration::from_secs(web.config.console.recall_seconds);
            let sent = Sent { body: &body, once, seen, recall };
            actions::answer(&web.deps, &signed.member, id, sent).await
        }
        Err(error) => Err(error),
    };
    match written {
        Ok(Answered::Written(_)) => Ok(back(id, "answered")),
        Ok(Answered::Leaving) => Ok(back(id, "leaving")),
        Ok(Answered::Held) => Ok(back(id, "held")),
        Ok(Answered::Overtaken(unseen)) => overtaken(&web, &signed, id, typed, &unseen).await,
        Err(error) => refuse(&web, &signed, id, typed, error).await,
    }
}

/// The conversation with what should be looked at again, unless its writer has been told of just that.
async fn second_look(
    web: &Web,
    signed: &SignedIn,
    id: InquiryId,
    typed: &str,
    fields: &Fields,
) -> Result<Option<Response>, Problem> {
    let warnings = composing::warnings(web, typed).await?;
    let told = fields.text("warned").replace("\r\n", "\n");
    if warnings.is_empty() || told == warnings.join("\n") {
        return Ok(None);
    }
    let talk = Talk::read(web, &signed.member, id).await?;
    let _ = actions::save_draft(&web.deps, &signed.member, id, typed).await;
    composing::looked_at(web, signed, &talk, typed, warnings, true).await.map(Some)
}

/// Calls the own answer back before it leaves.
pub async fn recall(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
) -> Answer {
    leaving::recall(&web.deps, &signed.member, id).await?;
    Ok(back(id, "recalled"))
}

/// Keeps an internal note.
pub async fn note(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let typed = fields.text("body");
    let id = living(&web, &signed, id).await?;
    let written = match once(&fields) {
        Ok(once) => actions::note(&web.deps, &signed.member, id, typed, once).await,
        Err(error) => Err(error),
    };
    match written {
        // The composer's text is in the note now; as a draft it would come back.
        Ok(()) => {
            actions::save_draft(&web.deps, &signed.member, id, "").await?;
            Ok(back(id, "noted"))
        }
        Err(error) => refuse(&web, &signed, id, typed, error).await,
    }
}

/// Keeps what somebody is writing: for the script as JSON, without it as a page.
pub async fn draft(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    headers: HeaderMap,
    Form(fields): Form,
) -> Answer {
    let body = fields.text("body").replace("\r\n", "\n");
    let by_script = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"));
    match actions::save_draft(&web.deps, &signed.member, id, &body).await {
        Ok(at) if by_script => {
            Ok(Json(json!({ "saved_at": view::clock_words(at) })).into_response())
        }
        Ok(_) => Ok(back(id, "draft")),
        Err(error) => Err(Problem::from(error).keeping(&body)),
    }
}

/// The inquiry to which goes what was written on this one's page: that into which it was merged
/// meanwhile. What the writer has not seen there is shown before anything is sent.
async fn living(web: &Web, signed: &SignedIn, id: InquiryId) -> Result<InquiryId, Error> {
    let found = store::get(&mut web.deps.db.read().await?, signed.member.scope(), id).await?;
    let inquiry = found.ok_or_else(Error::not_found)?;
    Ok(conversation::living(web, &signed.member, &inquiry).await?.unwrap_or(id))
}

/// The form's own id, under which its message is written.
fn once(fields: &Fields) -> Result<MessageId, Error> {
    let id = fields.read::<MessageId>("once");
    id.ok_or_else(|| Error::invalid("表单已经失效，内容没有发送，请再点一次发送。"))
}

/// Shows what the writer has not seen and the own text; that also stays as a draft.
async fn overtaken(
    web: &Web,
    signed: &SignedIn,
    id: InquiryId,
    typed: &str,
    unseen: &[Message],
) -> Answer {
    let saved = actions::save_draft(&web.deps, &signed.member, id, typed).await;
    saved.map_err(|error| Problem::from(error).keeping(typed))?;
    let talk = Talk::read(web, &signed.member, id).await?;
    let colleagues = unseen.iter().rev().find(|message| message.author == Author::Staff);
    let last = colleagues.or(unseen.last());
    let at = last.map(|message| frame::when(web, message.at).absolute).unwrap_or_default();
    let what = match colleagues {
        Some(answer) => {
            format!("{} 在 {at} 已经答复", answer.staff_name.as_deref().unwrap_or("同事"))
        }
        None => format!("群众在 {at} 又写了新的内容"),
    };
    let asked = Fields::default();
    let page = ConflictPage {
        shell: frame::desk(web, signed, "对话已经变了", "/console/inbox", &asked).await?,
        id: id.to_string(),
        number: talk.inquiry.number.clone(),
        what,
        supplement: colleagues.is_some(),
        news: conversation::news_for(&talk, web, unseen),
        body: typed.to_owned(),
        seen: talk.last_number(),
        byte_limit: composing::room(&talk, web),
    };
    Ok((StatusCode::CONFLICT, html(page.render())?).into_response())
}

/// Shows the conversation again with the text and why it was not taken; it also stays as a draft.
pub(super) async fn refuse(
    web: &Web,
    signed: &SignedIn,
    id: InquiryId,
    typed: &str,
    error: Error,
) -> Answer {
    if !matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(Problem::from(error).keeping(typed));
    }
    // A text that is too long to be a draft is still shown on the page.
    let _ = actions::save_draft(&web.deps, &signed.member, id, typed).await;
    let page = conversation::refused(web, signed, id, typed, error.public()).await?;
    Ok((status_of(error.kind()), page).into_response())
}
