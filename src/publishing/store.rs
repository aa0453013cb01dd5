//! The tables `articles` and `article_pictures`; next door `article_reviews` and `article_versions`.

pub mod reviews;
pub mod versions;

use uuid::Uuid;

use super::rules::Verdict;
use super::{Article, ArticleEdit, ArticleId, ArticleState, Picture, PictureId};
use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, Tx, like_pattern};
use crate::platform::error::Result;
use crate::{on, run};

macro_rules! article_sql {
    ($tail:literal) => {
        concat!(
            "SELECT id, account_id, title, author, digest, body, source_url, cover_id, \
             content_hash, state, draft_id, draft_hash, publish_id, article_id, url, reason, \
             version, updated_at, published_at, changed_by, organization_id, source, licence, \
             reprint, doubt, doubt_settled FROM articles ",
            $tail
        )
    };
}

macro_rules! picture_sql {
    ($tail:literal) => {
        concat!(
            "SELECT id, account_id, name, sha256, format, width, height, bytes, url, material_id, \
             added_at FROM article_pictures ",
            $tail
        )
    };
}

/// Adds an article; `false` when one of that id is there already.
pub async fn insert(
    tx: &mut Tx,
    id: ArticleId,
    edit: &ArticleEdit,
    hash: &str,
    by: Uuid,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO articles (id, account_id, title, author, digest, body, \
        source_url, cover_id, content_hash, state, version, created_at, updated_at, changed_by, \
        organization_id, source, licence, reprint) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $11, $12, $13, $14, $15, $16) \
        ON CONFLICT (id) DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(&edit.account)
            .bind(&edit.title)
            .bind(&edit.author)
            .bind(&edit.digest)
            .bind(&edit.body)
            .bind(&edit.source_url)
            .bind(edit.cover)
            .bind(hash)
            .bind(ArticleState::Draft)
            .bind(now)
            .bind(by)
            .bind(edit.organization)
            .bind(&edit.source)
            .bind(edit.licence)
            .bind(edit.reprint)
    )?;
    Ok(added == 1)
}

/// Writes a changed text; the article is a draft again.
pub async fn update(
    tx: &mut Tx,
    id: ArticleId,
    edit: &ArticleEdit,
    hash: &str,
    by: Uuid,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE articles SET title = $1, author = $2, digest = $3, body = $4, \
        source_url = $5, cover_id = $6, content_hash = $7, state = $8, reason = NULL, \
        version = version + 1, updated_at = $9, changed_by = $10, organization_id = $12, \
        source = $13, licence = $14, reprint = $15, doubt = NULL, doubt_settled = NULL WHERE id = $11";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(&edit.title)
            .bind(&edit.author)
            .bind(&edit.digest)
            .bind(&edit.body)
            .bind(&edit.source_url)
            .bind(edit.cover)
            .bind(hash)
            .bind(ArticleState::Draft)
            .bind(now)
            .bind(by)
            .bind(id)
            .bind(edit.organization)
            .bind(&edit.source)
            .bind(edit.licence)
            .bind(edit.reprint)
    )?;
    Ok(())
}

/// Articles whose text is settled or out, after `after` in the order of their ids: what a change of a
/// law can put in doubt.
pub async fn standing(
    link: &mut impl Link,
    after: Option<ArticleId>,
    limit: i64,
) -> Result<Vec<Article>> {
    let sql = article_sql!(
        "WHERE state IN ('approved', 'published') AND ($1 IS NULL OR id > $1) ORDER BY id LIMIT $2"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(after).bind(limit).fetch_all(c).await)?)
}

/// Writes what became of laws an article cites, and which doubt about that is settled.
pub async fn set_doubt(
    tx: &mut Tx,
    id: ArticleId,
    doubt: Option<&str>,
    settled: Option<&str>,
) -> Result<()> {
    let sql =
        "UPDATE articles SET doubt = $2, doubt_settled = $3, version = version + 1 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(doubt).bind(settled))?;
    Ok(())
}

