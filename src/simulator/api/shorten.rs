//! Short keys (wechat-protocol.md §9).

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, post, random_name};
use crate::platform::clock::Moment;
use crate::simulator::Simulator;

const LONGEST_DATA: usize = 4096;
const LONGEST_LIFE: u64 = 2_592_000;
const KEY_LENGTH: usize = 15;

/// Keys of one account: data, when made, until when.
#[derive(Default)]
pub(in crate::simulator) struct ShortKeys(HashMap<String, (String, Moment, Moment)>);

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/cgi-bin/shorten/gen", "shorten", make),
        post("/cgi-bin/shorten/fetch", "lengthen", fetch),
    ]
}

fn make(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let data = call.json.get("long_data").and_then(Value::as_str).unwrap_or_default();
    if !(1..=LONGEST_DATA).contains(&data.len()) {
        return Err(9_410_010.into());
    }
    let life = call.json.get("expire_seconds").and_then(Value::as_u64).unwrap_or(LONGEST_LIFE);
    if !(1..=LONGEST_LIFE).contains(&life) {
        return Err(9_410_011.into());
    }
    let key = random_name(&simulator.0.entropy, KEY_LENGTH).replace(['_', '-'], "0");
    let now = simulator.now();
    let mut world = simulator.world();
    let keys = &mut world.accounts.get_mut(call.account).ok_or(40001)?.short_keys;
    keys.0.insert(key.clone(), (data.to_owned(), now, now.plus(Duration::from_secs(life))));
    Ok(json!({"errcode": 0, "errmsg": "ok", "short_key": key}).into())
}

fn fetch(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let key = call.json.get("short_key").and_then(Value::as_str).unwrap_or_default();
    let now = simulator.now();
    let world = simulator.world();
    let keys = &world.accounts.get(call.account).ok_or(40001)?.short_keys;
    let found = keys.0.get(key).filter(|(.., until)| now < *until);
    let (data, made, until) = found.ok_or(9_410_012)?;
    let left = until.since(now).as_secs();
    Ok(json!({"errcode": 0, "errmsg": "ok", "long_data": data,
              "create_time": made.seconds(), "expire_seconds": left})
    .into())
}
