//! Takes waiting pushes in: one transaction for all of them, before any of them is acknowledged.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::alerts::Happening;
use crate::alerts::actions::tell;
use crate::delivery::store::Waiting;
use crate::delivery::{self, DeliveryState, Way};
use crate::inquiries::InquiryId;
use crate::inquiries::actions::telling;
use crate::intake::conversation::page::{self, Choices};
use crate::intake::conversation::staffing::{self, Knock};
use crate::intake::conversation::{Effect, Fact, Mint, Standing, Stepped, World, step};
use crate::intake::store::{self, InboxRow};
use crate::language::Reading;
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::jobs;
use crate::staff::store::wechat as staff_wechat;
use crate::staff::{ScreenCode, StaffMember};
use crate::wechat::message::{Content, Event, Message, Push};
use crate::wechat::reply::{self, Reply, TEXT_LIMIT_BYTES};

/// Kind of the job that does what a push calls for; worked through in order.
pub const TAKEN_IN: &str = "intake";

/// Payload of [`TAKEN_IN`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TakenIn {
    /// Official account.
    pub account: String,
    /// Follower, or the system sender.
    pub openid: String,
    /// Key of the inbox row.
    pub key: String,
    /// Kind of the push.
    pub kind: String,
    /// WeChat's date of the push.
    pub created: Moment,
    /// When it was taken in.
    pub at: Moment,
    /// What to do.
    pub effects: Vec<Effect>,
}

/// A verified push that waits to be taken in.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Official account.
    pub account: String,
    /// Key by which a repetition is recognized.
    pub key: String,
    /// The push.
    pub push: Push,
    /// The push as it was sent, decrypted and sealed for the key.
    pub raw: String,
    /// What its words say.
    pub reading: Option<Reading>,
    /// Whether WeChat's own agents take over who asks for a person.
    pub transfers: bool,
    /// What was chosen beside the words, when it came from the page `/c/ask` and not from WeChat.
    pub asked: Option<Choices>,
}

impl Arrival {
    fn kind(&self) -> &str {
        if self.asked.is_some() { PAGE } else { self.push.kind() }
    }
}

/// Kind of an arrival from the page `/c/ask`.
const PAGE: &str = "page";

/// The reply to an arrival from the page `/c/ask`, as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PageReceipt {
    /// The inquiry it became.
    pub inquiry: InquiryId,
    /// Whether somebody may be in danger.
    pub danger: bool,
}

type Follower<'a> = (&'a str, &'a str);

/// Everything the database knows that the decision needs.
struct Known<'a> {
    replies: HashMap<(String, String), String>,
    standings: HashMap<Follower<'a>, Standing>,
    facts: HashMap<(String, String), Vec<Fact>>,
    waiting: HashMap<(String, String), Waiting>,
    /// Codes on screens that are named in the batch, by scene.
    codes: HashMap<String, ScreenCode>,
    /// Staff whose WeChat knocks at one.
    staff: HashMap<(String, String), StaffMember>,
}

/// What one batch writes.
#[derive(Default)]
struct Written<'a> {
    inbox: Vec<(&'a Arrival, String)>,
    jobs: Vec<String>,
    changed: Vec<Follower<'a>>,
    delivered: Vec<Waiting>,
    alarms: Vec<Happening>,
}

/// Takes the arrivals in and gives the reply to each, in their order. Nothing is acknowledged
/// unless this returns; a repetition gets the reply that was remembered.
///
/// Repetitions are rare, so they are looked for only when `repeats` says so; without it a repetition
/// shows itself when it is written.
///
/// # Errors
/// Conflict when one was taken in before, by this or another process: take the batch again with
/// `repeats`. Busy when storage is full.
pub async fn accept(
    deps: &Deps,
    world: &World<'_>,
    arrivals: &[Arrival],
    repeats: bool,
) -> Result<Vec<String>> {
    let month = world.now.in_shanghai().strftime("%y%m").to_string();
    let mut tx = deps.db.begin().await?;
    let last = store::hold_counter(&mut tx, &month).await?;
    let mut known = read(&mut tx, arrivals, repeats).await?;
    let mut mint = Mint { entropy: &deps.entropy, month: &month, last, now: world.now };
    let mut written = Written::default();
    let mut replies = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        replies.push(decide(world, &mut known, &mut mint, &mut written, arrival)?);
    }
    write(&mut tx, world.now, &known, &written).await?;
    let mut alerted = Vec::new();
    for alarm in &written.alarms {
        alerted.extend(telling::danger(&mut tx, alarm, world.now).await?);
    }
    if mint.last != last {
        store::set_counter(&mut tx, &month, mint.last).await?;
    }
    tx.commit().await?;
    tell(deps, alerted);
    if !written.jobs.is_empty() {
        deps.coord.publish(News::TakenIn);
    }
    Ok(replies)
}

