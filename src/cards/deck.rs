//! The cards that fit a question: characters and pairs of them weighed by how rare they are (BM25),
//! and more for the field and the topic the question was read as. In memory and pure.

use std::collections::HashMap;

use super::{Card, CardState};
use crate::knowledge::index::{Builder, Index, best};
use crate::knowledge::terms::{Term, count, terms};
use crate::language::{Field, subfields};

/// A title's words count as often as if they stood there so many times.
const TITLE: usize = 3;
/// So does what people call the topic.
const CALLED: usize = 2;
/// What the right field adds to a score.
const FIELD: f32 = 4.0;
/// What the right topic adds.
const TOPIC: f32 = 8.0;
/// A question this long says what it is about in its first part.
const READ: usize = 400;
/// Below this a card has too little in common with the question to be offered.
const LEAST: f32 = 16.0;

/// Every card in use, searchable.
#[derive(Default)]
pub struct Deck {
    cards: Vec<Card>,
    index: Option<Index>,
    doubts: HashMap<String, String>,
}

impl Deck {
    /// A deck of the cards in use among `cards`; `doubts` says by id why a card needs a new look.
    pub fn new(mut cards: Vec<Card>, doubts: HashMap<String, String>) -> Self {
        cards.retain(|card| card.state == CardState::Active);
        let mut builder = Builder::default();
        for card in &cards {
            builder.add(&count(words_of(card)));
        }
        Self { index: Some(builder.finish()), cards, doubts }
    }

    /// Cards in it.
    pub fn len(&self) -> usize {
        self.cards.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cards.is_empty()
    }

    /// One card, when it is in use.
    pub fn get(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }

    /// The card of a day: each that somebody signed in turn, none whose law changed.
    pub fn of_day(&self, day: i64) -> Option<&Card> {
        let stands = |card: &&Card| !card.reviewer.is_empty() && self.doubt(&card.id).is_none();
        let told: Vec<&Card> = self.cards.iter().filter(stands).collect();
        let turn = day.rem_euclid(i64::try_from(told.len().max(1)).unwrap_or(1));
        told.get(usize::try_from(turn).unwrap_or(0)).copied()
    }

    /// Why a card needs a new look: a law it cites has changed.
    pub fn doubt(&self, id: &str) -> Option<&str> {
        self.doubts.get(id).map(String::as_str)
    }

    /// The `most` cards that fit a question best, best first; none that has too little to do with it.
    /// `field` is what the question was read as.
    pub fn best(&self, question: &str, field: Option<Field>, most: usize) -> Vec<&Card> {
        let scores = self.scores(question, field);
        self.reaching(LEAST, &scores, best(&scores, most))
    }

    /// As [`Deck::best`] for words somebody looks for: few words are enough.
    pub fn matching(&self, words: &str, field: Option<Field>, most: usize) -> Vec<&Card> {
        let scores = self.scores(words, field);
        let places = best(&scores, most);
        let least = places.first().map_or(0.0, |&place| scores[place as usize] / 2.0);
        self.reaching(least, &scores, places)
    }

    fn reaching(&self, least: f32, scores: &[f32], places: Vec<u32>) -> Vec<&Card> {
        let places = places.into_iter().map(|place| place as usize);
        places.take_while(|&place| scores[place] >= least).map(|place| &self.cards[place]).collect()
    }

    /// The score of every card by its place; zero where it shares no character with the question.
    fn scores(&self, question: &str, field: Option<Field>) -> Vec<f32> {
        let Some(index) = &self.index else { return Vec::new() };
        let question: String = question.chars().take(READ).collect();
        let known = index.known(&count(terms(&question)));
        let topic = field.and_then(|field| subfields::find(&question, field));
        let mut scores = index.scores(&known);
        for (card, score) in self.cards.iter().zip(&mut scores).filter(|(_, s)| **s > 0.0) {
            let right = field == Some(card.field);
            let meant = topic.is_some_and(|topic| topic.code == card.subfield);
            *score += f32::from(u8::from(right)) * FIELD + f32::from(u8::from(meant)) * TOPIC;
        }
        scores
    }
}

/// What a card is found by.
fn words_of(card: &Card) -> Vec<Term> {
    let mut words = terms(&card.answer);
    for _ in 0..TITLE {
        words.extend(terms(&card.title));
    }
    for word in subfields::words(&card.subfield) {
        for _ in 0..CALLED {
            words.extend(terms(word));
        }
    }
    words.extend(terms(card.field.name()));
    words
}
