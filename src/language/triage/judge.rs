//! How good readings are: shares, coverage, confusion.

use super::super::fields::{FIELD_COUNT, Field};

/// One reading beside what a person said.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What was read.
    pub said: Field,
    /// How sure the reading was.
    pub confidence: f32,
    /// The best field.
    pub field: Field,
    /// Every acceptable field.
    pub accept: Vec<Field>,
}

impl Judged {
    /// Whether a person would accept the reading.
    pub fn accepted(&self) -> bool {
        self.accept.contains(&self.said)
    }
}

/// The figures of a set of readings; shares from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Readings judged.
    pub questions: usize,
    /// The best field was said.
    pub strict: f32,
    /// An acceptable field was said.
    pub acceptable: f32,
    /// Mean over the fields that occur of the harmonic mean of precision and recall, strictly.
    pub macro_f1: f32,
    /// Acceptable among the surest 80 %.
    pub precision_at_80: f32,
    /// The largest share of questions, surest first, of which 90 % are acceptable.
    pub coverage_at_90: f32,
    /// The same for 95 %.
    pub coverage_at_95: f32,
    /// Mean distance between confidence and share accepted, over ten groups of equal size.
    pub calibration_error: f32,
}

/// Computes every figure; all zero for no readings.
pub fn figures(readings: &[Judged]) -> Figures {
    if readings.is_empty() {
        return Figures::default();
    }
    let mut sorted: Vec<&Judged> = readings.iter().collect();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let share = |some: &[&Judged]| {
        some.iter().filter(|one| one.accepted()).count() as f32 / some.len().max(1) as f32
    };
    Figures {
        questions: readings.len(),
        strict: readings.iter().filter(|one| one.said == one.field).count() as f32
            / readings.len() as f32,
        acceptable: share(&sorted),
        macro_f1: macro_f1(readings),
        precision_at_80: share(&sorted[..(sorted.len() * 4).div_ceil(5)]),
        coverage_at_90: coverage(&sorted, 0.90),
        coverage_at_95: coverage(&sorted, 0.95),
        calibration_error: calibration_error(&sorted),
    }
}

/// The largest share of the readings, surest first, of which a share of `precision` is acceptable.
pub fn coverage_at(readings: &[Judged], precision: f32) -> f32 {
    let mut sorted: Vec<&Judged> = readings.iter().collect();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    if sorted.is_empty() { 0.0 } else { coverage(&sorted, precision) }
}

fn coverage(sorted: &[&Judged], precision: f32) -> f32 {
    let mut right = 0;
    let mut reached = 0;
    for (place, one) in sorted.iter().enumerate() {
        right += usize::from(one.accepted());
        if right as f32 >= precision * (place + 1) as f32 {
            reached = place + 1;
        }
    }
    reached as f32 / sorted.len() as f32
}

fn calibration_error(sorted: &[&Judged]) -> f32 {
    let group = sorted.len().div_ceil(10);
    let apart: f32 = sorted
        .chunks(group)
        .map(|some| {
            let sure: f32 = some.iter().map(|one| one.confidence).sum();
            let right = some.iter().filter(|one| one.accepted()).count() as f32;
            (sure - right).abs()
        })
        .sum();
    apart / sorted.len() as f32
}

fn macro_f1(readings: &[Judged]) -> f32 {
    let mut sum = 0.0;
    let mut fields = 0;
    for &field in Field::all() {
        let count =
            |test: &dyn Fn(&Judged) -> bool| readings.iter().filter(|one| test(one)).count() as f32;
        let wanted = count(&|one| one.field == field);
        if wanted == 0.0 {
            continue;
        }
        let hit = count(&|one| one.field == field && one.said == field);
        let said = count(&|one| one.said == field);
        sum += 2.0 * hit / (wanted + said);
        fields += 1;
    }
    sum / fields.max(1) as f32
}

/// What happens when readings below a confidence are asked about instead of assumed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The confidence.
    pub least: f32,
    /// Share of the questions that are not asked about.
    pub assumed: f32,
    /// Acceptable among those.
    pub precision: f32,
    /// Share of all questions that go to a wrong field unasked.
    pub misled: f32,
    /// Share of all questions that are asked about although the reading was acceptable.
    pub bothered: f32,
}

/// The same readings by several thresholds.
pub fn thresholds(readings: &[Judged], least: &[f32]) -> Vec<Threshold> {
    let all = readings.len().max(1) as f32;
    let share = |test: &dyn Fn(&Judged) -> bool| {
        readings.iter().filter(|one| test(one)).count() as f32 / all
    };
    let threshold = |&least: &f32| {
        let assumed = share(&|one| one.confidence >= least);
        let misled = share(&|one| one.confidence >= least && !one.accepted());
        Threshold {
            least,
            assumed,
            precision: if assumed > 0.0 { 1.0 - misled / assumed } else { 1.0 },
            misled,
            bothered: share(&|one| one.confidence < least && one.accepted()),
        }
    };
    least.iter().map(threshold).collect()
}

/// How often each field (row) was read as each field (column).
pub fn confusion(readings: &[Judged]) -> [[u32; FIELD_COUNT]; FIELD_COUNT] {
    let mut table = [[0; FIELD_COUNT]; FIELD_COUNT];
    for one in readings {
        table[one.field.index()][one.said.index()] += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::{Field, Judged, confusion, figures, thresholds};

    fn judged(said: Field, field: Field, accept: &[Field], confidence: f32) -> Judged {
        Judged { said, confidence, field, accept: accept.to_vec() }
    }

    #[test]
    fn a_threshold_trades_wrong_readings_for_questions_back() {
        let readings = [
            judged(Field::Labor, Field::Labor, &[Field::Labor], 0.9),
            judged(Field::Debt, Field::Contract, &[Field::Contract], 0.6),
            judged(Field::Family, Field::Family, &[Field::Family], 0.4),
            judged(Field::Family, Field::Tort, &[Field::Tort], 0.2),
        ];
        let [low, high] = thresholds(&readings, &[0.3, 0.7])[..] else { unreachable!() };
        assert_eq!((low.assumed, low.misled, low.bothered), (0.75, 0.25, 0.0));
        assert_eq!((high.assumed, high.misled, high.bothered), (0.25, 0.0, 0.25));
        assert_eq!((low.precision * 3.0).round(), 2.0);
        assert_eq!(high.precision, 1.0);
    }

    #[test]
    fn figures_count_what_a_person_would_accept() {
        let readings = [
            judged(Field::Labor, Field::Labor, &[Field::Labor], 0.9),
            judged(Field::Debt, Field::Contract, &[Field::Contract, Field::Debt], 0.8),
            judged(Field::Debt, Field::Debt, &[Field::Debt], 0.7),
            judged(Field::Labor, Field::Debt, &[Field::Debt], 0.1),
        ];
        let found = figures(&readings);
        assert_eq!((found.strict, found.acceptable), (0.5, 0.75));
        assert_eq!((found.coverage_at_90, found.precision_at_80), (0.75, 0.75));
        // Labour 2/3, debt 1/2, contract 0.
        assert!((found.macro_f1 - (2.0 / 3.0 + 0.5) / 3.0).abs() < 1e-6);
        assert_eq!(confusion(&readings)[Field::Contract.index()][Field::Debt.index()], 1);
    }
}
