//! Submitting an article, approving it, sending it back.

use serde_json::json;
use uuid::Uuid;

use super::{note, seen};
use crate::alerts::actions::{raise, tell};
use crate::alerts::{self, Audience, Happening, Occasion};
use crate::content::approving::{Decision, checked_reason};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::publishing::{Article, ArticleId, ArticleState, Review, ReviewId, reviewing, store};

/// Gives an article to the others to read.
///
/// # Errors
/// Conflict or invalid, with what to do first.
pub async fn submit(deps: &Deps, by: Uuid, id: ArticleId, seen_version: i64) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let article = seen(&mut tx, id, seen_version).await?;
    reviewing::may_submit(&article)?;
    let review = Review {
        id: ReviewId(deps.entropy.id_at(now)),
        article_id: id,
        content_hash: article.content_hash,
        submitted_by: by,
        submitted_at: now,
        author_id: article.changed_by,
        legal_by: None,
        legal_at: None,
        decision: None,
        reason: None,
        decided_by: None,
        decided_at: None,
    };
    store::reviews::open(&mut tx, &review).await?;
    store::step(&mut tx, id, article.state, ArticleState::InReview, None, now).await?;
    note(&mut tx, now, Some(by), "article.submit", id, &json!({})).await?;
    let mut own = vec![by];
    own.extend(article.changed_by);
    let told = raise(&mut tx, &waits(id, now), &Audience::Approvers(own), now).await?;
    tx.commit().await?;
    tell(deps, told);
    Ok(())
}

fn waits(id: ArticleId, now: Moment) -> Happening {
    Happening {
        occasion: Occasion::ArticleWaits,
        about: id.0,
        stamp: now.0,
        number: String::new(),
        organization: None,
        detail: String::new(),
    }
}

/// Passes an article that waits: the first reader in law, the second as the public will read it.
///
/// # Errors
/// Conflict when it does not wait, or `by` wrote or submitted it or was its first reader.
pub async fn approve(deps: &Deps, by: Uuid, id: ArticleId, seen_version: i64) -> Result<()> {
    decide(deps, by, id, seen_version, None).await
}

/// Sends an article that waits back, with a reason.
///
/// # Errors
/// Invalid without a reason; conflict as for [`approve`].
pub async fn send_back(
    deps: &Deps,
    by: Uuid,
    id: ArticleId,
    seen_version: i64,
    reason: &str,
) -> Result<()> {
    decide(deps, by, id, seen_version, Some(checked_reason(reason)?)).await
}

/// With a reason it is sent back, without one approved.
async fn decide(
    deps: &Deps,
    by: Uuid,
    id: ArticleId,
    seen_version: i64,
    reason: Option<&str>,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let article = seen(&mut tx, id, seen_version).await?;
    let newest = store::reviews::newest(&mut tx, id).await?;
    reviewing::may_decide(&article, newest.as_ref(), by)?;
    if reason.is_none() && article.state == ArticleState::InReview {
        return pass_legal(deps, tx, by, &article, newest.as_ref()).await;
    }
    let (decision, to, action) = match reason {
        None => (Decision::Approved, ArticleState::Approved, "article.approve"),
        Some(_) => (Decision::Returned, ArticleState::Returned, "article.return"),
    };
    store::reviews::settle(&mut tx, id, decision, reason, by, now).await?;
    store::step(&mut tx, id, article.state, to, reason, now).await?;
    note(&mut tx, now, Some(by), action, id, &json!({})).await?;
    alerts::store::settle(&mut tx, id.0, now).await?;
    tx.commit().await
}

/// The law is checked; whoever has neither written nor checked it reads it next.
async fn pass_legal(
    deps: &Deps,
    mut tx: Tx,
    by: Uuid,
    article: &Article,
    newest: Option<&Review>,
) -> Result<()> {
    let (id, now) = (article.id, deps.clock.now());
    store::reviews::pass_legal(&mut tx, id, by, now).await?;
    store::step(&mut tx, id, article.state, ArticleState::LegalPassed, None, now).await?;
    note(&mut tx, now, Some(by), "article.legal", id, &json!({})).await?;
    alerts::store::settle(&mut tx, id.0, now).await?;
    let mut others = vec![by];
    others.extend(newest.map(|review| review.submitted_by));
    others.extend(article.changed_by);
    let told = raise(&mut tx, &waits(id, now), &Audience::Approvers(others), now).await?;
    tx.commit().await?;
    tell(deps, told);
    Ok(())
}
