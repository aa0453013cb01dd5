//! Mass sends: jobs, the quota of the account and of each follower, the administrator's confirmation
//! and the event that tells the result (wechat-protocol.md §7.4, §2.4).
//!
//! A subscription account sends once a day. A service account reaches each follower four times a
//! month: what is more is left out in silence, and a fifth send to everybody, which would reach
//! nobody, is refused. Both refusals are 45028; a send that failed gives its place back.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::quota::day;
use super::{Call, Done, Refusal, Route, ok, post, random_name};
use crate::platform::clock::Moment;
use crate::platform::config::AccountKind;
use crate::simulator::Simulator;
use crate::simulator::chat::{BubbleBody, Side, Via};
use crate::simulator::crowd;
use crate::simulator::push::Push;
use crate::simulator::world::World;
use crate::simulator::xml::Writer;

/// Messages a follower of a service account gets in a calendar month, and sends to everybody it has.
const A_MONTH: u32 = 4;
/// Sends of a subscription account in a day.
const A_DAY: u32 = 1;
/// The same `clientmsgid` is one send within this time.
const REPEAT_GUARD: Duration = Duration::from_secs(24 * 3600);
/// A `clientmsgid` that was repeated must not be repeated again within this time.
const REPEAT_PAUSE: Duration = Duration::from_secs(60);
/// How long the administrator has to confirm.
const CONFIRMATION: Duration = Duration::from_secs(30 * 60);
/// Thousands a minute of each speed, in tens.
const SPEEDS: [u32; 5] = [80, 60, 45, 30, 10];
/// Who sends the result: not a follower.
const HELPER: &str = "mphelper";

/// Mass sends of one account.
#[derive(Default)]
pub(in crate::simulator) struct Mass {
    jobs: HashMap<u64, Job>,
    client_ids: HashMap<String, Known>,
    /// Messages by follower and month.
    received: HashMap<(String, i64), u32>,
    /// Sends that count, by the day or month of [`Quota`].
    spent: HashMap<i64, u32>,
    speed: usize,
    /// Whether sends to everybody need the administrator.
    protected: bool,
    /// The send the administrator has not confirmed.
    waiting: Option<u64>,
    /// What the next send comes to instead of success.
    verdict: Option<String>,
}

struct Job {
    status: &'static str,
    audience: Vec<String>,
    body: BubbleBody,
    articles: bool,
    deletable: bool,
    /// The day or month it counts in; nothing when it does not count.
    period: Option<i64>,
}

/// How often an account may send, and in which period a send counts.
struct Quota {
    most: u32,
    period: i64,
}

impl Quota {
    /// The quota a send needs; nothing when only the followers' own counts.
    fn of(kind: AccountKind, to_all: bool, now: Moment) -> Option<Self> {
        match kind {
            AccountKind::Subscription => Some(Self { most: A_DAY, period: day(now) }),
            AccountKind::Service if to_all => Some(Self { most: A_MONTH, period: month(now) }),
            AccountKind::Service => None,
        }
    }
}

/// Months since year 0 on the calendar of Beijing.
fn month(now: Moment) -> i64 {
    let calendar = now.in_shanghai();
    i64::from(calendar.year()) * 12 + i64::from(calendar.month())
}

struct Known {
    msg_id: u64,
    first: Moment,
    repeated: Option<Moment>,
}

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    let with_gist = |route: Route| Route { gist, ..route };
    vec![
        with_gist(post("/cgi-bin/message/mass/sendall", "mass_send", send_all)),
        with_gist(post("/cgi-bin/message/mass/send", "mass_send", send_by_list)),
        with_gist(post("/cgi-bin/message/mass/preview", "mass_preview", preview)),
        post("/cgi-bin/message/mass/delete", "mass_delete", delete),
        post("/cgi-bin/message/mass/get", "mass_status", status),
        post("/cgi-bin/message/mass/speed/get", "mass_speed", speed),
        post("/cgi-bin/message/mass/speed/set", "mass_speed_set", set_speed),
        post("/cgi-bin/media/uploadvideo", "mass_video", video),
    ]
}

fn gist(call: &Call) -> String {
    let at = |pointer: &str| call.json.pointer(pointer).and_then(Value::as_str);
    at("/text/content").or_else(|| at("/msgtype")).unwrap_or_default().to_owned()
}

fn text<'j>(json: &'j Value, pointer: &str) -> Option<&'j str> {
    json.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// What the phones show; pictures and music alone exist only in previews.
