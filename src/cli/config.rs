//! `pufa config print|check`.

use anyhow::Context;

use crate::platform::config::Config;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Print the settings in force, secrets masked.
    Print,
    /// Check the settings and say nothing when they are right.
    Check,
}

pub fn run(command: Command, config: &Config) -> anyhow::Result<()> {
    match command {
        Command::Print => {
            let text = toml::to_string(config).context("cannot print the settings")?;
            print!("{}", without_password(&text));
        }
        Command::Check => {}
    }
    Ok(())
}

/// A PostgreSQL URL may carry a password.
fn without_password(text: &str) -> String {
    let lines = text.lines().map(|line| match (line.find("://"), line.rfind('@')) {
        (Some(start), Some(at)) if start < at => format!("{}://***{}", &line[..start], &line[at..]),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_database_password_is_not_printed() {
        let line = without_password("url = \"postgres://pufa:geheim@db/pufa\"");
        assert_eq!(line, "url = \"postgres://***@db/pufa\"\n");
    }
}
