//! The tables `followers` and `account_tags` once more: single followers, and what operators say of
//! them — tags, remarks, the blacklist.

use super::followers::KnownTag;
use crate::citizens::followers::{BlockReason, Filter, Follower};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{many_rows, on, run};

/// Followers on a page: as many as one call tags.
pub const PAGE: i64 = 50;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT f.id, f.account_id, f.openid, f.following, f.first_seen_at, f.subscribed_at, \
             f.unsubscribed_at, f.source, f.scene, f.tags, f.remark, f.detailed_at, f.blocked, \
             f.blocked_as_of, f.block_reason, f.block_note, c.id AS citizen_id FROM followers f \
             LEFT JOIN citizens c ON c.account_id = f.account_id AND c.openid = f.openid ",
            $rest
        )
    };
}

/// A page of followers with numbers below `before`, the greatest first.
pub async fn page(
    link: &mut impl Link,
    account: &str,
    filter: &Filter,
    before: i64,
) -> Result<Vec<Follower>> {
    const FOLLOWING: &str = select!(
        "WHERE f.account_id = $1 AND f.following = $4 AND f.id < $2 ORDER BY f.id DESC LIMIT $3"
    );
    const BLOCKED: &str =
        select!("WHERE f.account_id = $1 AND f.blocked AND f.id < $2 ORDER BY f.id DESC LIMIT $3");
    const TAGGED: &str = select!(
        "WHERE f.account_id = $1 AND f.tags <> '[]' AND f.id < $2 \
         AND ',' || substr(f.tags, 2, length(f.tags) - 2) || ',' LIKE $4 \
         ORDER BY f.id DESC LIMIT $3"
    );
    const REMARK: &str = select!(
        "WHERE f.account_id = $1 AND f.remark <> '' AND f.id < $2 \
         AND lower(f.remark) LIKE $4 ESCAPE '!' ORDER BY f.id DESC LIMIT $3"
    );
    match filter {
        Filter::Following => by_flag(link, FOLLOWING, account, before, true).await,
        Filter::Left => by_flag(link, FOLLOWING, account, before, false).await,
        Filter::Blocked => {
            Ok(on!(link, c => sqlx::query_as(BLOCKED).bind(account).bind(before).bind(PAGE)
                .fetch_all(c).await)?)
        }
        Filter::Tagged(id) => by_words(link, TAGGED, account, before, &format!("%,{id},%")).await,
        Filter::Remark(words) => by_words(link, REMARK, account, before, &containing(words)).await,
    }
}

async fn by_flag(
    link: &mut impl Link,
    sql: &'static str,
    account: &str,
    before: i64,
    flag: bool,
) -> Result<Vec<Follower>> {
    Ok(on!(link, c => sqlx::query_as(sql).bind(account).bind(before).bind(PAGE).bind(flag)
        .fetch_all(c).await)?)
}

async fn by_words(
    link: &mut impl Link,
    sql: &'static str,
    account: &str,
    before: i64,
    pattern: &str,
) -> Result<Vec<Follower>> {
    Ok(on!(link, c => sqlx::query_as(sql).bind(account).bind(before).bind(PAGE).bind(pattern)
        .fetch_all(c).await)?)
}

/// The words as a LIKE pattern with `!` as escape.
fn containing(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// One follower.
pub async fn get(link: &mut impl Link, id: i64) -> Result<Option<Follower>> {
    let sql = select!("WHERE f.id = $1");
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// Those of these followers whom the account has.
pub async fn several(link: &mut impl Link, account: &str, ids: &[i64]) -> Result<Vec<Follower>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(get(link, *id).await?.filter(|one| one.account_id == account));
    }
    Ok(found)
}

/// The follower whom WeChat calls `openid`.
pub async fn of_user(
    link: &mut impl Link,
    account: &str,
    openid: &str,
) -> Result<Option<Follower>> {
    let sql = select!("WHERE f.account_id = $1 AND f.openid = $2");
    Ok(on!(link, c => sqlx::query_as(sql).bind(account).bind(openid).fetch_optional(c).await)?)
}

