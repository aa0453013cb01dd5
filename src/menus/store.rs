//! The table `menus`.

use anyhow::anyhow;
use sqlx::FromRow;
use uuid::Uuid;

use super::{MenuId, MenuSet, MenuState, Version};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::{Error, Result};
use crate::{on, run};

#[derive(FromRow)]
struct Row {
    id: MenuId,
    account_id: String,
    version: i64,
    state: MenuState,
    body: String,
    revision: i64,
    from_version: Option<i64>,
    made_by: Option<Uuid>,
    changed_at: Moment,
    published_by: Option<Uuid>,
    published_at: Option<Moment>,
    problem: Option<String>,
}

impl TryFrom<Row> for Version {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let set = MenuSet::from_json(&serde_json::from_str(&row.body)?)
            .ok_or_else(|| Error::internal(anyhow!("menu {} is none", row.id)))?;
        Ok(Self {
            id: row.id,
            account_id: row.account_id,
            version: row.version,
            state: row.state,
            set,
            revision: row.revision,
            from_version: row.from_version,
            made_by: row.made_by,
            changed_at: row.changed_at,
            published_by: row.published_by,
            published_at: row.published_at,
            problem: row.problem,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, account_id, version, state, body, revision, from_version, made_by, \
             changed_at, published_by, published_at, problem FROM menus ",
            $rest
        )
    };
}

/// The newest versions of an account's menu, newest first.
pub async fn newest(link: &mut impl Link, account: &str, limit: i64) -> Result<Vec<Version>> {
    let sql = select!("WHERE account_id = $1 ORDER BY version DESC LIMIT $2");
    let rows: Vec<Row> =
        on!(link, c => sqlx::query_as(sql).bind(account).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Version::try_from).collect()
}

/// One version by its number.
pub async fn numbered(
    link: &mut impl Link,
    account: &str,
    version: i64,
) -> Result<Option<Version>> {
    let sql = select!("WHERE account_id = $1 AND version = $2");
    let row: Option<Row> =
        on!(link, c => sqlx::query_as(sql).bind(account).bind(version).fetch_optional(c).await)?;
    row.map(Version::try_from).transpose()
}

/// The only version of an account that is in this state; the newest where there may be many.
pub async fn in_state(
    link: &mut impl Link,
    account: &str,
    state: MenuState,
) -> Result<Option<Version>> {
    let sql = select!("WHERE account_id = $1 AND state = $2 ORDER BY version DESC LIMIT 1");
    let row: Option<Row> =
        on!(link, c => sqlx::query_as(sql).bind(account).bind(state).fetch_optional(c).await)?;
    row.map(Version::try_from).transpose()
}

/// One version by its id.
pub async fn get(link: &mut impl Link, id: MenuId) -> Result<Option<Version>> {
    let sql = select!("WHERE id = $1");
    let row: Option<Row> = on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?;
    row.map(Version::try_from).transpose()
}

/// A version to be added.
#[derive(Clone, Debug)]
pub struct NewVersion<'a> {
    /// Id.
    pub id: MenuId,
    /// The account.
    pub account: &'a str,
    /// Draft or publishing.
    pub state: MenuState,
    /// The menus.
    pub set: &'a MenuSet,
    /// The version it is put back from.
    pub from_version: Option<i64>,
    /// Who makes it.
    pub by: Option<Uuid>,
    /// What is wrong with it from the beginning.
    pub problem: Option<&'a str>,
}

/// Adds a version under the account's next number; `false` when another is in the way: a second
/// draft, a second one on its way, or the same number taken at the same moment.
pub async fn insert(tx: &mut Tx, new: &NewVersion<'_>, now: Moment) -> Result<bool> {
    const SQL: &str = "INSERT INTO menus (id, account_id, version, state, body, revision, \
        from_version, made_by, changed_at, problem) SELECT $1, $2, \
        COALESCE((SELECT max(version) FROM menus WHERE account_id = $2), 0) + 1, $3, $4, 1, $5, $6, \
        $7, $8 WHERE TRUE ON CONFLICT DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(new.id)
            .bind(new.account)
            .bind(new.state)
            .bind(new.set.to_json().to_string())
            .bind(new.from_version)
            .bind(new.by)
            .bind(now)
            .bind(new.problem)
    )?;
    Ok(added == 1)
}

/// Changes a draft that is still at `revision`; `false` when it is not.
pub async fn save(
    tx: &mut Tx,
    account: &str,
    revision: i64,
    set: &MenuSet,
    by: Uuid,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE menus SET body = $3, made_by = $4, changed_at = $5, problem = NULL, \
        revision = revision + 1 WHERE account_id = $1 AND state = 'draft' AND revision = $2";
    let changed = run!(
        tx,
        sqlx::query(SQL)
            .bind(account)
            .bind(revision)
            .bind(set.to_json().to_string())
            .bind(by)
            .bind(now)
    )?;
    Ok(changed == 1)
}

/// Removes the draft that is still at `revision`; `false` when it is not.
pub async fn discard(tx: &mut Tx, account: &str, revision: i64) -> Result<bool> {
    let sql = "DELETE FROM menus WHERE account_id = $1 AND state = 'draft' AND revision = $2";
    Ok(run!(tx, sqlx::query(sql).bind(account).bind(revision))? == 1)
}

/// Puts a version on its way to WeChat.
pub async fn send_off(tx: &mut Tx, id: MenuId, by: Uuid) -> Result<()> {
    let sql = "UPDATE menus SET state = 'publishing', published_by = $2 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(by))?;
    Ok(())
}

/// Notes that WeChat has taken a version: it is shown, and what was shown before no longer is.
pub async fn shown(tx: &mut Tx, account: &str, id: MenuId, now: Moment) -> Result<()> {
    const FORMER: &str =
        "UPDATE menus SET state = 'former' WHERE account_id = $1 AND state = 'shown'";
    const SHOWN: &str =
        "UPDATE menus SET state = 'shown', published_at = $2, problem = NULL WHERE id = $1";
    run!(tx, sqlx::query(FORMER).bind(account))?;
    run!(tx, sqlx::query(SHOWN).bind(id).bind(now))?;
    Ok(())
}

/// Notes that a version did not go up.
pub async fn failed(tx: &mut Tx, id: MenuId, problem: &str) -> Result<()> {
    let sql = "UPDATE menus SET state = 'failed', problem = $2 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(problem))?;
    Ok(())
}
