//! A file that came with an answer, for whoever holds the link of the inquiry.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::{Reader, Shown, open};
use crate::console::form::Target;
use crate::console::pages::attaching::serve;
use crate::console::state::Web;
use crate::inquiries::{Author, MessageId, store};
use crate::media::AttachedId;
use crate::media::store::attached;
use crate::platform::error::Error;

/// The file; nothing of it is shown before its answer is sent.
pub async fn show(State(web): State<Web>, Target(token): Target<String>, reader: Reader) -> Shown {
    let inquiry = open(&web, &token, &reader).await?;
    let Some(wanted) = reader.asked.read::<AttachedId>("file") else {
        return Ok(Redirect::to(&format!("/c/i/{token}")).into_response());
    };
    let mut link = web.deps.db.read().await?;
    let all = attached::of_inquiry(&mut link, inquiry.id.0).await?;
    let file = all.into_iter().find(|file| file.id == wanted).ok_or_else(Error::not_found)?;
    let answer = file.message_id.map(MessageId).ok_or_else(Error::not_found)?;
    let sent = store::message(&mut link, answer).await?;
    drop(link);
    sent.filter(|sent| sent.author == Author::Staff).ok_or_else(Error::not_found)?;
    Ok(serve(&web, file).await?)
}
