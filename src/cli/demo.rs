//! `pufa demo`: everything in one process, for a newcomer and for training.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;

use super::seed::{self, channel};
use super::serve::{listen, until_stopped};
use super::simulator::accounts;
use crate::app::{App, Parts, plain};
use crate::citizens;
use crate::menus::MenuSet;
use crate::platform::clock::{Clock, Entropy};
use crate::platform::config::{Account, AccountKind, Config, PushMode};
use crate::platform::secrets::Secret;
use crate::simulator::{Options, Simulator};
use crate::staff::views::login;
use crate::staff::{self, Role};

/// Days that demo sessions last, so that moving the clock by two days logs nobody out.
const SESSION_DAYS: u64 = 60;

#[derive(clap::Args)]
pub struct Args {
    /// Where the demo's database lives.
    #[arg(long, default_value = "var/demo", value_name = "DIR")]
    data: PathBuf,
    /// Address of console, citizens' pages and the door for pushes.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    /// Address of the simulated phone and of the simulated WeChat API.
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDR")]
    simulator_listen: SocketAddr,
}

pub async fn run(config: Config, args: &Args) -> anyhow::Result<()> {
    let entropy = Entropy::system();
    let clock = Clock::system();
    let web = listen(args.listen).await?;
    let phone = listen(args.simulator_listen).await?;
    let config = settings(config, &args.data, web.local_addr()?, phone.local_addr()?, &entropy);
    let server = config.server.public_url.clone();
    let app = App::open(config, clock.clone(), entropy.clone()).await?;
    let accounts = match seed::is_empty(&app).await? {
        true => {
            eprintln!("Building the demo city …");
            seed::fill(&app).await?
        }
        false => seed::accounts()?,
    };
    // The installation was read before the city was marked as demo.
    let mut app = app;
    app.web.installation.demo = true;
    app.web.demo_accounts = one_of_each_role(&accounts);
    let (simulator, address) = start_simulator(&app, clock, entropy, phone).await?;
    app.start(Parts::All, web)?;
    play_the_past(&app, &simulator).await?;
    seed::alerts::play(&app, &accounts).await.map_err(plain)?;
    println!("Simulated phone  {address}/");
    println!("Console          {server}/console/login");
    println!("Public page      {server}/public");
    seed::print_accounts(&accounts);
    println!("Ctrl-C ends the demo; its data stays in {}.", args.data.display());
    until_stopped(app).await
}

/// One account of each role, for the log-in page.
fn one_of_each_role(accounts: &[seed::DemoAccount]) -> Arc<[login::DemoAccount]> {
    let of = |role: &Role| {
        let account = accounts.iter().find(|account| account.role == role.code())?;
        Some(login::DemoAccount {
            role_name: role.name().to_owned(),
            username: account.username.clone(),
            password: account.password.to_owned(),
        })
    };
    Role::ALL.iter().filter_map(of).collect()
}

fn settings(
    mut config: Config,
    data: &Path,
    web: SocketAddr,
    phone: SocketAddr,
    entropy: &Entropy,
) -> Config {
    config.store.url = format!("sqlite://{}", data.join("pufa.db").display());
    config.store.media_dir = data.join("media");
    config.server.public_url = format!("http://{web}");
    config.server.listen = web;
    config.wechat.api_base_url = format!("http://{phone}");
    config.wechat.authorize_base_url = format!("http://{phone}");
    config.alerts.robot_base_url = format!("http://{phone}");
    config.console.session_idle_minutes = SESSION_DAYS * 24 * 60;
    config.console.session_hours = SESSION_DAYS * 24;
    config.wechat.accounts = BTreeMap::from([("main".to_owned(), demo_account(entropy))]);
    config
}

/// Keys live as long as the process: server and simulator are both in it.
fn demo_account(entropy: &Entropy) -> Account {
    let letters = |count: usize| -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..count)
            .map(|_| char::from(LETTERS[entropy.below(LETTERS.len() as u64) as usize]))
            .collect()
    };
    Account {
        app_id: "wxdemo0000000001".to_owned(),
        app_secret: Secret::from(letters(32)),
        app_secret_file: None,
        token: Secret::from(letters(24)),
        token_file: None,
        encoding_aes_key: Secret::from(letters(43)),
        encoding_aes_key_file: None,
        mode: PushMode::Safe,
        kind: AccountKind::Service,
        transfer_to_agents: false,
    }
}

async fn start_simulator(
    app: &App,
    clock: Clock,
    entropy: Entropy,
    listener: TcpListener,
) -> anyhow::Result<(Simulator, String)> {
    let server = app.web.config.server.public_url.clone();
    let simulator = Simulator::new(Options {
        accounts: accounts(&app.web.config, &server),
        clock,
        clock_is_shared: true,
        entropy,
        demo_scenes: seed::scenes()?,
        console_url: Some(format!("{server}/console/login")),
        public_url: Some(format!("{server}/public")),
    });
    let address = format!("http://{}", listener.local_addr()?);
    app.serve(listener, simulator.router());
    Ok((simulator, address))
}

/// What WeChat would know of the demo account: its menu, followers, agents and templates.
async fn play_the_past(app: &App, simulator: &Simulator) -> anyhow::Result<()> {
    let menu = MenuSet::first(&app.web.config.server.public_url).default;
    let mut link = app.web.deps.db.read().await.map_err(plain)?;
    let people = staff::store::of_alliance(&mut link).await.map_err(plain)?;
    drop(link);
    let operator = people.iter().find(|one| one.role == Role::Operator);
    let operator = operator.context("the demo city has an operator")?.id.0;
    for (account, client) in app.web.accounts.all() {
        client.create_menu(&menu).await?;
        channel::play(simulator, account, client).await?;
        channel::choose_template(app, account, client, operator).await.map_err(plain)?;
        citizens::actions::read_now(&app.web.deps, operator, account).await.map_err(plain)?;
    }
    Ok(())
}
