//! `pufa knowledge train|eval`: growing the ranker and judging it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use hdrhistogram::Histogram;
use serde::Deserialize;

use super::progress::Progress;
use crate::app::{App, plain};
use crate::knowledge::citation;
use crate::knowledge::engine::{Engine, Found};
use crate::knowledge::features::COUNT;
use crate::knowledge::growing::{self, Plan};
use crate::knowledge::judging::{DEPTHS, Score, is_new, used};
use crate::knowledge::live::{Collection, day_of};
use crate::knowledge::training::{self, Lesson};
use crate::knowledge::trees::Trees;
use crate::platform::clock::{Clock, Entropy, Stopwatch};
use crate::platform::config::Config;

/// Parts of a cross-validation.
const PARTS: u64 = 5;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Grow the ranker from answered questions, one a line of JSON (query, gold_names) and the laws
    /// in the database. The same files and laws give the same ranker, bit for bit.
    Train {
        /// Answered questions.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where the ranker goes; it is shipped with the next build.
        #[arg(long, default_value = "config/models/knowledge.bin")]
        out: PathBuf,
    },
    /// Judge retrieval: recall, rank, latency and memory, beside plain BM25.
    Eval {
        /// Answered questions to judge by; judged in five parts, each by what the others teach.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Learn from these instead, and judge by all of the others.
        #[arg(long, value_name = "FILE", num_args = 1..)]
        learn: Vec<PathBuf>,
    },
}

/// An answered question of a file.
#[derive(Deserialize)]
struct Line {
    #[serde(alias = "question", alias = "text")]
    query: String,
    #[serde(alias = "cites")]
    gold_names: Vec<String>,
    #[serde(default)]
    answer: String,
}

/// An answered question with the citations that lead to no article in force.
struct Asked {
    lesson: Lesson,
    lost: usize,
}

pub async fn run(command: Command, config: Config) -> anyhow::Result<()> {
    let app = App::open(config, Clock::system(), Entropy::system()).await?;
    let deps = app.web.deps.clone();
    let day = day_of(deps.clock.now());
    let started = Stopwatch::start();
    let collection = Collection::read(&deps.db, &day).await.map_err(plain);
    app.finish().await;
    let collection = collection?;
    if collection.library.is_empty() {
        bail!("there are no laws in the database; run pufa laws import FILE.jsonl first");
    }
    println!(
        "{} articles of {} laws in force, read and indexed in {:.1} s",
        collection.library.len(),
        collection.laws.len(),
        started.elapsed().as_secs_f64()
    );
    match command {
        Command::Train { files, out } => train(&collection, &files, &out),
        Command::Eval { files, learn } => eval(&collection, &files, &learn),
    }
}

fn read(collection: &Collection, files: &[PathBuf]) -> anyhow::Result<Vec<Asked>> {
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        for (nth, line) in text.lines().enumerate() {
            let line: Line = serde_json::from_str(line)
                .with_context(|| format!("{} line {}", file.display(), nth + 1))?;
            all.push(asked(collection, line));
        }
    }
    Ok(all)
}

fn asked(collection: &Collection, line: Line) -> Asked {
    let (mut cites, mut lost) = (Vec::new(), 0);
    for name in &line.gold_names {
        match place(collection, name) {
            Some(place) if cites.contains(&place) => {}
            Some(place) => cites.push(place),
            None => lost += 1,
        }
    }
    Asked { lesson: Lesson { question: line.query, cites, answer: line.answer }, lost }
}

fn place(collection: &Collection, name: &str) -> Option<u32> {
    let cited = citation::find(name).pop()?;
    let law = collection.names.find(cited.law.as_ref()?)?;
    collection.place(law, i64::from(cited.article), i64::from(cited.insertion))
}

fn lessons<'a>(asked: impl Iterator<Item = &'a Asked>) -> Vec<Lesson> {
    asked.filter(|one| !one.lesson.cites.is_empty()).map(|one| one.lesson.clone()).collect()
}

