//! The model: its table of grams, its scores, and how it is written to a file.

use super::super::classify::{Evidence, strongest};
use super::super::fields::{FIELD_COUNT, Field};
use super::field_at;
use super::grams::{Gram, each_gram};
use super::numbers::{exp, ln};

/// Features made of the word tables: a constant, and three for every field.
pub const DENSE: usize = 1 + 3 * FIELD_COUNT;
/// Figures that turn shares into a confidence.
pub const CALIBRATION: usize = 5;

/// A listed word or cue counts as so many grams.
pub const MARK_TIMES: usize = 3;

const MAGIC: &[u8; 8] = b"PUFATRI1";
/// Weights of one gram, padded so that the machine adds them in whole registers.
const LANES: usize = 24;
/// A listed word's weight at which its field is half convinced.
const HALF: f32 = 5.0;

/// The learned weights, ready for reading.
pub struct Model {
    hashes: Vec<u32>,
    rarities: Vec<f32>,
    rows: Vec<[i8; LANES]>,
    scale: f32,
    dense: Vec<[f32; FIELD_COUNT]>,
    calibration: [f32; CALIBRATION],
    learned: Vec<u32>,
    slots: Vec<u32>,
    mask: u32,
}

/// The parts of a model before they are packed.
pub struct Parts {
    /// Hash and rarity of every known gram, by rising hash.
    pub grams: Vec<(u32, f32)>,
    /// Weights of every gram for every field, rarity included.
    pub weights: Vec<[f32; FIELD_COUNT]>,
    /// Weights of the features made of the word tables.
    pub dense: Vec<[f32; FIELD_COUNT]>,
    /// From shares to confidence.
    pub calibration: [f32; CALIBRATION],
    /// Fingerprints of the labelled questions it learned from, rising.
    pub learned: Vec<u32>,
}

/// What a model makes of one text.
pub struct Scored {
    /// The likeliest field.
    pub best: Field,
    /// The second likeliest.
    pub second: Field,
    /// How often such a reading is acceptable, 0 to 1.
    pub confidence: f32,
    /// The share of every field.
    pub shares: [f32; FIELD_COUNT],
    seen: Vec<(Gram, u32)>,
}

/// The bytes are no model of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a triage model of this version")]
pub struct NotAModel;

impl Model {
    /// Packs what was learned: weights become bytes on one common scale.
    pub fn new(parts: Parts) -> Self {
        let largest = parts.weights.iter().flatten().fold(1e-6_f32, |most, w| most.max(w.abs()));
        let scale = largest / 127.0;
        let rows = parts.weights.iter().map(|weights| {
            let mut row = [0_i8; LANES];
            for (lane, weight) in row.iter_mut().zip(weights) {
                *lane = (weight / scale).round() as i8;
            }
            row
        });
        let rows = rows.collect();
        let (hashes, rarities) = parts.grams.into_iter().unzip();
        Self::assemble(hashes, rarities, rows, scale, parts.dense, parts.calibration, parts.learned)
    }

    fn assemble(
        hashes: Vec<u32>,
        rarities: Vec<f32>,
        rows: Vec<[i8; LANES]>,
        scale: f32,
        dense: Vec<[f32; FIELD_COUNT]>,
        calibration: [f32; CALIBRATION],
        learned: Vec<u32>,
    ) -> Self {
        let size = (hashes.len() * 2 + 1).next_power_of_two();
        let mask = size as u32 - 1;
        let mut slots = vec![u32::MAX; size];
        for (place, &hash) in hashes.iter().enumerate() {
            let mut slot = hash & mask;
            while slots[slot as usize] != u32::MAX {
                slot = (slot + 1) & mask;
            }
            slots[slot as usize] = place as u32;
        }
        Self { hashes, rarities, rows, scale, dense, calibration, learned, slots, mask }
    }

    /// The parts it was packed from, weights as their bytes say.
    pub fn parts(&self) -> Parts {
        let weights = self.rows.iter().map(|row| {
            let mut weights = [0.0; FIELD_COUNT];
            for (weight, &lane) in weights.iter_mut().zip(row) {
                *weight = f32::from(lane) * self.scale;
            }
            weights
        });
        Parts {
            grams: self.hashes.iter().copied().zip(self.rarities.iter().copied()).collect(),
            weights: weights.collect(),
            dense: self.dense.clone(),
            calibration: self.calibration,
            learned: self.learned.clone(),
        }
    }

