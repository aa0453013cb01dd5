//! The table `article_reviews`.

use uuid::Uuid;

use crate::content::approving::Decision;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::publishing::{ArticleId, Review};
use crate::{on, run};

macro_rules! review_sql {
    ($tail:literal) => {
        concat!(
            "SELECT id, article_id, content_hash, submitted_by, submitted_at, author_id, \
             legal_by, legal_at, decision, reason, decided_by, decided_at FROM article_reviews WHERE article_id = $1 ",
            $tail
        )
    };
}

/// Adds a review that waits.
pub async fn open(tx: &mut Tx, review: &Review) -> Result<()> {
    const SQL: &str = "INSERT INTO article_reviews (id, article_id, content_hash, submitted_by, \
        submitted_at, author_id, steps) VALUES ($1, $2, $3, $4, $5, $6, 2)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(review.id)
            .bind(review.article_id)
            .bind(&review.content_hash)
            .bind(review.submitted_by)
            .bind(review.submitted_at)
            .bind(review.author_id)
    )?;
    Ok(())
}

/// Notes who found an article that waits right in law.
pub async fn pass_legal(tx: &mut Tx, article: ArticleId, by: Uuid, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE article_reviews SET legal_by = $2, legal_at = $3 \
        WHERE article_id = $1 AND decision IS NULL";
    run!(tx, sqlx::query(SQL).bind(article).bind(by).bind(now))?;
    Ok(())
}

/// Ends the review of an article that waits, if one does.
pub async fn settle(
    tx: &mut Tx,
    article: ArticleId,
    decision: Decision,
    reason: Option<&str>,
    by: Uuid,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE article_reviews SET decision = $2, reason = $3, decided_by = $4, \
        decided_at = $5 WHERE article_id = $1 AND decision IS NULL";
    run!(tx, sqlx::query(SQL).bind(article).bind(decision).bind(reason).bind(by).bind(now))?;
    Ok(())
}

/// The review of an article that was opened last.
pub async fn newest(link: &mut impl Link, article: ArticleId) -> Result<Option<Review>> {
    let sql = review_sql!("ORDER BY submitted_at DESC, id DESC LIMIT 1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(article).fetch_optional(c).await)?)
}

/// The newest `limit` reviews of an article.
pub async fn of(link: &mut impl Link, article: ArticleId, limit: i64) -> Result<Vec<Review>> {
    let sql = review_sql!("ORDER BY submitted_at DESC, id DESC LIMIT $2");
    Ok(on!(link, c => sqlx::query_as(sql).bind(article).bind(limit).fetch_all(c).await)?)
}

/// How many articles wait for `person`: submitted, written and checked by others.
pub async fn waiting_for(link: &mut impl Link, person: Uuid) -> Result<i64> {
    const SQL: &str = "SELECT count(*) FROM article_reviews r JOIN articles a ON a.id = r.article_id \
        WHERE r.decision IS NULL AND r.submitted_by <> $1 AND a.changed_by <> $1 \
        AND (r.author_id IS NULL OR r.author_id <> $1) AND (r.legal_by IS NULL OR r.legal_by <> $1)";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(person).fetch_one(c).await)?)
}
