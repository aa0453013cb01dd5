//! The saved states of an article: listed, compared with what it says now, restored.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::content::article;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Kind, Result};
use crate::publishing::diff::{Change, between};
use crate::publishing::rules::may_edit;
use crate::publishing::views::{SavedRow, VersionsPage};
use crate::publishing::{Article, ArticleId, Saved, actions, store};
use crate::staff::policy::Right;
use crate::staff::{self, StaffId};

/// Saved states shown.
const MOST: i64 = 100;

/// The list, and with `v` one of them compared.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ArticleId>,
    Asked(asked): Asked,
) -> Answer {
    let article = article(&web, id).await?;
    page(&shown(&web, &signed, &article, &asked, None).await?)
}

/// Makes the article say again what it said.
pub async fn restore(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ArticleId>,
    Form(fields): Form,
) -> Answer {
    let before = article(&web, id).await?;
    let (seen, of) = (fields.read("version").unwrap_or(0), fields.read("of").unwrap_or(0));
    match actions::restore(&web.deps, signed.member.id.0, id, seen, of).await {
        Ok(()) => Ok(Redirect::to(&format!("/console/content/{id}?done=saved")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let asked = Fields::one("v", fields.text("of"));
            let shown = shown(&web, &signed, &before, &asked, Some(error.public())).await?;
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn shown(
    web: &Web,
    signed: &SignedIn,
    article: &Article,
    asked: &Fields,
    error: Option<&str>,
) -> Result<VersionsPage> {
    let mut link = web.deps.db.read().await?;
    let saved = store::versions::of(&mut link, article.id, MOST).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let chosen = saved.iter().find(|one| asked.read("v") == Some(one.version));
    let row = |one: &Saved| SavedRow {
        version: one.version,
        title: one.title.clone(),
        by: names.get(&StaffId(one.saved_by)).cloned().unwrap_or_default(),
        when: frame::when(web, one.saved_at),
        chosen: chosen.is_some_and(|chosen| chosen.version == one.version),
        current: saved.first().is_some_and(|first| first.version == one.version),
    };
    let lines = chosen.map_or_else(Vec::new, |one| between(&one.body, &article.body));
    Ok(VersionsPage {
        back: format!("/console/content/{}", article.id),
        title: article.title.clone(),
        version: article.version,
        rows: saved.iter().map(row).collect(),
        compared: chosen.map_or(0, |one| one.version),
        lines: lines.into_iter().map(line).collect(),
        restorable: signed.may(Right::ManageTexts) && may_edit(article.state).is_ok(),
        error: error.map(str::to_owned),
        shell: frame::desk(web, signed, "历次修改", "/console/content", asked).await?,
    })
}

fn line((change, text): (Change, String)) -> (&'static str, &'static str, String) {
    match change {
        Change::Same => ("", "", text),
        Change::Gone => ("bad", "原来有", text),
        Change::New => ("good", "现在有", text),
    }
}
