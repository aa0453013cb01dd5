//! What web pages need: web authorization and the JS-SDK ticket (wechat-protocol.md §11).
//!
//! The real authorize page knows whose phone it is on. This one asks, unless the phone page has
//! left word in the cookie [`PHONE`] or the address names somebody in `sim_openid`;
//! `sim_snapshot=1` plays a snapshot page with an invented person.

use std::collections::HashMap;
use std::fmt::Write;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, get, no_gist, random_name};
use crate::platform::clock::Moment;
use crate::platform::http::shell::href;
use crate::simulator::Simulator;

/// Where browsers are sent to be recognized.
pub(super) const AUTHORIZE: &str = "/connect/oauth2/authorize";
/// Cookie with the openid of the citizen whose phone last opened a page.
pub(in crate::simulator) const PHONE: &str = "sim-citizen";
/// A code lives five minutes.
const CODE_LIFE: Duration = Duration::from_secs(300);
/// A person's token, and the ticket of pages.
const TOKEN_LIFE: Duration = Duration::from_secs(7200);
/// A refresh token lives thirty days.
const REFRESH_LIFE: Duration = Duration::from_secs(30 * 86_400);
/// A new ticket is handed out in the last minutes of the old one.
const TICKET_OVERLAP: Duration = Duration::from_secs(300);
/// Parameters in the order the real page wants.
const ORDER: [&str; 5] = ["appid", "redirect_uri", "response_type", "scope", "state"];

/// Who agreed to what.
#[derive(Clone)]
struct Grant {
    account: usize,
    openid: String,
    is_virtual: bool,
    scope: String,
    until: Moment,
    used: bool,
}

/// Codes, tokens and refresh tokens that were handed out.
#[derive(Default)]
pub(in crate::simulator) struct Grants {
    codes: HashMap<String, Grant>,
    tokens: HashMap<String, Grant>,
    refreshers: HashMap<String, Grant>,
}

/// The ticket that signs pages.
pub(in crate::simulator) struct Ticket {
    value: String,
    expires: Moment,
}

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    let open = |path, kind, run| Route {
        path,
        method: Method::GET,
        kind,
        token: false,
        run,
        gist: no_gist,
    };
    vec![
        open("/sns/oauth2/access_token", "web_token", exchange),
        open("/sns/oauth2/refresh_token", "web_token", refresh),
        open("/sns/userinfo", "web_profile", profile),
        open("/sns/auth", "web_check", check),
        get("/cgi-bin/ticket/getticket", "js_ticket", ticket),
    ]
}

