//! `/c/enter` and `/c/entered`: to WeChat and back, so that a citizen is recognized.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;

use super::Reader;
use crate::console::error::Answer;
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::config::AccountKind;
use crate::platform::http::shell::{CitizenShell, href};
use crate::platform::secrets::Secret;
use crate::visits::actions::{self, Entered};
use crate::visits::rules::{self, Errand};
use crate::visits::store::Visitor;
use crate::visits::views::UnrecognizedPage;
use crate::wechat::client::Client;
use crate::wechat::oauth::{Scope, authorize_url};

/// Cookie of a citizen who has been recognized; the prefix makes browsers insist on `Secure`.
const SESSION: &str = "__Host-pufa-citizen";
/// Cookie that binds a state to the browser it was made for.
const BROWSER: &str = "__Host-pufa-browser";
/// How WeChat's browser names itself.
const WECHAT: &str = "MicroMessenger";
/// Seconds the browser's cookie lasts; longer than any state.
const BROWSER_SECONDS: u64 = 1800;

/// Sends the browser to WeChat.
pub async fn begin(State(web): State<Web>, headers: HeaderMap, reader: Reader) -> Answer {
    let Some((account, client)) = recognizer(&web, reader.asked.text("account")) else {
        return unrecognized(&web, &reader, StatusCode::NOT_FOUND, &NO_ACCOUNT, "");
    };
    let next = rules::next_page(reader.asked.text("next"));
    let browser = cookie(&headers, BROWSER).unwrap_or_else(|| Secret::fresh(&web.deps.entropy));
    let errand = Errand { account, next, browser: browser.reveal() };
    let (key, nonce) = (&web.installation.link_key, web.deps.entropy.bytes::<16>());
    let state = rules::state(key, &errand, nonce, web.deps.clock.now());
    let back = web.links.site(&href("/c/entered", &[("account", account), ("next", next)]));
    let base = &web.config.wechat.authorize_base_url;
    let away = authorize_url(base, client.app_id(), &back, Scope::Base, &state);
    let mut response = Redirect::to(&away).into_response();
    give_cookie(&mut response, BROWSER, &browser, BROWSER_SECONDS);
    Ok(response)
}

/// Takes the browser back, and leads it at once to an address without the code.
pub async fn finish(State(web): State<Web>, headers: HeaderMap, reader: Reader) -> Answer {
    let asked = &reader.asked;
    let next = rules::next_page(asked.text("next"));
    let again = begin_at(asked.text("account"), next);
    let Some((account, client)) = recognizer(&web, asked.text("account")) else {
        return unrecognized(&web, &reader, StatusCode::NOT_FOUND, &NO_ACCOUNT, "");
    };
    let browser = cookie(&headers, BROWSER).unwrap_or_default();
    let errand = Errand { account, next, browser: browser.reveal() };
    let (state, code) = (asked.text("state"), asked.text("code"));
    let ours = rules::holds(&web.installation.link_key, &errand, state, web.deps.clock.now());
    if !ours || code.is_empty() || browser.reveal().is_empty() {
        return unrecognized(&web, &reader, StatusCode::BAD_REQUEST, &STALE, &again);
    }
    let lasting = Duration::from_secs(web.config.citizen.session_hours * 3600);
    let secret = match actions::enter(&web.deps, client, account, state, code, lasting).await? {
        Entered::Welcome(secret) => secret,
        Entered::Virtual => {
            return unrecognized(&web, &reader, StatusCode::FORBIDDEN, &VIRTUAL, &again);
        }
        Entered::Asking => return unrecognized(&web, &reader, StatusCode::CONFLICT, &ASKING, next),
        Entered::Stale => {
            return unrecognized(&web, &reader, StatusCode::BAD_REQUEST, &STALE, &again);
        }
        Entered::Unreachable => {
            return unrecognized(&web, &reader, StatusCode::BAD_GATEWAY, &UNREACHABLE, &again);
        }
        Entered::Misconfigured => {
            return unrecognized(&web, &reader, StatusCode::BAD_GATEWAY, &REFUSED, "");
        }
    };
    let mut response = Redirect::to(next).into_response();
    give_cookie(&mut response, SESSION, &secret, lasting.as_secs());
    Ok(response)
}

/// Where recognizing begins, when it is possible for this browser: inside WeChat, or in a demo.
pub(super) fn way_in(web: &Web, headers: &HeaderMap, next: &str) -> Option<WayIn> {
    recognizer(web, "")?;
    let inside = is_inside(headers);
    (inside || web.installation.demo).then(|| WayIn { href: begin_at("", next), inside })
}

