//! Learning further from what people put right: a model that is moved as little as the corrections
//! need, because the questions it first learned from are not at hand.
//!
//! What the model says of each question stays as it is; only what must be added to its weights is
//! learned, with a penalty on every addition. Grams that only the new questions have join.

use std::collections::{BTreeMap, HashMap};

use super::super::fields::FIELD_COUNT;
use super::learn::{
    Example, GRAM_PENALTY, GRAM_SHARE, LEAST_QUESTIONS, Prepared, fingerprint, prepare, row,
};
use super::model::{DENSE, Model, Parts};
use super::numbers::ln;
use super::trainer::{Row, Task, fit};

/// The penalty on moving what the word tables say: every reading leans on it.
const DENSE_PENALTY: f64 = 4.0;
const STEPS: usize = 60;

/// The model moved towards `examples`; the same examples give the same bytes. `progress` hears a
/// share from 0 to 1.
pub fn adapt(base: &Model, examples: &[Example], mut progress: impl FnMut(f32)) -> Model {
    let prepared = prepare(examples);
    let mut parts = with_new_grams(base.parts(), &prepared);
    let places: HashMap<u32, (u32, f32)> = parts
        .grams
        .iter()
        .zip(0..)
        .map(|(&(hash, rarity), place)| (hash, (place, rarity)))
        .collect();
    let before = Model::new(base_of(&parts));
    let mut rows: Vec<Row> = prepared.iter().map(|question| row(question, &places)).collect();
    for (row, question) in rows.iter_mut().zip(&prepared) {
        let shares = before.score(&question.meant, &question.evidence).shares;
        row.before = shares.iter().map(|&share| ln(f64::from(share.max(1e-9))) as f32).collect();
    }
    let used = renumber(&mut rows);
    let penalties: Vec<f64> = used
        .iter()
        .map(|&feature| if (feature as usize) < DENSE { DENSE_PENALTY } else { GRAM_PENALTY })
        .collect();
    let task = Task { rows: &rows, classes: FIELD_COUNT, penalties: &penalties, steps: STEPS };
    let moved = fit(&task, |step| progress(step as f32 / STEPS as f32));
    for (feature, added) in used.iter().zip(moved.chunks(FIELD_COUNT)) {
        let feature = *feature as usize;
        let (weights, factor) = match feature.checked_sub(DENSE) {
            None => (&mut parts.dense[feature], 1.0),
            Some(gram) => (&mut parts.weights[gram], parts.grams[gram].1 * GRAM_SHARE),
        };
        for (weight, more) in weights.iter_mut().zip(added) {
            *weight += *more as f32 * factor;
        }
    }
    parts.learned.extend(examples.iter().map(|example| fingerprint(&example.text)));
    parts.learned.sort_unstable();
    parts.learned.dedup();
    Model::new(parts)
}

fn base_of(parts: &Parts) -> Parts {
    Parts {
        grams: parts.grams.clone(),
        weights: parts.weights.clone(),
        dense: parts.dense.clone(),
        calibration: parts.calibration,
        learned: Vec::new(),
    }
}

/// Adds grams that enough of the questions have and the model does not know, without weight.
fn with_new_grams(mut parts: Parts, questions: &[Prepared<'_>]) -> Parts {
    let mut having: BTreeMap<u32, u32> = BTreeMap::new();
    for &(hash, _) in questions.iter().flat_map(|question| &question.grams) {
        *having.entry(hash).or_default() += 1;
    }
    let all = (parts.learned.len() + questions.len()) as f64;
    let mut grams: BTreeMap<u32, (f32, [f32; FIELD_COUNT])> = having
        .into_iter()
        .filter(|&(_, count)| count >= LEAST_QUESTIONS)
        .map(|(hash, count)| {
            (hash, ((ln(all / f64::from(count)) + 1.0) as f32, [0.0; FIELD_COUNT]))
        })
        .collect();
    grams.extend(
        parts.grams.iter().zip(&parts.weights).map(|(gram, weights)| (gram.0, (gram.1, *weights))),
    );
    parts.grams = grams.iter().map(|(&hash, &(rarity, _))| (hash, rarity)).collect();
    parts.weights = grams.into_values().map(|(_, weights)| weights).collect();
    parts
}

/// Numbers the features that occur anew, from 0; gives what each stood for.
fn renumber(rows: &mut [Row]) -> Vec<u32> {
    let mut used: Vec<u32> =
        rows.iter().flat_map(|row| row.features.iter().map(|feature| feature.0)).collect();
    used.sort_unstable();
    used.dedup();
    let numbers: HashMap<u32, u32> = used.iter().copied().zip(0..).collect();
    for (feature, _) in rows.iter_mut().flat_map(|row| &mut row.features) {
        *feature = numbers.get(feature).copied().unwrap_or(0);
    }
    used
}

#[cfg(test)]
mod tests {
    use super::super::learn::Trust;
    use super::super::shipped;
    use super::{Example, adapt};
    use crate::language::places::Gazetteer;
    use crate::language::{Field, read_by};

    fn corrections() -> Vec<Example> {
        (0..12)
            .map(|number| Example {
                text: format!("物业服务费的事，第{number}回了，充电桩不让装"),
                field: Field::Consumer,
                accept: vec![Field::Consumer],
                trust: Trust::Read,
            })
            .collect()
    }

    #[test]
    fn corrections_are_learned_and_little_else_moves() {
        let (base, nowhere) = (shipped().unwrap(), Gazetteer::new(Vec::new()));
        let adapted = adapt(base, &corrections(), |_| {});
        let read =
            |model, text: &str| read_by(Some(model), text, &nowhere).field.map(|found| found.field);
        let asked = "物业说充电桩不让装，服务费照收";
        assert_ne!(read(base, asked), Some(Field::Consumer));
        assert_eq!(read(&adapted, asked), Some(Field::Consumer));
        for text in [
            "老板拖欠我三个月工资",
            "离婚后孩子抚养权归谁",
            "被车撞了对方全责怎么赔",
            "房东不退押金",
            "朋友借钱不还只有微信聊天记录",
            "父亲去世后房子怎么继承",
            "网上买到假货商家不退",
        ] {
            assert_eq!(read(&adapted, text), read(base, text), "{text}");
        }
    }

    #[test]
    fn without_corrections_the_model_reads_as_before_and_with_them_the_same_way_twice() {
        let base = shipped().unwrap();
        assert_eq!(adapt(base, &[], |_| {}).encode(), base.encode());
        let bytes = || adapt(base, &corrections(), |_| {}).encode();
        assert_eq!(bytes(), bytes());
    }
}
