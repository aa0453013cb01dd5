//! The inbox as somebody likes to see it: filters under names.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::inbox;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::actions::filtering;
use crate::inquiries::views::inbox::{FiltersPage, NamedFilter};
use crate::inquiries::{FilterId, SavedFilter, store};
use crate::platform::error::{Error, Kind, Result};

/// Where they are kept.
const HERE: &str = "/console/inbox/filters";

/// A filter as it is shown beside the list with the query `shown`.
pub(super) fn named(filter: &SavedFilter, shown: &str) -> NamedFilter {
    NamedFilter {
        action: format!("{HERE}/{}", filter.id),
        name: filter.name.clone(),
        href: format!("/console/inbox?{}", filter.query),
        current: filter.query == shown,
    }
}

/// The reader's filters, to rename and remove.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&listed(&web, &signed, &asked, None).await?)
}

async fn listed(
    web: &Web,
    signed: &SignedIn,
    asked: &Fields,
    error: Option<String>,
) -> Result<FiltersPage> {
    let shell = frame::desk(web, signed, "常用筛选", "/console/inbox", asked).await?;
    let kept = store::filters_of(&mut web.deps.db.read().await?, signed.member.id).await?;
    let filters = kept.iter().map(|filter| named(filter, "")).collect();
    Ok(FiltersPage { shell, filters, error })
}

/// Keeps what the inbox shows under a name.
pub async fn keep(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let query = inbox::query(&fields);
    let kept = match fields.read::<FilterId>("once") {
        Some(id) if query.filtered() => {
            let by = signed.member.id;
            filtering::keep(&web.deps, by, id, fields.text("name"), query.kept()).await
        }
        Some(_) => Err(Error::invalid("没有任何筛选条件，没有保存。请先在咨询里筛选。")),
        None => Err(Error::invalid("表单已经失效，没有保存。请返回咨询再试一次。")),
    };
    match kept {
        Ok(()) => {
            let shown = format!("/console/inbox?{}&done=saved", query.kept());
            Ok(Redirect::to(&shown).into_response())
        }
        Err(error) => refused(&web, &signed, error).await,
    }
}

/// Renames or removes one.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<FilterId>,
    Form(fields): Form,
) -> Answer {
    let by = signed.member.id;
    let (changed, what) = match fields.text("action") {
        "remove" => (filtering::remove(&web.deps, by, id).await, "deleted"),
        _ => (filtering::rename(&web.deps, by, id, fields.text("name")).await, "saved"),
    };
    match changed {
        Ok(()) => Ok(Redirect::to(&format!("{HERE}?done={what}")).into_response()),
        Err(error) => refused(&web, &signed, error).await,
    }
}

/// The list with why nothing was changed.
async fn refused(web: &Web, signed: &SignedIn, error: Error) -> Answer {
    if !matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    let why = Some(error.public().to_owned());
    let shown = page(&listed(web, signed, &Fields::default(), why).await?)?;
    Ok((status_of(error.kind()), shown).into_response())
}
