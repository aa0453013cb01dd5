//! Published articles, and the pictures in them.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;

use super::Reader;
use crate::console::error::Answer;
use crate::console::form::Target;
use crate::console::frame;
use crate::console::pages::media::POLICY;
use crate::console::state::Web;
use crate::knowledge::checking;
use crate::knowledge::live::day_of;
use crate::knowledge::rules::Verdict;
use crate::media::rules::mime;
use crate::platform::error::{Error, Result};
use crate::publishing::reading::{readable, words};
use crate::publishing::views::{ReadingPage, ReadingsPage};
use crate::publishing::{Article, ArticleId, ArticleState, Licence, PictureId, store};

/// Articles listed.
const MOST: i64 = 50;
/// Changed laws named above an article.
const LAWS: usize = 3;

/// The published articles.
pub async fn list(State(web): State<Web>, reader: Reader) -> Answer {
    let articles = store::published(&mut web.deps.db.read().await?, MOST).await?;
    let row = |article: Article| {
        let at = article.published_at.unwrap_or(article.updated_at);
        let href = format!("/c/articles/{}", article.id);
        (href, article.title, article.digest, frame::when(&web, at))
    };
    reader.give(&ReadingsPage {
        shell: frame::street(&web, "普法文章", reader.large, "/c/articles", &reader.asked),
        rows: articles.into_iter().map(row).collect(),
    })
}

/// One article; what is not published does not exist.
pub async fn show(State(web): State<Web>, Target(id): Target<ArticleId>, reader: Reader) -> Answer {
    let found = store::get(&mut web.deps.db.read().await?, id).await?;
    let published = found.filter(|article| article.state == ArticleState::Published);
    let article = published.ok_or_else(Error::not_found)?;
    let at = article.published_at.unwrap_or(article.updated_at);
    let here = format!("/c/articles/{id}");
    reader.give(&ReadingPage {
        shell: frame::street(&web, &article.title, reader.large, &here, &reader.asked),
        published: frame::when(&web, at),
        changed: changed(&web, &article, &day_of(at)).await?,
        body: readable(&article.body),
        credit: credit(&web, &article),
        title: article.title,
        author: article.author,
    })
}

/// Who wrote it, from where it is, and whether others may reprint it.
fn credit(web: &Web, article: &Article) -> String {
    let mut parts = Vec::new();
    if article.organization_id.is_some() {
        let directory = web.directory.current();
        parts.push(format!("供稿：{}", directory.organization_name(article.organization_id)));
    }
    if article.licence != Licence::Own {
        parts.push(article.licence.name().to_owned());
    }
    if !article.source.is_empty() {
        parts.push(format!("原载：{}", article.source));
    }
    if article.reprint {
        parts.push("注明来源即可转载".to_owned());
    }
    parts.join(" · ")
}

/// Articles of laws it cites that are not any more what they were when it was published.
async fn changed(
    web: &Web,
    article: &Article,
    written: &str,
) -> Result<Vec<(String, &'static str)>> {
    let today = day_of(web.deps.clock.now());
    let mut link = web.deps.db.read().await?;
    let mut found = Vec::new();
    for cited in checking::check(&mut link, &words(&article.body), written, &today).await? {
        let what = match cited.verdict {
            Verdict::Changed { .. } => "在文章发布以后有修改，请以现行规定为准。",
            Verdict::Repealed { .. } => "已经废止，请以现行规定为准。",
            _ => continue,
        };
        let name = format!("《{}》{}", cited.title, cited.label);
        if found.len() < LAWS && !found.iter().any(|(known, _)| *known == name) {
            found.push((name, what));
        }
    }
    Ok(found)
}

/// A picture of a published article; never changes under its address.
pub async fn picture(State(web): State<Web>, Target(id): Target<PictureId>) -> Answer {
    let mut link = web.deps.db.read().await?;
    if !store::is_public(&mut link, id).await? {
        return Err(Error::not_found().into());
    }
    let picture = store::picture(&mut link, id).await?.ok_or_else(Error::not_found)?;
    drop(link);
    let bytes = web.pictures.read(&picture.sha256).await?.ok_or_else(Error::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(mime(picture.format))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
    ];
    Ok((headers, bytes).into_response())
}