fn body_of(json: &Value, preview: bool) -> Result<BubbleBody, i64> {
    let other = |pointer: &str, label: &str| {
        let found = json.pointer(pointer).is_some_and(|id| id.as_str() != Some(""));
        if found { Ok(BubbleBody::Other { label: label.to_owned() }) } else { Err(40007) }
    };
    match text(json, "/msgtype") {
        Some("text") => match text(json, "/text/content") {
            Some(content) => Ok(BubbleBody::Text { text: content.to_owned() }),
            None => Err(44004),
        },
        Some("mpnews") => other("/mpnews/media_id", "图文消息（群发）"),
        Some("voice") => other("/voice/media_id", "语音（群发）"),
        Some("mpvideo") => other("/mpvideo/media_id", "视频（群发）"),
        Some("image") if preview => other("/image/media_id", "图片（群发预览）"),
        Some("music") if preview => other("/music/media_id", "音乐（群发预览）"),
        Some("image") => match json.pointer("/images/media_ids").and_then(Value::as_array) {
            None => Err(40007),
            Some(ids) if ids.is_empty() => Err(40007),
            Some(ids) if ids.len() > 20 => Err(40215),
            Some(_) => other("/images/media_ids", "图片（群发）"),
        },
        Some("wxcard") => Err(45113),
        _ => Err(40008),
    }
}

fn send_all(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let filter = call.json.get("filter").ok_or(40035)?;
    let to_all = filter.get("is_to_all").and_then(Value::as_bool).ok_or(40035)?;
    let openids: Vec<String> = {
        let world = simulator.world();
        let labels = &world.accounts.get(call.account).ok_or(40001)?.labels;
        let chosen: Option<HashSet<String>> = if to_all {
            None
        } else {
            let tag = filter.get("tag_id").and_then(Value::as_i64);
            let tag = tag.filter(|tag| labels.knows(*tag)).ok_or(40152)?;
            Some(labels.having(tag).into_iter().collect())
        };
        let (_, mut followers) = world.followers_after(call.account, "", usize::MAX);
        followers.retain(|openid| chosen.as_ref().is_none_or(|all| all.contains(openid)));
        followers
    };
    submit(simulator, call, openids, to_all)
}

fn send_by_list(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let list = call.json.get("touser").and_then(Value::as_array).ok_or(40031)?;
    match list.len() {
        0 | 1 => return Err(40130.into()),
        2..=10_000 => {}
        _ => return Err(40032.into()),
    }
    let openids: Option<Vec<String>> =
        list.iter().map(|openid| openid.as_str().map(str::to_owned)).collect();
    submit(simulator, call, openids.ok_or(40031)?, false)
}

/// Takes a send: once for each `clientmsgid`, and none while the administrator is being asked.
fn submit(
    simulator: &Simulator,
    call: &Call,
    audience: Vec<String>,
    to_all: bool,
) -> Result<Done, Refusal> {
    let body = body_of(&call.json, false)?;
    let now = simulator.now();
    let client_id = text(&call.json, "/clientmsgid").unwrap_or_default().to_owned();
    if client_id.len() > 32 {
        return Err(45067.into());
    }
    let mut world = simulator.world();
    let msg_id = world.next_msg_id(simulator.wire_now());
    let account = world.accounts.get_mut(call.account).ok_or(40001)?;
    let quota = Quota::of(account.config.kind, to_all, now);
    let mass = &mut account.mass;
    mass.client_ids.retain(|_, known| now.since(known.first) < REPEAT_GUARD);
    if let Some(known) = mass.client_ids.get_mut(&client_id) {
        if known.repeated.is_some_and(|last| now.since(last) < REPEAT_PAUSE) {
            return Err(45066.into());
        }
        known.repeated = Some(now);
        let answer =
            json!({"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": known.msg_id});
        return Ok(Done { kind: Some("mass_repeat"), ..answer.into() });
    }
    if mass.waiting.is_some() {
        return Err(89504.into());
    }
    if let Some(quota) = &quota {
        let spent = mass.spent.entry(quota.period).or_default();
        if *spent >= quota.most {
            return Err(45028.into());
        }
        *spent += 1;
    }
    if !client_id.is_empty() {
        mass.client_ids.insert(client_id, Known { msg_id, first: now, repeated: None });
    }
    let kind = text(&call.json, "/msgtype").unwrap_or_default();
    let articles = kind == "mpnews";
    let deletable = articles || kind == "mpvideo";
    let period = quota.map(|quota| quota.period);
    let job = Job { status: "SENDING", audience, body, articles, deletable, period };
    mass.jobs.insert(msg_id, job);
    let must_wait = to_all && mass.protected;
    if must_wait {
        mass.waiting = Some(msg_id);
    }
    drop(world);
    go_on(simulator, call.account, msg_id, must_wait);
    let mut answer =
        json!({"errcode": 0, "errmsg": "send job submission success", "msg_id": msg_id});
    if articles {
        answer["msg_data_id"] = json!(msg_id % 1_000_000_007);
    }
    Ok(answer.into())
}

