//! The endpoints under `/sim/` (the table stands in the module documentation of [`super`]).

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Json, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_stream::wrappers::WatchStream;

use super::api::web::PHONE;
use super::faults::Order;
use super::push::PushOutcome;
use super::world::{Citizen, World};
use super::{Simulator, pictures};
use crate::platform::clock::Moment;

/// The clock moves at most this far at once: a year.
const FURTHEST: u64 = 366 * 24 * 3600;

/// Citizens listed in the state; more may exist.
const LISTED: usize = 200;

/// Bubbles of a chat in the state.
const BUBBLES: usize = 200;

/// Places offered by the phone page: label, latitude, longitude.
const PLACES: [(&str, f64, f64); 6] = [
    ("常州市武进区湖塘镇", 31.7197, 119.9480),
    ("常州市天宁区红梅街道", 31.7860, 119.9790),
    ("常州市新北区三井街道", 31.8300, 119.9740),
    ("常州市钟楼区五星街道", 31.7880, 119.9130),
    ("常州市金坛区东城街道", 31.7410, 119.5980),
    ("溧阳市溧城街道", 31.4170, 119.4840),
];

pub(super) fn router(simulator: &Simulator) -> Router {
    Router::new()
        .route("/sim/state", get(state))
        .route("/sim/events", get(events))
        .route("/sim/ledger", get(ledger))
        .route("/sim/faults", get(waiting).post(order).delete(clear))
        .route("/sim/clock", post(advance))
        .route("/sim/tokens/expire", post(expire))
        .route("/sim/mass", post(mass))
        .route("/sim/tokens/foreign", post(foreign))
        .route("/sim/citizens", post(add))
        .route("/sim/crowd", post(crowd))
        .route("/sim/citizens/{openid}/{gesture}", post(gesture))
        .with_state(simulator.clone())
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    chats: String,
}

async fn state(State(simulator): State<Simulator>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let now = simulator.now();
    let inner = &simulator.0;
    let world = simulator.world();
    let accounts: Vec<_> = world
        .accounts
        .iter()
        .map(|account| {
            let config = &account.config;
            json!({"id": config.id, "name": config.name, "mode": config.mode,
                   "menu": account.buttons(), "notices": account.templates.listed()})
        })
        .collect();
    let citizens: Vec<_> =
        world.citizens().iter().take(LISTED).map(|one| summary(&world, one, now)).collect();
    let chats: serde_json::Map<_, _> = wanted
        .chats
        .split(',')
        .filter_map(|openid| world.citizen(openid))
        .map(|citizen| {
            let skip = citizen.bubbles.len().saturating_sub(BUBBLES);
            let bubbles: Vec<_> = citizen.bubbles.iter().skip(skip).collect();
            (citizen.openid.clone(), json!(bubbles))
        })
        .collect();
    let named = |list: &[(String, String)]| -> Vec<Value> {
        list.iter().map(|(scene, name)| json!({"scene": scene, "name": name})).collect()
    };
    let pictures = pictures::SAMPLES.map(|(name, label)| json!({"name": name, "label": label}));
    let places = PLACES.map(|(label, lat, lon)| json!({"label": label, "lat": lat, "lon": lon}));
    Json(json!({
        "now": now,
        "console_url": inner.console_url,
        "public_url": inner.public_url,
        "accounts": accounts,
        "citizens": citizens,
        "chats": chats,
        "scenes": named(&inner.demo_scenes),
        "pictures": pictures,
        "places": places,
        "faults": inner.faults.waiting(),
    }))
}

fn summary(world: &World, citizen: &Citizen, now: Moment) -> Value {
    let account = world.accounts.get(citizen.account);
    let shown = || account.map_or(Value::Null, |account| account.buttons_for(&citizen.openid));
    let menu = citizen.preview.clone().unwrap_or_else(shown);
    json!({
        "openid": citizen.openid,
        "nickname": citizen.nickname,
        "account": citizen.account,
        "following": citizen.following,
        "grants": citizen.allowances.open_at(now),
        "typing_until": citizen.typing_until.filter(|until| now < *until),
        "menu": menu,
        "preview": citizen.preview.is_some(),
        "last_seq": citizen.bubbles.back().map_or(0, |bubble| bubble.seq),
    })
}

