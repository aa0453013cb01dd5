//! `/cgi-bin/token` and `/cgi-bin/stable_token` (wechat-protocol.md §4.1).

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, no_gist, random_name};
use crate::platform::clock::{Entropy, Moment};
use crate::simulator::Simulator;

/// Life of a token.
const LIFE: Duration = Duration::from_secs(7200);
/// How long an old token lives beside its successor.
const OVERLAP: Duration = Duration::from_secs(300);
/// Forced refreshes closer than this do nothing.
const FORCE_PAUSE: Duration = Duration::from_secs(30);
/// Forced refreshes a day.
const FORCE_LIMIT: u32 = 20;
/// Expired and revoked tokens are remembered up to this number, to tell 42001 from 40001.
const REMEMBERED: usize = 64;

/// Which endpoint issued a token; the two kinds do not touch each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Stable,
}

struct Token {
    value: String,
    kind: Kind,
    expires: Moment,
    /// Killed by a forced refresh: invalid rather than expired.
    revoked: bool,
}

/// Tokens of one account, oldest first.
#[derive(Default)]
pub(in crate::simulator) struct Tokens {
    issued: Vec<Token>,
    last_force: Option<Moment>,
    forces: (i64, u32),
}

impl Tokens {
    /// Every token expires at `now`.
    pub fn expire_all(&mut self, now: Moment) {
        self.issued.iter_mut().for_each(|token| token.expires = token.expires.min(now));
    }

    /// The account does not know the token: None. Otherwise whether it is good, or its errcode.
    fn check(&self, value: &str, now: Moment) -> Option<Result<(), i64>> {
        let token = self.issued.iter().rev().find(|token| token.value == value)?;
        Some(match (token.revoked, now < token.expires) {
            (true, _) => Err(40001),
            (false, true) => Ok(()),
            (false, false) => Err(42001),
        })
    }

    fn current(&self, kind: Kind, now: Moment) -> Option<&Token> {
        let newest = self.issued.iter().rev().find(|token| token.kind == kind);
        newest.filter(|token| !token.revoked && now < token.expires)
    }

    fn issue(&mut self, kind: Kind, now: Moment, entropy: &Entropy) -> (String, u64) {
        let overlap = now.plus(OVERLAP);
        let mut siblings: Vec<_> = self.issued.iter_mut().filter(|t| t.kind == kind).collect();
        if let Some(former) = siblings.pop() {
            // A token replaced in its last minutes lives as long as any other former one.
            if now < former.expires {
                former.expires = overlap;
            }
        }
        let value = random_name(entropy, 150);
        self.issued.push(Token {
            value: value.clone(),
            kind,
            expires: now.plus(LIFE),
            revoked: false,
        });
        if self.issued.len() > REMEMBERED {
            self.issued.remove(0);
        }
        (value, LIFE.as_secs())
    }

    fn stable(&mut self, now: Moment, entropy: &Entropy) -> (String, u64) {
        if let Some(token) = self.current(Kind::Stable, now) {
            let left = token.expires.since(now);
            if left >= OVERLAP {
                return (token.value.clone(), left.as_secs());
            }
        }
        self.issue(Kind::Stable, now, entropy)
    }

    fn forced(&mut self, now: Moment, entropy: &Entropy) -> Result<(String, u64), i64> {
        if self.last_force.is_some_and(|last| now.since(last) < FORCE_PAUSE) {
            return Ok(self.stable(now, entropy));
        }
        let today = super::quota::day(now);
        let used = if self.forces.0 == today { self.forces.1 } else { 0 };
        if used >= FORCE_LIMIT {
            return Err(45009);
        }
        self.forces = (today, used + 1);
        self.last_force = Some(now);
        let stable = self.issued.iter_mut().filter(|token| token.kind == Kind::Stable);
        stable.for_each(|token| token.revoked = true);
        Ok(self.issue(Kind::Stable, now, entropy))
    }
}

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    let route =
        |path, method, kind, run| Route { path, method, kind, token: false, run, gist: no_gist };
    vec![
        route("/cgi-bin/token", Method::GET, "token", plain),
        route("/cgi-bin/stable_token", Method::POST, "token", stable),
    ]
}

fn plain(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let named = |name: &str| call.query.get(name).map_or("", String::as_str);
    let account = find(simulator, named("grant_type"), named("appid"), named("secret"))?;
    let now = simulator.wire_now();
    let mut world = simulator.world();
    let account = world.accounts.get_mut(account).ok_or(40013)?;
    Ok(answer(account.tokens.issue(Kind::Plain, now, &simulator.0.entropy)))
}

