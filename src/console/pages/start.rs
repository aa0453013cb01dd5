//! What is left to do after the first administrator: official account, first organization, people.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::health;
use crate::accounts::actions::checkup;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::console::views::{PushAddress, StartPage};
use crate::language::Field;
use crate::members::{self, MemberStatus, OrganizationEdit};
use crate::platform::config::PushMode;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::Input;

const HERE: &str = "/console/start";

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&read(&web, &signed, &asked).await?)
}

async fn read(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<StartPage> {
    let configured = &web.config.wechat.accounts;
    let checks = match configured.is_empty() {
        true => Vec::new(),
        false => health::accounts(web, web.deps.clock.now()).await?,
    };
    let pushes = configured.iter().map(|(id, account)| PushAddress {
        url: format!("{}/wechat/{id}", web.config.server.public_url),
        account: id.clone(),
        mode: mode(account.mode),
    });
    let organizations = members::store::all(&mut web.deps.db.read().await?).await?;
    Ok(StartPage {
        shell: frame::desk(web, signed, "开始使用", HERE, asked).await?,
        alliance: web.config.alliance.name.clone(),
        public_url: web.config.server.public_url.clone(),
        reachable: web.config.server.public_url.starts_with("https://"),
        sample_token: letters(web, 24),
        sample_key: letters(web, 43),
        pushes: pushes.collect(),
        checks,
        first: organizations
            .first()
            .map(|first| (first.name.clone(), format!("/console/members/{}/staff/new", first.id))),
        name: Input::new(asked.text("name")),
        short_name: Input::new(asked.text("short_name")),
        phone: Input::new(asked.text("phone")),
        error: None,
    })
}

fn mode(mode: PushMode) -> &'static str {
    match mode {
        PushMode::Safe => "安全模式",
        PushMode::Compatible => "兼容模式",
        PushMode::Plain => "明文模式",
    }
}

/// Random letters and digits, as WeChat takes them for Token and EncodingAESKey.
fn letters(web: &Web, count: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let one = |_| char::from(LETTERS[web.deps.entropy.below(LETTERS.len() as u64) as usize]);
    (0..count).map(one).collect()
}

/// Has every configured account checked now.
pub async fn check(State(web): State<Web>) -> Answer {
    let window = Duration::from_secs(web.config.wechat.replay_window_seconds);
    for (id, client) in web.accounts.all() {
        checkup::check(&web.deps, client, id, window).await?;
    }
    Ok(Redirect::to("/console/start?done=checked").into_response())
}

/// Adds the first member organization, which answers everything in the whole city until there are
/// more; those come by way of the supervisor.
pub async fn add_organization(
    State(web): State<Web>,
    signed: SignedIn,
    Form(fields): Form,
) -> Answer {
    let edit = OrganizationEdit {
        name: fields.text("name").trim().to_owned(),
        short_name: fields.text("short_name").trim().to_owned(),
        status: MemberStatus::Full,
        phone: fields.text("phone").trim().to_owned(),
        fields: Field::all().to_vec(),
        ..OrganizationEdit::blank(web.config.promise.hours)
    };
    match members::actions::add_first(&web.deps, signed.member.id.0, &edit).await {
        Ok(id) => {
            web.directory.refresh().await?;
            let onward = format!("/console/members/{id}/staff/new");
            Ok(Redirect::to(&onward).into_response())
        }
        Err(error) => refuse(&web, &signed, &fields, error).await,
    }
}

async fn refuse(web: &Web, signed: &SignedIn, fields: &Fields, error: Error) -> Answer {
    if !matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    let mut shown = read(web, signed, fields).await?;
    shown.error = Some(error.public().to_owned());
    Ok((status_of(error.kind()), page(&shown)?).into_response())
}
