//! Articles of the demo city in every state, with pictures (`config/demo/articles.toml`): written,
//! read by two others and judged through the same stores that real ones use, only with dates of
//! the past.

use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::pictures::Drawing;
use crate::app::{App, plain};
use crate::content::approving::Decision;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::publishing::rules::{self, PICTURE_PATH, Verdict};
use crate::publishing::{
    ArticleEdit, ArticleId, ArticleState, Licence, PictureId, Review, ReviewId, actions, store,
};
use crate::staff::{self, Role};

const FILE: &str = include_str!("../../../config/demo/articles.toml");

const HOUR: Duration = Duration::from_secs(3600);

#[derive(Deserialize)]
struct Shelf {
    picture: Vec<Drawing>,
    article: Vec<Story>,
}

#[derive(Deserialize)]
struct Story {
    title: String,
    #[serde(default)]
    digest: String,
    cover: usize,
    #[serde(default)]
    pictured: bool,
    body: String,
    state: ArticleState,
    days: u64,
    reason: Option<String>,
    #[serde(default)]
    swap: bool,
    #[serde(default)]
    organization: String,
    #[serde(default)]
    source: String,
    licence: Option<Licence>,
}

/// Who does what to an article.
struct Hands {
    author: Uuid,
    lawyer: Uuid,
    approver: Uuid,
}

pub async fn add(app: &App) -> anyhow::Result<()> {
    let shelf: Shelf = toml::from_str(FILE).context("config/demo/articles.toml")?;
    let account = app.web.config.wechat.accounts.keys().next().map_or("main", String::as_str);
    let people = staff::store::of_alliance(&mut app.web.deps.db.read().await.map_err(plain)?)
        .await
        .map_err(plain)?;
    let with = |role| people.iter().filter(move |p| p.role == role).map(|person| person.id.0);
    let operators: Vec<Uuid> = with(Role::Operator).collect();
    let (Some(first), Some(second), Some(approver)) =
        (operators.first(), operators.last(), with(Role::Approver).next())
    else {
        anyhow::bail!("the demo city has no operators or no approver");
    };
    let mut pictures = Vec::new();
    for drawing in &shelf.picture {
        let deps = &app.web.deps;
        let id = PictureId(deps.entropy.id_at(deps.clock.now()));
        let (files, bytes) = (&app.web.pictures, drawing.png()?);
        actions::add_picture(deps, files, *first, id, account, &drawing.name, bytes)
            .await
            .map_err(plain)?;
        pictures.push(id);
    }
    for story in &shelf.article {
        let (author, lawyer) = if story.swap { (*second, *first) } else { (*first, *second) };
        let edit = edit(app, story, account, &pictures);
        add_one(&app.web.deps, story, edit, &Hands { author, lawyer, approver })
            .await
            .map_err(plain)
            .with_context(|| story.title.clone())?;
    }
    Ok(())
}

fn edit(app: &App, story: &Story, account: &str, pictures: &[PictureId]) -> ArticleEdit {
    let cover = pictures.get(story.cover).copied();
    let directory = app.web.directory.current();
    let lines = story.body.lines().filter(|line| !line.is_empty());
    let mut body: String = lines.map(|line| format!("<p>{line}</p>")).collect();
    if let Some(id) = cover.filter(|_| story.pictured) {
        body.push_str(&format!("<p><img src=\"{PICTURE_PATH}{id}\"></p>"));
    }
    ArticleEdit {
        account: account.to_owned(),
        title: story.title.clone(),
        author: app.web.config.alliance.name.clone(),
        digest: story.digest.clone(),
        body,
        cover,
        organization: directory
            .organizations
            .iter()
            .find(|one| one.slug == story.organization)
            .map(|one| one.id),
        source: story.source.clone(),
        licence: story.licence.unwrap_or(Licence::Own),
        reprint: !story.organization.is_empty(),
        ..ArticleEdit::default()
    }
}

