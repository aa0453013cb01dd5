//! `pufa simulate`: a made-up year of the alliance, to see whether routing keeps its promises and how
//! evenly it spreads the work, beside two simpler ways of choosing. Touches no database.

mod chart;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};

use super::progress::Progress;
use crate::platform::clock::Entropy;
use crate::routing::simulation::{Outcome, Plan, Policy, run as simulate};

/// Options of `pufa simulate`.
#[derive(clap::Args)]
pub struct Args {
    /// Inquiries asked.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    inquiries: u64,
    /// Days over which they come.
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..))]
    days: u32,
    /// Where chance begins; the same number gives the same result.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Writes a drawing of the spread week by week to this file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the drawing cannot be written, or a simulation broke what must always hold.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let all = args.inquiries * Policy::ALL.len() as u64;
    let (progress, asked) = (Progress::new("simulating"), AtomicU64::new(0));
    let one = |policy: Policy| {
        let Args { inquiries, days, seed, .. } = *args;
        let mut before = 0;
        simulate(Plan { inquiries, days, policy }, &Entropy::seeded(seed), |now| {
            let done = asked.fetch_add(now - before, Ordering::Relaxed) + now - before;
            before = now;
            progress.share(done as f32 / all as f32);
        })
    };
    let outcomes = std::thread::scope(|scope| {
        let one = &one;
        let running: Vec<_> =
            Policy::ALL.iter().map(|policy| (*policy, scope.spawn(move || one(*policy)))).collect();
        let ended = running.into_iter().map(|(policy, thread)| Some((policy, thread.join().ok()?)));
        ended.collect::<Option<Vec<(Policy, Outcome)>>>()
    });
    drop(progress);
    let outcomes = outcomes.context("a simulation did not come to its end")?;
    print!("{}", table(&outcomes));
    if let Some(file) = &args.svg {
        let drawing = chart::spread(&outcomes);
        std::fs::write(file, drawing)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    let broken: u64 = outcomes.iter().map(|(_, outcome)| outcome.broken()).sum();
    if broken > 0 {
        bail!("{broken} times something happened that must never happen; see the last lines above");
    }
    Ok(())
}

fn table(outcomes: &[(Policy, Outcome)]) -> String {
    let mut lines = vec![line("", outcomes, |_, policy| policy.name().to_owned())];
    let mut row = |name, value: fn(&Outcome) -> String| {
        lines.push(line(name, outcomes, |outcome, _| value(outcome)));
    };
    row("inquiries asked", |o| o.asked.to_string());
    row("answered by organizations", |o| o.answered.to_string());
    row("answered by operators", |o| o.by_operators.to_string());
    row("still open at the end", |o| o.open.to_string());
    row("offers made", |o| o.offers.to_string());
    row("  declined", |o| percent(o.declined, o.offers));
    row("  nobody answered", |o| percent(o.expired, o.offers));
    row("inquiries moved on", |o| o.moved.to_string());
    row("first offer near the citizen", |o| percent(o.local, o.asked));
    row("answered after the promise", |o| percent(o.late, o.answered + o.by_operators));
    row("taken within, half (min)", |o| o.taken_within(0.5).to_string());
    row("taken within, 95 % (min)", |o| o.taken_within(0.95).to_string());
    row("share of the caps in use", |o| format!("{:.1} %", o.used() * 100.0));
    row("spread, max/mean load", |o| format!("{:.2}", o.spread()));
    row("without owner or queue", |o| o.lost.to_string());
    row("offers to off duty", |o| o.to_off_duty.to_string());
    row("offers to suspended", |o| o.to_suspended.to_string());
    row("offers to conflicted", |o| o.to_conflicted.to_string());
    row("offers beyond a cap", |o| o.over_cap.to_string());
    lines.concat()
}

fn line(
    name: &str,
    outcomes: &[(Policy, Outcome)],
    value: impl Fn(&Outcome, Policy) -> String,
) -> String {
    let values =
        outcomes.iter().map(|(policy, outcome)| format!("{:>14}", value(outcome, *policy)));
    format!("{name:<30}{}\n", values.collect::<String>())
}

fn percent(part: u64, of: u64) -> String {
    format!("{:.1} %", part as f64 * 100.0 / of.max(1) as f64)
}
