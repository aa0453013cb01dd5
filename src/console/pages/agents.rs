//! WeChat's own customer service: agents, who is on duty, who waits, the last day's conversations.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::menu::{account, account_choices, needed};
use crate::agents::actions::Manager;
use crate::agents::rules::{Talk, home_of, talks};
use crate::agents::views::{AgentRow, AgentsPage, TalkRow};
use crate::citizens::store::labels;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::href;
use crate::wechat::advice;
use crate::wechat::agents::{
    Agent, OnlineAgent, RECORDS_LIMIT, RECORDS_SPAN_SECONDS, RecordsWanted,
};
use crate::wechat::client::{CallError, Client};

/// Conversations shown.
const SHOWN: usize = 50;

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let shell = frame::desk(&web, &signed, "微信客服", "/console/menu", &asked).await?;
    let Some(account) = account(&web, &asked)? else {
        return page(&AgentsPage { shell, ..AgentsPage::default() });
    };
    let client = web.clients.get(&account).ok_or_else(Error::not_found)?;
    let until = web.deps.clock.now().seconds();
    let wanted = RecordsWanted {
        from: until - RECORDS_SPAN_SECONDS,
        until,
        after: 1,
        number: RECORDS_LIMIT,
    };
    let (found, records) = tokio::join!(agents(client), client.records(&wanted));
    let mut view = AgentsPage {
        shell,
        accounts: account_choices(&web, &account),
        transfers: web.config.wechat.accounts.get(&account).is_some_and(|a| a.transfer_to_agents),
        ..AgentsPage::default()
    };
    let mut known = Vec::new();
    match found {
        Ok((agents, online, waiting)) => {
            view.rows = agents.iter().map(|agent| row(agent, &online)).collect();
            view.summary = summary(agents.len(), &online, waiting);
            view.home = agents.first().map_or("", |one| home_of(&one.account)).to_owned();
            known = agents;
        }
        Err(error) => view.problem = Some(advice::for_person(&error).public().to_owned()),
    }
    match records {
        Ok(records) => {
            let mut talks = talks(&records.lines);
            talks.truncate(SHOWN);
            view.talks = talk_rows(&web, &account, &talks, &known).await?;
        }
        Err(error) => view.talks_problem = Some(advice::for_person(&error).public().to_owned()),
    }
    page(&AgentsPage { account, ..view })
}

async fn agents(client: &Client) -> Result<(Vec<Agent>, Vec<OnlineAgent>, i64), CallError> {
    let (agents, online, waiting) =
        tokio::join!(client.agents(), client.agents_online(), client.waiting_sessions());
    Ok((agents?, online?, waiting?.count))
}

fn summary(agents: usize, online: &[OnlineAgent], waiting: i64) -> String {
    let serving: i64 = online.iter().map(|one| one.serving).sum();
    format!("共 {agents} 位，{} 位在线，正在接待 {serving} 人，{waiting} 人在等。", online.len())
}

fn row(agent: &Agent, online: &[OnlineAgent]) -> AgentRow {
    let duty = online.iter().find(|one| one.account == agent.account);
    let (state, class, detail) = match (&agent.wechat_id, &agent.invitation, duty) {
        (Some(id), _, Some(duty)) => {
            ("在线", "good", format!("微信号 {id}，正在接待 {} 人", duty.serving))
        }
        (Some(id), _, None) => ("不在线", "off", format!("微信号 {id}")),
        (None, Some(sent), _) if sent.status == "waiting" => {
            let until = sent.expires_at.map(Moment::from_seconds);
            let until = until.map(|at| at.in_shanghai().strftime("%-m月%-d日 %H:%M").to_string());
            let until = until.map(|at| format!("，{at} 前有效")).unwrap_or_default();
            ("等对方接受", "calm", format!("已邀请微信号 {}{until}", sent.wechat_id))
        }
        (None, Some(sent), _) => {
            let why = if sent.status == "rejected" { "没有同意" } else { "没有及时接受" };
            ("要重新邀请", "warn", format!("微信号 {} {why}", sent.wechat_id))
        }
        (None, None, _) => ("还没有邀请", "warn", "没有绑定微信号，不能接待".to_owned()),
    };
    AgentRow {
        account: agent.account.clone(),
        nickname: agent.nickname.clone(),
        state: state.to_owned(),
        class,
        detail,
        may_invite: agent.wechat_id.is_none(),
    }
}

async fn talk_rows(
    web: &Web,
    account: &str,
    talks: &[Talk],
    agents: &[Agent],
) -> Result<Vec<TalkRow>> {
    let mut link = web.deps.db.read().await?;
    let mut rows = Vec::with_capacity(talks.len());
    for talk in talks {
        let who = labels::of_user(&mut link, account, &talk.openid).await?;
        let agent = agents.iter().find(|agent| agent.account == talk.agent);
        let minutes = (talk.last - talk.first) / 60;
        rows.push(TalkRow {
            href: who
                .as_ref()
                .map(|one| format!("/console/followers/{}", one.id))
                .unwrap_or_default(),
            who: who.map_or_else(|| "还没有核对到的关注者".to_owned(), |one| one.label()),
            agent: agent.map_or(&talk.agent, |agent| &agent.nickname).clone(),
            last: frame::when(web, Moment::from_seconds(talk.last)),
            amount: format!("群众 {} 条，客服 {} 条，前后 {minutes} 分钟", talk.heard, talk.said),
        });
    }
    Ok(rows)
}

fn manager<'a>(web: &'a Web, signed: &SignedIn, account: &str) -> Result<Manager<'a>> {
    let client = web.clients.get(account).ok_or_else(Error::not_found)?;
    Ok(Manager { deps: &web.deps, client, by: signed.member.id.0 })
}

fn agent(fields: &Fields) -> Result<&str> {
    let none = || Error::invalid("没有说是哪位客服。请返回客服页再选一次。");
    Some(fields.text("agent")).filter(|agent| !agent.is_empty()).ok_or_else(none)
}

fn back(account: &str, done: &str) -> Response {
    let to = href("/console/agents", &[("account", account), ("done", done)]);
    Redirect::to(&to).into_response()
}

/// Adds an agent.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    let text = |name| fields.text(name);
    let manager = manager(&web, &signed, &account)?;
    manager.add(text("name"), text("home"), text("nickname"), text("wechat_id")).await?;
    Ok(back(&account, "added"))
}

/// Invites somebody to answer as an agent.
pub async fn invite(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    let manager = manager(&web, &signed, &account)?;
    manager.invite(agent(&fields)?, fields.text("wechat_id")).await?;
    Ok(back(&account, "invited"))
}

/// Changes the name of an agent.
pub async fn rename(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    let manager = manager(&web, &signed, &account)?;
    manager.rename(agent(&fields)?, fields.text("nickname")).await?;
    Ok(back(&account, "saved"))
}

/// Removes an agent.
pub async fn remove(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let account = needed(&web, &fields)?;
    if !fields.ticked("sure") {
        return Err(Error::invalid("还没有确认。请返回客服页，勾选“确认删除”再删除。").into());
    }
    manager(&web, &signed, &account)?.remove(agent(&fields)?).await?;
    Ok(back(&account, "deleted"))
}
