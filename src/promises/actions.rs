//! What people do to a promise, and what happens to it by itself. Whatever moves its end is told to
//! the citizen in the same transaction.

pub mod telling;

use serde_json::json;

use super::rules::{self, Terms};
use super::{Ending, Extension, ExtensionId, ExtensionState, PauseId, Pausing, store};
use crate::alerts::actions::tell as alert;
use crate::alerts::{self, Occasion};
use crate::content;
use crate::content::texts::Texts;
use crate::inquiries::actions::{Change, event, news};
use crate::inquiries::store as inquiries;
use crate::inquiries::{
    ANSWER_WRITTEN, AnswerWritten, Author, Inquiry, InquiryId, MessageId, MessageKind, NewMessage,
    PauseReason, State,
};
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::events::{self, EngagementEvent};
use crate::platform::jobs::{self, NewJob};
use crate::routing::rules::Directory;
use crate::staff::policy::{Right, allows};
use crate::staff::{StaffId, StaffMember};
use crate::worktime::deadline::Pause;
use crate::worktime::in_words;
use crate::worktime::promise::{Level, Promise, after_pause, ladder, reached};

/// Stops the clock of a promise, for at most so many workdays.
///
/// # Errors
/// Conflict or invalid in a sentence when it may not be paused like this.
pub async fn pause(
    deps: &Deps,
    directory: &Directory,
    terms: &Terms,
    by: &StaffMember,
    id: InquiryId,
    (reason, workdays): (PauseReason, Option<u32>),
) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    let now = change.now;
    rules::may_pause(&change.inquiry, by.id, now)?;
    let calendar = directory.calendar(change.inquiry.organization_id);
    let until = rules::pause_until(calendar, now, workdays, terms)?;
    let pausing = Pausing {
        id: PauseId(deps.entropy.id_at(now)),
        inquiry_id: id,
        reason,
        from_at: now,
        until_at: until,
        ended_at: None,
        ending: None,
    };
    store::begin_pause(&mut change.tx, &pausing, by.id, change.inquiry.due_at).await?;
    change.inquiry.paused_at = Some(now);
    change.inquiry.paused_until = Some(until);
    change.inquiry.pause_reason = Some(reason);
    let until = in_words(until, now);
    let places = [("reason", reason.to_citizen()), ("until", until.as_str())];
    tell(&mut change, deps, "promise_paused", &places).await?;
    change.finish(deps, Some(by.id), "promise.pause", json!({ "reason": reason })).await?;
    Ok(())
}

/// Lets the clock of a promise run again before the pause is over.
///
/// # Errors
/// Conflict when it does not stand still.
pub async fn resume(
    deps: &Deps,
    directory: &Directory,
    by: &StaffMember,
    id: InquiryId,
) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    let may = change.inquiry.assignee_id == Some(by.id) || allows(by.role, Right::GrantExtensions);
    if !may {
        return Err(Error::conflict("只有认领人或单位管理员能恢复计时。"));
    }
    if change.inquiry.paused_until.is_none() {
        return Err(Error::conflict("这件咨询没有暂停计时。"));
    }
    let now = change.now;
    end_pause(&mut change, deps, directory, now, Ending::Staff).await?;
    change.finish(deps, Some(by.id), "promise.resume", json!({ "ending": Ending::Staff })).await?;
    Ok(())
}

/// Ends a pause whose time is over; nothing when it has ended or been renewed meanwhile.
pub async fn end_if_over(deps: &Deps, directory: &Directory, id: InquiryId) -> Result<()> {
    let mut change = Change::begin(deps, OrgScope::Everything, id).await?;
    let inquiry = &change.inquiry;
    let Some(over) = inquiry.paused_until.filter(|until| *until <= change.now) else {
        return Ok(());
    };
    let ending = match inquiry.state {
        State::Answered | State::Closed => Ending::Answered,
        _ if inquiry.last_message_at >= over => Ending::Citizen,
        _ => Ending::Expired,
    };
    end_pause(&mut change, deps, directory, over, ending).await?;
    change.finish(deps, None, "promise.resume", json!({ "ending": ending })).await?;
    Ok(())
}

async fn end_pause(
    change: &mut Change,
    deps: &Deps,
    directory: &Directory,
    at: Moment,
    ending: Ending,
) -> Result<()> {
    let promise = promise_of(&change.inquiry, directory);
    let from = change.inquiry.paused_at.unwrap_or(at);
    let calendar = directory.calendar(change.inquiry.organization_id);
    let due = after_pause(calendar, promise, Pause { from, to: at });
    change.inquiry.due_at = due;
    change.inquiry.paused_at = None;
    change.inquiry.paused_until = None;
    change.inquiry.pause_reason = None;
    // Whoever waited for somebody else was not idle.
    change.inquiry.active_at = change.inquiry.active_at.max(Some(change.now));
    store::end_pause(&mut change.tx, change.inquiry.id, at, ending, due).await?;
    if ending == Ending::Answered {
        return store::drop_requests(&mut change.tx, change.inquiry.id, change.now).await;
    }
    let due = in_words(due, change.now);
    tell(change, deps, "promise_resumed", &[("due", due.as_str())]).await
}

