//! The tables `laws`, `law_articles` and `lessons`.

use sqlx::FromRow;
use uuid::Uuid;

use super::{Article, Kind, Law, LawId, LessonId};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, ManyValues, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// Every version of every law.
pub async fn laws(link: &mut impl Link) -> Result<Vec<Law>> {
    const SQL: &str = "SELECT id, name, title, issuer, kind, in_force_from, in_force_to, \
        repealed_by, source FROM laws ORDER BY name, in_force_from";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?)
}

/// Adds a version of a law, or brings what is known of it up to date; gives its id and whether
/// anything changed.
pub async fn put_law(tx: &mut Tx, law: &Law, now: Moment) -> Result<(LawId, bool)> {
    const SQL: &str = "INSERT INTO laws (id, name, title, issuer, kind, in_force_from, in_force_to, \
        repealed_by, source, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
        ON CONFLICT (name, in_force_from) DO UPDATE SET title = excluded.title, \
        issuer = excluded.issuer, kind = excluded.kind, in_force_to = excluded.in_force_to, \
        repealed_by = excluded.repealed_by, source = excluded.source, \
        changed_at = excluded.changed_at WHERE laws.title <> excluded.title \
        OR laws.issuer <> excluded.issuer OR laws.kind <> excluded.kind \
        OR laws.in_force_to <> excluded.in_force_to OR laws.repealed_by <> excluded.repealed_by \
        OR laws.source <> excluded.source";
    let changed = run!(
        tx,
        sqlx::query(SQL)
            .bind(law.id)
            .bind(&law.name)
            .bind(&law.title)
            .bind(&law.issuer)
            .bind(law.kind)
            .bind(&law.in_force_from)
            .bind(&law.in_force_to)
            .bind(&law.repealed_by)
            .bind(&law.source)
            .bind(now)
    )?;
    const ID: &str = "SELECT id FROM laws WHERE name = $1 AND in_force_from = $2";
    let id: (LawId,) = on!(tx, c => sqlx::query_as(ID).bind(&law.name).bind(&law.in_force_from)
        .fetch_one(c).await)?;
    Ok((id.0, changed > 0))
}

/// Notes that articles of a law changed.
pub async fn touch_law(tx: &mut Tx, law: LawId, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE laws SET changed_at = $2 WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(law).bind(now))?;
    Ok(())
}

/// Adds articles or replaces those that read differently; gives how many did either.
pub async fn put_articles(tx: &mut Tx, law: LawId, articles: &[Article]) -> Result<u64> {
    static SQL: ManyValues = ManyValues::new(
        "INSERT INTO law_articles (law_id, number, insertion, heading, names, body)",
        6,
        "ON CONFLICT (law_id, number, insertion) DO UPDATE SET heading = excluded.heading, \
        names = excluded.names, body = excluded.body \
        WHERE law_articles.heading <> excluded.heading OR law_articles.names <> excluded.names \
        OR law_articles.body <> excluded.body",
    );
    let mut changed = 0;
    for part in articles.chunks(ManyValues::MOST) {
        let text = SQL.text(tx, part.len());
        changed += on!(tx, c => {
            let mut query = sqlx::query(text);
            for article in part {
                query = query.bind(law).bind(article.number).bind(article.insertion)
                    .bind(&article.heading).bind(&article.names).bind(&article.body);
            }
            query.execute(c).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(changed)
}

/// The articles of one version, in order.
pub async fn articles(link: &mut impl Link, law: LawId) -> Result<Vec<Article>> {
    const SQL: &str = "SELECT number, insertion, heading, names, body FROM law_articles \
        WHERE law_id = $1 ORDER BY number, insertion";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(law).fetch_all(c).await)?)
}

/// One article.
pub async fn article(
    link: &mut impl Link,
    law: LawId,
    number: i64,
    insertion: i64,
) -> Result<Option<Article>> {
    const SQL: &str = "SELECT number, insertion, heading, names, body FROM law_articles \
        WHERE law_id = $1 AND number = $2 AND insertion = $3";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(law).bind(number).bind(insertion)
        .fetch_optional(c).await)?)
}

/// An article as lessons name it: kept name of the law, number, insertion.
pub type Cited = (String, i64, i64);

/// One answered question that retrieval may learn from.
#[derive(Clone, Debug, FromRow)]
pub struct LessonRow {
    /// Its id.
    pub id: LessonId,
    /// The official account it came in by.
    pub account_id: String,
    /// The inquiry it comes from; `None` when it came from elsewhere.
    pub inquiry_id: Option<Uuid>,
    /// Where it comes from, in words.
    pub source: String,
    /// The masked question.
    pub question: String,
    /// The masked answer; empty when there is none.
    pub answer: String,
    /// Articles cited, as JSON of [`Cited`]s.
    pub cites: String,
    /// Whether they answer the question; otherwise somebody said that they do not.
    pub fits: bool,
    /// Who confirmed it.
    pub confirmed_by: Option<Uuid>,
    /// When.
    pub confirmed_at: Moment,
}

/// Adds a lesson.
pub async fn add_lesson(tx: &mut Tx, lesson: &LessonRow) -> Result<()> {
    const SQL: &str = "INSERT INTO lessons (id, account_id, inquiry_id, source, question, answer, \
        cites, fits, confirmed_by, confirmed_at, changed_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(lesson.id)
            .bind(&lesson.account_id)
            .bind(lesson.inquiry_id)
            .bind(&lesson.source)
            .bind(&lesson.question)
            .bind(&lesson.answer)
            .bind(&lesson.cites)
            .bind(lesson.fits)
            .bind(lesson.confirmed_by)
            .bind(lesson.confirmed_at)
    )?;
    Ok(())
}

