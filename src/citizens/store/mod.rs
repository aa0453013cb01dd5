//! The table `citizens`; next door what is kept of followers and of reading their list.

pub mod consents;
pub mod followers;
pub mod labels;
pub mod runs;
pub mod topics;

use sqlx::FromRow;

use super::CitizenId;
use super::followers::Notice;
use crate::members::StationId;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::{on, run};

/// A citizen as the conversation and delivery need to know them.
#[derive(Clone, Debug, FromRow)]
pub struct Citizen {
    /// Id.
    pub id: CitizenId,
    /// Official account they follow.
    pub account_id: String,
    /// Their id at that account; never logged.
    pub openid: String,
    /// Whether they follow it now.
    pub following: bool,
    /// Station whose QR code they scanned last.
    pub station_id: Option<StationId>,
    /// Scene of the QR code they scanned last.
    pub scene: Option<String>,
}

/// Finds a citizen, or adds one under `new_id`; notes that they were seen.
pub async fn seen(
    tx: &mut Tx,
    account: &str,
    openid: &str,
    new_id: CitizenId,
    now: Moment,
) -> Result<Citizen> {
    const SQL: &str = "INSERT INTO citizens (id, account_id, openid, following, following_as_of, \
        first_seen_at, last_seen_at) VALUES ($1, $2, $3, TRUE, 0, $4, $4) \
        ON CONFLICT (account_id, openid) DO UPDATE SET last_seen_at = excluded.last_seen_at \
        RETURNING id, account_id, openid, following, station_id, scene";
    Ok(on!(tx, c => sqlx::query_as(SQL).bind(new_id).bind(account).bind(openid).bind(now)
        .fetch_one(c).await)?)
}

/// Notes a follow or unfollow that WeChat dates `as_of`; an older event never overrides a newer one.
/// Gives whether it counted.
pub async fn set_following(
    tx: &mut Tx,
    id: CitizenId,
    following: bool,
    as_of: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE citizens SET following = $2, following_as_of = $3 \
        WHERE id = $1 AND following_as_of <= $3";
    if let Some(citizen) = get(tx, id).await? {
        let Citizen { account_id, openid, .. } = &citizen;
        followers::note(tx, account_id, openid, following, as_of, Notice::Push).await?;
    }
    Ok(run!(tx, sqlx::query(SQL).bind(id).bind(following).bind(as_of))? == 1)
}

/// Remembers the QR code that brought the citizen.
pub async fn set_scene(
    tx: &mut Tx,
    id: CitizenId,
    scene: &str,
    station: Option<StationId>,
) -> Result<()> {
    const SQL: &str =
        "UPDATE citizens SET scene = $2, station_id = COALESCE($3, station_id) WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(scene).bind(station))?;
    Ok(())
}

/// One citizen.
pub async fn get(link: &mut impl Link, id: CitizenId) -> Result<Option<Citizen>> {
    let sql =
        "SELECT id, account_id, openid, following, station_id, scene FROM citizens WHERE id = $1";
    Ok(on!(link, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// Takes everything that says who it was from a citizen; the row stays for what refers to it.
pub async fn erase(tx: &mut Tx, id: CitizenId, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE citizens SET openid = $2, following = FALSE, scene = NULL, \
        station_id = NULL, erased_at = $3 WHERE id = $1";
    run!(tx, sqlx::query(SQL).bind(id).bind(format!("erased:{id}")).bind(now))?;
    Ok(())
}
