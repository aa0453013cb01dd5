//! Makes rows for growing a ranker out of answered questions.
//!
//! A question must not meet itself in memory, nor may its absence show: leaving out one question at a
//! time makes the counts of exactly its own articles smaller, which trees find at once. So memory
//! leaves out whole parts: a random part of the questions (what is usual), and every question
//! that cites any of a random part of the articles (what is new).

use std::hash::Hasher;

use super::features::{COUNT, Candidate, PLACES, VOTE, candidates};
use super::growing::Rows;
use super::library::Library;
use super::memory::{Memory, Taught};
use super::terms::{NumberMap, Spread};
use super::view::View;

/// Parts into which questions are divided.
const WARM_PARTS: u64 = 10;
/// Parts into which articles are divided.
const COLD_PARTS: u64 = 5;
/// Least and most that a question counts whose articles are taken for new.
const COLD_WEIGHTS: [f32; 2] = [0.1, 0.5];

/// Logarithm of the place up to which every article that does not fit is learned from.
const NEAR_THE_TOP: f32 = 4.1;

/// One answered question.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// The question.
    pub question: String,
    /// Articles cited, by their number in the library.
    pub cites: Vec<u32>,
    /// The answer; empty when not known.
    pub answer: String,
}

/// What some lessons teach.
pub fn remember<'a>(
    library: &Library,
    lessons: impl Iterator<Item = &'a Lesson> + Clone,
) -> Taught {
    let with_answer = lessons.clone().filter(|lesson| !lesson.answer.is_empty());
    Taught {
        questions: remember_as(library, lessons, |lesson| &lesson.question),
        answers: remember_as(library, with_answer, |lesson| &lesson.answer),
    }
}

fn remember_as<'a>(
    library: &Library,
    lessons: impl Iterator<Item = &'a Lesson>,
    text: impl Fn(&'a Lesson) -> &'a str,
) -> Memory {
    let mut memory = Memory::default();
    for lesson in lessons {
        let stands = |&cited: &u32| {
            let standing = library.standing[cited as usize];
            (cited, standing.chapter, standing.law)
        };
        let cites: Vec<(u32, u32, u32)> = lesson.cites.iter().map(stands).collect();
        memory.add(text(lesson), &cites);
    }
    memory.settle();
    memory
}

/// The part something falls into by its content.
pub fn part_of(text: &str, parts: u64) -> u64 {
    let mut spread = Spread::default();
    spread.write(text.as_bytes());
    (spread.finish() >> 20) % parts
}

/// How many of the questions cite only what no other question cites: so many will come.
fn new_share(lessons: &[Lesson]) -> f32 {
    let mut times: NumberMap<u32> = NumberMap::default();
    for cited in lessons.iter().flat_map(|lesson| &lesson.cites) {
        *times.entry(*cited).or_default() += 1;
    }
    let new = lessons.iter().filter(|lesson| lesson.cites.iter().all(|cited| times[cited] == 1));
    new.count() as f32 / lessons.len().max(1) as f32
}

fn part_of_article(article: u32) -> u64 {
    let mut spread = Spread::default();
    spread.write_u32(article.wrapping_add(977));
    (spread.finish() >> 20) % COLD_PARTS
}

/// Rows for every lesson, as usual and as new; calls `told` with the share done.
pub fn rows(library: &Library, lessons: &[Lesson], mut told: impl FnMut(f32)) -> Rows {
    let mut rows = Rows { width: COUNT, ..Rows::default() };
    let parts = (WARM_PARTS + COLD_PARTS) as f32;
    for part in 0..WARM_PARTS {
        let left_out = |lesson: &Lesson| part_of(&lesson.question, WARM_PARTS) == part;
        add(library, lessons, left_out, 1.0, &mut rows);
        told((part + 1) as f32 / parts);
    }
    let cold = new_share(lessons).clamp(COLD_WEIGHTS[0], COLD_WEIGHTS[1]);
    for part in 0..COLD_PARTS {
        let left_out =
            |lesson: &Lesson| lesson.cites.iter().any(|&cited| part_of_article(cited) == part);
        add(library, lessons, left_out, cold, &mut rows);
        told((WARM_PARTS + part + 1) as f32 / parts);
    }
    rows
}

fn add(
    library: &Library,
    lessons: &[Lesson],
    left_out: impl Fn(&Lesson) -> bool,
    weight: f32,
    rows: &mut Rows,
) {
    let taught = remember(library, lessons.iter().filter(|lesson| !left_out(lesson)));
    for lesson in lessons.iter().filter(|lesson| left_out(lesson)) {
        let candidates = candidates(&View::new(library, &taught, &lesson.question));
        if !candidates.iter().any(|candidate| lesson.cites.contains(&candidate.article)) {
            continue;
        }
        for candidate in candidates {
            let fits = lesson.cites.contains(&candidate.article);
            if fits || is_instructive(&candidate) {
                rows.values.extend(candidate.row);
                rows.fits.push(fits);
            }
        }
        rows.ends.push(rows.fits.len());
        rows.weights.push(weight);
    }
}

/// Whether an article that does not fit teaches enough: all near the top, and one in three beyond.
fn is_instructive(candidate: &Candidate) -> bool {
    let near_the_top = PLACES.iter().any(|&place| candidate.row[place] < NEAR_THE_TOP);
    near_the_top || candidate.row[VOTE] > 0.0 || candidate.article.is_multiple_of(3)
}
