//! Followers of an official account: who they are, how many, and how our list stands beside WeChat's.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::menu::{account, account_choices, needed};
use crate::citizens::actions;
use crate::citizens::actions::labels::{Operator, Reached};
use crate::citizens::followers::{Filter, Follower, Run, RunState};
use crate::citizens::rules::source_in_words;
use crate::citizens::store::followers::KnownTag;
use crate::citizens::store::{followers, labels, runs};
use crate::citizens::views::{FollowerRow, FollowersPage, RunRow};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::{Choice, href};

/// Address of the page.
const HERE: &str = "/console/followers";
/// Readings listed.
const LISTED: i64 = 5;
/// Comings and goings are counted over this time.
const OF_LATE: Duration = Duration::from_secs(30 * 24 * 3600);

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let shell = frame::desk(&web, &signed, "关注者", "/console/menu", &asked).await?;
    let Some(account) = account(&web, &asked)? else {
        return page(&FollowersPage { shell, ..FollowersPage::default() });
    };
    let from = web.deps.clock.now().minus(OF_LATE);
    let filter = filter(&asked);
    let before = asked.read("before");
    let mut link = web.deps.db.read().await?;
    let figures = followers::figures(&mut link, &account).await?;
    let (came, left) = followers::changes_since(&mut link, &account, from).await?;
    let runs = runs::newest(&mut link, &account, LISTED).await?;
    let tags = followers::tags(&mut link, &account).await?;
    let before_id = before.unwrap_or(i64::MAX);
    let people = labels::page(&mut link, &account, &filter, before_id).await?;
    drop(link);
    let figure = |name: &str, number: i64| (name.to_owned(), number.to_string());
    let more = i64::try_from(people.len()) == Ok(labels::PAGE);
    let next = people.last().filter(|_| more);
    page(&FollowersPage {
        shell,
        accounts: account_choices(&web, &account),
        figures: vec![
            figure("关注者", figures.following),
            figure("近 30 天新关注", came),
            figure("近 30 天取消关注", left),
            figure("曾经关注、现已取消", figures.left_ever),
            figure("还没有取得详情", figures.undetailed),
        ],
        percent: runs.iter().find(|run| run.state == RunState::Running).map(Run::percent),
        runs: runs.iter().map(|run| row(&web, run)).collect(),
        q: asked.text("q").to_owned(),
        lists: lists(&account, &tags, &filter),
        listed: listed(&filter, &tags),
        blacklist: filter == Filter::Blocked,
        rows: people.iter().map(|one| follower(&web, one, &tags)).collect(),
        first: before.map(|_: i64| address(&account, &filter, "")).unwrap_or_default(),
        next: next.map(|one| address(&account, &filter, &one.id.to_string())).unwrap_or_default(),
        tags: tag_choices(&tags, &[]),
        account,
    })
}

/// Words in a remark come first, then a tag, then the named list.
fn filter(asked: &Fields) -> Filter {
    let words: String = asked.text("q").trim().chars().take(30).collect();
    match (words.as_str(), asked.read("tag"), asked.text("list")) {
        ("", Some(tag), _) => Filter::Tagged(tag),
        ("", None, "left") => Filter::Left,
        ("", None, "blocked") => Filter::Blocked,
        ("", None, _) => Filter::Following,
        (words, _, _) => Filter::Remark(words.to_owned()),
    }
}

fn address(account: &str, filter: &Filter, before: &str) -> String {
    let tag;
    let (name, value) = match filter {
        Filter::Following => ("list", ""),
        Filter::Left => ("list", "left"),
        Filter::Blocked => ("list", "blocked"),
        Filter::Tagged(id) => {
            tag = id.to_string();
            ("tag", tag.as_str())
        }
        Filter::Remark(words) => ("q", words.as_str()),
    };
    href(HERE, &[("account", account), (name, value), ("before", before)])
}

fn lists(account: &str, tags: &[KnownTag], now: &Filter) -> Vec<(String, String, bool)> {
    let fixed = [Filter::Following, Filter::Left, Filter::Blocked];
    let tagged = tags.iter().map(|tag| Filter::Tagged(tag.tag_id));
    let entry =
        |filter: Filter| (listed(&filter, tags), address(account, &filter, ""), filter == *now);
    fixed.into_iter().chain(tagged).map(entry).collect()
}

fn listed(filter: &Filter, tags: &[KnownTag]) -> String {
    match filter {
        Filter::Following => "关注中".to_owned(),
        Filter::Left => "已取消关注".to_owned(),
        Filter::Blocked => "黑名单".to_owned(),
        Filter::Tagged(id) => format!("标签“{}”", tag_name(*id, tags)),
        Filter::Remark(words) => format!("备注含“{words}”"),
    }
}

/// The name of a tag; its number when it is not known yet.
pub(super) fn tag_name(id: i64, tags: &[KnownTag]) -> String {
    let known = tags.iter().find(|tag| tag.tag_id == id);
    known.map_or_else(|| format!("标签 {id}"), |tag| tag.name.clone())
}

/// The tags to choose from, without those in `except`.
pub(super) fn tag_choices(tags: &[KnownTag], except: &[i64]) -> Vec<Choice> {
    let open = tags.iter().filter(|tag| !except.contains(&tag.tag_id));
    open.map(|tag| Choice::new(tag.tag_id.to_string(), &tag.name, false)).collect()
}

fn follower(web: &Web, one: &Follower, tags: &[KnownTag]) -> FollowerRow {
    let since = if one.following { one.subscribed_at } else { one.unsubscribed_at };
    FollowerRow {
        id: one.id,
        label: one.label(),
        remark: one.remark.clone(),
        tags: one.tag_ids().into_iter().map(|id| tag_name(id, tags)).collect(),
        since: since.map(|at| frame::when(web, at)),
        source: source_in_words(one.source.as_deref().unwrap_or_default()).to_owned(),
        following: one.following,
        blocked: one.blocked,
    }
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
    let to = href(HERE, &[("account", &account), ("done", "syncing")]);
    Ok(Redirect::to(&to).into_response())
}

/// Somebody who changes what is said of followers of an account.
pub(super) fn operator<'a>(
    web: &'a Web,
    signed: &SignedIn,
    account: &'a str,
) -> Result<Operator<'a>> {
    let client = web.clients.get(account).ok_or_else(Error::not_found)?;
    Ok(Operator { deps: &web.deps, client, account, by: signed.member.id.0 })
}

/// The followers a form names.
pub(super) fn ids(fields: &Fields) -> Vec<i64> {
    fields.all("id").filter_map(|id| id.parse().ok()).collect()
}

/// Gives a tag to those who were ticked, or takes it from them.
pub async fn tag(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    let ids = ids(&fields);
    let tag: Option<i64> = fields.read("tag");
    let tag = tag.ok_or_else(|| Error::invalid("没有选标签。请返回，选一个标签再试。"))?;
    let give = fields.text("do") != "take";
    let reached = operator(&web, &signed, &account)?.tag(tag, &ids, give).await?;
    let done = match (reached, give) {
        (Reached { left_out: 1.., .. }, _) => "tagged-partly",
        (_, true) => "tagged",
        (_, false) => "untagged",
    };
    let to = match (fields.text("from"), ids.first()) {
        ("one", Some(id)) => href(&format!("{HERE}/{id}"), &[("done", done)]),
        _ => href(HERE, &[("account", &account), ("tag", &tag.to_string()), ("done", done)]),
    };
    Ok(Redirect::to(&to).into_response())
}
