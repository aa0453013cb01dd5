//! All articles in force, ready to be searched: by their own words, by chapter, by law, by heading.

use super::index::{Builder, Index};
use super::passages::Passages;
use super::terms::{Term, count, terms};

/// One article as it goes into the library. Articles of one law come together and in order.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Name of the law; where it changes, another law begins.
    pub law: &'a str,
    /// Part, chapter and section, outermost first, as one text.
    pub heading: &'a str,
    /// Number of the article.
    pub number: u32,
    /// What kind of law it is.
    pub rank: Rank,
    /// Names that are no part of the text, such as names of crimes.
    pub names: &'a str,
    /// The text.
    pub text: &'a str,
}

/// What kind of law an article stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// Passed by the National People's Congress or its committee.
    Law,
    /// Interpretation by the supreme court or procuratorate.
    Interpretation,
    /// Regulation of the State Council, or anything below.
    Regulation,
}

/// Where an article stands.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Which law, counted from 0.
    pub law: u32,
    /// Which chapter, counted from 0 through all laws.
    pub chapter: u32,
    /// Number within its law.
    pub number: u32,
    /// What kind of law.
    pub rank: Rank,
    /// Characters of the text, rounded to a power of two.
    pub size: u8,
    /// Place within its chapter, from 0; everything behind the ninth is the tenth.
    pub nth: u8,
}

/// Collects articles.
#[derive(Default)]
pub struct Shelf {
    standing: Vec<Standing>,
    passages: Passages,
    body: Builder,
    chapters: Builder,
    laws: Builder,
    headings: Builder,
    law: String,
    heading: String,
    chapter_terms: Vec<Term>,
    law_terms: Vec<(Term, u32)>,
    law_count: u32,
    chapter_count: u32,
}

impl Shelf {
    /// Adds the next article; it gets the next number, from 0.
    pub fn add(&mut self, entry: &Entry<'_>) {
        let same_law = self.law_count > 0 && self.law == entry.law;
        if !same_law || self.heading != entry.heading {
            self.end_chapter();
            if !same_law {
                self.end_law();
                self.law_count += 1;
                entry.law.clone_into(&mut self.law);
            }
            self.chapter_count += 1;
            entry.heading.clone_into(&mut self.heading);
            let heading = format!("{}\n{}", entry.law, entry.heading);
            self.headings.add(&count(terms(&heading)));
        }
        let last = self.standing.last();
        let nth = last.filter(|last| last.chapter == self.chapter_count - 1);
        let nth = nth.map_or(0, |last| (last.nth + 1).min(9));
        self.passages.add(&format!("{}。{}", entry.text, entry.names));
        let own = terms(&format!("{}\n{}", entry.text, entry.names));
        self.chapter_terms.extend_from_slice(&own);
        let mut all = own;
        all.extend(terms(entry.law));
        all.extend(terms(entry.heading));
        self.body.add(&count(all));
        self.standing.push(Standing {
            law: self.law_count - 1,
            chapter: self.chapter_count - 1,
            number: entry.number,
            rank: entry.rank,
            size: (entry.text.len() / 3).max(1).ilog2() as u8,
            nth,
        });
    }

    fn end_chapter(&mut self) {
        if self.chapter_count == 0 {
            return;
        }
        let mut all = std::mem::take(&mut self.chapter_terms);
        self.law_terms.extend(count(all.clone()));
        all.extend(terms(&self.law));
        all.extend(terms(&self.heading));
        self.chapters.add(&count(all));
    }

    fn end_law(&mut self) {
        if self.law_count == 0 {
            return;
        }
        let mut all = std::mem::take(&mut self.law_terms);
        all.extend(count(terms(&self.law)));
        self.laws.add(&merged(all));
    }

    /// The library of everything added.
    pub fn finish(mut self) -> Library {
        self.end_chapter();
        self.end_law();
        Library {
            standing: self.standing,
            passages: self.passages,
            body: self.body.finish(),
            chapters: self.chapters.finish(),
            laws: self.laws.finish(),
            headings: self.headings.finish(),
            references: Vec::new(),
            reference_ends: Vec::new(),
            referred: Vec::new(),
        }
    }
}

