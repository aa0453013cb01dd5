//! Opening a database from its URL.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};

use super::Db;

/// Readers on SQLite; each is a file handle and about 2 MB of cache.
const SQLITE_READERS: u32 = 4;
/// Pages in the log before they are moved into the database: 32 MB, so that a page that changes
/// with every batch is moved once and not each time.
const CHECKPOINT_PAGES: &str = "8000";
/// Statements kept prepared: every text of the program, with room for each number of rows.
const STATEMENTS: usize = 512;
/// Connections to PostgreSQL from one process.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a statement waits for a connection before the request fails.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

impl Db {
    /// Opens `sqlite://PATH` (made if absent) or `postgres://…`.
    ///
    /// # Errors
    /// A sentence that names the URL's fault; the password of a PostgreSQL URL is never repeated.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            open_sqlite(Path::new(path)).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url).await
        } else {
            bail!("store.url must begin with sqlite:// or postgres://")
        }
    }
}

async fn open_sqlite(path: &Path) -> anyhow::Result<Db> {
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| {
            format!("cannot make the folder {} for the database", folder.display())
        })?;
    }
    let base = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS)
        .busy_timeout(Duration::from_secs(5));
    let writing = base
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        // What is deleted is overwritten with zeros: an erased inquiry must not stay in free pages.
        .pragma("secure_delete", "ON")
        // FULL: a commit survives loss of power, which is what an acknowledged push promises.
        .synchronous(SqliteSynchronous::Full);
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // When the disk is full SQLite ends the transaction by itself; sqlx then still counts it as
        // open and refuses every further one. Such a connection is replaced.
        .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
        .connect_with(writing)
        .await
        .with_context(|| format!("cannot open the database {}", path.display()))?;
    let read = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(base.read_only(true))
        .await
        .with_context(|| format!("cannot read the database {}", path.display()))?;
    Ok(Db::Sqlite { read, write })
}

async fn open_postgres(url: &str) -> anyhow::Result<Db> {
    let options = PgConnectOptions::from_str(url)
        .context("store.url is not a PostgreSQL address")?
        .statement_cache_capacity(STATEMENTS);
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await
        .context("cannot reach PostgreSQL at store.url")?;
    Ok(Db::Postgres(pool))
}
