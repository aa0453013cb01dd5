//! What operators do with articles and pictures, and what WeChat's verdicts do to them.

pub mod review;
pub mod validity;

use anyhow::Context;
use serde_json::json;
use uuid::Uuid;

use super::jobs::{PUBLISH, WITHDRAW};
use super::rules::{self, Verdict};
use super::store;
use super::{
    Article, ArticleEdit, ArticleId, ArticleState, Picture, PictureId, pictures, reviewing,
};
use crate::alerts;
use crate::content::approving::Decision;
use crate::media::files::Files;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::{self, EngagementEvent};
use crate::platform::jobs::{self, NewJob};

/// Adds an article under `id`; the same form sent twice adds one.
///
/// # Errors
/// Invalid, naming the field and its limit.
pub async fn add(deps: &Deps, by: Uuid, id: ArticleId, edit: ArticleEdit) -> Result<()> {
    let edit = rules::checked(edit)?;
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    check_pictures(&mut tx, &edit).await?;
    if store::insert(&mut tx, id, &edit, &rules::content_hash(&edit), by, now).await? {
        store::versions::keep(&mut tx, id, 1, &edit, by, now).await?;
        note(&mut tx, now, Some(by), "article.add", id, &json!({})).await?;
    }
    tx.commit().await
}

/// Changes an article as seen at `seen_version`. It is a draft again: what was submitted or approved
/// before is not what it says now.
///
/// # Errors
/// Conflict when somebody else changed it or its state forbids it; invalid as for [`add`].
pub async fn change(
    deps: &Deps,
    by: Uuid,
    id: ArticleId,
    seen_version: i64,
    edit: ArticleEdit,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let article = seen(&mut tx, id, seen_version).await?;
    rules::may_edit(article.state)?;
    let edit = rules::checked(ArticleEdit { account: article.account_id, ..edit })?;
    check_pictures(&mut tx, &edit).await?;
    store::reviews::settle(&mut tx, id, Decision::Overtaken, None, by, now).await?;
    alerts::store::settle(&mut tx, id.0, now).await?;
    store::update(&mut tx, id, &edit, &rules::content_hash(&edit), by, now).await?;
    store::versions::keep(&mut tx, id, article.version + 1, &edit, by, now).await?;
    note(&mut tx, now, Some(by), "article.change", id, &json!({})).await?;
    tx.commit().await
}

/// Makes an article say again what it said when it was saved under `version`; that is a change like any
/// other.
///
/// # Errors
/// Not found when there is no such version; else as for [`change`].
pub async fn restore(
    deps: &Deps,
    by: Uuid,
    id: ArticleId,
    seen_version: i64,
    version: i64,
) -> Result<()> {
    let found = store::versions::edit(&mut deps.db.read().await?, id, version).await?;
    let edit = found.ok_or_else(|| Error::invalid("没有这一稿，请从列表里选。"))?;
    change(deps, by, id, seen_version, edit).await
}

/// Every picture an article names must be there, and of the same account.
async fn check_pictures(tx: &mut Tx, edit: &ArticleEdit) -> Result<()> {
    for id in rules::pictures_in(&edit.body).into_iter().chain(edit.cover) {
        let found = store::picture(tx, id).await?;
        if found.is_none_or(|picture| picture.account_id != edit.account) {
            return Err(Error::invalid("文章用了这个公众号没有的图片。请重新上传或重新选择。"));
        }
    }
    Ok(())
}

/// Gives an approved article to WeChat; how that ends is seen in its state.
///
/// # Errors
/// Conflict, with what to do first.
pub async fn publish(deps: &Deps, by: Uuid, id: ArticleId, seen_version: i64) -> Result<()> {
    start(deps, by, id, seen_version, Deed::Publish).await
}

/// Deletes a published article at WeChat; its address works no more.
///
/// # Errors
/// Conflict when it is not published.
pub async fn withdraw(deps: &Deps, by: Uuid, id: ArticleId, seen_version: i64) -> Result<()> {
    start(deps, by, id, seen_version, Deed::Withdraw).await
}

#[derive(Clone, Copy)]
enum Deed {
    Publish,
    Withdraw,
}

async fn start(deps: &Deps, by: Uuid, id: ArticleId, seen_version: i64, deed: Deed) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let article = seen(&mut tx, id, seen_version).await?;
    let (to, kind, action) = match deed {
        Deed::Publish => {
            let review = store::reviews::newest(&mut tx, id).await?;
            reviewing::may_publish(&article, review.as_ref())?;
            (ArticleState::Sending, PUBLISH, "article.publish")
        }
        Deed::Withdraw if article.state == ArticleState::Published => {
            (ArticleState::Withdrawing, WITHDRAW, "article.withdraw")
        }
        Deed::Withdraw => return Err(Error::conflict("只有已发布的文章才能撤下。请刷新页面。")),
    };
    store::step(&mut tx, id, article.state, to, None, now).await?;
    jobs::store::enqueue(&mut tx, &NewJob::new(kind, &id, now)?, now).await?;
    note(&mut tx, now, Some(by), action, id, &json!({})).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(())
}

