//! The own account.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::{self, SignedIn};
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::Input;
use crate::platform::secrets::Secret;
use crate::staff::actions::session;
use crate::staff::password::SHORTEST;
use crate::staff::views::account::{AccountPage, SessionRow};
use crate::staff::{SessionId, store};

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&read(&web, &signed, &asked).await?)
}

async fn read(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<AccountPage> {
    let sessions = store::sessions(&mut web.deps.db.read().await?, signed.member.id).await?;
    let before = sessions.iter().find(|one| one.id != signed.session);
    let last_login = before.map(|one| {
        format!("{}，{}", frame::when(web, one.created_at).absolute, device(&one.browser))
    });
    let row = |one: &store::SessionRow| SessionRow {
        id: one.id.to_string(),
        device: device(&one.browser),
        since: frame::when(web, one.created_at),
        used: frame::when(web, one.seen_at),
        current: one.id == signed.session,
    };
    Ok(AccountPage {
        username: signed.member.username.clone(),
        last_login,
        sessions: sessions.iter().map(row).collect(),
        current: Input::default(),
        fresh: Input::default(),
        again: Input::default(),
        least_length: SHORTEST,
        shell: frame::desk(web, signed, "我的账号", "/console/account", asked).await?,
    })
}

/// A browser's own name in the words of people.
fn device(browser: &str) -> String {
    let find = |known: &[(&'static str, &'static str)], otherwise: &'static str| {
        let found = known.iter().find(|(mark, _)| browser.contains(mark));
        found.map_or(otherwise, |(_, name)| name)
    };
    // The order matters: most browsers also name those they descend from.
    let name = find(
        &[
            ("MicroMessenger", "微信"),
            ("Edg/", "Edge"),
            ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ],
        "其他浏览器",
    );
    let system = find(
        &[
            ("Android", "安卓"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS", "Mac"),
            ("Linux", "Linux"),
        ],
        "未知系统",
    );
    format!("{name} · {system}")
}

/// Ends one of the own sessions.
pub async fn end_session(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let Some(session) = fields.read::<SessionId>("session") else {
        return Err(Error::invalid("没有选中要退出的登录。").into());
    };
    session::log_out(&web.deps, &signed.member, session).await?;
    Ok(Redirect::to("/console/account?done=session").into_response())
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

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_browser_is_named_as_people_know_it() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120";
        assert_eq!(device(edge), "Edge · Windows");
        assert_eq!(device("curl/8"), "其他浏览器 · 未知系统");
    }
}
