//! `pufa triage train|eval`: learns the first triage from labelled questions, and judges it.

mod questions;
mod report;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;

use crate::language;
use crate::language::places::Gazetteer;
use crate::language::triage::judge::{Figures, Judged, figures};
use crate::language::triage::learn::{Example, fingerprint, learn};
use crate::language::triage::model::Model;
use crate::language::triage::shipped;
use crate::platform::clock::Stopwatch;
use questions::Question;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Learn a model from labelled questions (JSONL) and judge it by five-fold cross-validation.
    Train(TrainArgs),
    /// Judge the model in force on labelled questions (JSONL).
    Eval(EvalArgs),
}

#[derive(clap::Args)]
pub struct TrainArgs {
    /// Labelled questions, one JSON object a line; a line without text labels one of another file.
    #[arg(required = true, value_name = "FILE.jsonl")]
    files: Vec<PathBuf>,
    /// Where to write the model; its card goes beside it. Nothing is written without this.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct EvalArgs {
    /// Labelled questions, one JSON object a line.
    #[arg(required = true, value_name = "FILE.jsonl")]
    files: Vec<PathBuf>,
    /// A model file to judge instead of the one in the program.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
}

pub fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Train(args) => train(args),
        Command::Eval(args) => eval(args),
    }
}

fn train(args: &TrainArgs) -> anyhow::Result<()> {
    let questions = questions::load(&args.files)?;
    let labelled: Vec<&Question> =
        questions.iter().filter(|question| question.trust.is_some()).collect();
    let examples: Vec<Example> =
        labelled.iter().filter_map(|question| question.as_example()).collect();
    anyhow::ensure!(!examples.is_empty(), "no line of these files has a label");
    let watch = Stopwatch::start();
    let learned = learn(&examples, progress);
    println!(
        "learned from {} questions in {:.1} s: {} grams, {} kB in memory",
        examples.len(),
        watch.elapsed().as_secs_f32(),
        learned.model.grams(),
        learned.model.memory() / 1024
    );
    let names = report::names(&questions);
    let mut rows: Vec<(String, Figures)> = Vec::new();
    for name in &names {
        let judged: Vec<Judged> = learned
            .judged
            .iter()
            .filter(|(place, _)| labelled[*place].source == *name)
            .map(|(_, judged)| judged.clone())
            .collect();
        if !judged.is_empty() {
            rows.push((name.clone(), figures(&judged)));
        }
    }
    let all: Vec<Judged> = learned.judged.into_iter().map(|(_, judged)| judged).collect();
    rows.push(("all".to_owned(), figures(&all)));
    println!("\nby five-fold cross-validation, questions labelled one by one:");
    print!("{}", report::table(&rows));
    print!("\n{}", report::asking(&all));
    print!("\n{}", report::confusions(&all));
    if let Some(out) = &args.out {
        write(out, &learned.model.encode())?;
        let card = out.with_extension("toml");
        let files: Vec<String> = args
            .files
            .iter()
            .filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned()))
            .collect();
        write(&card, report::card(&files, &labelled, &rows, &learned.model).as_bytes())?;
        println!("\nwrote {} and {}", out.display(), card.display());
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

fn eval(args: &EvalArgs) -> anyhow::Result<()> {
    let questions = questions::load(&args.files)?;
    let loaded = match &args.model {
        Some(path) => {
            let bytes =
                std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            Some(Model::decode(&bytes).with_context(|| path.display().to_string())?)
        }
        None => None,
    };
    let model = loaded.as_ref().or(shipped()).context("the program holds no model")?;
    let mut by_model: Vec<(String, Figures)> = Vec::new();
    let mut by_words: Vec<(String, Figures)> = Vec::new();
    let mut everything: Vec<Judged> = Vec::new();
    for name in report::names(&questions) {
        let ours: Vec<&Question> =
            questions.iter().filter(|one| one.source == name && one.trust.is_some()).collect();
        if ours.is_empty() {
            continue;
        }
        let known = ours.iter().filter(|one| model.has_learned(fingerprint(&one.text))).count();
        if known > 0 {
            println!(
                "{name}: the model learned from {known} of these {} questions, so its figures \
                flatter it; `pufa triage train` cross-validates",
                ours.len()
            );
        }
        let read: Vec<Judged> = ours.iter().map(|one| one.judged(Some(model))).collect();
        let plain: Vec<Judged> = ours.iter().map(|one| one.judged(None)).collect();
        by_words.push((name.clone(), figures(&plain)));
        by_model.push((name.clone(), figures(&read)));
        everything.extend(read);
    }
    if !everything.is_empty() {
        println!("\nthe model:");
        print!("{}", report::table(&by_model));
        println!("\nthe word tables alone:");
        print!("{}", report::table(&by_words));
        print!("\n{}", report::asking(&everything));
        print!("\n{}", report::confusions(&everything));
    }
    print!("\n{}", report::dangers(&questions));
    print!("\n{}", speed(&questions));
    println!("memory: model {} kB, {} grams", model.memory() / 1024, model.grams());
    Ok(())
}

/// Field, danger, haste and chatter of every question, one at a time.
fn speed(questions: &[Question]) -> String {
    let nowhere = Gazetteer::new(Vec::new());
    let mut times: Vec<Duration> = Vec::with_capacity(questions.len());
    for question in questions {
        let watch = Stopwatch::start();
        std::hint::black_box(language::read(&question.text, &nowhere));
        times.push(watch.elapsed());
    }
    times.sort();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied();
    format!(
        "one reading: p50 {:.1?}, p99 {:.1?} over {} questions\n",
        at(0.5).unwrap_or_default(),
        at(0.99).unwrap_or_default(),
        times.len()
    )
}

fn progress(share: f32) {
    let mut terminal = std::io::stderr();
    if !terminal.is_terminal() {
        return;
    }
    let done = (share * 40.0) as usize;
    let bar = format!("\r[{}{}] {:3.0} %", "=".repeat(done), " ".repeat(40 - done), share * 100.0);
    // A bar that cannot be drawn is no reason to stop learning.
    let _ = terminal.write_all(bar.as_bytes());
}
