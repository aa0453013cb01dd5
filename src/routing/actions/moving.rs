//! Moving inquiries that cannot stay where they are. What the citizen was promised stays promised.

use super::place;
use crate::inquiries::actions::{event, news, telling};
use crate::inquiries::offers::{Offer, OfferId, OfferState};
use crate::inquiries::rules::{self as states, Step};
use crate::inquiries::store::{self, Held, Settling, Stranded, Waiting};
use crate::inquiries::{Author, Inquiry, InquiryId, MessageId, MessageKind, NewMessage, State};
use crate::members::{OrgScope, OrganizationId};
use crate::platform::Deps;
use crate::platform::clock::{Entropy, Moment};
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::events;
use crate::routing::fit::{Bar, Candidate};
use crate::routing::rules::{Decision, Directory, Question};

/// Points by which another organization must fit better before an untaken offer moves to it.
const RELIEF: i64 = 20;
/// Messages of an inquiry read for the names in them.
const MOST_MESSAGES: i64 = 200;

/// An organization said nothing in time: the next one is asked. Does nothing when that has changed
/// meanwhile.
pub async fn expire(deps: &Deps, directory: &Directory, stranded: &Stranded) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let id = stranded.inquiry_id;
    let Some(inquiry) = still_with(&mut tx, id, stranded.organization_id).await? else {
        return Ok(());
    };
    let settling = Settling::by_system(OfferState::Expired);
    if inquiry.state != State::Offered || !store::settle_offer(&mut tx, id, &settling, now).await? {
        return Ok(());
    }
    events::record(&mut tx, now, &event("inquiry.expired", &inquiry)).await?;
    let name = directory.organization_name(inquiry.organization_id);
    let why = format!("{name}未在规定时间内接件。");
    let news = pass_on(&mut tx, &deps.entropy, directory, &inquiry, why, now).await?;
    tx.commit().await?;
    deps.coord.publish(news);
    Ok(())
}

/// Takes an inquiry away from an organization that takes nothing more. What somebody is working on
/// goes to the operators with what was written so far; the rest to the next organization. Does
/// nothing, and says so, when it may stay after all.
pub async fn take_away(deps: &Deps, directory: &Directory, held: &Held) -> Result<bool> {
    let now = deps.clock.now();
    let from = directory.organization(held.organization_id);
    let Some((from, bar)) = from.and_then(|from| Some((from, directory.closed(from)?))) else {
        return Ok(false);
    };
    let mut tx = deps.db.begin().await?;
    let Some(inquiry) = still_with(&mut tx, held.inquiry_id, from.id).await? else {
        return Ok(false);
    };
    let why = format!("{}{}。", from.name, bar.name());
    let news = if inquiry.state == State::Claimed && bar == Bar::NotTaking {
        to_operators(&mut tx, deps, directory, &inquiry, why, now).await?
    } else {
        let settling = Settling::by_system(OfferState::Withdrawn);
        let open = store::settle_offer(&mut tx, inquiry.id, &settling, now).await?;
        let decision = decide_again(&mut tx, directory, &inquiry, why, now).await?;
        let stays = match bar {
            Bar::NotTaking => false,
            // Too much with somebody is still better than nobody.
            Bar::Full => !open || decision.organization.is_none(),
            _ => !open,
        };
        if stays {
            return Ok(false);
        }
        follow(&mut tx, &deps.entropy, directory, &inquiry, &decision, now).await?
    };
    events::record(&mut tx, now, &event("inquiry.taken_away", &inquiry)).await?;
    tx.commit().await?;
    deps.coord.publish(news);
    Ok(true)
}

/// A citizen was not satisfied and the organization has nobody else who could answer once more: the
/// operators see to it. Does nothing when that has changed meanwhile.
pub async fn answer_elsewhere(
    deps: &Deps,
    directory: &Directory,
    stranded: &Stranded,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let id = stranded.inquiry_id;
    let Some(inquiry) = still_with(&mut tx, id, stranded.organization_id).await? else {
        return Ok(());
    };
    let name = directory.organization_name(inquiry.organization_id);
    let offer = Offer {
        reasons: format!("群众对答复不满意，{name}没有另一位同事可以再答复，交联盟值班人员处理。"),
        // Taken: it must not be placed with the same organization again by itself.
        state: OfferState::Accepted,
        ..Offer::new(OfferId(deps.entropy.id_at(now)), id, None, inquiry.due_at, now)
    };
    store::insert_offer(&mut tx, &offer).await?;
    let after = unassign(&mut tx, directory, &inquiry).await?;
    events::record(&mut tx, now, &event("inquiry.taken_away", &inquiry)).await?;
    tx.commit().await?;
    deps.coord.publish(news(&inquiry, &after));
    Ok(())
}

