//! Pictures for articles: uploaded by operators, shown in the console.

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect};

use super::content::{account_of, overview};
use super::media::POLICY;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Fields, Target, Upload};
use crate::console::state::Web;
use crate::media::rules::mime;
use crate::platform::error::{Error, Kind};
use crate::publishing::rules::once_or;
use crate::publishing::{PictureId, actions, store};

/// Adds a picture.
pub async fn add(State(web): State<Web>, signed: SignedIn, request: Request) -> Answer {
    let brought = Upload::read(request).await?;
    let account = account_of(&web, brought.fields.text("account"))?;
    let fresh = web.deps.entropy.id_at(web.deps.clock.now());
    let id = PictureId(once_or(brought.fields.text("once"), fresh));
    let (by, name) = (signed.member.id.0, brought.name.as_str());
    let (deps, files) = (&web.deps, &web.pictures);
    match actions::add_picture(deps, files, by, id, &account, name, brought.bytes).await {
        Ok(()) => Ok(Redirect::to("/console/content?done=added").into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Busy) => {
            let why = Some(error.public());
            let shown = overview(&web, &signed, &Fields::default(), why).await?;
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// A picture.
pub async fn show(State(web): State<Web>, Target(id): Target<PictureId>) -> Answer {
    let found = store::picture(&mut web.deps.db.read().await?, id).await?;
    let picture = found.ok_or_else(Error::not_found)?;
    let bytes = web.pictures.read(&picture.sha256).await?.ok_or_else(Error::not_found)?;
    let headers =
        [(header::CONTENT_TYPE, mime(picture.format)), (header::CONTENT_SECURITY_POLICY, POLICY)];
    Ok((headers, bytes).into_response())
}
