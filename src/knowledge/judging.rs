//! How well retrieval finds the articles that answers cited: recall and rank, by cross-validation.

use std::collections::HashSet;

use super::training::Lesson;

/// Depths at which recall is counted.
pub const DEPTHS: [usize; 5] = [1, 5, 10, 20, 100];
/// Depth to which the first right article counts for the mean reciprocal rank.
const RANK_DEPTH: usize = 10;

/// Recall and rank over some questions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// Questions.
    pub questions: usize,
    recall: [f64; DEPTHS.len()],
    rank: f64,
}

impl Score {
    /// Counts one question: the articles found, best first, and those cited. `lost` cited articles are
    /// not in the library at all and count as not found.
    pub fn add(&mut self, found: &[u32], cites: &[u32], lost: usize) {
        let wanted = (cites.len() + lost).max(1) as f64;
        self.questions += 1;
        for (sum, depth) in self.recall.iter_mut().zip(DEPTHS) {
            let hits = found.iter().take(depth).filter(|article| cites.contains(article)).count();
            *sum += hits as f64 / wanted;
        }
        let first = found.iter().take(RANK_DEPTH).position(|article| cites.contains(article));
        self.rank += first.map_or(0.0, |place| 1.0 / (place as f64 + 1.0));
    }

    /// Mean share of cited articles found at each of [`DEPTHS`].
    pub fn recall(&self) -> [f64; DEPTHS.len()] {
        self.recall.map(|sum| sum / self.questions.max(1) as f64)
    }

    /// Mean reciprocal rank of the first right article.
    pub fn rank(&self) -> f64 {
        self.rank / self.questions.max(1) as f64
    }
}

/// Whether no lesson in `learned` cites any article that `lesson` cites.
pub fn is_new(lesson: &Lesson, used: &HashSet<u32>) -> bool {
    !lesson.cites.iter().any(|cited| used.contains(cited))
}

/// Every article that some lesson cites.
pub fn used<'a>(lessons: impl Iterator<Item = &'a Lesson>) -> HashSet<u32> {
    lessons.flat_map(|lesson| lesson.cites.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::Score;

    #[test]
    fn recall_is_the_share_of_cited_articles_and_lost_ones_are_missed() {
        let mut score = Score::default();
        score.add(&[7, 3, 9], &[3, 4], 0);
        score.add(&[5], &[5], 1);
        let recall = score.recall();
        assert!((recall[0] - 0.25).abs() < 1e-9 && (recall[1] - 0.5).abs() < 1e-9);
        assert!((score.rank() - 0.75).abs() < 1e-9);
    }
}