/// The page. Whatever is wrong with the address is told as WeChat tells it, without going back.
pub(super) async fn authorize(
    State(simulator): State<Simulator>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Response {
    let raw = raw.unwrap_or_default();
    let asked = match simulator.read_address(&raw) {
        Ok(asked) => asked,
        Err(why) => return (StatusCode::BAD_REQUEST, Html(page(why, ""))).into_response(),
    };
    let snapshot = named(&asked.query, "sim_snapshot") == "1";
    let chosen = match named(&asked.query, "sim_openid") {
        "" => phone_of(&headers),
        openid => Some(openid.to_owned()),
    };
    let known = chosen.filter(|openid| simulator.belongs(asked.account, openid));
    match (known, snapshot) {
        (None, false) => Html(simulator.chooser(&raw, asked.account)).into_response(),
        (known, _) => simulator.send_back(&asked, known, snapshot),
    }
}

/// An address that is in order.
struct Asked {
    account: usize,
    redirect: String,
    scope: String,
    state: String,
    query: Vec<(String, String)>,
}

impl Simulator {
    fn read_address(&self, raw: &str) -> Result<Asked, &'static str> {
        let uri: Uri = format!("/?{raw}").parse().map_err(|_| "地址无法识别")?;
        let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri);
        let query = query.map(|query| query.0).map_err(|_| "地址无法识别")?;
        let order: Vec<_> = query.iter().map(|(name, _)| name.as_str()).take(5).collect();
        if order != ORDER {
            return Err("该链接无法访问（参数缺失或顺序不对）");
        }
        let (redirect, state) = (named(&query, "redirect_uri"), named(&query, "state"));
        let world = self.world();
        let app_id = named(&query, "appid");
        let account = world.accounts.iter().position(|account| account.config.app_id == app_id);
        let account = account.ok_or("appid 参数错误（10003）")?;
        let own = world.accounts.get(account).and_then(|a| host_of(&a.config.push_url));
        if host_of(redirect).is_none() || host_of(redirect) != own {
            return Err("redirect_uri 域名与后台配置不一致（10003）");
        }
        let scope = named(&query, "scope");
        if !matches!(scope, "snsapi_base" | "snsapi_userinfo") {
            return Err("scope 参数错误（10005）");
        }
        if named(&query, "response_type") != "code" {
            return Err("response_type 参数错误");
        }
        if state.len() > 128 || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err("state 参数错误");
        }
        let (redirect, scope, state) = (redirect.to_owned(), scope.to_owned(), state.to_owned());
        Ok(Asked { account, redirect, scope, state, query })
    }

    fn belongs(&self, account: usize, openid: &str) -> bool {
        self.world().citizen_of(account, openid).is_some()
    }

    /// Back to the page with a new code.
    fn send_back(&self, asked: &Asked, openid: Option<String>, snapshot: bool) -> Response {
        let entropy = &self.0.entropy;
        let invented = || format!("oVIRTUAL{}", random_name(entropy, 20));
        let openid = if snapshot { invented() } else { openid.unwrap_or_else(invented) };
        let code = random_name(entropy, 32);
        let grant = Grant {
            account: asked.account,
            openid,
            is_virtual: snapshot,
            scope: asked.scope.clone(),
            until: self.wire_now().plus(CODE_LIFE),
            used: false,
        };
        self.world().grants.codes.insert(code.clone(), grant);
        let more = href("", &[("code", &code), ("state", &asked.state)]);
        let more = more.trim_start_matches('?');
        let mark = if asked.redirect.contains('?') { '&' } else { '?' };
        Redirect::to(&format!("{}{mark}{more}", asked.redirect)).into_response()
    }

    /// The page that asks whose phone it is.
    fn chooser(&self, raw: &str, account: usize) -> String {
        let world = self.world();
        let mut links = String::new();
        let people = world.citizens().iter().filter(|citizen| citizen.account == account);
        for citizen in people.take(50) {
            let more = href("", &[("sim_openid", &citizen.openid)]);
            let more = more.trim_start_matches('?');
            let _ = write!(
                links,
                "<li><a href=\"{AUTHORIZE}?{}&amp;{more}\">{}</a></li>",
                escape(raw),
                escape(&citizen.nickname),
            );
        }
        let snapshot = format!(
            "<li><a href=\"{AUTHORIZE}?{}&amp;sim_snapshot=1\">网页快照（虚拟用户）</a></li>",
            escape(raw)
        );
        page("在谁的手机上打开？", &format!("<ul>{links}{snapshot}</ul>"))
    }
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>模拟微信</title><h1>{title}</h1>{body}</html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn named<'q>(query: &'q [(String, String)], name: &str) -> &'q str {
    query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
}

fn host_of(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    url.host().map(str::to_owned)
}

fn phone_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let named = |pair: &str| pair.trim().strip_prefix(PHONE)?.strip_prefix('=').map(str::to_owned);
    cookies.split(';').find_map(named)
}

fn exchange(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let named = |name: &str| call.query.get(name).map_or("", String::as_str);
    if named("grant_type") != "authorization_code" {
        return Err(40002.into());
    }
    let now = simulator.wire_now();
    let mut world = simulator.world();
    let account = world.accounts.iter().position(|a| a.config.app_id == named("appid"));
    let account = account.ok_or(40013)?;
    if world.accounts.get(account).is_none_or(|a| a.config.app_secret != named("secret")) {
        return Err(40125.into());
    }
    if named("code").is_empty() {
        return Err(41008.into());
    }
    let grant = world.grants.codes.get_mut(named("code")).filter(|g| g.account == account);
    let grant = grant.ok_or(40029)?;
    if std::mem::replace(&mut grant.used, true) {
        return Err(40163.into());
    }
    if now >= grant.until {
        return Err(42003.into());
    }
    let grant = grant.clone();
    Ok(hand_out(simulator, &mut world.grants, grant, now).into())
}

