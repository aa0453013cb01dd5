//! QR codes of the demo city, and the scans of the last weeks: of every station, of two
//! organizations, of campaigns that run or are over.

use std::time::Duration;

use crate::app::App;
use crate::members::{self, Station};
use crate::platform::Deps;
use crate::platform::clock::{Entropy, Moment};
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::events::{self, EngagementEvent};
use crate::scenes::{Scene, SceneId, SceneKind, store};
use crate::wechat::qrcode::QrCode;

const DAY: Duration = Duration::from_secs(86_400);
/// Days since the stations got their codes.
const STATIONS_SINCE: u32 = 88;
/// Campaigns: title, scene, days since it was made, days it lives.
const CAMPAIGNS: [(&str, &str, u32, Option<u32>); 3] = [
    ("宪法宣传周展位", "cp-constitution", 60, Some(7)),
    ("民法典进企业", "cp-civil-code", 12, Some(30)),
    ("公交站普法海报", "cp-bus-stop", 45, None),
];
/// Organizations with a code of their own, by their place in the list.
const ORGANIZATIONS: usize = 2;

pub async fn add(app: &App) -> Result<()> {
    let deps = &app.web.deps;
    let account = app.web.config.wechat.accounts.keys().next().map_or("main", String::as_str);
    // Repeatable: every demo city looks the same.
    let chance = Entropy::seeded(20_27);
    let mut tx = deps.db.begin().await?;
    let stations = members::store::stations(&mut tx).await?;
    for station in &stations {
        let scene = of_station(deps, account, station);
        put(&mut tx, deps, &scene, &chance, 20 + chance.below(60)).await?;
    }
    let organizations = members::store::all(&mut tx).await?;
    for organization in organizations.iter().take(ORGANIZATIONS) {
        let since = STATIONS_SINCE - 20;
        let scene = Scene {
            kind: SceneKind::Organization,
            organization_id: Some(organization.id),
            ..blank(
                deps,
                account,
                &format!("org-{}", organization.slug),
                &organization.short_name,
                since,
            )
        };
        put(&mut tx, deps, &scene, &chance, 5 + chance.below(20)).await?;
    }
    for (title, scene, since, lives) in CAMPAIGNS {
        let scene = blank(deps, account, scene, title, since);
        let lives = lives.map(|days| DAY * days);
        let scene = Scene {
            life_seconds: lives.map(|time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX)),
            expires_at: lives.map(|time| scene.created_at.plus(time)),
            ..scene
        };
        put(&mut tx, deps, &scene, &chance, 10 + chance.below(80)).await?;
    }
    tx.commit().await
}

fn of_station(deps: &Deps, account: &str, station: &Station) -> Scene {
    Scene {
        kind: SceneKind::Station,
        station_id: Some(station.id),
        organization_id: station.organization_id,
        ..blank(deps, account, &station.scene, &station.name, STATIONS_SINCE)
    }
}

/// A campaign's code that lives for ever, made `days` ago.
fn blank(deps: &Deps, account: &str, scene: &str, title: &str, days: u32) -> Scene {
    let made = deps.clock.now().minus(DAY * days);
    Scene {
        id: SceneId(deps.entropy.id_at(made)),
        account_id: account.to_owned(),
        scene: scene.to_owned(),
        kind: SceneKind::Campaign,
        title: title.to_owned(),
        station_id: None,
        organization_id: None,
        life_seconds: None,
        url: None,
        expires_at: None,
        failure: None,
        created_at: made,
    }
}

/// Writes a code as WeChat would have made it, and how often it was scanned since.
async fn put(tx: &mut Tx, deps: &Deps, scene: &Scene, chance: &Entropy, scans: u64) -> Result<()> {
    store::insert(tx, scene).await?;
    let code = QrCode {
        ticket: format!("DEMO{}", scene.scene),
        expire_seconds: None,
        url: format!("http://weixin.qq.com/q/02demo{}", scene.scene.replace('-', "")),
    };
    store::made(tx, scene.id, &code, scene.expires_at).await?;
    let now = deps.clock.now();
    let until = scene.expires_at.map_or(now, |end| end.min(now));
    let seconds = until.since(scene.created_at).as_secs().max(1);
    for _ in 0..scans {
        let at = scene.created_at.plus(Duration::from_secs(chance.below(seconds)));
        let new = chance.below(100) < 60;
        let channel = if new { "event/subscribe" } else { "event/scan" };
        scanned(tx, at, &scene.account_id, &scene.scene, channel).await?;
    }
    Ok(())
}

async fn scanned(tx: &mut Tx, at: Moment, account: &str, scene: &str, channel: &str) -> Result<()> {
    let event = EngagementEvent {
        kind: "push.received",
        account: Some(account.to_owned()),
        channel: Some(channel.to_owned()),
        scene: Some(scene.to_owned()),
        ..EngagementEvent::default()
    };
    events::record(tx, at, &event).await
}
