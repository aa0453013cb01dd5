//! Articles: written, brought to WeChat, withdrawn.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};

use super::media::POLICY;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, Input};
use crate::publishing::rules::{PICTURE_PATH, may_edit, once_or};
use crate::publishing::views::{ArticlePage, ArticleRow, ArticlesPage, PictureRow};
use crate::publishing::{Article, ArticleEdit, ArticleId, ArticleState, Picture, actions, store};

/// Articles of the list.
const MOST: i64 = 100;
/// Pictures to choose from.
const MOST_PICTURES: i64 = 60;

/// All articles, and the pictures there are.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&overview(&web, &signed, &asked, None).await?)
}

/// The list, perhaps with why a picture was not taken.
pub(super) async fn overview(
    web: &Web,
    signed: &SignedIn,
    asked: &Fields,
    error: Option<&str>,
) -> Result<ArticlesPage> {
    let mut link = web.deps.db.read().await?;
    let articles = store::newest(&mut link, MOST).await?;
    let several = web.config.wechat.accounts.len() > 1;
    let mut pictures = Vec::new();
    for account in web.config.wechat.accounts.keys() {
        pictures.extend(store::pictures(&mut link, account, MOST_PICTURES).await?);
    }
    drop(link);
    let row = |article: &Article| {
        let (class, icon) = colours(article.state);
        ArticleRow {
            href: format!("/console/content/{}", article.id),
            title: article.title.clone(),
            state: article.state.name().to_owned(),
            class,
            icon,
            when: frame::when(web, article.updated_at),
            account: if several { article.account_id.clone() } else { String::new() },
        }
    };
    Ok(ArticlesPage {
        shell: frame::desk(web, signed, "文章", "/console/content", asked).await?,
        rows: articles.iter().map(row).collect(),
        pictures: pictures.iter().map(picture_row).collect(),
        accounts: accounts(web, ""),
        error: error.map(str::to_owned),
    })
}

/// Class of the colours and symbol of a state.
fn colours(state: ArticleState) -> (&'static str, &'static str) {
    match state {
        ArticleState::Published => ("good", "check"),
        ArticleState::Refused | ArticleState::Unknown => ("bad", "alert"),
        ArticleState::Draft | ArticleState::Withdrawn => ("calm", "file"),
        _ => ("warn", "clock"),
    }
}

fn picture_row(picture: &Picture) -> PictureRow {
    let src = format!("{PICTURE_PATH}{}", picture.id);
    PictureRow {
        code: format!("<img src=\"{src}\">"),
        src,
        name: picture.name.clone(),
        size: format!("{}×{}，{} KB", picture.width, picture.height, picture.bytes / 1024 + 1),
    }
}

fn accounts(web: &Web, chosen: &str) -> Vec<Choice> {
    web.config.wechat.accounts.keys().map(|id| Choice::new(id, id, id == chosen)).collect()
}

/// The account a form names, or the only one there is.
pub(super) fn account_of(web: &Web, named: &str) -> Result<String> {
    let mut known = web.config.wechat.accounts.keys();
    let found = known.clone().find(|id| *id == named).or_else(|| known.next());
    found.cloned().ok_or_else(|| Error::invalid("配置里还没有公众号。请联系系统管理员填写。"))
}

/// The form of a new article.
pub async fn blank(State(web): State<Web>, signed: SignedIn) -> Answer {
    let edit = ArticleEdit { author: web.config.alliance.name.clone(), ..ArticleEdit::default() };
    page(&form(&web, &signed, None, &edit, None).await?)
}

/// Adds one.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let mut edit = typed(&fields);
    edit.account = account_of(&web, fields.text("account"))?;
    let fresh = web.deps.entropy.id_at(web.deps.clock.now());
    let id = ArticleId(once_or(fields.text("once"), fresh));
    let added = actions::add(&web.deps, signed.member.id.0, id, edit.clone()).await;
    answered(&web, &signed, id, None, &edit, added, "saved").await
}

/// One article.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ArticleId>,
    Asked(asked): Asked,
) -> Answer {
    let article = article(&web, id).await?;
    let mut shown = form(&web, &signed, Some(&article), &kept(&article), None).await?;
    shown.shell = frame::desk(&web, &signed, "文章", "/console/content", &asked).await?;
    page(&shown)
}

/// Changes one.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ArticleId>,
    Form(fields): Form,
) -> Answer {
    let before = article(&web, id).await?;
    let edit = ArticleEdit { account: before.account_id.clone(), ..typed(&fields) };
    let version = fields.read("version").unwrap_or(0);
    let by = signed.member.id.0;
    let changed = actions::change(&web.deps, by, id, version, edit.clone()).await;
    answered(&web, &signed, id, Some(&before), &edit, changed, "saved").await
}

