//! The table `scenes`, and what the ledger says about them.

use std::collections::HashMap;

use sqlx::FromRow;

use super::{Figures, Scene, SceneId};
use crate::members::OrgScope;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::{Error, Result};
use crate::wechat::qrcode::QrCode;
use crate::{on, run, scoped};

macro_rules! columns {
    () => {
        "i.id, i.account_id, i.scene, i.kind, i.title, i.station_id, i.organization_id, \
         i.life_seconds, i.url, i.expires_at, i.failure, i.created_at"
    };
}

/// The codes within a scope, newest first.
pub async fn list(
    link: &mut impl Link,
    scope: OrgScope,
    from: i64,
    most: i64,
) -> Result<Vec<Scene>> {
    let sql = scoped!(
        scope,
        concat!("SELECT ", columns!(), " FROM scenes i WHERE "),
        "ORDER BY i.created_at DESC, i.id DESC LIMIT $2 OFFSET $3"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(most).bind(from)
        .fetch_all(c).await)?)
}

/// How many codes there are within a scope.
pub async fn count(link: &mut impl Link, scope: OrgScope) -> Result<i64> {
    let sql = scoped!(scope, "SELECT count(*) FROM scenes i WHERE ", "");
    Ok(on!(link, c => sqlx::query_scalar(sql).bind(scope.organization()).fetch_one(c).await)?)
}

/// One code within a scope.
pub async fn get(link: &mut impl Link, scope: OrgScope, id: SceneId) -> Result<Option<Scene>> {
    let sql =
        scoped!(scope, concat!("SELECT ", columns!(), " FROM scenes i WHERE "), "AND i.id = $2");
    Ok(on!(link, c => sqlx::query_as(sql).bind(scope.organization()).bind(id)
        .fetch_optional(c).await)?)
}

/// Every code that belongs to an organization but to no station: scene and organization.
pub async fn of_organizations(
    link: &mut impl Link,
) -> Result<HashMap<String, crate::members::OrganizationId>> {
    let sql = "SELECT scene, organization_id FROM scenes \
        WHERE organization_id IS NOT NULL AND station_id IS NULL";
    let rows: Vec<(String, crate::members::OrganizationId)> =
        on!(link, c => sqlx::query_as(sql).fetch_all(c).await)?;
    Ok(rows.into_iter().collect())
}

/// Adds a code that WeChat has still to make.
///
/// # Errors
/// Conflict when the account has a code with this scene.
pub async fn insert(tx: &mut Tx, scene: &Scene) -> Result<()> {
    const SQL: &str = "INSERT INTO scenes (id, account_id, scene, kind, title, station_id, \
        organization_id, life_seconds, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (account_id, scene) DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(scene.id)
            .bind(&scene.account_id)
            .bind(&scene.scene)
            .bind(scene.kind)
            .bind(&scene.title)
            .bind(scene.station_id)
            .bind(scene.organization_id)
            .bind(scene.life_seconds)
            .bind(scene.created_at)
    )?;
    if added == 1 {
        return Ok(());
    }
    Err(Error::conflict("这个站点已经有二维码了。请回到列表打印，不用再生成。"))
}

/// Notes that WeChat has made the code.
pub async fn made(tx: &mut Tx, id: SceneId, code: &QrCode, ends: Option<Moment>) -> Result<()> {
    const SQL: &str = "UPDATE scenes SET url = $2, ticket = $3, expires_at = $4, failure = NULL \
        WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(&code.url).bind(&code.ticket).bind(ends))?;
    Ok(())
}

/// Notes why WeChat did not make it.
pub async fn failed(tx: &mut Tx, id: SceneId, why: &str) -> Result<()> {
    let sql = "UPDATE scenes SET failure = $2 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(why))?;
    Ok(())
}

#[derive(FromRow)]
struct Counted {
    account_id: String,
    scene: String,
    scans: i64,
    followers: i64,
    inquiries: i64,
}

/// What came through the codes, by account and scene. A push with a scene is a scan; a new
/// follower's is a follow as well.
pub async fn figures(link: &mut impl Link) -> Result<HashMap<(String, String), Figures>> {
    const SQL: &str = "SELECT account_id, scene, \
        COALESCE(SUM(CASE WHEN kind = 'push.received' THEN 1 ELSE 0 END), 0) AS scans, \
        COALESCE(SUM(CASE WHEN kind = 'push.received' AND channel = 'event/subscribe' THEN 1 ELSE 0 END), 0) \
            AS followers, \
        COALESCE(SUM(CASE WHEN kind = 'inquiry.opened' THEN 1 ELSE 0 END), 0) AS inquiries \
        FROM engagement_events WHERE scene IS NOT NULL AND account_id IS NOT NULL \
        GROUP BY account_id, scene";
    let rows: Vec<Counted> = on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?;
    let figures = |row: &Counted| Figures {
        scans: row.scans,
        followers: row.followers,
        inquiries: row.inquiries,
    };
    Ok(rows
        .into_iter()
        .map(|row| ((row.account_id.clone(), row.scene.clone()), figures(&row)))
        .collect())
}