/// Takes a lesson out of use and empties its texts; `false` when it was out of use already.
pub async fn remove_lesson(tx: &mut Tx, lesson: LessonId, now: Moment) -> Result<bool> {
    const SQL: &str = "UPDATE lessons SET removed_at = $2, changed_at = $2, question = '', answer = '' \
        WHERE id = $1 AND removed_at IS NULL";
    Ok(run!(tx, sqlx::query(SQL).bind(lesson).bind(now))? == 1)
}

/// Takes every lesson of an inquiry out of use and empties its texts, as part of erasing it.
pub async fn forget_inquiry(tx: &mut Tx, inquiry: Uuid, now: Moment) -> Result<u64> {
    const SQL: &str = "UPDATE lessons SET removed_at = $2, changed_at = $2, question = '', answer = '' \
        WHERE inquiry_id = $1 AND removed_at IS NULL";
    Ok(run!(tx, sqlx::query(SQL).bind(inquiry).bind(now))?)
}

/// Gives what was said about articles in an inquiry to another one.
pub async fn hand_over(tx: &mut Tx, from: Uuid, to: Uuid, now: Moment) -> Result<()> {
    let sql = "UPDATE lessons SET inquiry_id = $2, changed_at = $3 WHERE inquiry_id = $1";
    run!(tx, sqlx::query(sql).bind(from).bind(to).bind(now))?;
    Ok(())
}

/// Takes back what was said in an inquiry about `cites`; gives whether there was anything.
pub async fn take_back(tx: &mut Tx, inquiry: Uuid, cites: &str, now: Moment) -> Result<bool> {
    const SQL: &str = "UPDATE lessons SET removed_at = $3, changed_at = $3, question = '', answer = '' \
        WHERE inquiry_id = $1 AND cites = $2 AND removed_at IS NULL";
    Ok(run!(tx, sqlx::query(SQL).bind(inquiry).bind(cites).bind(now))? > 0)
}

/// Adds a masked answer to what the lessons of its inquiry teach; gives how many there are.
pub async fn add_answer(tx: &mut Tx, inquiry: Uuid, answer: &str, now: Moment) -> Result<u64> {
    const SQL: &str = "UPDATE lessons SET answer = answer || $2, changed_at = $3 \
        WHERE inquiry_id = $1 AND removed_at IS NULL";
    let line = format!("{answer}\n");
    Ok(run!(tx, sqlx::query(SQL).bind(inquiry).bind(line).bind(now))?)
}

macro_rules! lesson_sql {
    ($tail:literal) => {
        concat!(
            "SELECT id, account_id, inquiry_id, source, question, answer, cites, fits, \
             confirmed_by, confirmed_at FROM lessons WHERE removed_at IS NULL ",
            $tail
        )
    };
}

/// Every lesson that retrieval learns from, oldest first.
pub async fn lessons(link: &mut impl Link) -> Result<Vec<LessonRow>> {
    let sql = lesson_sql!("AND fits ORDER BY confirmed_at, id");
    Ok(on!(link, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// What was said about articles in an inquiry, oldest first. The caller has read the inquiry itself
/// within a scope.
pub async fn lessons_of(link: &mut impl Link, inquiry: Uuid) -> Result<Vec<LessonRow>> {
    let sql = lesson_sql!("AND inquiry_id = $1 ORDER BY confirmed_at, id");
    Ok(on!(link, c => sqlx::query_as(sql).bind(inquiry).fetch_all(c).await)?)
}

/// The newest lessons, fitting and not, at most `most`.
pub async fn newest_lessons(link: &mut impl Link, most: i64) -> Result<Vec<LessonRow>> {
    let sql = lesson_sql!("ORDER BY confirmed_at DESC, id DESC LIMIT $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(most).fetch_all(c).await)?)
}

/// What changes whenever laws or lessons do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Stamp {
    /// Versions of laws.
    pub laws: i64,
    /// When one of them changed last.
    pub laws_changed: i64,
    /// Lessons, removed ones included.
    pub lessons: i64,
    /// When one of them changed last.
    pub lessons_changed: i64,
    /// Lessons in use.
    pub in_use: i64,
}

/// The stamp now.
pub async fn stamp(link: &mut impl Link) -> Result<Stamp> {
    const SQL: &str = "SELECT (SELECT count(*) FROM laws) AS laws, \
        (SELECT COALESCE(max(changed_at), 0) FROM laws) AS laws_changed, \
        (SELECT count(*) FROM lessons) AS lessons, \
        (SELECT COALESCE(max(changed_at), 0) FROM lessons) AS lessons_changed, \
        (SELECT count(*) FROM lessons WHERE removed_at IS NULL) AS in_use";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_one(c).await)?)
}

/// Kinds of laws and how many versions of each are there, for the doctor and the page.
pub async fn kinds(link: &mut impl Link) -> Result<Vec<(Kind, i64)>> {
    const SQL: &str = "SELECT kind, count(*) FROM laws GROUP BY kind ORDER BY kind";
    Ok(on!(link, c => sqlx::query_as(SQL).fetch_all(c).await)?)
}
