//! Finds the articles that fit a layperson's question.

use std::sync::Arc;

use super::features::candidates;
use super::library::Library;
use super::memory::Taught;
use super::trees::Trees;
use super::view::View;

/// Library, memory and ranker together.
pub struct Engine {
    library: Arc<Library>,
    taught: Taught,
    ranker: Arc<Trees>,
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
    pub fn new(library: Arc<Library>, taught: Taught, ranker: Arc<Trees>) -> Self {
        Self { library, taught, ranker }
    }

    /// The `most` articles that fit `question` best, best first.
    pub fn search(&self, question: &str, most: usize) -> Vec<Found> {
        if self.library.is_empty() {
            return Vec::new();
        }
        let candidates = candidates(&View::new(&self.library, &self.taught, question));
        let rows: Vec<&[f32]> = candidates.iter().map(|one| one.row.as_slice()).collect();
        let scores = self.ranker.scores(&rows);
        let mut found: Vec<Found> = candidates
            .iter()
            .zip(scores)
            .map(|(candidate, score)| Found { article: candidate.article, score })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.article.cmp(&b.article)));
        found.truncate(most);
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
