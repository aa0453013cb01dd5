//! What the handlers of pages share.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::presence::Presence;
use crate::inquiries::link::PageLinks;
use crate::knowledge::live::Live;
use crate::platform::Deps;
use crate::platform::config::Config;
use crate::platform::installation::Installation;
use crate::routing::cache::DirectoryCache;
use crate::staff::views::login::DemoAccount;

/// Handed to every handler of a page; cheap to clone.
#[derive(Clone)]
pub struct Web {
    /// Database, time, chance, news.
    pub deps: Deps,
    /// Organizations, rules, texts.
    pub directory: DirectoryCache,
    /// Articles of laws for a question.
    pub knowledge: Live,
    /// Links to citizens' pages.
    pub links: PageLinks,
    /// Whether this is a demo.
    pub installation: Installation,
    /// Settings.
    pub config: Arc<Config>,
    /// Accounts that the log-in page of a demo offers; empty elsewhere.
    pub demo_accounts: Arc<[DemoAccount]>,
    /// Who is looking at what.
    pub presence: Presence,
    /// Ends open streams when the program stops.
    pub stopping: CancellationToken,
}
