//! One follower: particulars, remark, tags, comings and goings, what staff did; and the blacklist.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use serde_json::Value;

use super::followers::{ids, operator, tag_choices, tag_name};
use super::menu::needed;
use crate::citizens::followers::{BlockReason, Change, Follower, Notice};
use crate::citizens::rules::source_in_words;
use crate::citizens::store::followers::KnownTag;
use crate::citizens::store::{followers, labels};
use crate::citizens::views::{BlockPage, FollowerPage, HistoryLine};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::audit::{self, Entry};
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, Input, href};
use crate::platform::http::when::When;
use crate::staff::{self, StaffId};

/// Entries of the audit log shown.
const ENTRIES: i64 = 50;

/// The follower of one of our accounts.
async fn find(web: &Web, id: i64) -> Result<Follower> {
    let found = labels::get(&mut web.deps.db.read().await?, id).await?;
    found
        .filter(|one| web.config.wechat.accounts.contains_key(&one.account_id))
        .ok_or_else(Error::not_found)
}

/// The page.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<i64>,
    Asked(asked): Asked,
) -> Answer {
    let one = find(&web, id).await?;
    let shown = view(&web, &signed, &asked, &one, Input::new(&one.remark)).await?;
    page(&shown)
}

async fn view(
    web: &Web,
    signed: &SignedIn,
    asked: &Fields,
    one: &Follower,
    remark: Input,
) -> Result<FollowerPage> {
    let mut link = web.deps.db.read().await?;
    let tags = followers::tags(&mut link, &one.account_id).await?;
    let changes = followers::changes_of(&mut link, &one.account_id, &one.openid).await?;
    let entries = audit::of_object(&mut link, &format!("follower:{}", one.id), ENTRIES).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let has = one.tag_ids();
    let line = |change: &Change| HistoryLine {
        when: frame::when(web, change.at),
        what: if change.following { "关注" } else { "取消关注" }.to_owned(),
        by: match change.noticed_by {
            Notice::Push => "微信当时推送".to_owned(),
            Notice::List => "核对名单时发现，实际时间更早".to_owned(),
        },
    };
    Ok(FollowerPage {
        shell: frame::desk(web, signed, &one.label(), "/console/menu", asked).await?,
        account: one.account_id.clone(),
        id: one.id,
        label: one.label(),
        following: one.following,
        facts: facts(web, one),
        remark,
        has: has.iter().map(|id| (*id, tag_name(*id, &tags))).collect(),
        others: tag_choices(&tags, &has),
        blocked: one.blocked.then(|| why_blocked(web, one)),
        changes: changes.iter().rev().map(line).collect(),
        record: entries.iter().rev().map(|entry| done(web, entry, &tags, &names)).collect(),
    })
}

