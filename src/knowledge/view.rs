//! One question seen against the library and what answered questions teach.

use super::index::{Known, best};
use super::library::Library;
use super::memory::{Recall, Taught};
use super::passages::{Passage, Probe};
use super::sayings;
use super::terms::{NumberMap, Term, count, counted, is_pair, terms};
use crate::language::normalize;

/// Candidates by the words of the question.
const BY_WORDS: usize = 160;
/// Candidates by the telling words of the question.
const BY_TELLING: usize = 100;
/// Candidates by the words of articles that similar questions led to.
const BY_KINSHIP: usize = 60;
/// Candidates by what the questions that cited an article had in common.
const BY_FIT: usize = 60;
/// Candidates by what the law calls the things the question speaks of, alone and together with
/// its own words.
const BY_MEANING: usize = 60;
/// Best articles whose neighbours are looked at too.
const WITH_NEIGHBOURS: usize = 10;
/// Links of one article that are followed.
pub(super) const LINKED: usize = 12;
/// How much the law's words count beside the question's own.
const MEANING: f32 = 0.5;
/// Laws that similar questions led to, and the best articles of each.
const LIKELY_LAWS: usize = 6;
const BY_LAW: usize = 25;
/// Articles that lend their words, and how many words.
const KIN: usize = 10;
const KIN_WORDS: usize = 60;
/// Pairs of a question whose order is looked at.
const PHRASE: usize = 128;
/// Brings a term's weight among questions to about one.
const TELLING_SCALE: f32 = 1.0 / 6.0;

/// Scores of all articles, chapters or laws with the best of them.
pub(super) struct Scored {
    scores: Vec<f32>,
    order: Vec<u32>,
    places: NumberMap<u32>,
    top: f32,
}

impl Scored {
    fn new(scores: Vec<f32>, most: usize) -> Self {
        let order = best(&scores, most);
        let top = order.first().map_or(1.0, |&first| scores[first as usize]).max(1e-6);
        let places = order.iter().enumerate().map(|(at, &number)| (number, at as u32)).collect();
        Self { scores, order, places, top }
    }

    /// The score.
    pub(super) fn score(&self, number: u32) -> f32 {
        self.scores[number as usize]
    }

    /// The best score of all.
    pub(super) fn top(&self) -> f32 {
        self.top
    }

    /// The score relative to the best.
    pub(super) fn share(&self, number: u32) -> f32 {
        self.score(number) / self.top
    }

    /// Logarithm of the place among the best; `beyond` for everything further back.
    pub(super) fn place(&self, number: u32, beyond: f32) -> f32 {
        self.places.get(&number).map_or(beyond, |&at| (at as f32 + 1.0).ln())
    }
}

/// The longest stretches of a question that stand in an article pair by pair.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stretch {
    /// Rarity of the rarest stretch.
    pub(super) rarity: f32,
    /// Pairs of the longest stretch.
    pub(super) pairs: u32,
}

/// One question seen against library and memory.
pub struct View<'a> {
    pub(super) library: &'a Library,
    pub(super) words: Scored,
    pub(super) telling: Scored,
    pub(super) kinship: Scored,
    pub(super) meaning: Scored,
    pub(super) both: Scored,
    pub(super) meaning_rarity: f32,
    pub(super) chapters: Scored,
    pub(super) laws: Scored,
    pub(super) headings: Scored,
    /// Rarity of the pairs shared with each article.
    pub(super) pairs: Vec<f32>,
    pub(super) asked: Recall,
    pub(super) answered: Recall,
    /// Rarity of all terms of the question, and of its pairs.
    pub(super) rarity: f32,
    pub(super) pair_rarity: f32,
    /// Different terms.
    pub(super) length: f32,
    /// Pairs in reading order; `None` where no article has it.
    phrase: Vec<Option<Known>>,
    known: Vec<Known>,
}

impl<'a> View<'a> {
    /// Looks at a question.
    pub fn new(library: &'a Library, taught: &Taught, question: &str) -> Self {
        let in_order = terms(question);
        let phrase = phrase(library, &in_order);
        let own = count(in_order);
        let known = library.body.known(&own);
        let tell = |mut known: Vec<Known>| {
            for one in &mut known {
                one.weight = taught.questions.weight(one.term) * TELLING_SCALE;
            }
            known
        };
        let (words, telling, pairs) = three_scores(library, &known, &tell(known.clone()));
        let asked = taught.questions.recall(&own);
        let kinship = library.body.scores(&kin_words(library, &asked));
        let meant = meant(library, question);
        let meaning = library.body.scores(&meant);
        let both = words.iter().zip(&meaning).map(|(w, m)| w + MEANING * m).collect();
        let chapters = library.chapters.scores(&tell(library.chapters.known(&own)));
        let laws = library.laws.scores(&tell(library.laws.known(&own)));
        let headings = library.headings.scores(&library.headings.known(&own));
        let rarity = |wanted: &dyn Fn(&Known) -> bool| {
            known.iter().filter(|one| wanted(one)).map(|one| one.idf).sum::<f32>().max(1e-3)
        };
        Self {
            library,
            words: Scored::new(words, BY_WORDS),
            telling: Scored::new(telling, BY_TELLING),
            kinship: Scored::new(kinship, BY_KINSHIP),
            meaning: Scored::new(meaning, BY_MEANING),
            both: Scored::new(both, BY_MEANING),
            meaning_rarity: meant.iter().map(|one| one.idf).sum::<f32>().max(1e-3),
            chapters: Scored::new(chapters, 100),
            laws: Scored::new(laws, 50),
            headings: Scored::new(headings, 100),
            pairs,
            asked,
            answered: taught.answers.recall(&own),
            rarity: rarity(&|_| true),
            pair_rarity: rarity(&|one| is_pair(one.term)),
            length: own.len() as f32,
            phrase,
            known,
        }
    }

