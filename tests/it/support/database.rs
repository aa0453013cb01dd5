//! A fresh database for each test.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use pufa::platform::db::Db;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Address of the private PostgreSQL that `tests/run` starts.
fn postgres() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

/// Whether the PostgreSQL half must be left out; in CI that is a failure.
pub fn postgres_is_missing() -> bool {
    if postgres().is_some() {
        return false;
    }
    assert!(std::env::var_os("CI").is_none(), "TEST_POSTGRES_URL is not set; run tests/run");
    println!("skipped: TEST_POSTGRES_URL is not set; tests/run starts a private PostgreSQL");
    true
}

/// The address of a database of its own with the schema as it is today: a copy of one that was
/// brought up to date once, since hundreds of tests would else go through all migrations.
pub async fn prepared(backend: Backend, folder: &TempDir) -> String {
    match backend {
        Backend::Sqlite => {
            static MODEL: OnceCell<PathBuf> = OnceCell::const_new();
            let model = MODEL.get_or_init(sqlite_model).await;
            let file = folder.path().join("pufa.db");
            std::fs::copy(model, &file).expect("a copy of the model");
            format!("sqlite://{}", file.display())
        }
        Backend::Postgres => {
            static MODEL: OnceCell<String> = OnceCell::const_new();
            let model = MODEL.get_or_init(postgres_model).await;
            let server = postgres().expect("TEST_POSTGRES_URL");
            create(&server, Some(folder.path()), &format!(" TEMPLATE {model}")).await
        }
    }
}

async fn sqlite_model() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("model");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("pufa.db");
    up_to_date(&format!("sqlite://{}", file.display())).await;
    file
}

/// Stays until the server is thrown away; nobody is connected to it, or it could not be copied.
async fn postgres_model() -> String {
    let url = create(&postgres().expect("TEST_POSTGRES_URL"), None, "").await;
    up_to_date(&url).await;
    url.rsplit('/').next().expect("a name").to_owned()
}

async fn up_to_date(url: &str) {
    let db = Db::connect(url).await.expect("a database");
    db.migrate().await.expect("the schema of today");
    db.close().await;
}

/// The address of an empty database that nobody else uses.
pub async fn fresh(backend: Backend, folder: &TempDir) -> String {
    match backend {
        Backend::Sqlite => format!("sqlite://{}", folder.path().join("pufa.db").display()),
        Backend::Postgres => {
            create(&postgres().expect("TEST_POSTGRES_URL"), Some(folder.path()), "").await
        }
    }
}

/// The databases made so far with the folders of their tests; a folder that is gone tells that its
/// test is over.
static MADE: Mutex<Vec<(PathBuf, String)>> = Mutex::new(Vec::new());

/// Makes a database as `how` says; it goes when `folder` is gone, without one it stays.
async fn create(server: &str, folder: Option<&Path>, how: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("pufa_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let pool = sqlx::PgPool::connect(&format!("{server}/postgres")).await.expect("PostgreSQL");
    for old in left_behind() {
        let sql = sqlx::AssertSqlSafe(format!("DROP DATABASE {old} WITH (FORCE)"));
        sqlx::query(sql).execute(&pool).await.expect("drop a database that nobody uses");
    }
    let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}{how}"));
    sqlx::query(sql).execute(&pool).await.expect("create a database");
    pool.close().await;
    if let Some(folder) = folder {
        MADE.lock().expect("no panic").push((folder.to_owned(), name.clone()));
    }
    format!("{server}/{name}")
}

/// The databases of tests that are over: hundreds of them would fill a small disk.
fn left_behind() -> Vec<String> {
    let mut made = MADE.lock().expect("no panic");
    made.extract_if(.., |(folder, _)| !folder.exists()).map(|(_, name)| name).collect()
}
