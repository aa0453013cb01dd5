//! `pufa serve` and `pufa migrate`.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;

use crate::app::{App, Parts, plain};
use crate::platform::clock::{Clock, Entropy};
use crate::platform::config::Config;
use crate::platform::db::Db;
use crate::platform::http::shell::href;
use crate::platform::lifecycle::stop_signal;
use crate::staff::actions::founding;

#[derive(clap::Args)]
pub struct Args {
    /// Which parts this process runs.
    #[arg(long, value_enum, default_value = "all")]
    role: Role,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Role {
    /// Web and worker.
    All,
    /// Answers HTTP only.
    Web,
    /// Does jobs only.
    Worker,
}

pub async fn run(config: Config, args: &Args) -> anyhow::Result<()> {
    let parts = match args.role {
        Role::All => Parts::All,
        Role::Web => Parts::Web,
        Role::Worker => Parts::Worker,
    };
    let listener = listen(config.server.listen).await?;
    let admin = config.server.admin_listen.clone();
    let app = App::open(config, Clock::system(), Entropy::system()).await?;
    if !admin.is_empty() {
        serve_admin(&app, &admin).await?;
    }
    tracing::info!(listen = %listener.local_addr()?, "server.started");
    app.start(parts, listener)?;
    if parts != Parts::Worker {
        invite(&app).await?;
    }
    until_stopped(app).await
}

/// Prints the address by which the console of an empty database is set up; here and nowhere else.
async fn invite(app: &App) -> anyhow::Result<()> {
    let Some(secret) = founding::invite(&app.web.deps).await.map_err(plain)? else { return Ok(()) };
    let address = href("/console/setup", &[("token", secret.reveal())]);
    println!("There are no accounts yet. Open this address within an hour to make the first one;");
    println!("it works once, and a restart prints another:");
    println!("  {}{address}", app.web.config.server.public_url);
    Ok(())
}

/// Runs until SIGTERM or Ctrl-C; a second signal ends at once.
pub async fn until_stopped(app: App) -> anyhow::Result<()> {
    stop_signal().await.context("cannot wait for signals")?;
    tracing::info!("server.stopping");
    tokio::select! {
        in_time = app.finish() => {
            if !in_time {
                tracing::warn!("server.stopped_with_work_left; it goes on at the next start");
            }
        }
        _ = stop_signal() => tracing::warn!("server.stopped_at_once"),
    }
    Ok(())
}

/// Opens the address people and WeChat use.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: is another program using it? server.listen changes it")
    })
}

async fn serve_admin(app: &App, address: &str) -> anyhow::Result<()> {
    let recorder = PrometheusBuilder::new().install_recorder().context("cannot start metrics")?;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; server.admin_listen changes it"))?;
    let upkeep = recorder.clone();
    app.lifecycle().start({
        let stop = app.lifecycle().stopping();
        async move {
            while !stop.is_cancelled() {
                upkeep.run_upkeep();
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(Duration::from_secs(5)) => {}
                }
            }
        }
    });
    let router = Router::new().route("/metrics", get(move || async move { recorder.render() }));
    app.serve(listener, router);
    Ok(())
}

pub async fn migrate(config: &Config) -> anyhow::Result<()> {
    let db = Db::connect(&config.store.url).await?;
    db.migrate().await?;
    db.close().await;
    println!("The schema is up to date.");
    Ok(())
}
