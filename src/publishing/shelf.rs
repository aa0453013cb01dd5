//! The published articles as the conversation knows them: found by words, one for each day. In memory
//! and pure. What is in doubt is left out.

use super::reading::words;
use super::{Article, ArticleId, ArticleState};
use crate::knowledge::index::{Builder, Index, best};
use crate::knowledge::terms::{count, terms};

/// A title's words count as often as if they stood there so many times.
const TITLE: usize = 4;

/// One article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Id, part of its address.
    pub id: ArticleId,
    /// Title.
    pub title: String,
    /// Digest; may be empty.
    pub digest: String,
}

/// Every article that may be named to citizens.
#[derive(Default)]
pub struct Shelf {
    pieces: Vec<Piece>,
    index: Option<Index>,
}

impl Shelf {
    /// The published ones among `articles` whose laws still hold.
    pub fn new(articles: &[Article]) -> Self {
        let (mut pieces, mut builder) = (Vec::new(), Builder::default());
        let stands = |article: &&Article| {
            article.state == ArticleState::Published && article.doubt.is_none()
        };
        for article in articles.iter().filter(stands) {
            let mut found = terms(&words(&article.body));
            found.extend(terms(&article.digest));
            for _ in 0..TITLE {
                found.extend(terms(&article.title));
            }
            builder.add(&count(found));
            pieces.push(Piece {
                id: article.id,
                title: article.title.clone(),
                digest: article.digest.clone(),
            });
        }
        Self { index: Some(builder.finish()), pieces }
    }

    /// The `most` articles that fit some words best, best first.
    pub fn matching(&self, words: &str, most: usize) -> Vec<&Piece> {
        let Some(index) = &self.index else { return Vec::new() };
        let scores = index.scores(&index.known(&count(terms(words))));
        let places: Vec<usize> =
            best(&scores, most).into_iter().map(|place| place as usize).collect();
        let least = places.first().map_or(0.0, |&place| scores[place] / 2.0);
        let fits =
            places.into_iter().take_while(|&place| scores[place] > 0.0 && scores[place] >= least);
        fits.map(|place| &self.pieces[place]).collect()
    }

    /// The article of a day: each in turn, those with a digest only.
    pub fn of_day(&self, day: i64) -> Option<&Piece> {
        let told: Vec<&Piece> =
            self.pieces.iter().filter(|piece| !piece.digest.is_empty()).collect();
        let turn = day.rem_euclid(i64::try_from(told.len().max(1)).unwrap_or(1));
        told.get(usize::try_from(turn).unwrap_or(0)).copied()
    }
}
