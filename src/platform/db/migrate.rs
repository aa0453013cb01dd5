//! Bringing the schema up to date: two trees with the same numbers, forward only.

use sqlx::migrate::{MigrateError, Migrator};
use thiserror::Error;

use super::Db;

static SQLITE: Migrator = sqlx::migrate!("src/platform/db/migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("src/platform/db/migrations/postgres");

/// Why the schema is not fit for this binary.
#[derive(Debug, Error)]
pub enum SchemaError {
    /// The database was made by a newer pufa.
    #[error(
        "the database has schema version {found}, made by a newer pufa; this one knows up to {known}. Start the newer binary, or restore a backup taken before the upgrade"
    )]
    Newer {
        /// Version found in the database.
        found: i64,
        /// Highest version this binary knows.
        known: i64,
    },
    /// The schema is older and may not be changed now.
    #[error(
        "the database has schema version {found}, this pufa needs {needed}. Run `pufa migrate`, or `pufa serve` with store.migrate = \"auto\""
    )]
    Older {
        /// Version found in the database.
        found: i64,
        /// Version needed.
        needed: i64,
    },
    /// A migration failed.
    #[error("cannot bring the database up to date")]
    Failed(#[from] MigrateError),
    /// The version could not be read.
    #[error("cannot read the schema version")]
    Unreadable(#[from] sqlx::Error),
}

impl Db {
    fn migrator(&self) -> &'static Migrator {
        match self {
            Db::Sqlite { .. } => &SQLITE,
            Db::Postgres(_) => &POSTGRES,
        }
    }

    /// Applies what is missing. Safe to call from several processes at once: PostgreSQL holds an
    /// advisory lock, SQLite the file's own write lock.
    ///
    /// # Errors
    /// [`SchemaError::Newer`] when a newer binary has been here.
    pub async fn migrate(&self) -> Result<(), SchemaError> {
        let outcome = match self {
            Db::Sqlite { write, .. } => SQLITE.run(write).await,
            Db::Postgres(pool) => POSTGRES.run(pool).await,
        };
        match outcome {
            Err(MigrateError::VersionMissing(found)) => {
                Err(SchemaError::Newer { found, known: self.newest() })
            }
            other => Ok(other?),
        }
    }

    /// Refuses a schema that this binary does not know exactly.
    ///
    /// # Errors
    /// [`SchemaError::Newer`] or [`SchemaError::Older`].
    pub async fn check_schema(&self) -> Result<(), SchemaError> {
        let sql = "SELECT COALESCE(max(version), 0) FROM _sqlx_migrations WHERE success";
        let found: i64 = match self {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await,
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
        }
        .or_else(|e| if e.as_database_error().is_some() { Ok(0) } else { Err(e) })?;
        let needed = self.newest();
        match found {
            _ if found > needed => Err(SchemaError::Newer { found, known: needed }),
            _ if found < needed => Err(SchemaError::Older { found, needed }),
            _ => Ok(()),
        }
    }

    /// The highest schema version this binary knows.
    fn newest(&self) -> i64 {
        self.migrator().iter().map(|m| m.version).max().unwrap_or(0)
    }
}
