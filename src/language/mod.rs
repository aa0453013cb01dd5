//! Reading what a citizen wrote: field, places, danger, haste, chatter, commands, privacy.
//!
//! Pure: no I/O, no clock, nothing of the rest of the program. The first triage is made of
//! written word tables, so that every reading can be explained by the words that decided; a
//! learned model may replace the insides behind the same [`read`]. It refuses to know who wrote,
//! which organization will answer, and which territory a place key stands for.

mod classify;
mod cues;
mod danger_words;
mod lexicon;
mod traditional;
mod urgency;
mod words;

pub mod chatter;
pub mod commands;
pub mod danger;
pub mod fields;
pub mod normalize;
pub mod places;
pub mod privacy;

pub use chatter::Chatter;
pub use danger::{Danger, DangerMention};
pub use fields::{FIELD_COUNT, Field, FieldReading, UnknownField};
pub use normalize::normalize;
use places::{Gazetteer, PlaceMention};

/// Everything one message says on its face.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The legal field; `None` when nothing points to any, so that the citizen should be asked.
    pub field: Option<FieldReading>,
    /// Places named; offsets refer to the normalized text.
    pub places: Vec<PlaceMention>,
    /// Kinds of danger, each once, in reading order.
    pub dangers: Vec<Danger>,
    /// Whether a limit runs out or somebody is held.
    pub urgent: bool,
    /// What the message is when it is no question.
    pub chatter: Chatter,
}

/// Reads one message, or the messages of one burst joined by line breaks.
pub fn read(text: &str, gazetteer: &Gazetteer) -> Reading {
    let plain = normalize(text);
    let meant = classify::as_meant(&plain);
    let field = classify::classify(&meant);
    let dangers = kinds(&danger::find(&meant));
    let chatter = if dangers.iter().any(|danger| danger.is_crisis()) {
        Chatter::None
    } else {
        chatter::judge(&meant, field.as_ref().is_some_and(|found| found.field != Field::Other))
    };
    Reading {
        field: if chatter == Chatter::None { field } else { off_topic(chatter) },
        places: gazetteer.find(&plain),
        urgent: chatter == Chatter::None && urgency::is_urgent(&meant),
        dangers,
        chatter,
    }
}

/// Every sign of danger in a raw text with the words that gave it away, for staff.
pub fn dangers(text: &str) -> Vec<DangerMention> {
    danger::find(&classify::as_meant(&normalize(text)))
}

/// The field of a raw text, without looking at anything else.
pub fn field_of(text: &str) -> Option<FieldReading> {
    classify::classify(&classify::as_meant(&normalize(text)))
}

fn kinds(mentions: &[DangerMention]) -> Vec<Danger> {
    let mut kinds: Vec<Danger> = Vec::new();
    for mention in mentions {
        if !kinds.contains(&mention.kind) {
            kinds.push(mention.kind);
        }
    }
    kinds
}

/// Chatter belongs to no legal field; a text too short for a judgement stays open.
fn off_topic(chatter: Chatter) -> Option<FieldReading> {
    (chatter != Chatter::TooShort).then(|| FieldReading {
        field: Field::Other,
        confidence: 0.9,
        words: Vec::new(),
        runner_up: None,
    })
}
