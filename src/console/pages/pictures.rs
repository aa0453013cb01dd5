//! Pictures for articles: uploaded by operators, shown in the console.

use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};

use super::content::{account_of, overview};
use super::media::POLICY;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, Problem, page, status_of};
use crate::console::form::{Fields, Target};
use crate::console::state::Web;
use crate::media::rules::mime;
use crate::platform::error::{Error, Kind};
use crate::publishing::pictures::LARGEST_BYTES;
use crate::publishing::rules::once_or;
use crate::publishing::{PictureId, actions, store};

/// Largest form with a picture, in bytes: one more than allowed must still come in, to be told why.
pub const LARGEST_UPLOAD: usize = LARGEST_BYTES + 64 * 1024;

/// What a form with a picture brought.
#[derive(Default)]
struct Brought {
    once: String,
    account: String,
    name: String,
    bytes: Vec<u8>,
}

/// Adds a picture.
pub async fn add(State(web): State<Web>, signed: SignedIn, request: Request) -> Answer {
    let brought = read(request).await?;
    let account = account_of(&web, &brought.account)?;
    let fresh = web.deps.entropy.id_at(web.deps.clock.now());
    let id = PictureId(once_or(&brought.once, fresh));
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

async fn read(mut request: Request) -> Result<Brought, Problem> {
    let refused = |status: StatusCode| match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::of(StatusCode::PAYLOAD_TOO_LARGE),
        _ => Problem::of(StatusCode::BAD_REQUEST),
    };
    DefaultBodyLimit::max(LARGEST_UPLOAD).apply(&mut request);
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|error| refused(error.status()))?;
    let mut brought = Brought::default();
    while let Some(field) = form.next_field().await.map_err(|error| refused(error.status()))? {
        match field.name() {
            Some("file") => {
                brought.name = field.file_name().unwrap_or_default().to_owned();
                let bytes = field.bytes().await.map_err(|error| refused(error.status()))?;
                brought.bytes = bytes.to_vec();
            }
            Some(name @ ("once" | "account")) => {
                let account = name == "account";
                let text = field.text().await.map_err(|error| refused(error.status()))?;
                if account { brought.account = text } else { brought.once = text }
            }
            _ => {}
        }
    }
    Ok(brought)
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
