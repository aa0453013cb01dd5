//! Answered questions and the articles their answers cited. A new question is compared with them.

use std::collections::HashMap;

use super::index::best;
use super::terms::{NumberMap, Term, TermMap, count, terms};

/// Similar questions that may vote.
const VOTERS: usize = 30;
/// Smoothing of how often a term stands in the questions of one article, chapter or law.
const SMOOTHING: f32 = 16.0;
/// Terms in more than one of so many questions tell nothing about what was cited.
const TOO_COMMON: usize = 6;
/// A term in so few questions tells something however few questions there are.
const NEVER_TOO_COMMON: usize = 2;

/// One answered question.
#[derive(Clone, Debug)]
struct Answered {
    /// Numbers of the articles cited.
    cites: Vec<u32>,
    /// Places of its articles, chapters and laws among the groups, each once.
    groups: Vec<u32>,
    /// Length of its vector.
    norm: f32,
}

/// What a group is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Group {
    Article(u32),
    Chapter(u32),
    Law(u32),
}

/// Answered questions.
#[derive(Default)]
pub struct Memory {
    answered: Vec<Answered>,
    postings: TermMap<Vec<u32>>,
    /// Every article, chapter and law cited, and how many questions cite it.
    groups: Vec<(Group, u32)>,
    places: HashMap<Group, u32>,
}

/// What similar answered questions say about one article.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vote {
    /// Sum of the squared likenesses of those that cite it.
    pub sum: f32,
    /// Likeness of the nearest that cites it.
    pub nearest: f32,
    /// How many of the voters cite it.
    pub count: u32,
}

/// How well a question fits the questions that cited one article (or chapter, or law).
#[derive(Clone, Copy, Debug, Default)]
pub struct Fit {
    /// Logarithm of how much likelier the question is among them than among all questions.
    pub likelihood: f32,
    /// How many cited it.
    pub cited: u32,
}

/// All that memory says about one question.
#[derive(Default)]
pub struct Recall {
    /// By article.
    pub votes: NumberMap<Vote>,
    /// By article.
    pub articles: NumberMap<Fit>,
    /// By chapter.
    pub chapters: NumberMap<Fit>,
    /// By law.
    pub laws: NumberMap<Fit>,
    /// Likeness of the nearest answered question.
    pub nearest: f32,
    /// Sum of all votes.
    pub total: f32,
    /// Answered questions looked at.
    pub known: u32,
}

/// What answered questions teach: what was asked, and what was answered.
#[derive(Default)]
pub struct Taught {
    /// Questions.
    pub questions: Memory,
    /// Answers; they speak the law's language and the citizen's.
    pub answers: Memory,
}

impl Memory {
    /// Bytes held, about.
    pub fn bytes(&self) -> usize {
        let held: usize = self.postings.values().map(|list| list.capacity() * 4 + 40).sum();
        let each = |one: &Answered| one.cites.capacity() * 4 + one.groups.capacity() * 4 + 56;
        held + self.answered.iter().map(each).sum::<usize>() + self.groups.len() * 40
    }

    /// Number of answered questions.
    pub fn len(&self) -> usize {
        self.answered.len()
    }

    /// Whether nothing was answered yet.
    pub fn is_empty(&self) -> bool {
        self.answered.is_empty()
    }

    /// Remembers that the answer to `question` cited `cites`: numbers of articles, each with its
    /// chapter and law. [`Memory::settle`] must follow before it is asked.
    pub fn add(&mut self, question: &str, cites: &[(u32, u32, u32)]) {
        let number = self.answered.len() as u32;
        for (term, _) in count(terms(question)) {
            self.postings.entry(term).or_default().push(number);
        }
        let mut groups: Vec<u32> = cites
            .iter()
            .flat_map(|&(article, chapter, law)| {
                [Group::Article(article), Group::Chapter(chapter), Group::Law(law)]
            })
            .map(|group| self.place(group))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        for &group in &groups {
            self.groups[group as usize].1 += 1;
        }
        let cites = cites.iter().map(|cited| cited.0).collect();
        self.answered.push(Answered { cites, groups, norm: 1.0 });
    }

    fn place(&mut self, group: Group) -> u32 {
        let next = self.groups.len() as u32;
        let place = *self.places.entry(group).or_insert(next);
        if place == next {
            self.groups.push((group, 0));
        }
        place
    }

    /// Works every length out anew, once questions were added.
    pub fn settle(&mut self) {
        let mut squares = vec![0.0_f32; self.answered.len()];
        let mut ordered: Vec<(&Term, &Vec<u32>)> = self.postings.iter().collect();
        // Sums of fractions depend on their order; the same questions must give the same lengths.
        ordered.sort_unstable_by_key(|(term, _)| **term);
        for (_, list) in ordered {
            let weight = self.rarity(list.len()).powi(2);
            for &number in list {
                squares[number as usize] += weight;
            }
        }
        for (answered, square) in self.answered.iter_mut().zip(squares) {
            answered.norm = square.sqrt().max(1e-3);
        }
    }

