//! Labelled questions from JSONL files.
//!
//! A line is an object. Its text is `query` or `text`; `id` is its name inside the file. Labels:
//! `accept` (a person read it; the first, or `field`, is the best), `field` with `gold` (derived
//! from cited law), `field` with `label20` or `field_weak` (weak). A line with `of` (a file's name
//! without ending) and `id` but no text labels a question of that other file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use crate::language::places::Gazetteer;
use crate::language::triage::judge::Judged;
use crate::language::triage::learn::{Example, Trust};
use crate::language::triage::model::Model;
use crate::language::{self, Field, FieldReading};

#[derive(Deserialize)]
struct Line {
    id: Option<String>,
    #[serde(alias = "query")]
    text: Option<String>,
    of: Option<String>,
    field: Option<Field>,
    accept: Option<Vec<Field>>,
    fields: Option<Vec<Field>>,
    field_weak: Option<Field>,
    label20: Option<String>,
    gold: Option<serde_json::Value>,
    urgency: Option<String>,
}

/// A question of one of the files.
pub struct Question {
    /// The file's name without folder and ending.
    pub source: String,
    /// As the citizen wrote it.
    pub text: String,
    /// How far its label can be trusted; `None` without a label.
    pub trust: Option<Trust>,
    /// `crisis`, `urgent` or `none`, where somebody judged it.
    pub urgency: Option<String>,
    field: Field,
    accept: Vec<Field>,
}

impl Question {
    pub fn as_example(&self) -> Option<Example> {
        Some(Example {
            text: self.text.clone(),
            field: self.field,
            accept: self.accept.clone(),
            trust: self.trust?,
        })
    }

    /// What `model` makes of it, or the word tables alone without one.
    pub fn judged(&self, model: Option<&Model>) -> Judged {
        let nowhere = Gazetteer::new(Vec::new());
        self.beside(language::read_by(model, &self.text, &nowhere).field)
    }

    /// Nothing said counts as "other" without any confidence.
    fn beside(&self, found: Option<FieldReading>) -> Judged {
        let (said, confidence) =
            found.map_or((Field::Other, 0.0), |found| (found.field, found.confidence));
        Judged { said, confidence, field: self.field, accept: self.accept.clone() }
    }
}

/// Reads every file, in order, and puts labels without text to the questions they belong to.
pub fn load(files: &[PathBuf]) -> anyhow::Result<Vec<Question>> {
    let mut questions: Vec<Question> = Vec::new();
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    let mut labels: Vec<(String, String, Line)> = Vec::new();
    for file in files {
        let source = stem(file);
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let line: Line = serde_json::from_str(line)
                .with_context(|| format!("{} line {}", file.display(), number + 1))?;
            let id = line.id.clone().unwrap_or_default();
            match (&line.text, &line.of) {
                (Some(_), _) => {
                    places.insert((source.clone(), id), questions.len());
                    questions.push(question(&source, line));
                }
                (None, Some(of)) => labels.push((of.clone(), id, line)),
                (None, None) => {
                    anyhow::bail!("{} line {}: neither text nor of", file.display(), number + 1)
                }
            }
        }
    }
    let missing = labels
        .into_iter()
        .filter(|(of, id, line)| {
            let place = places.get(&(of.clone(), id.clone()));
            place.map(|&place| put(&mut questions[place], line)).is_none()
        })
        .count();
    if missing > 0 {
        eprintln!("pufa: {missing} labels belong to questions that none of these files has");
    }
    Ok(questions)
}

fn stem(file: &Path) -> String {
    file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn question(source: &str, line: Line) -> Question {
    let mut question = Question {
        source: source.to_owned(),
        trust: None,
        urgency: None,
        field: Field::Other,
        accept: Vec::new(),
        text: String::new(),
    };
    put(&mut question, &line);
    question.text = line.text.unwrap_or_default();
    question
}

fn put(question: &mut Question, line: &Line) {
    question.urgency.clone_from(&line.urgency);
    let accept = line.accept.clone().or_else(|| line.fields.clone()).unwrap_or_default();
    let Some(field) = line.field.or(line.field_weak).or(accept.first().copied()) else { return };
    let weak = line.label20.is_some() || line.field_weak.is_some();
    // The rest class of a foreign table says nothing about ours.
    if weak && field == Field::Other {
        return;
    }
    question.field = field;
    question.accept = if accept.is_empty() { vec![field] } else { accept };
    if !question.accept.contains(&field) {
        question.accept.push(field);
    }
    question.trust = Some(if weak {
        Trust::Weak
    } else if line.gold.is_some() {
        Trust::Derived
    } else {
        Trust::Read
    });
}

#[cfg(test)]
mod tests {
    use super::{Field, Trust, load};

    #[test]
    fn labels_find_their_questions_in_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let files = [
            write(
                "labels.jsonl",
                "{\"of\":\"raw\",\"id\":\"7\",\"accept\":[\"debt\",\"family\"]}\n",
            ),
            write(
                "raw.jsonl",
                "{\"id\":\"7\",\"query\":\"借条\"}\n{\"id\":\"8\",\"text\":\"工资\"}\n",
            ),
            write(
                "law.jsonl",
                "{\"id\":\"1\",\"query\":\"租房\",\"field\":\"housing\",\"gold\":[3]}\n",
            ),
        ];
        let questions = load(&files).unwrap();
        let told: Vec<_> =
            questions.iter().map(|one| (one.text.as_str(), one.trust, one.field)).collect();
        assert_eq!(
            told,
            [
                ("借条", Some(Trust::Read), Field::Debt),
                ("工资", None, Field::Other),
                ("租房", Some(Trust::Derived), Field::Housing),
            ]
        );
        assert_eq!(questions[0].accept, [Field::Debt, Field::Family]);
    }
}
