//! A question that was asked on the page `/c/ask`. It goes the way of a message, but nobody can be
//! asked back there: what the citizen chose beside the words counts as if they had said it.

use super::hearing::Heard;
use super::{Effect, Mint, Standing, Stepped, Turn, World};
use crate::inquiries::MessageKind;
use crate::language::fields::{Field, FieldReading};
use crate::language::{Chatter, Reading};

/// What a citizen chose beside the words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// What it is about; `None` when they do not know.
    pub field: Option<Field>,
    /// Where it happened, if they said.
    pub territory: Option<String>,
    /// Whether staff shall not see that the same person asked before.
    pub anonymous: bool,
}

/// Decides what becomes of a question: always an inquiry of its own, and given to somebody at once.
pub fn ask(
    world: &World,
    standing: &mut Standing,
    mint: &mut Mint,
    text: &str,
    choices: &Choices,
    reading: Option<&Reading>,
) -> Stepped {
    let mut turn = Turn { world, standing, facts: &[], mint };
    let reading = reading.map(|reading| turn.as_chosen(reading.clone(), choices));
    let words = turn.words(MessageKind::Text, text, None);
    let heard = Heard { words, readable: true, problems: Vec::new() };
    let mut stepped = turn.opened(heard, reading.as_ref());
    for effect in &mut stepped.effects {
        match effect {
            Effect::Open { new } => new.anonymous = choices.anonymous,
            Effect::PlaceLater { .. } => turn.place_at_once(effect, text),
            _ => {}
        }
    }
    stepped
}

impl Turn<'_, '_, '_> {
    /// The reading, with what was chosen in place of what was guessed.
    fn as_chosen(&mut self, mut reading: Reading, choices: &Choices) -> Reading {
        reading.chatter = Chatter::None;
        if let Some(field) = choices.field {
            let read = reading.field.take().map_or_else(Vec::new, |read| read.words);
            let chosen = FieldReading { field, confidence: 1.0, words: read, runner_up: None };
            reading.field = Some(chosen);
        }
        if let Some(territory) = &choices.territory {
            let atlas = &self.world.directory.atlas;
            reading.places.retain(|place| atlas.contains(territory, &place.key));
            self.standing.territory = Some(territory.clone());
        }
        reading
    }

    fn place_at_once(&mut self, effect: &mut Effect, text: &str) {
        let Some(mut current) = self.standing.current.clone() else { return };
        *effect = self.place(&mut current, text);
        self.standing.current = Some(current);
    }
}
