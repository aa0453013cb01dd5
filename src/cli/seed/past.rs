//! Past inquiries of the demo city: asked, answered, rated and closed through the same stores that
//! real ones use, only with dates of the last 90 days.

use std::time::Duration;

use super::channel;
use super::city::{Case, City};
use crate::alerts;
use crate::app::App;
use crate::citizens::store::Citizen;
use crate::citizens::{self, CitizenId};
use crate::delivery::{self, Delivery, DeliveryId, DeliveryState, Way};
use crate::inquiries::actions::citizen::{self, Word, first_line};
use crate::inquiries::rules::{Step, next};
use crate::inquiries::{
    self, Author, Closing, InquiryId, MessageId, MessageKind, NewInquiry, NewMessage,
};
use crate::intake;
use crate::members::{self, OrgScope, OrganizationId, Station};
use crate::platform::Deps;
use crate::platform::clock::{Entropy, Moment};
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::routing;
use crate::routing::rules::{Decision, Directory, Question};
use crate::staff::{self, Role, StaffMember};

/// Days over which past inquiries are spread.
const DAYS: u64 = 90;
/// The newest of them are not finished: waiting, claimed or answered.
const UNFINISHED: usize = 24;

/// One past inquiry while it is being written.
struct Past<'a> {
    case: &'a Case,
    id: InquiryId,
    asked: Moment,
    answered: Moment,
    /// 0 is the newest.
    age: usize,
    /// The station whose code brought the citizen.
    came_by: Option<&'a Station>,
    account: &'a str,
    openid: String,
}

pub async fn add(app: &App, city: &City, count: usize) -> Result<()> {
    let deps = &app.web.deps;
    let directory = app.web.directory.current();
    // Repeatable: every demo city looks the same.
    let chance = Entropy::seeded(20_26);
    let now = deps.clock.now();
    let account = app.web.config.wechat.accounts.keys().next().map_or("main", String::as_str);
    let stations = members::store::stations(&mut deps.db.read().await?).await?;
    for index in 0..count {
        let age = count - 1 - index;
        let span = DAYS * 86_400;
        let back = span * age as u64 / count as u64 + chance.below(span / count as u64) + 1_800;
        let asked = now.minus(Duration::from_secs(back));
        let hours = 1 + chance.below(26);
        let past = Past {
            case: &city.case[(index * 7 + index / city.case.len()) % city.case.len()],
            id: InquiryId(deps.entropy.id_at(asked)),
            asked,
            answered: asked.plus(Duration::from_secs(hours * 3600 + chance.below(3600))).min(now),
            age,
            account,
            openid: channel::openid(1 + chance.below(160)),
            // Two of three were brought by a code.
            came_by: stations.get(index % (stations.len() * 3 / 2).max(1)),
        };
        let mut tx = deps.db.begin().await?;
        write(&mut tx, deps, &directory, &chance, &past).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn write(
    tx: &mut Tx,
    deps: &Deps,
    directory: &Directory,
    chance: &Entropy,
    past: &Past<'_>,
) -> Result<()> {
    let question = Question {
        field: Some(past.case.field),
        territory: past.case.place.as_deref(),
        station_of: None,
        urgent: false,
        words: &past.case.question,
        passed: &[],
        stood_in_list: true,
    };
    // What is past may be answered at leisure, so that the demo's lists do not empty themselves.
    let decision = Decision { answer_by: None, ..directory.decide(&question, past.asked) };
    let month = past.asked.in_shanghai().strftime("%y%m").to_string();
    let last = intake::store::hold_counter(tx, &month).await? + 1;
    intake::store::set_counter(tx, &month, last).await?;
    let new_id = CitizenId(deps.entropy.id_at(past.asked));
    let who = citizens::store::seen(tx, past.account, &past.openid, new_id, past.asked).await?;
    let who = match past.came_by {
        Some(station) => {
            citizens::store::set_scene(tx, who.id, &station.scene, Some(station.id)).await?;
            Citizen { scene: Some(station.scene.clone()), ..who }
        }
        None => who,
    };
    let new = NewInquiry {
        id: past.id,
        number: format!("{month}-{last:04}"),
        field: Some(past.case.field),
        territory: past.case.place.clone(),
        urgent: false,
        dangers: String::new(),
        first_line: first_line(&past.case.question),
        due_at: decision.due_at,
        anonymous: false,
    };
    citizen::open(tx, &new, &who, None, past.asked).await?;
    wrote(tx, deps, past, &past.case.question, past.asked).await?;
    routing::actions::place(tx, &deps.entropy, directory, past.id, &decision, past.asked).await?;
    let Some(organization) = decision.organization else { return Ok(()) };
    let people = responders(tx, organization).await?;
    let Some(person) = pick(&people, chance) else { return Ok(()) };
    go_on(tx, deps, chance, past, person).await
}

/// What happened after it was given to `person`'s organization, by its age.
async fn go_on(
    tx: &mut Tx,
    deps: &Deps,
    chance: &Entropy,
    past: &Past<'_>,
    person: &StaffMember,
) -> Result<()> {
    if past.age < UNFINISHED {
        match past.age % 3 {
            0 => return Ok(()),
            1 => return claimed(tx, past, person).await,
            _ => {}
        }
    }
    answered(tx, deps, past, person, &past.case.answer, past.answered).await?;
    let mut at = past.answered.plus(Duration::from_secs(1_200));
    if let (Some(more), Some(answer)) = (&past.case.follow_up, &past.case.follow_up_answer)
        && past.age >= UNFINISHED
    {
        wrote(tx, deps, past, more, at).await?;
        at = at.plus(Duration::from_secs(5_400));
        answered(tx, deps, past, person, answer, at).await?;
    }
    let rating = past.case.ratings.get(chance.below(past.case.ratings.len() as u64) as usize);
    if let Some(stars) = rating.filter(|stars| **stars > 0) {
        citizen::said(tx, past.id, &Word::Rated(*stars), at.plus(Duration::from_secs(600))).await?;
    }
    if past.case.solved == Some(true) {
        citizen::said(tx, past.id, &Word::Solved, at.plus(Duration::from_secs(660))).await?;
    }
    if past.age >= UNFINISHED {
        close(tx, past.id, at.plus(Duration::from_secs(86_400))).await?;
    }
    Ok(())
}

async fn responders(tx: &mut Tx, organization: OrganizationId) -> Result<Vec<StaffMember>> {
    let everybody = staff::store::of_organization(tx, organization).await?;
    Ok(everybody.into_iter().filter(|person| person.role == Role::Responder).collect())
}

fn pick<'a>(people: &'a [StaffMember], chance: &Entropy) -> Option<&'a StaffMember> {
    people.get(chance.below(people.len() as u64) as usize)
}

