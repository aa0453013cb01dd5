//! A fresh database for each test.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

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

/// The address of an empty database that nobody else uses.
pub async fn fresh(backend: Backend, folder: &TempDir) -> String {
    match backend {
        Backend::Sqlite => format!("sqlite://{}", folder.path().join("pufa.db").display()),
        Backend::Postgres => create(&postgres().expect("TEST_POSTGRES_URL"), folder.path()).await,
    }
}

/// The databases made so far with the folders of their tests; a folder that is gone tells that its
/// test is over.
static MADE: Mutex<Vec<(PathBuf, String)>> = Mutex::new(Vec::new());

async fn create(server: &str, folder: &Path) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("pufa_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let pool = sqlx::PgPool::connect(&format!("{server}/postgres")).await.expect("PostgreSQL");
    for old in left_behind() {
        let sql = sqlx::AssertSqlSafe(format!("DROP DATABASE {old} WITH (FORCE)"));
        sqlx::query(sql).execute(&pool).await.expect("drop a database that nobody uses");
    }
    let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(sql).execute(&pool).await.expect("create a database");
    pool.close().await;
    MADE.lock().expect("no panic").push((folder.to_owned(), name.clone()));
    format!("{server}/{name}")
}

/// The databases of tests that are over: hundreds of them would fill a small disk.
fn left_behind() -> Vec<String> {
    let mut made = MADE.lock().expect("no panic");
    made.extract_if(.., |(folder, _)| !folder.exists()).map(|(_, name)| name).collect()
}