/// Asks for more time.
///
/// # Errors
/// Conflict or invalid in a sentence when that is not possible.
pub async fn ask(
    deps: &Deps,
    directory: &Directory,
    terms: &Terms,
    by: &StaffMember,
    id: InquiryId,
    (workdays, reason): (Option<u32>, &str),
) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    let now = change.now;
    let asked = store::extensions(&mut change.tx, id).await?;
    rules::may_ask(&change.inquiry, &asked, by.id, now)?;
    let reason = rules::reason(reason)?;
    extended(&mut change, directory, terms, &asked, workdays).await?;
    let extension = Extension {
        id: ExtensionId(deps.entropy.id_at(now)),
        inquiry_id: id,
        workdays: workdays.map_or(0, i64::from),
        reason: reason.to_owned(),
        state: ExtensionState::Open,
        asked_by: by.id,
        asked_at: now,
        decided_by: None,
        decided_at: None,
        remark: String::new(),
        due_before: change.inquiry.due_at,
        due_after: None,
    };
    store::ask(&mut change.tx, &extension).await?;
    let told = telling::asked(&mut change.tx, &change.inquiry, by.id, now).await?;
    let detail = json!({ "workdays": extension.workdays });
    change.finish(deps, Some(by.id), "promise.extension_asked", detail).await?;
    alert(deps, told);
    Ok(())
}

/// Grants a request for more time, or not; never by whoever asked.
///
/// # Errors
/// Forbidden without the right; conflict when it was decided before or is the own request.
pub async fn decide(
    deps: &Deps,
    directory: &Directory,
    terms: &Terms,
    by: &StaffMember,
    (id, extension): (InquiryId, ExtensionId),
    (grant, remark): (bool, &str),
) -> Result<()> {
    if !allows(by.role, Right::GrantExtensions) {
        return Err(Error::forbidden());
    }
    let mut change = begin(deps, by, id).await?;
    let now = change.now;
    let asked = store::extensions(&mut change.tx, id).await?;
    let request = asked.iter().find(|one| one.id == extension).ok_or_else(Error::not_found)?;
    if request.asked_by == by.id {
        return Err(Error::conflict("不能审批自己提出的延期，请另一位管理员审批。"));
    }
    if request.state != ExtensionState::Open || !rules::is_running(&change.inquiry) {
        return Err(Error::conflict("这份延期申请已经有结果，或者咨询已经答复。"));
    }
    let remark: String = if grant {
        remark.trim().chars().take(200).collect()
    } else {
        rules::reason(remark)?.to_owned()
    };
    let workdays = u32::try_from(request.workdays).ok();
    let due = match grant {
        true => Some(extended(&mut change, directory, terms, &asked, workdays).await?),
        false => None,
    };
    let state = if grant { ExtensionState::Granted } else { ExtensionState::Refused };
    let decided = Extension {
        state,
        decided_by: Some(by.id),
        decided_at: Some(now),
        remark,
        due_after: due,
        ..request.clone()
    };
    if !store::decide(&mut change.tx, &decided).await? {
        return Err(Error::conflict("这份延期申请刚被别人审批过。"));
    }
    alerts::store::settle_occasion(&mut change.tx, id.0, Occasion::ExtensionAsked, now).await?;
    if let Some(due) = due {
        change.inquiry.due_at = due;
        let due = in_words(due, now);
        tell(&mut change, deps, "promise_extended", &[("due", due.as_str())]).await?;
    }
    let detail = json!({ "workdays": decided.workdays, "state": state });
    change.finish(deps, Some(by.id), "promise.extension", detail).await?;
    Ok(())
}

/// Where an extension by so many workdays leads.
async fn extended(
    change: &mut Change,
    directory: &Directory,
    terms: &Terms,
    asked: &[Extension],
    workdays: Option<u32>,
) -> Result<Moment> {
    let promise = promise_of(&change.inquiry, directory);
    let pauses = pauses_of(&mut change.tx, change.inquiry.id, promise, change.now).await?;
    let calendar = directory.calendar(change.inquiry.organization_id);
    let organization = change.inquiry.organization_id.and_then(|id| directory.organization(id));
    let terms = terms.narrowed_by(organization);
    rules::extension(calendar, promise, asked, &pauses, workdays, &terms)
}

