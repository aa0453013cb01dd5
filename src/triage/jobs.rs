//! Learning a candidate in the background, and comparing it with the model in force.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::live::Live;
use super::{ModelId, ModelState, Report, Side, store};
use crate::inquiries::store as inquiries;
use crate::language::places::Gazetteer;
use crate::language::triage::adapt::adapt;
use crate::language::triage::judge::{Judged, coverage_at, figures};
use crate::language::triage::learn::{Example, Trust, fingerprint};
use crate::language::triage::model::Model;
use crate::language::triage::shipped;
use crate::language::{Field, read_by};
use crate::platform::Deps;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{Claimed, Outcome};

/// Kind of the job that learns a model; payload: its id.
pub const TRAIN: &str = "triage.train";

/// Corrections, and questions whose field was left as it was, that are learned from.
const MOST: i64 = 2000;
/// One question in so many is never learned from, by any model of this installation: it judges.
const HELD_BACK: u32 = 5;
/// How often progress is written down.
const TELL: Duration = Duration::from_secs(1);
/// The precision at which coverage is told.
const PRECISION: f32 = 0.96;
/// Changed readings that are kept.
const CHANGES: usize = 12;

/// Learns the candidate and compares it; a failure is kept with it.
pub async fn train(deps: Deps, live: Live, job: Claimed) -> Result<Outcome> {
    let id: ModelId = job.argument()?;
    let found = store::model(&mut deps.db.read().await?, id).await?;
    if found.is_none_or(|model| model.state != ModelState::Training) {
        return Ok(Outcome::Done);
    }
    if let Err(error) = learned(&deps, &live, id).await {
        tracing::error!(cause = %error.cause(), "triage.training_failed");
        let reason = "学习没有完成，原来的模型照常使用。请稍后再试；多次出现请联系系统管理员。";
        let mut tx = deps.db.begin().await?;
        store::fail(&mut tx, id, reason, deps.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(Outcome::Done)
}

async fn learned(deps: &Deps, live: &Live, id: ModelId) -> Result<()> {
    let examples = examples(deps).await?;
    live.refresh().await?;
    let (old, percent) = (live.current(), Arc::new(AtomicI64::new(0)));
    let told = percent.clone();
    let mut task = tokio::task::spawn_blocking(move || candidate(old, &examples, &told));
    let (bytes, report) = loop {
        tokio::select! {
            done = &mut task => break done.map_err(Error::internal)??,
            () = tokio::time::sleep(TELL) => {
                let mut tx = deps.db.begin().await?;
                store::set_percent(&mut tx, id, percent.load(Ordering::Relaxed)).await?;
                tx.commit().await?;
            }
        }
    };
    let report = serde_json::to_string(&report)?;
    let mut tx = deps.db.begin().await?;
    store::finish(&mut tx, id, &bytes, &report, deps.clock.now()).await?;
    tx.commit().await
}

/// What people put right, and what they left as it was.
async fn examples(deps: &Deps) -> Result<Vec<Example>> {
    let mut link = deps.db.read().await?;
    let example =
        |text: String, field: Field, trust| Example { text, field, accept: vec![field], trust };
    let corrections = inquiries::corrections(&mut link, MOST).await?;
    let mut examples: Vec<Example> =
        corrections.into_iter().map(|one| example(one.body, one.new_field, Trust::Read)).collect();
    for (inquiry, field) in inquiries::accepted(&mut link, MOST).await? {
        let text = inquiries::question(&mut link, inquiry).await?;
        if !text.trim().is_empty() {
            examples.push(example(text, field, Trust::Derived));
        }
    }
    Ok(examples)
}

fn candidate(
    old: Option<Arc<Model>>,
    examples: &[Example],
    percent: &AtomicI64,
) -> Result<(Vec<u8>, Report)> {
    let base = shipped().ok_or_else(|| {
        Error::internal(anyhow::anyhow!("config/models/triage.bin cannot be read"))
    })?;
    let (mut taught, mut held_back) = (Vec::new(), Vec::new());
    for example in examples {
        match fingerprint(&example.text) % HELD_BACK {
            0 => held_back.push(example),
            _ => taught.push(Example {
                text: example.text.clone(),
                field: example.field,
                accept: example.accept.clone(),
                trust: example.trust,
            }),
        }
    }
    let new = adapt(base, &taught, |share| {
        percent.store((share * 95.0) as i64, Ordering::Relaxed);
    });
    let report = compare(old.as_deref().unwrap_or(base), &new, &held_back);
    Ok((new.encode(), report))
}

fn compare(old: &Model, new: &Model, held_back: &[&Example]) -> Report {
    let judge = |model| held_back.iter().map(|one| judged(model, one)).collect::<Vec<Judged>>();
    let (before, after) = (judge(old), judge(new));
    let mut changed: BTreeMap<(Field, Field, Field), usize> = BTreeMap::new();
    for (was, is) in before.iter().zip(&after).filter(|(was, is)| was.said != is.said) {
        *changed.entry((was.field, was.said, is.said)).or_default() += 1;
    }
    let mut changed: Vec<(Field, Field, Field, usize)> =
        changed.into_iter().map(|((right, was, is), times)| (right, was, is, times)).collect();
    changed.sort_by_key(|change| std::cmp::Reverse(change.3));
    changed.truncate(CHANGES);
    Report { questions: held_back.len(), old: side(&before), new: side(&after), changed }
}

fn judged(model: &Model, example: &Example) -> Judged {
    let found = read_by(Some(model), &example.text, &Gazetteer::new(Vec::new())).field;
    let (said, confidence) = found.map_or((Field::Other, 0.0), |one| (one.field, one.confidence));
    Judged { said, confidence, field: example.field, accept: example.accept.clone() }
}

fn side(judged: &[Judged]) -> Side {
    let found = figures(judged);
    Side {
        accuracy: found.strict,
        macro_f1: found.macro_f1,
        coverage: coverage_at(judged, PRECISION),
    }
}
