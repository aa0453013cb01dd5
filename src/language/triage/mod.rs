//! The learned triage: which field a text is about, how sure that is, and by which words.
//!
//! A multinomial logistic regression over character grams and over what the word tables say
//! ([`super::classify`]). Confidence is calibrated on questions the model had not learned from:
//! it is the share of such readings that a person accepted. The shipped model is
//! `config/models/triage.bin`; `pufa triage train` makes it, bit for bit, and
//! `config/models/triage.toml` says from what.

pub mod adapt;
pub mod grams;
pub mod judge;
pub mod learn;
pub mod model;
pub mod numbers;
pub mod trainer;

use std::sync::LazyLock;

use super::classify::{Evidence, by_words, strongest};
use super::fields::{Field, FieldReading};
use model::{Model, Scored};

/// How many deciding words are reported.
const REPORTED_WORDS: usize = 6;
/// Below this confidence nothing is claimed when no listed word speaks for any field either.
const LEAST_CONFIDENCE: f32 = 0.25;

static SHIPPED: LazyLock<Option<Model>> =
    LazyLock::new(|| Model::decode(include_bytes!("../../../config/models/triage.bin")).ok());

/// The model in the program; `None` only when its file was broken at build time.
pub fn shipped() -> Option<&'static Model> {
    SHIPPED.as_ref()
}

/// The field of a text as meant, by `model`; by the word tables without one.
pub fn field_of(model: Option<&Model>, meant: &str, evidence: &Evidence) -> Option<FieldReading> {
    match model {
        Some(model) => read(model, meant, evidence),
        None => by_words(evidence),
    }
}

fn read(model: &Model, meant: &str, evidence: &Evidence) -> Option<FieldReading> {
    let scored = model.score(meant, evidence);
    let field = scored.best;
    if scored.confidence < LEAST_CONFIDENCE && strongest(evidence).is_none() {
        return None;
    }
    Some(FieldReading {
        field,
        confidence: scored.confidence,
        words: words(model, meant, evidence, &scored),
        runner_up: Some(scored.second).filter(|&second| second != field),
    })
}

/// Listed words first; where they are few, the longest grams that pulled towards the field.
fn words(model: &Model, meant: &str, evidence: &Evidence, scored: &Scored) -> Vec<String> {
    let mut words: Vec<String> =
        evidence.words(scored.best, REPORTED_WORDS).into_iter().map(str::to_owned).collect();
    if words.len() >= REPORTED_WORDS / 2 {
        return words;
    }
    for gram in model.pulling(scored) {
        let said = &meant[gram.start..gram.end];
        if !words.iter().any(|word| word.contains(said) || said.contains(word.as_str())) {
            words.push(said.to_owned());
            if words.len() == REPORTED_WORDS / 2 {
                break;
            }
        }
    }
    words
}

/// Every field's place in the order of [`Field::all`] fits a byte.
fn field_at(place: usize) -> Field {
    Field::all()[place]
}
