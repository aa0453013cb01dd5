//! The composition root: from settings to a running program. The only file that sees every slice.

mod working;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::accounts::{self, Accounts};
use crate::alerts;
use crate::alerts::jobs::Messenger;
use crate::calendar;
use crate::campaigns;
use crate::campaigns::jobs::Dispatcher;
use crate::campaigns::timing::Rules;
use crate::cards;
use crate::citizens::actions::Followers;
use crate::console;
use crate::console::once::Running;
use crate::console::presence::Presence;
use crate::console::public::Counted;
use crate::console::state::Web;
use crate::delivery::PICTURES;
use crate::delivery::actions::Sender;
use crate::inquiries::jobs::keep_terms;
use crate::inquiries::leaving::LEAVE;
use crate::inquiries::leaving::actions::leave;
use crate::inquiries::link::PageLinks;
use crate::inquiries::{self, ANSWER_WRITTEN};
use crate::intake::actions::sealing::seal_the_rest;
use crate::intake::jobs::{PLACE_LATER, place_later, work_through};
use crate::intake::pages::Inlet;
use crate::intake::writer::{Desk, Pressure, Waiters, Writer};
use crate::knowledge::live::Live;
use crate::media::files::Files;
use crate::media::jobs::Keeper;
use crate::members;
use crate::menus::jobs::Publisher as MenuPublisher;
use crate::notices;
use crate::platform::clock::{Clock, Entropy};
use crate::platform::config::{Config, MigrateMode};
use crate::platform::coord::Coord;
use crate::platform::db::Db;
use crate::platform::jobs::{Handlers, Worker};
use crate::platform::lifecycle::Lifecycle;
use crate::platform::vault::Vault;
use crate::platform::{Deps, installation};
use crate::promises;
use crate::promises::rules::Terms;
use crate::publishing;
use crate::publishing::jobs::Publisher;
use crate::quality;
use crate::quiz;
use crate::routing;
use crate::routing::cache::DirectoryCache;
use crate::routing::rules::Times;
use crate::territories;
use crate::triage;
use crate::triage::jobs::TRAIN;
use crate::visits;

/// Which parts a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// Web and worker.
    All,
    /// Answers HTTP.
    Web,
    /// Does jobs.
    Worker,
}

impl Parts {
    fn web(self) -> bool {
        self != Self::Worker
    }

    fn worker(self) -> bool {
        self != Self::Web
    }
}

/// A program put together but not yet running.
pub struct App {
    /// What handlers of pages share.
    pub web: Web,
    desk: Desk,
    waiters: Mutex<Option<Waiters>>,
    sender: Sender,
    keeper: Keeper,
    followers: Followers,
    menus: MenuPublisher,
    publisher: Publisher,
    messenger: Messenger,
    dispatcher: Dispatcher,
    lifecycle: Lifecycle,
}

