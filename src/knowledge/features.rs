//! What the ranker looks at: for every article that may fit a question, a row of cheap numbers.

use super::index::{Known, best};
use super::library::{Library, Rank};
use super::memory::{Fit, NumberMap, Recall, Taught, Vote};
use super::terms::{Term, is_pair};

/// How many numbers describe one candidate.
pub const COUNT: usize = 52;

/// Candidates by the words of the question.
const BY_WORDS: usize = 160;
/// Candidates by the telling words of the question.
const BY_TELLING: usize = 100;
/// Candidates by what the questions that cited an article had in common.
const BY_FIT: usize = 60;
/// Best articles whose neighbours are looked at too.
const WITH_NEIGHBOURS: usize = 10;

/// Laws that similar questions led to.
const LIKELY_LAWS: usize = 6;
/// Best articles of each of them.
const BY_LAW: usize = 25;

/// One article that may fit.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its number in the library.
    pub article: u32,
    /// What the ranker looks at.
    pub row: [f32; COUNT],
}

/// Scores of all articles, chapters or laws with the best of them.
struct Scored {
    scores: Vec<f32>,
    top: f32,
    places: NumberMap<u32>,
}

impl Scored {
    fn new(scores: Vec<f32>, most: usize) -> (Self, Vec<u32>) {
        let order = best(&scores, most);
        let top = order.first().map_or(1.0, |&first| scores[first as usize]).max(1e-6);
        let places = order.iter().enumerate().map(|(at, &number)| (number, at as u32)).collect();
        (Self { scores, top, places }, order)
    }

    /// Score relative to the best.
    fn share(&self, number: u32) -> f32 {
        self.scores[number as usize] / self.top
    }

    /// Logarithm of the place; `most` for everything further back.
    fn place(&self, number: u32, most: f32) -> f32 {
        self.places.get(&number).map_or(most, |&at| (at as f32 + 1.0).ln())
    }
}

/// One question seen against library and memory.
pub struct View<'a> {
    library: &'a Library,
    body: Scored,
    telling: Scored,
    chapters: Scored,
    laws: Scored,
    headings: Scored,
    pairs: Vec<f32>,
    recall: Recall,
    idf: f32,
    pair_idf: f32,
    length: f32,
    by_words: Vec<u32>,
    by_telling: Vec<u32>,
    /// Pairs of the question in reading order.
    phrase: Vec<Known>,
    expanded: Scored,
    by_expanded: Vec<u32>,
    feedback: Scored,
    heard: Recall,
}

impl<'a> View<'a> {
    /// Looks at a question.
    pub fn new(library: &'a Library, taught: &Taught, text: &str) -> Self {
        let inorder = super::terms::terms(text);
        let phrase: Vec<Known> = inorder.iter().filter(|t| is_pair(**t)).take(128)
            .map(|t| library.body.known(&[(*t, 1)]).pop().unwrap_or(Known::absent(*t))).collect();
        let question = &super::terms::count(inorder)[..];
        let known = library.body.known(question);
        let weigh = |known: &mut Vec<Known>| {
            for one in known {
                one.weight = taught.questions.weight(one.term) / 6.0;
            }
        };
        let mut tell = known.clone();
        weigh(&mut tell);
        let (body, by_words) = Scored::new(library.body.scores(&known), BY_WORDS);
        let (telling, by_telling) = Scored::new(library.body.scores(&tell), BY_TELLING);
        let mut chapter_terms = library.chapters.known(question);
        weigh(&mut chapter_terms);
        let mut law_terms = library.laws.known(question);
        weigh(&mut law_terms);
        let chapters = Scored::new(library.chapters.scores(&chapter_terms), 100).0;
        let laws = Scored::new(library.laws.scores(&law_terms), 50).0;
        let heading_terms = library.headings.known(question);
        let headings = Scored::new(library.headings.scores(&heading_terms), 100).0;
        let mut pairs = vec![0.0_f32; library.len()];
        for one in known.iter().filter(|one| is_pair(one.term)) {
            let by = one.idf;
            library.body.each(one, |article, _| pairs[article] += by);
        }
        let sum = |wanted: &dyn Fn(&Known) -> bool| {
            known.iter().filter(|one| wanted(one)).map(|one| one.idf).sum::<f32>().max(1e-3)
        };
        let recall = taught.questions.recall(question);
        let heard = taught.answers.recall(question);
        let (expanded, by_expanded) = Scored::new(library.body.scores(&expand(library, &recall)), 60);
        let feedback: Vec<(u32, f32)> = by_telling.iter().take(5).map(|&n| (n, telling.share(n))).collect();
        let (feedback, _) = Scored::new(library.body.scores(&library.body.words_of(&feedback, 40)), 60);
        Self {
            library, phrase, expanded, by_expanded, heard, feedback,
            body,
            telling,
            chapters,
            laws,
            headings,
            pairs,
            recall,
            idf: sum(&|_| true),
            pair_idf: sum(&|one| is_pair(one.term)),
            length: question.len() as f32,
            by_words,
            by_telling,
        }
    }

