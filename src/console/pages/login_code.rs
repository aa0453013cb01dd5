//! The second step of the log-in: the code of an app, or setting one up.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect};

use super::codes::draw;
use super::login::{destination, place, too_many};
use crate::console::auth::{self, ClientAddress};
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Result};
use crate::staff::StaffMember;
use crate::staff::actions::second::{self, Entry, HalfWay, Shown};
use crate::staff::second::Key;
use crate::staff::views::second::{KeyView, LoginCodePage, PaperCodesPage};

/// Where the picture of a key is, for a browser half-way and for somebody signed in.
const PICTURE: &str = "/console/login/code/picture";
const WRONG: &str =
    "不对，或者已经用过一次。请等应用换出新的数字再填；总是不对，请把手机时间设为自动。";
const WRONG_PAPER: &str = "这个备用码不对，或者已经用过。请换一个没有用过的。";

/// The form.
pub async fn show(State(web): State<Web>, Asked(asked): Asked, headers: HeaderMap) -> Answer {
    if auth::recognize(&web, &headers).await?.is_some() {
        return Ok(Redirect::to("/console").into_response());
    }
    page(&form(&web, &headers, &asked).await?)
}

async fn form(web: &Web, headers: &HeaderMap, fields: &Fields) -> Result<LoginCodePage> {
    let half = half_way(web, headers).await?;
    let title = if half.is_some() { "动态码" } else { "请重新登录" };
    Ok(LoginCodePage {
        shell: frame::doorstep(web, title, fields),
        next: auth::local(fields.text("next")).to_owned(),
        gone: half.is_none(),
        key: half.and_then(|half| half.key).map(|key| view(&key)),
        ..LoginCodePage::default()
    })
}

async fn half_way(web: &Web, headers: &HeaderMap) -> Result<Option<HalfWay>> {
    match auth::half(headers) {
        Some(secret) => second::half_way(&web.deps, &secret).await,
        None => Ok(None),
    }
}

/// A key as a page shows it.
pub(super) fn view(key: &Key) -> KeyView {
    KeyView { picture: PICTURE.to_owned(), spelled: key.spelled() }
}

/// The picture of the key that this browser is setting up.
pub async fn picture(State(web): State<Web>, headers: HeaderMap) -> Answer {
    let (member, key) = match auth::recognize(&web, &headers).await? {
        Some(signed) => {
            let key = second::standing(&web.deps, &signed.member).await?.key;
            (signed.member, key)
        }
        None => {
            let half = half_way(&web, &headers).await?.ok_or_else(Error::not_found)?;
            (half.member, half.key)
        }
    };
    let key = key.ok_or_else(Error::not_found)?;
    draw(&key.address(&web.config.alliance.name, &member.username)?)
}

/// Takes a code.
pub async fn enter(
    State(web): State<Web>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Form(fields): Form,
) -> Answer {
    let place = place(&web, &address, &headers);
    let paper = fields.text("paper").trim();
    let shown = match paper.is_empty() {
        true => Shown::Digits(fields.text("code")),
        false => Shown::Paper(paper),
    };
    let secret = auth::half(&headers).unwrap_or_default();
    let (status, blame) = match second::enter(&web.deps, &secret, shown, &place).await? {
        Entry::Welcome(secret, member, codes) => {
            let cookies = AppendHeaders([
                (header::SET_COOKIE, auth::set_cookie(&secret, place.lasting)),
                (header::SET_COOKIE, auth::clear_half()),
            ]);
            return Ok((cookies, welcome(&web, &fields, &member, codes)?).into_response());
        }
        Entry::Gone => (StatusCode::UNAUTHORIZED, None),
        Entry::Refused => (StatusCode::UNAUTHORIZED, Some((WRONG.to_owned(), 0))),
        Entry::Wait(until) => {
            let seconds = until.since(web.deps.clock.now()).as_secs().max(1);
            (StatusCode::TOO_MANY_REQUESTS, Some((too_many(&web, until), seconds)))
        }
    };
    let mut form = form(&web, &headers, &fields).await?;
    let Some((why, seconds)) = blame else { return Ok((status, page(&form)?).into_response()) };
    form.wait_seconds = seconds;
    if seconds == 0 && matches!(shown, Shown::Paper(_)) {
        form.paper.error = Some(WRONG_PAPER.to_owned());
    } else {
        form.code.error = Some(why);
    }
    let wait = (seconds > 0).then(|| [(header::RETRY_AFTER, seconds.to_string())]);
    Ok((status, wait.map(AppendHeaders), page(&form)?).into_response())
}

/// Onward; after setting up by way of the codes on paper.
fn welcome(web: &Web, fields: &Fields, member: &StaffMember, codes: Vec<String>) -> Answer {
    let onward = destination(fields, member);
    if codes.is_empty() {
        return Ok(Redirect::to(&onward).into_response());
    }
    let shell = frame::doorstep(web, "备用码", &Fields::default());
    page(&PaperCodesPage {
        shell, codes, onward: (onward, "已抄好，进入工作台".to_owned())
    })
}
