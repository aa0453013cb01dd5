//! `pufa staff add|reset`: accounts from the server's own terminal.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, bail};

use crate::app::{App, plain};
use crate::members::{self, OrganizationId};
use crate::platform::clock::{Clock, Entropy};
use crate::platform::config::Config;
use crate::platform::secrets::Secret;
use crate::staff::Role;
use crate::staff::actions::manage::{self, NewAccount};
use crate::staff::actions::second;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Add an account; the first password is read from standard input.
    Add {
        /// Log-in name: lower-case letters, digits, . _ -
        username: String,
        /// Name that colleagues and citizens read.
        #[arg(long)]
        name: String,
        /// responder, org_manager, hub_manager, operator, approver, supervisor, sysadmin, secadmin or auditor.
        #[arg(long)]
        role: String,
        /// Slug of the member organization; left out for the alliance's own people.
        #[arg(long)]
        organization: Option<String>,
    },
    /// Set a new password, read from standard input; takes the second factor away, unbinds WeChat and
    /// ends the person's sessions.
    Reset {
        /// Log-in name.
        username: String,
    },
}

pub async fn run(command: Command, config: Config) -> anyhow::Result<()> {
    let app = App::open(config, Clock::system(), Entropy::system()).await?;
    let deps = app.web.deps.clone();
    match command {
        Command::Add { username, name, role, organization } => {
            let Some(role) = Role::from_code(&role) else {
                bail!("there is no role {role:?}; see pufa staff add --help")
            };
            let organization = find(&app, organization).await?;
            let new = NewAccount { username, name, role, organization, password: read_password()? };
            manage::add_unchecked(&deps, None, new).await.map_err(plain)?;
            println!("The account is there.");
        }
        Command::Reset { username } => {
            let id = manage::reset_password(&deps, None, &username, read_password()?).await;
            second::reset_unchecked(&deps, None, id.map_err(plain)?).await.map_err(plain)?;
            println!(
                "The password is changed, the second factor and bound WeChats are removed, and open \
                 sessions are ended."
            );
        }
    }
    app.finish().await;
    Ok(())
}

async fn find(app: &App, slug: Option<String>) -> anyhow::Result<Option<OrganizationId>> {
    let Some(slug) = slug else { return Ok(None) };
    let mut link = app.web.deps.db.read().await.map_err(plain)?;
    let all = members::store::all(&mut link).await.map_err(plain)?;
    let found = all.into_iter().find(|organization| organization.slug == slug);
    Ok(Some(found.with_context(|| format!("there is no organization {slug:?}"))?.id))
}

fn read_password() -> anyhow::Result<Secret> {
    if std::io::stdin().is_terminal() {
        eprint!("Password (shown while typing; at least 10 characters): ");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("cannot read the password")?;
    Ok(Secret::from(line.trim_end_matches(['\r', '\n']).to_owned()))
}
