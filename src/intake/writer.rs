//! The group-commit writer: collects the pushes that wait at the same moment into one transaction,
//! so that one fsync acknowledges many.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::actions::accept::{Arrival, accept};
use super::conversation::World;
use crate::cards;
use crate::content::texts::Texts;
use crate::inquiries::link::PageLinks;
use crate::platform::Deps;
use crate::platform::config::Intake;
use crate::platform::error::{Error, Kind, Result};
use crate::publishing;
use crate::routing::cache::DirectoryCache;

/// Pushes taken in by one transaction.
const BATCH: usize = 128;
/// Pushes that may wait; beyond that new ones are refused at once, so that WeChat repeats them.
const QUEUE: usize = 4096;
/// Times a batch is taken again after another process took part of it.
const RETRIES: usize = 3;

/// A push and where its reply goes.
struct Pending {
    arrival: Arrival,
    reply: oneshot::Sender<Result<String>>,
}

/// Hands pushes and the questions of `/c/ask` to the writer; cheap to clone.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Pending>,
    pressure: Pressure,
    within: Duration,
}

/// How many pushes wait for their acknowledgement.
#[derive(Clone, Default)]
pub struct Pressure(Arc<AtomicUsize>);

impl Pressure {
    /// Whether pushes wait.
    pub fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }

    fn begin(&self) -> Waiting {
        self.0.fetch_add(1, Ordering::Relaxed);
        Waiting(self.0.clone())
    }
}

/// One push that waits; counts itself out when it no longer does.
struct Waiting(Arc<AtomicUsize>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Everything the decisions need, read anew for every batch where it can change.
#[derive(Clone)]
pub struct Desk {
    /// Database, time, chance, news.
    pub deps: Deps,
    /// Organizations, rules, texts.
    pub directory: DirectoryCache,
    /// Links to citizens' pages.
    pub links: PageLinks,
    /// Knowledge cards.
    pub cards: cards::live::Live,
    /// Published articles.
    pub shelf: publishing::live::Live,
    /// Name of the alliance.
    pub alliance: String,
    /// Times of the conversation.
    pub settings: Intake,
}

/// What was handed in and waits for somebody to run it.
pub struct Waiters(mpsc::Receiver<Pending>);

impl Waiters {
    /// Takes in what waits until `stop`.
    pub async fn run(self, desk: Desk, stop: CancellationToken) {
        run(desk, self.0, stop).await;
    }
}

impl Writer {
    /// A handle, and what it hands in.
    pub fn new(settings: &Intake) -> (Self, Waiters) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let within = Duration::from_millis(settings.acknowledge_within_ms);
        (Self { queue, pressure: Pressure::default(), within }, Waiters(waiting))
    }

    /// How many wait at it.
    pub fn pressure(&self) -> Pressure {
        self.pressure.clone()
    }

    /// Takes a push in; gives its reply once it is on disk.
    ///
    /// # Errors
    /// Busy when that does not happen in time: then nothing may be acknowledged.
    pub async fn take_in(&self, arrival: Arrival) -> Result<String> {
        let (reply, answered) = oneshot::channel();
        let _waiting = self.pressure.begin();
        if self.queue.try_send(Pending { arrival, reply }).is_err() {
            return Err(busy("the queue of pushes is full"));
        }
        match tokio::time::timeout(self.within, answered).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => Err(busy("the writer has stopped")),
            Err(_) => {
                metrics::counter!("pufa_push_late_total").increment(1);
                Err(busy("the commit took too long"))
            }
        }
    }
}

fn busy(why: &'static str) -> Error {
    // One line for each batch is enough; here every push would write one.
    metrics::counter!("pufa_push_refused_total", "why" => "busy").increment(1);
    tracing::debug!(why, "push.not_acknowledged");
    Error::new(Kind::Busy, "系统繁忙，请稍后再试。")
}

async fn run(desk: Desk, mut waiting: mpsc::Receiver<Pending>, stop: CancellationToken) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        gather(&waiting).await;
        tokio::select! {
            biased;
            taken = waiting.recv_many(&mut batch, BATCH) => if taken == 0 { return },
            () = stop.cancelled() => {
                waiting.close();
                if waiting.recv_many(&mut batch, BATCH).await == 0 { return }
            }
        }
        metrics::counter!("pufa_push_commits_total").increment(1);
        metrics::counter!("pufa_push_taken_in_total").increment(batch.len() as u64);
        take_in_batch(&desk, std::mem::take(&mut batch)).await;
    }
}

/// Lets those whose push has just been acknowledged send their next one, as long as more keep
/// coming: one commit for twice as many costs little more, and nobody waits for a clock.
async fn gather(waiting: &mpsc::Receiver<Pending>) {
    let mut seen = 0;
    while (seen < waiting.len() || seen == 0) && waiting.len() < BATCH {
        seen = waiting.len().max(1);
        tokio::task::yield_now().await;
        if waiting.is_empty() {
            return;
        }
    }
}

async fn take_in_batch(desk: &Desk, batch: Vec<Pending>) {
    let (arrivals, senders): (Vec<Arrival>, Vec<_>) =
        batch.into_iter().map(|pending| (pending.arrival, pending.reply)).unzip();
    let task = tokio::spawn({
        let desk = desk.clone();
        async move { accept_with_retries(&desk, &arrivals).await }
    });
    match task.await {
        Ok(Ok(replies)) => {
            for (sender, reply) in senders.into_iter().zip(replies) {
                // Nobody waits any more when the deadline passed; WeChat will ask again.
                let _ = sender.send(Ok(reply));
            }
        }
        Ok(Err(error)) => {
            tracing::error!(cause = %error.cause(), count = senders.len(), "push.commit_failed");
        }
        Err(panic) => tracing::error!(%panic, count = senders.len(), "push.batch_panicked"),
    }
}

async fn accept_with_retries(desk: &Desk, arrivals: &[Arrival]) -> Result<Vec<String>> {
    let mut tries = 0;
    loop {
        let (directory, texts): (_, Arc<Texts>) =
            (desk.directory.current(), desk.directory.texts());
        let (deck, shelf) = (desk.cards.current(), desk.shelf.current());
        let world = World {
            directory: &directory,
            texts: &texts,
            links: &desk.links,
            deck: &deck,
            shelf: &shelf,
            alliance: &desk.alliance,
            settings: &desk.settings,
            vault: &desk.deps.vault,
            now: desk.deps.clock.now(),
        };
        let repeats = tries > 0;
        tries += 1;
        match accept(&desk.deps, &world, arrivals, repeats).await {
            Err(error) if error.kind() == Kind::Conflict && tries < RETRIES => {}
            outcome => return outcome,
        }
    }
}