fn grow(collection: &Collection, lessons: &[Lesson], plan: &Plan) -> Trees {
    let progress = Progress::new("questions looked at");
    let rows = training::rows(&collection.library, lessons, |share| progress.share(share));
    drop(progress);
    let progress = Progress::new("trees");
    growing::grow(&rows, plan, |done| progress.at(done as u64))
}

fn train(collection: &Collection, files: &[PathBuf], out: &Path) -> anyhow::Result<()> {
    let asked = read(collection, files)?;
    let lessons = lessons(asked.iter());
    if lessons.is_empty() {
        bail!("no question cites an article in force; nothing to learn from");
    }
    let trees = grow(collection, &lessons, &Plan::default());
    std::fs::write(out, trees.to_bytes(COUNT)).with_context(|| out.display().to_string())?;
    println!("{} trees from {} questions: {}", trees.0.len(), lessons.len(), out.display());
    Ok(())
}

/// Figures of one way of finding.
#[derive(Default)]
struct Figures {
    all: Score,
    new: Score,
}

/// What an evaluation found.
struct Report {
    words: Figures,
    ranked: Figures,
    latency: Histogram<u64>,
    bytes: usize,
}

fn eval(collection: &Collection, files: &[PathBuf], learn: &[PathBuf]) -> anyhow::Result<()> {
    let asked = read(collection, files)?;
    let mut report = Report {
        words: Figures::default(),
        ranked: Figures::default(),
        latency: Histogram::new(3)?,
        bytes: 0,
    };
    if learn.is_empty() {
        for part in 0..PARTS {
            let held = |one: &&Asked| training::part_of(&one.lesson.question, PARTS) == part;
            let known = lessons(asked.iter().filter(|one| !held(one)));
            judge(collection, &known, asked.iter().filter(held), &mut report);
        }
    } else {
        let known = lessons(read(collection, learn)?.iter());
        judge(collection, &known, asked.iter(), &mut report);
    }
    let lost: usize = asked.iter().map(|one| one.lost).sum();
    print!("{}", table(&report, lost));
    Ok(())
}

fn judge<'a>(
    collection: &Collection,
    known: &[Lesson],
    held: impl Iterator<Item = &'a Asked>,
    report: &mut Report,
) {
    let trees = grow(collection, known, &Plan::default());
    let taught = training::remember(&collection.library, known.iter());
    let engine = Engine::new(collection.library.clone(), taught, &trees);
    let used = used(known.iter());
    for one in held {
        let words = engine.by_words(&one.lesson.question, DEPTHS[4]);
        let started = Stopwatch::start();
        let found = engine.search(&one.lesson.question, DEPTHS[4]);
        let took = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        report.latency.saturating_record(took);
        let found: Vec<u32> = found.iter().map(|found: &Found| found.article).collect();
        for (figures, found) in [(&mut report.words, &words), (&mut report.ranked, &found)] {
            figures.all.add(found, &one.lesson.cites, one.lost);
            if is_new(&one.lesson, &used) {
                figures.new.add(found, &one.lesson.cites, one.lost);
            }
        }
    }
    report.bytes = report.bytes.max(engine.bytes());
}

fn table(report: &Report, lost: usize) -> String {
    let mut text = String::from(
        "                               n    R@1    R@5   R@10   R@20  R@100 MRR@10\n",
    );
    for (name, score) in [
        ("BM25", &report.words.all),
        ("ranked", &report.ranked.all),
        ("BM25, new articles", &report.words.new),
        ("ranked, new articles", &report.ranked.new),
    ] {
        // Writing into a String cannot fail.
        let _ = write!(text, "{name:<26}{:>6}", score.questions);
        for recall in score.recall() {
            let _ = write!(text, " {recall:>6.3}");
        }
        let _ = writeln!(text, " {:>6.3}", score.rank());
    }
    let latency = |q| Duration::from_micros(report.latency.value_at_quantile(q));
    let _ = writeln!(
        text,
        "latency p50 {:?} p99 {:?}, index and memory {} MB, citations of nothing in force: {lost}",
        latency(0.5),
        latency(0.99),
        report.bytes >> 20
    );
    text
}
