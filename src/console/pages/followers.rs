//! Followers of an official account: how many, and how our list stands beside WeChat's.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::menu::{account, account_choices, needed};
use crate::citizens::actions;
use crate::citizens::followers::{Run, RunState};
use crate::citizens::store::{followers, runs};
use crate::citizens::views::{FollowersPage, RunRow};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::http::shell::href;

/// Readings listed.
const LISTED: i64 = 10;
/// Comings and goings are counted over this time.
const OF_LATE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let shell = frame::desk(&web, &signed, "关注者", "/console/menu", &asked).await?;
    let Some(account) = account(&web, &asked)? else {
        return page(&FollowersPage { shell, ..FollowersPage::default() });
    };
    let from = web.deps.clock.now().minus(OF_LATE);
    let mut link = web.deps.db.read().await?;
    let figures = followers::figures(&mut link, &account).await?;
    let (came, left) = followers::changes_since(&mut link, &account, from).await?;
    let runs = runs::newest(&mut link, &account, LISTED).await?;
    let tags = followers::tags(&mut link, &account).await?;
    drop(link);
    let figure = |name: &str, number: i64| (name.to_owned(), number.to_string());
    page(&FollowersPage {
        shell,
        accounts: account_choices(&web, &account),
        account,
        figures: vec![
            figure("关注者", figures.following),
            figure("近 30 天新关注", came),
            figure("近 30 天取消关注", left),
            figure("曾经关注、现已取消", figures.left_ever),
            figure("还没有取得详情", figures.undetailed),
        ],
        percent: runs.iter().find(|run| run.state == RunState::Running).map(Run::percent),
        runs: runs.iter().map(|run| row(&web, run)).collect(),
        tags: tags.into_iter().map(|tag| (tag.name, tag.followers)).collect(),
    })
}

fn row(web: &Web, run: &Run) -> RunRow {
    let mut seen = format!(
        "读到 {} 人，微信计 {} 人；新增 {}，重新关注 {}，取消关注 {}。",
        run.seen, run.total, run.added, run.returned, run.gone
    );
    if run.state == RunState::Doubtful {
        seen.push_str("名单比微信的计数少，所以没有把任何人记为取消关注；下一次会重新核对。");
    }
    RunRow {
        state: run.state.name().to_owned(),
        class: match run.state {
            RunState::Complete => "good",
            RunState::Running => "calm",
            RunState::Doubtful => "warn",
            RunState::Abandoned => "off",
        },
        started: frame::when(web, run.started_at),
        seen,
        problem: run.problem.clone().unwrap_or_default(),
    }
}

/// Reads the list now, or goes on where it stands still.
pub async fn sync(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    actions::read_now(&web.deps, signed.member.id.0, &account).await?;
    let to = href("/console/followers", &[("account", &account), ("done", "syncing")]);
    Ok(Redirect::to(&to).into_response())
}