fn stable(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let named = |name: &str| call.json.get(name).and_then(Value::as_str).unwrap_or_default();
    let account = find(simulator, named("grant_type"), named("appid"), named("secret"))?;
    let force = call.json.get("force_refresh").and_then(Value::as_bool).unwrap_or(false);
    let now = simulator.wire_now();
    let mut world = simulator.world();
    let tokens = &mut world.accounts.get_mut(account).ok_or(40013)?.tokens;
    if !force {
        return Ok(answer(tokens.stable(now, &simulator.0.entropy)));
    }
    let mut done = answer(tokens.forced(now, &simulator.0.entropy)?);
    done.kind = Some("token_forced");
    Ok(done)
}

fn answer((token, expires_in): (String, u64)) -> Done {
    json!({"access_token": token, "expires_in": expires_in}).into()
}

/// The account of an AppID, when its AppSecret is right.
pub(super) fn find(
    simulator: &Simulator,
    grant: &str,
    appid: &str,
    secret: &str,
) -> Result<usize, i64> {
    if grant != "client_credential" {
        return Err(40002);
    }
    let world = simulator.world();
    let at = world.accounts.iter().position(|account| account.config.app_id == appid);
    let at = at.ok_or(40013)?;
    let known = world.accounts.get(at).is_some_and(|account| account.config.app_secret == secret);
    if known { Ok(at) } else { Err(40125) }
}

impl Simulator {
    /// Another program with the same AppSecret forces a new token of every account: the tokens
    /// handed out so far are invalid at once (40001).
    pub fn foreign_refresh(&self) {
        let now = self.wire_now();
        for account in &mut self.world().accounts {
            let tokens = &mut account.tokens;
            let stable = tokens.issued.iter_mut().filter(|token| token.kind == Kind::Stable);
            stable.for_each(|token| token.revoked = true);
            tokens.issue(Kind::Stable, now, &self.0.entropy);
        }
    }

    /// The account an access token belongs to.
    ///
    /// # Errors
    /// 41001 without a token, 40001 for an unknown or revoked one, 42001 for an expired one.
    pub(super) fn account_of_token(&self, token: Option<&String>) -> Result<usize, i64> {
        let token = token.filter(|token| !token.is_empty()).ok_or(41001)?;
        let now = self.wire_now();
        let world = self.world();
        let verdicts = world.accounts.iter().map(|account| account.tokens.check(token, now));
        for (at, verdict) in verdicts.enumerate() {
            if let Some(verdict) = verdict {
                return verdict.map(|()| at);
            }
        }
        Err(40001)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment(1_700_000_000_000);

    fn later(seconds: u64) -> Moment {
        START.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn the_stable_token_stays_until_its_last_five_minutes_and_then_both_work() {
        let (mut tokens, entropy) = (Tokens::default(), Entropy::seeded(1));
        let (first, _) = tokens.stable(START, &entropy);
        assert_eq!(tokens.stable(later(6900), &entropy), (first.clone(), 300));
        let (second, life) = tokens.stable(later(6901), &entropy);
        assert!(second != first && life == 7200);
        assert_eq!(tokens.check(&first, later(6901)), Some(Ok(())));
        assert_eq!(tokens.check(&first, later(6901 + 300)), Some(Err(42001)));
        assert_eq!(tokens.check(&second, later(6901 + 300)), Some(Ok(())));
    }

    #[test]
    fn a_plain_token_dies_five_minutes_after_the_next_one_and_leaves_the_stable_one_alone() {
        let (mut tokens, entropy) = (Tokens::default(), Entropy::seeded(1));
        let (stable, _) = tokens.stable(START, &entropy);
        let (first, _) = tokens.issue(Kind::Plain, START, &entropy);
        tokens.issue(Kind::Plain, later(60), &entropy);
        assert_eq!(tokens.check(&first, later(359)), Some(Ok(())));
        assert_eq!(tokens.check(&first, later(360)), Some(Err(42001)));
        assert_eq!(tokens.check(&stable, later(360)), Some(Ok(())));
    }

    #[test]
    fn a_forced_refresh_kills_at_once_and_not_twice_within_thirty_seconds() {
        let (mut tokens, entropy) = (Tokens::default(), Entropy::seeded(1));
        let (first, _) = tokens.stable(START, &entropy);
        let (second, _) = tokens.forced(later(1), &entropy).unwrap();
        assert_eq!(tokens.check(&first, later(1)), Some(Err(40001)));
        let (third, _) = tokens.forced(later(30), &entropy).unwrap();
        assert_eq!(second, third);
        let (fourth, _) = tokens.forced(later(31), &entropy).unwrap();
        assert!(fourth != second);
    }
}
