//! The real binary, killed while it reads the list.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use pufa::app::App;
use pufa::citizens::actions::read_now;
use pufa::platform::clock::{Clock, Entropy};
use pufa::platform::config::Config;
use pufa::platform::db::Db;
use pufa::simulator::{Options, Simulator};
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::support::app::{AES_KEY, APP_ID, TOKEN, simulated};

/// Followers on the list.
const CROWD: u64 = 200_000;
/// Pages after which the program is killed.
const KILLED_AFTER: [i64; 3] = [2, 7, 15];

/// The program as a process of its own, killed when it goes out of scope.
struct Server(Child);

impl Server {
    fn start(config: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_pufa"))
            .args(["--config", &config.display().to_string(), "serve"])
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let log = BufReader::new(process.stderr.take().expect("its log"));
        std::thread::spawn(move || log.lines().for_each(drop));
        Self(process)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn number(db: &Db, sql: &'static str) -> i64 {
    let mut link = db.read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar(sql).fetch_one(c).await).expect(sql)
}

async fn until(db: &Db, sql: &'static str, holds: impl Fn(i64) -> bool) {
    let waiting = async {
        while !holds(number(db, sql).await) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), waiting).await.expect(sql);
}

fn settings(folder: &TempDir, api: &str) -> std::path::PathBuf {
    let file = folder.path().join("pufa.toml");
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"\"\n\
         [store]\nurl = \"sqlite://{}\"\n[wechat]\napi_base_url = \"{api}\"\n\
         [wechat.accounts.main]\napp_id = \"{APP_ID}\"\n\
         app_secret = \"the secret of the test account\"\n\
         token = \"{TOKEN}\"\nencoding_aes_key = \"{AES_KEY}\"\n",
        folder.path().join("pufa.db").display()
    );
    std::fs::write(&file, text).expect("a settings file");
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_is_killed_again_and_again_misses_nobody() {
    let folder = TempDir::new().expect("a folder");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let api = format!("http://{}", listener.local_addr().expect("an address"));
    let file = settings(&folder, &api);
    let config = Config::load(Some(&file)).expect("settings");
    let simulator = Simulator::new(Options {
        accounts: vec![simulated(&api, "main", &config.wechat.accounts["main"])],
        clock: Clock::system(),
        clock_is_shared: false,
        entropy: Entropy::seeded(7),
        demo_scenes: Vec::new(),
        console_url: None,
        public_url: None,
    });
    simulator.set_crowd("main", CROWD, []);
    let router = simulator.router();
    tokio::spawn(async move { axum::serve(listener, router).await });

    // Opened for its database; it does no work itself.
    let app = App::open(config, Clock::system(), Entropy::seeded(7)).await.expect("a database");
    let deps = &app.web.deps;
    read_now(deps, Uuid::from_u128(0), "main").await.expect("it is written down");
    let pages = "SELECT COALESCE(max(pages), 0) FROM follower_runs";
    for after in KILLED_AFTER {
        let server = Server::start(&file);
        until(&deps.db, pages, |pages| pages >= after).await;
        drop(server);
        assert!(number(&deps.db, pages).await < 21, "it was killed in the middle");
        // What the dead process held is free again, as it would be half a minute later.
        let mut tx = deps.db.begin().await.expect("a transaction");
        let free = "UPDATE jobs SET leased_until = 0 WHERE state = 'running'";
        pufa::run!(&mut tx, sqlx::query(free)).expect("leases end");
        tx.commit().await.expect("a commit");
    }
    let server = Server::start(&file);
    until(&deps.db, "SELECT count(*) FROM follower_runs WHERE state = 'complete'", |n| n == 1)
        .await;
    drop(server);
    assert_eq!(number(&deps.db, "SELECT count(*) FROM follower_runs").await, 1);
    let everybody = i64::try_from(CROWD).expect("a count");
    assert_eq!(number(&deps.db, "SELECT count(*) FROM followers WHERE following").await, everybody);
    assert_eq!(number(&deps.db, "SELECT added FROM follower_runs").await, everybody);
    assert_eq!(number(&deps.db, "SELECT seen FROM follower_runs").await, everybody);
    let asked = simulator.ledger().iter().filter(|call| call.kind == "user_get").count();
    println!("{asked} calls for 21 pages and {} kills", KILLED_AFTER.len());
    assert!(asked <= 21 + KILLED_AFTER.len(), "{asked} calls: a kill costs at most one page");
}
