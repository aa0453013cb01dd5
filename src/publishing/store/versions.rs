//! The table `article_versions`.

use uuid::Uuid;

use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::publishing::{ArticleEdit, ArticleId, Saved};
use crate::{on, run};

/// Keeps a state of an article as it was saved under `version`.
pub async fn keep(
    tx: &mut Tx,
    id: ArticleId,
    version: i64,
    edit: &ArticleEdit,
    by: Uuid,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO article_versions (article_id, version, title, body, edit, saved_by, \
        saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(version)
            .bind(&edit.title)
            .bind(&edit.body)
            .bind(serde_json::to_string(edit)?)
            .bind(by)
            .bind(now)
    )?;
    Ok(())
}

/// The newest `limit` saved states of an article, newest first.
pub async fn of(link: &mut impl Link, id: ArticleId, limit: i64) -> Result<Vec<Saved>> {
    const SQL: &str = "SELECT version, title, body, saved_by, saved_at FROM article_versions \
        WHERE article_id = $1 ORDER BY version DESC LIMIT $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(id).bind(limit).fetch_all(c).await)?)
}

/// All that was written in one of them.
pub async fn edit(
    link: &mut impl Link,
    id: ArticleId,
    version: i64,
) -> Result<Option<ArticleEdit>> {
    let sql = "SELECT edit FROM article_versions WHERE article_id = $1 AND version = $2";
    let found: Option<String> =
        on!(link, c => sqlx::query_scalar(sql).bind(id).bind(version).fetch_optional(c).await)?;
    Ok(found.map(|text| serde_json::from_str(&text)).transpose()?)
}
