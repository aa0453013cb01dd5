//! Daily limits, clearing and reading them, and the address lists (§4.3).

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, get, ok, post};
use crate::platform::clock::Moment;
use crate::simulator::Simulator;

/// `clear_quota` works this often a month.
const CLEARS: u32 = 10;

/// `openapi/quota/clear` works this often a month.
const CLEARS_OF_ONE: u32 = 50;

/// Daily limit of an API that has no line below.
const OTHERS: u32 = 100_000;

/// Default daily limits of a new account.
const LIMITS: &[(&str, u32)] = &[
    ("/cgi-bin/menu/create", 1_000),
    ("/cgi-bin/menu/get", 10_000),
    ("/cgi-bin/menu/delete", 1_000),
    ("/cgi-bin/menu/addconditional", 2_000),
    ("/cgi-bin/menu/delconditional", 2_000),
    ("/cgi-bin/menu/trymatch", 20_000),
    ("/cgi-bin/user/info/updateremark", 10_000),
    ("/cgi-bin/media/upload", 100_000),
    ("/cgi-bin/media/get", 200_000),
    ("/cgi-bin/message/custom/send", 500_000),
    ("/cgi-bin/message/mass/preview", 100),
    ("/cgi-bin/message/mass/send", 100),
    ("/cgi-bin/message/mass/sendall", 100),
    ("/cgi-bin/message/template/send", 100_000),
    ("/cgi-bin/qrcode/create", 100_000),
    ("/cgi-bin/user/get", 500),
    ("/cgi-bin/user/info", 5_000_000),
    ("/cgi-bin/user/info/batchget", 5_000_000),
];

/// Calls of one account in the current Beijing day.
#[derive(Default)]
pub(in crate::simulator) struct Usage {
    day: i64,
    used: HashMap<String, u32>,
    clears: (i64, u32),
    clears_of_one: (i64, u32),
}

/// Days since the epoch on the wall clock of Beijing.
pub(super) fn day(now: Moment) -> i64 {
    (now.seconds() + 8 * 3600).div_euclid(86_400)
}

/// The daily limit of an API; nothing for a path that is none, or that needs no token.
fn limit_of(path: &str) -> Option<u32> {
    let known = LIMITS.iter().find(|(known, _)| *known == path).map(|(_, limit)| *limit);
    known.or_else(|| {
        super::routes().any(|route| route.path == path && route.token).then_some(OTHERS)
    })
}

impl Usage {
    fn count(&mut self, path: &str, now: Moment) -> Result<(), i64> {
        // Looking at quotas and clearing them uses none.
        let free = path.contains("quota");
        let Some(limit) = limit_of(path).filter(|_| !free) else { return Ok(()) };
        self.turn_day(now);
        let used = self.used.entry(path.to_owned()).or_default();
        if *used >= limit {
            return Err(45009);
        }
        *used += 1;
        Ok(())
    }

    fn turn_day(&mut self, now: Moment) {
        let today = day(now);
        if self.day != today {
            self.day = today;
            self.used.clear();
        }
    }

    fn clear(&mut self, now: Moment) -> Result<(), i64> {
        once_more(&mut self.clears, CLEARS, now)?;
        self.used.clear();
        Ok(())
    }

    fn clear_one(&mut self, path: &str, now: Moment) -> Result<(), i64> {
        once_more(&mut self.clears_of_one, CLEARS_OF_ONE, now)?;
        self.used.remove(path);
        Ok(())
    }
}

/// Counts something that is allowed `limit` times a month.
fn once_more(counter: &mut (i64, u32), limit: u32, now: Moment) -> Result<(), i64> {
    let calendar = now.in_shanghai();
    let month = i64::from(calendar.year()) * 12 + i64::from(calendar.month());
    let done = if counter.0 == month { counter.1 } else { 0 };
    if done >= limit {
        return Err(48006);
    }
    *counter = (month, done + 1);
    Ok(())
}

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/cgi-bin/clear_quota", "quota_clear", clear),
        Route { token: false, ..post("/cgi-bin/clear_quota/v2", "quota_clear", clear_with_secret) },
        post("/cgi-bin/openapi/quota/clear", "quota_clear", clear_one),
        post("/cgi-bin/openapi/quota/get", "quota", quota),
        get("/cgi-bin/get_api_domain_ip", "addresses", addresses),
        get("/cgi-bin/getcallbackip", "addresses", addresses),
    ]
}

fn clear(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let now = simulator.wire_now();
    let mut world = simulator.world();
    let account = world.accounts.get_mut(call.account).ok_or(40001)?;
    if call.json.get("appid").and_then(Value::as_str) != Some(account.config.app_id.as_str()) {
        return Err(40013.into());
    }
    account.usage.clear(now)?;
    Ok(ok().into())
}

/// AppID and AppSecret come in the query; no token is needed (§4.3).
fn clear_with_secret(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let named = |name: &str| call.query.get(name).map_or("", String::as_str);
    let account =
        super::token::find(simulator, "client_credential", named("appid"), named("appsecret"))?;
    let now = simulator.wire_now();
    let mut world = simulator.world();
    world.accounts.get_mut(account).ok_or(40013)?.usage.clear(now)?;
    Ok(ok().into())
}

fn clear_one(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let path = call.json.get("cgi_path").and_then(Value::as_str).unwrap_or_default();
    limit_of(path).ok_or(76021)?;
    let now = simulator.wire_now();
    let mut world = simulator.world();
    world.accounts.get_mut(call.account).ok_or(40001)?.usage.clear_one(path, now)?;
    Ok(ok().into())
}

fn quota(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let path = call.json.get("cgi_path").and_then(Value::as_str).unwrap_or_default();
    let limit = limit_of(path).ok_or(76021)?;
    let mut world = simulator.world();
    let usage = &mut world.accounts.get_mut(call.account).ok_or(40001)?.usage;
    usage.turn_day(simulator.wire_now());
    let used = usage.used.get(path).copied().unwrap_or_default();
    let quota = json!({"daily_limit": limit, "used": used, "remain": limit.saturating_sub(used)});
    Ok(json!({"errcode": 0, "errmsg": "ok", "quota": quota}).into())
}

fn addresses(_: &Simulator, _: &Call) -> Result<Done, Refusal> {
    Ok(json!({"ip_list": ["127.0.0.1"]}).into())
}

impl Simulator {
    /// Counts a call; 45009 when the day's limit is reached.
    pub(super) fn count_use(&self, account: usize, path: &str) -> Result<(), i64> {
        let now = self.wire_now();
        let mut world = self.world();
        world.accounts.get_mut(account).map_or(Err(40001), |a| a.usage.count(path, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_daily_limit_renews_at_midnight_in_beijing() {
        // 2025-11-23 23:59:59 Beijing time.
        let evening = Moment::from_seconds(1_763_913_599);
        let mut usage = Usage::default();
        for _ in 0..500 {
            assert_eq!(usage.count("/cgi-bin/user/get", evening), Ok(()));
        }
        assert_eq!(usage.count("/cgi-bin/user/get", evening), Err(45009));
        let midnight = evening.plus(Duration::from_secs(1));
        assert_eq!(usage.count("/cgi-bin/user/get", midnight), Ok(()));
    }

    #[test]
    fn the_eleventh_clearing_of_a_month_is_refused() {
        let mut usage = Usage::default();
        let now = Moment::from_seconds(1_763_900_000);
        for _ in 0..10 {
            assert_eq!(usage.clear(now), Ok(()));
        }
        assert_eq!(usage.clear(now), Err(48006));
        assert_eq!(usage.clear(now.plus(Duration::from_secs(10 * 86_400))), Ok(()));
    }
}
