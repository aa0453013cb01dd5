//! Knowledge cards: the pack, the deck that offers them, editing them, and where people meet them.

mod figures;
mod pack;

use pufa::cards::deck::Deck;
use pufa::cards::pack::SHIPPED;
use pufa::cards::{Card, CardState};
use pufa::language::Field;
use pufa::platform::clock::Moment;

/// The shipped pack as a deck, without a database.
pub fn shipped_deck() -> Deck {
    let card = |shipped: &pufa::cards::pack::Shipped| Card {
        id: shipped.id.clone(),
        version: 1,
        title: shipped.edit.title.clone(),
        field: Field::from_code(&shipped.edit.field).expect("a field"),
        subfield: shipped.edit.subfield.clone(),
        answer: shipped.edit.answer.clone(),
        cites: shipped.edit.cites.clone(),
        state: CardState::Active,
        reviewed_on: shipped.reviewed_on.clone(),
        reviewer: shipped.reviewer.clone(),
        saved_at: Moment(0),
        saved_by: None,
    };
    Deck::new(SHIPPED.iter().map(card).collect(), Default::default())
}
