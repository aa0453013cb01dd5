//! Signing in by a phone: the code on the screen, and the way in once the phone has said yes.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect};

use super::codes::draw;
use super::login::{destination, place, scannable, too_many};
use crate::console::auth::{self, ClientAddress};
use crate::console::citizen::entering::recognizer;
use crate::console::error::{Answer, html, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::href;
use crate::staff::actions::codes::{self, Asking, Shown};
use crate::staff::actions::wechat::{self, Entry};
use crate::staff::views::wechat::{Screen, WechatLoginPage};
use crate::staff::{Purpose, ScreenCode};

const HERE: &str = "/console/login/wechat";
const NO_WECHAT: &str = "没有连上微信，现在不能扫码。请用密码登录，或者过一会儿再试。";

/// The page, or with `part=step` what changes in it.
pub async fn show(State(web): State<Web>, Asked(asked): Asked, headers: HeaderMap) -> Answer {
    if auth::recognize(&web, &headers).await?.is_some() {
        return Ok(Redirect::to("/console").into_response());
    }
    let shown = read(&web, &headers, &asked).await?;
    if asked.text("part") == "step" { html(shown.as_step().render()) } else { page(&shown) }
}

async fn read(web: &Web, headers: &HeaderMap, asked: &Fields) -> Result<WechatLoginPage> {
    let next = auth::local(asked.text("next"));
    let code = shown(web, headers, Purpose::SignIn).await?;
    let account = code.as_ref().map_or("", |code| code.account_id.as_str());
    Ok(WechatLoginPage {
        shell: frame::doorstep(web, "用微信扫码登录", asked),
        next: next.to_owned(),
        error: None,
        wechats: scannable(web, account),
        screen: code.map(|code| screen(web, &code)),
        step_src: href(HERE, &[("part", "step"), ("next", next)]),
    })
}

/// The code that this browser shows, if it is for this.
pub(super) async fn shown(
    web: &Web,
    headers: &HeaderMap,
    purpose: Purpose,
) -> Result<Option<ScreenCode>> {
    let Some(secret) = auth::screen(headers) else { return Ok(None) };
    let code = codes::shown(&web.deps, &secret).await?;
    Ok(code.filter(|code| code.purpose == purpose))
}

pub(super) fn screen(web: &Web, code: &ScreenCode) -> Screen {
    let clock = |at: Moment| at.in_shanghai().strftime("%H:%M:%S").to_string();
    let demo = web.installation.demo;
    Screen {
        stage: code.stage,
        // Another code has another address, so that a browser may keep the picture.
        picture: format!("{HERE}/picture?at={}", code.created_at.0),
        until: clock(code.ends_at),
        scanned: code.scanned_at.map(clock).unwrap_or_default(),
        phone_href: if demo { code.url.clone() } else { String::new() },
    }
}

/// The picture of the code that this browser shows.
pub async fn picture(State(web): State<Web>, headers: HeaderMap) -> Answer {
    let secret = auth::screen(&headers).ok_or_else(Error::not_found)?;
    let code = codes::shown(&web.deps, &secret).await?.ok_or_else(Error::not_found)?;
    Ok(([(header::CACHE_CONTROL, "private, max-age=300")], draw(&code.url)?).into_response())
}

/// Shows a new code to this browser.
pub async fn begin(
    State(web): State<Web>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(fields): Form,
) -> Answer {
    if auth::recognize(&web, &headers).await?.is_some() {
        return Ok(Redirect::to("/console").into_response());
    }
    let Some((account, client)) = recognizer(&web, fields.text("account")) else {
        return refuse(&web, &headers, &fields, StatusCode::NOT_FOUND, NO_WECHAT.into()).await;
    };
    let browser = auth::browser(&headers);
    let asking = Asking { account, binds: None, browser, address: &address };
    match codes::show(&web.deps, client, &asking).await? {
        Shown::Code(secret) => {
            let cookie = [(header::SET_COOKIE, auth::set_screen(&secret))];
            let here = href(HERE, &[("next", auth::local(fields.text("next")))]);
            Ok((cookie, Redirect::to(&here)).into_response())
        }
        Shown::Wait(until) => {
            let why = too_many(&web, until);
            refuse(&web, &headers, &fields, StatusCode::TOO_MANY_REQUESTS, why).await
        }
        Shown::Unreachable => {
            refuse(&web, &headers, &fields, StatusCode::CONFLICT, NO_WECHAT.into()).await
        }
    }
}

/// Lets this browser in, if the phone has said yes.
pub async fn enter(
    State(web): State<Web>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(fields): Form,
) -> Answer {
    let again = [("done", "unconfirmed"), ("next", auth::local(fields.text("next")))];
    let not_yet = Redirect::to(&href(HERE, &again));
    let Some(secret) = auth::screen(&headers) else { return Ok(not_yet.into_response()) };
    let place = place(&web, &address, &headers);
    match wechat::enter(&web.deps, &secret, &place).await? {
        Entry::Welcome(secret, member) => {
            let cookies = AppendHeaders([
                (header::SET_COOKIE, auth::set_cookie(&secret, place.lasting)),
                (header::SET_COOKIE, auth::clear_screen()),
            ]);
            Ok((cookies, Redirect::to(&destination(&fields, &member))).into_response())
        }
        Entry::NotYet => Ok(not_yet.into_response()),
        Entry::Refused => {
            let why = "账号已停用，或者微信已经解除绑定。请用密码登录，或联系管理员。";
            refuse(&web, &headers, &fields, StatusCode::UNAUTHORIZED, why.into()).await
        }
        Entry::Wait(until) => {
            let why = too_many(&web, until);
            refuse(&web, &headers, &fields, StatusCode::TOO_MANY_REQUESTS, why).await
        }
    }
}

async fn refuse(
    web: &Web,
    headers: &HeaderMap,
    fields: &Fields,
    status: StatusCode,
    why: String,
) -> Answer {
    let mut shown = read(web, headers, fields).await?;
    shown.error = Some(why);
    Ok((status, page(&shown)?).into_response())
}
