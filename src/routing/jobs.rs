//! What routing does by itself: offers that nobody answered go to the next organization; what an
//! organization cannot keep goes on; what waited for one that has room is placed; claims whose owner
//! does nothing end.

use std::time::Duration;

use super::actions::moving;
use super::cache::DirectoryCache;
use super::moving::{in_turn, leaving};
use super::rules::Directory;
use crate::inquiries::InquiryId;
use crate::inquiries::actions::staff::end_claim;
use crate::inquiries::callbacks::store::without_colleague;
use crate::inquiries::store::{self, Held};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Outcome};

/// Kind of the recurring job that moves what lies; no payload.
pub const SWEEP: &str = "routing.sweep";

/// Time between two sweeps.
const EVERY: Duration = Duration::from_secs(30);
/// Inquiries moved by one sweep; more are moved by the next, at once.
const MOST: usize = 200;
/// Inquiries looked at because they wait for somebody.
const MOST_WAITING: i64 = 2000;

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, SWEEP, deps.clock.now()).await
}

/// The job [`SWEEP`].
///
/// # Errors
/// When the database cannot be used.
pub async fn sweep(deps: Deps, directory: DirectoryCache) -> Result<Outcome> {
    let current = directory.fresh().await?;
    let now = deps.clock.now();
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let (late, unpicked, alone) = {
        let mut link = deps.db.read().await?;
        let late = store::unanswered_offers(&mut link, now, limit).await?;
        let unpicked = store::unpicked(&mut link, now, limit).await?;
        (late, unpicked, without_colleague(&mut link, limit).await?)
    };
    for stranded in &late {
        let moved = moving::expire(&deps, &current, stranded).await;
        told(stranded.inquiry_id, moved);
    }
    for stranded in &alone {
        let moved = moving::answer_elsewhere(&deps, &current, stranded).await;
        told(stranded.inquiry_id, moved);
    }
    for id in &unpicked {
        told(*id, moving::unlist(&deps, &current, *id).await);
    }
    end_claims(&deps, &current, now).await?;
    let more = share_out(&deps, &current).await? || late.len().max(unpicked.len()) >= MOST;
    let wait = if more { Duration::ZERO } else { EVERY };
    Ok(Outcome::RetryAt(deps.clock.now().plus(wait), "every half minute".to_owned()))
}

/// The job [`CAPACITY_CHANGED`](crate::members::CAPACITY_CHANGED).
///
/// # Errors
/// When the database cannot be used.
pub async fn capacity_changed(deps: Deps, directory: DirectoryCache) -> Result<Outcome> {
    directory.refresh().await?;
    let current = directory.current();
    while share_out(&deps, &current).await? {}
    relieve(&deps, &current).await?;
    Ok(Outcome::Done)
}

/// Moves untaken offers from desks at least half full to organizations that fit better by now.
async fn relieve(deps: &Deps, directory: &Directory) -> Result<()> {
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut untaken: Vec<Held> = Vec::new();
    {
        let mut link = deps.db.read().await?;
        for one in directory.organizations.iter().filter(|one| directory.is_busy(one)) {
            let held = store::held(&mut link, one.id, limit).await?;
            untaken.extend(held.into_iter().filter(|held| held.unanswered));
        }
    }
    for held in in_turn(untaken).into_iter().take(MOST) {
        told(held.inquiry_id, moving::relieve(deps, directory, &held).await);
    }
    Ok(())
}

/// Moves what organizations cannot keep and places what waited; whether there is more to move.
///
/// # Errors
/// When the database cannot be used.
pub async fn share_out(deps: &Deps, directory: &Directory) -> Result<bool> {
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut leave: Vec<Held> = Vec::new();
    let (waiting, mut full) = {
        let mut link = deps.db.read().await?;
        for organization in &directory.organizations {
            if directory.closed(organization).is_some() && directory.load.of(organization.id) > 0 {
                let held = store::held(&mut link, organization.id, limit).await?;
                leave.extend(leaving(directory, organization, &held));
            }
        }
        (store::waiting_for_room(&mut link, MOST_WAITING).await?, leave.len() > MOST)
    };
    let mut moved = 0;
    for held in in_turn(leave).into_iter().take(MOST) {
        let taken = moving::take_away(deps, directory, &held).await;
        moved += usize::from(told(held.inquiry_id, taken) == Some(true));
    }
    // Nothing moved: the next look would find the same.
    full &= moved > 0;
    for waiting in waiting {
        told(waiting.inquiry_id, moving::place_waiting(deps, directory, &waiting).await);
    }
    Ok(full)
}

/// What came of moving an inquiry; one that cannot be moved must not hold up the others.
fn told<T>(id: InquiryId, moved: Result<T>) -> Option<T> {
    match moved {
        Ok(moved) => Some(moved),
        Err(error) => {
            tracing::error!(inquiry = %id, cause = %error.cause(), "routing.stuck");
            None
        }
    }
}

/// Ends the claims whose owners have done nothing for too much of their working time.
async fn end_claims(deps: &Deps, directory: &Directory, now: Moment) -> Result<()> {
    // Working time never passes faster than the clock.
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let least = Duration::from_secs(u64::from(directory.times.claim_minutes) * 60);
    let idle = store::left_alone(&mut deps.db.read().await?, now.minus(least), limit).await?;
    for inquiry in idle {
        let Some(active) = inquiry.active_at else { continue };
        if directory.claim_until(inquiry.organization_id, active) > now {
            continue;
        }
        told(inquiry.id, end_claim(deps, inquiry.id, inquiry.active_at).await);
    }
    Ok(())
}
