//! BM25 over terms with impacts of eight bits: what each posting adds to a score is worked out when
//! the index is built, so that a question only adds up bytes.

use super::terms::{NumberMap, Term, TermMap};

/// Saturation of repeats.
const K1: f32 = 1.2;
/// Weight of a document's length.
const B: f32 = 0.75;
/// Largest impact.
const FULL: f32 = 255.0;
/// Least rarity of a term that is worth lending to a question.
const TELLING: f32 = 2.0;
/// Terms an index can tell apart (24 bits beside the count of repeats).
const MOST_TERMS: usize = 1 << 24;

/// Collects documents; [`Builder::finish`] makes the index.
#[derive(Default)]
pub struct Builder {
    numbers: TermMap<u32>,
    /// Term number in the upper 24 bits, repeats (at most 255) in the lower 8.
    entries: Vec<u32>,
    /// Where each document's entries end.
    ends: Vec<usize>,
    lengths: Vec<u32>,
}

impl Builder {
    /// Adds the next document: its terms, each once, with repeats. Documents are numbered from 0.
    pub fn add(&mut self, counted: &[(Term, u32)]) {
        let mut length = 0;
        for &(term, times) in counted {
            length += times;
            let next = self.numbers.len();
            let known = match self.numbers.get(&term) {
                Some(&known) => known,
                None if next < MOST_TERMS => {
                    let fresh = next as u32;
                    self.numbers.insert(term, fresh);
                    fresh
                }
                None => continue,
            };
            self.entries.push(known << 8 | times.min(255));
        }
        self.lengths.push(length);
        self.ends.push(self.entries.len());
    }

    /// The index of everything added.
    pub fn finish(self) -> Index {
        let documents = self.ends.len();
        let starts = starts_of(&self.entries, self.numbers.len());
        let idf: Vec<f32> =
            starts.windows(2).map(|pair| idf(documents, (pair[1] - pair[0]) as usize)).collect();
        let total: u64 = self.lengths.iter().map(|&length| u64::from(length)).sum();
        let average = (total as f32 / documents.max(1) as f32).max(1.0);
        let strongest = idf.iter().copied().fold(0.0, f32::max).max(1e-6) * (K1 + 1.0);
        let step = strongest / FULL;
        let mut places = starts.clone();
        let mut postings = vec![0; self.entries.len()];
        let mut impacts = vec![0; self.entries.len()];
        let mut from = 0;
        for (document, &end) in self.ends.iter().enumerate() {
            let norm = K1 * (1.0 - B + B * self.lengths[document] as f32 / average);
            for &entry in &self.entries[from..end] {
                let (term, times) = ((entry >> 8) as usize, (entry & 255) as f32);
                let impact = idf[term] * times * (K1 + 1.0) / (times + norm);
                let place = places[term] as usize;
                places[term] += 1;
                postings[place] = document as u32;
                impacts[place] = (impact / step).round().clamp(1.0, FULL) as u8;
            }
            from = end;
        }
        Index {
            numbers: self.numbers,
            starts,
            postings,
            impacts,
            idf,
            step,
            documents,
            entries: self.entries,
            ends: self.ends,
        }
    }
}

fn starts_of(entries: &[u32], terms: usize) -> Vec<u32> {
    let mut starts = vec![0; terms + 1];
    for entry in entries {
        starts[(entry >> 8) as usize + 1] += 1;
    }
    for place in 1..starts.len() {
        starts[place] += starts[place - 1];
    }
    starts
}

fn idf(documents: usize, containing: usize) -> f32 {
    let (all, with) = (documents as f32, containing as f32);
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

/// A finished index.
pub struct Index {
    numbers: TermMap<u32>,
    starts: Vec<u32>,
    postings: Vec<u32>,
    impacts: Vec<u8>,
    idf: Vec<f32>,
    step: f32,
    documents: usize,
    /// Terms of each document as the builder collected them.
    entries: Vec<u32>,
    ends: Vec<usize>,
}

/// A question's term as an index knows it.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The term; 0 when it was lent by a document.
    pub term: Term,
    /// Its number in the index.
    number: u32,
    /// How much it counts.
    pub weight: f32,
    /// How rare it is.
    pub idf: f32,
}

