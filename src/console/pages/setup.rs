//! Setting the console up for the first time, by the address that `pufa serve` prints.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;

use super::login;
use crate::console::auth::ClientAddress;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::Input;
use crate::platform::secrets::Secret;
use crate::staff::actions::founding::{self, Founder};
use crate::staff::password::SHORTEST;
use crate::staff::views::setup::SetupPage;

/// Where one goes on once signed in.
const ONWARD: &str = "/console/start";

/// The form; for everybody without the address there is no such page.
pub async fn show(State(web): State<Web>, Asked(asked): Asked) -> Answer {
    check(&web, &asked).await?;
    page(&form(&web, &asked))
}

fn token(fields: &Fields) -> Secret {
    Secret::from(fields.text("token").to_owned())
}

async fn check(web: &Web, fields: &Fields) -> Result<()> {
    match founding::is_invited(&web.deps, &token(fields)).await? {
        true => Ok(()),
        false => Err(Error::not_found()),
    }
}

fn form(web: &Web, fields: &Fields) -> SetupPage {
    SetupPage {
        shell: frame::doorstep(web, "第一次设置", &Fields::default()),
        token: fields.text("token").to_owned(),
        username: Input::new(fields.text("username")),
        name: Input::new(fields.text("name")),
        password: Input::default(),
        least_length: SHORTEST,
    }
}

/// Makes the first administrator and lets them log in, which sets their second factor up.
pub async fn found(
    State(web): State<Web>,
    address: ClientAddress,
    headers: HeaderMap,
    Form(fields): Form,
) -> Answer {
    check(&web, &fields).await?;
    let text = |name: &str| fields.text(name).to_owned();
    let password = Secret::from(text("password"));
    let founder = Founder { username: text("username"), name: text("name"), password };
    match founding::found(&web.deps, &token(&fields), founder).await {
        Ok(()) => {
            login::enter(State(web), address, headers, Form(fields.with("next", ONWARD))).await
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let mut shown = form(&web, &fields);
            match error.public() {
                why if why.starts_with("密码") => shown.password.error = Some(why.to_owned()),
                why if why.starts_with("登录名") => shown.username.error = Some(why.to_owned()),
                why => shown.name.error = Some(why.to_owned()),
            }
            Ok((StatusCode::BAD_REQUEST, page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
