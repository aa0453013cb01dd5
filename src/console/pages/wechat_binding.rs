//! Binding a WeChat to the own account, and taking it away.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};

use super::account;
use super::login::too_many;
use super::wechat_login::{screen, shown};
use crate::console::auth::{self, ClientAddress, SignedIn};
use crate::console::citizen::entering::recognizer;
use crate::console::error::{Answer, html, page, status_of};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::secrets::Secret;
use crate::staff::Purpose;
use crate::staff::actions::codes::{Asking, Shown};
use crate::staff::actions::wechat;
use crate::staff::views::wechat::WechatBindingPage;

const HERE: &str = "/console/account/wechat";

/// The page, or with `part=step` what changes in it.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Asked(asked): Asked,
    headers: HeaderMap,
) -> Answer {
    let shown = read(&web, &signed, &headers, &asked).await?;
    if asked.text("part") == "step" { html(shown.as_step().render()) } else { page(&shown) }
}

async fn read(
    web: &Web,
    signed: &SignedIn,
    headers: &HeaderMap,
    asked: &Fields,
) -> Result<WechatBindingPage> {
    let code = shown(web, headers, Purpose::Bind).await?;
    let code = code.filter(|code| code.staff_id == Some(signed.member.id));
    Ok(WechatBindingPage {
        shell: frame::desk(web, signed, "绑定微信", "/console/account", asked).await?,
        error: None,
        screen: code.map(|code| screen(web, &code)),
    })
}

/// Shows a code to scan with the WeChat that is to be bound.
pub async fn begin(
    State(web): State<Web>,
    ClientAddress(address): ClientAddress,
    signed: SignedIn,
    headers: HeaderMap,
    Form(fields): Form,
) -> Answer {
    let asked = match recognizer(&web, fields.text("account")) {
        None => Err(Error::invalid("没有可以扫码的公众号。请先让系统管理员配置服务号。")),
        Some((account, client)) => {
            let member = &signed.member;
            let browser = auth::browser(&headers);
            let asking = Asking { account, binds: Some(member.id), browser, address: &address };
            let password = Secret::from(fields.text("password").to_owned());
            wechat::ask_to_bind(&web.deps, client, member, password, &asking).await
        }
    };
    let why = match asked {
        Ok(Shown::Code(secret)) => {
            let cookie = [(header::SET_COOKIE, auth::set_screen(&secret))];
            return Ok((cookie, Redirect::to(HERE)).into_response());
        }
        Ok(Shown::Wait(until)) => too_many(&web, until),
        Ok(Shown::Unreachable) => "没有连上微信，现在不能绑定。请过一会儿再试。".to_owned(),
        Err(error) if error.kind() == Kind::Invalid => error.public().to_owned(),
        Err(error) => return Err(error.into()),
    };
    let mut shown = account::read(&web, &signed, &fields).await?;
    shown.password.error = Some(why);
    Ok((StatusCode::BAD_REQUEST, page(&shown)?).into_response())
}

/// Binds the WeChat that has scanned the code.
pub async fn confirm(
    State(web): State<Web>,
    signed: SignedIn,
    headers: HeaderMap,
    Form(fields): Form,
) -> Answer {
    let secret = auth::screen(&headers).unwrap_or_default();
    match wechat::bind(&web.deps, &signed.member, &secret, fields.text("number")).await {
        Ok(()) => Ok(leave("/console/account?done=bound")),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut shown = read(&web, &signed, &headers, &Fields::default()).await?;
            shown.error = Some(error.public().to_owned());
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes the code off the screen.
pub async fn cancel(State(web): State<Web>, signed: SignedIn, headers: HeaderMap) -> Answer {
    let secret = auth::screen(&headers).unwrap_or_default();
    wechat::give_up(&web.deps, &signed.member, &secret).await?;
    Ok(leave("/console/account?done=voided"))
}

/// Takes a bound WeChat away.
pub async fn unbind(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    wechat::unbind(&web.deps, &signed.member, fields.text("account")).await?;
    Ok(Redirect::to("/console/account?done=unbound").into_response())
}

fn leave(to: &str) -> axum::response::Response {
    ([(header::SET_COOKIE, auth::clear_screen())], Redirect::to(to)).into_response()
}
