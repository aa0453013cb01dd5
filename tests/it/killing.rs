//! The real binary, killed again and again while pushes come in.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use pufa::cli::load;
use pufa::platform::clock::Entropy;
use pufa::platform::db::Db;
use tempfile::TempDir;

use crate::support::app::{AES_KEY, APP_ID, TOKEN};

/// How often the server is killed.
const KILLS: u64 = 50;
/// Pushes sent between two kills.
const PUSHES: usize = 200;

/// A server process that is killed when it goes out of scope.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Starts the server and waits until it says where it listens.
    fn start(config: &Path) -> Self {
        let process = Command::new(env!("CARGO_BIN_EXE_pufa"))
            .arg("--config")
            .arg(config)
            .arg("serve")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut server = Self { process, address: String::new() };
        let log = server.process.stderr.take().expect("its log");
        let mut lines = BufReader::new(log).lines();
        let started = lines
            .by_ref()
            .map(|line| line.expect("a line"))
            .find(|line| line.contains("server.started"))
            .expect("the server says that it started");
        std::thread::spawn(move || lines.for_each(drop));
        let address = started.split("listen=").nth(1).expect("an address");
        server.address = address.split_whitespace().next().expect("an address").to_owned();
        server
    }

    fn kill(&mut self) {
        self.process.kill().expect("kill -9");
        self.process.wait().expect("its end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn settings(folder: &TempDir) -> std::path::PathBuf {
    let file = folder.path().join("pufa.toml");
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"\"\n\
         [store]\nurl = \"sqlite://{}\"\n\
         [wechat.accounts.main]\napp_id = \"{APP_ID}\"\napp_secret = \"x\"\n\
         token = \"{TOKEN}\"\nencoding_aes_key = \"{AES_KEY}\"\n",
        folder.path().join("pufa.db").display()
    );
    std::fs::write(&file, text).expect("a settings file");
    file
}

fn pushes(address: &str, run: u64) -> load::Args {
    load::Args {
        url: format!("http://{address}/wechat/main"),
        token: TOKEN.to_owned(),
        aes_key: AES_KEY.to_owned(),
        app_id: APP_ID.to_owned(),
        connections: 16,
        messages: PUSHES,
        run,
    }
}

async fn count(db: &Db, sql: &'static str) -> i64 {
    let mut link = db.read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar(sql).fetch_one(c).await).expect(sql)
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_under_load_lose_and_double_nothing_that_was_acknowledged() {
    let folder = TempDir::new().expect("a folder");
    let config = settings(&folder);
    let chance = Entropy::seeded(50);
    let mut acknowledged = Vec::new();
    let mut cut_off = 0;
    for run in 1..=KILLS {
        let mut server = Server::start(&config);
        let sending = tokio::spawn({
            let args = pushes(&server.address, run);
            async move { load::send(&args).await.expect("the server answers at first") }
        });
        // Anywhere between the first push and the last.
        tokio::time::sleep(Duration::from_millis(5 + chance.below(120))).await;
        server.kill();
        let report = sending.await.expect("the load ends");
        cut_off += report.refused;
        acknowledged.extend(report.acknowledged);
    }
    assert!(cut_off > 0, "no kill came in time to cut anything off");

    // WeChat repeats what was not acknowledged; here it repeats everything.
    let server = Server::start(&config);
    for run in 1..=KILLS {
        let report = load::send(&pushes(&server.address, run)).await.expect("the server answers");
        assert_eq!(report.refused, 0, "run {run}");
    }
    let db = Db::connect(&format!("sqlite://{}", folder.path().join("pufa.db").display()))
        .await
        .expect("the database opens");
    let everything =
        i64::try_from(PUSHES).expect("a count") * i64::try_from(KILLS).expect("a count");
    let applied = async {
        while count(&db, "SELECT count(*) FROM jobs WHERE in_order").await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(240), applied).await.expect("all work is done");

    println!("acknowledged before a kill: {}, cut off: {cut_off}", acknowledged.len());
    assert_eq!(count(&db, "SELECT count(*) FROM inbox").await, everything);
    assert_eq!(count(&db, "SELECT count(*) FROM messages").await, everything);
    assert_eq!(count(&db, "SELECT count(*) FROM inquiries").await, everything);
    assert_eq!(count(&db, "SELECT count(DISTINCT number) FROM inquiries").await, everything);
    assert_eq!(count(&db, "SELECT count(*) FROM jobs WHERE state = 'dead'").await, 0);
    for id in acknowledged {
        let key = format!("oLOAD{id:024}:{id}");
        let mut link = db.read().await.expect("a connection");
        let kept: i64 = pufa::on!(&mut link, c => sqlx::query_scalar("SELECT count(*) FROM inbox WHERE dedup_key = $1")
            .bind(&key).fetch_one(c).await)
        .expect("a count");
        assert_eq!(kept, 1, "push {id} was acknowledged and is gone");
    }
    drop(server);
}