/// A person has looked: WeChat did not publish an article whose call broke off. It is as approved as
/// it was before.
///
/// # Errors
/// Conflict when its outcome is known.
pub async fn not_published(deps: &Deps, by: Uuid, id: ArticleId, seen_version: i64) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let article = seen(&mut tx, id, seen_version).await?;
    if article.state != ArticleState::Unknown {
        return Err(Error::conflict("这篇文章的结果已经清楚了。请刷新页面。"));
    }
    let review = store::reviews::newest(&mut tx, id).await?;
    let to = match reviewing::is_approved(&article, review.as_ref()) {
        true => ArticleState::Approved,
        false => ArticleState::Draft,
    };
    store::step(&mut tx, id, article.state, to, None, now).await?;
    note(&mut tx, now, Some(by), "article.not_published", id, &json!({})).await?;
    tx.commit().await
}

/// Writes what WeChat says about a publication, within the transaction that takes the news in.
/// A verdict about something that was not published from here changes nothing.
pub async fn settle(tx: &mut Tx, account: &str, verdict: &Verdict, now: Moment) -> Result<()> {
    let found = store::of_publication(tx, account, &verdict.publish_id).await?;
    let Some((article, (state, reason))) = found.zip(rules::judged(verdict)) else {
        return Ok(());
    };
    let settled =
        article.state == state && article.publish_id.as_ref() == Some(&verdict.publish_id);
    if settled || article.state == ArticleState::Withdrawn {
        return Ok(());
    }
    store::judge(tx, article.id, verdict, state, reason, now).await?;
    if state == ArticleState::Published {
        let event = EngagementEvent {
            kind: "article.published",
            account: Some(account.to_owned()),
            ..EngagementEvent::default()
        };
        events::record(tx, now, &event).await?;
    }
    note_outcome(tx, now, article.id, state).await
}

/// Adds a picture under `id`: decoded, encoded anew, kept. The same form sent twice adds one.
///
/// # Errors
/// Invalid, with why the file cannot be used.
pub async fn add_picture(
    deps: &Deps,
    files: &Files,
    by: Uuid,
    id: PictureId,
    account: &str,
    name: &str,
    bytes: Vec<u8>,
) -> Result<()> {
    let prepared = tokio::task::spawn_blocking(move || pictures::prepare(&bytes))
        .await
        .context("preparing a picture was cut off")?
        .map_err(Error::invalid)?;
    let now = deps.clock.now();
    let size = i64::try_from(prepared.bytes.len()).unwrap_or(i64::MAX);
    let sha256 = files.put(prepared.bytes, deps.entropy.id_at(now)).await?;
    let picture = Picture {
        id,
        account_id: account.to_owned(),
        name: name.chars().filter(|c| !c.is_control()).take(60).collect(),
        sha256,
        format: prepared.format,
        width: i64::from(prepared.width),
        height: i64::from(prepared.height),
        bytes: size,
        url: None,
        material_id: None,
        added_at: now,
    };
    let mut tx = deps.db.begin().await?;
    if store::insert_picture(&mut tx, &picture, by).await? {
        let object = format!("picture:{id}");
        audit::record(&mut tx, now, Some(by), "picture.add", &object, &json!({})).await?;
    }
    tx.commit().await
}

/// An article as a person saw it.
async fn seen(tx: &mut Tx, id: ArticleId, version: i64) -> Result<Article> {
    let article = store::lock(tx, id).await?.ok_or_else(Error::not_found)?;
    if article.version == version {
        return Ok(article);
    }
    Err(Error::conflict(
        "这篇文章刚有变化（别人修改过，或微信有了结果）。请返回重新打开，再操作一次。",
    ))
}

/// What became of an article by itself, for its history.
pub(super) async fn note_outcome(
    tx: &mut Tx,
    now: Moment,
    id: ArticleId,
    state: ArticleState,
) -> Result<()> {
    note(tx, now, None, "article.judged", id, &json!({ "state": state.code() })).await
}

async fn note(
    tx: &mut Tx,
    now: Moment,
    by: Option<Uuid>,
    action: &str,
    id: ArticleId,
    detail: &serde_json::Value,
) -> Result<()> {
    audit::record(tx, now, by, action, &format!("article:{id}"), detail).await
}
