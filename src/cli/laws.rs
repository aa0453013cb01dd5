//! `pufa laws import`: law texts from JSON lines into the database.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::progress::Progress;
use crate::app::{App, plain};
use crate::knowledge::actions::{self, Imported};
use crate::knowledge::import::Line;
use crate::platform::Deps;
use crate::platform::clock::{Clock, Entropy};
use crate::platform::config::Config;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Read law texts, one article a line of JSON (law, article, text; date, path, issuer, level,
    /// in_force_to, repealed_by, source, charges may be added). Doing it again changes nothing.
    Import {
        /// The file.
        file: PathBuf,
    },
}

pub async fn run(command: Command, config: Config) -> anyhow::Result<()> {
    let Command::Import { file } = command;
    let app = App::open(config, Clock::system(), Entropy::system()).await?;
    let done = import(&app.web.deps, &file).await;
    app.finish().await;
    let (laws, total) = done?;
    println!("{} articles of {laws} laws read, {} new or changed.", total.read, total.changed);
    Ok(())
}

/// Reads the file law by law, so that memory holds one at a time; what was read before an error
/// stays, and importing again goes on.
async fn import(deps: &Deps, file: &Path) -> anyhow::Result<(u64, Imported)> {
    let input = std::fs::File::open(file).with_context(|| format!("{}", file.display()))?;
    let progress = Progress::new("articles");
    let (mut laws, mut total) = (0, Imported::default());
    let mut own: Vec<Line> = Vec::new();
    for (nth, text) in BufReader::new(input).lines().enumerate() {
        let at = || format!("{} line {}", file.display(), nth + 1);
        let text = text.with_context(at)?;
        if text.trim().is_empty() {
            continue;
        }
        let line = Line::read(&text).map_err(|why| anyhow!(why)).with_context(at)?;
        if own.first().is_some_and(|first| !first.same_law(&line)) {
            put(deps, &mut own, &mut total).await?;
            laws += 1;
            progress.at(total.read);
        }
        own.push(line);
    }
    if !own.is_empty() {
        put(deps, &mut own, &mut total).await?;
        laws += 1;
    }
    Ok((laws, total))
}

async fn put(deps: &Deps, own: &mut Vec<Line>, total: &mut Imported) -> anyhow::Result<()> {
    let done = actions::import(deps, own).await.map_err(plain)?;
    total.read += done.read;
    total.changed += done.changed;
    own.clear();
    Ok(())
}
