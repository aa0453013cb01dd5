//! Retrieval as it is now: built in the background after the start, rebuilt when laws change, and
//! taught by every confirmed citation, on every node.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::engine::{Engine, Found};
use super::features;
use super::library::{Entry, Library, Rank, Shelf};
use super::memory::Taught;
use super::rules::{self, Names};
use super::store::{self, Cited, LessonRow, Stamp};
use super::training::{self, Lesson};
use super::trees::Trees;
use super::{Article, Kind, Law, LawId, citation};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Db;
use crate::platform::error::{Error, Result};

/// Another node's news is noticed within this time.
const EVERY: Duration = Duration::from_secs(5);

/// The shipped ranker, grown by `pufa knowledge train` (config/models/knowledge.toml says from what).
const SHIPPED: &[u8] = include_bytes!("../../config/models/knowledge.bin");

/// The library with what is needed to speak of its articles.
pub struct Collection {
    /// Laws in force, by their number in the library.
    pub laws: Vec<Law>,
    /// Names of all laws that are known, in force or not.
    pub names: Arc<Names>,
    /// The library.
    pub library: Arc<Library>,
    /// Articles by law, number and insertion.
    places: HashMap<(u32, u32, u32), u32>,
    /// Number and insertion, by article.
    labels: Vec<(u32, u32)>,
}

/// One article found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The version of the law.
    pub law: LawId,
    /// Number of the article.
    pub number: i64,
    /// 1 for 之一; 0 for the article itself.
    pub insertion: i64,
    /// How well it fits, comparable within one question.
    pub score: f32,
}

impl Collection {
    /// Reads the laws in force on `day`, one law at a time.
    pub async fn read(db: &Db, day: &str) -> Result<Self> {
        let mut link = db.read().await?;
        let all = store::laws(&mut link).await?;
        let names = Names::new(all.iter().map(|law| law.name.as_str()));
        let laws: Vec<Law> = rules::all_in_force(&all, day).into_iter().cloned().collect();
        let names = Arc::new(names);
        let (mut labels, mut places) = (Vec::new(), HashMap::new());
        let mut gathered = Gathered::default();
        for (nth, law) in laws.iter().enumerate() {
            let articles = store::articles(&mut link, law.id).await?;
            for article in &articles {
                let label = (small(article.number), small(article.insertion));
                places.insert((nth as u32, label.0, label.1), labels.len() as u32);
                labels.push(label);
            }
            let (law, names) = (law.clone(), names.clone());
            gathered = blocking(move || gathered.with(&law, &articles, &names)).await?;
        }
        let numbers: HashMap<&str, u32> =
            laws.iter().zip(0..).map(|(law, nth)| (law.name.as_str(), nth)).collect();
        let references: Vec<(u32, u32)> = gathered
            .references
            .iter()
            .filter_map(|(from, name, number, insertion)| {
                let law = *numbers.get(name.as_str())?;
                Some((*from, *places.get(&(law, *number, *insertion))?))
            })
            .collect();
        let shelf = gathered.shelf;
        let library = blocking(move || {
            let mut library = shelf.finish();
            library.refer(&references);
            Arc::new(library)
        })
        .await?;
        Ok(Self { laws, names, library, places, labels })
    }

    /// The number of an article in the library, by the kept name of its law.
    pub fn place(&self, name: &str, number: i64, insertion: i64) -> Option<u32> {
        let law = self.laws.binary_search_by(|law| law.name.as_str().cmp(name)).ok()?;
        self.places.get(&(law as u32, small(number), small(insertion))).copied()
    }

    /// An article of the library as people may look it up.
    pub fn hit(&self, found: &Found) -> Hit {
        let (number, insertion) = self.labels[found.article as usize];
        Hit {
            law: self.laws[self.library.standing[found.article as usize].law as usize].id,
            number: i64::from(number),
            insertion: i64::from(insertion),
            score: found.score,
        }
    }

