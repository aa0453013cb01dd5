//! The command line. Exit codes: 0 done, 1 failed, 2 wrong use or configuration.

mod config;
mod demo;
mod doctor;
mod knowledge;
mod laws;
pub mod load;
mod progress;
mod seed;
mod serve;
mod simulate;
mod simulator;
mod staff;
mod triage;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::platform::config::{Config, ConfigError};
use crate::platform::telemetry;

/// 普法: backend and web console of a WeChat legal-education alliance.
#[derive(Parser)]
#[command(name = "pufa", version, about, disable_help_subcommand = true)]
struct Cli {
    /// Settings file laid over the built-in defaults (config/default.toml explains every key).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Args),
    /// Bring the database's schema up to date.
    Migrate,
    /// Check settings, database and official accounts, and say what to mend.
    Doctor,
    /// Print or check the settings.
    #[command(subcommand)]
    Config(config::Command),
    /// Everything on this machine: server, SQLite, simulated WeChat, demo city.
    Demo(demo::Args),
    /// Run the WeChat stand-in alone.
    Simulator(simulator::Args),
    /// Fill an empty database.
    #[command(subcommand)]
    Seed(seed::Command),
    /// Add accounts for staff, or reset a password.
    #[command(subcommand)]
    Staff(staff::Command),
    /// Bring law texts into the database.
    #[command(subcommand)]
    Laws(laws::Command),
    /// Grow and judge the ranker that finds articles for a question.
    #[command(subcommand)]
    Knowledge(knowledge::Command),
    /// Send signed, encrypted, distinct pushes to a server and measure it.
    Load(load::Args),
    /// Let a made-up year of inquiries be shared out, and see how evenly and how safely.
    Simulate(simulate::Args),
    /// Train or judge the first triage.
    #[command(subcommand)]
    Triage(triage::Command),
}

/// A command that failed, by whose fault.
enum Failure {
    /// Wrong use or configuration: exit code 2.
    Use(String),
    /// Anything else: exit code 1.
    Run(anyhow::Error),
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Use(error.to_string())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Run(error)
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // The only provider in the program; a second call would be a defect in a test.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("pufa: cannot start: {error}");
            return ExitCode::from(1);
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Use(why)) => {
            eprintln!("pufa: {why}");
            ExitCode::from(2)
        }
        Err(Failure::Run(error)) => {
            eprintln!("pufa: {error:#}");
            ExitCode::from(1)
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    let settings = || Config::load(cli.config.as_deref());
    match cli.command {
        Command::Serve(args) => {
            let config = settings()?;
            telemetry::start(&config.log)?;
            serve::run(config, &args).await?;
        }
        Command::Migrate => serve::migrate(&settings()?).await?,
        Command::Doctor => doctor::run(&settings()?).await?,
        Command::Config(command) => config::run(command, &settings()?)?,
        Command::Demo(args) => {
            let config = settings()?;
            telemetry::start(&config.log)?;
            demo::run(config, &args).await?;
        }
        Command::Simulator(args) => {
            let config = settings()?;
            telemetry::start(&config.log)?;
            simulator::run(&config, &args).await?;
        }
        Command::Seed(command) => seed::run(command, settings()?).await?,
        Command::Staff(command) => staff::run(command, settings()?).await?,
        Command::Laws(command) => laws::run(command, settings()?).await?,
        Command::Knowledge(command) => knowledge::run(command, settings()?).await?,
        Command::Load(args) => load::run(&args).await?,
        Command::Simulate(args) => simulate::run(&args)?,
        Command::Triage(command) => triage::run(&command)?,
    }
    Ok(())
}
