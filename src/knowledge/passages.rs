//! The texts of articles sentence by sentence: how much of a question one sentence speaks of.

use crate::language::normalize;

use super::index::Known;
use super::terms::{Term, TermMap, pair, single};

/// Between two sentences.
const END: u16 = 0;
/// Between two words of one sentence.
const BREAK: u16 = 1;

/// The texts of all articles.
#[derive(Default)]
pub struct Passages {
    signs: Vec<u16>,
    /// Where each article's signs end.
    ends: Vec<u32>,
}

/// The sentence of an article that speaks most of a question.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Passage {
    /// Rarity of the question's terms in it.
    pub rarity: f32,
    /// Rarity of the question's pairs in it.
    pub pair_rarity: f32,
    /// Share of its pairs that the question has too.
    pub share: f32,
}

impl Passages {
    /// Adds the next article.
    pub fn add(&mut self, text: &str) {
        let plain = normalize(text);
        self.signs.extend(plain.chars().map(|character| match character {
            '。' | ';' | '!' | '?' => END,
            other if other.is_alphanumeric() => u16::try_from(u32::from(other)).unwrap_or(BREAK),
            _ => BREAK,
        }));
        self.ends.push(self.signs.len() as u32);
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.signs.len() * 2 + self.ends.len() * 4
    }

    fn of(&self, article: u32) -> &[u16] {
        let at = article as usize;
        let from = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.signs[from..self.ends[at] as usize]
    }
}

/// A question ready to be compared with sentences.
pub struct Probe {
    /// One bit for every sign, set where the question has it.
    has: Vec<u64>,
    /// Number and rarity of every term.
    terms: TermMap<(u32, f32)>,
    /// The sentence in which each term was last met.
    met: Vec<u32>,
    sentence: u32,
}

/// What is counted in one sentence.
#[derive(Default)]
struct Tally {
    passage: Passage,
    shared: u32,
    pairs: u32,
}

impl Tally {
    fn close(&mut self) -> Passage {
        let tally = std::mem::take(self);
        let share = tally.shared as f32 / tally.pairs.max(8) as f32;
        Passage { share, ..tally.passage }
    }
}

impl Probe {
    /// A question's terms as the index knows them.
    pub fn new(question: &[Known]) -> Self {
        let mut has = vec![0_u64; 1 << 10];
        let mut terms = TermMap::default();
        for (nth, known) in question.iter().enumerate() {
            terms.insert(known.term, (nth as u32, known.idf));
            if let Ok(sign) = u16::try_from(known.term) {
                has[usize::from(sign >> 6)] |= 1 << (sign & 63);
            }
        }
        Self { has, terms, met: vec![0; question.len()], sentence: 0 }
    }

    /// The best sentence of an article.
    pub fn best(&mut self, passages: &Passages, article: u32) -> Passage {
        let (mut best, mut tally) = (Passage::default(), Tally::default());
        let mut before = BREAK;
        self.sentence += 1;
        for &sign in passages.of(article) {
            if sign == END {
                best = better(best, tally.close());
                self.sentence += 1;
            } else if sign != BREAK {
                self.hear(before, sign, &mut tally);
            }
            before = sign;
        }
        better(best, tally.close())
    }

    fn hear(&mut self, before: u16, sign: u16, tally: &mut Tally) {
        let after_a_sign = before > BREAK;
        tally.pairs += u32::from(after_a_sign);
        if !self.has(sign) {
            return;
        }
        tally.passage.rarity += self.meet(single(sign)).unwrap_or(0.0);
        if after_a_sign && self.has(before) {
            let term = pair(before, sign);
            tally.shared += u32::from(self.terms.contains_key(&term));
            let rarity = self.meet(term).unwrap_or(0.0);
            tally.passage.rarity += rarity;
            tally.passage.pair_rarity += rarity;
        }
    }

    fn has(&self, sign: u16) -> bool {
        self.has[usize::from(sign >> 6)] >> (sign & 63) & 1 == 1
    }

    /// The rarity of a term that the sentence had not yet.
    fn meet(&mut self, term: Term) -> Option<f32> {
        let &(nth, rarity) = self.terms.get(&term)?;
        let met = &mut self.met[nth as usize];
        let first = *met != self.sentence;
        *met = self.sentence;
        first.then_some(rarity)
    }
}

fn better(one: Passage, other: Passage) -> Passage {
    if other.rarity > one.rarity { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::super::index::Builder;
    use super::super::terms::counted;
    use super::{Passages, Probe};

    #[test]
    fn the_best_sentence_counts_each_term_once_and_nothing_reaches_over_its_end() {
        let mut builder = Builder::default();
        for text in ["拖欠工资。工资按月支付", "拖欠。工资", "劳动合同"] {
            builder.add(&counted(text));
        }
        let known = builder.finish().known(&counted("拖欠工资"));
        let rarity = |wanted: &str| {
            let wanted = counted(wanted);
            known
                .iter()
                .filter(|one| wanted.iter().any(|(term, _)| *term == one.term))
                .map(|one| one.idf)
                .sum::<f32>()
        };
        let mut passages = Passages::default();
        for text in ["工资工资。拖欠工资", "拖欠。工资", "劳动"] {
            passages.add(text);
        }
        let mut probe = Probe::new(&known);
        let [whole, parted, none] = [0, 1, 2].map(|article| probe.best(&passages, article));
        assert!((whole.rarity - rarity("拖欠工资")).abs() < 1e-4);
        assert!(parted.rarity < whole.rarity && parted.pair_rarity > 0.0);
        assert_eq!((none.rarity, none.share), (0.0, 0.0));
    }
}