fn refresh(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let named = |name: &str| call.query.get(name).map_or("", String::as_str);
    if named("grant_type") != "refresh_token" {
        return Err(40002.into());
    }
    let now = simulator.wire_now();
    let mut world = simulator.world();
    let account = world.accounts.iter().position(|a| a.config.app_id == named("appid"));
    let account = account.ok_or(40013)?;
    let grant = world.grants.refreshers.get(named("refresh_token"));
    let grant = grant.filter(|g| g.account == account).cloned().ok_or(40030)?;
    if now >= grant.until {
        return Err(42002.into());
    }
    Ok(hand_out(simulator, &mut world.grants, grant, now).into())
}

/// A token and a refresh token for a person.
fn hand_out(simulator: &Simulator, grants: &mut Grants, grant: Grant, now: Moment) -> Value {
    let (token, refresher) =
        (random_name(&simulator.0.entropy, 110), random_name(&simulator.0.entropy, 110));
    let mut answer = json!({
        "access_token": token,
        "expires_in": TOKEN_LIFE.as_secs(),
        "refresh_token": refresher,
        "openid": grant.openid,
        "scope": grant.scope,
    });
    if grant.is_virtual {
        answer["is_snapshotuser"] = json!(1);
    }
    grants.tokens.insert(token, Grant { until: now.plus(TOKEN_LIFE), ..grant.clone() });
    grants.refreshers.insert(refresher, Grant { until: now.plus(REFRESH_LIFE), ..grant });
    answer
}

/// The grant behind a person's token.
fn granted(simulator: &Simulator, call: &Call) -> Result<Grant, i64> {
    let named = |name: &str| call.query.get(name).map_or("", String::as_str);
    let now = simulator.wire_now();
    let world = simulator.world();
    let grant = world.grants.tokens.get(named("access_token")).ok_or(40001)?;
    match (grant.openid == named("openid"), now < grant.until) {
        (false, _) => Err(40003),
        (true, false) => Err(42001),
        (true, true) => Ok(grant.clone()),
    }
}

fn profile(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let grant = granted(simulator, call)?;
    if grant.scope != "snsapi_userinfo" {
        return Err(48001.into());
    }
    let world = simulator.world();
    let nickname = world.citizen(&grant.openid).map_or("微信用户", |c| c.nickname.as_str());
    // Sex and region are empty for everybody, as they have been since 2021.
    Ok(json!({
        "openid": grant.openid,
        "nickname": nickname,
        "sex": 0,
        "province": "",
        "city": "",
        "country": "",
        "headimgurl": "",
        "privilege": [],
    })
    .into())
}

fn check(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    granted(simulator, call).map_err(|_| 40003)?;
    Ok(super::ok().into())
}

fn ticket(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    if !matches!(call.query.get("type").map_or("", String::as_str), "jsapi" | "wx_card") {
        return Err(40097.into());
    }
    let now = simulator.wire_now();
    let mut world = simulator.world();
    let held = &mut world.accounts.get_mut(call.account).ok_or(40001)?.ticket;
    let fresh = held.as_ref().is_some_and(|ticket| ticket.expires.since(now) >= TICKET_OVERLAP);
    if !fresh {
        let value = random_name(&simulator.0.entropy, 86);
        *held = Some(Ticket { value, expires: now.plus(TOKEN_LIFE) });
    }
    let Ticket { value, expires } = held.as_ref().ok_or(-1)?;
    let left = expires.since(now).as_secs();
    Ok(json!({"errcode": 0, "errmsg": "ok", "ticket": value, "expires_in": left}).into())
}
