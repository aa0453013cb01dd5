//! The table `alerts`, and who may be told; messages and wishes below.

pub mod messages;
pub mod people;

use uuid::Uuid;

use super::rules::Colleague;
use super::{Alert, Happening, Occasion};
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// The active people of an organization and of the alliance, whoever was here last first.
pub async fn colleagues(
    link: &mut impl Link,
    organization: Option<OrganizationId>,
) -> Result<Vec<Colleague>> {
    const SQL: &str = "SELECT id, role, organization_id FROM staff WHERE active \
        AND (organization_id = $1 OR organization_id IS NULL) \
        ORDER BY coalesce(last_login_at, 0) DESC, id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(organization).fetch_all(c).await)?)
}

/// Writes an alert; nothing when the very same was told before. One that happens again is new
/// again.
pub async fn insert(
    tx: &mut Tx,
    recipient: Uuid,
    to_group: bool,
    what: &Happening,
    again: bool,
    now: Moment,
) -> Result<Option<i64>> {
    macro_rules! sql {
        ($conflict:literal) => {
            concat!(
                "INSERT INTO alerts (recipient, to_group, occasion, about, stamp, number, \
                 organization_id, detail, raised_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                 ON CONFLICT (recipient, occasion, about, stamp) DO ",
                $conflict,
                " RETURNING id"
            )
        };
    }
    let sql = match again {
        false => sql!("NOTHING"),
        true => sql!(
            "UPDATE SET detail = excluded.detail, organization_id = excluded.organization_id, \
             raised_at = excluded.raised_at, seen_at = NULL"
        ),
    };
    Ok(on!(tx, c => sqlx::query_scalar(sql)
        .bind(recipient).bind(to_group).bind(what.occasion).bind(what.about).bind(what.stamp)
        .bind(&what.number).bind(what.organization).bind(&what.detail).bind(now)
        .fetch_optional(c).await)?)
}

macro_rules! alert_sql {
    ($tail:literal) => {
        concat!(
            "SELECT id, occasion, about, number, organization_id, detail, raised_at, seen_at \
             FROM alerts WHERE recipient = $1 AND NOT to_group ",
            $tail
        )
    };
}

/// A person's alerts, unseen and newest first, at most `most`.
pub async fn of_person(link: &mut impl Link, person: Uuid, most: i64) -> Result<Vec<Alert>> {
    let sql = alert_sql!(
        "ORDER BY CASE WHEN seen_at IS NULL THEN 0 ELSE 1 END, raised_at DESC, id DESC LIMIT $2"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(person).bind(most).fetch_all(c).await)?)
}

/// The dangers a person has not yet said to know of, newest first, at most `most`.
pub async fn dangers(link: &mut impl Link, person: Uuid, most: i64) -> Result<Vec<Alert>> {
    let sql = alert_sql!(
        "AND occasion = 'danger' AND seen_at IS NULL ORDER BY raised_at DESC, id LIMIT $2"
    );
    Ok(on!(link, c => sqlx::query_as(sql).bind(person).bind(most).fetch_all(c).await)?)
}

/// How many alerts a person has not seen.
pub async fn unseen(link: &mut impl Link, person: Uuid) -> Result<i64> {
    const SQL: &str =
        "SELECT count(*) FROM alerts WHERE recipient = $1 AND NOT to_group AND seen_at IS NULL";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(person).fetch_one(c).await)?)
}

/// Notes that a person knows; gives what it was, nothing when it was never told to them.
pub async fn mark_seen(
    tx: &mut Tx,
    id: i64,
    person: Uuid,
    now: Moment,
) -> Result<Option<(Occasion, Uuid)>> {
    const SQL: &str = "UPDATE alerts SET seen_at = coalesce(seen_at, $3) \
        WHERE id = $1 AND recipient = $2 AND NOT to_group RETURNING occasion, about";
    Ok(on!(tx, c => sqlx::query_as(SQL).bind(id).bind(person).bind(now).fetch_optional(c).await)?)
}

/// Notes that a person has seen everything but dangers, which are answered for one by one.
pub async fn mark_all_seen(tx: &mut Tx, person: Uuid, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE alerts SET seen_at = $2 WHERE recipient = $1 AND NOT to_group \
        AND seen_at IS NULL AND occasion <> 'danger'";
    run!(tx, sqlx::query(SQL).bind(person).bind(now))?;
    Ok(())
}

/// Notes that something was dealt with: whoever was told of it need not look any more. Danger
/// stays until each has said that they know.
pub async fn settle(tx: &mut Tx, about: Uuid, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE alerts SET seen_at = $2 \
        WHERE about = $1 AND seen_at IS NULL AND occasion <> 'danger'";
    run!(tx, sqlx::query(SQL).bind(about).bind(now))?;
    Ok(())
}

/// Notes that what was told of something for one occasion was dealt with.
pub async fn settle_occasion(
    tx: &mut Tx,
    about: Uuid,
    occasion: Occasion,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE alerts SET seen_at = $3 \
        WHERE about = $1 AND occasion = $2 AND seen_at IS NULL";
    run!(tx, sqlx::query(SQL).bind(about).bind(occasion).bind(now))?;
    Ok(())
}

/// Removes everything that was told of something that is erased.
pub async fn forget(tx: &mut Tx, about: Uuid) -> Result<()> {
    for sql in [
        "DELETE FROM alert_parts WHERE alert_id IN (SELECT id FROM alerts WHERE about = $1)",
        "DELETE FROM alerts WHERE about = $1",
    ] {
        run!(tx, sqlx::query(sql).bind(about))?;
    }
    Ok(())
}

/// Removes what is older than `before`, alerts and messages.
pub async fn forget_old(tx: &mut Tx, before: Moment) -> Result<()> {
    for sql in [
        "DELETE FROM alert_parts WHERE alert_id IN (SELECT id FROM alerts WHERE raised_at < $1)",
        "DELETE FROM alerts WHERE raised_at < $1",
        "DELETE FROM alert_parts WHERE message_id IN \
         (SELECT id FROM alert_messages WHERE created_at < $1)",
        "DELETE FROM alert_messages WHERE created_at < $1",
    ] {
        run!(tx, sqlx::query(sql).bind(before))?;
    }
    Ok(())
}

/// Jobs that were set aside and that nobody was told of.
pub async fn untold_failures(link: &mut impl Link, most: i64) -> Result<Vec<i64>> {
    const SQL: &str = "SELECT j.id FROM jobs j WHERE j.state = 'dead' AND NOT EXISTS \
        (SELECT 1 FROM alerts a WHERE a.about = $1 AND a.occasion = 'failure' AND a.stamp = j.id) \
        ORDER BY j.id LIMIT $2";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(Uuid::nil()).bind(most).fetch_all(c).await)?)
}
