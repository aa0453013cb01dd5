//! How long a million followers take, and how much memory; run by hand:
//! `cargo test --test it a_million -- --ignored --nocapture`.

use pufa::citizens::followers::RunState;
use pufa::platform::clock::Stopwatch;

use super::{calls, following};
use crate::support::{Backend, TestApp};

const CROWD: u64 = 1_000_000;

/// Most memory this process has held so far, in megabytes; 0 where the system does not tell.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

async fn read_a_million(backend: Backend) {
    let app = TestApp::start(backend).await;
    app.simulator.set_crowd("main", CROWD, []);
    let before = most_memory();
    for reading in ["first", "second"] {
        let (lists, details) = ("/cgi-bin/user/get", "/cgi-bin/user/info/batchget");
        let (listed, asked) = (calls(&app, lists), calls(&app, details));
        let watch = Stopwatch::start();
        pufa::citizens::actions::read_now(&app.app.web.deps, uuid::Uuid::nil(), "main")
            .await
            .expect("it is written down");
        let sql = "SELECT count(*) FROM follower_runs WHERE state <> 'running' AND finished_at IS NOT NULL";
        let wanted = if reading == "first" { 1 } else { 2 };
        while app.number(sql).await < wanted {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        let list_ms = watch.elapsed().as_millis();
        let left = "SELECT count(*) FROM followers WHERE following AND detailed_at IS NULL";
        while app.number(left).await > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
        println!(
            "{backend:?} {reading}: list {list_ms} ms, {} calls; with particulars {} ms, {} calls; \
             memory {before} MB before, {} MB at most",
            calls(&app, lists) - listed,
            watch.elapsed().as_millis(),
            calls(&app, details) - asked,
            most_memory(),
        );
    }
    assert_eq!(following(&app).await, CROWD.cast_signed() + 1);
    let sql = "SELECT count(*) FROM follower_runs WHERE state = 'complete'";
    assert_eq!(app.number(sql).await, 2, "{:?}", RunState::Complete);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of minutes"]
async fn a_million_followers_on_sqlite() {
    read_a_million(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of minutes"]
async fn a_million_followers_on_postgres() {
    if !crate::support::database::postgres_is_missing() {
        read_a_million(Backend::Postgres).await;
    }
}
