//! Bringing laws in, confirming which articles answered a question, taking that back.

use serde_json::json;
use uuid::Uuid;

use super::import::Line;
use super::store::{self, Cited, LessonRow};
use super::{Article, LessonId};
use crate::language::privacy;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};

/// What importing one version of a law did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Articles read.
    pub read: u64,
    /// Articles that are new or read differently now.
    pub changed: u64,
}

/// Brings in one version of a law: `lines` all belong to it. Doing it again changes nothing.
pub async fn import(deps: &Deps, lines: &[Line]) -> Result<Imported> {
    let Some(first) = lines.first() else { return Ok(Imported::default()) };
    let now = deps.clock.now();
    let articles: Vec<Article> = lines
        .iter()
        .map(Line::article)
        .collect::<std::result::Result<_, String>>()
        .map_err(|why| Error::internal(anyhow::anyhow!(why)))?;
    let mut tx = deps.db.begin().await?;
    let (law, _) = store::put_law(&mut tx, &first.law(deps.entropy.id_at(now)), now).await?;
    let changed = store::put_articles(&mut tx, law, &unique(articles)).await?;
    if changed > 0 {
        store::touch_law(&mut tx, law, now).await?;
    }
    tx.commit().await?;
    deps.coord.publish(News::Knowledge);
    Ok(Imported { read: lines.len() as u64, changed })
}

/// One statement cannot write the same article twice; the last one counts.
fn unique(articles: Vec<Article>) -> Vec<Article> {
    let mut kept: Vec<Article> = Vec::with_capacity(articles.len());
    let mut places = std::collections::HashMap::new();
    for article in articles {
        let place = *places.entry((article.number, article.insertion)).or_insert(kept.len());
        if place == kept.len() {
            kept.push(article);
        } else {
            kept[place] = article;
        }
    }
    kept
}

/// An answered question as somebody confirms it.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// The official account it came in by.
    pub account_id: String,
    /// The inquiry it belongs to.
    pub inquiry_id: Option<Uuid>,
    /// Where it comes from, in words.
    pub source: String,
    /// The question; it is masked before it is kept.
    pub question: String,
    /// The answer, masked too; empty when there is none.
    pub answer: String,
    /// Articles cited.
    pub cites: Vec<Cited>,
    /// Whether they answer the question; what does not is remembered, but not learned from.
    pub fits: bool,
}

impl Confirmation {
    /// The lesson, with private parts masked.
    fn lesson(&self, id: LessonId, by: Option<Uuid>, now: Moment) -> Result<LessonRow> {
        if self.cites.is_empty() || self.question.trim().is_empty() {
            return Err(Error::invalid(
                "没有问题内容或没有选择法条，未能记住。请填写问题并至少选择一条法条。",
            ));
        }
        Ok(LessonRow {
            id,
            account_id: self.account_id.clone(),
            inquiry_id: self.inquiry_id,
            source: self.source.clone(),
            question: privacy::mask(&self.question).text,
            answer: privacy::mask(&self.answer).text,
            cites: serde_json::to_string(&self.cites)?,
            fits: self.fits,
            confirmed_by: by,
            confirmed_at: now,
        })
    }
}

/// Remembers which articles answered a question; every node's retrieval follows at once.
pub async fn confirm(deps: &Deps, by: Option<Uuid>, confirmed: &Confirmation) -> Result<LessonId> {
    let now = deps.clock.now();
    let id = LessonId(deps.entropy.id_at(now));
    let mut tx = deps.db.begin().await?;
    confirm_within(&mut tx, id, by, confirmed, now).await?;
    tx.commit().await?;
    deps.coord.publish(News::Knowledge);
    Ok(id)
}

/// The same within the caller's transaction; the caller tells [`News::Knowledge`] after the commit.
pub async fn confirm_within(
    tx: &mut Tx,
    id: LessonId,
    by: Option<Uuid>,
    confirmed: &Confirmation,
    now: Moment,
) -> Result<()> {
    store::add_lesson(tx, &confirmed.lesson(id, by, now)?).await?;
    let detail = json!({ "cites": confirmed.cites, "inquiry": confirmed.inquiry_id,
        "fits": confirmed.fits });
    audit::record(tx, now, by, "lesson.confirm", &format!("lesson:{id}"), &detail).await
}

/// Takes a confirmed citation back; its texts are emptied.
pub async fn remove(deps: &Deps, by: Option<Uuid>, lesson: LessonId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if !store::remove_lesson(&mut tx, lesson, now).await? {
        return Err(Error::not_found());
    }
    let target = format!("lesson:{lesson}");
    audit::record(&mut tx, now, by, "lesson.remove", &target, &json!({})).await?;
    tx.commit().await?;
    deps.coord.publish(News::Knowledge);
    Ok(())
}