fn merged(mut counted: Vec<(Term, u32)>) -> Vec<(Term, u32)> {
    counted.sort_unstable();
    counted.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    counted
}

/// Every article, searchable.
pub struct Library {
    /// Where each article stands, by its number.
    pub standing: Vec<Standing>,
    /// What stands in each article.
    pub passages: Passages,
    /// Articles by text, law, heading and names.
    pub body: Index,
    /// Chapters by all their articles.
    pub chapters: Index,
    /// Laws by all their articles.
    pub laws: Index,
    /// Chapters by law and heading alone.
    pub headings: Index,
    /// For every article those that it refers to or that refer to it.
    references: Vec<u32>,
    reference_ends: Vec<u32>,
    /// How often other articles refer to an article, by its number; empty before it is counted.
    referred: Vec<u16>,
}

impl Library {
    /// Takes in which article refers to which.
    pub fn refer(&mut self, pairs: &[(u32, u32)]) {
        self.referred = vec![0; self.standing.len()];
        let mut both: Vec<(u32, u32)> = Vec::with_capacity(pairs.len() * 2);
        for &(from, to) in pairs {
            let count = &mut self.referred[to as usize];
            *count = count.saturating_add(1);
            both.extend([(from, to), (to, from)]);
        }
        both.sort_unstable();
        both.dedup();
        let ends = (0..self.standing.len() as u32)
            .map(|article| both.partition_point(|pair| pair.0 <= article) as u32);
        self.reference_ends = ends.collect();
        self.references = both.into_iter().map(|pair| pair.1).collect();
    }

    /// The articles that this one refers to or that refer to it.
    pub fn linked(&self, article: u32) -> &[u32] {
        let at = article as usize;
        let Some(&end) = self.reference_ends.get(at) else { return &[] };
        let from = at.checked_sub(1).map_or(0, |before| self.reference_ends[before]);
        &self.references[from as usize..end as usize]
    }

    /// How often other articles refer to this one.
    pub fn referred(&self, article: u32) -> u16 {
        self.referred.get(article as usize).copied().unwrap_or(0)
    }

    /// Number of articles.
    pub fn len(&self) -> usize {
        self.standing.len()
    }

    /// Whether there is no article.
    pub fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let indexes = [&self.body, &self.chapters, &self.laws, &self.headings];
        let held: usize = indexes.iter().map(|index| index.bytes()).sum();
        let links = (self.references.len() + self.reference_ends.len()) * 4;
        held + links + self.passages.bytes() + self.standing.len() * size_of::<Standing>()
    }

    /// The articles of one law.
    pub fn of_law(&self, law: u32) -> std::ops::Range<u32> {
        let from = self.standing.partition_point(|standing| standing.law < law);
        let to = self.standing.partition_point(|standing| standing.law <= law);
        from as u32..to as u32
    }

    /// Articles of the same law within `reach` places before and after, without `article` itself.
    pub fn neighbours(&self, article: u32, reach: usize) -> impl Iterator<Item = u32> {
        let (own, at) = (self.standing[article as usize].law, article as usize);
        let places = at.saturating_sub(reach)..(at + reach + 1).min(self.standing.len());
        places
            .filter(move |&place| place != at && self.standing[place].law == own)
            .map(|place| place as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Rank, Shelf};

    #[test]
    fn articles_know_whom_they_refer_to_and_who_refers_to_them() {
        let mut shelf = Shelf::default();
        for number in 1..=4 {
            shelf.add(&Entry {
                law: "甲法",
                heading: "",
                number,
                rank: Rank::Law,
                names: "",
                text: "借款应当返还。",
            });
        }
        let mut library = shelf.finish();
        assert!(library.linked(0).is_empty());
        library.refer(&[(0, 2), (0, 2), (3, 2), (2, 1)]);
        assert_eq!(library.linked(2), [0, 1, 3]);
        assert_eq!(library.linked(0), [2]);
        assert_eq!([0, 1, 2, 3].map(|article| library.referred(article)), [0, 1, 3, 0]);
        assert_eq!(library.standing[3].nth, 3);
    }
}