async fn events(
    State(simulator): State<Simulator>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let versions = WatchStream::new(simulator.0.changed.subscribe());
    let events = versions.map(|version| Ok(Event::default().data(version.to_string())));
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn ledger(State(simulator): State<Simulator>) -> Response {
    let mut lines = String::new();
    for entry in simulator.ledger() {
        if let Ok(line) = serde_json::to_string(&entry) {
            lines.push_str(&line);
            lines.push('\n');
        }
    }
    ([(header::CONTENT_TYPE, "application/x-ndjson; charset=utf-8")], Body::from(lines))
        .into_response()
}

async fn waiting(State(simulator): State<Simulator>) -> Json<Vec<Order>> {
    Json(simulator.faults().waiting())
}

async fn order(State(simulator): State<Simulator>, Json(order): Json<Order>) -> Json<Vec<Order>> {
    simulator.faults().order(order);
    simulator.touch();
    Json(simulator.faults().waiting())
}

async fn clear(State(simulator): State<Simulator>) -> Json<Vec<Order>> {
    simulator.faults().clear();
    simulator.touch();
    Json(Vec::new())
}

#[derive(Deserialize)]
struct Advance {
    advance_seconds: u64,
}

async fn advance(State(simulator): State<Simulator>, Json(by): Json<Advance>) -> Json<Value> {
    simulator.0.clock.advance(Duration::from_secs(by.advance_seconds.min(FURTHEST)));
    simulator.touch();
    Json(json!({"now": simulator.now()}))
}

async fn expire(State(simulator): State<Simulator>, Json(_): Json<Value>) -> Json<Value> {
    simulator.expire_tokens();
    Json(json!({}))
}

async fn foreign(State(simulator): State<Simulator>, Json(_): Json<Value>) -> Json<Value> {
    simulator.foreign_refresh();
    Json(json!({}))
}

#[derive(Deserialize)]
struct MassOrder {
    account: String,
    protected: Option<bool>,
    verdict: Option<String>,
    confirm: Option<bool>,
}

async fn mass(State(simulator): State<Simulator>, Json(order): Json<MassOrder>) -> Json<Value> {
    if let Some(protected) = order.protected {
        simulator.protect_mass_sends(&order.account, protected);
    }
    if let Some(verdict) = &order.verdict {
        simulator.judge_next_mass_send(&order.account, verdict);
    }
    let decided = match order.confirm {
        Some(confirmed) => simulator.decide_mass_send(&order.account, confirmed).await,
        None => false,
    };
    Json(json!({ "decided": decided }))
}

#[derive(Deserialize)]
struct NewCitizen {
    nickname: String,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    following: bool,
}

async fn add(
    State(simulator): State<Simulator>,
    Json(new): Json<NewCitizen>,
) -> Result<Json<Value>, Wrong> {
    let nickname: String = new.nickname.trim().chars().take(20).collect();
    if nickname.is_empty() {
        return Err(Wrong("nickname is empty"));
    }
    let now = simulator.now();
    let openid = {
        let mut world = simulator.world();
        let account = match &new.account {
            None => Some(0),
            Some(id) => world.accounts.iter().position(|account| account.config.id == *id),
        };
        let account = account.ok_or(Wrong("no such account"))?;
        let openid = world.invent_openid();
        world.put_citizen(&openid, &nickname, account, new.following, now);
        openid
    };
    simulator.touch();
    Ok(Json(json!({"openid": openid})))
}

#[derive(Deserialize)]
struct NewCrowd {
    size: u64,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    left: Vec<u64>,
}

async fn crowd(
    State(simulator): State<Simulator>,
    Json(new): Json<NewCrowd>,
) -> Result<Json<Value>, Wrong> {
    let first = simulator.world().accounts.first().map(|account| account.config.id.clone());
    let account = new.account.or(first).ok_or(Wrong("no such account"))?;
    simulator.set_crowd(&account, new.size, new.left);
    simulator.touch();
    Ok(Json(json!({})))
}

/// Everything a gesture may need; which fields count depends on the gesture.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    scene: Option<String>,
    content: Option<String>,
    recognition: Option<String>,
    picture: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
    label: Option<String>,
    key: Option<String>,
    url: Option<String>,
    menu_id: Option<String>,
    xml: Option<String>,
    accept: Option<bool>,
    buttons: Option<Value>,
}

