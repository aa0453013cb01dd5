//! What pages about one organization have in common: who reaches it, and where their forms lead.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::state::Web;
use crate::members::{Organization, OrganizationId};
use crate::platform::error::{Error, Kind, Result};

/// The organization, when it lies within the person's reach; any other does not exist for them.
///
/// # Errors
/// Not found.
pub(super) fn reachable(web: &Web, signed: &SignedIn, id: OrganizationId) -> Result<Organization> {
    let directory = web.directory.current();
    let known = directory.organization(id).filter(|o| signed.member.reach().covers(Some(o.id)));
    known.cloned().ok_or_else(Error::not_found)
}

/// What became of a form.
pub(super) enum Outcome {
    /// It was done; this leads on.
    Done(Response),
    /// What was typed makes no sense, and why; the page is shown again.
    Again(String),
}

/// Leads on to `there` once a form was done, with the directory read anew.
///
/// # Errors
/// Whatever went wrong, unless it can be mended in the form.
pub(super) async fn outcome(web: &Web, done: Result<()>, there: &str) -> Result<Outcome> {
    match done {
        Ok(()) => {
            web.directory.refresh().await?;
            Ok(Outcome::Done(Redirect::to(there).into_response()))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            Ok(Outcome::Again(error.public().to_owned()))
        }
        Err(error) => Err(error),
    }
}

/// The page again, with what was wrong on it.
pub(super) fn again(shown: &impl Template) -> Answer {
    Ok((status_of(Kind::Invalid), page(shown)?).into_response())
}
