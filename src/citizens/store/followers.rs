//! The tables `followers`, `follower_changes` and `account_tags`.

use sqlx::FromRow;

use crate::citizens::followers::{Change, Detail, Figures, Notice};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{many_rows, on, run};

/// What a part of the list changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Followers nobody knew of.
    pub added: u64,
    /// Followers who had left and are back.
    pub returned: u64,
}

/// Takes over a part of the list that was true at `as_of`, for the reading `run_id`. What is known
/// from later stays. Doing it twice changes nothing more.
pub async fn take_listed(
    tx: &mut Tx,
    account: &str,
    (run_id, is_first): (i64, bool),
    openids: &[String],
    as_of: Moment,
) -> Result<Listed> {
    let rows: Vec<[&str; 1]> = openids.iter().map(|openid| [openid.as_str()]).collect();
    let rows = serde_json::to_string(&rows)?;
    let mark = many_rows!(
        tx,
        "UPDATE followers SET run_id = $3 WHERE account_id = $2 AND openid IN (SELECT value->>0 FROM",
        ")"
    );
    run!(tx, sqlx::query(mark).bind(&rows).bind(account).bind(run_id))?;
    let returned = take_back(tx, account, &rows, as_of).await?;
    if !is_first {
        let new = many_rows!(
            tx,
            "INSERT INTO follower_changes (account_id, openid, following, at, noticed_by) \
             SELECT $2, value->>0, TRUE, $3, 'list' FROM",
            "AND NOT EXISTS (SELECT 1 FROM followers f \
             WHERE f.account_id = $2 AND f.openid = value->>0)"
        );
        run!(tx, sqlx::query(new).bind(&rows).bind(account).bind(as_of))?;
    }
    let add = many_rows!(
        tx,
        "INSERT INTO followers (account_id, openid, following, as_of, first_seen_at, run_id) \
         SELECT $2, value->>0, TRUE, $3, $3, $4 FROM",
        "ON CONFLICT (account_id, openid) DO NOTHING"
    );
    let added = run!(tx, sqlx::query(add).bind(&rows).bind(account).bind(as_of).bind(run_id))?;
    let citizens = many_rows!(
        tx,
        "UPDATE citizens SET following = TRUE, following_as_of = $3 WHERE account_id = $2 \
         AND NOT following AND following_as_of <= $3 AND openid IN (SELECT value->>0 FROM",
        ")"
    );
    run!(tx, sqlx::query(citizens).bind(&rows).bind(account).bind(as_of))?;
    Ok(Listed { added, returned })
}

/// Those on the list who were taken to have left.
async fn take_back(tx: &mut Tx, account: &str, rows: &str, as_of: Moment) -> Result<u64> {
    let note = many_rows!(
        tx,
        "INSERT INTO follower_changes (account_id, openid, following, at, noticed_by) \
         SELECT account_id, openid, TRUE, $3, 'list' FROM followers WHERE account_id = $2 \
         AND NOT following AND as_of <= $3 AND openid IN (SELECT value->>0 FROM",
        ")"
    );
    run!(tx, sqlx::query(note).bind(rows).bind(account).bind(as_of))?;
    let follow = many_rows!(
        tx,
        "UPDATE followers SET following = TRUE, as_of = $3, subscribed_at = NULL, \
         unsubscribed_at = NULL, detailed_at = NULL WHERE account_id = $2 AND NOT following \
         AND as_of <= $3 AND openid IN (SELECT value->>0 FROM",
        ")"
    );
    Ok(run!(tx, sqlx::query(follow).bind(rows).bind(account).bind(as_of))?)
}

