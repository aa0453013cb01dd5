//! What the staff is told of inquiries, in the very transaction in which it happens.

use serde_json::json;

use crate::alerts::actions::{raise, tell};
use crate::alerts::{self, Audience, Happening, Occasion};
use crate::inquiries::store;
use crate::inquiries::{Inquiry, State};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::staff::{self, StaffId};

/// Offers told of by one look.
const MOST: i64 = 100;

/// What happens to an inquiry; `stamp` tells several such happenings apart.
pub fn of(inquiry: &Inquiry, occasion: Occasion, stamp: i64) -> Happening {
    Happening {
        occasion,
        about: inquiry.id.0,
        stamp,
        number: inquiry.number.clone(),
        organization: inquiry.organization_id,
        detail: String::new(),
    }
}

/// Danger was read in a citizen's words: two people are told at once. The inquiry may not be
/// written yet.
pub async fn danger(tx: &mut Tx, what: &Happening, now: Moment) -> Result<Vec<StaffId>> {
    let told = raise(tx, what, &Audience::Two, now).await?;
    let object = format!("inquiry:{}", what.about);
    let detail = json!({ "kinds": what.detail, "alerted": told });
    audit::record(tx, now, None, "inquiry.alert", &object, &detail).await?;
    Ok(told)
}

/// Danger with these codes was read in what a citizen added to an inquiry.
pub(super) async fn danger_in(
    tx: &mut Tx,
    inquiry: &Inquiry,
    codes: &str,
    now: Moment,
) -> Result<Vec<StaffId>> {
    let what = Happening { detail: codes.to_owned(), ..of(inquiry, Occasion::Danger, 0) };
    danger(tx, &what, now).await
}

/// An inquiry is offered to an organization, or waits for the operators. What was told of it before
/// is nobody's concern any more.
pub async fn offered(tx: &mut Tx, inquiry: &Inquiry, at: Moment) -> Result<()> {
    alerts::store::settle(tx, inquiry.id.0, at).await?;
    raise(tx, &of(inquiry, Occasion::OfferNew, at.0), &Audience::Answering, at).await?;
    Ok(())
}

/// The citizen wrote again, or said that it is not solved: whoever has the inquiry is told. While
/// nobody has it, those who may take it were told already.
pub(super) async fn came_back(tx: &mut Tx, inquiry: &Inquiry, at: Moment) -> Result<()> {
    if inquiry.assignee_id.is_some() || inquiry.answered_at.is_some() {
        let holder = Audience::Holder(inquiry.assignee_id);
        raise(tx, &of(inquiry, Occasion::FollowUp, 0), &holder, at).await?;
    }
    Ok(())
}

/// Whoever had an inquiry is told that somebody took it over.
pub(super) async fn taken_over(
    tx: &mut Tx,
    inquiry: &Inquiry,
    from: StaffId,
    at: Moment,
) -> Result<Vec<StaffId>> {
    raise(tx, &of(inquiry, Occasion::TakenOver, at.0), &Audience::Only(from), at).await
}

/// The colleagues a note names with `@` are told of it, except its writer.
pub(super) async fn mentioned(
    tx: &mut Tx,
    inquiry: &Inquiry,
    by: StaffId,
    note: &str,
    at: Moment,
) -> Result<Vec<StaffId>> {
    let mut told = Vec::new();
    if !note.contains('@') && !note.contains('＠') {
        return Ok(told);
    }
    for (person, name) in staff::store::colleagues(tx, inquiry.organization_id).await? {
        let named = ['@', '＠'].iter().any(|sign| note.contains(&format!("{sign}{name}")));
        if named && person != by {
            let what = of(inquiry, Occasion::Mentioned, at.0);
            told.extend(raise(tx, &what, &Audience::Only(person), at).await?);
        }
    }
    Ok(told)
}

/// Tells of offers that are about to go elsewhere.
///
/// # Errors
/// When the database cannot be used.
pub async fn warn(deps: &Deps) -> Result<()> {
    let now = deps.clock.now();
    let lapsing = store::lapsing(&mut deps.db.read().await?, now, MOST).await?;
    let mut told = Vec::new();
    let mut tx = deps.db.begin().await?;
    for (inquiry, offered_at) in lapsing {
        if inquiry.state == State::Offered {
            let what = of(&inquiry, Occasion::OfferLapsing, offered_at.0);
            told.extend(raise(&mut tx, &what, &Audience::Answering, now).await?);
        }
    }
    tx.commit().await?;
    tell(deps, told);
    Ok(())
}