impl App {
    /// Opens the database, brings it up to date when settings say so, and puts the parts together.
    ///
    /// # Errors
    /// When the database cannot be used; the message says why and what to do.
    pub async fn open(config: Config, clock: Clock, entropy: Entropy) -> anyhow::Result<Self> {
        let db = Db::connect(&config.store.url).await?;
        match config.store.migrate {
            MigrateMode::Auto => db.migrate().await?,
            MigrateMode::Manual => db.check_schema().await?,
        }
        let installation = installation::ensure(&db, &clock, &entropy).await.map_err(plain)?;
        let vault = Vault::open_up(&installation.link_key, &config.store.seal_key_file)?;
        let deps = Deps { db, clock, entropy, coord: Coord::local(), vault };
        add_territories(&deps).await?;
        let directory =
            DirectoryCache::load(deps.clone(), Times::of(&config)).await.map_err(plain)?;
        let key = installation.link_key.clone();
        let links = PageLinks::new(&config.server.public_url, key, config.citizen.link_days);
        let cards = cards::live::Live::new(deps.clone());
        let shelf = publishing::live::Live::new(deps.clone());
        let desk = Desk {
            deps: deps.clone(),
            shelf: shelf.clone(),
            cards: cards.clone(),
            directory: directory.clone(),
            links: links.clone(),
            alliance: config.alliance.name.clone(),
            settings: config.intake.clone(),
        };
        let (writer, waiters) = Writer::new(&config.intake);
        let accounts = Accounts::open(&config, Some(&deps.db), &deps.clock, &deps.entropy)?;
        let clients = accounts.all().map(|(id, client)| (id.to_owned(), client.clone()));
        let clients: Arc<HashMap<_, _>> = Arc::new(clients.collect());
        let alliance = &config.alliance.name;
        let received = Files::below(config.store.media_dir.join("received"));
        let files = received.clone();
        let sender = Sender::new(deps.clone(), clients.clone(), links.clone(), files, alliance);
        let keeper =
            Keeper { deps: deps.clone(), clients: clients.clone(), files: received.clone() };
        let pictures = Files::below(config.store.media_dir.join("articles"));
        let publisher =
            Publisher { deps: deps.clone(), clients: clients.clone(), files: pictures.clone() };
        let kinds = config.wechat.accounts.iter().map(|(id, known)| (id.clone(), known.kind));
        let dispatcher = Dispatcher {
            deps: deps.clone(),
            clients: clients.clone(),
            publisher: publisher.clone(),
            kinds: Arc::new(kinds.collect()),
            rules: Arc::new(Rules::of(&config.campaigns)),
        };
        let followers = Followers::new(deps.clone(), clients.clone(), config.followers.sync_hour);
        followers.schedule().await.map_err(plain)?;
        notices::jobs::schedule(&deps).await.map_err(plain)?;
        let menus = MenuPublisher::new(deps.clone(), clients.clone());
        let messenger = Messenger::new(deps.clone(), clients.clone(), &config)?;
        let knowledge = Live::new(deps.clone()).map_err(plain)?;
        let triage = triage::live::Live::new(deps.clone());
        let lifecycle = Lifecycle::default();
        let (config, stopping) = (Arc::new(config), lifecycle.stopping());
        let web = Web {
            deps,
            directory,
            triage,
            knowledge,
            cards,
            shelf,
            clients,
            received,
            pictures,
            links,
            installation,
            config,
            accounts,
            writer,
            demo_accounts: Arc::default(),
            running: Running::default(),
            presence: Presence::default(),
            counted: Counted::default(),
            stopping,
        };
        let waiters = Mutex::new(Some(waiters));
        Ok(Self {
            web,
            desk,
            waiters,
            sender,
            keeper,
            publisher,
            followers,
            menus,
            messenger,
            dispatcher,
            lifecycle,
        })
    }