/// Looks at many promises. Where nothing is new, that is noted for all of them together; the others
/// are given back.
pub async fn look_over(
    deps: &Deps,
    directory: &Directory,
    terms: &Terms,
    near: &[Inquiry],
) -> Result<Vec<InquiryId>> {
    let now = deps.clock.now();
    let (mut quiet, mut others) = (Vec::new(), Vec::new());
    let mut link = deps.db.read().await?;
    for inquiry in near {
        let promise = promise_of(inquiry, directory);
        let pauses = pauses_of(&mut link, inquiry.id, promise, now).await?;
        let calendar = directory.calendar(inquiry.organization_id);
        let ladder = ladder(calendar, promise, &pauses, terms.warnings);
        match reached(&ladder, inquiry.warned, now) {
            (fresh, next) if fresh.is_empty() => quiet.push((inquiry, next)),
            _ => others.push(inquiry.id),
        }
    }
    drop(link);
    if !quiet.is_empty() {
        let mut tx = deps.db.begin().await?;
        for (inquiry, next) in quiet {
            let at = (inquiry.id, inquiry.version);
            store::looked(&mut tx, at, inquiry.warned, next).await?;
        }
        tx.commit().await?;
    }
    Ok(others)
}

/// Looks how near the end of a promise is, warns of every level reached for the first time, and
/// notes when to look again.
pub async fn look(
    deps: &Deps,
    directory: &Directory,
    terms: &Terms,
    id: InquiryId,
) -> Result<Vec<Level>> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let Some(inquiry) = inquiries::lock(&mut tx, OrgScope::Everything, id).await? else {
        return Ok(Vec::new());
    };
    if !rules::is_running(&inquiry) || inquiry.paused_until.is_some() {
        return Ok(Vec::new());
    }
    let promise = promise_of(&inquiry, directory);
    let pauses = pauses_of(&mut tx, id, promise, now).await?;
    let calendar = directory.calendar(inquiry.organization_id);
    let ladder = ladder(calendar, promise, &pauses, terms.warnings);
    let (fresh, next) = reached(&ladder, inquiry.warned, now);
    let mut told = Vec::new();
    for level in &fresh {
        let audience = rules::audience(*level);
        let first = store::warn(&mut tx, id, promise.due, level.number(), audience, now).await?;
        if !first {
            continue;
        }
        let warning = EngagementEvent {
            channel: Some(audience.code().to_owned()),
            amount: Some(level.number()),
            ..event("promise.warned", &inquiry)
        };
        events::record(&mut tx, now, &warning).await?;
        told.extend(telling::reached(&mut tx, directory, &inquiry, *level, now).await?);
        if *level == Level::Slipping {
            let due = in_words(promise.due, now);
            say(&mut tx, deps, &inquiry, ("promise_slipping", &[("due", &due)]), now).await?;
        }
    }
    let warned = fresh.last().map_or(inquiry.warned, |level| level.number());
    store::looked(&mut tx, (id, inquiry.version), warned, next).await?;
    tx.commit().await?;
    if !fresh.is_empty() {
        deps.coord.publish(news(&inquiry, &inquiry));
        deps.coord.publish(crate::platform::coord::News::Jobs);
    }
    alert(deps, told);
    Ok(fresh)
}

fn promise_of(inquiry: &Inquiry, directory: &Directory) -> Promise {
    let organization = inquiry.organization_id.and_then(|id| directory.organization(id));
    rules::promise_of(inquiry, organization)
}

/// The pauses of the running promise; one that has not ended lasts until now.
async fn pauses_of(
    link: &mut impl Link,
    id: InquiryId,
    promise: Promise,
    now: Moment,
) -> Result<Vec<Pause>> {
    let all = store::pauses(link, id).await?;
    let own = all.iter().filter(|pausing| pausing.from_at >= promise.began);
    Ok(own.map(|p| Pause { from: p.from_at, to: p.ended_at.unwrap_or(now) }).collect())
}

async fn begin(deps: &Deps, by: &StaffMember, id: InquiryId) -> Result<Change> {
    if !allows(by.role, Right::Answer) {
        return Err(Error::forbidden());
    }
    Change::begin(deps, by.scope(), id).await
}

async fn tell(change: &mut Change, deps: &Deps, key: &str, places: &[(&str, &str)]) -> Result<()> {
    say(&mut change.tx, deps, &change.inquiry, (key, places), change.now).await
}

/// Writes a stored text to the citizen into the conversation and sends it like an answer: as a
/// message while WeChat allows one, else with their next contact.
async fn say(
    tx: &mut Tx,
    deps: &Deps,
    inquiry: &Inquiry,
    (key, places): (&str, &[(&str, &str)]),
    now: Moment,
) -> Result<()> {
    let saved = content::store::newest(tx).await?;
    let texts = Texts::new(saved.into_iter().map(|text| (text.key, text.body)));
    let mut places = places.to_vec();
    places.push(("number", &inquiry.number));
    let message = NewMessage {
        id: MessageId(deps.entropy.id_at(now)),
        inquiry: inquiry.id,
        inbox: None,
        author: Author::Told,
        staff: None::<StaffId>,
        kind: MessageKind::Text,
        body: texts.fill(key, &places),
        original: None,
        media: None,
        at: now,
    };
    inquiries::insert_message(tx, &message).await?;
    let job = NewJob::new(ANSWER_WRITTEN, &AnswerWritten { message: message.id }, now)?;
    jobs::store::enqueue(tx, &job, now).await
}