/// Moves an untaken offer to an organization that fits better by now by at least [`RELIEF`] points,
/// when its own points are counted without it. What a person or a rule decided stays.
pub async fn relieve(deps: &Deps, directory: &Directory, held: &Held) -> Result<bool> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let Some(inquiry) = still_with(&mut tx, held.inquiry_id, held.organization_id).await? else {
        return Ok(false);
    };
    let history = History::read(&mut tx, &inquiry).await?;
    let by_points = history.offers.last().is_some_and(|offer| {
        offer.state == OfferState::Open && offer.staff_id.is_none() && offer.candidates != "[]"
    });
    if inquiry.state != State::Offered || !by_points {
        return Ok(false);
    }
    directory.load.add(held.organization_id, -1);
    let candidates = directory.candidates(&history.question(&inquiry), now);
    directory.load.add(held.organization_id, 1);
    let own = candidates.iter().find(|one| one.organization == held.organization_id);
    let best = candidates.first().filter(|best| best.bar.is_none());
    let (Some(own), Some(best)) = (own, best) else { return Ok(false) };
    if best.points() - own.points() < RELIEF {
        return Ok(false);
    }
    let why = format!(
        "能接的件数有变，{} {} 分、{} {} 分，还没有人接，改派。",
        directory.short_name(own.organization),
        own.points(),
        directory.short_name(best.organization),
        best.points()
    );
    let news = pass_on(&mut tx, &deps.entropy, directory, &inquiry, why, now).await?;
    tx.commit().await?;
    deps.coord.publish(news);
    Ok(true)
}

/// Nobody picked an inquiry from its list in time: it is offered. Does nothing when that has changed
/// meanwhile.
pub async fn unlist(deps: &Deps, directory: &Directory, id: InquiryId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let inquiry = store::lock(&mut tx, OrgScope::Everything, id).await?;
    let Some(inquiry) = inquiry.filter(|i| i.state == State::Waiting) else { return Ok(()) };
    let settling = Settling::by_system(OfferState::Expired);
    if !store::settle_offer(&mut tx, id, &settling, now).await? {
        return Ok(());
    }
    let why = "自选列表里没有单位领取。".to_owned();
    let news = pass_on(&mut tx, &deps.entropy, directory, &inquiry, why, now).await?;
    tx.commit().await?;
    deps.coord.publish(news);
    Ok(())
}

/// Places an inquiry that waited until somebody could be asked; `false` when nobody can yet.
pub async fn place_waiting(deps: &Deps, directory: &Directory, waiting: &Waiting) -> Result<bool> {
    let now = deps.clock.now();
    let (id, urgent) = (waiting.inquiry_id, waiting.urgent);
    let territory = waiting.territory_id.as_deref();
    let question = Question { field: waiting.field, territory, urgent, ..Question::default() };
    if directory.decide(&question, now).organization.is_none() {
        // Not even without what has happened to it.
        return Ok(false);
    }
    let mut tx = deps.db.begin().await?;
    let inquiry = store::lock(&mut tx, OrgScope::Everything, id).await?;
    let Some(inquiry) = inquiry.filter(|i| i.state == State::Waiting) else { return Ok(false) };
    let why = "现在有单位能接。".to_owned();
    let decision = decide_again(&mut tx, directory, &inquiry, why, now).await?;
    if decision.organization.is_none() {
        return Ok(false);
    }
    let news = follow(&mut tx, &deps.entropy, directory, &inquiry, &decision, now).await?;
    tx.commit().await?;
    deps.coord.publish(news);
    Ok(true)
}

/// The inquiry, when this organization still has it and has not finished it.
async fn still_with(tx: &mut Tx, id: InquiryId, with: OrganizationId) -> Result<Option<Inquiry>> {
    let inquiry = store::lock(tx, OrgScope::Everything, id).await?;
    Ok(inquiry.filter(|inquiry| {
        inquiry.organization_id == Some(with)
            && matches!(inquiry.state, State::Offered | State::Claimed)
    }))
}

/// Asks the next organization, or the operators when none is left.
pub(super) async fn pass_on(
    tx: &mut Tx,
    entropy: &Entropy,
    directory: &Directory,
    inquiry: &Inquiry,
    why: String,
    at: Moment,
) -> Result<News> {
    let decision = decide_again(tx, directory, inquiry, why, at).await?;
    follow(tx, entropy, directory, inquiry, &decision, at).await
}

/// What has happened to an inquiry, as far as a new decision looks at it.
pub(super) struct History {
    /// Every decision so far, oldest first.
    pub(super) offers: Vec<Offer>,
    words: String,
    passed: Vec<OrganizationId>,
}

