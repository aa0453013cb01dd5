//! The manual, chapter by chapter.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Fields, Target};
use crate::console::frame;
use crate::console::manual::{CHAPTERS, for_role};
use crate::console::state::Web;
use crate::console::views::{ManualPage, WelcomePage};
use crate::platform::error::Error;
use crate::platform::http::shell::Shell;
use crate::staff::actions::session;

/// What there is to read, the own work first.
pub async fn list(State(web): State<Web>, signed: SignedIn) -> Answer {
    let (own, others) = for_role(signed.member.role);
    let shell = frame::desk(&web, &signed, "使用手册", "/console/help", &Fields::default()).await?;
    page(&ManualPage { shell, own, others, chapter: None })
}

/// One chapter.
pub async fn chapter(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<String>,
) -> Answer {
    let found = CHAPTERS.iter().find(|chapter| chapter.id == id).ok_or_else(Error::not_found)?;
    let shell =
        frame::desk(&web, &signed, &found.title, "/console/help", &Fields::default()).await?;
    page(&ManualPage { shell, own: Vec::new(), others: Vec::new(), chapter: Some(found) })
}

/// The introduction: the own chapter, step by step, until it is put away.
pub async fn welcome(State(web): State<Web>, signed: SignedIn) -> Answer {
    let (own, _) = for_role(signed.member.role);
    let chapter = own.first().copied().ok_or_else(Error::not_found)?;
    let shell = frame::desk(&web, &signed, "欢迎", "/console/help", &Fields::default()).await?;
    page(&WelcomePage { shell: Shell { tour: false, ..shell }, chapter })
}

/// Puts the introduction away and goes to work.
pub async fn put_away(State(web): State<Web>, signed: SignedIn) -> Answer {
    session::put_tour_away(&web.deps, signed.member.id).await?;
    Ok(Redirect::to(frame::home(signed.member.role)).into_response())
}
