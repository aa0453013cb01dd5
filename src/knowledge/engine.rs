//! Finds the articles that fit a layperson's question.

use std::cmp::Ordering;
use std::sync::Arc;

use super::features::{Candidate, candidates};
use super::library::Library;
use super::memory::Taught;
use super::trees::{Forest, Trees};
use super::view::View;

/// Trees that choose whom the others look at, and how many that are.
const FIRST_TREES: usize = 50;
const FIRST_LOOK: usize = 110;

fn order(a: &Found, b: &Found) -> Ordering {
    b.score.total_cmp(&a.score).then(a.article.cmp(&b.article))
}

/// Library, memory and ranker together.
pub struct Engine {
    library: Arc<Library>,
    taught: Taught,
    ranker: Forest,
}

/// One article found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Its number in the library.
    pub article: u32,
    /// How well it fits, comparable within one question.
    pub score: f32,
}

impl Engine {
    /// Puts the parts together.
    pub fn new(library: Arc<Library>, taught: Taught, ranker: &Trees) -> Self {
        Self { library, taught, ranker: Forest::new(ranker) }
    }

    /// The `most` articles that fit `question` best, best first.
    pub fn search(&self, question: &str, most: usize) -> Vec<Found> {
        if self.library.is_empty() {
            return Vec::new();
        }
        let candidates = candidates(&View::new(&self.library, &self.taught, question));
        let mut found = self.ranked(&candidates, FIRST_LOOK.max(most));
        found.truncate(most);
        found
    }

    /// Candidates in order. The first trees choose `kept` of them, the others put those in order.
    fn ranked(&self, candidates: &[Candidate], kept: usize) -> Vec<Found> {
        let trees = self.ranker.trees();
        let first = trees.min(FIRST_TREES);
        let rows: Vec<&[f32]> = candidates.iter().map(|one| one.row.as_slice()).collect();
        let scores = self.ranker.scores(&rows, 0..first);
        let articles = candidates.iter().map(|one| one.article);
        let mut found: Vec<(usize, Found)> = articles
            .zip(scores)
            .map(|(article, score)| Found { article, score })
            .enumerate()
            .collect();
        found.sort_unstable_by(|a, b| order(&a.1, &b.1));
        found.truncate(kept);
        let rows: Vec<&[f32]> = found.iter().map(|(at, _)| rows[*at]).collect();
        let scores = self.ranker.scores(&rows, first..trees);
        let mut found: Vec<Found> = found
            .into_iter()
            .zip(scores)
            .map(|((_, found), more)| Found { score: found.score + more, ..found })
            .collect();
        found.sort_unstable_by(order);
        found
    }

    /// The `most` articles whose words alone fit best (BM25), best first: what to beat.
    pub fn by_words(&self, question: &str, most: usize) -> Vec<u32> {
        let view = View::new(&self.library, &self.taught, question);
        view.by_words().iter().copied().take(most).collect()
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.library.bytes() + self.taught.questions.bytes() + self.taught.answers.bytes()
    }
}