/// One article.
pub async fn get(link: &mut impl Link, id: ArticleId) -> Result<Option<Article>> {
    let sql = article_sql!("WHERE id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// One article, held until the transaction ends.
pub async fn lock(tx: &mut Tx, id: ArticleId) -> Result<Option<Article>> {
    if tx.conn().backend() == Backend::Postgres {
        run!(tx, sqlx::query("SELECT 1 FROM articles WHERE id = $1 FOR UPDATE").bind(id))?;
    }
    get(tx, id).await
}

/// The articles that wait for a reader or are in doubt, then the others changed last; newest first.
pub async fn newest(link: &mut impl Link, limit: i64) -> Result<Vec<Article>> {
    let sql = article_sql!(
        "ORDER BY CASE WHEN doubt IS NOT NULL OR state IN ('in_review', 'legal_passed') THEN 0 ELSE 1 END, \
         updated_at DESC, id DESC LIMIT $1"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(limit).fetch_all(c).await)?)
}

/// The published articles, newest first.
pub async fn published(link: &mut impl Link, limit: i64) -> Result<Vec<Article>> {
    let sql =
        article_sql!("WHERE state = 'published' ORDER BY published_at DESC, id DESC LIMIT $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(limit).fetch_all(c).await)?)
}

/// Changes whenever a published article does, or there is one more or less.
pub async fn published_stamp(link: &mut impl Link) -> Result<(i64, i64)> {
    const SQL: &str = "SELECT count(*), CAST(coalesce(sum(version), 0) AS BIGINT) FROM articles \
        WHERE state = 'published'";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_one(c).await)?)
}

/// Whether a picture stands in a published article or is its cover.
pub async fn is_public(link: &mut impl Link, picture: PictureId) -> Result<bool> {
    const SQL: &str = "SELECT count(*) FROM articles WHERE state = 'published' \
        AND (cover_id = $1 OR body LIKE $2)";
    let inside = format!("%{picture}%");
    let found: i64 = on!(link, c =>
        sqlx::query_scalar(SQL).bind(picture).bind(&inside).fetch_one(c).await)?;
    Ok(found > 0)
}

/// The articles in which every one of `words` stands, newest first.
pub async fn search(link: &mut impl Link, words: [&str; 3], limit: i64) -> Result<Vec<Article>> {
    let sql = article_sql!(
        "WHERE (title || ' ' || digest || ' ' || body) LIKE $1 ESCAPE '!' \
         AND (title || ' ' || digest || ' ' || body) LIKE $2 ESCAPE '!' \
         AND (title || ' ' || digest || ' ' || body) LIKE $3 ESCAPE '!' \
         ORDER BY updated_at DESC, id DESC LIMIT $4"
    );
    let [first, second, third] = words.map(like_pattern);
    Ok(on!(link, c => sqlx::query_as(sql).bind(&first).bind(&second).bind(&third).bind(limit)
        .fetch_all(c).await)?)
}

/// Moves an article from one state to another; `false` when it stands otherwise by now.
pub async fn step(
    tx: &mut Tx,
    id: ArticleId,
    from: ArticleState,
    to: ArticleState,
    reason: Option<&str>,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE articles SET state = $1, reason = $2, version = version + 1, \
        updated_at = $3 WHERE id = $4 AND state = $5";
    let changed = run!(tx, sqlx::query(SQL).bind(to).bind(reason).bind(now).bind(id).bind(from))?;
    Ok(changed == 1)
}

/// Notes what WeChat's draft box holds of an article; nothing when the draft is gone.
pub async fn set_draft(
    tx: &mut Tx,
    id: ArticleId,
    draft: Option<&str>,
    hash: Option<&str>,
) -> Result<()> {
    let sql = "UPDATE articles SET draft_id = $1, draft_hash = $2 WHERE id = $3";
    run!(tx, sqlx::query(sql).bind(draft).bind(hash).bind(id))?;
    Ok(())
}

