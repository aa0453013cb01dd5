//! How well the first triage reads real questions. The questions stay outside the repository.

use std::time::Duration;

use pufa::language::places::{Gazetteer, GazetteerEntry};
use pufa::language::{Chatter, Danger, Field, Reading, read};
use pufa::platform::clock::Stopwatch;
use serde::Deserialize;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");

#[derive(Deserialize)]
struct Question {
    #[serde(alias = "query")]
    text: String,
    accept: Vec<Field>,
    urgency: String,
}

fn questions(file: &str) -> Option<Vec<Question>> {
    let Ok(text) = std::fs::read_to_string(format!("{DATA}/{file}")) else {
        println!("skipped: {DATA}/{file} is not there");
        return None;
    };
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn no_places() -> Gazetteer {
    Gazetteer::new(Vec::<GazetteerEntry>::new())
}

/// No field counts as "other": the citizen is asked back.
fn field_of(reading: &Reading) -> Field {
    reading.field.as_ref().map_or(Field::Other, |found| found.field)
}

fn in_crisis(reading: &Reading) -> bool {
    reading.dangers.iter().any(|danger| danger.is_crisis())
}

/// What five-fold cross-validation said when the shipped model was made; the questions below are
/// among those it learned from.
#[test]
fn the_shipped_model_was_good_on_questions_it_had_not_seen() {
    let card = include_str!("../../config/models/triage.toml").parse::<toml::Table>().unwrap();
    let figure = |set: &str, name: &str| {
        card["figures"][set][name].as_float().unwrap_or_else(|| panic!("{set}.{name}"))
    };
    for set in ["fields300", "llama_advice"] {
        assert!(figure(set, "acceptable") >= 0.85, "{set}");
        assert!(figure(set, "precision_at_80_percent") >= 0.92, "{set}");
        assert!(figure(set, "calibration_error") <= 0.05, "{set}");
    }
    for source in card["source"].as_array().unwrap() {
        let licence = source["licence"].as_str().unwrap();
        assert!(["Apache-2.0", "MIT", "this project's"].contains(&licence), "{source}");
    }
}

#[test]
fn nine_of_ten_questions_it_learned_from_get_an_acceptable_field() {
    let Some(questions) = questions("fields300.jsonl") else { return };
    let gazetteer = no_places();
    let mut judged: Vec<(f32, bool)> = Vec::new();
    for question in &questions {
        let reading = read(&question.text, &gazetteer);
        let right = question.accept.contains(&field_of(&reading));
        judged.push((reading.field.as_ref().map_or(0.0, |found| found.confidence), right));
    }
    judged.sort_by(|a, b| b.0.total_cmp(&a.0));
    let covered = &judged[..judged.len() * 4 / 5];
    let share =
        |rows: &[(f32, bool)]| rows.iter().filter(|row| row.1).count() as f32 / rows.len() as f32;
    println!(
        "fields300: any acceptable {:.3}, precision at 80 % coverage {:.3}",
        share(&judged),
        share(covered)
    );
    assert!(share(&judged) >= 0.9);
    assert!(share(covered) >= 0.95, "confidence must rank the right readings first");
}

#[test]
fn crises_in_real_questions_are_found_with_few_false_alarms() {
    let Some(questions) = questions("fields300.jsonl") else { return };
    let gazetteer = no_places();
    let (mut found, mut crises, mut alarms) = (0, 0, 0);
    for question in &questions {
        let reading = read(&question.text, &gazetteer);
        match (question.urgency == "crisis", in_crisis(&reading)) {
            (true, hit) => {
                crises += 1;
                found += usize::from(hit);
            }
            (false, true) => {
                alarms += 1;
                println!("alarm {:?} {} | {}", reading.dangers, question.urgency, question.text);
            }
            _ => {}
        }
    }
    println!("fields300: crises {found} of {crises}, false alarms {alarms}");
    assert!(found * 3 >= crises * 2);
    assert!(alarms <= 3);
}

#[test]
fn the_hard_cases_are_read_as_written_down() {
    let Some(questions) = questions("hard_cases.jsonl") else { return };
    let gazetteer = no_places();
    let (mut right, mut crises, mut found, mut alarms) = (0, 0, 0, 0);
    for question in &questions {
        let reading = read(&question.text, &gazetteer);
        if question.accept.contains(&field_of(&reading)) {
            right += 1;
        } else {
            println!(
                "want {:?} got {:?} {:?} | {}",
                question.accept, reading.field, reading.chatter, question.text
            );
        }
        if question.urgency == "crisis" {
            crises += 1;
            found += usize::from(in_crisis(&reading));
            if !in_crisis(&reading) {
                println!("missed crisis | {}", question.text);
            }
        } else if question.urgency == "none" && in_crisis(&reading) {
            alarms += 1;
            println!("alarm {:?} | {}", reading.dangers, question.text);
        }
        if question.urgency == "urgent" && !reading.urgent && !in_crisis(&reading) {
            println!("not urgent | {}", question.text);
        }
    }
    println!(
        "hard cases: {right} of {}, crises {found} of {crises}, alarms {alarms}",
        questions.len()
    );
    assert!(right * 10 >= questions.len() * 9);
    assert!(found == crises && alarms == 0);
}

#[test]
fn reading_a_message_of_two_hundred_characters_takes_microseconds() {
    let sentence = "我在武进湖塘的一家厂里上班,老板拖欠三个月工资不给,打电话也不接,想问问怎么办。";
    let text: String = sentence.chars().cycle().take(200).collect();
    let gazetteer = no_places();
    let rounds = 2000;
    let mut reading = read(&text, &gazetteer);
    let started = Stopwatch::start();
    for _ in 0..rounds {
        reading = read(&text, &gazetteer);
    }
    let each = started.elapsed() / rounds;
    println!("one reading: {each:?}");
    assert_eq!(
        (reading.chatter, reading.dangers.contains(&Danger::SelfHarm)),
        (Chatter::None, false)
    );
    assert!(each < Duration::from_millis(2), "{each:?}");
}
