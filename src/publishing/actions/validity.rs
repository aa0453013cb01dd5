//! Laws change after an article was written: it is put in doubt (需复核) until somebody has looked.

use serde_json::json;
use uuid::Uuid;

use super::{note, seen};
use crate::alerts::actions::{raise, tell};
use crate::alerts::{self, Audience, Happening, Occasion};
use crate::knowledge::checking;
use crate::knowledge::live::day_of;
use crate::knowledge::rules::Verdict;
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::{Error, Result};
use crate::publishing::{Article, ArticleId, reading, store};

/// Articles looked at in one transaction.
const AT_ONCE: i64 = 50;

/// What became of the laws an article cites since it was written, one sentence each.
pub async fn changed_laws(
    link: &mut impl Link,
    article: &Article,
    now: Moment,
) -> Result<Vec<String>> {
    let written = day_of(article.published_at.unwrap_or(article.updated_at));
    let words = reading::words(&article.body);
    let mut found = Vec::new();
    for cited in checking::check(link, &words, &written, &day_of(now)).await? {
        let what = match cited.verdict {
            Verdict::Changed { .. } => "已有修改",
            Verdict::Repealed { .. } => "已经废止",
            _ => continue,
        };
        let sentence = format!("《{}》{}{what}。", cited.title, cited.label);
        if !found.contains(&sentence) {
            found.push(sentence);
        }
    }
    Ok(found)
}

/// Looks at every article that is approved or out, and puts in doubt what cites a law that is not any
/// more what it was. The operators are told of each new doubt once.
///
/// # Errors
/// When the database cannot be used.
pub async fn recheck(deps: &Deps) -> Result<()> {
    let now = deps.clock.now();
    let mut after = None;
    loop {
        let mut tx = deps.db.begin().await?;
        let articles = store::standing(&mut tx, after, AT_ONCE).await?;
        let Some(last) = articles.last() else { return Ok(()) };
        after = Some(last.id);
        let mut told = Vec::new();
        for article in &articles {
            let doubt = changed_laws(&mut tx, article, now).await?.concat();
            let open = (!doubt.is_empty()).then_some(doubt.as_str());
            let open = open.filter(|doubt| article.doubt_settled.as_deref() != Some(*doubt));
            if open == article.doubt.as_deref() {
                continue;
            }
            let settled = article.doubt_settled.as_deref();
            store::set_doubt(&mut tx, article.id, open, settled).await?;
            alerts::store::settle(&mut tx, article.id.0, now).await?;
            if open.is_some() {
                let what = doubtful(article.id, now);
                told.extend(raise(&mut tx, &what, &Audience::Operators, now).await?);
                note(&mut tx, now, None, "article.doubt", article.id, &json!({})).await?;
            }
        }
        tx.commit().await?;
        tell(deps, told);
    }
}

fn doubtful(id: ArticleId, now: Moment) -> Happening {
    Happening {
        occasion: Occasion::ArticleDoubtful,
        about: id.0,
        stamp: now.0,
        number: String::new(),
        organization: None,
        detail: String::new(),
    }
}

/// Somebody has looked: the article holds although a law it cites changed.
///
/// # Errors
/// Conflict when it is not in doubt.
pub async fn settle(deps: &Deps, by: Uuid, id: ArticleId, seen_version: i64) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let article = seen(&mut tx, id, seen_version).await?;
    let Some(doubt) = article.doubt.as_deref() else {
        return Err(Error::conflict("这篇文章现在不用复核。请刷新页面。"));
    };
    store::set_doubt(&mut tx, id, None, Some(doubt)).await?;
    alerts::store::settle(&mut tx, id.0, now).await?;
    note(&mut tx, now, Some(by), "article.settle", id, &json!({})).await?;
    tx.commit().await
}