async fn read<'a>(tx: &mut Tx, arrivals: &'a [Arrival], repeats: bool) -> Result<Known<'a>> {
    let keys: Vec<Follower> =
        arrivals.iter().map(|a| (a.account.as_str(), a.key.as_str())).collect();
    let mut followers: Vec<Follower> =
        arrivals.iter().map(|a| (a.account.as_str(), a.push.from.as_str())).collect();
    followers.sort_unstable();
    followers.dedup();
    let json = serde_json::to_string(&followers)?;

    let replies = if repeats { store::remembered(tx, &keys).await? } else { Vec::new() };
    let mut stored: HashMap<(String, String), String> = HashMap::new();
    for row in store::standings(tx, &json).await? {
        stored.insert((row.account_id, row.openid), row.state);
    }
    let mut facts: HashMap<(String, String), Vec<Fact>> = HashMap::new();
    let mut waiting = HashMap::new();
    // Who has no standing has never been here.
    if !stored.is_empty() {
        for fact in store::facts(tx, &json).await? {
            facts.entry((fact.account_id.clone(), fact.openid.clone())).or_default().push(fact);
        }
        for row in delivery::store::waiting_for(tx, &json).await? {
            waiting.entry((row.account_id.clone(), row.openid.clone())).or_insert(row);
        }
    }
    let (codes, staff) = knocked(tx, arrivals, &json).await?;
    let mut standings = HashMap::new();
    for follower in followers {
        let state = stored.get(&(follower.0.to_owned(), follower.1.to_owned()));
        let standing =
            state.map_or_else(|| Ok(Standing::default()), |json| serde_json::from_str(json))?;
        standings.insert(follower, standing);
    }
    Ok(Known {
        replies: replies.into_iter().map(|r| ((r.account_id, r.dedup_key), r.reply)).collect(),
        standings,
        facts,
        waiting,
        codes,
        staff,
    })
}

type Staffed = (HashMap<String, ScreenCode>, HashMap<(String, String), StaffMember>);

/// What knocks at codes on screens need; nothing is read when there are none.
async fn knocked(tx: &mut Tx, arrivals: &[Arrival], followers: &str) -> Result<Staffed> {
    let knocks = arrivals.iter().filter_map(|arrival| staffing::knock(&arrival.push.content));
    let scenes: Vec<[&str; 1]> = knocks.map(|knock| [knock.scene]).collect();
    if scenes.is_empty() {
        return Ok(Staffed::default());
    }
    let codes = staff_wechat::codes(tx, &serde_json::to_string(&scenes)?).await?;
    let owners = staff_wechat::owners(tx, followers).await?;
    Ok((
        codes.into_iter().map(|code| (code.scene.clone(), code)).collect(),
        owners.into_iter().map(|one| ((one.account_id, one.openid), one.member)).collect(),
    ))
}

/// Decides one arrival; a repetition, also within the batch, gets the reply of the first.
fn decide<'a>(
    world: &World,
    known: &mut Known<'a>,
    mint: &mut Mint,
    written: &mut Written<'a>,
    arrival: &'a Arrival,
) -> Result<String> {
    let key = (arrival.account.clone(), arrival.key.clone());
    if let Some(reply) = known.replies.get(&key) {
        return Ok(reply.clone());
    }
    let stepped = match staffing::knock(&arrival.push.content) {
        Some(knock) => answer_staff(world, known, arrival, &knock),
        None => converse(world, known, mint, written, arrival),
    };
    let reply = match arrival.asked {
        Some(_) => page_receipt(&stepped)?,
        None => encode(&stepped.reply(arrival.transfers), &arrival.push, world.now),
    };
    let job = TakenIn {
        account: arrival.account.clone(),
        openid: arrival.push.from.clone(),
        key: arrival.key.clone(),
        kind: arrival.kind().to_owned(),
        created: arrival.push.created,
        at: world.now,
        effects: stepped.effects,
    };
    written.jobs.push(serde_json::to_string(&job)?);
    written.inbox.push((arrival, reply.clone()));
    known.replies.insert(key, reply.clone());
    Ok(reply)
}