fn facts(web: &Web, one: &Follower) -> Vec<(String, String)> {
    let at = |moment: Option<Moment>| match moment {
        Some(moment) => When::new(moment, web.deps.clock.now()).absolute,
        None => "还不知道".to_owned(),
    };
    let source = one.source.as_deref().map_or("还不知道", source_in_words);
    let mut facts = vec![("关注时间", at(one.subscribed_at)), ("来源", source.to_owned())];
    if let Some(scene) = &one.scene {
        facts.push(("二维码场景", scene.clone()));
    }
    if !one.following {
        facts.push(("取消时间", at(one.unsubscribed_at)));
    }
    facts.push(("最早见到", at(Some(one.first_seen_at))));
    facts.push(("详情读取", at(one.detailed_at)));
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn why_blocked(web: &Web, one: &Follower) -> String {
    let when = When::new(one.blocked_as_of, web.deps.clock.now()).absolute;
    match one.block_reason {
        None => format!("{when} 核对时发现在黑名单上，是在微信公众平台里加入的。"),
        Some(reason) if one.block_note.is_empty() => format!("{when} 加入：{}。", reason.name()),
        Some(reason) => format!("{when} 加入：{}。{}", reason.name(), one.block_note),
    }
}

/// An entry of the audit log in words.
fn done(
    web: &Web,
    entry: &Entry,
    tags: &[KnownTag],
    names: &HashMap<StaffId, String>,
) -> HistoryLine {
    let detail: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let tag = || tag_name(detail["tag"].as_i64().unwrap_or_default(), tags);
    let note = detail["note"].as_str().unwrap_or_default();
    let what = match entry.action.as_str() {
        "follower.tag" => format!("贴上标签“{}”", tag()),
        "follower.untag" => format!("去掉标签“{}”", tag()),
        "follower.remark" if detail["empty"] == true => "去掉备注".to_owned(),
        "follower.remark" => "改了备注".to_owned(),
        "follower.block" => {
            let reason = detail["reason"].as_str().and_then(BlockReason::from_code);
            format!("加入黑名单：{}。{note}", reason.map_or("", BlockReason::name))
        }
        "follower.unblock" => format!("移出黑名单：{note}"),
        other => other.to_owned(),
    };
    let unknown = detail["outcome"] == "unknown";
    let who = entry.staff_id.and_then(|id| names.get(&StaffId(id)));
    HistoryLine {
        when: frame::when(web, entry.at),
        what: if unknown {
            format!("{what}（微信没有回答，不知道成没成）")
        } else {
            what
        },
        by: who.cloned().unwrap_or_else(|| "系统".to_owned()),
    }
}

/// Gives a follower a remark.
pub async fn remark(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<i64>,
    Form(fields): Form,
) -> Answer {
    let one = find(&web, id).await?;
    let typed = fields.text("remark");
    match operator(&web, &signed, &one.account_id)?.remark(id, typed).await {
        Ok(()) => {
            let to = href(&format!("/console/followers/{id}"), &[("done", "saved")]);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let wrong = Input::wrong(typed, error.public());
            let shown = view(&web, &signed, &Fields::default(), &one, wrong).await?;
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks before the blacklist is changed.
pub async fn ask_block(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&block_page(&web, &signed, &asked, None).await?)
}

async fn block_page(
    web: &Web,
    signed: &SignedIn,
    fields: &Fields,
    error: Option<String>,
) -> Result<BlockPage> {
    let account = needed(web, fields)?;
    let people = labels::several(&mut web.deps.db.read().await?, &account, &ids(fields)).await?;
    if people.is_empty() {
        return Err(Error::invalid("没有选择关注者。请返回名单，勾选至少一位。"));
    }
    let remove = fields.text("do") == "remove";
    let title = if remove { "移出黑名单" } else { "加入黑名单" };
    let chosen = fields.text("reason");
    let reason = |one: &BlockReason| Choice::new(one.code(), one.name(), one.code() == chosen);
    Ok(BlockPage {
        shell: frame::desk(web, signed, title, "/console/menu", &Fields::default()).await?,
        account,
        remove,
        people: people.into_iter().map(|one| (one.id, one.label(), one.remark)).collect(),
        reasons: BlockReason::ALL.iter().map(reason).collect(),
        note: fields.text("note").to_owned(),
        error,
    })
}

/// Changes the blacklist.
pub async fn block(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    match change(&web, &signed, &fields).await {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let why = error.public().to_owned();
            let shown = block_page(&web, &signed, &fields, Some(why)).await?;
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn change(web: &Web, signed: &SignedIn, fields: &Fields) -> Result<String> {
    let account = needed(web, fields)?;
    if !fields.ticked("sure") {
        return Err(Error::invalid("请先看一遍名单，再勾选“我已看过名单”。"));
    }
    let (ids, note) = (ids(fields), fields.text("note"));
    let operator = operator(web, signed, &account)?;
    let done = if fields.text("do") == "remove" {
        operator.unblock(&ids, note).await?;
        "unblocked"
    } else {
        let reason = BlockReason::from_code(fields.text("reason"));
        let reason = reason.ok_or_else(|| Error::invalid("没有选原因。请选一个原因。"))?;
        operator.block(&ids, reason, note).await?;
        "blocked"
    };
    Ok(href("/console/followers", &[("account", &account), ("list", "blocked"), ("done", done)]))
}
