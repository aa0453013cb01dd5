//! A fresh database for each test.

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
        Backend::Postgres => create(&postgres().expect("TEST_POSTGRES_URL")).await,
    }
}

async fn create(server: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("pufa_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let pool = sqlx::PgPool::connect(&format!("{server}/postgres")).await.expect("PostgreSQL");
    let sql = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(sql).execute(&pool).await.expect("create a database");
    pool.close().await;
    format!("{server}/{name}")
}