    /// Runs the chosen parts on `listener` in the background; [`App::finish`] stops them.
    ///
    /// # Errors
    /// When an EncodingAESKey cannot be read.
    pub fn start(&self, parts: Parts, listener: TcpListener) -> anyhow::Result<()> {
        // Beside everything else: a first message finds the tables and the model ready.
        tokio::task::spawn_blocking(crate::language::warm_up);
        let stop = self.lifecycle.stopping();
        self.lifecycle.start(self.web.directory.clone().keep_fresh(stop.clone()));
        self.lifecycle.start(self.web.triage.clone().keep_fresh(stop.clone()));
        let accounts = self.web.accounts.clone();
        self.lifecycle.start(accounts::jobs::keep_books(accounts, stop.clone()));
        let mut pressure = Pressure::default();
        if parts.web() {
            self.lifecycle.start(self.web.knowledge.clone().keep_fresh(stop.clone()));
            self.lifecycle.start(self.web.cards.clone().keep_fresh(stop.clone()));
            self.lifecycle.start(self.web.shelf.clone().keep_fresh(stop.clone()));
            let writer = self.web.writer.clone();
            pressure = writer.pressure();
            let waiters = self.waiters.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(waiters) = waiters {
                self.lifecycle.start(waiters.run(self.desk.clone(), stop.clone()));
            }
            let inlet = Inlet::new(
                &self.web.config.wechat,
                writer,
                self.web.directory.clone(),
                self.web.triage.clone(),
                self.web.deps.clone(),
            )?;
            let router =
                inlet.routes().merge(self.probes()).merge(console::routes(self.web.clone()));
            self.serve(listener, router);
        } else {
            self.serve(listener, self.probes());
        }
        if parts.worker() {
            let deps = self.web.deps.clone();
            let directory = self.web.directory.clone();
            let taking_in = pressure.clone();
            let busy = move || taking_in.is_on();
            self.lifecycle.start(keep_terms(deps.clone(), busy, stop.clone()));
            self.lifecycle.start(work_through(deps.clone(), directory, pressure, stop.clone()));
            self.lifecycle.start(seal_the_rest(deps.clone(), stop.clone()));
            let worker = self.worker();
            self.lifecycle.start(async move {
                if let Err(error) = accounts::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "accounts.not_scheduled");
                }
                if let Err(error) = routing::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "routing.not_scheduled");
                }
                if let Err(error) = quality::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "quality.not_scheduled");
                }
                if let Err(error) = quiz::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "quiz.not_scheduled");
                }
                if let Err(error) = promises::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "promises.not_scheduled");
                }
                if let Err(error) = publishing::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "publishing.not_scheduled");
                }
                if let Err(error) = calendar::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "calendar.not_scheduled");
                }
                if let Err(error) = visits::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "visits.not_scheduled");
                }
                if let Err(error) = campaigns::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "campaigns.not_scheduled");
                }
                if let Err(error) = alerts::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "alerts.not_scheduled");
                }
                if let Err(error) = inquiries::jobs::schedule(&deps).await {
                    tracing::error!(cause = %error.cause(), "inquiries.not_scheduled");
                }
                worker.run(stop).await;
            });
        }
        Ok(())
    }

    /// Serves `router` until the program stops.
    pub fn serve(&self, listener: TcpListener, router: Router) {
        let stop = self.lifecycle.stopping();
        let listener = listener.tap_io(|stream| {
            // Replies are small and wanted at once.
            let _ = stream.set_nodelay(true);
        });
        self.lifecycle.start(async move {
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            let serving = axum::serve(listener, service)
                .with_graceful_shutdown(async move { stop.cancelled().await });
            if let Err(error) = serving.await {
                tracing::error!(%error, "http.stopped");
            }
        });
    }

    fn worker(&self) -> Worker {
        let Deps { db, clock, entropy, coord, .. } = self.web.deps.clone();
        let (sender, pictures) = (self.sender.clone(), self.sender.clone());
        let (deps, directory) = (self.web.deps.clone(), self.web.directory.clone());
        let (visited, drawing) = (self.web.deps.clone(), self.web.deps.clone());
        let (listing, clients) = (self.web.deps.clone(), self.web.clients.clone());
        let sweeping = (deps.clone(), directory.clone());
        let sharing = sweeping.clone();
        let (reminding, rechecking) = (deps.clone(), deps.clone());
        let (promising, terms) = (sweeping.clone(), Terms::of(&self.web.config.promise));
        let (leaving, quizzing) = (deps.clone(), deps.clone());
        let (daily, all) = (listing.clone(), clients.clone());
        let taught = (self.web.deps.clone(), self.web.triage.clone());
        let handlers = self
            .looking_after_accounts(Handlers::default())
            .with(ANSWER_WRITTEN, move |job| {
                let sender = sender.clone();
                async move { sender.deliver(job).await }
            })
            .with(PICTURES, move |job| {
                let sender = pictures.clone();
                async move { sender.send_pictures(job).await }
            })
            .with(notices::actions::LIST_TEMPLATES, move |job| {
                notices::actions::list_templates(listing.clone(), clients.clone(), job)
            })
            .with(LEAVE, move |job| leave(leaving.clone(), job))
            .with(TRAIN, move |job| triage::jobs::train(taught.0.clone(), taught.1.clone(), job))
            .with(notices::jobs::DAILY, move |_| notices::jobs::daily(daily.clone(), all.clone()))
            .with(quality::jobs::MONTHLY, move |_| quality::jobs::monthly(drawing.clone()))
            .with(publishing::jobs::RECHECK, move |_| publishing::jobs::recheck(rechecking.clone()))
            .with(calendar::jobs::REMIND, move |_| calendar::jobs::remind(reminding.clone()))
            .with(quiz::jobs::NIGHTLY, move |_| quiz::jobs::nightly(quizzing.clone()))
            .with(visits::jobs::SWEEP, move |_| visits::jobs::sweep(visited.clone()))
            .with(PLACE_LATER, move |job| place_later(deps.clone(), directory.clone(), job))
            .with(promises::jobs::SWEEP, move |_| {
                promises::jobs::sweep(promising.0.clone(), promising.1.clone(), terms)
            })
            .with(routing::jobs::SWEEP, move |_| {
                routing::jobs::sweep(sweeping.0.clone(), sweeping.1.clone())
            })
            .with(members::CAPACITY_CHANGED, move |_| {
                routing::jobs::capacity_changed(sharing.0.clone(), sharing.1.clone())
            });
        let handlers = working::alerting(handlers, &self.messenger, &self.web.deps);
        let handlers = working::publishing(working::media(handlers, &self.keeper), &self.publisher);
        let handlers = working::campaigning(handlers, &self.dispatcher);
        let handlers =
            working::menus(working::reading_followers(handlers, &self.followers), &self.menus);
        Worker::new(db, clock, coord, &entropy, handlers)
    }

    fn looking_after_accounts(&self, handlers: Handlers) -> Handlers {
        let known = (self.web.deps.clone(), self.web.accounts.clone());
        let window = Duration::from_secs(self.web.config.wechat.replay_window_seconds);
        let (all, now, figures) = (known.clone(), known.clone(), known);
        handlers
            .with(accounts::jobs::CHECK, move |_| {
                accounts::jobs::check_all(all.0.clone(), all.1.clone(), window)
            })
            .with(accounts::jobs::CHECK_NOW, move |job| {
                accounts::jobs::check_now(now.0.clone(), now.1.clone(), window, job)
            })
            .with(accounts::jobs::COLLECT, move |_| {
                accounts::jobs::collect_all(figures.0.clone(), figures.1.clone())
            })
    }

    fn probes(&self) -> Router {
        let db = self.web.deps.db.clone();
        let ready = move || {
            let db = db.clone();
            async move {
                match db.check_schema().await {
                    Ok(()) => (StatusCode::OK, "ready\n"),
                    Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database is not ready\n"),
                }
            }
        };
        Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready))
    }

    /// The program's life, for parts that are added from outside (the demo's simulator).
    pub fn lifecycle(&self) -> &Lifecycle {
        &self.lifecycle
    }

    /// Stops everything; `false` when some part did not finish in time.
    pub async fn finish(self) -> bool {
        let patience = Duration::from_secs(self.web.config.server.drain_seconds);
        let in_time = self.lifecycle.finish(patience).await;
        self.web.deps.db.close().await;
        in_time
    }
}

/// Territories of the shipped table that are not in the database yet.
async fn add_territories(deps: &Deps) -> anyhow::Result<()> {
    let table =
        territories::parse_tables(&territories::CHANGZHOU).context("the shipped territories")?;
    let mut link = deps.db.read().await.map_err(plain)?;
    let known = territories::store::all(&mut link).await.map_err(plain)?.len();
    drop(link);
    if known >= table.len() {
        return Ok(());
    }
    let mut tx = deps.db.begin().await.map_err(plain)?;
    territories::store::add(&mut tx, &table).await.map_err(plain)?;
    tx.commit().await.map_err(plain)
}

/// An inner error as the command line shows it.
pub fn plain(error: crate::platform::error::Error) -> anyhow::Error {
    anyhow::anyhow!("{}", error.cause())
}
