//! The own account.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::{self, SignedIn};
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::pages::login::scannable;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::Input;
use crate::platform::secrets::Secret;
use crate::staff::actions::session;
use crate::staff::password::SHORTEST;
use crate::staff::rules::device;
use crate::staff::store::wechat::Binding;
use crate::staff::views::account::{AccountPage, SessionRow, WechatRow};
use crate::staff::{SessionId, Way, store};

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&read(&web, &signed, &asked).await?)
}

/// The page as it stands; forms that were refused put their errors into it.
pub(super) async fn read(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<AccountPage> {
    let member = &signed.member;
    let mut link = web.deps.db.read().await?;
    let now = web.deps.clock.now();
    let sessions = store::sessions(&mut link, member.id, now, auth::idle(web)).await?;
    let second = store::second::factor(&mut link, member.id).await?;
    let bindings = store::wechat::bindings(&mut link, member.id).await?;
    drop(link);
    let here = sessions.iter().find(|one| one.id == signed.session);
    let begun = here.map_or(now, |one| one.created_at);
    let last_login = session::last_login(&web.deps, member, begun).await?;
    let last_login = last_login.map(|(at, way, device)| {
        let parts = [frame::when(web, at).absolute, way.map_or("", Way::name).to_owned(), device];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
    });
    let row = |one: &store::SessionRow| SessionRow {
        id: one.id.to_string(),
        device: device(&one.browser),
        since: frame::when(web, one.created_at),
        used: frame::when(web, one.seen_at),
        current: one.id == signed.session,
    };
    let several = web.config.wechat.accounts.len() > 1;
    let wechat = |one: &Binding| WechatRow {
        account: one.account_id.clone(),
        name: if several { one.account_id.clone() } else { String::new() },
        bound: frame::when(web, one.bound_at),
        used: one.used_at.map(|at| frame::when(web, at)),
    };
    let mut unbound = scannable(web, asked.text("account"));
    unbound.retain(|choice| bindings.iter().all(|one| one.account_id != choice.value));
    let shell = frame::desk(web, signed, "我的账号", "/console/account", asked).await?;
    let organization = shell.who.as_ref().map_or("", |who| who.organization_name.as_str());
    Ok(AccountPage {
        username: member.username.clone(),
        name: member.name.clone(),
        role: format!("{} · {organization}", member.role.name()),
        last_login,
        sessions: sessions.iter().map(row).collect(),
        second_since: second.and_then(|factor| factor.confirmed_at).map(|at| frame::when(web, at)),
        wechats: bindings.iter().map(wechat).collect(),
        unbound,
        password: Input::default(),
        current: Input::default(),
        fresh: Input::default(),
        again: Input::default(),
        least_length: SHORTEST,
        shell,
    })
}

/// Ends one of the own sessions.
pub async fn end_session(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let Some(session) = fields.read::<SessionId>("session") else {
        return Err(Error::invalid("没有选中要退出的登录。").into());
    };
    session::log_out(&web.deps, &signed.member, session).await?;
    Ok(Redirect::to("/console/account?done=session").into_response())
}

/// Ends every other one of the own sessions.
pub async fn end_others(State(web): State<Web>, signed: SignedIn) -> Answer {
    session::log_out_elsewhere(&web.deps, &signed.member, signed.session).await?;
    Ok(Redirect::to("/console/account?done=sessions").into_response())
}

/// Changes the password; every session ends, also this one.
pub async fn change_password(
    State(web): State<Web>,
    signed: SignedIn,
    Form(fields): Form,
) -> Answer {
    let secret = |name: &str| Secret::from(fields.text(name).to_owned());
    let changed = if fields.text("fresh") == fields.text("again") {
        session::change_password(&web.deps, &signed.member, secret("current"), secret("fresh"))
            .await
    } else {
        Err(Error::invalid("两次输入的新密码不一样，密码没有修改。"))
    };
    match changed {
        Ok(()) => {
            let cookie = [(header::SET_COOKIE, auth::clear_cookie())];
            Ok((cookie, Redirect::to("/console/login?done=password")).into_response())
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let mut shown = read(&web, &signed, &Fields::default()).await?;
            let wrong = Some(error.public().to_owned());
            match error.public() {
                why if why.starts_with("原密码") => shown.current.error = wrong,
                why if why.starts_with("两次") => shown.again.error = wrong,
                _ => shown.fresh.error = wrong,
            }
            Ok((StatusCode::BAD_REQUEST, page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
