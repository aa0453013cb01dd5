//! News between the parts of a running system: "this changed, look again".
//!
//! News is a hint, never the only copy of anything: whoever misses one reads the database anyway.

use tokio::sync::broadcast;
use uuid::Uuid;

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// An inquiry was added or changed. Listeners filter by organization.
    Inquiry {
        /// The inquiry.
        inquiry: Uuid,
        /// The organization it belongs to now; `None` while nobody has it.
        organization: Option<Uuid>,
        /// The organization that just lost it, which must see it go.
        formerly: Option<Uuid>,
    },
    /// Organizations, rules, stations or texts changed: reload what is cached of them.
    Directory,
    /// Laws or confirmed citations changed.
    Knowledge,
    /// These people are alerted to something.
    Alerts {
        /// Who.
        staff: Vec<Uuid>,
    },
    /// Another model reads from now on.
    Triage,
    /// There is work in the jobs table.
    Jobs,
    /// Pushes were taken in and wait to be applied in order.
    TakenIn,
}

/// Passes news on inside this process; cheap to clone.
#[derive(Clone)]
pub struct Coord(broadcast::Sender<News>);

/// News kept for a slow listener before it is told that it missed some.
const BACKLOG: usize = 1024;

impl Coord {
    /// For one process.
    pub fn local() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }

    /// Tells everybody. Call after the commit.
    pub fn publish(&self, news: News) {
        // No listener is no error.
        let _ = self.0.send(news);
    }

    /// Listens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<News> {
        self.0.subscribe()
    }
}