/// Sends at once, or when the administrator says so, or never: after half an hour it is too late.
fn go_on(simulator: &Simulator, account: usize, msg_id: u64, must_wait: bool) {
    let simulator = simulator.clone();
    tokio::spawn(async move {
        if must_wait {
            let deadline = simulator.now().plus(CONFIRMATION);
            simulator.0.clock.wait_until(deadline).await;
            if simulator.stop_waiting(account, msg_id) {
                simulator.finish_mass(account, msg_id, Some("err(40002)")).await;
            }
        } else {
            simulator.finish_mass(account, msg_id, None).await;
        }
    });
}

/// What became of a send.
#[derive(Default)]
struct Figures {
    total: usize,
    filtered: usize,
    sent: usize,
}

/// Shows a send to those who still may get one this month.
fn reach(world: &mut World, account: usize, msg_id: u64, now: Moment) -> Figures {
    let month = month(now);
    let Some(job) = world.accounts.get(account).and_then(|a| a.mass.jobs.get(&msg_id)) else {
        return Figures::default();
    };
    let (audience, body) = (job.audience.clone(), job.body.clone());
    let mut figures = Figures { total: audience.len(), ..Figures::default() };
    for openid in audience {
        if !world.known(account, &openid).is_some_and(crowd::Known::following) {
            continue;
        }
        let Some(owner) = world.accounts.get_mut(account) else { continue };
        let received = owner.mass.received.entry((openid.clone(), month)).or_default();
        if owner.config.kind == AccountKind::Service && *received >= A_MONTH {
            continue;
        }
        *received += 1;
        figures.filtered += 1;
        figures.sent += 1;
        // Nobody looks at the telephones of a crowd.
        if world.citizen_of(account, &openid).is_some() {
            world.show(&openid, now, Side::Account, Via::Mass, body.clone());
        }
    }
    figures
}

/// MASSSENDJOBFINISH without its envelope.
fn result_of(msg_id: u64, verdict: &str, figures: &Figures, articles: bool) -> Writer {
    let errors = figures.filtered - figures.sent;
    let result = Writer::default()
        .text("Event", "MASSSENDJOBFINISH")
        .number("MsgID", msg_id)
        .text("Status", verdict)
        .number("TotalCount", figures.total)
        .number("FilterCount", figures.filtered)
        .number("SentCount", figures.sent)
        .number("ErrorCount", errors);
    if !articles {
        return result;
    }
    let url = format!("http://mp.weixin.qq.com/s?__biz=SIM&mid={msg_id}&idx=1");
    let item = Writer::default().number("ArticleIdx", 1).text("ArticleUrl", &url).inside();
    let list = format!("<Count>1</Count><ResultList><item>{item}</item></ResultList>");
    let copyright = "<Count>0</Count><ResultList></ResultList><CheckState>1</CheckState>";
    result.number("CopyrightCheckResult", copyright).number("ArticleUrlResult", list)
}

fn preview(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let body = body_of(&call.json, true)?;
    let now = simulator.now();
    let mut world = simulator.world();
    let openid = match (text(&call.json, "/towxname"), text(&call.json, "/touser")) {
        (Some(name), _) => {
            let mut all = world.citizens().iter().filter(|c| c.account == call.account);
            all.find(|c| c.nickname == name).map(|c| c.openid.clone()).ok_or(40132)?
        }
        (None, Some(openid)) => openid.to_owned(),
        (None, None) => return Err(40003.into()),
    };
    if !world.known(call.account, &openid).ok_or(40003)?.following() {
        return Err(43004.into());
    }
    if world.citizen_of(call.account, &openid).is_some() {
        world.show(&openid, now, Side::Account, Via::Mass, body);
    }
    Ok(json!({"errcode": 0, "errmsg": "preview success"}).into())
}

/// The send a call names, as text or as a number.
fn named(call: &Call) -> Option<u64> {
    let id = call.json.get("msg_id")?;
    id.as_u64().or_else(|| id.as_str()?.parse().ok())
}

fn delete(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    if call.json.get("article_idx").is_some_and(|index| index.as_u64().is_none()) {
        return Err(40060.into());
    }
    let mut world = simulator.world();
    let mass = &mut world.accounts.get_mut(call.account).ok_or(40001)?.mass;
    let by_url = text(&call.json, "/url")
        .and_then(|url| mass.jobs.keys().copied().find(|id| url.contains(&format!("mid={id}&"))));
    let job = named(call).or(by_url).and_then(|id| mass.jobs.get_mut(&id)).ok_or(40059)?;
    if !job.deletable {
        return Err(40204.into());
    }
    if job.status != "SEND_SUCCESS" {
        return Err(40065.into());
    }
    job.status = "DELETE";
    Ok(ok().into())
}

