//! What the handlers of pages share.

use std::collections::HashMap;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::once::Running;
use super::presence::Presence;
use super::public::Counted;
use crate::accounts::Accounts;
use crate::cards;
use crate::inquiries::link::PageLinks;
use crate::intake::writer::Writer;
use crate::knowledge::live::Live;
use crate::media::files::Files;
use crate::platform::Deps;
use crate::platform::config::Config;
use crate::platform::installation::Installation;
use crate::publishing;
use crate::routing::cache::DirectoryCache;
use crate::staff::views::login::DemoAccount;
use crate::triage;
use crate::wechat::client::Client;

/// Handed to every handler of a page; cheap to clone.
#[derive(Clone)]
pub struct Web {
    /// Database, time, chance, news.
    pub deps: Deps,
    /// Organizations, rules, texts.
    pub directory: DirectoryCache,
    /// Clients of the official accounts, by account.
    pub clients: Arc<HashMap<String, Client>>,
    /// Files that citizens sent.
    pub received: Files,
    /// Pictures for articles.
    pub pictures: Files,
    /// The model that reads.
    pub triage: triage::live::Live,
    /// Articles of laws for a question.
    pub knowledge: Live,
    /// Knowledge cards.
    pub cards: cards::live::Live,
    /// Published articles, as the conversation names them.
    pub shelf: publishing::live::Live,
    /// Links to citizens' pages.
    pub links: PageLinks,
    /// Whether this is a demo.
    pub installation: Installation,
    /// Settings.
    pub config: Arc<Config>,
    /// The official accounts and how to call WeChat for them.
    pub accounts: Accounts,
    /// Takes in what citizens ask on the page `/c/ask`.
    pub writer: Writer,
    /// Accounts that the log-in page of a demo offers; empty elsewhere.
    pub demo_accounts: Arc<[DemoAccount]>,
    /// Forms that are being worked on.
    pub running: Running,
    /// Who is looking at what.
    pub presence: Presence,
    /// What the public page says in figures.
    pub counted: Counted,
    /// Ends open streams when the program stops.
    pub stopping: CancellationToken,
}
