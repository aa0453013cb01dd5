//! Does what pushes called for: many jobs in one transaction, in the order they came.

use crate::campaigns;
use crate::citizens::store::Citizen;
use crate::citizens::{self, CitizenId};
use crate::delivery;
use crate::inquiries::actions::citizen;
use crate::inquiries::store as inquiry_store;
use crate::inquiries::{Author, InquiryId, MessageKind, NewInquiry, NewMessage};
use crate::intake::actions::accept::TakenIn;
use crate::intake::actions::dividing;
use crate::intake::conversation::{Effect, Words};
use crate::intake::jobs::PLACE_LATER;
use crate::media;
use crate::members::{OrgScope, Station};
use crate::notices;
use crate::notices::store::Report;
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::events::{self, EngagementEvent};
use crate::platform::jobs::{self, Claimed, NewJob};
use crate::publishing;
use crate::routing;
use crate::routing::rules::{Decision, Directory};
use crate::staff::Gesture;
use crate::staff::actions::codes;

/// Applies the jobs and removes them, all or nothing.
pub async fn apply(deps: &Deps, directory: &Directory, batch: &[Claimed]) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    let mut news = Vec::new();
    for job in batch {
        let taken: TakenIn = job.argument()?;
        apply_one(deps, directory, &mut tx, &taken, &mut news).await?;
    }
    let ids: Vec<i64> = batch.iter().map(|job| job.id).collect();
    jobs::store::finish_many(&mut tx, &ids).await?;
    tx.commit().await?;
    for item in news {
        deps.coord.publish(item);
    }
    Ok(())
}

async fn apply_one(
    deps: &Deps,
    directory: &Directory,
    tx: &mut Tx,
    taken: &TakenIn,
    news: &mut Vec<News>,
) -> Result<()> {
    let mut event = EngagementEvent {
        kind: "push.received",
        account: Some(taken.account.clone()),
        channel: Some(taken.kind.clone()),
        ..EngagementEvent::default()
    };
    if taken.effects.is_empty() {
        // Concerns no follower of ours, or asks for nothing: counted and kept.
        return events::record(tx, taken.at, &event).await;
    }
    if let [Effect::Published { verdict }] = taken.effects.as_slice() {
        // The sender is no follower but the account's own people.
        events::record(tx, taken.at, &event).await?;
        return publishing::actions::settle(tx, &taken.account, verdict, taken.at).await;
    }
    if let [Effect::MassSent { report }] = taken.effects.as_slice() {
        events::record(tx, taken.at, &event).await?;
        let (account, now) = (&taken.account, deps.clock.now());
        return campaigns::actions::outcome::reported(tx, account, report, taken.at, now).await;
    }
    if let [Effect::Staff { scene, gesture }] = taken.effects.as_slice() {
        // Staff at a code on a screen are no citizens, and their scan counts for no code.
        events::record(tx, taken.at, &event).await?;
        return heard(tx, taken, scene, *gesture).await;
    }
    let new_id = CitizenId(deps.entropy.id_at(taken.at));
    let who = citizens::store::seen(tx, &taken.account, &taken.openid, new_id, taken.at).await?;
    event.citizen = Some(who.id.0);
    event.scene = scene_of(&taken.effects);
    events::record(tx, taken.at, &event).await?;
    for effect in &taken.effects {
        news.extend(one_effect(deps, directory, tx, taken, &who, effect).await?);
        if matches!(effect, Effect::Wrote { words, .. } if words.media.is_some()) {
            news.push(News::Jobs);
        }
    }
    Ok(())
}

fn scene_of(effects: &[Effect]) -> Option<String> {
    effects.iter().find_map(|effect| match effect {
        Effect::Follow { scene } => scene.clone(),
        Effect::Scan { scene } => Some(scene.clone()),
        _ => None,
    })
}

