//! `pufa demo`
#[derive(clap::Args)]
pub struct Args {}
pub async fn run(_: crate::platform::config::Config, _: &Args) -> anyhow::Result<()> {
    Ok(())
}