    /// Articles by their own words alone (BM25), best first.
    pub fn by_words(&self) -> &[u32] {
        &self.by_words
    }

    /// Every article worth a closer look.
    pub fn candidates(&self) -> Vec<Candidate> {
        let mut numbers: Vec<u32> = self.by_words.clone();
        numbers.extend(&self.by_telling);
        numbers.extend(self.recall.votes.keys());
        numbers.extend(self.in_likely_laws());
        numbers.extend(&self.by_expanded);
        let mut fits: Vec<(u32, f32)> =
            self.recall.articles.iter().map(|(&number, fit)| (number, fit.likelihood)).collect();
        fits.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        numbers.extend(fits.iter().take(BY_FIT).map(|(number, _)| *number));
        let fits: NumberMap<u32> =
            fits.iter().enumerate().map(|(at, (number, _))| (*number, at as u32)).collect();
        for list in [&self.by_words, &self.by_telling] {
            for &article in list.iter().take(WITH_NEIGHBOURS) {
                numbers.extend(self.library.neighbours(article, 1));
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        let best_vote = self.recall.votes.values().map(|vote| vote.sum).fold(1e-6, f32::max);
        let best_heard = self.heard.votes.values().map(|vote| vote.sum).fold(1e-6, f32::max);
        let mut places = vec![u16::MAX; self.library.len()];
        for (at, &n) in numbers.iter().enumerate() { places[n as usize] = at as u16; }
        let mut masks = vec![0u128; numbers.len()];
        for (nth, pair) in self.phrase.iter().enumerate() {
            if pair.idf == 0.0 { continue; }
            self.library.body.each(pair, |article, _| {
                let at = places[article];
                if at != u16::MAX { masks[at as usize] |= 1 << nth; }
            });
        }
        numbers
            .into_iter()
            .zip(masks)
            .map(|(article, mask)| Candidate { article, row: self.row(article, best_vote, best_heard, mask, &fits) })
            .collect()
    }

    /// The best by telling words within the laws that similar questions led to.
    fn in_likely_laws(&self) -> Vec<u32> {
        let mut laws: Vec<(u32, f32)> =
            self.recall.laws.iter().map(|(&law, fit)| (law, fit.likelihood)).collect();
        laws.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        laws.truncate(LIKELY_LAWS);
        let mut within: Vec<u32> = Vec::new();
        for (law, _) in laws {
            let mut own: Vec<u32> = self.library.of_law(law).collect();
            let order = |a: &u32, b: &u32| {
                let score = |n: &u32| self.telling.scores[*n as usize];
                score(b).total_cmp(&score(a)).then(a.cmp(b))
            };
            if own.len() > BY_LAW {
                own.select_nth_unstable_by(BY_LAW - 1, order);
                own.truncate(BY_LAW);
            }
            within.extend(own.into_iter().filter(|&n| self.telling.scores[n as usize] > 0.0));
        }
        within
    }

    fn row(&self, article: u32, best_vote: f32, best_heard: f32, mask: u128, fits: &NumberMap<u32>) -> [f32; COUNT] {
        let standing = self.library.standing[article as usize];
        let recall = &self.recall;
        let vote = recall.votes.get(&article).copied().unwrap_or_default();
        let fit = |map: &NumberMap<Fit>, number| map.get(&number).copied();
        let (own, chapter, law) = (
            fit(&recall.articles, article),
            fit(&recall.chapters, standing.chapter),
            fit(&recall.laws, standing.law),
        );
        let (near_score, near_vote) = self.near(article);
        let mut runs = [(0.0_f32, 0u32); 2];
        let mut cur = (0.0_f32, 0u32);
        for (nth, pair) in self.phrase.iter().enumerate() {
            if mask >> nth & 1 == 1 { cur.0 += pair.idf; cur.1 += 1; } else { cur = (0.0, 0); }
            if cur.0 > runs[0].0 { runs[0] = cur; }
            if cur.1 > runs[1].1 { runs[1] = cur; }
        }
        let hv = self.heard.votes.get(&article).copied().unwrap_or_default();
        let hf = |n| self.heard.articles.get(&n).copied();
        let known = recall.known.max(1) as f32;
        let each = |fit: Option<Fit>| fit.map_or(-9.0, |fit| fit.likelihood / self.length.max(1.0));
        let often = |fit: Option<Fit>| fit.map_or(0.0, |fit| (fit.cited as f32 + 1.0).ln());
        let share = |fit: Option<Fit>| fit.map_or(0.0, |fit| fit.cited as f32 / known);
        let at = article as usize;
        [
            self.body.share(article),
            self.body.scores[at] / self.idf,
            self.body.place(article, 6.0),
            self.telling.share(article),
            self.telling.place(article, 6.0),
            self.pairs[at] / self.pair_idf,
            self.chapters.share(standing.chapter),
            self.chapters.place(standing.chapter, 6.0),
            self.laws.share(standing.law),
            self.laws.place(standing.law, 5.0),
            self.headings.share(standing.chapter),
            self.headings.place(standing.chapter, 6.0),
            near_score,
            vote.sum / best_vote,
            vote.sum / recall.total.max(1e-6),
            vote.nearest,
            vote.count as f32,
            near_vote,
            recall.nearest,
            each(own),
            each(chapter),
            each(law),
            often(own),
            often(chapter),
            often(law),
            share(chapter),
            share(law),
            fits.get(&article).map_or(6.0, |&at| (at as f32 + 1.0).ln()),
            f32::from(u8::from(standing.rank == Rank::Law)),
            f32::from(u8::from(standing.rank == Rank::Interpretation)),
            f32::from(standing.size),
            (f32::from(self.library.referred(article)) + 1.0).ln(),
            self.length,
            self.body.top / self.idf,
            self.telling.scores[at],
            self.chapters.scores[standing.chapter as usize],
            self.laws.scores[standing.law as usize],
            own.map_or(-99.0, |fit| fit.likelihood),
            law.map_or(-99.0, |fit| fit.likelihood),
            self.body.scores[at],
            runs[0].0,
            runs[1].1 as f32,
            self.expanded.share(article),
            self.expanded.place(article, 5.0),
            hv.sum / best_heard,
            hv.nearest,
            each(hf(article)),
            each(self.heard.chapters.get(&standing.chapter).copied()),
            each(self.heard.laws.get(&standing.law).copied()),
            runs[0].0 / self.pair_idf,
            self.feedback.share(article),
            self.feedback.place(article, 5.0),
        ]
    }

    /// The best score and the best vote among the articles next to one.
    fn near(&self, article: u32) -> (f32, f32) {
        let mut found = (0.0_f32, 0.0_f32);
        for neighbour in self.library.neighbours(article, 2) {
            found.0 = found.0.max(self.telling.share(neighbour));
            let vote: Option<&Vote> = self.recall.votes.get(&neighbour);
            found.1 = found.1.max(vote.map_or(0.0, |vote| vote.sum));
        }
        found
    }
}

/// Words of the articles that similar questions led to.
fn expand(library: &Library, recall: &Recall) -> Vec<Known> {
    let mut votes: Vec<(u32, f32)> = recall.votes.iter().map(|(&a, v)| (a, v.sum)).collect();
    votes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    votes.truncate(10);
    library.body.words_of(&votes, 60)
}
