//! From labelled questions to a model: vocabulary, weights, and an honest confidence.

use std::collections::HashMap;

use super::super::classify::{self, Evidence};
use super::super::fields::{FIELD_COUNT, Field};
use super::super::normalize;
use super::grams::each_gram;
use super::judge::Judged;
use super::model::{CALIBRATION, DENSE, MARK_TIMES, Model, Parts, confidence, each_dense, signs};
use super::numbers::ln;
use super::trainer::{Row, Task, fit};

/// How far a label can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A person read the question; only these judge a model.
    Read,
    /// Derived from the law that a lawyer's answer cites.
    Derived,
    /// Chosen by whoever posted the question, or by where it was posted.
    Weak,
}

/// One labelled question.
pub struct Example {
    /// As the citizen wrote it.
    pub text: String,
    /// The best field.
    pub field: Field,
    /// Every field a person would accept, `field` included.
    pub accept: Vec<Field>,
    /// Where the label comes from.
    pub trust: Trust,
}

/// A gram counts when so many questions have it.
pub(super) const LEAST_QUESTIONS: u32 = 2;
/// The penalty on the weights of grams, and of what the word tables say.
pub(super) const GRAM_PENALTY: f64 = 0.5;
const DENSE_PENALTY: f64 = 0.3;
const CONSTANT_PENALTY: f64 = 0.01;
/// All grams of a text together count as much as so many features of the word tables.
pub(super) const GRAM_SHARE: f32 = 3.0;
/// The share of the best field where others are acceptable too.
const BEST_SHARE: f32 = 0.85;
/// A weak label is left out when the word tables contradict it with more than this confidence.
const CONTRADICTED: f32 = 0.4;
const CALIBRATION_PENALTY: f64 = 0.5;
const STEPS: usize = 60;
/// Before calibration: the odds of the best field.
const PLAIN: [f32; CALIBRATION] = [0.0, 1.0, 0.0, 0.0, 0.0];
/// Parts that the questions are dealt into, so that each is judged by a model that never saw it.
const FOLDS: usize = 5;

/// A question ready for learning.
pub(super) struct Prepared<'a> {
    pub(super) example: &'a Example,
    fold: usize,
    pub(super) meant: String,
    pub(super) evidence: Evidence,
    pub(super) grams: Vec<(u32, u32)>,
}

/// Reads every example once.
pub(super) fn prepare(examples: &[Example]) -> Vec<Prepared<'_>> {
    examples
        .iter()
        .map(|example| {
            let meant = classify::as_meant(&normalize(&example.text));
            let evidence = classify::evidence(&meant);
            let mut hashes: Vec<u32> = Vec::new();
            each_gram(&meant, |gram| hashes.push(gram.hash));
            for &mark in &evidence.marks {
                hashes.extend([mark; MARK_TIMES]);
            }
            hashes.sort_unstable();
            let grams = hashes.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u32));
            let fold = fingerprint(&example.text) as usize % FOLDS;
            Prepared { example, fold, grams: grams.collect(), evidence, meant }
        })
        .collect()
}

