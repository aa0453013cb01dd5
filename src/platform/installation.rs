//! Facts about this installation: whether it is a demo, and the key that signs citizens' links.

use sqlx::FromRow;

use super::clock::{Clock, Entropy, Moment};
use super::db::{Db, Link, Tx};
use super::error::Result;
use super::secrets::Secret;
use crate::{on, run};

/// What is known of this installation.
#[derive(Clone, Debug)]
pub struct Installation {
    /// Pages are marked as demo and demo accounts need no second factor.
    pub demo: bool,
    /// Signs the links of citizens' pages; 64 hexadecimal digits.
    pub link_key: Secret,
}

#[derive(FromRow)]
struct Row {
    demo: bool,
    link_key: Vec<u8>,
}

/// Reads the installation's row, and writes it on the very first start.
pub async fn ensure(db: &Db, clock: &Clock, entropy: &Entropy) -> Result<Installation> {
    let mut tx = db.begin().await?;
    const SQL: &str = "INSERT INTO installation (id, created_at, demo, link_key) \
        VALUES (1, $1, FALSE, $2) ON CONFLICT (id) DO NOTHING";
    let key = entropy.bytes::<32>();
    run!(&mut tx, sqlx::query(SQL).bind(clock.now()).bind(&key[..]))?;
    let found = read(&mut tx).await?;
    tx.commit().await?;
    Ok(found)
}

async fn read(link: &mut impl Link) -> Result<Installation> {
    let sql = "SELECT demo, link_key FROM installation WHERE id = 1";
    let row: Row = on!(link, c => sqlx::query_as(sql).fetch_one(c).await)?;
    let key = row.link_key.iter().map(|b| format!("{b:02x}")).collect::<String>();
    Ok(Installation { demo: row.demo, link_key: Secret::from(key) })
}

/// Marks this installation as a demo, for good.
pub async fn mark_as_demo(tx: &mut Tx) -> Result<()> {
    run!(tx, sqlx::query("UPDATE installation SET demo = TRUE WHERE id = 1"))?;
    Ok(())
}

/// The id of the key with which everything that must be sealed is known to be sealed; 0 for none.
pub async fn sealed_with(link: &mut impl Link) -> Result<i64> {
    let sql = "SELECT sealed_with FROM installation WHERE id = 1";
    Ok(on!(link, c => sqlx::query_scalar(sql).fetch_one(c).await)?)
}

/// Notes that everything is sealed with this key now.
pub async fn set_sealed_with(tx: &mut Tx, key: i64) -> Result<()> {
    run!(tx, sqlx::query("UPDATE installation SET sealed_with = $1 WHERE id = 1").bind(key))?;
    Ok(())
}

/// When this installation was first started.
pub async fn created_at(link: &mut impl Link) -> Result<Moment> {
    let sql = "SELECT created_at FROM installation WHERE id = 1";
    Ok(on!(link, c => sqlx::query_scalar(sql).fetch_one(c).await)?)
}