    /// How telling a term is among questions: near 0 for what every question says.
    pub fn weight(&self, term: Term) -> f32 {
        self.rarity(self.postings.get(&term).map_or(0, Vec::len))
    }

    fn rarity(&self, with: usize) -> f32 {
        let (all, with) = (self.answered.len() as f32, with as f32);
        ((all + 1.0) / (with + 0.5)).ln().max(0.0)
    }

    /// What the answered questions say about this one.
    pub fn recall(&self, counted: &[(Term, u32)]) -> Recall {
        let mut recall = Recall { known: self.answered.len() as u32, ..Recall::default() };
        let mut likeness = vec![0.0_f32; self.answered.len()];
        let mut square = 0.0;
        for &(term, _) in counted {
            let list = self.postings.get(&term).map_or(&[][..], Vec::as_slice);
            let weight = self.rarity(list.len()).powi(2);
            square += weight;
            for &number in list {
                likeness[number as usize] += weight;
            }
        }
        let own = square.sqrt().max(1e-3);
        for (like, answered) in likeness.iter_mut().zip(&self.answered) {
            *like /= own * answered.norm;
        }
        self.vote(&likeness, &mut recall);
        self.fit(counted, &mut recall);
        recall
    }

    fn vote(&self, likeness: &[f32], recall: &mut Recall) {
        let voters = best(likeness, VOTERS);
        recall.nearest = voters.first().map_or(0.0, |&first| likeness[first as usize]);
        for voter in voters {
            let like = likeness[voter as usize];
            for &cited in &self.answered[voter as usize].cites {
                let vote = recall.votes.entry(cited).or_default();
                vote.sum += like * like;
                vote.nearest = vote.nearest.max(like);
                vote.count += 1;
            }
            recall.total += like * like;
        }
    }

    fn fit(&self, counted: &[(Term, u32)], recall: &mut Recall) {
        let mut tallies = vec![Tally::default(); self.groups.len()];
        let mut looked = 0;
        for (nth, (term, _)) in counted.iter().enumerate() {
            let list = self.postings.get(term).map_or(&[][..], Vec::as_slice);
            if list.len() > (self.answered.len() / TOO_COMMON).max(NEVER_TOO_COMMON) {
                continue;
            }
            looked += 1;
            let common = (list.len() as f32 + 0.5) / (self.answered.len() as f32 + 1.0);
            for &number in list {
                for &group in &self.answered[number as usize].groups {
                    tallies[group as usize].hear(nth as u32, common);
                }
            }
        }
        for (tally, &(group, cited)) in tallies.iter_mut().zip(&self.groups) {
            tally.close();
            let loss = looked as f32 * ((cited as f32 + SMOOTHING) / SMOOTHING).ln();
            let fit = Fit { likelihood: tally.gain - loss, cited };
            match group {
                Group::Article(number) => recall.articles.insert(number, fit),
                Group::Chapter(number) => recall.chapters.insert(number, fit),
                Group::Law(number) => recall.laws.insert(number, fit),
            };
        }
    }
}

/// What is counted for one article, chapter or law.
#[derive(Clone, Copy, Default)]
struct Tally {
    gain: f32,
    /// The term being counted.
    term: u32,
    /// Questions among them that have it.
    heard: u32,
    /// How common it is among all questions.
    common: f32,
}

impl Tally {
    fn hear(&mut self, term: u32, common: f32) {
        if self.term != term || self.heard == 0 {
            self.close();
            (self.term, self.common) = (term, common);
        }
        self.heard += 1;
    }

    fn close(&mut self) {
        if self.heard > 0 {
            let prior = SMOOTHING * self.common;
            self.gain += ((self.heard as f32 + prior) / prior).ln();
            self.heard = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::terms::counted;
    use super::Memory;

    #[test]
    fn the_article_of_the_most_alike_question_gets_the_most_votes() {
        let mut memory = Memory::default();
        memory.add("老板拖欠工资不给怎么办", &[(7, 2, 1)]);
        memory.add("离婚孩子抚养权归谁", &[(9, 4, 3)]);
        memory.add("租房押金不退怎么办", &[(11, 6, 5)]);
        memory.settle();
        let recall = memory.recall(&counted("公司拖欠工资"));
        assert!(recall.votes[&7].nearest > 0.3);
        assert!(!recall.votes.contains_key(&9));
        assert!(recall.laws[&1].likelihood > recall.laws[&3].likelihood);
        assert_eq!((recall.known, recall.articles[&7].cited), (3, 1));
    }

    #[test]
    fn an_empty_memory_says_nothing() {
        let recall = Memory::default().recall(&counted("拖欠工资"));
        assert!(recall.votes.is_empty() && recall.laws.is_empty());
    }
}