/// Notes at `now` that those have left whom the complete reading `run_id`, begun at `started`, did
/// not show and of whom nothing later is known. What was kept of them beyond that goes. Gives how
/// many they are.
pub async fn note_gone(
    tx: &mut Tx,
    account: &str,
    run_id: i64,
    started: Moment,
    now: Moment,
) -> Result<u64> {
    const NOTE: &str = "INSERT INTO follower_changes (account_id, openid, following, at, noticed_by) \
        SELECT account_id, openid, FALSE, $4, 'list' FROM followers WHERE account_id = $1 \
        AND following AND run_id <> $2 AND as_of < $3";
    const LEAVE: &str = "UPDATE followers SET following = FALSE, as_of = $4, unsubscribed_at = $4, \
        tags = '[]', remark = '', unionid = NULL WHERE account_id = $1 AND following \
        AND run_id <> $2 AND as_of < $3";
    const CITIZENS: &str = "UPDATE citizens SET following = FALSE, following_as_of = $3 \
        WHERE account_id = $1 AND following AND following_as_of < $2 AND NOT EXISTS ( \
        SELECT 1 FROM followers f WHERE f.account_id = citizens.account_id \
        AND f.openid = citizens.openid AND f.following)";
    run!(tx, sqlx::query(NOTE).bind(account).bind(run_id).bind(started).bind(now))?;
    let gone = run!(tx, sqlx::query(LEAVE).bind(account).bind(run_id).bind(started).bind(now))?;
    run!(tx, sqlx::query(CITIZENS).bind(account).bind(started).bind(now))?;
    Ok(gone)
}

#[derive(FromRow)]
struct Standing {
    following: bool,
    as_of: Moment,
}

/// Notes that somebody follows or has left since `as_of`; what is known from later stays. Gives
/// whether it counted.
pub async fn note(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    following: bool,
    as_of: Moment,
    by: Notice,
) -> Result<bool> {
    const KNOWN: &str =
        "SELECT following, as_of FROM followers WHERE account_id = $1 AND openid = $2";
    const SAVE: &str = "INSERT INTO followers (account_id, openid, following, as_of, first_seen_at, \
        subscribed_at, unsubscribed_at) VALUES ($1, $2, $3, $4, $4, $5, $6) \
        ON CONFLICT (account_id, openid) DO UPDATE SET following = excluded.following, \
        as_of = excluded.as_of, subscribed_at = excluded.subscribed_at, \
        unsubscribed_at = excluded.unsubscribed_at, detailed_at = NULL, tags = '[]', remark = '', \
        unionid = NULL";
    const SEEN: &str = "UPDATE followers SET as_of = $3 WHERE account_id = $1 AND openid = $2";
    const NOTE: &str = "INSERT INTO follower_changes (account_id, openid, following, at, noticed_by) \
        VALUES ($1, $2, $3, $4, $5)";
    let known: Option<Standing> =
        on!(tx, c => sqlx::query_as(KNOWN).bind(account).bind(openid).fetch_optional(c).await)?;
    match known {
        Some(known) if known.as_of > as_of => return Ok(false),
        Some(known) if known.following == following => {
            run!(tx, sqlx::query(SEEN).bind(account).bind(openid).bind(as_of))?;
            return Ok(true);
        }
        _ => {}
    }
    let (since, until) = if following { (Some(as_of), None) } else { (None, Some(as_of)) };
    run!(
        tx,
        sqlx::query(SAVE)
            .bind(account)
            .bind(openid)
            .bind(following)
            .bind(as_of)
            .bind(since)
            .bind(until)
    )?;
    run!(tx, sqlx::query(NOTE).bind(account).bind(openid).bind(following).bind(as_of).bind(by))?;
    Ok(true)
}

/// Followers whose particulars are not known, up to `limit`.
pub async fn undetailed(link: &mut impl Link, account: &str, limit: i64) -> Result<Vec<String>> {
    const SQL: &str = "SELECT openid FROM followers WHERE account_id = $1 AND following \
        AND detailed_at IS NULL LIMIT $2";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(account).bind(limit).fetch_all(c).await)?)
}