fn status(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let id = named(call).ok_or(40059)?;
    let world = simulator.world();
    let jobs = &world.accounts.get(call.account).ok_or(40001)?.mass.jobs;
    let job = jobs.get(&id).ok_or(40059)?;
    Ok(json!({"msg_id": id, "msg_status": job.status}).into())
}

fn speed(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let world = simulator.world();
    let speed = world.accounts.get(call.account).ok_or(40001)?.mass.speed;
    Ok(json!({"speed": speed, "realspeed": SPEEDS.get(speed)}).into())
}

fn set_speed(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let wanted = call.json.get("speed").and_then(Value::as_u64).ok_or(45084)?;
    let wanted = usize::try_from(wanted).ok().filter(|speed| *speed < SPEEDS.len());
    let mut world = simulator.world();
    world.accounts.get_mut(call.account).ok_or(40001)?.mass.speed = wanted.ok_or(45083)?;
    Ok(ok().into())
}

fn video(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let now = simulator.now();
    let id = text(&call.json, "/media_id").unwrap_or_default();
    simulator.world().media(id, now).filter(|media| media.is_video).ok_or(40007)?;
    let made = random_name(&simulator.0.entropy, 64);
    Ok(json!({"type": "video", "media_id": made, "created_at": now.seconds()}).into())
}

impl Simulator {
    /// Whether mass sends to everybody wait for the administrator of an account from now on.
    pub fn protect_mass_sends(&self, account: &str, protected: bool) {
        self.with_mass(account, |mass| mass.protected = protected);
    }

    /// What the next mass send comes to, such as `err(30003)` or `send fail`.
    pub fn judge_next_mass_send(&self, account: &str, verdict: &str) {
        self.with_mass(account, |mass| mass.verdict = Some(verdict.to_owned()));
    }

    /// The administrator of an account confirms or refuses the send that waits; `false` when none
    /// does.
    pub async fn decide_mass_send(&self, account: &str, confirmed: bool) -> bool {
        let waiting = {
            let world = self.world();
            let at = world.accounts.iter().position(|found| found.config.id == account);
            at.and_then(|at| Some((at, world.accounts.get(at)?.mass.waiting?)))
        };
        let Some((account, msg_id)) = waiting else { return false };
        if !self.stop_waiting(account, msg_id) {
            return false;
        }
        self.finish_mass(account, msg_id, (!confirmed).then_some("err(40001)")).await;
        true
    }

    fn with_mass(&self, account: &str, change: impl FnOnce(&mut Mass)) {
        if let Some(found) = self.world().accounts.iter_mut().find(|a| a.config.id == account) {
            change(&mut found.mass);
        }
    }

    fn stop_waiting(&self, account: usize, msg_id: u64) -> bool {
        let mut world = self.world();
        let mass = world.accounts.get_mut(account).map(|account| &mut account.mass);
        mass.is_some_and(|mass| mass.waiting.take_if(|waiting| *waiting == msg_id).is_some())
    }

    /// Ends a send and tells the account's server.
    async fn finish_mass(&self, account: usize, msg_id: u64, verdict: Option<&str>) {
        let now = self.now();
        let event = {
            let mut world = self.world();
            let Some(owner) = world.accounts.get_mut(account) else { return };
            let ordered = owner.mass.verdict.take();
            let verdict = verdict.map(str::to_owned).or(ordered);
            let verdict = verdict.unwrap_or_else(|| "send success".to_owned());
            let sent = verdict == "send success";
            let figures =
                if sent { reach(&mut world, account, msg_id, now) } else { Figures::default() };
            let Some(owner) = world.accounts.get_mut(account) else { return };
            let Some(job) = owner.mass.jobs.get_mut(&msg_id) else { return };
            job.status = if sent { "SEND_SUCCESS" } else { "SEND_FAIL" };
            let spent = job.period.filter(|_| !sent).and_then(|at| owner.mass.spent.get_mut(&at));
            if let Some(spent) = spent {
                *spent = spent.saturating_sub(1);
            }
            let head = Writer::default()
                .text("ToUserName", &owner.config.original_id)
                .text("FromUserName", HELPER)
                .number("CreateTime", now.seconds())
                .text("MsgType", "event");
            let articles = sent && job.articles;
            let result = result_of(msg_id, &verdict, &figures, articles);
            format!("<xml>{}{}</xml>", head.inside(), result.inside())
        };
        self.touch();
        let push = Push { account, openid: HELPER.to_owned(), xml: event, visible: false };
        self.deliver(push).await;
    }
}
