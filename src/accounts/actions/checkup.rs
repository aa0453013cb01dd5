//! Asks WeChat how an account stands, without changing anything.

use std::time::Duration;

use serde_json::json;

use crate::accounts::rules::{self, PROBES, Probe, WATCHED_PATHS, verdicts};
use crate::accounts::store::{calls, findings};
use crate::accounts::{Check, Finding};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::wechat::client::{CallError, Client};
use crate::wechat::diagnostics::Quota;

/// What a self-check brought home.
#[derive(Clone, Debug)]
pub struct Checkup {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What WeChat counts today, by path.
    pub quotas: Vec<(String, Quota)>,
}

/// Asks WeChat about everything a self-check covers; `used` are paths called today. Takes some
/// seconds. Without a token nothing else is asked.
pub async fn examine(
    client: &Client,
    used: &[String],
    replay_window: Duration,
    now: Moment,
) -> Checkup {
    let token = client.check_token().await;
    let mut found = vec![verdicts::token(&token).found(Check::Token, now)];
    if token.is_err() {
        return Checkup { findings: found, quotas: Vec::new() };
    }
    let mut results = Vec::new();
    for probe in PROBES {
        results.push((probe, ask(client, probe).await));
    }
    if let Some((_, followers)) = results.first() {
        found.push(verdicts::verified(followers).found(Check::Verified, now));
    }
    found.push(verdicts::apis(&results).found(Check::Apis, now));
    let callback = client.check_callback().await;
    found.push(verdicts::callback(&callback).found(Check::Callback, now));
    let addresses = (client.api_addresses().await, client.push_addresses().await);
    if let (Ok(api), Ok(pushes)) = &addresses {
        found.push(verdicts::addresses(api.len(), pushes.len()).found(Check::Addresses, now));
    }
    let quotas = quotas(client, used).await;
    found.push(verdicts::quota(&quotas).found(Check::Quota, now));
    found.push(verdicts::clock(client.clock_ahead_ms(), replay_window).found(Check::Clock, now));
    Checkup { findings: found, quotas }
}

async fn ask(client: &Client, probe: Probe) -> Result<(), CallError> {
    let answer = if probe.post {
        client.post_json(probe.path, &json!({})).await
    } else {
        client.get_json(probe.path, &[]).await
    };
    answer.map(|_| ())
}

/// WeChat's counts; paths it does not know (76021, 76022) are left out.
async fn quotas(client: &Client, used: &[String]) -> Vec<(String, Quota)> {
    let mut paths: Vec<&str> = WATCHED_PATHS.to_vec();
    paths.extend(used.iter().map(String::as_str).filter(|path| path.starts_with("/cgi-bin/")));
    paths.sort_unstable();
    paths.dedup();
    let mut quotas = Vec::new();
    for path in paths {
        if let Ok(quota) = client.quota(path).await {
            quotas.push((path.to_owned(), quota));
        }
    }
    quotas
}

/// Examines one account and keeps what was found.
///
/// # Errors
/// When the database cannot be used.
pub async fn check(
    deps: &Deps,
    client: &Client,
    account: &str,
    replay_window: Duration,
) -> Result<()> {
    let now = deps.clock.now();
    let day = rules::day(now);
    let mut link = deps.db.read().await?;
    let used = calls::of_day(&mut link, account, &day).await?;
    drop(link);
    let used: Vec<String> = used.into_iter().map(|row| row.path).collect();
    let checkup = examine(client, &used, replay_window, now).await;
    let mut tx = deps.db.begin().await?;
    findings::replace(&mut tx, account, &checkup.findings).await?;
    for (path, quota) in &checkup.quotas {
        calls::reconcile(&mut tx, account, &day, path, quota, now).await?;
    }
    tx.commit().await
}