/// Gives a follower these tags in place of the former.
pub async fn set_tags(tx: &mut Tx, id: i64, tags: &[i64], now: Moment) -> Result<()> {
    let sql = "UPDATE followers SET tags = $2, labelled_at = $3 WHERE id = $1";
    let tags = serde_json::to_string(tags)?;
    run!(tx, sqlx::query(sql).bind(id).bind(&tags).bind(now))?;
    Ok(())
}

/// Gives a follower a remark; empty takes it away.
pub async fn set_remark(tx: &mut Tx, id: i64, remark: &str, now: Moment) -> Result<()> {
    let sql = "UPDATE followers SET remark = $2, labelled_at = $3 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(remark).bind(now))?;
    Ok(())
}

/// Notes at `now` that a follower is on the blacklist, and why, or no longer on it.
pub async fn set_blocked(
    tx: &mut Tx,
    id: i64,
    why: Option<(BlockReason, &str)>,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE followers SET blocked = $2, blocked_as_of = $3, block_reason = $4, \
        block_note = $5 WHERE id = $1";
    let (reason, note) = why.unzip();
    let note = note.unwrap_or_default();
    run!(tx, sqlx::query(SQL).bind(id).bind(why.is_some()).bind(now).bind(reason).bind(note))?;
    Ok(())
}

/// Takes over the whole blacklist as it was at `as_of`; what is known from later stays.
pub async fn take_blacklist(
    tx: &mut Tx,
    account: &str,
    openids: &[String],
    as_of: Moment,
) -> Result<()> {
    let rows: Vec<[&str; 1]> = openids.iter().map(|openid| [openid.as_str()]).collect();
    let rows = serde_json::to_string(&rows)?;
    let off = many_rows!(
        tx,
        "UPDATE followers SET blocked = FALSE, blocked_as_of = $3, block_reason = NULL, \
         block_note = '' WHERE account_id = $2 AND blocked AND blocked_as_of < $3 \
         AND openid NOT IN (SELECT value->>0 FROM",
        ")"
    );
    run!(tx, sqlx::query(off).bind(&rows).bind(account).bind(as_of))?;
    let on = many_rows!(
        tx,
        "UPDATE followers SET blocked = TRUE, blocked_as_of = $3 WHERE account_id = $2 \
         AND NOT blocked AND blocked_as_of < $3 AND openid IN (SELECT value->>0 FROM",
        ")"
    );
    run!(tx, sqlx::query(on).bind(&rows).bind(account).bind(as_of))?;
    Ok(())
}

/// Keeps a tag, or its new name.
pub async fn put_tag(tx: &mut Tx, account: &str, tag: &KnownTag, now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO account_tags (account_id, tag_id, name, followers, synced_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, tag_id) DO UPDATE SET \
        name = excluded.name, followers = excluded.followers, synced_at = excluded.synced_at";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(account)
            .bind(tag.tag_id)
            .bind(&tag.name)
            .bind(tag.followers)
            .bind(now)
    )?;
    Ok(())
}

/// Counts `more` followers with a tag, or fewer when negative.
pub async fn count_tagged(tx: &mut Tx, account: &str, tag: i64, more: i64) -> Result<()> {
    let sql = "UPDATE account_tags SET followers = followers + $3 \
        WHERE account_id = $1 AND tag_id = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(tag).bind(more))?;
    Ok(())
}

/// Forgets a tag, also with those who had it.
pub async fn forget_tag(tx: &mut Tx, account: &str, tag: i64) -> Result<()> {
    const TAKE: &str = "UPDATE followers SET tags = '[' || trim(replace( \
        ',' || substr(tags, 2, length(tags) - 2) || ',', $2, ','), ',') || ']' \
        WHERE account_id = $1 AND tags <> '[]' \
        AND ',' || substr(tags, 2, length(tags) - 2) || ',' LIKE '%' || $2 || '%'";
    let inside = format!(",{tag},");
    run!(tx, sqlx::query(TAKE).bind(account).bind(&inside))?;
    let sql = "DELETE FROM account_tags WHERE account_id = $1 AND tag_id = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(tag))?;
    Ok(())
}