/// Keeps the particulars of many followers, as WeChat was `asked` for them; tags and remarks that
/// operators have changed since then stay.
pub async fn save_details(
    tx: &mut Tx,
    account: &str,
    details: &[Detail],
    (asked, now): (Moment, Moment),
) -> Result<()> {
    // Every row is there already. Written as an insertion, since SQLite goes through all followers
    // for each row of an UPDATE … FROM.
    let sql = many_rows!(
        tx,
        "INSERT INTO followers (account_id, openid, following, as_of, first_seen_at, \
         subscribed_at, source, scene, tags, remark, unionid, detailed_at) SELECT $2, value->>0, \
         FALSE, 0, $3, CAST(value->>1 AS BIGINT), value->>2, value->>3, value->>4, value->>5, \
         value->>6, $3 FROM",
        "ON CONFLICT (account_id, openid) DO UPDATE SET \
         subscribed_at = COALESCE(excluded.subscribed_at, followers.subscribed_at), \
         source = excluded.source, scene = excluded.scene, \
         tags = CASE WHEN followers.labelled_at < $4 THEN excluded.tags ELSE followers.tags END, \
         remark = CASE WHEN followers.labelled_at < $4 THEN excluded.remark \
         ELSE followers.remark END, unionid = excluded.unionid, detailed_at = excluded.detailed_at"
    );
    let rows = details.iter().map(|one| {
        let tags = serde_json::to_string(&one.tags)?;
        Ok((
            &one.openid,
            one.subscribed_at,
            &one.source,
            &one.scene,
            tags,
            &one.remark,
            &one.unionid,
        ))
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    let rows = serde_json::to_string(&rows)?;
    run!(tx, sqlx::query(sql).bind(rows).bind(account).bind(now).bind(asked))?;
    Ok(())
}

/// Every following and unfollowing of one user that was noticed, oldest first.
pub async fn changes_of(link: &mut impl Link, account: &str, openid: &str) -> Result<Vec<Change>> {
    const SQL: &str = "SELECT following, at, noticed_by FROM follower_changes \
        WHERE account_id = $1 AND openid = $2 ORDER BY id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(openid).fetch_all(c).await)?)
}

/// How many came and how many left an account since `from`, as far as it was noticed.
pub async fn changes_since(
    link: &mut impl Link,
    account: &str,
    from: Moment,
) -> Result<(i64, i64)> {
    const SQL: &str = "SELECT count(*) FILTER (WHERE following), \
        count(*) FILTER (WHERE NOT following) FROM follower_changes \
        WHERE account_id = $1 AND at >= $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).bind(from).fetch_one(c).await)?)
}

/// Counts the followers of an account.
pub async fn figures(link: &mut impl Link, account: &str) -> Result<Figures> {
    const SQL: &str = "SELECT count(*) FILTER (WHERE following) AS following, \
        count(*) FILTER (WHERE following AND detailed_at IS NULL) AS undetailed, \
        count(*) FILTER (WHERE NOT following) AS left_ever FROM followers WHERE account_id = $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).fetch_one(c).await)?)
}

/// A tag as WeChat last told it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct KnownTag {
    /// WeChat's number for it.
    pub tag_id: i64,
    /// Its name.
    pub name: String,
    /// Followers that have it.
    pub followers: i64,
}

/// Puts `tags` in place of what was known of an account's tags.
pub async fn replace_tags(
    tx: &mut Tx,
    account: &str,
    tags: &[KnownTag],
    now: Moment,
) -> Result<()> {
    const ADD: &str = "INSERT INTO account_tags (account_id, tag_id, name, followers, synced_at) \
        VALUES ($1, $2, $3, $4, $5)";
    let forget = "DELETE FROM account_tags WHERE account_id = $1";
    run!(tx, sqlx::query(forget).bind(account))?;
    for tag in tags {
        run!(
            tx,
            sqlx::query(ADD)
                .bind(account)
                .bind(tag.tag_id)
                .bind(&tag.name)
                .bind(tag.followers)
                .bind(now)
        )?;
    }
    Ok(())
}

/// The tags of an account as last told, by number.
pub async fn tags(link: &mut impl Link, account: &str) -> Result<Vec<KnownTag>> {
    const SQL: &str = "SELECT tag_id, name, followers FROM account_tags WHERE account_id = $1 \
        ORDER BY tag_id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(account).fetch_all(c).await)?)
}

/// Forgets what was written down about a follower and when they came and went; whether they follow
/// is WeChat's word and stays.
pub async fn forget_person(tx: &mut Tx, account: &str, openid: &str) -> Result<()> {
    const SQL: &str =
        "UPDATE followers SET remark = '', scene = NULL WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(SQL).bind(account).bind(openid))?;
    let sql = "DELETE FROM follower_changes WHERE account_id = $1 AND openid = $2";
    run!(tx, sqlx::query(sql).bind(account).bind(openid))?;
    Ok(())
}
