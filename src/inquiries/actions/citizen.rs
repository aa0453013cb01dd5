//! What a citizen's word does to an inquiry, inside the transaction that takes the word in.

use serde::{Deserialize, Serialize};

use super::{event, news, telling};
use crate::citizens::store::Citizen;
use crate::inquiries::callbacks::{self, Cause, Ended, SATISFIED};
use crate::inquiries::rules::{self, Step};
use crate::inquiries::store::{self, Correction};
use crate::inquiries::{Inquiry, InquiryId, NewInquiry, NewMessage};
use crate::language::fields::Field;
use crate::members::{OrgScope, StationId};
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::events::{self, EngagementEvent};
use crate::staff::StaffId;

/// Opens an inquiry of a citizen; `None` when it is open already. Its event carries the scene of
/// the code that brought them.
pub async fn open(
    tx: &mut Tx,
    new: &NewInquiry,
    who: &Citizen,
    station: Option<StationId>,
    at: Moment,
) -> Result<Option<News>> {
    if !store::insert(tx, new, who.id, &who.account_id, station, at).await? {
        return Ok(None);
    }
    let Some(inquiry) = store::lock(tx, OrgScope::Everything, new.id).await? else {
        return Ok(None);
    };
    let opened = EngagementEvent { scene: who.scene.clone(), ..event("inquiry.opened", &inquiry) };
    events::record(tx, at, &opened).await?;
    Ok(Some(news(&inquiry, &inquiry)))
}

/// Adds what the citizen wrote to their inquiry and wakes it up.
pub async fn wrote(
    tx: &mut Tx,
    message: &NewMessage,
    promise_until: Moment,
) -> Result<Option<News>> {
    // Gone when the citizen had it erased while the message was on its way.
    let Some(before) = store::lock_living(tx, message.inquiry).await? else {
        return Ok(None);
    };
    let message = &NewMessage { inquiry: before.id, ..message.clone() };
    if !store::insert_message(tx, message).await? {
        return Ok(None);
    }
    telling::came_back(tx, &before, message.at).await?;
    change(tx, before.id, "inquiry.message", message.at, |inquiry| {
        let waited = matches!(inquiry.state, rules::State::Answered | rules::State::Closed);
        let step = Step::CitizenWrote {
            claimed: inquiry.assignee_id.is_some(),
            placed: inquiry.organization_id.is_some(),
        };
        inquiry.state = rules::next(inquiry.state, step)?;
        inquiry.unread = true;
        inquiry.last_message_at = inquiry.last_message_at.max(message.at);
        if inquiry.first_line.is_empty() {
            inquiry.first_line = first_line(&message.body);
        }
        if waited {
            // The promise runs anew for what was asked now.
            inquiry.promise_anew(message.at, promise_until);
            inquiry.active_at = Some(message.at);
            inquiry.closed_at = None;
            inquiry.outcome = None;
        } else {
            inquiry.end_pause(message.at);
        }
        Ok(())
    })
    .await
}

/// Longest first words, in characters.
pub const FIRST_LINE: usize = 60;

/// The first words of a message as lists show them.
pub fn first_line(body: &str) -> String {
    let line = body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.trim().chars().take(FIRST_LINE).collect()
}

/// What a citizen's word can change besides adding itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// It is about this, as its words say.
    Field(Field),
    /// It is about this: the citizen chose it.
    Chose(Field),
    /// It happened there.
    Territory(String),
    /// Dangers were read in it; their codes, comma-separated. The promise becomes the urgent one.
    Danger(String, Moment),
    /// The citizen wants a person.
    Human,
    /// Stars, 1 to 5.
    Rated(i64),
    /// It is not solved: a second look until then.
    Unsolved(Moment),
    /// It is solved.
    Solved,
}

/// Applies a citizen's word to an inquiry.
pub async fn said(tx: &mut Tx, id: InquiryId, word: &Word, at: Moment) -> Result<Option<News>> {
    let kind = match word {
        Word::Field(_) | Word::Chose(_) | Word::Territory(_) => "inquiry.placed",
        Word::Danger(..) => "inquiry.danger",
        Word::Human => "inquiry.human",
        Word::Rated(_) => "inquiry.rated",
        Word::Unsolved(_) => "inquiry.unsolved",
        Word::Solved => "inquiry.solved",
    };
    let Some(before) = store::lock_living(tx, id).await? else { return Ok(None) };
    let id = before.id;
    if let Word::Unsolved(_) = word {
        telling::came_back(tx, &before, at).await?;
    }
    if let Word::Chose(field) = word {
        put_right(tx, id, *field, None, at).await?;
    }
    let call_back = call_back(tx, id, word, at).await?;
    change(tx, id, kind, at, |inquiry| {
        apply(inquiry, word, at)?;
        match call_back {
            Some(due) => reopen(inquiry, due),
            None => Ok(()),
        }
    })
    .await
}

