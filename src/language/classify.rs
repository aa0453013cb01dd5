//! Which legal field a text is about: a deterministic first triage by weighted words.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::cues::{CUE_WORDS, HEARD_AS, RULES};
use super::fields::{FIELD_COUNT, Field, FieldReading};
use super::lexicon::{WORDS, Words};
use super::lexicon_spoken::SPOKEN;
use super::words::{WordTable, outermost};

/// Below this sum of weights nothing is claimed.
const LEAST_EVIDENCE: f32 = 1.5;
/// How many deciding words are reported.
const REPORTED_WORDS: usize = 6;
/// A word said again adds only this share of its weight, divided by how often it was said.
const REPEAT_SHARE: f32 = 0.25;

/// Marks of cues start here.
const CUE_MARKS: u32 = 0x0061_0000;

struct Entry {
    word: &'static str,
    mark: u32,
    weights: Vec<(Field, f32)>,
    cues: u32,
}

fn mark_of(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |mark, byte| (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193))
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
            entries.push(Entry { word, mark: mark_of(word), weights: Vec::new(), cues: 0 });
            entries.len() - 1
        })
    };
    for &Words { field, weight, words } in WORDS.iter().chain(SPOKEN) {
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

/// What the word tables find in one text.
pub struct Evidence {
    /// The sum of weights of every field, by [`Field::index`].
    pub scores: [f32; FIELD_COUNT],
    /// A number for every listed word, every cue and every pair of cues in the text; the same for
    /// the same word whatever else is listed.
    pub marks: Vec<u32>,
    found: Vec<(usize, Field, f32)>,
}

impl Evidence {
    /// The words that speak for `field`, strongest first, at most `most`.
    pub fn words(&self, field: Field, most: usize) -> Vec<&'static str> {
        let mut found: Vec<(usize, f32)> =
            self.found.iter().filter(|word| word.1 == field).map(|word| (word.0, word.2)).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        found.into_iter().take(most).map(|(word, _)| LEXICON.entries[word].word).collect()
    }
}

/// Looks a normalized text up in the word tables.
pub fn evidence(text: &str) -> Evidence {
    let hits = LEXICON.table.all(text);
    let mut scores = [0.0_f32; FIELD_COUNT];
    let mut seen: Vec<(usize, u32)> = Vec::new();
    let mut found: Vec<(usize, Field, f32)> = Vec::new();
    for hit in outermost(&hits) {
        let repeats = count_up(&mut seen, hit.word);
        let factor = if repeats == 1 { 1.0 } else { REPEAT_SHARE / repeats as f32 };
        for &(field, weight) in &LEXICON.entries[hit.word].weights {
            scores[field.index()] += weight * factor;
            if repeats == 1 {
                found.push((hit.word, field, weight));
            }
        }
    }
    let cues = hits.iter().fold(0_u32, |cues, hit| cues | LEXICON.entries[hit.word].cues);
    for &(needed, field, weight) in RULES {
        if needed.iter().all(|&cue| cues & (1 << cue as u32) != 0) {
            scores[field.index()] += f32::from(weight);
        }
    }
    seen.sort_unstable();
    let words = seen.iter().map(|&(word, _)| LEXICON.entries[word].mark);
    let marks = words.chain(marks_of(cues)).collect();
    Evidence { scores, marks, found }
}

/// A mark for every cue, and for every two that stand together.
fn marks_of(cues: u32) -> impl Iterator<Item = u32> {
    let set = move |cue: u32| cues >> cue & 1 == 1;
    (0..u32::BITS).filter(move |&cue| set(cue)).flat_map(move |cue| {
        let single = std::iter::once(CUE_MARKS + cue);
        single.chain(
            (0..cue)
                .filter(move |&other| set(other))
                .map(move |other| CUE_MARKS + (cue + 1) * u32::BITS + other),
        )
    })
}

/// The strongest field by words alone, how sure that is, and the second; `None` when nothing
/// speaks for any field.
pub fn strongest(evidence: &Evidence) -> Option<(Field, f32, Option<Field>)> {
    let (mut best, mut second) = ((Field::Other, 0.0), (Field::Other, 0.0));
    for &field in Field::all() {
        let score = evidence.scores[field.index()];
        if score > best.1 {
            (best, second) = ((field, score), best);
        } else if score > second.1 {
            second = (field, score);
        }
    }
    (best.1 >= LEAST_EVIDENCE)
        .then(|| (best.0, confidence(best.1, second.1), (second.1 > 0.0).then_some(second.0)))
}

/// The field by words alone, or `None` when nothing speaks for any field.
pub fn by_words(evidence: &Evidence) -> Option<FieldReading> {
    let (field, confidence, runner_up) = strongest(evidence)?;
    let words = evidence.words(field, REPORTED_WORDS).into_iter().map(str::to_owned).collect();
    Some(FieldReading { field, confidence, words, runner_up })
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

/// Grows with the amount of evidence and with the lead over the second field.
fn confidence(best: f32, second: f32) -> f32 {
    let amount = 1.0 - (-best / 6.0).exp();
    let lead = (best - second) / best;
    (amount * (0.35 + 0.65 * lead)).clamp(0.0, 1.0)
}
