//! The own second factor: set up, moved to another phone, turned off.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use super::login_code::view;
use crate::console::auth::{ClientAddress, SignedIn};
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::secrets::Secret;
use crate::staff::actions::second;
use crate::staff::policy::needs_second_factor;
use crate::staff::views::second::{PaperCodesPage, SecondFactorPage};

const HERE: &str = "/console/account/code";

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&read(&web, &signed, &asked).await?)
}

async fn read(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<SecondFactorPage> {
    let standing = second::standing(&web.deps, &signed.member).await?;
    Ok(SecondFactorPage {
        shell: frame::desk(web, signed, "动态码", "/console/account", asked).await?,
        username: signed.member.username.clone(),
        since: standing.since.map(|at| frame::when(web, at)),
        left: standing.left,
        compulsory: needs_second_factor(signed.member.role),
        key: standing.key.as_ref().map(view),
        ..SecondFactorPage::default()
    })
}

/// Refuses in a demo: whoever set a second factor up there would lock everybody else out.
fn not_in_a_demo(web: &Web) -> Result<()> {
    match web.installation.demo {
        true => Err(Error::conflict("演示环境的账号大家共用，不能启用动态码。")),
        false => Ok(()),
    }
}

fn password(fields: &Fields) -> Secret {
    Secret::from(fields.text("password").to_owned())
}

/// Draws a key.
pub async fn begin(
    State(web): State<Web>,
    ClientAddress(address): ClientAddress,
    signed: SignedIn,
    Form(fields): Form,
) -> Answer {
    not_in_a_demo(&web)?;
    match second::begin(&web.deps, &signed.member, password(&fields), &address).await {
        Ok(()) => Ok(Redirect::to(HERE).into_response()),
        Err(error) => refuse(&web, &signed, error).await,
    }
}

/// Puts the drawn key into force and shows the codes on paper.
pub async fn confirm(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    match second::confirm(&web.deps, &signed.member, fields.text("code")).await {
        Ok(codes) => paper(&web, &signed, codes).await,
        Err(error) if error.kind() == Kind::Invalid => {
            let mut shown = read(&web, &signed, &Fields::default()).await?;
            shown.code.error = Some(error.public().to_owned());
            Ok((StatusCode::BAD_REQUEST, page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes new codes on paper and shows them.
pub async fn renew(
    State(web): State<Web>,
    ClientAddress(address): ClientAddress,
    signed: SignedIn,
    Form(fields): Form,
) -> Answer {
    match second::renew_codes(&web.deps, &signed.member, password(&fields), &address).await {
        Ok(codes) => paper(&web, &signed, codes).await,
        Err(error) => refuse(&web, &signed, error).await,
    }
}

/// Turns the second factor off.
pub async fn turn_off(
    State(web): State<Web>,
    ClientAddress(address): ClientAddress,
    signed: SignedIn,
    Form(fields): Form,
) -> Answer {
    match second::turn_off(&web.deps, &signed.member, password(&fields), &address).await {
        Ok(()) => Ok(Redirect::to("/console/account?done=second-off").into_response()),
        Err(error) => refuse(&web, &signed, error).await,
    }
}

async fn paper(web: &Web, signed: &SignedIn, codes: Vec<String>) -> Answer {
    let shell = frame::desk(web, signed, "备用码", "/console/account", &Fields::default()).await?;
    let onward = ("/console/account".to_owned(), "已抄好，回到我的账号".to_owned());
    page(&PaperCodesPage { shell, codes, onward })
}

async fn refuse(web: &Web, signed: &SignedIn, error: Error) -> Answer {
    if !matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    let mut shown = read(web, signed, &Fields::default()).await?;
    shown.error = Some(error.public().to_owned());
    Ok((status_of(error.kind()), page(&shown)?).into_response())
}
