//! The composition root: from settings to a running program. The only file that sees every slice.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::console;
use crate::console::presence::Presence;
use crate::console::state::Web;
use crate::delivery::actions::Sender;
use crate::inquiries::ANSWER_WRITTEN;
use crate::inquiries::link::PageLinks;
use crate::intake::jobs::{PLACE_LATER, place_later, work_through};
use crate::intake::pages::Inlet;
use crate::intake::writer::{Desk, Pressure, Writer};
use crate::platform::clock::{Clock, Entropy};
use crate::platform::config::{Config, MigrateMode};
use crate::platform::coord::Coord;
use crate::platform::db::Db;
use crate::platform::jobs::{Handlers, Worker};
use crate::platform::lifecycle::Lifecycle;
use crate::platform::{Deps, installation};
use crate::routing::cache::DirectoryCache;
use crate::territories;
use crate::wechat::client::{AppSecret, Client, Credentials};

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
    sender: Sender,
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
        let deps = Deps { db, clock, entropy, coord: Coord::local() };
        add_territories(&deps).await?;
        let directory =
            DirectoryCache::load(deps.clone(), config.promise.clone()).await.map_err(plain)?;
        let key = installation.link_key.clone();
        let links = PageLinks::new(&config.server.public_url, key, config.citizen.link_days);
        let desk = Desk {
            deps: deps.clone(),
            directory: directory.clone(),
            links: links.clone(),
            alliance: config.alliance.name.clone(),
            settings: config.intake.clone(),
        };
        let sender = Sender::new(deps.clone(), clients(&config, &deps.clock)?, links.clone());
        let lifecycle = Lifecycle::default();
        let (config, stopping) = (Arc::new(config), lifecycle.stopping());
        let web = Web {
            deps,
            directory,
            links,
            installation,
            config,
            demo_accounts: Arc::default(),
            presence: Presence::default(),
            stopping,
        };
        Ok(Self { web, desk, sender, lifecycle })
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
        let mut pressure = Pressure::default();
        if parts.web() {
            let (writer, pressed, run) = Writer::start(self.desk.clone(), stop.clone());
            pressure = pressed;
            self.lifecycle.start(run);
            let inlet = Inlet::new(
                &self.web.config.wechat,
                writer,
                self.web.directory.clone(),
                self.web.deps.clock.clone(),
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
            self.lifecycle.start(work_through(deps, directory, pressure, stop.clone()));
            self.lifecycle.start(self.worker().run(stop));
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
        let Deps { db, clock, entropy, coord } = self.web.deps.clone();
        let sender = self.sender.clone();
        let (deps, directory) = (self.web.deps.clone(), self.web.directory.clone());
        let handlers = Handlers::default()
            .with(ANSWER_WRITTEN, move |job| {
                let sender = sender.clone();
                async move { sender.deliver(job).await }
            })
            .with(PLACE_LATER, move |job| place_later(deps.clone(), directory.clone(), job));
        Worker::new(db, clock, coord, &entropy, handlers)
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
        territories::parse_table(territories::CHANGZHOU).context("the shipped territories")?;
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

/// A client for every configured account.
pub fn clients(config: &Config, clock: &Clock) -> anyhow::Result<HashMap<String, Client>> {
    let mut clients = HashMap::new();
    for (id, account) in &config.wechat.accounts {
        let credentials = Credentials {
            app_id: account.app_id.clone(),
            app_secret: AppSecret::from(account.app_secret.reveal()),
        };
        let client = Client::new(&config.wechat.api_base_url, credentials, clock.clone())?;
        clients.insert(id.clone(), client);
    }
    Ok(clients)
}

/// An inner error as the command line shows it.
pub fn plain(error: crate::platform::error::Error) -> anyhow::Error {
    anyhow::anyhow!("{}", error.cause())
}
