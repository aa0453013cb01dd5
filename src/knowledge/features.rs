//! What the ranker looks at: for every article that may fit a question, a row of cheap numbers.

use super::library::Rank;
use super::memory::{Fit, Recall};
use super::passages::Passage;
use super::terms::NumberMap;
use super::view::{LINKED, Stretch, View};

/// How many numbers describe one candidate.
pub const COUNT: usize = 66;

/// Where a row tells the article's place by words and by telling words.
pub const PLACES: [usize; 2] = [2, 5];
/// Where a row tells the votes of similar questions.
pub const VOTE: usize = 21;

/// Stands for the likelihood where nothing was ever cited.
const NEVER: f32 = -9.0;

/// One article that may fit.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its number in the library.
    pub article: u32,
    /// What the ranker looks at.
    pub row: [f32; COUNT],
}

/// The highest votes and the order by fit, which all rows of a question share.
struct Shared {
    best_vote: f32,
    best_answer_vote: f32,
    fits: NumberMap<u32>,
}

/// Every article worth a closer look, with what the ranker looks at.
pub fn candidates(view: &View<'_>) -> Vec<Candidate> {
    let by_fit = view.by_fit();
    let articles = view.worth_a_look(&by_fit);
    let highest = |recall: &Recall| recall.votes.values().map(|vote| vote.sum).fold(1e-6, f32::max);
    let shared = Shared {
        best_vote: highest(&view.asked),
        best_answer_vote: highest(&view.answered),
        fits: by_fit.iter().enumerate().map(|(at, &number)| (number, at as u32)).collect(),
    };
    let stretches = view.stretches(&articles);
    let passages = view.passages(&articles);
    articles
        .into_iter()
        .zip(stretches.into_iter().zip(passages))
        .map(|(article, read)| Candidate { article, row: row(view, article, read, &shared) })
        .collect()
}

fn row(
    view: &View<'_>,
    article: u32,
    (stretch, passage): (Stretch, Passage),
    shared: &Shared,
) -> [f32; COUNT] {
    let mut row = [0.0; COUNT];
    let parts = [
        &by_text(view, article, stretch)[..],
        &by_questions(view, article, shared),
        &by_answers(view, article, shared),
        &by_standing(view, article),
        &by_meaning(view, article, passage),
        &by_links(view, article, shared),
    ];
    for (place, number) in row.iter_mut().zip(parts.into_iter().flatten()) {
        *place = *number;
    }
    row
}

/// What the words of article, chapter, law and heading share with the question.
fn by_text(view: &View<'_>, article: u32, stretch: Stretch) -> [f32; 21] {
    let standing = view.library.standing[article as usize];
    let neighbours = view.library.neighbours(article, 2);
    [
        view.words.share(article),
        view.words.score(article) / view.rarity,
        view.words.place(article, 6.0),
        view.words.score(article),
        view.telling.share(article),
        view.telling.place(article, 6.0),
        view.telling.score(article),
        view.pairs[article as usize] / view.pair_rarity,
        view.chapters.share(standing.chapter),
        view.chapters.place(standing.chapter, 6.0),
        view.chapters.score(standing.chapter),
        view.laws.share(standing.law),
        view.laws.place(standing.law, 5.0),
        view.laws.score(standing.law),
        view.headings.share(standing.chapter),
        view.headings.place(standing.chapter, 6.0),
        neighbours.map(|near| view.telling.share(near)).fold(0.0, f32::max),
        view.words.top() / view.rarity,
        stretch.rarity,
        stretch.rarity / view.pair_rarity,
        stretch.pairs as f32,
    ]
}

