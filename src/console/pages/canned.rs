//! Keeping canned answers.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::canned::views::{CannedEditPage, CannedPage, CannedRow};
use crate::canned::{CannedId, actions, rules, store};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::href;

/// Texts shown.
const SHOWN: usize = 600;
/// The list's address, and the entry of the navigation it belongs to.
const LIST: &str = "/console/canned";

/// What the reader may insert, by what was typed.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let member = &signed.member;
    let all = store::usable(&mut web.deps.db.read().await?, member.scope()).await?;
    let words = asked.text("q").trim();
    let found = rules::find(&all, words, SHOWN).into_iter();
    page(&CannedPage {
        shell: frame::desk(&web, &signed, "常用答复", LIST, &asked).await?,
        words: words.to_owned(),
        rows: found
            .map(|canned| CannedRow::new(canned, canned.organization_id == member.organization_id))
            .collect(),
    })
}

/// The form of a new text.
pub async fn blank(State(web): State<Web>, signed: SignedIn) -> Answer {
    page(&form(&web, &signed, CannedEditPage::default()).await?)
}

async fn form(web: &Web, signed: &SignedIn, kept: CannedEditPage) -> Result<CannedEditPage> {
    let shell = frame::desk(web, signed, "常用答复", LIST, &Fields::default()).await?;
    Ok(CannedEditPage { shell, ..kept })
}

/// Adds a text.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let once = fields.read::<CannedId>("once");
    let once = once.ok_or_else(|| Error::invalid("表单已经失效，请重新打开再填写。"))?;
    let (title, body) = (fields.text("title"), fields.text("body"));
    match actions::add(&web.deps, &signed.member, once, title, body).await {
        Ok(()) => Ok(done("added")),
        Err(error) => refused(&web, &signed, &fields, String::new(), error).await,
    }
}

/// The form of one text.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<CannedId>,
) -> Answer {
    let known = store::own(&mut web.deps.db.read().await?, signed.member.scope(), id).await?;
    let canned = known.ok_or_else(Error::not_found)?;
    let kept = CannedEditPage {
        id: canned.id.to_string(),
        title: canned.title,
        body: canned.body,
        version: canned.version,
        ..CannedEditPage::default()
    };
    page(&form(&web, &signed, kept).await?)
}

/// Changes a text.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<CannedId>,
    Form(fields): Form,
) -> Answer {
    let (title, body) = (fields.text("title"), fields.text("body"));
    let version = fields.read("version").unwrap_or(0);
    match actions::change(&web.deps, &signed.member, id, version, title, body).await {
        Ok(()) => Ok(done("saved")),
        Err(error) => refused(&web, &signed, &fields, id.to_string(), error).await,
    }
}

/// Removes a text.
pub async fn remove(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<CannedId>,
    Form(fields): Form,
) -> Answer {
    if !fields.ticked("sure") {
        let known = store::own(&mut web.deps.db.read().await?, signed.member.scope(), id).await?;
        known.ok_or_else(Error::not_found)?;
        return Err(Error::invalid("没有删除。要删除请先勾选“确定删除”。").into());
    }
    actions::remove(&web.deps, &signed.member, id).await?;
    Ok(done("deleted"))
}

/// The form again with what was typed and why it was not kept.
async fn refused(
    web: &Web,
    signed: &SignedIn,
    fields: &Fields,
    id: String,
    error: Error,
) -> Answer {
    if !matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    let kept = CannedEditPage {
        id,
        title: fields.text("title").to_owned(),
        body: fields.text("body").to_owned(),
        version: fields.read("version").unwrap_or(0),
        error: Some(error.public().to_owned()),
        ..CannedEditPage::default()
    };
    Ok((status_of(error.kind()), page(&form(web, signed, kept).await?)?).into_response())
}

fn done(what: &str) -> axum::response::Response {
    Redirect::to(&href(LIST, &[("done", what)])).into_response()
}
