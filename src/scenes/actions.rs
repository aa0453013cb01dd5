//! What staff do with codes.

use serde_json::json;
use uuid::Uuid;

use super::{NewScene, Scene, SceneId, SceneKind, rules, store};
use crate::members::{self, OrgScope, Station, StationId};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::coord::News;
use crate::platform::error::{Error, Result};
use crate::wechat::client::{CallError, Client};
use crate::wechat::qrcode::Life;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Notes a new code and asks WeChat for it. When WeChat refuses, the code stays in the list with
/// the reason and can be asked for again; nothing typed is lost.
///
/// # Errors
/// Invalid when something typed cannot be; not found when the scope does not reach the organization.
pub async fn make(
    deps: &Deps,
    client: &Client,
    by: Uuid,
    scope: OrgScope,
    new: &NewScene,
) -> Result<SceneId> {
    rules::check(new)?;
    let scene = note(deps, by, scope, new).await?;
    ask(deps, client, &scene).await?;
    Ok(scene.id)
}

/// Asks WeChat for a code again: one that failed, or a temporary one before or after its end.
///
/// # Errors
/// Not found outside of the scope.
pub async fn renew(
    deps: &Deps,
    client: &Client,
    by: Uuid,
    scope: OrgScope,
    id: SceneId,
) -> Result<()> {
    let found = store::get(&mut deps.db.read().await?, scope, id).await?;
    let scene = found.ok_or_else(Error::not_found)?;
    let mut tx = deps.db.begin().await?;
    record(&mut tx, deps, by, "scene.renew", &scene).await?;
    tx.commit().await?;
    ask(deps, client, &scene).await
}

async fn note(deps: &Deps, by: Uuid, scope: OrgScope, new: &NewScene) -> Result<Scene> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let station = match (new.kind, new.station) {
        (SceneKind::Station, Some(id)) => {
            let stations = members::store::stations(&mut tx).await?;
            Some(stations.into_iter().find(|s| s.id == id).ok_or_else(Error::not_found)?)
        }
        (SceneKind::Station, None) => Some(add_station(deps, &mut tx, new).await?),
        _ => None,
    };
    let organization = station.as_ref().map_or(new.organization, |station| station.organization_id);
    if !scope.covers(organization) {
        return Err(Error::not_found());
    }
    let scene = Scene {
        id: SceneId(deps.entropy.id_at(now)),
        account_id: new.account.clone(),
        scene: station.as_ref().map_or_else(
            || rules::scene_text(new.kind, deps.entropy.bytes()),
            |station| station.scene.clone(),
        ),
        kind: new.kind,
        title: station.as_ref().map_or_else(|| new.title.trim().to_owned(), |s| s.name.clone()),
        station_id: station.as_ref().map(|station| station.id),
        organization_id: organization,
        life_seconds: new.days.map(|days| i64::from(days) * DAY),
        url: None,
        expires_at: None,
        failure: None,
        created_at: now,
    };
    store::insert(&mut tx, &scene).await?;
    record(&mut tx, deps, by, "scene.make", &scene).await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    Ok(scene)
}

async fn add_station(
    deps: &Deps,
    tx: &mut crate::platform::db::Tx,
    new: &NewScene,
) -> Result<Station> {
    let station = Station {
        id: StationId(deps.entropy.id_at(deps.clock.now())),
        scene: rules::scene_text(SceneKind::Station, deps.entropy.bytes()),
        name: new.title.trim().to_owned(),
        territory_id: new.territory.clone(),
        organization_id: new.organization,
    };
    members::store::insert_station(tx, &station).await?;
    Ok(station)
}

async fn record(
    tx: &mut crate::platform::db::Tx,
    deps: &Deps,
    by: Uuid,
    action: &'static str,
    scene: &Scene,
) -> Result<()> {
    let detail = json!({ "scene": scene.scene, "kind": scene.kind.code() });
    let object = format!("scene:{}", scene.id);
    audit::record(tx, deps.clock.now(), Some(by), action, &object, &detail).await
}

/// One call; making a permanent code again gives the same one, so a crash in between is harmless.
async fn ask(deps: &Deps, client: &Client, scene: &Scene) -> Result<()> {
    let life = match scene.life_seconds {
        Some(seconds) => Life::Seconds(u32::try_from(seconds).unwrap_or(u32::MAX)),
        None => Life::Permanent,
    };
    let asked = client.create_qr_code(&scene.scene, life).await;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    match asked {
        Ok(code) => {
            let lives = code.expire_seconds.filter(|_| scene.life_seconds.is_some());
            let ends = lives.map(|s| now.plus(std::time::Duration::from_secs(u64::from(s))));
            store::made(&mut tx, scene.id, &code, ends).await?;
        }
        Err(error) => store::failed(&mut tx, scene.id, &told(&error)).await?,
    }
    tx.commit().await
}

/// Why there is no code, for the person who asked for it.
fn told(error: &CallError) -> String {
    match error {
        CallError::Refused { errcode, meaning, .. } => {
            format!("{}（微信错误码 {errcode}）", meaning.operator_hint)
        }
        _ => "没有连上微信，二维码还没有生成。请稍后点“重新生成”。".into(),
    }
}