    /// Reads a text as meant (normalized, common slips put right).
    pub fn score(&self, meant: &str, evidence: &Evidence) -> Scored {
        let mut sums = [0_i32; LANES];
        let mut square = 0.0_f32;
        let mut seen: Vec<(Gram, u32)> = Vec::with_capacity(meant.len());
        each_gram(meant, |gram| {
            if let Some(place) = self.place(gram.hash) {
                self.add(place, 1, &mut sums, &mut square);
                seen.push((gram, place));
            }
        });
        for &mark in &evidence.marks {
            if let Some(place) = self.place(mark) {
                self.add(place, MARK_TIMES as i32, &mut sums, &mut square);
            }
        }
        let unit = self.scale / square.sqrt().max(1e-6);
        let mut shares = [0.0_f32; FIELD_COUNT];
        for (share, &sum) in shares.iter_mut().zip(&sums) {
            *share = sum as f32 * unit;
        }
        each_dense(evidence, |feature, value| {
            for (share, weight) in shares.iter_mut().zip(&self.dense[feature]) {
                *share += value * weight;
            }
        });
        softmax(&mut shares);
        let (best, second) = two_highest(&shares);
        let signs = signs(&shares, evidence);
        let confidence = confidence(&signs, &self.calibration);
        Scored { best: field_at(best), second: field_at(second), confidence, shares, seen }
    }

    fn add(&self, place: u32, times: i32, sums: &mut [i32; LANES], square: &mut f32) {
        for (sum, &weight) in sums.iter_mut().zip(&self.rows[place as usize]) {
            *sum += times * i32::from(weight);
        }
        let rarity = self.rarities[place as usize];
        *square += times as f32 * rarity * rarity;
    }

    /// Grams of two or more characters that pulled towards the best field, strongest first.
    pub fn pulling(&self, scored: &Scored) -> Vec<Gram> {
        let lane = scored.best.index();
        let mut pulling: Vec<(Gram, i8)> = scored
            .seen
            .iter()
            .filter(|(gram, _)| gram.length > 1)
            .map(|&(gram, place)| (gram, self.rows[place as usize][lane]))
            .filter(|&(_, weight)| weight > 0)
            .collect();
        pulling.sort_by(|a, b| b.1.cmp(&a.1).then(b.0.length.cmp(&a.0.length)));
        pulling.into_iter().map(|(gram, _)| gram).collect()
    }

    /// Whether the model learned from a labelled question with this fingerprint.
    pub fn has_learned(&self, fingerprint: u32) -> bool {
        self.learned.binary_search(&fingerprint).is_ok()
    }

    /// Bytes held in memory.
    pub fn memory(&self) -> usize {
        self.hashes.len() * 8 + self.rows.len() * LANES + self.slots.len() * 4
    }

    /// How many grams it knows.
    pub fn grams(&self) -> usize {
        self.hashes.len()
    }

    fn place(&self, hash: u32) -> Option<u32> {
        let mut slot = hash & self.mask;
        loop {
            let place = self.slots[slot as usize];
            if place == u32::MAX {
                return None;
            }
            if self.hashes[place as usize] == hash {
                return Some(place);
            }
            slot = (slot + 1) & self.mask;
        }
    }

