//! Finding many words in one pass.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Where a word of a [`WordTable`] stands in a text (byte offsets).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// Index of the word in the order given to [`WordTable::new`].
    pub word: usize,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A fixed set of words, searched together.
pub(super) struct WordTable {
    // `None` when the set is too large for the automaton: then nothing is ever found.
    automaton: Option<AhoCorasick>,
}

impl WordTable {
    /// Builds the table; empty words are allowed and never found.
    pub fn new<W: AsRef<str>>(words: &[W]) -> Self {
        let patterns = words.iter().map(|word| match word.as_ref() {
            // A byte that UTF-8 never contains keeps the place of an empty word.
            "" => &[0xff_u8][..],
            other => other.as_bytes(),
        });
        // Every message passes through all tables: the quickest kind is worth its memory.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(patterns)
            .ok();
        Self { automaton }
    }

    /// Every occurrence of every word, overlapping ones included, ordered by their end.
    pub fn all(&self, text: &str) -> Vec<Hit> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        automaton
            .find_overlapping_iter(text)
            .map(|found| Hit {
                word: found.pattern().as_usize(),
                start: found.start(),
                end: found.end(),
            })
            .collect()
    }

    /// Whether any word occurs.
    pub fn any(&self, text: &str) -> bool {
        self.automaton.as_ref().is_some_and(|automaton| automaton.is_match(text))
    }
}

/// Leaves out every hit that lies wholly inside a longer one: 劳动合同 hides 劳动 and 合同.
pub(super) fn outermost(hits: &[Hit]) -> Vec<Hit> {
    let mut sorted = hits.to_vec();
    sorted.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut kept: Vec<Hit> = Vec::with_capacity(sorted.len());
    let mut reach = 0;
    for hit in sorted {
        let same = kept.last().is_some_and(|last| last.start == hit.start && last.end == hit.end);
        if hit.end > reach || same {
            reach = reach.max(hit.end);
            kept.push(hit);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{Hit, WordTable, outermost};

    #[test]
    fn a_longer_word_hides_the_words_inside_it_but_not_its_neighbours() {
        let table = WordTable::new(&["劳动", "劳动合同", "合同", "合同法", ""]);
        let kept = outermost(&table.all("劳动合同法"));
        assert_eq!(
            kept,
            vec![Hit { word: 1, start: 0, end: 12 }, Hit { word: 3, start: 6, end: 15 }]
        );
    }
}