/// Whether this is WeChat's own browser.
pub(super) fn is_inside(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.is_some_and(|agent| agent.contains(WECHAT))
}

/// The page for whoever holds a link to somebody else's inquiry.
pub(super) fn foreign(web: &Web, reader: &Reader) -> Answer {
    unrecognized(web, reader, StatusCode::FORBIDDEN, &FOREIGN, "")
}

/// The way to being recognized.
pub(super) struct WayIn {
    /// Where it begins.
    pub(super) href: String,
    /// Whether this is WeChat's own browser, where it happens without a word.
    pub(super) inside: bool,
}

/// Who is looking, if WeChat has said so.
pub(super) async fn visitor(
    web: &Web,
    headers: &HeaderMap,
) -> crate::platform::error::Result<Option<Visitor>> {
    match cookie(headers, SESSION) {
        Some(secret) => actions::recognize(&web.deps, &secret).await,
        None => Ok(None),
    }
}

pub(super) fn begin_at(account: &str, next: &str) -> String {
    href("/c/enter", &[("account", account), ("next", next)])
}

/// The account that can recognize people (a 服务号): the one named, or the first.
pub(in crate::console) fn recognizer<'w>(
    web: &'w Web,
    wanted: &str,
) -> Option<(&'w str, &'w Client)> {
    let mut accounts = web.config.wechat.accounts.iter();
    let (id, _) = accounts.find(|(id, account)| {
        account.kind == AccountKind::Service && (wanted.is_empty() || *id == wanted)
    })?;
    Some((id, web.clients.get(id)?))
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let jar = CookieJar::from_headers(headers);
    let value = jar.get(name).map(|cookie| cookie.value().to_owned())?;
    (value.len() == 43).then(|| Secret::from(value))
}

fn give_cookie(response: &mut Response, name: &str, secret: &Secret, seconds: u64) {
    let value = secret.reveal();
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax");
    if let Ok(cookie) = cookie.parse() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// What happened, why, and what to do.
struct Words(&'static str, &'static str, &'static str);

const NO_ACCOUNT: Words = Words(
    "这里不能确认您是谁",
    "这个公众号没有开通网页授权，网页认不出打开它的人。",
    "打开公众号，点菜单“我的咨询”，会把每件咨询的链接发给您。",
);
const STALE: Words = Words(
    "这次确认已经失效",
    "确认只能用一次，几分钟内有效，而且要在同一个手机上完成。转发来的链接、刷新旧页面都会这样。",
    "点“再试一次”，一般不需要再操作。如果还是这样，请确认微信没有禁止网页保存登录状态。",
);
const VIRTUAL: Words = Words(
    "请先打开完整网页",
    "微信现在给您看的是网页快照。快照里没有您的真实身份，所以不能显示您的咨询。",
    "点快照页面下方的“使用完整服务”，再打开一次。也可以在公众号里回复“我的咨询”。",
);
const FOREIGN: Words = Words(
    "这一页只有提问的人能打开",
    "这个链接通向别人的咨询。为了保护个人信息，转发以后就看不到内容了。",
    "您自己有问题，请在公众号里直接打字或发语音，也可以打开“我要提问”。免费。",
);
const ASKING: Words =
    Words("正在确认", "微信正在确认您的身份，通常只要一两秒。", "稍等几秒，然后点“再试一次”。");
const UNREACHABLE: Words = Words(
    "暂时连不上微信",
    "向微信确认身份时没有得到回答，不是您的操作问题。",
    "过一会儿再试，或者在公众号里回复“我的咨询”。",
);
const REFUSED: Words = Words(
    "微信没有答应确认",
    "公众号的网页授权设置有问题，已经记录，等管理员处理。",
    "先在公众号里回复“我的咨询”，会把每件咨询的链接发给您。",
);

fn unrecognized(
    web: &Web,
    reader: &Reader,
    status: StatusCode,
    words: &Words,
    again: &str,
) -> Answer {
    let shell = frame::street(web, words.0, reader.large, "", &reader.asked);
    let page = UnrecognizedPage {
        // The address carries a code: the size of text is not switched here.
        shell: CitizenShell { large_href: String::new(), ..shell },
        what: words.0.to_owned(),
        why: words.1.to_owned(),
        todo: words.2.to_owned(),
        again: again.to_owned(),
    };
    Ok((status, reader.give(&page)?).into_response())
}