/// What similar questions cited, and what the questions that cited this article, its chapter and
/// its law had in common.
fn by_questions(view: &View<'_>, article: u32, shared: &Shared) -> [f32; 19] {
    let standing = view.library.standing[article as usize];
    let asked = &view.asked;
    let vote = asked.votes.get(&article).copied().unwrap_or_default();
    let near = view.library.neighbours(article, 2).filter_map(|near| asked.votes.get(&near));
    let (own, chapter, law) = (
        asked.articles.get(&article),
        asked.chapters.get(&standing.chapter),
        asked.laws.get(&standing.law),
    );
    let often = |fit: Option<&Fit>| fit.map_or(0.0, |fit| (fit.cited as f32 + 1.0).ln());
    let known = asked.known.max(1) as f32;
    let part = |fit: Option<&Fit>| fit.map_or(0.0, |fit| fit.cited as f32 / known);
    [
        vote.sum / shared.best_vote,
        vote.sum / asked.total.max(1e-6),
        vote.nearest,
        vote.count as f32,
        near.map(|vote| vote.sum).fold(0.0, f32::max),
        asked.nearest,
        view.kinship.share(article),
        view.kinship.place(article, 5.0),
        likelihood(view, own),
        likelihood(view, chapter),
        likelihood(view, law),
        own.map_or(-99.0, |fit| fit.likelihood),
        law.map_or(-99.0, |fit| fit.likelihood),
        often(own),
        often(chapter),
        often(law),
        part(chapter),
        part(law),
        shared.fits.get(&article).map_or(6.0, |&at| (at as f32 + 1.0).ln()),
    ]
}

/// The same of what was answered.
fn by_answers(view: &View<'_>, article: u32, shared: &Shared) -> [f32; 5] {
    let standing = view.library.standing[article as usize];
    let vote = view.answered.votes.get(&article).copied().unwrap_or_default();
    [
        vote.sum / shared.best_answer_vote,
        vote.nearest,
        likelihood(view, view.answered.articles.get(&article)),
        likelihood(view, view.answered.chapters.get(&standing.chapter)),
        likelihood(view, view.answered.laws.get(&standing.law)),
    ]
}

fn likelihood(view: &View<'_>, fit: Option<&Fit>) -> f32 {
    fit.map_or(NEVER, |fit| fit.likelihood / view.length.max(1.0))
}

/// What is true of the article whatever is asked. Its number and exact length are left out: trees
/// would know single articles by them.
fn by_standing(view: &View<'_>, article: u32) -> [f32; 5] {
    let standing = view.library.standing[article as usize];
    [
        f32::from(u8::from(standing.rank == Rank::Law)),
        f32::from(u8::from(standing.rank == Rank::Interpretation)),
        f32::from(standing.size),
        (f32::from(view.library.referred(article)) + 1.0).ln(),
        view.length,
    ]
}

/// What the law's words for the question, and its best sentence, share with the article.
fn by_meaning(view: &View<'_>, article: u32, passage: Passage) -> [f32; 9] {
    [
        view.meaning.share(article),
        view.meaning.score(article) / view.meaning_rarity,
        view.meaning.place(article, 6.0),
        view.both.share(article),
        view.both.place(article, 6.0),
        passage.rarity / view.rarity,
        passage.pair_rarity / view.pair_rarity,
        passage.pair_rarity,
        passage.share,
    ]
}

/// How well the articles fit that this one refers to or that refer to it, and where it stands.
fn by_links(view: &View<'_>, article: u32, shared: &Shared) -> [f32; 7] {
    let standing = view.library.standing[article as usize];
    let linked = || view.library.linked(article).iter().take(LINKED).copied();
    let votes = |near: u32| view.asked.votes.get(&near).map_or(0.0, |vote| vote.sum);
    let own = view.library.of_law(standing.law);
    let size = own.end - own.start;
    [
        linked().map(|near| view.words.share(near)).fold(0.0, f32::max),
        linked().map(|near| view.telling.share(near)).fold(0.0, f32::max),
        linked().map(votes).fold(0.0, f32::max) / shared.best_vote,
        linked().count() as f32,
        f32::from(standing.nth),
        (article - own.start) as f32 / size as f32,
        (size as f32).log2().round(),
    ]
}