/// Opens or ends the call back that the word asks for; gives by when a new one is due.
async fn call_back(tx: &mut Tx, id: InquiryId, word: &Word, at: Moment) -> Result<Option<Moment>> {
    let cause = match word {
        Word::Rated(stars) if *stars < SATISFIED => Cause::Rating,
        Word::Unsolved(_) => Cause::Unsolved,
        Word::Rated(_) | Word::Solved => {
            callbacks::store::finish(tx, id, Ended::TakenBack, None, at).await?;
            return Ok(None);
        }
        _ => return Ok(None),
    };
    match store::get(tx, OrgScope::Everything, id).await? {
        Some(inquiry) => callbacks::open(tx, &inquiry, cause, at).await,
        None => Ok(None),
    }
}

/// Somebody else shall look at it, by then at the latest.
fn reopen(inquiry: &mut Inquiry, due: Moment) -> Result<()> {
    let waited = matches!(inquiry.state, rules::State::Answered | rules::State::Closed);
    let placed = inquiry.organization_id.is_some();
    inquiry.state = rules::next(inquiry.state, Step::Unsolved { placed })?;
    inquiry.assignee_id = None;
    inquiry.closed_at = None;
    inquiry.outcome = None;
    inquiry.unread = true;
    inquiry.due_at = if waited { due } else { inquiry.due_at.min(due) };
    Ok(())
}

/// Keeps a field that a person put right, for the triage to learn from.
pub(super) async fn put_right(
    tx: &mut Tx,
    id: InquiryId,
    field: Field,
    by: Option<StaffId>,
    at: Moment,
) -> Result<()> {
    let Some(inquiry) = store::get(tx, OrgScope::Everything, id).await? else { return Ok(()) };
    let body = store::question(tx, id).await?;
    if body.trim().is_empty() || inquiry.field == Some(field) {
        return Ok(());
    }
    let correction = Correction {
        inquiry_id: id,
        body,
        old_field: inquiry.field,
        new_field: field,
        corrected_by: by,
        corrected_at: at,
    };
    store::correct(tx, &correction).await
}

fn apply(inquiry: &mut Inquiry, word: &Word, at: Moment) -> Result<()> {
    match word {
        Word::Field(field) | Word::Chose(field) => inquiry.field = Some(*field),
        Word::Territory(territory) => inquiry.territory_id = Some(territory.clone()),
        Word::Danger(dangers, due) => {
            inquiry.urgent = true;
            if *due < inquiry.due_at {
                inquiry.promise_anew(at, *due);
            }
            let mut all: Vec<&str> = inquiry.dangers.split(',').chain(dangers.split(',')).collect();
            all.retain(|code| !code.is_empty());
            all.sort_unstable();
            all.dedup();
            inquiry.dangers = all.join(",");
        }
        Word::Human => {
            inquiry.wants_human = true;
            inquiry.unread = true;
        }
        Word::Rated(stars) => {
            inquiry.rating = Some(*stars);
            inquiry.rated_at.get_or_insert(at);
        }
        Word::Unsolved(due) => {
            let placed = inquiry.organization_id.is_some();
            inquiry.state = rules::next(inquiry.state, Step::Unsolved { placed })?;
            inquiry.assignee_id = None;
            inquiry.unsolved_at = Some(at);
            inquiry.closed_at = None;
            inquiry.outcome = None;
            inquiry.unread = true;
            inquiry.promise_anew(at, *due);
        }
        Word::Solved => inquiry.unsolved_at = None,
    }
    Ok(())
}

async fn change(
    tx: &mut Tx,
    id: InquiryId,
    kind: &'static str,
    at: Moment,
    edit: impl FnOnce(&mut Inquiry) -> Result<()>,
) -> Result<Option<News>> {
    let Some(before) = store::lock(tx, OrgScope::Everything, id).await? else { return Ok(None) };
    let mut after = before.clone();
    edit(&mut after)?;
    store::save(tx, &after).await?;
    let mut event = event(kind, &after);
    event.amount = after.rating.filter(|_| kind == "inquiry.rated");
    events::record(tx, at, &event).await?;
    Ok(Some(news(&before, &after)))
}