#[derive(Deserialize)]
struct Waiting {
    later: Option<u8>,
}

async fn gesture(
    State(simulator): State<Simulator>,
    Path((openid, gesture)): Path<(String, String)>,
    Query(waiting): Query<Waiting>,
    Json(details): Json<Details>,
) -> Result<Response, Wrong> {
    if simulator.world().citizen(&openid).is_none() {
        return Err(Wrong("no such citizen"));
    }
    // The page that is opened next is opened on this phone.
    let phone = [(header::SET_COOKIE, format!("{PHONE}={openid}; Path=/; SameSite=Lax"))];
    let done = perform(simulator, openid, gesture, details);
    if waiting.later.is_some() {
        tokio::spawn(done);
        return Ok((phone, Json(json!({}))).into_response());
    }
    Ok((phone, Json(json!(done.await?))).into_response())
}

async fn perform(
    simulator: Simulator,
    openid: String,
    gesture: String,
    details: Details,
) -> Result<PushOutcome, Wrong> {
    let openid = openid.as_str();
    let need = |field: Option<String>| {
        field.filter(|text| !text.is_empty()).ok_or(Wrong("a field of this gesture is missing"))
    };
    Ok(match gesture.as_str() {
        "follow" => simulator.follow(openid, details.scene.as_deref()).await,
        "unfollow" => simulator.unfollow(openid).await,
        "scan" => simulator.scan(openid, &need(details.scene)?).await,
        "text" => simulator.text(openid, &need(details.content)?).await,
        "voice" => simulator.voice(openid, details.recognition.as_deref()).await,
        "image" => simulator.image(openid, &details.picture.unwrap_or_default()).await,
        "location" => {
            let (lat, lon) = (details.lat.unwrap_or_default(), details.lon.unwrap_or_default());
            simulator.location(openid, lat, lon, &need(details.label)?).await
        }
        "menu" => match details.url {
            Some(url) => simulator.menu_view(openid, &url).await,
            None => simulator.menu_tap(openid, &need(details.key)?).await,
        },
        "link" => {
            let (content, menu_id) = (need(details.content)?, details.menu_id.unwrap_or_default());
            simulator.reply_link_tap(openid, &content, &menu_id).await
        }
        "subscribe" => {
            let accepted = details.accept.unwrap_or(true);
            simulator.subscribe_to(openid, &need(details.key)?, accepted).await
        }
        "unsubscribe" => simulator.unsubscribe_from(openid, &need(details.key)?).await,
        "preview" => match simulator.preview_menu(openid, details.buttons) {
            true => PushOutcome::default(),
            false => return Err(Wrong("WeChat would refuse this menu")),
        },
        "confirm" => {
            let (template, scene) = (need(details.key)?, need(details.scene)?);
            simulator.confirm_one_time(openid, &template, &scene);
            PushOutcome::default()
        }
        "refuse" => {
            simulator.refuse_notices(openid, !details.accept.unwrap_or(false));
            PushOutcome::default()
        }
        "push" => simulator.raw_push(openid, &need(details.xml)?).await,
        _ => return Err(Wrong("no such gesture")),
    })
}

/// A request that cannot be carried out: 400 with the reason.
struct Wrong(&'static str);

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({"error": self.0}))).into_response()
    }
}