/// A short number that tells a question again, whatever file it stands in.
pub fn fingerprint(text: &str) -> u32 {
    let plain = normalize(text);
    let mixed = plain.chars().fold(0x2545_f491_4f6c_dd1d_u64, |mixed, character| {
        (mixed.rotate_left(19) ^ u64::from(character)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    (mixed >> 32) as u32
}

/// A model, and how well models like it read questions they had not learned from.
pub struct Learned {
    /// Learned from every example.
    pub model: Model,
    /// Every question labelled by itself, by its place among the examples, as the model of the
    /// other folds read it; also its confidence comes from the other folds.
    pub judged: Vec<(usize, Judged)>,
}

struct Seen {
    place: usize,
    fold: usize,
    signs: [f32; CALIBRATION],
    judged: Judged,
}

/// Learns from all examples and judges itself; `progress` hears a share from 0 to 1.
pub fn learn(examples: &[Example], mut progress: impl FnMut(f32)) -> Learned {
    let prepared = prepare(examples);
    let rounds = (FOLDS + 1) as f32;
    let mut seen: Vec<Seen> = Vec::new();
    for fold in 0..FOLDS {
        let others: Vec<&Prepared<'_>> = prepared.iter().filter(|one| one.fold != fold).collect();
        let model = weigh(&others, PLAIN, |share| progress((fold as f32 + share) / rounds));
        for (place, question) in prepared.iter().enumerate() {
            if question.fold == fold && question.example.trust == Trust::Read {
                seen.push(judge(&model, place, question));
            }
        }
    }
    let all: Vec<&Prepared<'_>> = prepared.iter().collect();
    let calibration = calibrate(seen.iter());
    let model = weigh(&all, calibration, |share| progress((FOLDS as f32 + share) / rounds));
    for fold in 0..FOLDS {
        let calibration = calibrate(seen.iter().filter(|one| one.fold != fold));
        for one in seen.iter_mut().filter(|one| one.fold == fold) {
            one.judged.confidence = confidence(&one.signs, &calibration);
        }
    }
    Learned { model, judged: seen.into_iter().map(|one| (one.place, one.judged)).collect() }
}

fn judge(model: &Model, place: usize, question: &Prepared<'_>) -> Seen {
    let scored = model.score(&question.meant, &question.evidence);
    let judged = Judged {
        said: scored.best,
        confidence: scored.confidence,
        field: question.example.field,
        accept: question.example.accept.clone(),
    };
    let signs = signs(&scored.shares, &question.evidence);
    Seen { place, fold: question.fold, signs, judged }
}

fn weigh(
    questions: &[&Prepared<'_>],
    calibration: [f32; CALIBRATION],
    mut progress: impl FnMut(f32),
) -> Model {
    let grams = vocabulary(questions);
    let places: HashMap<u32, (u32, f32)> = grams
        .iter()
        .enumerate()
        .map(|(place, &(hash, rarity))| (hash, (place as u32, rarity)))
        .collect();
    let rows: Vec<Row> = questions
        .iter()
        .filter(|question| !contradicted(question))
        .map(|question| row(question, &places))
        .collect();
    let mut penalties = vec![DENSE_PENALTY; DENSE];
    penalties[0] = CONSTANT_PENALTY;
    penalties.resize(DENSE + grams.len(), GRAM_PENALTY);
    let task = Task { rows: &rows, classes: FIELD_COUNT, penalties: &penalties, steps: STEPS };
    let learned = fit(&task, |step| progress(step as f32 / STEPS as f32));
    let row_of = |feature: usize, factor: f32| {
        let mut row = [0.0_f32; FIELD_COUNT];
        for (value, weight) in row.iter_mut().zip(&learned[feature * FIELD_COUNT..]) {
            *value = *weight as f32 * factor;
        }
        row
    };
    let weights = grams
        .iter()
        .enumerate()
        .map(|(place, &(_, rarity))| row_of(DENSE + place, rarity * GRAM_SHARE))
        .collect();
    let dense = (0..DENSE).map(|feature| row_of(feature, 1.0)).collect();
    let mut prints: Vec<u32> = questions
        .iter()
        .filter(|question| question.example.trust == Trust::Read)
        .map(|question| fingerprint(&question.example.text))
        .collect();
    prints.sort_unstable();
    prints.dedup();
    Model::new(Parts { grams, weights, dense, calibration, learned: prints })
}

/// Every gram that enough questions have, with its rarity, by rising hash.
fn vocabulary(questions: &[&Prepared<'_>]) -> Vec<(u32, f32)> {
    let mut having: HashMap<u32, u32> = HashMap::new();
    for &(hash, _) in questions.iter().flat_map(|question| &question.grams) {
        *having.entry(hash).or_default() += 1;
    }
    let all = questions.len() as f64;
    let mut grams: Vec<(u32, f32)> = having
        .into_iter()
        .filter(|&(_, count)| count >= LEAST_QUESTIONS)
        .map(|(hash, count)| (hash, (ln(all / f64::from(count)) + 1.0) as f32))
        .collect();
    grams.sort_by_key(|gram| gram.0);
    grams
}

pub(super) fn row(question: &Prepared<'_>, places: &HashMap<u32, (u32, f32)>) -> Row {
    let mut features: Vec<(u32, f32)> = Vec::new();
    each_dense(&question.evidence, |feature, value| features.push((feature as u32, value)));
    let known: Vec<(u32, f32, f32)> = question
        .grams
        .iter()
        .filter_map(|(hash, count)| {
            places.get(hash).map(|&(place, rarity)| (place, rarity, *count as f32))
        })
        .collect();
    let square: f32 = known.iter().map(|&(_, rarity, count)| count * rarity * rarity).sum();
    let unit = GRAM_SHARE / square.sqrt().max(1e-6);
    features.extend(
        known.iter().map(|&(place, rarity, count)| (DENSE as u32 + place, count * rarity * unit)),
    );
    let (target, weight) = (target(question.example), weight(question.example.trust));
    Row { features, target, weight, before: Vec::new() }
}

fn target(example: &Example) -> Vec<f32> {
    let mut target = vec![0.0; FIELD_COUNT];
    let others: Vec<Field> =
        example.accept.iter().copied().filter(|&field| field != example.field).collect();
    target[example.field.index()] = if others.is_empty() { 1.0 } else { BEST_SHARE };
    for field in &others {
        target[field.index()] = (1.0 - BEST_SHARE) / others.len() as f32;
    }
    target
}

fn weight(trust: Trust) -> f32 {
    match trust {
        Trust::Read => 1.0,
        Trust::Derived => 0.3,
        Trust::Weak => 0.05,
    }
}

fn contradicted(question: &Prepared<'_>) -> bool {
    question.example.trust == Trust::Weak
        && classify::by_words(&question.evidence).is_some_and(|found| {
            found.field != question.example.field && found.confidence > CONTRADICTED
        })
}

/// Logistic regression from the signs of a reading to whether a person accepted it.
fn calibrate<'a>(seen: impl Iterator<Item = &'a Seen>) -> [f32; CALIBRATION] {
    let rows: Vec<Row> = seen
        .map(|one| Row {
            features: (0_u32..).zip(one.signs).collect(),
            target: if one.judged.accepted() { vec![0.0, 1.0] } else { vec![1.0, 0.0] },
            weight: 1.0,
            before: Vec::new(),
        })
        .collect();
    let penalties = [CALIBRATION_PENALTY; CALIBRATION];
    let task = Task { rows: &rows, classes: 2, penalties: &penalties, steps: 200 };
    let weights = fit(&task, |_| {});
    std::array::from_fn(|sign| (weights[sign * 2 + 1] - weights[sign * 2]) as f32)
}

#[cfg(test)]
mod tests {
    use super::super::model::Model;
    use super::{Example, Field, Trust, learn};
    use crate::language::places::Gazetteer;
    use crate::language::read_by;

    /// Words that no table lists stand for two fields.
    fn examples() -> Vec<Example> {
        let question = |number: usize| {
            let (word, field) = if number.is_multiple_of(2) {
                ("蓝鲸", Field::Company)
            } else {
                ("白鹭", Field::Medical)
            };
            Example {
                text: format!("{word}那边第{number}回了,{}", ["真烦", "真累", "真急"][number % 3]),
                field,
                accept: vec![field],
                trust: Trust::Read,
            }
        };
        (0..60).map(question).collect()
    }

    #[test]
    fn what_people_labelled_is_read_again_with_its_deciding_words() {
        let learned = learn(&examples(), |_| {});
        assert_eq!(learned.judged.len(), 60);
        let nowhere = Gazetteer::new(Vec::new());
        let found = read_by(Some(&learned.model), "又是白鹭,真烦", &nowhere).field.unwrap();
        assert_eq!(found.field, Field::Medical);
        assert!(found.words.iter().any(|word| word.contains("白鹭")), "{:?}", found.words);
        assert!(found.confidence > 0.8, "{}", found.confidence);
    }

    #[test]
    fn the_same_questions_give_the_same_bytes_and_the_bytes_the_same_model() {
        let bytes = learn(&examples(), |_| {}).model.encode();
        assert_eq!(bytes, learn(&examples(), |_| {}).model.encode());
        assert_eq!(Model::decode(&bytes).unwrap().encode(), bytes);
    }

    #[test]
    fn a_broken_file_is_refused() {
        let bytes = learn(&examples(), |_| {}).model.encode();
        assert!(Model::decode(&bytes[..bytes.len() - 1]).is_err());
        assert!(Model::decode(&[&bytes[..], &[0]].concat()).is_err());
        assert!(Model::decode(b"").is_err());
    }

    #[test]
    fn the_model_remembers_which_questions_it_has_seen() {
        let examples = examples();
        let model = learn(&examples, |_| {}).model;
        assert!(model.has_learned(super::fingerprint(&examples[3].text)));
        assert!(!model.has_learned(super::fingerprint("没有见过的问题")));
    }
}
