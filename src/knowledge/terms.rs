//! What retrieval counts: single characters and pairs of neighbouring characters.
//!
//! No segmenter: on laypersons' questions characters find more than words, and nothing has to be
//! kept in step with new words.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::language::normalize;

/// One counted unit: a character, or two neighbours.
pub type Term = u64;

/// A map keyed by numbers that are spread well by one multiplication.
pub type TermMap<V> = HashMap<Term, V, BuildHasherDefault<Spread>>;

/// A map keyed by the number of an article, chapter, law or term.
pub type NumberMap<V> = HashMap<u32, V, BuildHasherDefault<Spread>>;

/// Characters fit into 21 bits.
const CHARACTER_BITS: u32 = 21;

/// Every term of `text` in reading order, repeats included. Marks and blanks separate.
pub fn terms(text: &str) -> Vec<Term> {
    let plain = normalize(text);
    let mut found = Vec::with_capacity(plain.len());
    let mut before: Option<char> = None;
    for character in plain.chars() {
        if !character.is_alphanumeric() {
            before = None;
            continue;
        }
        found.push(Term::from(character));
        if let Some(before) = before {
            found.push(pair(before, character));
        }
        before = Some(character);
    }
    found
}

/// Each term of `text` once with how often it stands there, ordered by term.
pub fn counted(text: &str) -> Vec<(Term, u32)> {
    count(terms(text))
}

/// Each of `found` once with how often it stands there, ordered by term.
pub fn count(mut found: Vec<Term>) -> Vec<(Term, u32)> {
    found.sort_unstable();
    let mut counted: Vec<(Term, u32)> = Vec::with_capacity(found.len());
    for term in found {
        match counted.last_mut() {
            Some((last, times)) if *last == term => *times += 1,
            _ => counted.push((term, 1)),
        }
    }
    counted
}

/// Whether `term` is a pair of neighbours.
pub fn is_pair(term: Term) -> bool {
    term >> CHARACTER_BITS != 0
}

/// The term of one sign.
pub fn single(sign: impl Into<u32>) -> Term {
    Term::from(sign.into())
}

/// The term of two neighbours.
pub fn pair(first: impl Into<u32>, second: impl Into<u32>) -> Term {
    single(first) << CHARACTER_BITS | single(second)
}

/// Hashes one number by a multiplication; for maps that nobody outside can fill with chosen keys
/// to any harm beyond their own question.
#[derive(Clone, Copy, Default)]
pub struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 29);
    }
}

#[cfg(test)]
mod tests {
    use super::{Term, counted, is_pair, pair, terms};

    #[test]
    fn marks_separate_and_traditional_counts_as_simplified() {
        let found = terms("離婚，怎麼");
        assert_eq!(found, terms("离婚,怎么"));
        assert_eq!(found.len(), 6);
        assert!(!found.contains(&pair('婚', '怎')));
    }

    #[test]
    fn repeats_are_counted_once_with_their_number() {
        let found = counted("人与人");
        assert!(found.contains(&(Term::from('人'), 2)));
        assert_eq!(found.iter().filter(|(term, _)| is_pair(*term)).count(), 2);
    }
}
