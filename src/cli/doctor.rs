//! `pufa doctor`: checks a deployment and says what to mend. Looks, and changes nothing.

use std::time::Duration;

use anyhow::bail;

use crate::accounts::actions::checkup;
use crate::accounts::{Accounts, Check, Finding, Verdict};
use crate::platform::clock::{Clock, Entropy};
use crate::platform::config::{Config, PushMode};
use crate::platform::db::Db;
use crate::wechat::CONTRACT_CHECKED;
use crate::wechat::client::Client;

/// What was said so far.
#[derive(Default)]
struct Report {
    faults: u32,
}

impl Report {
    fn say(&mut self, good: bool, line: &str) {
        self.faults += u32::from(!good);
        println!("{} {line}", if good { "ok  " } else { "FAIL" });
    }

    /// One finding: what was checked in English, what was seen and what to do as operators read it.
    fn tell(&mut self, account: &str, finding: &Finding) {
        let Finding { check, verdict, seen, why, todo, .. } = finding;
        let mark = match verdict {
            Verdict::Good => "ok  ",
            Verdict::Watch => "look",
            Verdict::Unknown => "?   ",
            Verdict::Broken => "FAIL",
        };
        self.faults += u32::from(*verdict == Verdict::Broken);
        println!("{mark} {account}: {}: {seen}", english(*check));
        for line in [why, todo].into_iter().filter(|line| !line.is_empty()) {
            println!("       {line}");
        }
    }
}

pub async fn run(config: &Config) -> anyhow::Result<()> {
    let mut report = Report::default();
    report.say(true, "settings can be read");
    let public = config.server.public_url.starts_with("https://");
    let local = config.server.public_url.contains("127.0.0.1");
    let url = &config.server.public_url;
    report.say(public || local, &format!("server.public_url is {url} (citizens need https)"));
    let db = database(config, &mut report).await;
    if config.wechat.accounts.is_empty() {
        report.say(false, "no official account is configured; add [wechat.accounts.main]");
    }
    for (id, account) in &config.wechat.accounts {
        let line = format!("{id}: pushes are in {:?} mode (safe is best)", account.mode);
        report.say(account.mode == PushMode::Safe, &line);
    }
    let (clock, entropy) = (Clock::system(), Entropy::system());
    let accounts = Accounts::open(config, db.as_ref(), &clock, &entropy)?;
    for (id, client) in accounts.all() {
        examine(config, client, id, &clock, &mut report).await;
    }
    println!(
        "     WeChat's rules as this version knows them were last verified in {CONTRACT_CHECKED}"
    );
    if let Some(db) = db {
        db.close().await;
    }
    match report.faults {
        0 => Ok(()),
        1 => bail!("1 thing needs mending"),
        n => bail!("{n} things need mending"),
    }
}

/// The database, when it can be used: then the access token is shared with running servers.
async fn database(config: &Config, report: &mut Report) -> Option<Db> {
    match Db::connect(&config.store.url).await {
        Ok(db) => {
            report.say(true, "the database opens");
            match db.check_schema().await {
                Ok(()) => {
                    report.say(true, "the schema fits this binary");
                    return Some(db);
                }
                Err(error) => report.say(false, &error.to_string()),
            }
            db.close().await;
        }
        Err(error) => report.say(false, &format!("{error:#}")),
    }
    None
}

async fn examine(config: &Config, client: &Client, id: &str, clock: &Clock, report: &mut Report) {
    let window = Duration::from_secs(config.wechat.replay_window_seconds);
    let checkup = checkup::examine(client, &[], window, clock.now()).await;
    for finding in &checkup.findings {
        report.tell(id, finding);
    }
}

fn english(check: Check) -> &'static str {
    match check {
        Check::Token => "AppID, AppSecret and IP whitelist",
        Check::Verified => "verification",
        Check::Apis => "APIs that answer",
        Check::Callback => "WeChat's way to this server",
        Check::Addresses => "WeChat's addresses",
        Check::Quota => "today's calls",
        Check::Clock => "clock",
    }
}