async fn one_effect(
    deps: &Deps,
    directory: &Directory,
    tx: &mut Tx,
    taken: &TakenIn,
    who: &Citizen,
    effect: &Effect,
) -> Result<Option<News>> {
    let at = taken.at;
    match effect {
        Effect::Follow { scene } => {
            citizens::store::set_following(tx, who.id, true, taken.created).await?;
            remember(tx, directory, who, scene.as_deref()).await?;
            Ok(None)
        }
        Effect::Scan { scene } => {
            remember(tx, directory, who, Some(scene)).await?;
            Ok(None)
        }
        Effect::Unfollow => {
            citizens::store::set_following(tx, who.id, false, taken.created).await?;
            Ok(None)
        }
        Effect::Grant { class } => {
            let from = taken.created.min(at);
            delivery::store::grant(tx, &taken.account, &taken.openid, *class, from).await?;
            if !who.following {
                // A message can overtake the news of the follow it needs.
                citizens::store::set_following(tx, who.id, true, taken.created).await?;
            }
            delivery::actions::take_up_waiting(tx, &taken.account, &taken.openid, at).await
        }
        Effect::Published { verdict } => {
            publishing::actions::settle(tx, &taken.account, verdict, at).await?;
            Ok(None)
        }
        Effect::MassSent { report } => {
            campaigns::actions::outcome::reported(tx, &taken.account, report, at, at).await?;
            Ok(None)
        }
        Effect::Subscribe { field } => {
            let person = (taken.account.as_str(), taken.openid.as_str());
            let id = deps.entropy.id_at(at);
            citizens::actions::agreeing::subscribe(tx, id, person, *field, at).await?;
            Ok(None)
        }
        Effect::Unsubscribe => {
            let person = (taken.account.as_str(), taken.openid.as_str());
            citizens::actions::agreeing::unsubscribe(tx, person, at).await?;
            Ok(None)
        }
        Effect::Open { new } => open(tx, directory, taken, who, new).await,
        Effect::Wrote { inquiry, words, promise_until } => {
            let message = message(deps, *inquiry, words, taken);
            let news = citizen::wrote(tx, &message, *promise_until).await?;
            if news.is_some() {
                fetch(tx, taken, words).await?;
            }
            Ok(news)
        }
        Effect::Said { inquiry, word } => citizen::said(tx, *inquiry, word, at).await,
        Effect::Place { inquiry, decision } => {
            routing::actions::place(tx, &deps.entropy, directory, *inquiry, decision, at).await
        }
        Effect::PlaceLater { inquiry, at: due } => {
            let job =
                NewJob::new(PLACE_LATER, inquiry, *due)?.once(format!("{PLACE_LATER}:{inquiry}"));
            jobs::store::enqueue(tx, &job, at).await?;
            Ok(Some(News::Jobs))
        }
        Effect::Consent { template, accepted } => {
            let (account, openid) = (taken.account.as_str(), taken.openid.as_str());
            notices::actions::note_consent(tx, account, openid, template, *accepted, at).await?;
            if !accepted {
                return Ok(None);
            }
            delivery::actions::take_up_waiting(tx, account, openid, at).await
        }
        Effect::Reported { report } => {
            let report = Report {
                msgid: report.msgid.clone(),
                template_id: report.template.clone(),
                delivered: report.delivered,
                reason: report.reason.clone(),
            };
            let (account, openid) = (taken.account.as_str(), taken.openid.as_str());
            delivery::actions::notice::reported(tx, account, openid, &report, at).await
        }
        Effect::Staff { scene, gesture } => {
            heard(tx, taken, scene, *gesture).await?;
            Ok(None)
        }
        Effect::Divide { from, message, start, end, new, words } => {
            let part = dividing::Part { from: *from, message: *message, span: *start..*end };
            dividing::divide(deps, directory, tx, taken, who, &part, new, *words).await
        }
        Effect::Separate { from, since, new, decision } => {
            separate(deps, directory, tx, taken, who, (*from, *since), new, decision).await
        }
    }
}

async fn heard(tx: &mut Tx, taken: &TakenIn, scene: &str, gesture: Gesture) -> Result<()> {
    let (account, openid) = (taken.account.as_str(), taken.openid.as_str());
    codes::hear(tx, &codes::Heard { account, openid, scene, gesture }, taken.at).await
}

async fn remember(
    tx: &mut Tx,
    directory: &Directory,
    who: &Citizen,
    scene: Option<&str>,
) -> Result<()> {
    let Some(scene) = scene else { return Ok(()) };
    let station = directory.station(scene).map(|station| station.id);
    citizens::store::set_scene(tx, who.id, scene, station).await
}

pub(super) async fn open(
    tx: &mut Tx,
    directory: &Directory,
    taken: &TakenIn,
    who: &Citizen,
    new: &NewInquiry,
) -> Result<Option<News>> {
    let known = |station: &&Station| Some(station.id) == who.station_id;
    let station = directory.stations.iter().find(known).map(|station| station.id);
    citizen::open(tx, new, who, station, taken.at).await
}

/// Has the picture, voice or film of a message fetched before WeChat forgets it.
async fn fetch(tx: &mut Tx, taken: &TakenIn, words: &Words) -> Result<()> {
    let kind = match words.kind {
        MessageKind::Image => media::Kind::Picture,
        MessageKind::Voice => media::Kind::Voice,
        MessageKind::Video => media::Kind::Film,
        MessageKind::Text | MessageKind::Location | MessageKind::Link => return Ok(()),
    };
    let Some(media_id) = words.media.as_deref() else { return Ok(()) };
    let wanted = media::Wanted { message: words.id.0, account: &taken.account, media_id, kind };
    media::actions::want(tx, &wanted, taken.at).await?;
    Ok(())
}

fn message(deps: &Deps, inquiry: InquiryId, words: &Words, taken: &TakenIn) -> NewMessage {
    // Taken in by an older program it may still be plain.
    let seal = |text: &str| deps.vault.sealed_anew(&deps.entropy, words.id.0.as_bytes(), text);
    NewMessage {
        id: words.id,
        inquiry,
        inbox: Some(taken.key.clone()),
        author: Author::Citizen,
        staff: None,
        kind: words.kind,
        body: words.body.clone(),
        original: words.original.as_deref().and_then(seal),
        media: words.media.clone(),
        at: taken.at,
    }
}

#[expect(clippy::too_many_arguments, reason = "one effect with all it carries")]
async fn separate(
    deps: &Deps,
    directory: &Directory,
    tx: &mut Tx,
    taken: &TakenIn,
    who: &Citizen,
    (from, since): (InquiryId, Moment),
    new: &NewInquiry,
    decision: &Decision,
) -> Result<Option<News>> {
    let mut new = new.clone();
    let Some(from) = inquiry_store::lock_living(tx, from).await? else { return Ok(None) };
    let from = from.id;
    let last = inquiry_store::messages(tx, from, 1).await?;
    new.first_line = last.first().map(|m| citizen::first_line(&m.body)).unwrap_or_default();
    open(tx, directory, taken, who, &new).await?;
    inquiry_store::move_message(tx, from, new.id, since).await?;
    routing::actions::place(tx, &deps.entropy, directory, new.id, decision, taken.at).await?;
    let before = inquiry_store::get(tx, OrgScope::Everything, from).await?;
    Ok(before.map(|inquiry| crate::inquiries::actions::news(&inquiry, &inquiry)))
}