impl Index {
    /// The most telling terms of some documents, each document with its weight; the strongest
    /// weighs one.
    pub fn words_of(&self, documents: &[(u32, f32)], most: usize) -> Vec<Known> {
        let mut weights: NumberMap<f32> = NumberMap::default();
        for &(document, weight) in documents {
            let own = self.entries_of(document as usize);
            let by = weight / (own.len() as f32).sqrt();
            for entry in own {
                let (number, times) = (entry >> 8, (entry & 255) as f32);
                let idf = self.idf[number as usize];
                if idf >= TELLING {
                    *weights.entry(number).or_default() += by * idf * times / (times + 1.0);
                }
            }
        }
        let mut all: Vec<(u32, f32)> = weights.into_iter().collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(most);
        let top = all.first().map_or(1.0, |first| first.1).max(1e-9);
        let known = |(number, weight): (u32, f32)| Known {
            term: 0,
            number,
            weight: weight / top,
            idf: self.idf[number as usize],
        };
        all.into_iter().map(known).collect()
    }

    fn entries_of(&self, document: usize) -> &[u32] {
        let from = document.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[from..self.ends[document]]
    }

    /// What one step of an impact adds to a score.
    pub fn step(&self) -> f32 {
        self.step
    }

    /// Number of documents.
    pub fn len(&self) -> usize {
        self.documents
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.documents == 0
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.postings.len() * 9
            + self.ends.len() * 8
            + self.idf.len() * 8
            + self.numbers.capacity() * 17
    }

    /// The terms of a question that stand in any document.
    pub fn known(&self, question: &[(Term, u32)]) -> Vec<Known> {
        question
            .iter()
            .filter_map(|&(term, times)| {
                let number = *self.numbers.get(&term)?;
                let idf = self.idf[number as usize];
                Some(Known { term, number, weight: times as f32, idf })
            })
            .collect()
    }

    /// Score of every document.
    pub fn scores(&self, question: &[Known]) -> Vec<f32> {
        let mut scores = vec![0.0_f32; self.documents];
        for known in question {
            let by = known.weight * self.step;
            self.each(known, |document, impact| scores[document] += by * f32::from(impact));
        }
        scores
    }

    /// Calls `with` for every document that holds the term, with the impact there.
    pub fn each(&self, known: &Known, mut with: impl FnMut(usize, u8)) {
        let number = known.number as usize;
        let places = self.starts[number] as usize..self.starts[number + 1] as usize;
        for (&document, &impact) in self.postings[places.clone()].iter().zip(&self.impacts[places])
        {
            with(document as usize, impact);
        }
    }
}

/// The `most` best places of `scores` above zero, best first; equal scores by place.
pub fn best(scores: &[f32], most: usize) -> Vec<u32> {
    let mut kept: Vec<u32> = Vec::with_capacity(most * 2 + 1);
    let mut least = 0.0;
    let order = |a: &u32, b: &u32| {
        scores[*b as usize].total_cmp(&scores[*a as usize]).then_with(|| a.cmp(b))
    };
    for (place, &score) in scores.iter().enumerate() {
        if score <= least {
            continue;
        }
        kept.push(place as u32);
        if kept.len() >= most * 2 && most > 0 {
            kept.select_nth_unstable_by(most - 1, order);
            kept.truncate(most);
            least = kept.iter().map(|&p| scores[p as usize]).fold(f32::INFINITY, f32::min);
        }
    }
    kept.sort_unstable_by(order);
    kept.truncate(most);
    kept
}

#[cfg(test)]
mod tests {
    use super::super::terms::counted;
    use super::{Builder, best};

    #[test]
    fn the_document_that_shares_rare_pairs_comes_first() {
        let mut builder = Builder::default();
        for text in ["夫妻感情破裂,准予离婚", "用人单位拖欠劳动报酬", "夫妻有互相扶养的义务"]
        {
            builder.add(&counted(text));
        }
        let index = builder.finish();
        let question = index.known(&counted("老板拖欠报酬"));
        assert_eq!(best(&index.scores(&question), 3), [1]);
        assert_eq!(index.len(), 3);
    }

    #[test]
    fn the_best_are_the_best_of_all_and_in_order() {
        let scores: Vec<f32> = (0..100).map(|n| ((n * 37) % 101) as f32).collect();
        let mut all: Vec<u32> = (0..100).collect();
        all.sort_by(|a, b| scores[*b as usize].total_cmp(&scores[*a as usize]));
        assert_eq!(best(&scores, 7), all[..7]);
    }
}
