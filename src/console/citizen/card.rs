//! One knowledge card for everybody.

use axum::extract::State;

use super::Reader;
use crate::cards::views::CardPage;
use crate::cards::{CardState, store};
use crate::console::error::Answer;
use crate::console::form::Target;
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::Error;

/// The card.
pub async fn show(State(web): State<Web>, Target(id): Target<String>, reader: Reader) -> Answer {
    let found = store::get(&mut web.deps.db.read().await?, &id).await?;
    let in_use = found.filter(|card| card.state == CardState::Active);
    let card = in_use.ok_or_else(Error::not_found)?;
    let here = format!("/c/k/{}", card.id);
    reader.give(&CardPage {
        shell: frame::street(&web, &card.title, reader.large, &here, &reader.asked),
        field: card.field.name().to_owned(),
        cites: card.citations().map(str::to_owned).collect(),
        standing: card.standing(),
        doubted: web.cards.current().doubt(&card.id).is_some(),
        title: card.title,
        answer: card.answer,
    })
}
