//! The table `canned_answers`.

use super::{Canned, CannedId};
use crate::members::OrgScope;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run, scoped};

macro_rules! columns {
    () => {
        "i.id, i.organization_id, i.title, i.body, i.version, i.saved_by, i.saved_at \
         FROM canned_answers i WHERE "
    };
}

/// What somebody of the scope may insert: the own organization's texts and the alliance's.
pub async fn usable(link: &mut impl Link, scope: OrgScope) -> Result<Vec<Canned>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        "i.organization_id IS NULL OR i.organization_id = $1 ORDER BY i.title, i.id"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).fetch_all(c).await)?)
}

/// One text of the own organization; of the alliance for who works for no organization.
pub async fn own(link: &mut impl Link, scope: OrgScope, id: CannedId) -> Result<Option<Canned>> {
    let sql = scoped!(scope, concat!("SELECT ", columns!()), " AND i.id = $2");
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(id)
        .fetch_optional(c).await)?)
}

/// How many texts the own organization keeps, or the alliance.
pub async fn count(link: &mut impl Link, scope: OrgScope) -> Result<i64> {
    let sql = scoped!(scope, "SELECT count(*) FROM canned_answers i WHERE ", "");
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(scope.organization()).fetch_one(c).await)?)
}

/// Adds a text; `false` when it is there already.
pub async fn insert(tx: &mut Tx, canned: &Canned) -> Result<bool> {
    const SQL: &str = "INSERT INTO canned_answers (id, organization_id, title, body, version, \
        saved_by, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(canned.id)
            .bind(canned.organization_id)
            .bind(&canned.title)
            .bind(&canned.body)
            .bind(canned.version)
            .bind(canned.saved_by)
            .bind(canned.saved_at)
    )?;
    Ok(added > 0)
}

/// Writes a text anew; `false` when somebody did since the version before it.
pub async fn update(tx: &mut Tx, canned: &Canned) -> Result<bool> {
    const SQL: &str = "UPDATE canned_answers SET title = $2, body = $3, version = $4, \
        saved_by = $5, saved_at = $6 WHERE id = $1 AND version = $4 - 1";
    let changed = run!(
        tx,
        sqlx::query(SQL)
            .bind(canned.id)
            .bind(&canned.title)
            .bind(&canned.body)
            .bind(canned.version)
            .bind(canned.saved_by)
            .bind(canned.saved_at)
    )?;
    Ok(changed > 0)
}

/// Removes a text.
pub async fn delete(tx: &mut Tx, id: CannedId) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM canned_answers WHERE id = $1").bind(id))?;
    Ok(())
}