async fn wrote(tx: &mut Tx, deps: &Deps, past: &Past<'_>, words: &str, at: Moment) -> Result<()> {
    let message = NewMessage {
        id: MessageId(deps.entropy.id_at(at)),
        inquiry: past.id,
        inbox: None,
        author: Author::Citizen,
        staff: None,
        kind: if past.case.voice { MessageKind::Voice } else { MessageKind::Text },
        body: words.trim().to_owned(),
        original: None,
        media: None,
        at,
    };
    let promise = at.plus(Duration::from_secs(86_400));
    citizen::wrote(tx, &message, promise).await?;
    Ok(())
}

async fn claimed(tx: &mut Tx, past: &Past<'_>, person: &StaffMember) -> Result<()> {
    let Some(mut inquiry) = inquiries::store::lock(tx, OrgScope::Everything, past.id).await? else {
        return Ok(());
    };
    inquiry.state = next(inquiry.state, Step::Claim)?;
    inquiry.assignee_id = Some(person.id);
    inquiry.unread = false;
    alerts::store::settle(tx, past.id.0, past.asked).await?;
    inquiries::store::save(tx, &inquiry).await
}

async fn answered(
    tx: &mut Tx,
    deps: &Deps,
    past: &Past<'_>,
    person: &StaffMember,
    words: &str,
    at: Moment,
) -> Result<()> {
    let Some(mut inquiry) = inquiries::store::lock(tx, OrgScope::Everything, past.id).await? else {
        return Ok(());
    };
    let message = NewMessage {
        id: MessageId(deps.entropy.id_at(at)),
        inquiry: past.id,
        inbox: None,
        author: Author::Staff,
        staff: Some(person.id),
        kind: MessageKind::Text,
        body: words.trim().to_owned(),
        original: None,
        media: None,
        at,
    };
    inquiries::store::insert_message(tx, &message).await?;
    inquiry.state = next(inquiry.state, Step::Answer)?;
    inquiry.assignee_id = Some(person.id);
    inquiry.answered_at.get_or_insert(at);
    inquiry.unread = false;
    inquiries::store::save(tx, &inquiry).await?;
    alerts::store::settle(tx, past.id.0, at).await?;
    let delivery = Delivery {
        id: DeliveryId(deps.entropy.id_at(at)),
        inquiry_id: past.id,
        message_id: message.id,
        citizen_id: inquiry.citizen_id,
        account_id: past.account.to_owned(),
        openid: past.openid.clone(),
        body: message.body.clone(),
        state: DeliveryState::Sent,
        way: Some(Way::Custom),
        errcode: None,
        reason: None,
        created_at: at,
        settled_at: Some(at),
    };
    delivery::store::insert(tx, &delivery).await?;
    let event = inquiries::actions::event("inquiry.answer", &inquiry);
    crate::platform::events::record(tx, at, &event).await
}

async fn close(tx: &mut Tx, id: InquiryId, at: Moment) -> Result<()> {
    let Some(mut inquiry) = inquiries::store::lock(tx, OrgScope::Everything, id).await? else {
        return Ok(());
    };
    let ended = inquiries::callbacks::Ended::Closed;
    inquiries::callbacks::store::finish(tx, id, ended, None, at).await?;
    inquiry.state = next(inquiry.state, Step::Close)?;
    inquiry.closed_at = Some(at);
    inquiry.outcome = Some(Closing::Answered);
    inquiries::store::save(tx, &inquiry).await?;
    let event = inquiries::actions::event("inquiry.close", &inquiry);
    crate::platform::events::record(tx, at, &event).await
}
