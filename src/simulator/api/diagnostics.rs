//! `openapi/rid/get` and `callback/check` (§4.3).

use std::net::ToSocketAddrs;
use std::time::Duration;

use axum::http::Uri;
use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, post};
use crate::simulator::Simulator;
use crate::simulator::world::Request;

/// Requests remembered.
const REMEMBERED: usize = 1000;
/// How long WeChat tells about a request.
const TOLD_FOR: Duration = Duration::from_secs(7 * 86_400);

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/cgi-bin/openapi/rid/get", "request", request),
        post("/cgi-bin/callback/check", "callback_check", check),
    ]
}

fn request(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let rid = call.json.get("rid").and_then(Value::as_str).unwrap_or_default();
    let parts: Vec<&str> = rid.split('-').collect();
    let hexadecimal = |part: &&str| part.len() == 8 && part.bytes().all(|b| b.is_ascii_hexdigit());
    if parts.len() != 3 || !parts.iter().all(hexadecimal) {
        return Err(76002.into());
    }
    let now = simulator.wire_now();
    let world = simulator.world();
    let own = world.accounts.get(call.account).map(|account| account.config.id.as_str());
    let found = world.requests.iter().find(|known| known.rid == rid).ok_or(76001)?;
    if Some(found.account.as_str()) != own {
        return Err(76003.into());
    }
    if now.since(found.at) > TOLD_FOR {
        return Err(76004.into());
    }
    let request = json!({
        "invoke_time": found.at.seconds(),
        "cost_in_ms": 3,
        "request_url": format!("{}?access_token=***", found.path),
        "request_body": "",
        "response_body": found.response,
        "client_ip": "127.0.0.1",
    });
    Ok(json!({"errcode": 0, "errmsg": "ok", "request": request}).into())
}

fn check(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let named = |name: &str| call.json.get(name).and_then(Value::as_str).unwrap_or_default();
    let (dns, ping) = match named("action") {
        "dns" => (true, false),
        "ping" => (false, true),
        "all" => (true, true),
        _ => return Err(40202.into()),
    };
    if !["CHINANET", "UNICOM", "CAP", "DEFAULT"].contains(&named("check_operator")) {
        return Err(40203.into());
    }
    let world = simulator.world();
    let url = &world.accounts.get(call.account).ok_or(40001)?.config.push_url;
    let uri: Uri = url.parse().map_err(|_| 40201)?;
    let host = uri.host().ok_or(40201)?;
    let found = (host, uri.port_u16().unwrap_or(80)).to_socket_addrs();
    let mut addresses: Vec<String> =
        found.into_iter().flatten().map(|address| address.ip().to_string()).collect();
    addresses.dedup();
    let resolved: Vec<_> =
        addresses.iter().map(|ip| json!({"ip": ip, "real_operator": "UNICOM"})).collect();
    let answers: Vec<_> = addresses
        .iter()
        .map(|ip| json!({"ip": ip, "from_operator": "UNICOM", "package_loss": "0%", "time": "0.021ms"}))
        .collect();
    let mut seen = serde_json::Map::new();
    if dns {
        seen.insert("dns".to_owned(), json!(resolved));
    }
    if ping {
        seen.insert("ping".to_owned(), json!(answers));
    }
    Ok(Value::Object(seen).into())
}

impl Simulator {
    /// Keeps a refused request for `openapi/rid/get`.
    pub(super) fn remember(&self, rid: String, account: &str, path: &str, response: &Value) {
        let (account, path) = (account.to_owned(), path.to_owned());
        let (at, response) = (self.wire_now(), response.to_string());
        let requests = &mut self.world().requests;
        requests.push_back(Request { rid, account, at, path, response });
        if requests.len() > REMEMBERED {
            requests.pop_front();
        }
    }
}
