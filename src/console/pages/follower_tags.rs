//! The tags of an official account: made, renamed, removed.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::followers::operator;
use super::menu::{account, account_choices, needed};
use crate::citizens::store::followers;
use crate::citizens::views::{TagRow, TagsPage};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::href;
use crate::wechat::tag::{FIRST_OWN_ID, TAG_LIMIT};

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let shell = frame::desk(&web, &signed, "标签", "/console/menu", &asked).await?;
    let Some(account) = account(&web, &asked)? else {
        return page(&TagsPage { shell, ..TagsPage::default() });
    };
    let tags = followers::tags(&mut web.deps.db.read().await?, &account).await?;
    let row = |tag: followers::KnownTag| TagRow {
        id: tag.tag_id,
        name: tag.name,
        followers: tag.followers,
        fixed: tag.tag_id < FIRST_OWN_ID,
    };
    page(&TagsPage {
        shell,
        accounts: account_choices(&web, &account),
        account,
        left: TAG_LIMIT.saturating_sub(tags.len()),
        rows: tags.into_iter().map(row).collect(),
    })
}

fn back(account: &str, done: &str) -> Response {
    let to = href("/console/followers/tags", &[("account", account), ("done", done)]);
    Redirect::to(&to).into_response()
}

fn tag(fields: &Fields) -> Result<i64> {
    let none = || Error::invalid("没有说是哪个标签。请返回标签页再选一次。");
    fields.read("tag").ok_or_else(none)
}

/// Makes a tag.
pub async fn create(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    operator(&web, &signed, &account)?.create_tag(fields.text("name")).await?;
    Ok(back(&account, "added"))
}

/// Calls a tag something else.
pub async fn rename(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    let name = fields.text("name");
    operator(&web, &signed, &account)?.rename_tag(tag(&fields)?, name).await?;
    Ok(back(&account, "saved"))
}

/// Removes a tag.
pub async fn delete(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    if !fields.ticked("sure") {
        return Err(Error::invalid("还没有确认。请返回标签页，勾选“确认删除”再删除。").into());
    }
    operator(&web, &signed, &account)?.delete_tag(tag(&fields)?).await?;
    Ok(back(&account, "deleted"))
}