/// A staff member's knock leaves the conversation as it stands.
fn answer_staff(world: &World, known: &Known, arrival: &Arrival, knock: &Knock) -> Stepped {
    let owner = (arrival.account.clone(), arrival.push.from.clone());
    let (code, member) = (known.codes.get(knock.scene), known.staff.get(&owner));
    staffing::answer(world, &arrival.push, &arrival.account, knock, code, member)
}

/// What a citizen's push comes to, with an answer that waited for them in the reply.
fn converse<'a>(
    world: &World,
    known: &mut Known<'a>,
    mint: &mut Mint,
    written: &mut Written<'a>,
    arrival: &'a Arrival,
) -> Stepped {
    let follower = (arrival.account.as_str(), arrival.push.from.as_str());
    let owner = (arrival.account.clone(), arrival.push.from.clone());
    let before = known.standings.get(&follower).cloned().unwrap_or_default();
    let mut standing = before.clone();
    let facts = known.facts.get(&owner).map_or(&[][..], Vec::as_slice);
    let reading = arrival.reading.as_ref();
    let mut stepped = match (&arrival.asked, &arrival.push.content) {
        (Some(choices), Content::Message { body: Message::Text { content }, .. }) => {
            page::ask(world, &mut standing, mint, content, choices, reading)
        }
        _ => step(world, &mut standing, facts, mint, &arrival.push, reading),
    };
    let reply_is_shown = arrival.asked.is_none() && !(arrival.transfers && stepped.wants_person);
    if reply_is_shown
        && is_contact(&arrival.push.content)
        && let Some(waiting) = known.waiting.remove(&owner)
    {
        deliver_in_reply(&mut stepped.text, stepped.pressing, waiting, written);
    }
    written.alarms.extend(stepped.alarm.take());
    if standing != before {
        known.standings.insert(follower, standing);
        if !written.changed.contains(&follower) {
            written.changed.push(follower);
        }
    }
    stepped
}

/// Whether the citizen themselves is at the other end and would see a reply.
fn is_contact(content: &Content) -> bool {
    matches!(
        content,
        Content::Message { .. }
            | Content::Event(Event::Subscribe { .. } | Event::Scan { .. } | Event::Click { .. })
    )
}

/// Puts an answer that waited before the reply, as far as both fit; a pressing reply stands alone.
fn deliver_in_reply(text: &mut String, pressing: bool, waiting: Waiting, written: &mut Written) {
    if pressing {
        return;
    }
    let both = format!("{}\n\n——————\n{text}", waiting.body);
    *text = match text.is_empty() || both.len() > TEXT_LIMIT_BYTES {
        true => waiting.body.clone(),
        false => both,
    };
    written.delivered.push(waiting);
}

/// What the page needs to lead on.
fn page_receipt(stepped: &Stepped) -> Result<String> {
    let opened = stepped.effects.iter().find_map(|effect| match effect {
        Effect::Open { new } => Some(new.id),
        _ => None,
    });
    let inquiry = opened
        .ok_or_else(|| Error::internal(anyhow::anyhow!("a question of the page opened nothing")))?;
    Ok(serde_json::to_string(&PageReceipt { inquiry, danger: stepped.pressing })?)
}

fn encode(reply: &Reply, push: &Push, now: Moment) -> String {
    reply::encode(reply, &push.from, &push.to, now)
}

async fn write(tx: &mut Tx, now: Moment, known: &Known<'_>, written: &Written<'_>) -> Result<()> {
    if written.inbox.is_empty() {
        return Ok(());
    }
    let rows: Vec<InboxRow> = written
        .inbox
        .iter()
        .map(|(a, reply)| {
            (
                a.account.as_str(),
                a.key.as_str(),
                a.push.from.as_str(),
                a.kind(),
                a.raw.as_str(),
                reply.as_str(),
            )
        })
        .collect();
    store::insert(tx, &rows, now).await?;
    jobs::store::enqueue_in_order(tx, TAKEN_IN, &written.jobs, now).await?;
    let mut standings = Vec::with_capacity(written.changed.len());
    for follower in &written.changed {
        if let Some(standing) = known.standings.get(follower) {
            standings.push((follower.0, follower.1, serde_json::to_string(standing)?));
        }
    }
    if !standings.is_empty() {
        store::save_standings(tx, &standings, now).await?;
    }
    for waiting in &written.delivered {
        let settled = delivery::store::Settled {
            state: DeliveryState::Sent,
            way: Some(Way::Reply),
            errcode: None,
            rid: None,
            reason: None,
        };
        delivery::store::settle(tx, waiting.id, &settled, now).await?;
    }
    Ok(())
}
