//! `pufa seed demo`: fills an empty database with the demo city and marks it as demo.

pub mod alerts;
mod articles;
mod calendar;
mod campaigns;
mod canned;
pub mod channel;
mod city;
mod codes;
mod held;
mod past;
mod pictures;
mod promises;
mod quizzes;
mod referred;
mod rosters;
mod sampled;

pub use city::scenes;

use anyhow::{Context, bail};
use serde::Serialize;

use crate::app::{App, plain};
use crate::platform::clock::{Clock, Entropy};
use crate::platform::config::Config;
use crate::platform::coord::News;
use crate::platform::installation;
use crate::platform::secrets::Secret;
use crate::staff;
use crate::staff::password;

/// Everybody of the demo city logs in with this.
const DEMO_PASSWORD: &str = "changzhou-demo";
/// Past inquiries that are made.
const PAST_INQUIRIES: usize = 200;

#[derive(clap::Subcommand)]
pub enum Command {
    /// The demo city: organizations, staff, stations with their codes, articles and 200 past
    /// inquiries, all invented.
    Demo {
        /// Print the accounts as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// One account of the demo city.
#[derive(Clone, Debug, Serialize)]
pub struct DemoAccount {
    /// Log-in name.
    pub username: String,
    /// Password.
    pub password: &'static str,
    /// Role code.
    pub role: String,
    /// Organization's name; `None` for the alliance's own people.
    pub organization: Option<String>,
}

pub async fn run(command: Command, config: Config) -> anyhow::Result<()> {
    let Command::Demo { json } = command;
    let app = App::open(config, Clock::system(), Entropy::system()).await?;
    let accounts = fill(&app).await?;
    app.finish().await;
    if json {
        println!("{}", serde_json::to_string_pretty(&accounts)?);
    } else {
        print_accounts(&accounts);
    }
    Ok(())
}

/// Fills the database of `app`; gives the accounts.
///
/// # Errors
/// When the database is not empty.
pub async fn fill(app: &App) -> anyhow::Result<Vec<DemoAccount>> {
    if !is_empty(app).await? {
        bail!("the database is not empty; the demo city goes into a new one only");
    }
    let deps = &app.web.deps;
    let city = city::read()?;
    let hash = password::hash(Secret::from(DEMO_PASSWORD.to_owned()), &deps.entropy)
        .await
        .map_err(plain)?;
    let mut tx = deps.db.begin().await.map_err(plain)?;
    let accounts = city::add(&mut tx, deps, &city, &hash).await.map_err(plain)?;
    installation::mark_as_demo(&mut tx).await.map_err(plain)?;
    tx.commit().await.map_err(plain)?;
    app.web.directory.refresh().await.map_err(plain)?;
    codes::add(app).await.map_err(plain).context("QR codes")?;
    articles::add(app).await?;
    canned::add(app).await.context("canned answers")?;
    calendar::add(app).await.map_err(plain).context("the calendar")?;
    channel::add(app, &city).await.map_err(plain).context("followers")?;
    campaigns::add(app).await.map_err(plain).context("campaigns")?;
    rosters::add(app, &city).await.map_err(plain).context("rosters")?;
    past::add(app, &city, PAST_INQUIRIES).await.map_err(plain).context("past inquiries")?;
    held::add(app).await.map_err(plain).context("a held answer")?;
    sampled::add(app).await.map_err(plain).context("a quality sample")?;
    referred::add(app).await.map_err(plain).context("a referral")?;
    promises::add(app).await.map_err(plain).context("promises")?;
    quizzes::add(app).await.context("a quiz")?;
    deps.coord.publish(News::Directory);
    Ok(accounts)
}

/// The accounts of a demo city that is there already.
pub fn accounts() -> anyhow::Result<Vec<DemoAccount>> {
    Ok(city::accounts(&city::read()?))
}

/// Whether nobody has an account yet.
pub async fn is_empty(app: &App) -> anyhow::Result<bool> {
    let mut link = app.web.deps.db.read().await.map_err(plain)?;
    Ok(staff::store::count(&mut link).await.map_err(plain)? == 0)
}

/// Prints who can log in.
pub fn print_accounts(accounts: &[DemoAccount]) {
    println!("Accounts (password of all: {DEMO_PASSWORD})");
    for account in accounts {
        let organization = account.organization.as_deref().unwrap_or("联盟");
        println!("  {:<16} {:<12} {organization}", account.username, account.role);
    }
}