    /// What rows teach; those of one inquiry are one question with all that was confirmed for it.
    fn lessons(&self, rows: &[LessonRow]) -> Vec<Lesson> {
        let mut lessons: Vec<Lesson> = Vec::with_capacity(rows.len());
        let mut of_inquiry: HashMap<Uuid, usize> = HashMap::new();
        for row in rows {
            let cites: Vec<Cited> = serde_json::from_str(&row.cites).unwrap_or_default();
            let cites: Vec<u32> = cites
                .iter()
                .filter_map(|(name, number, insertion)| self.place(name, *number, *insertion))
                .collect();
            let place = match row.inquiry_id {
                Some(inquiry) => *of_inquiry.entry(inquiry).or_insert(lessons.len()),
                None => lessons.len(),
            };
            match lessons.get_mut(place) {
                Some(lesson) => lesson.cites.extend(cites),
                None => lessons.push(Lesson {
                    question: row.question.clone(),
                    cites,
                    answer: row.answer.clone(),
                }),
            }
        }
        lessons.retain(|lesson| !lesson.cites.is_empty());
        lessons
    }
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// What is gathered law by law.
#[derive(Default)]
struct Gathered {
    shelf: Shelf,
    /// Articles gathered.
    count: u32,
    /// Which article refers to which: its number here; kept name of the law, number, insertion.
    references: Vec<(u32, String, u32, u32)>,
}

impl Gathered {
    fn with(mut self, law: &Law, articles: &[Article], names: &Names) -> Self {
        let rank = match law.kind {
            Kind::Law => Rank::Law,
            Kind::Interpretation => Rank::Interpretation,
            Kind::Regulation => Rank::Regulation,
        };
        for article in articles {
            let number = small(article.number);
            self.shelf.add(&Entry {
                law: &law.name,
                heading: &article.heading,
                number,
                rank,
                names: &article.names,
                text: &article.body,
            });
            for cited in citation::find(&article.body) {
                let Some(name) = rules::meant_within(&cited, &law.name, names) else { continue };
                if name != law.name || cited.article != number {
                    let to = (self.count, name.to_owned(), cited.article, cited.insertion);
                    self.references.push(to);
                }
            }
            self.count += 1;
        }
        self
    }
}

/// Runs work for the processor beside the tasks that answer people.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// Retrieval ready to be asked.
struct Ready {
    stamp: Stamp,
    day: String,
    collection: Arc<Collection>,
    engine: Engine,
}

/// A handle to retrieval as it is now; cheap to clone.
#[derive(Clone)]
pub struct Live {
    deps: Deps,
    ranker: Arc<Trees>,
    now: Arc<RwLock<Option<Arc<Ready>>>>,
}

impl Live {
    /// A handle; nothing is read before [`Live::keep_fresh`] runs.
    ///
    /// # Errors
    /// When the shipped ranker cannot be read.
    pub fn new(deps: Deps) -> Result<Self> {
        let ranker = Trees::from_bytes(SHIPPED, features::COUNT).map_err(|why| {
            Error::internal(anyhow::anyhow!("config/models/knowledge.bin: {why}"))
        })?;
        Ok(Self { deps, ranker: Arc::new(ranker), now: Arc::default() })
    }

    /// The `most` articles that fit `question` best, best first; `None` while retrieval is not built.
    pub async fn search(&self, question: &str, most: usize) -> Result<Option<Vec<Hit>>> {
        let Some(ready) = self.current() else { return Ok(None) };
        let question = question.to_owned();
        blocking(move || {
            let found = ready.engine.search(&question, most);
            Some(found.iter().map(|found| ready.collection.hit(found)).collect())
        })
        .await
    }

    /// What is loaded; `None` while nothing is.
    pub fn collection(&self) -> Option<Arc<Collection>> {
        self.current().map(|ready| ready.collection.clone())
    }

    fn current(&self) -> Option<Arc<Ready>> {
        self.now.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Reads what changed; laws only once they rest, since an import changes them a thousand times.
    pub async fn refresh(&self, resting: Option<Stamp>) -> Result<Stamp> {
        let day = day_of(self.deps.clock.now());
        let stamp = store::stamp(&mut self.deps.db.read().await?).await?;
        let current = self.current();
        if current.as_ref().is_some_and(|ready| ready.stamp == stamp && ready.day == day) {
            return Ok(stamp);
        }
        let same_laws = |ready: &Ready| {
            ready.day == day
                && ready.stamp.laws == stamp.laws
                && ready.stamp.laws_changed == stamp.laws_changed
        };
        let collection = match current {
            Some(ready) if same_laws(&ready) => ready.collection.clone(),
            _ if resting.is_some_and(|before| before != stamp) => return Ok(stamp),
            _ => Arc::new(Collection::read(&self.deps.db, &day).await?),
        };
        let taught = self.taught(&collection).await?;
        let (library, ranker) = (collection.library.clone(), self.ranker.clone());
        let engine = Engine::new(library, taught, &ranker);
        let ready = Arc::new(Ready { stamp, day, collection, engine });
        *self.now.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(ready);
        Ok(stamp)
    }

    async fn taught(&self, collection: &Arc<Collection>) -> Result<Taught> {
        let rows = store::lessons(&mut self.deps.db.read().await?).await?;
        let collection = collection.clone();
        blocking(move || {
            let lessons = collection.lessons(&rows);
            training::remember(&collection.library, lessons.iter())
        })
        .await
    }

    /// Builds retrieval and keeps it fresh until `stop`.
    pub async fn keep_fresh(self, stop: CancellationToken) {
        let mut news = self.deps.coord.subscribe();
        let mut seen = None;
        loop {
            match self.refresh(seen).await {
                Ok(stamp) => seen = Some(stamp),
                Err(error) => tracing::error!(cause = %error.cause(), "knowledge.refresh_failed"),
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

/// A moment's day in China, as laws are dated: YYYY-MM-DD.
pub fn day_of(moment: Moment) -> String {
    moment.in_shanghai().date().to_string()
}