    /// Articles by their own words alone (BM25), best first.
    pub fn by_words(&self) -> &[u32] {
        &self.words.order
    }

    /// Articles by what the questions that cited them had in common, best first.
    pub(super) fn by_fit(&self) -> Vec<u32> {
        let fits = self.asked.articles.iter().map(|(&number, fit)| (number, fit.likelihood));
        highest(fits.collect(), usize::MAX)
    }

    /// Every article worth a closer look, each once, ordered by number.
    pub(super) fn worth_a_look(&self, by_fit: &[u32]) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.words.order.clone();
        numbers.extend(&self.telling.order);
        numbers.extend(&self.kinship.order);
        numbers.extend(&self.meaning.order);
        numbers.extend(&self.both.order);
        numbers.extend(self.asked.votes.keys());
        numbers.extend(self.in_likely_laws());
        numbers.extend(by_fit.iter().take(BY_FIT));
        for list in [&self.words.order, &self.telling.order] {
            for &article in list.iter().take(WITH_NEIGHBOURS) {
                numbers.extend(self.library.neighbours(article, 1));
                numbers.extend(self.library.linked(article).iter().take(LINKED));
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The best by telling words within the laws that similar questions led to.
    fn in_likely_laws(&self) -> Vec<u32> {
        let fits = self.asked.laws.iter().map(|(&law, fit)| (law, fit.likelihood));
        let laws = highest(fits.collect(), LIKELY_LAWS);
        laws.into_iter()
            .flat_map(|law| {
                let own = self.library.of_law(law).map(|n| (n, self.telling.score(n)));
                highest(own.filter(|(_, score)| *score > 0.0).collect(), BY_LAW)
            })
            .collect()
    }

    /// For each of `articles` (ordered by number) the stretches it shares with the question.
    pub(super) fn stretches(&self, articles: &[u32]) -> Vec<Stretch> {
        let mut places = vec![u32::MAX; self.library.len()];
        for (at, &article) in articles.iter().enumerate() {
            places[article as usize] = at as u32;
        }
        let mut shared = vec![0_u128; articles.len()];
        for (nth, pair) in self.phrase.iter().enumerate() {
            let Some(pair) = pair else { continue };
            self.library.body.each(pair, |article, _| {
                if let Some(mask) = shared.get_mut(places[article] as usize) {
                    *mask |= 1 << nth;
                }
            });
        }
        shared.into_iter().map(|mask| self.stretch(mask)).collect()
    }

    /// For each of `articles` the sentence that speaks most of the question.
    pub(super) fn passages(&self, articles: &[u32]) -> Vec<Passage> {
        let mut probe = Probe::new(&self.known);
        articles.iter().map(|&article| probe.best(&self.library.passages, article)).collect()
    }

    fn stretch(&self, shared: u128) -> Stretch {
        let (mut found, mut run) = (Stretch::default(), Stretch::default());
        for (nth, pair) in self.phrase.iter().enumerate() {
            match pair {
                Some(pair) if shared >> nth & 1 == 1 => {
                    run.rarity += pair.idf;
                    run.pairs += 1;
                    found.rarity = found.rarity.max(run.rarity);
                    found.pairs = found.pairs.max(run.pairs);
                }
                _ => run = Stretch::default(),
            }
        }
        found
    }
}

fn phrase(library: &Library, in_order: &[Term]) -> Vec<Option<Known>> {
    let pairs = in_order.iter().filter(|term| is_pair(**term)).take(PHRASE);
    pairs.map(|&pair| library.body.known(&[(pair, 1)]).pop()).collect()
}

/// Scores by words, by telling words, and the rarity of shared pairs, in one walk.
fn three_scores(
    library: &Library,
    known: &[Known],
    telling: &[Known],
) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
    let step = library.body.step();
    let mut all = vec![[0.0_f32; 3]; library.len()];
    for (plain, tell) in known.iter().zip(telling) {
        let (by, telling_by) = (plain.weight * step, tell.weight * step);
        let rarity = if is_pair(plain.term) { plain.idf } else { 0.0 };
        library.body.each(plain, |article, impact| {
            let (sums, impact) = (&mut all[article], f32::from(impact));
            sums[0] += by * impact;
            sums[1] += telling_by * impact;
            sums[2] += rarity;
        });
    }
    let column = |nth: usize| all.iter().map(|sums| sums[nth]).collect();
    (column(0), column(1), column(2))
}

/// Pairs of what the law calls the things the question speaks of; single characters would say little
/// and cost much.
fn meant(library: &Library, question: &str) -> Vec<Known> {
    let mut terms = counted(&sayings::meant(&normalize(question)));
    terms.retain(|(term, _)| is_pair(*term));
    library.body.known(&terms)
}

/// Words of the articles that similar questions led to.
fn kin_words(library: &Library, asked: &Recall) -> Vec<Known> {
    let votes: Vec<(u32, f32)> = asked.votes.iter().map(|(&n, vote)| (n, vote.sum)).collect();
    let kin: Vec<(u32, f32)> = highest(votes, KIN)
        .into_iter()
        .map(|article| (article, asked.votes[&article].sum))
        .collect();
    library.body.words_of(&kin, KIN_WORDS)
}

/// The numbers with the highest values, highest first; equal values by number.
fn highest(mut all: Vec<(u32, f32)>, most: usize) -> Vec<u32> {
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if all.len() > most {
        all.select_nth_unstable_by(most.saturating_sub(1), order);
        all.truncate(most);
    }
    all.sort_unstable_by(order);
    all.into_iter().map(|(number, _)| number).collect()
}
