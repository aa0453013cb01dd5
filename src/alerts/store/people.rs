//! The tables `alert_people` and `alert_groups`, and the WeChats that people have bound.

use uuid::Uuid;

use crate::alerts::rules::Quiet;
use crate::alerts::{Choices, Group, Wishes};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run};

#[derive(sqlx::FromRow)]
struct WishesRow {
    email: String,
    quiet_from: i64,
    quiet_to: i64,
    choices: String,
}

/// How a person wants to be told.
pub async fn wishes(link: &mut impl Link, person: StaffId) -> Result<Wishes> {
    const SQL: &str =
        "SELECT email, quiet_from, quiet_to, choices FROM alert_people WHERE staff_id = $1";
    let row: Option<WishesRow> =
        on!(link, c => sqlx::query_as(SQL).bind(person).fetch_optional(c).await)?;
    let Some(row) = row else { return Ok(Wishes::default()) };
    Ok(Wishes {
        email: row.email,
        quiet: Quiet { from: row.quiet_from, to: row.quiet_to },
        choices: serde_json::from_str(&row.choices)?,
    })
}

/// Writes how a person wants to be told.
pub async fn save_wishes(tx: &mut Tx, person: StaffId, wishes: &Wishes, now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO alert_people (staff_id, email, quiet_from, quiet_to, choices, saved_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (staff_id) DO UPDATE SET \
        email = excluded.email, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, \
        choices = excluded.choices, saved_at = excluded.saved_at";
    let choices: &Choices = &wishes.choices;
    let choices = serde_json::to_string(choices)?;
    run!(
        tx,
        sqlx::query(SQL)
            .bind(person)
            .bind(&wishes.email)
            .bind(wishes.quiet.from)
            .bind(wishes.quiet.to)
            .bind(choices)
            .bind(now)
    )?;
    Ok(())
}

/// The WeChats that a person has bound: official account and openid, the newest first.
pub async fn wechats(link: &mut impl Link, person: StaffId) -> Result<Vec<(String, String)>> {
    const SQL: &str = "SELECT account_id, openid FROM staff_wechats WHERE staff_id = $1 \
        ORDER BY bound_at DESC, account_id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(person).fetch_all(c).await)?)
}

/// The group of an organization, or under the nil id of the alliance.
pub async fn group(link: &mut impl Link, owner: Uuid) -> Result<Option<Group>> {
    const SQL: &str = "SELECT key, key_end, occasions FROM alert_groups WHERE owner = $1";
    let row: Option<(String, String, String)> =
        on!(link, c => sqlx::query_as(SQL).bind(owner).fetch_optional(c).await)?;
    let read = |(key, key_end, occasions): (String, String, String)| {
        Ok(Group { key, key_end, occasions: serde_json::from_str(&occasions)? })
    };
    row.map(read).transpose()
}

/// Writes the group of an organization or of the alliance.
pub async fn save_group(
    tx: &mut Tx,
    owner: Uuid,
    group: &Group,
    by: StaffId,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO alert_groups (owner, key, key_end, occasions, saved_at, saved_by) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (owner) DO UPDATE SET key = excluded.key, \
        key_end = excluded.key_end, occasions = excluded.occasions, \
        saved_at = excluded.saved_at, saved_by = excluded.saved_by";
    let occasions = serde_json::to_string(&group.occasions)?;
    run!(
        tx,
        sqlx::query(SQL)
            .bind(owner)
            .bind(&group.key)
            .bind(&group.key_end)
            .bind(occasions)
            .bind(now)
            .bind(by)
    )?;
    Ok(())
}

/// Keeps others from writing to a group until the transaction ends, so that what its robot was asked
/// is counted by one at a time.
pub async fn hold_group(tx: &mut Tx, owner: Uuid) -> Result<()> {
    run!(tx, sqlx::query("UPDATE alert_groups SET owner = owner WHERE owner = $1").bind(owner))?;
    Ok(())
}

/// Takes a group away.
pub async fn remove_group(tx: &mut Tx, owner: Uuid) -> Result<()> {
    run!(tx, sqlx::query("DELETE FROM alert_groups WHERE owner = $1").bind(owner))?;
    Ok(())
}
