//! Scene QR codes (wechat-protocol.md §9).

use std::collections::HashMap;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, post, random_name};
use crate::platform::clock::{Entropy, Moment};
use crate::simulator::Simulator;

const MAX_LIFE: u64 = 2_592_000;
const DEFAULT_LIFE: u64 = 60;
const PERMANENT_CODES: usize = 100_000;

/// A code somebody may scan.
struct Code {
    scene: String,
    url: String,
    /// None: permanent.
    expires: Option<Moment>,
}

/// Codes of one account by ticket.
#[derive(Default)]
pub(in crate::simulator) struct Codes(HashMap<String, Code>);

impl Codes {
    /// Ticket of a scene; a code printed before the stand-in started gets one now.
    pub fn ticket_for(&mut self, scene: &str, entropy: &Entropy) -> String {
        if let Some((ticket, _)) = self.0.iter().find(|(_, code)| code.scene == scene) {
            return ticket.clone();
        }
        let ticket = new_ticket(entropy);
        let code = Code { scene: scene.to_owned(), url: String::new(), expires: None };
        self.0.insert(ticket.clone(), code);
        ticket
    }

    fn permanent(&self, scene: &str) -> Option<(&String, &Code)> {
        self.0.iter().find(|(_, code)| code.scene == scene && code.expires.is_none())
    }
}

/// Tickets carry `+`, `/` or `=` in reality; the trailing `==` keeps callers honest about encoding.
fn new_ticket(entropy: &Entropy) -> String {
    format!("gQ{}==", random_name(entropy, 92))
}

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    let create = post("/cgi-bin/qrcode/create", "qrcode_create", create);
    let gist = |call: &Call| scene_of(&call.json).map(|(scene, _)| scene).unwrap_or_default();
    vec![Route { gist, ..create }]
}

/// Scene and whether the code is permanent.
fn scene_of(json: &Value) -> Result<(String, bool), i64> {
    let scene = json.pointer("/action_info/scene").ok_or(40053);
    let number = |highest: u64| {
        let id = scene?.get("scene_id").and_then(Value::as_u64).ok_or(40053)?;
        if (1..=highest).contains(&id) { Ok(id.to_string()) } else { Err(40053) }
    };
    let string = || {
        let text = scene?.get("scene_str").and_then(Value::as_str).ok_or(40053)?;
        if (1..=64).contains(&text.chars().count()) { Ok(text.to_owned()) } else { Err(40053) }
    };
    match json.get("action_name").and_then(Value::as_str) {
        Some("QR_SCENE") => Ok((number(u64::from(u32::MAX))?, false)),
        Some("QR_STR_SCENE") => Ok((string()?, false)),
        Some("QR_LIMIT_SCENE") => Ok((number(100_000)?, true)),
        Some("QR_LIMIT_STR_SCENE") => Ok((string()?, true)),
        _ => Err(40052),
    }
}

fn create(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (scene, permanent) = scene_of(&call.json)?;
    let life = call.json.get("expire_seconds").and_then(Value::as_u64).unwrap_or(DEFAULT_LIFE);
    let life = life.clamp(1, MAX_LIFE);
    let now = simulator.now();
    let mut world = simulator.world();
    let codes = &mut world.accounts.get_mut(call.account).ok_or(40001)?.codes;
    if permanent {
        if let Some((ticket, code)) = codes.permanent(&scene).filter(|(_, c)| !c.url.is_empty()) {
            return Ok(json!({"ticket": ticket, "url": code.url}).into());
        }
        if codes.0.values().filter(|code| code.expires.is_none()).count() >= PERMANENT_CODES {
            return Err(45029.into());
        }
    }
    let ticket = match codes.permanent(&scene) {
        Some((ticket, _)) if permanent => ticket.clone(),
        _ => new_ticket(&simulator.0.entropy),
    };
    // The real address is weixin.qq.com/q/…; this one leads to the simulated phone.
    let url = format!("http://{}/q/{}", call.host, random_name(&simulator.0.entropy, 24));
    let expires = (!permanent).then(|| now.plus(Duration::from_secs(life)));
    codes.0.insert(ticket.clone(), Code { scene, url: url.clone(), expires });
    Ok(if permanent {
        json!({"ticket": ticket, "url": url}).into()
    } else {
        json!({"ticket": ticket, "expire_seconds": life, "url": url}).into()
    })
}

#[derive(Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    ticket: String,
}

/// `GET /cgi-bin/showqrcode?ticket=`: the picture, as SVG; 404 for an unknown or expired ticket.
pub(super) async fn show(
    State(simulator): State<Simulator>,
    Query(shown): Query<Shown>,
) -> Response {
    let now = simulator.now();
    let url = {
        let world = simulator.world();
        let mut codes = world.accounts.iter().filter_map(|a| a.codes.0.get(&shown.ticket));
        codes.find(|code| code.expires.is_none_or(|end| now < end)).map(|code| code.url.clone())
    };
    let drawn = url.and_then(|url| qrcode::QrCode::new(url).ok());
    let Some(drawn) = drawn else { return StatusCode::NOT_FOUND.into_response() };
    let picture = drawn.render::<qrcode::render::svg::Color<'_>>().min_dimensions(280, 280).build();
    ([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response()
}

/// `GET /q/{name}`: what a phone's camera finds in the code; opens the phone page ready to scan.
pub(in crate::simulator) async fn opened(
    State(simulator): State<Simulator>,
    Path(name): Path<String>,
) -> Response {
    let tail = format!("/q/{name}");
    let scene = {
        let world = simulator.world();
        let mut codes = world.accounts.iter().flat_map(|account| account.codes.0.values());
        codes.find(|code| code.url.ends_with(&tail)).map(|code| code.scene.clone())
    };
    match scene {
        Some(scene) => Redirect::to(&format!("/#scan={}", hex(&scene))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Percent-encoding of every byte: short, and safe in any part of an address.
fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
