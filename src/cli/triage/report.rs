//! Figures as text, and the model card.

use std::fmt::Write;

use super::questions::Question;
use crate::language::places::Gazetteer;
use crate::language::triage::judge::{Figures, Judged, confusion, thresholds};
use crate::language::triage::learn::Trust;
use crate::language::triage::model::Model;
use crate::language::{self, Field};

/// Confusions shown, most frequent first.
const CONFUSIONS: usize = 15;
/// Public collections the shipped model may learn from, with licence and origin.
const KNOWN: &[(&str, &str, &str)] = &[
    ("fields300", "Apache-2.0", "forum questions, fields set by one annotator"),
    ("hard_cases", "this project's", "written for this project"),
    ("lawbench24", "Apache-2.0", "LawBench 2-4, classes chosen by users"),
    ("lawbench38", "Apache-2.0", "LawBench 3-8, fields derived from cited articles"),
    (
        "llama_advice",
        "Apache-2.0",
        "forum questions, fields set for this project by a language model, question by question",
    ),
    ("llama_family", "Apache-2.0", "forum questions, field by where they were posted"),
    ("stard", "MIT", "STARD and LeCoQA, fields derived from gold articles"),
];

/// Names of the files in the order they came.
pub fn names(questions: &[Question]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for question in questions {
        if !names.contains(&question.source) {
            names.push(question.source.clone());
        }
    }
    names
}

/// One line of figures for every name.
pub fn table(rows: &[(String, Figures)]) -> String {
    let mut text = String::from(
        "                 questions  strict  accept  macro-F1  p@80%  cov@90%  cov@95%  calib.err\n",
    );
    for (name, figures) in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{name:16} {:9}   {:.3}   {:.3}     {:.3}  {:.3}    {:.3}    {:.3}      {:.3}",
            figures.questions,
            figures.strict,
            figures.acceptable,
            figures.macro_f1,
            figures.precision_at_80,
            figures.coverage_at_90,
            figures.coverage_at_95,
            figures.calibration_error
        );
    }
    text
}

/// What asking below different confidences would do.
pub fn asking(readings: &[Judged]) -> String {
    const LEAST: [f32; 9] = [0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9];
    let mut text = String::from(
        "asking below a confidence:  assumed  right of these  wrong unasked  asked though right\n",
    );
    for one in thresholds(readings, &LEAST) {
        let _ = writeln!(
            text,
            "  {:24.2}    {:.3}           {:.3}          {:.3}               {:.3}",
            one.least, one.assumed, one.precision, one.misled, one.bothered
        );
    }
    text
}

/// The most frequent wrong readings: field, what was said instead, how often.
pub fn confusions(readings: &[Judged]) -> String {
    let table = confusion(readings);
    let mut wrong: Vec<(u32, Field, Field)> = Vec::new();
    for &field in Field::all() {
        for &said in Field::all() {
            let count = table[field as usize][said as usize];
            if field != said && count > 0 {
                wrong.push((count, field, said));
            }
        }
    }
    wrong.sort_by_key(|row| std::cmp::Reverse(row.0));
    let mut text = String::from("confusions (field -> read as, times):\n");
    for (count, field, said) in wrong.into_iter().take(CONFUSIONS) {
        let _ = writeln!(text, "  {:12} -> {:12} {count}", field.code(), said.code());
    }
    text
}

/// Crises found and false alarms, where somebody judged the urgency.
pub fn dangers(questions: &[Question]) -> String {
    let nowhere = Gazetteer::new(Vec::new());
    let mut text = String::new();
    for name in names(questions) {
        let (mut crises, mut found, mut others, mut alarms) = (0, 0, 0, 0);
        for question in questions.iter().filter(|question| question.source == name) {
            let Some(urgency) = &question.urgency else { continue };
            let reading = language::read(&question.text, &nowhere);
            let alarm = reading.dangers.iter().any(|danger| danger.is_crisis());
            if urgency == "crisis" {
                crises += 1;
                found += usize::from(alarm);
            } else {
                others += 1;
                alarms += usize::from(alarm);
            }
        }
        if crises + others > 0 {
            let _ = writeln!(
                text,
                "{name}: crises found {found} of {crises}, false alarms {alarms} of {others}"
            );
        }
    }
    text
}

/// The model card, as TOML: how to make the model again, from what, and how good it is.
pub fn card(
    files: &[String],
    labelled: &[&Question],
    rows: &[(String, Figures)],
    model: &Model,
) -> String {
    let mut text = String::from(
        "# Model card of a triage model. Written by `pufa triage train FILE.jsonl... --out MODEL.bin`,\n\
         # beside the model; the same files in the same order give the same bytes.\n\
         # The model holds weights of hashed character grams, no text.\n\n",
    );
    let _ = writeln!(text, "files = {files:?}");
    let _ = writeln!(text, "grams = {}", model.grams());
    let _ = writeln!(text, "questions = {}", labelled.len());
    for name in labelled.iter().fold(Vec::<&str>::new(), |mut names, question| {
        if !names.contains(&question.source.as_str()) {
            names.push(&question.source);
        }
        names
    }) {
        let of = |trust: Trust| {
            labelled.iter().filter(|one| one.source == name && one.trust == Some(trust)).count()
        };
        let known = KNOWN.iter().find(|known| known.0 == name);
        let _ = write!(
            text,
            "\n[[source]]\nname = {name:?}\nlicence = {:?}\nwhat = {:?}\nlabelled_one_by_one = {}\n\
             derived = {}\nweak = {}\n",
            known.map_or("this installation's own", |known| known.1),
            known.map_or("", |known| known.2),
            of(Trust::Read),
            of(Trust::Derived),
            of(Trust::Weak)
        );
    }
    text.push_str("\n# Five-fold cross-validation on questions labelled one by one.\n");
    for (name, figures) in rows {
        let _ = write!(
            text,
            "\n[figures.{name}]\nquestions = {}\nstrict = {:.3}\nacceptable = {:.3}\n\
             macro_f1 = {:.3}\nprecision_at_80_percent = {:.3}\ncoverage_at_90_percent = {:.3}\n\
             coverage_at_95_percent = {:.3}\ncalibration_error = {:.3}\n",
            figures.questions,
            figures.strict,
            figures.acceptable,
            figures.macro_f1,
            figures.precision_at_80,
            figures.coverage_at_90,
            figures.coverage_at_95,
            figures.calibration_error
        );
    }
    text
}
