//! The deck as it is now: read in the background after the start, and again when cards or laws change.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::deck::Deck;
use super::{Card, actions, pack, store};
use crate::knowledge::live::day_of;
use crate::knowledge::rules::Verdict;
use crate::knowledge::{self, checking};
use crate::platform::Deps;
use crate::platform::coord::News;
use crate::platform::db::Link;
use crate::platform::error::Result;

/// Another node's change is noticed within this time.
const EVERY: Duration = Duration::from_secs(5);

type Stamp = (store::Stamp, knowledge::store::Stamp, String);

/// A handle to the deck; cheap to clone.
#[derive(Clone)]
pub struct Live {
    deps: Deps,
    now: Arc<RwLock<(Arc<Deck>, Option<Stamp>)>>,
    /// One refresh after the other, so that an older look never replaces a newer one.
    refreshing: Arc<Mutex<()>>,
}

impl Live {
    /// A handle; the deck is empty before [`Live::keep_fresh`] runs.
    pub fn new(deps: Deps) -> Self {
        Self { deps, now: Arc::default(), refreshing: Arc::default() }
    }

    /// The deck as it is now.
    pub fn current(&self) -> Arc<Deck> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// Reads cards and laws again when one of them changed.
    pub async fn refresh(&self) -> Result<()> {
        let _alone = self.refreshing.lock().await;
        let today = day_of(self.deps.clock.now());
        let mut link = self.deps.db.read().await?;
        let laws = knowledge::store::stamp(&mut link).await?;
        let stamp = (store::stamp(&mut link).await?, laws, today.clone());
        if self.now.read().unwrap_or_else(PoisonError::into_inner).1.as_ref() == Some(&stamp) {
            return Ok(());
        }
        let cards = store::newest(&mut link).await?;
        let doubts = doubts(&mut link, &cards, &today).await?;
        let deck = Arc::new(Deck::new(cards, doubts));
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = (deck, Some(stamp));
        Ok(())
    }

    /// Lays out the shipped pack, then keeps the deck fresh until `stop`.
    pub async fn keep_fresh(self, stop: CancellationToken) {
        let mut news = self.deps.coord.subscribe();
        if let Err(error) = actions::lay_out(&self.deps, &pack::SHIPPED).await {
            tracing::error!(cause = %error.cause(), "cards.not_laid_out");
        }
        loop {
            if let Err(error) = self.refresh().await {
                tracing::error!(cause = %error.cause(), "cards.refresh_failed");
            }
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(EVERY) => break,
                    heard = news.recv() => match heard {
                        Ok(News::Knowledge) | Err(RecvError::Lagged(_)) => break,
                        Ok(_) => {}
                        Err(RecvError::Closed) => return,
                    },
                }
            }
        }
    }
}

/// Why cards need a new look, by id: what became of the articles they cite since they were checked.
/// A law that was never imported raises no doubt; nothing is known of it here.
async fn doubts(
    link: &mut impl Link,
    cards: &[Card],
    today: &str,
) -> Result<HashMap<String, String>> {
    let mut by_day: BTreeMap<&str, Vec<(&Card, &str)>> = BTreeMap::new();
    for card in cards {
        by_day
            .entry(&card.reviewed_on)
            .or_default()
            .extend(card.citations().map(|cited| (card, cited)));
    }
    let mut doubts: HashMap<String, String> = HashMap::new();
    for (day, cited) in by_day {
        let text: Vec<&str> = cited.iter().map(|(_, cited)| *cited).collect();
        let checked = checking::check(link, &text.join("\n"), day, today).await?;
        for ((card, cited), checked) in cited.iter().zip(&checked) {
            if let Some(why) = why(&checked.verdict) {
                let said = doubts.entry(card.id.clone()).or_default();
                said.push_str(&format!("{cited}{why}。"));
            }
        }
    }
    Ok(doubts)
}

fn why(verdict: &Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Changed { text: Some(_), .. } => Some("已经修改"),
        Verdict::Changed { text: None, .. } => Some("在现行文本里没有了"),
        Verdict::Repealed { .. } => Some("所在的法律已经失效"),
        Verdict::NoSuchArticle(_) => Some("在这部法律里找不到"),
        Verdict::Holds(_) | Verdict::NoSuchLaw | Verdict::NoLawNamed => None,
    }
}
