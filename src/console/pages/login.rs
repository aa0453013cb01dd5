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
use crate::platform::http::when::When;
use crate::platform::secrets::Secret;
use crate::staff::actions::session::{self, LogIn};
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
        demo_accounts: web.demo_accounts.to_vec(),
        ..LoginPage::default()
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
    let lasting = Duration::from_secs(web.config.console.session_hours * 3600);
    let browser = auth::browser(&headers);
    let tried =
        session::log_in(&web.deps, fields.text("username"), password, &address, browser, lasting);
    match tried.await? {
        LogIn::Welcome(secret, member) => {
            let next = match auth::local(fields.text("next")) {
                "" | "/console" => frame::home(member.role),
                next => next,
            };
            let cookie = [(header::SET_COOKIE, auth::set_cookie(&secret, lasting))];
            Ok((cookie, Redirect::to(next)).into_response())
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
    let now = web.deps.clock.now();
    let at = When::new(until, now).absolute;
    form.error = Some(format!("尝试的次数太多，{at} 以后可以再试。"));
    form.wait_seconds = until.since(now).as_secs().max(1);
    form
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