/// Gives one to WeChat.
pub async fn publish(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ArticleId>,
    Form(fields): Form,
) -> Answer {
    let before = article(&web, id).await?;
    let version = fields.read("version").unwrap_or(0);
    let done = actions::publish(&web.deps, signed.member.id.0, id, version).await;
    answered(&web, &signed, id, Some(&before), &kept(&before), done, "publishing").await
}

/// Takes one down at WeChat.
pub async fn withdraw(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ArticleId>,
    Form(fields): Form,
) -> Answer {
    let before = article(&web, id).await?;
    let version = fields.read("version").unwrap_or(0);
    let done = actions::withdraw(&web.deps, signed.member.id.0, id, version).await;
    answered(&web, &signed, id, Some(&before), &kept(&before), done, "withdrawing").await
}

/// A person has looked: WeChat did not publish it.
pub async fn again(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ArticleId>,
    Form(fields): Form,
) -> Answer {
    let before = article(&web, id).await?;
    let version = fields.read("version").unwrap_or(0);
    let done = actions::not_published(&web.deps, signed.member.id.0, id, version).await;
    answered(&web, &signed, id, Some(&before), &kept(&before), done, "saved").await
}

/// The body as a page of its own that can do nothing: it is somebody's HTML.
pub async fn preview(State(web): State<Web>, Target(id): Target<ArticleId>) -> Answer {
    let article = article(&web, id).await?;
    let policy = format!("{POLICY}; img-src 'self'; style-src 'unsafe-inline'");
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>排版</title></head><body>{}</body></html>",
        article.body
    );
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], axum::response::Html(html)).into_response())
}

async fn article(web: &Web, id: ArticleId) -> Result<Article> {
    store::get(&mut web.deps.db.read().await?, id).await?.ok_or_else(Error::not_found)
}

fn typed(fields: &Fields) -> ArticleEdit {
    ArticleEdit {
        account: String::new(),
        title: fields.text("title").to_owned(),
        author: fields.text("author").to_owned(),
        digest: fields.text("digest").to_owned(),
        body: fields.text("body").to_owned(),
        source_url: fields.text("source_url").to_owned(),
        cover: fields.read("cover"),
    }
}

fn kept(article: &Article) -> ArticleEdit {
    ArticleEdit {
        account: article.account_id.clone(),
        title: article.title.clone(),
        author: article.author.clone(),
        digest: article.digest.clone(),
        body: article.body.clone(),
        source_url: article.source_url.clone(),
        cover: article.cover_id,
    }
}

/// The article's page after a deed, or the form again with why it was refused.
async fn answered(
    web: &Web,
    signed: &SignedIn,
    id: ArticleId,
    before: Option<&Article>,
    edit: &ArticleEdit,
    done: Result<()>,
    word: &str,
) -> Answer {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/content/{id}?done={word}")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let form = form(web, signed, before, edit, Some(error.public())).await?;
            Ok((status_of(error.kind()), page(&form)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    article: Option<&Article>,
    edit: &ArticleEdit,
    error: Option<&str>,
) -> Result<ArticlePage> {
    let mut pictures = Vec::new();
    let mut link = web.deps.db.read().await?;
    for account in web.config.wechat.accounts.keys() {
        if article.is_none_or(|article| article.account_id == *account) {
            pictures.extend(store::pictures(&mut link, account, MOST_PICTURES).await?);
        }
    }
    drop(link);
    let cover = |picture: &Picture| {
        Choice::new(picture.id.to_string(), &picture.name, edit.cover == Some(picture.id))
    };
    let state = article.map_or(ArticleState::Draft, |article| article.state);
    let (class, icon) = colours(state);
    Ok(ArticlePage {
        shell: frame::desk(web, signed, "文章", "/console/content", &Fields::default()).await?,
        action: match article {
            Some(article) => format!("/console/content/{}", article.id),
            None => "/console/content/new".to_owned(),
        },
        new: article.is_none(),
        version: article.map_or(0, |article| article.version),
        state: state.name().to_owned(),
        class,
        icon,
        reason: article.and_then(|article| article.reason.clone()),
        url: article.and_then(|article| article.url.clone()),
        open: may_edit(state).is_ok(),
        published: state == ArticleState::Published,
        unknown: state == ArticleState::Unknown,
        accounts: if article.is_none() { accounts(web, &edit.account) } else { Vec::new() },
        title: Input::new(&edit.title),
        author: Input::new(&edit.author),
        digest: Input::new(&edit.digest),
        body: Input::new(&edit.body),
        source_url: Input::new(&edit.source_url),
        covers: pictures.iter().map(cover).collect(),
        pictures: pictures.iter().map(picture_row).collect(),
        error: error.map(str::to_owned),
    })
}