    /// The file's bytes; equal models give equal bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let floats = |bytes: &mut Vec<u8>, values: &[f32]| {
            values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
        };
        bytes.extend((self.hashes.len() as u32).to_le_bytes());
        bytes.extend((self.learned.len() as u32).to_le_bytes());
        floats(&mut bytes, &[self.scale]);
        floats(&mut bytes, &self.calibration);
        self.dense.iter().for_each(|row| floats(&mut bytes, row));
        self.hashes.iter().for_each(|hash| bytes.extend(hash.to_le_bytes()));
        floats(&mut bytes, &self.rarities);
        for row in &self.rows {
            bytes.extend(row[..FIELD_COUNT].iter().map(|&weight| weight as u8));
        }
        self.learned.iter().for_each(|print| bytes.extend(print.to_le_bytes()));
        bytes
    }

    /// Reads what [`Model::encode`] wrote.
    ///
    /// # Errors
    /// [`NotAModel`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotAModel> {
        let mut reader = Reader { rest: bytes };
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(NotAModel);
        }
        let grams = reader.word()? as usize;
        let questions = reader.word()? as usize;
        let scale = reader.float()?;
        let mut calibration = [0.0; CALIBRATION];
        for figure in &mut calibration {
            *figure = reader.float()?;
        }
        let mut dense = vec![[0.0; FIELD_COUNT]; DENSE];
        for weight in dense.iter_mut().flatten() {
            *weight = reader.float()?;
        }
        let hashes = (0..grams).map(|_| reader.word()).collect::<Result<_, _>>()?;
        let rarities = (0..grams).map(|_| reader.float()).collect::<Result<_, _>>()?;
        let mut rows = Vec::new();
        for _ in 0..grams {
            let mut row = [0; LANES];
            for (lane, &byte) in row.iter_mut().zip(reader.take(FIELD_COUNT)?) {
                *lane = byte as i8;
            }
            rows.push(row);
        }
        let learned = (0..questions).map(|_| reader.word()).collect::<Result<_, _>>()?;
        if !reader.rest.is_empty() {
            return Err(NotAModel);
        }
        Ok(Self::assemble(hashes, rarities, rows, scale, dense, calibration, learned))
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], NotAModel> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(NotAModel)?;
        self.rest = rest;
        Ok(taken)
    }

    fn word(&mut self) -> Result<u32, NotAModel> {
        let bytes = self.take(4)?.try_into().map_err(|_| NotAModel)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn float(&mut self) -> Result<f32, NotAModel> {
        let value = f32::from_bits(self.word()?);
        if value.is_finite() { Ok(value) } else { Err(NotAModel) }
    }
}

/// The features made of the word tables: feature and value, zeros left out.
pub fn each_dense(evidence: &Evidence, mut each: impl FnMut(usize, f32)) {
    each(0, 1.0);
    let total: f32 = evidence.scores.iter().sum();
    let (best, second) = two_highest(&evidence.scores);
    let lead = evidence.scores[best] - evidence.scores[second];
    for (place, &score) in evidence.scores.iter().enumerate() {
        if score > 0.0 {
            each(1 + place, score / (score + HALF));
            each(1 + FIELD_COUNT + place, score / (total + 2.0));
        }
    }
    if evidence.scores[best] > 0.0 {
        each(1 + 2 * FIELD_COUNT + best, lead / (evidence.scores[best] + 1.0));
    }
}

/// What confidence is made of: a constant, how high the best share is and how far ahead, and
/// whether the word tables agree and how surely.
pub fn signs(shares: &[f32; FIELD_COUNT], evidence: &Evidence) -> [f32; CALIBRATION] {
    let (best, second) = two_highest(shares);
    let by_words = strongest(evidence);
    let agree = by_words.is_some_and(|found| found.0 == field_at(best));
    let odds = ln(f64::from((shares[best] / (1.0 - shares[best]).max(1e-4)).max(1e-4))) as f32;
    let said = by_words.map_or(0.0, |found| found.1);
    [1.0, odds, shares[best] - shares[second], f32::from(u8::from(agree)), said]
}

/// The chance that a reading with these signs is acceptable.
pub fn confidence(signs: &[f32; CALIBRATION], calibration: &[f32; CALIBRATION]) -> f32 {
    let sum: f32 = signs.iter().zip(calibration).map(|(sign, by)| sign * by).sum();
    1.0 / (1.0 + (-sum).exp())
}

fn two_highest(values: &[f32; FIELD_COUNT]) -> (usize, usize) {
    let (mut best, mut second) = (0, 1);
    if values[1] > values[0] {
        (best, second) = (1, 0);
    }
    for (place, &value) in values.iter().enumerate().skip(2) {
        if value > values[best] {
            (best, second) = (place, best);
        } else if value > values[second] {
            second = place;
        }
    }
    (best, second)
}

fn softmax(scores: &mut [f32; FIELD_COUNT]) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0;
    for score in scores.iter_mut() {
        *score = exp(f64::from(*score - highest)) as f32;
        total += *score;
    }
    scores.iter_mut().for_each(|score| *score /= total);
}
