//! `pufa simulator`: the WeChat stand-in alone, for a server started separately.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use tokio::net::TcpListener;

use crate::platform::clock::{Clock, Entropy};
use crate::platform::config::{self, Config};
use crate::platform::lifecycle::stop_signal;
use crate::simulator::{Options, PushMode, SimulatedAccount, Simulator};

#[derive(clap::Args)]
pub struct Args {
    /// Where the simulated phone and API are.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// The server that gets the pushes.
    #[arg(long, default_value = "http://127.0.0.1:8080", value_name = "URL")]
    server: String,
}

pub async fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let accounts = accounts(config, &args.server);
    if accounts.is_empty() {
        bail!(
            "no official account is configured; add [wechat.accounts.main] to the file given with --config"
        );
    }
    let simulator = Simulator::new(Options {
        accounts,
        clock: Clock::system(),
        clock_is_shared: false,
        entropy: Entropy::system(),
        demo_scenes: Vec::new(),
        console_url: Some(format!("{}/console/login", args.server)),
        public_url: Some(format!("{}/public", args.server)),
    });
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    println!("Simulated phone  http://{}/", listener.local_addr()?);
    println!(
        "Set wechat.api_base_url and wechat.authorize_base_url = \"http://{}\" for the server.",
        listener.local_addr()?
    );
    tokio::select! {
        served = axum::serve(listener, simulator.router()) => served.context("the simulator stopped"),
        stopped = stop_signal() => stopped.context("cannot wait for signals"),
    }
}

/// The configured accounts as the stand-in plays them.
pub fn accounts(config: &Config, server: &str) -> Vec<SimulatedAccount> {
    config
        .wechat
        .accounts
        .iter()
        .map(|(id, account)| SimulatedAccount {
            id: id.clone(),
            original_id: format!(
                "gh_{:0>12}",
                account.app_id.to_lowercase().trim_start_matches("wx")
            ),
            app_id: account.app_id.clone(),
            app_secret: account.app_secret.reveal().to_owned(),
            token: account.token.reveal().to_owned(),
            encoding_aes_key: account.encoding_aes_key.reveal().to_owned(),
            mode: match account.mode {
                config::PushMode::Plain => PushMode::Plain,
                config::PushMode::Compatible => PushMode::Compatible,
                config::PushMode::Safe => PushMode::Safe,
            },
            kind: account.kind,
            name: config.alliance.name.clone(),
            push_url: format!("{server}/wechat/{id}"),
        })
        .collect()
}
