//! Coming and going.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::{self, ClientAddress, SignedIn};
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::clock::Moment;
use crate::platform::config::AccountKind;
use crate::platform::http::shell::{Choice, href};
use crate::platform::secrets::Secret;
use crate::staff::StaffMember;
use crate::staff::actions::session::{self, LogIn, Place};
use crate::staff::views::login::LoginPage;

/// The form.
pub async fn show(State(web): State<Web>, Asked(asked): Asked, headers: HeaderMap) -> Answer {
    if auth::recognize(&web, &headers).await?.is_some() {
        return Ok(Redirect::to("/console").into_response());
    }
    page(&form(&web, &asked))
}

fn form(web: &Web, fields: &Fields) -> LoginPage {
    LoginPage {
        shell: frame::doorstep(web, "登录", fields),
        username: fields.text("username").chars().take(40).collect(),
        next: auth::local(fields.text("next")).to_owned(),
        wechats: scannable(web, ""),
        demo_accounts: web.demo_accounts.to_vec(),
        ..LoginPage::default()
    }
}

/// The official accounts whose codes staff can scan: id and name, which is empty when there is one.
pub(super) fn scannable(web: &Web, chosen: &str) -> Vec<Choice> {
    let accounts = &web.config.wechat.accounts;
    let able = accounts.iter().filter(|(_, account)| account.kind == AccountKind::Service);
    let ids: Vec<&String> = able.map(|(id, _)| id).collect();
    let name = |id: &str| if ids.len() > 1 { id.to_owned() } else { String::new() };
    ids.iter().map(|id| Choice::new(id.as_str(), name(id), id.as_str() == chosen)).collect()
}

/// Where one goes after coming in.
pub(super) fn destination(fields: &Fields, member: &StaffMember) -> String {
    match auth::local(fields.text("next")) {
        "" | "/console" => frame::home(member.role).to_owned(),
        next => next.to_owned(),
    }
}

/// Where somebody stands who wants in.
pub(super) fn place<'a>(web: &Web, address: &'a str, headers: &'a HeaderMap) -> Place<'a> {
    Place {
        address,
        browser: auth::browser(headers),
        lasting: Duration::from_secs(web.config.console.session_hours * 3600),
        demo: web.installation.demo,
    }
}

/// Takes a try to log in.
pub async fn enter(
    State(web): State<Web>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(fields): Form,
) -> Answer {
    let password = Secret::from(fields.text("password").to_owned());
    let place = place(&web, &address, &headers);
    let tried = session::log_in(&web.deps, fields.text("username"), password, &place);
    match tried.await? {
        LogIn::Welcome(secret, member) => {
            let cookie = [(header::SET_COOKIE, auth::set_cookie(&secret, place.lasting))];
            Ok((cookie, Redirect::to(&destination(&fields, &member))).into_response())
        }
        LogIn::HalfWay(secret) => {
            let cookie = [(header::SET_COOKIE, auth::set_half(&secret))];
            let onward = href("/console/login/code", &[("next", auth::local(fields.text("next")))]);
            Ok((cookie, Redirect::to(&onward)).into_response())
        }
        LogIn::Refused => {
            let mut form = form(&web, &fields);
            form.error = Some("用户名或密码不对，或者账号已停用。请检查后再试。".into());
            Ok((StatusCode::UNAUTHORIZED, page(&form)?).into_response())
        }
        LogIn::Wait(until) => {
            let form = waiting(&web, form(&web, &fields), until);
            let seconds = [(header::RETRY_AFTER, form.wait_seconds.to_string())];
            Ok((StatusCode::TOO_MANY_REQUESTS, seconds, page(&form)?).into_response())
        }
    }
}

fn waiting(web: &Web, mut form: LoginPage, until: Moment) -> LoginPage {
    form.error = Some(too_many(web, until));
    form.wait_seconds = until.since(web.deps.clock.now()).as_secs().max(1);
    form
}

/// What somebody reads who tried too often.
pub(super) fn too_many(web: &Web, until: Moment) -> String {
    format!("尝试的次数太多，{} 以后可以再试。", frame::when(web, until).absolute)
}

/// Ends the session.
pub async fn leave(State(web): State<Web>, signed: SignedIn) -> Answer {
    session::log_out(&web.deps, &signed.member, signed.session).await?;
    let cookie = [(header::SET_COOKIE, auth::clear_cookie())];
    Ok((cookie, Redirect::to("/console/login?done=out")).into_response())
}

/// The first page of one's role.
pub async fn home(signed: SignedIn) -> Redirect {
    Redirect::to(frame::home(signed.member.role))
}