impl History {
    pub(super) async fn read(tx: &mut Tx, inquiry: &Inquiry) -> Result<Self> {
        let messages = store::messages(tx, inquiry.id, MOST_MESSAGES).await?;
        let asked = messages.iter().filter(|message| message.author == Author::Citizen);
        let words: Vec<&str> = asked.map(|message| message.body.as_str()).collect();
        let offers = store::offers(tx, inquiry.id).await?;
        Ok(Self { words: words.join("\n"), passed: stood_aside(&offers), offers })
    }

    pub(super) fn question<'a>(&'a self, inquiry: &'a Inquiry) -> Question<'a> {
        let listed = |o: &Offer| o.listed_for.is_some() && o.state == OfferState::Expired;
        Question {
            field: inquiry.field,
            territory: inquiry.territory_id.as_deref(),
            station_of: None,
            urgent: inquiry.urgent,
            words: &self.words,
            passed: &self.passed,
            stood_in_list: self.offers.iter().any(listed),
        }
    }
}

/// Who should answer now, after everything that has happened; `why` is the first reason. The
/// citizen's promise is never put off by it.
async fn decide_again(
    tx: &mut Tx,
    directory: &Directory,
    inquiry: &Inquiry,
    why: String,
    at: Moment,
) -> Result<Decision> {
    let history = History::read(tx, inquiry).await?;
    let mut decision = directory.decide(&history.question(inquiry), at);
    decision.due_at = match inquiry.answered_at {
        None => decision.due_at.min(inquiry.due_at),
        Some(_) => inquiry.due_at,
    };
    decision.reasons.insert(0, why);
    Ok(decision)
}

/// Who did not take the inquiry or may not deal with it.
fn stood_aside(offers: &[Offer]) -> Vec<OrganizationId> {
    let refused = offers.iter().filter(|offer| offer.was_refused());
    let mut aside: Vec<OrganizationId> =
        refused.filter_map(|offer| offer.organization_id).collect();
    for offer in offers {
        let kept: Vec<Candidate> = serde_json::from_str(&offer.candidates).unwrap_or_default();
        let away = kept.iter().filter(|candidate| candidate.bar == Some(Bar::Interest));
        aside.extend(away.map(|candidate| candidate.organization));
    }
    aside
}

/// Does what was decided for an inquiry that may belong to somebody else until now.
async fn follow(
    tx: &mut Tx,
    entropy: &Entropy,
    directory: &Directory,
    inquiry: &Inquiry,
    decision: &Decision,
    at: Moment,
) -> Result<News> {
    if decision.organization.is_none() && inquiry.organization_id.is_some() {
        unassign(tx, directory, inquiry).await?;
    }
    place(tx, entropy, directory, inquiry.id, decision, at).await?;
    let after = store::get(tx, OrgScope::Everything, inquiry.id).await?;
    Ok(news(inquiry, after.as_ref().unwrap_or(inquiry)))
}

/// Gives an inquiry that somebody was working on back to the operators; unsent answers stay with it
/// as notes.
async fn to_operators(
    tx: &mut Tx,
    deps: &Deps,
    directory: &Directory,
    inquiry: &Inquiry,
    why: String,
    at: Moment,
) -> Result<News> {
    for (staff, name, body) in store::drafts(tx, inquiry.id).await? {
        let note = NewMessage {
            id: MessageId(deps.entropy.id_at(at)),
            inquiry: inquiry.id,
            inbox: None,
            author: Author::Note,
            staff: Some(staff),
            kind: MessageKind::Text,
            body: format!("{name}写好但没有发出的答复：\n{body}"),
            original: None,
            media: None,
            at,
        };
        store::insert_message(tx, &note).await?;
        store::save_draft(tx, inquiry.id, staff, "", at).await?;
    }
    let reasons = format!("{why}\n有人正在办理，交联盟值班人员接手；写好的草稿留作内部备注。");
    let offer_id = OfferId(deps.entropy.id_at(at));
    let offer = Offer { reasons, ..Offer::new(offer_id, inquiry.id, None, inquiry.due_at, at) };
    store::insert_offer(tx, &offer).await?;
    let after = unassign(tx, directory, inquiry).await?;
    telling::offered(tx, &after, at).await?;
    Ok(news(inquiry, &after))
}

/// Nobody has it any more.
async fn unassign(tx: &mut Tx, directory: &Directory, inquiry: &Inquiry) -> Result<Inquiry> {
    let mut after = inquiry.clone();
    after.state = states::next(inquiry.state, Step::Unassign)?;
    after.organization_id = None;
    after.assignee_id = None;
    store::save(tx, &after).await?;
    inquiry.organization_id.into_iter().for_each(|id| directory.load.add(id, -1));
    Ok(after)
}
