//! Whom of the staff a promise is told about, in the very transaction in which it happens.

use crate::alerts::actions::{raise, tell};
use crate::alerts::{Audience, Happening, Occasion};
use crate::inquiries::Inquiry;
use crate::inquiries::actions::telling::of;
use crate::inquiries::reviewing::lending::lender;
use crate::inquiries::reviewing::store::lent::{self, Untold};
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::routing::rules::Directory;
use crate::staff::StaffId;
use crate::worktime::promise::Level;

/// A level was reached for the first time: more and more people are told.
pub(super) async fn reached(
    tx: &mut Tx,
    directory: &Directory,
    inquiry: &Inquiry,
    level: Level,
    now: Moment,
) -> Result<Vec<StaffId>> {
    let holder = inquiry.assignee_id;
    let (occasion, audience) = match level {
        Level::Half => (Occasion::PromiseHalf, Audience::Holder(holder)),
        Level::Most => (Occasion::DeadlineNear, Audience::HolderAndManagers(holder)),
        Level::Slipping => (Occasion::DeadlineNear, Audience::Holder(holder)),
        Level::Passed => (Occasion::DeadlinePassed, Audience::HolderAndManagers(holder)),
        Level::DayOver => (Occasion::DeadlinePassed, Audience::Operators),
    };
    let what = of(inquiry, occasion, now.0);
    let mut told = raise(tx, &what, &audience, now).await?;
    if level == Level::Passed {
        let hubs = inquiry.organization_id.map(|id| directory.hubs_of(id));
        let hub = hubs.and_then(|hubs| hubs.first().copied());
        told.extend(raise(tx, &what, &Audience::Hub(hub), now).await?);
    }
    Ok(told)
}

/// More time was asked for: the managers who may grant it are told.
pub(super) async fn asked(
    tx: &mut Tx,
    inquiry: &Inquiry,
    by: StaffId,
    now: Moment,
) -> Result<Vec<StaffId>> {
    let what = of(inquiry, Occasion::ExtensionAsked, now.0);
    raise(tx, &what, &Audience::Managers(by), now).await
}

/// Tells readers of held answers whose promise is nearly over, and readers from outside of those that
/// nobody else of the organization can read.
///
/// # Errors
/// When the database cannot be used.
pub async fn remind_readers(deps: &Deps, directory: &Directory) -> Result<()> {
    let now = deps.clock.now();
    let mut link = deps.db.read().await?;
    let untold = lent::untold(&mut link).await?;
    if untold.is_empty() {
        return Ok(());
    }
    let answering = lent::answering(&mut link).await?;
    drop(link);
    let mut told = Vec::new();
    let mut tx = deps.db.begin().await?;
    for Untold { held, alone } in untold {
        let own = held.organization_id;
        let readers_of = match alone {
            true => lender(own, &directory.hubs_of(own), &answering).organization(),
            false => Some(own),
        };
        let audience = Audience::Readers(readers_of, held.author_id);
        let what = Happening {
            occasion: Occasion::ReviewWaits,
            about: held.inquiry_id.0,
            stamp: held.written_at.0,
            number: held.number,
            organization: Some(own),
            detail: String::new(),
        };
        told.extend(raise(&mut tx, &what, &audience, now).await?);
    }
    tx.commit().await?;
    tell(deps, told);
    Ok(())
}
