//! The robots of WeCom groups, which a real installation finds at another host: a text for the group
//! whose key is in the query, twenty a minute.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use super::{Call, Done, Refusal, Route, ok, post};
use crate::platform::clock::Moment;
use crate::simulator::Simulator;

const PER_MINUTE: usize = 20;
const LONGEST: usize = 2048;
/// Robots whose key begins so were taken out of their group.
const GONE: &str = "gone-";

/// When each robot wrote, by key.
#[derive(Default)]
pub(in crate::simulator) struct Robots(HashMap<String, Vec<Moment>>);

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![Route { token: false, gist, ..post("/cgi-bin/webhook/send", "robot", send) }]
}

fn text(json: &Value) -> &str {
    json.pointer("/text/content").and_then(Value::as_str).unwrap_or_default()
}

fn gist(call: &Call) -> String {
    text(&call.json).to_owned()
}

fn send(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let key = call.query.get("key").map(String::as_str).unwrap_or_default();
    if key.is_empty() || key.starts_with(GONE) {
        return Err(93000.into());
    }
    if !(1..=LONGEST).contains(&text(&call.json).len()) {
        return Err(40058.into());
    }
    let now = simulator.now();
    let mut world = simulator.world();
    let written = world.robots.0.entry(key.to_owned()).or_default();
    written.retain(|at| now.since(*at) < Duration::from_secs(60));
    if written.len() >= PER_MINUTE {
        return Err(45009.into());
    }
    written.push(now);
    Ok(ok().into())
}
