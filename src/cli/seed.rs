//! `pufa seed demo`
#[derive(clap::Subcommand)]
pub enum Command {
    Demo,
}
pub async fn run(_: Command, _: crate::platform::config::Config) -> anyhow::Result<()> {
    Ok(())
}