/// Notes the publication WeChat took on, while the call is still the last thing known.
pub async fn taken_on(tx: &mut Tx, id: ArticleId, publish_id: &str, now: Moment) -> Result<bool> {
    const SQL: &str = "UPDATE articles SET publish_id = $1, state = 'checking', \
        version = version + 1, updated_at = $2 WHERE id = $3 AND state = 'calling'";
    Ok(run!(tx, sqlx::query(SQL).bind(publish_id).bind(now).bind(id))? == 1)
}

/// The article a publication belongs to: the one it was noted with, else the only one of the account
/// whose call has not ended or broke off.
pub async fn of_publication(
    link: &mut impl Link,
    account: &str,
    publish_id: &str,
) -> Result<Option<Article>> {
    let sql = article_sql!("WHERE account_id = $1 AND publish_id = $2");
    let noted: Option<Article> = on!(link, c =>
        sqlx::query_as(sql).bind(account).bind(publish_id).fetch_optional(c).await)?;
    if noted.is_some() {
        return Ok(noted);
    }
    let sql = article_sql!("WHERE account_id = $1 AND state IN ('calling', 'unknown') LIMIT 2");
    let mut open: Vec<Article> =
        on!(link, c => sqlx::query_as(sql).bind(account).fetch_all(c).await)?;
    Ok(if open.len() == 1 { open.pop() } else { None })
}

/// Writes a verdict; a draft that was published is gone from the box.
pub async fn judge(
    tx: &mut Tx,
    id: ArticleId,
    verdict: &Verdict,
    state: ArticleState,
    reason: Option<&str>,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE articles SET publish_id = $1, state = $2, reason = $3, \
        article_id = coalesce($4, article_id), url = coalesce($5, url), \
        published_at = CASE WHEN $2 = 'published' THEN $6 ELSE published_at END, \
        draft_id = CASE WHEN $2 = 'published' THEN NULL ELSE draft_id END, \
        draft_hash = CASE WHEN $2 = 'published' THEN NULL ELSE draft_hash END, \
        version = version + 1, updated_at = $6 WHERE id = $7";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(&verdict.publish_id)
            .bind(state.code())
            .bind(reason)
            .bind(&verdict.article_id)
            .bind(&verdict.url)
            .bind(now)
            .bind(id)
    )?;
    Ok(())
}

/// Adds a picture; `false` when one of that id is there already.
pub async fn insert_picture(tx: &mut Tx, new: &Picture, by: Uuid) -> Result<bool> {
    const SQL: &str = "INSERT INTO article_pictures (id, account_id, name, sha256, format, width, \
        height, bytes, added_at, added_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
        ON CONFLICT (id) DO NOTHING";
    let added = run!(
        tx,
        sqlx::query(SQL)
            .bind(new.id)
            .bind(&new.account_id)
            .bind(&new.name)
            .bind(&new.sha256)
            .bind(new.format)
            .bind(new.width)
            .bind(new.height)
            .bind(new.bytes)
            .bind(new.added_at)
            .bind(by)
    )?;
    Ok(added == 1)
}

/// One picture.
pub async fn picture(link: &mut impl Link, id: PictureId) -> Result<Option<Picture>> {
    let sql = picture_sql!("WHERE id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// The pictures of an account, newest first.
pub async fn pictures(link: &mut impl Link, account: &str, limit: i64) -> Result<Vec<Picture>> {
    let sql = picture_sql!("WHERE account_id = $1 ORDER BY added_at DESC, id DESC LIMIT $2");
    Ok(on!(link, c => sqlx::query_as(sql).bind(account).bind(limit).fetch_all(c).await)?)
}

/// Notes what WeChat calls its copies of a picture.
pub async fn set_copies(
    tx: &mut Tx,
    id: PictureId,
    url: Option<&str>,
    material: Option<&str>,
) -> Result<()> {
    const SQL: &str = "UPDATE article_pictures SET url = coalesce($1, url), \
        material_id = coalesce($2, material_id) WHERE id = $3";
    run!(tx, sqlx::query(SQL).bind(url).bind(material).bind(id))?;
    Ok(())
}
