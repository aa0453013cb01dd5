//! The database: SQLite or PostgreSQL behind one SQL text.
//!
//! A store function takes `&mut impl Link` when it reads and `&mut Tx` when it writes, and runs one
//! SQL text on either database through [`on!`](crate::on). The few places where the two differ ask
//! [`Conn::backend`]. Only `store.rs` files and this folder name sqlx queries.
//!
//! Times are BIGINT milliseconds, JSON is TEXT, entity ids are UUIDs (16-byte BLOB on SQLite).

mod connect;
mod like;
mod migrate;
mod text;
mod values;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

pub use like::like_pattern;
pub use migrate::SchemaError;
pub use values::ManyValues;

use crate::platform::error::Result;
use crate::platform::once;

/// Which database is behind a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// An SQLite file in WAL mode with `synchronous=FULL`.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// A handle to the database; cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// Many readers, one writer (SQLite allows no more).
    Sqlite {
        /// Read-only connections.
        read: SqlitePool,
        /// The one connection that writes.
        write: SqlitePool,
    },
    /// One pool for both.
    Postgres(PgPool),
}

/// A borrowed connection of either kind.
pub enum Conn<'a> {
    /// SQLite.
    Sqlite(&'a mut SqliteConnection),
    /// PostgreSQL.
    Postgres(&'a mut PgConnection),
}

impl Conn<'_> {
    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match self {
            Conn::Sqlite(_) => Backend::Sqlite,
            Conn::Postgres(_) => Backend::Postgres,
        }
    }
}

/// Anything that can lend a connection: a [`Reader`] or a [`Tx`].
pub trait Link: Send {
    /// Lends the connection.
    fn conn(&mut self) -> Conn<'_>;
}

/// A connection for reading outside a transaction.
pub struct Reader(ReaderKind);

enum ReaderKind {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A write transaction. Dropping it without [`Tx::commit`] undoes everything.
pub struct Tx(TxKind);

enum TxKind {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Link for Reader {
    fn conn(&mut self) -> Conn<'_> {
        match &mut self.0 {
            ReaderKind::Sqlite(c) => Conn::Sqlite(c),
            ReaderKind::Postgres(c) => Conn::Postgres(c),
        }
    }
}

impl Link for Tx {
    fn conn(&mut self) -> Conn<'_> {
        match &mut self.0 {
            TxKind::Sqlite(c) => Conn::Sqlite(c),
            TxKind::Postgres(c) => Conn::Postgres(c),
        }
    }
}

impl Tx {
    /// Makes everything durable; only now may anybody be told.
    pub async fn commit(self) -> Result<()> {
        match self.0 {
            TxKind::Sqlite(tx) => tx.commit().await?,
            TxKind::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

impl Db {
    /// A connection for reading.
    pub async fn read(&self) -> Result<Reader> {
        Ok(Reader(match self {
            Db::Sqlite { read, .. } => ReaderKind::Sqlite(read.acquire().await?),
            Db::Postgres(pool) => ReaderKind::Postgres(pool.acquire().await?),
        }))
    }

    /// A write transaction; on SQLite it holds the one writer, so keep it short and free of I/O.
    /// Inside an operation ([`once`]) it carries the operation's row.
    ///
    /// # Errors
    /// Conflict when the operation has been done before.
    pub async fn begin(&self) -> Result<Tx> {
        let mut tx = Tx(match self {
            // A deferred transaction that reads first fails with SQLITE_BUSY_SNAPSHOT when it then writes.
            Db::Sqlite { write, .. } => TxKind::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Db::Postgres(pool) => TxKind::Postgres(pool.begin().await?),
        });
        once::enter(&mut tx).await?;
        Ok(tx)
    }

    /// Brings SQLite's log into the file and empties it, so that nothing erased lingers there;
    /// PostgreSQL needs no such thing. Does its best: a busy log is emptied later anyway.
    pub async fn flush_log(&self) {
        let Db::Sqlite { write, .. } = self else { return };
        if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(write).await {
            tracing::warn!(%error, "db.checkpoint_failed");
        }
    }

    /// Closes every connection; SQLite checkpoints its log.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

/// Evaluates one query against whichever database is behind a [`Link`].
///
/// `on!(link, c => sqlx::query_as(SQL).bind(x).fetch_all(c).await)`
#[macro_export]
macro_rules! on {
    ($link:expr, $c:ident => $body:expr) => {
        match $crate::platform::db::Link::conn($link) {
            $crate::platform::db::Conn::Sqlite($c) => $body,
            $crate::platform::db::Conn::Postgres($c) => $body,
        }
    };
}

/// Executes one statement on whichever database is behind a [`Link`]; gives the rows affected.
///
/// `run!(tx, sqlx::query(SQL).bind(x))`
#[macro_export]
macro_rules! run {
    ($link:expr, $query:expr) => {
        match $crate::platform::db::Link::conn($link) {
            $crate::platform::db::Conn::Sqlite(c) => {
                $query.execute(c).await.map(|done| done.rows_affected())
            }
            $crate::platform::db::Conn::Postgres(c) => {
                $query.execute(c).await.map(|done| done.rows_affected())
            }
        }
    };
}

/// Builds the text of a statement that takes many rows at once as one JSON array of arrays in `$1`.
///
/// `many_rows!(link, "SELECT b FROM t WHERE a IN (SELECT value->>0 FROM", ")")`; each row
/// is `value`, its columns `value->>0`, `value->>1`, … One constant text for any number of rows
/// keeps the statement prepared.
#[macro_export]
macro_rules! many_rows {
    ($link:expr, $head:literal, $tail:literal) => {
        match $crate::platform::db::Link::conn($link).backend() {
            $crate::platform::db::Backend::Sqlite => {
                concat!($head, " json_each($1) AS row WHERE TRUE ", $tail)
            }
            $crate::platform::db::Backend::Postgres => {
                concat!(
                    $head,
                    " jsonb_array_elements(CAST($1 AS jsonb)) AS row(value) WHERE TRUE ",
                    $tail
                )
            }
        }
    };
}

/// Declares a UUID newtype for one kind of entity.
#[macro_export]
macro_rules! entity_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, sqlx::Type,
        )]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::parse_str(s).map(Self)
            }
        }
    };
}
