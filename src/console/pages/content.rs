//! Articles: written, approved, brought to WeChat, withdrawn.

use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Redirect};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::content_view::{Seen, colours, picture_row, shown};
use super::media::POLICY;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::media::rules::mime;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::Choice;
use crate::publishing::actions::{self, review};
use crate::publishing::rules::{once_or, pictures_in, with_pictures_at};
use crate::publishing::views::{ArticleRow, ArticlesPage};
use crate::publishing::{Article, ArticleEdit, ArticleId, Licence, PictureId, store};
use crate::staff::policy::Right;

/// Articles of the list.
const MOST: i64 = 100;
/// Pictures to choose from.
pub(super) const MOST_PICTURES: i64 = 60;

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
    let query = asked.text("q").trim();
    let mut words = query.split_whitespace();
    let articles = match words.next() {
        Some(first) => {
            let more = [words.next().unwrap_or_default(), words.next().unwrap_or_default()];
            store::search(&mut link, [first, more[0], more[1]], MOST).await?
        }
        None => store::newest(&mut link, MOST).await?,
    };
    let directory = web.directory.current();
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
            organization: match article.organization_id {
                Some(id) => directory.organization_name(Some(id)).to_owned(),
                None => String::new(),
            },
            doubtful: article.doubt.is_some(),
        }
    };
    Ok(ArticlesPage {
        shell: frame::desk(web, signed, "文章", "/console/content", asked).await?,
        rows: articles.iter().map(row).collect(),
        pictures: pictures.iter().map(picture_row).collect(),
        accounts: accounts(web, ""),
        query: query.to_owned(),
        error: error.map(str::to_owned),
        may_write: signed.may(Right::ManageTexts),
    })
}

/// The accounts to choose from.
pub(super) fn accounts(web: &Web, chosen: &str) -> Vec<Choice> {
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
    page(&shown(&web, &signed, &Seen::new(edit), &Fields::default(), None).await?)
}

/// Adds one.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let mut edit = typed(&fields);
    edit.account = account_of(&web, fields.text("account"))?;
    let fresh = web.deps.entropy.id_at(web.deps.clock.now());
    let id = ArticleId(once_or(fields.text("once"), fresh));
    let added = actions::add(&web.deps, signed.member.id.0, id, edit.clone()).await;
    answered(&web, &signed, id, &Seen::new(edit), added, "saved").await
}

/// One article.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ArticleId>,
    Asked(asked): Asked,
) -> Answer {
    let article = article(&web, id).await?;
    page(&shown(&web, &signed, &Seen::of(&article), &asked, None).await?)
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
    let seen = Seen { edit, ..Seen::of(&before) };
    answered(&web, &signed, id, &seen, changed, "saved").await
}

/// Does to one what the last part of the address says: submit, approve, return, publish, withdraw,
/// settle (it holds although a law changed), again (a person has looked: WeChat did not publish it).
pub async fn act(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ArticleId>,
    uri: Uri,
    Form(fields): Form,
) -> Answer {
    let before = article(&web, id).await?;
    let (deps, by) = (&web.deps, signed.member.id.0);
    let version = fields.read("version").unwrap_or(0);
    let (done, word) = match uri.path().rsplit('/').next() {
        Some("submit") => (review::submit(deps, by, id, version).await, "submitted"),
        Some("approve") => (review::approve(deps, by, id, version).await, "approved"),
        Some("return") => {
            (review::send_back(deps, by, id, version, fields.text("reason")).await, "sent-back")
        }
        Some("publish") => (actions::publish(deps, by, id, version).await, "publishing"),
        Some("withdraw") => (actions::withdraw(deps, by, id, version).await, "withdrawing"),
        Some("settle") => (actions::validity::settle(deps, by, id, version).await, "saved"),
        Some("again") => (actions::not_published(deps, by, id, version).await, "saved"),
        _ => (Err(Error::not_found()), ""),
    };
    let seen = Seen { remark: fields.text("reason"), ..Seen::of(&before) };
    answered(&web, &signed, id, &seen, done, word).await
}

/// The body as a page of its own that can do nothing: it is somebody's HTML. With `look` as somebody
/// sees it who has chosen dark or large.
pub async fn preview(
    State(web): State<Web>,
    Target(id): Target<ArticleId>,
    Asked(asked): Asked,
) -> Answer {
    let article = article(&web, id).await?;
    // A sandboxed page has no origin, so it gets no cookie and could fetch no picture of ours.
    let body = with_pictures_at(&article.body, &pictures_inside(&web, &article.body).await?);
    let policy = format!("{POLICY}; img-src data:; style-src 'unsafe-inline'");
    let look = match asked.text("look") {
        "dark" => "body{background:#191919;color:#d5d5d5}",
        "large" => "body{font-size:1.5rem}",
        _ => "",
    };
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>排版</title>\
         <style>body{{max-width:42rem;margin:16px auto;padding:0 16px;line-height:1.75}}\
         img{{max-width:100%;height:auto}}table{{border-collapse:collapse}}td,th{{border:1px solid;padding:4px}}\
         {look}</style></head><body>{body}</body></html>"
    );
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], axum::response::Html(html)).into_response())
}

/// The pictures of a body as addresses that hold the pictures themselves.
async fn pictures_inside(web: &Web, body: &str) -> Result<Vec<(PictureId, String)>> {
    let mut inside = Vec::new();
    for id in pictures_in(body) {
        let found = store::picture(&mut web.deps.db.read().await?, id).await?;
        let Some(picture) = found else { continue };
        if let Some(bytes) = web.pictures.read(&picture.sha256).await? {
            let (mime, text) = (mime(picture.format), STANDARD.encode(bytes));
            inside.push((id, format!("data:{mime};base64,{text}")));
        }
    }
    Ok(inside)
}

pub(super) async fn article(web: &Web, id: ArticleId) -> Result<Article> {
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
        organization: fields.read("organization"),
        source: fields.text("source").to_owned(),
        licence: Licence::from_code(fields.text("licence")).unwrap_or(Licence::Own),
        reprint: fields.ticked("reprint"),
    }
}

/// The article's page after a deed, or the form again with why it was refused.
async fn answered(
    web: &Web,
    signed: &SignedIn,
    id: ArticleId,
    seen: &Seen<'_>,
    done: Result<()>,
    word: &str,
) -> Answer {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/content/{id}?done={word}")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let shown = shown(web, signed, seen, &Fields::default(), Some(error.public())).await?;
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
