//! Which legal field a text is about: a deterministic first triage by weighted words.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::cues::{CUE_WORDS, HEARD_AS, RULES};
use super::fields::{FIELD_COUNT, Field, FieldReading};
use super::lexicon::{WORDS, Words};
use super::words::{WordTable, outermost};

/// Below this sum of weights nothing is claimed.
const LEAST_EVIDENCE: f32 = 1.5;
/// How many deciding words are reported.
const REPORTED_WORDS: usize = 6;
/// A word said again adds only this share of its weight, divided by how often it was said.
const REPEAT_SHARE: f32 = 0.25;

struct Entry {
    word: &'static str,
    weights: Vec<(Field, f32)>,
    cues: u32,
}

struct Lexicon {
    entries: Vec<Entry>,
    table: WordTable,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: HashMap<&'static str, usize> = HashMap::new();
    let mut place_of = |entries: &mut Vec<Entry>, word: &'static str| {
        *places.entry(word).or_insert_with(|| {
            entries.push(Entry { word, weights: Vec::new(), cues: 0 });
            entries.len() - 1
        })
    };
    for &Words { field, weight, words } in WORDS {
        for word in words.split_whitespace() {
            let place = place_of(&mut entries, word);
            entries[place].weights.push((field, f32::from(weight)));
        }
    }
    for &(cue, words) in CUE_WORDS {
        for word in words.split_whitespace() {
            let place = place_of(&mut entries, word);
            entries[place].cues |= 1 << cue as u32;
        }
    }
    let words: Vec<&str> = entries.iter().map(|entry| entry.word).collect();
    let table = WordTable::new(&words);
    Lexicon { entries, table }
});

struct Correction {
    automaton: Option<AhoCorasick>,
    meant: Vec<&'static str>,
}

static CORRECTION: LazyLock<Correction> = LazyLock::new(|| {
    let pairs: Vec<(&str, &str)> = HEARD_AS
        .iter()
        .flat_map(|&(meant, heard)| heard.split_whitespace().map(move |heard| (heard, meant)))
        .collect();
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(pairs.iter().map(|pair| pair.0))
        .ok();
    Correction { automaton, meant: pairs.into_iter().map(|pair| pair.1).collect() }
});

/// Rewrites common mistypings, mishearings and local words to what was meant.
///
/// Only for reading; the citizen's own words are stored and shown unchanged.
pub(super) fn as_meant(text: &str) -> String {
    match &CORRECTION.automaton {
        Some(automaton) => automaton.replace_all(text, &CORRECTION.meant),
        None => text.to_owned(),
    }
}

/// The field of a normalized text, or `None` when nothing in it speaks for any field.
pub fn classify(text: &str) -> Option<FieldReading> {
    let hits = LEXICON.table.all(text);
    let mut scores = [0.0_f32; FIELD_COUNT];
    let mut seen: Vec<(usize, u32)> = Vec::new();
    let mut evidence: Vec<(usize, Field, f32)> = Vec::new();
    for hit in outermost(&hits) {
        let repeats = count_up(&mut seen, hit.word);
        let factor = if repeats == 1 { 1.0 } else { REPEAT_SHARE / repeats as f32 };
        for &(field, weight) in &LEXICON.entries[hit.word].weights {
            scores[field.index()] += weight * factor;
            if repeats == 1 {
                evidence.push((hit.word, field, weight));
            }
        }
    }
    let cues = hits.iter().fold(0_u32, |cues, hit| cues | LEXICON.entries[hit.word].cues);
    for &(needed, field, weight) in RULES {
        if needed.iter().all(|&cue| cues & (1 << cue as u32) != 0) {
            scores[field.index()] += f32::from(weight);
        }
    }
    decide(&scores, evidence)
}

fn count_up(seen: &mut Vec<(usize, u32)>, word: usize) -> u32 {
    match seen.iter_mut().find(|(known, _)| *known == word) {
        Some((_, count)) => {
            *count += 1;
            *count
        }
        None => {
            seen.push((word, 1));
            1
        }
    }
}

fn decide(
    scores: &[f32; FIELD_COUNT],
    mut evidence: Vec<(usize, Field, f32)>,
) -> Option<FieldReading> {
    let mut ranked: Vec<(Field, f32)> =
        Field::all().iter().map(|&field| (field, scores[field.index()])).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    let [(field, best), (second_field, second), ..] = ranked[..] else { return None };
    if best < LEAST_EVIDENCE {
        return None;
    }
    evidence.retain(|&(_, of, _)| of == field);
    evidence.sort_by(|a, b| b.2.total_cmp(&a.2));
    Some(FieldReading {
        field,
        confidence: confidence(best, second),
        words: evidence
            .iter()
            .take(REPORTED_WORDS)
            .map(|&(word, _, _)| LEXICON.entries[word].word.to_owned())
            .collect(),
        runner_up: (second > 0.0).then_some(second_field),
    })
}

/// Grows with the amount of evidence and with the lead over the second field.
fn confidence(best: f32, second: f32) -> f32 {
    let amount = 1.0 - (-best / 6.0).exp();
    let lead = (best - second) / best;
    (amount * (0.35 + 0.65 * lead)).clamp(0.0, 1.0)
}