async fn add_one(deps: &Deps, story: &Story, edit: ArticleEdit, hands: &Hands) -> Result<()> {
    use ArticleState::{
        Approved, Calling, Draft, InReview, LegalPassed, Returned, Sending, Withdrawing,
    };
    let edit = rules::checked(edit)?;
    let hash = rules::content_hash(&edit);
    let written = deps.clock.now().minus(HOUR * 24 * u32::try_from(story.days).unwrap_or(0));
    let written = written.minus(HOUR * 9);
    let id = ArticleId(deps.entropy.id_at(written));
    let mut tx = deps.db.begin().await?;
    store::insert(&mut tx, id, &edit, &hash, hands.author, written).await?;
    store::versions::keep(&mut tx, id, 1, &edit, hands.author, written).await?;
    note(&mut tx, written, Some(hands.author), "article.add", id).await?;
    if story.state == Draft {
        return tx.commit().await;
    }
    let submitted = written.plus(HOUR);
    let review = Review {
        id: ReviewId(deps.entropy.id_at(submitted)),
        article_id: id,
        content_hash: hash,
        submitted_by: hands.author,
        submitted_at: submitted,
        author_id: Some(hands.author),
        legal_by: None,
        legal_at: None,
        decision: None,
        reason: None,
        decided_by: None,
        decided_at: None,
    };
    store::reviews::open(&mut tx, &review).await?;
    store::step(&mut tx, id, Draft, InReview, None, submitted).await?;
    note(&mut tx, submitted, Some(hands.author), "article.submit", id).await?;
    if story.state == InReview {
        return tx.commit().await;
    }
    let (read, by, why) = (submitted.plus(HOUR * 3), hands.approver, story.reason.as_deref());
    let waits = match story.state {
        Returned => InReview,
        _ => {
            let checked = submitted.plus(HOUR);
            store::reviews::pass_legal(&mut tx, id, hands.lawyer, checked).await?;
            store::step(&mut tx, id, InReview, LegalPassed, None, checked).await?;
            note(&mut tx, checked, Some(hands.lawyer), "article.legal", id).await?;
            LegalPassed
        }
    };
    if story.state == LegalPassed {
        return tx.commit().await;
    }
    let (decision, to, action) = match story.state {
        Returned => (Decision::Returned, Returned, "article.return"),
        _ => (Decision::Approved, Approved, "article.approve"),
    };
    store::reviews::settle(&mut tx, id, decision, why, by, read).await?;
    store::step(&mut tx, id, waits, to, why, read).await?;
    note(&mut tx, read, Some(by), action, id).await?;
    if matches!(story.state, Returned | Approved) {
        return tx.commit().await;
    }
    let sent = read.plus(HOUR);
    note(&mut tx, sent, Some(hands.author), "article.publish", id).await?;
    store::step(&mut tx, id, Approved, Sending, None, sent).await?;
    store::step(&mut tx, id, Sending, Calling, None, sent).await?;
    let verdict = verdict(story, sent);
    store::taken_on(&mut tx, id, &verdict.publish_id, sent).await?;
    let judged = sent.plus(Duration::from_secs(90));
    actions::settle(&mut tx, &edit.account, &verdict, judged).await?;
    if story.state == ArticleState::Withdrawn {
        let (gone, by) = (judged.plus(HOUR * 24 * 7), hands.author);
        note(&mut tx, gone, Some(by), "article.withdraw", id).await?;
        store::step(&mut tx, id, ArticleState::Published, Withdrawing, None, gone).await?;
        store::step(&mut tx, id, Withdrawing, ArticleState::Withdrawn, None, gone).await?;
    }
    tx.commit().await
}

/// What the simulated WeChat said: published, or the same as somebody else's original.
fn verdict(story: &Story, at: Moment) -> Verdict {
    let refused = story.state == ArticleState::Refused;
    let number = at.seconds();
    Verdict {
        publish_id: number.to_string(),
        status: if refused { 2 } else { 0 },
        article_id: (!refused).then(|| format!("DEMO{number}")),
        url: (!refused).then(|| format!("http://mp.weixin.qq.com/s/demo-{number}")),
    }
}

async fn note(
    tx: &mut Tx,
    at: Moment,
    by: Option<Uuid>,
    action: &str,
    id: ArticleId,
) -> Result<()> {
    audit::record(tx, at, by, action, &format!("article:{id}"), &json!({})).await
}
