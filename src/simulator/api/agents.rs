//! WeChat's own customer service: agents, conversations, records (wechat-protocol.md §5.4).
//!
//! A follower handed over by a reply waits until an agent takes the conversation. From then on the
//! follower's messages go to the agent and are not pushed, until the conversation is closed or has
//! been without a word for [`QUIET`].

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, get, ok, post};
use crate::platform::clock::Moment;
use crate::simulator::Simulator;
use crate::simulator::chat::{BubbleBody, Side, Via};
use crate::simulator::xml::Writer;

/// Path of the upload of a picture.
pub(super) const PICTURE: &str = "/customservice/kfaccount/uploadheadimg";
/// Agents of one account.
const MOST_AGENTS: usize = 100;
/// Characters before the `@`.
const LONGEST_NAME: usize = 10;
/// Characters of a nickname.
const LONGEST_NICKNAME: usize = 16;
/// Followers listed who wait.
const LISTED: usize = 100;
/// A conversation without a word for this long is over.
const QUIET: Duration = Duration::from_secs(30 * 60);
/// An invitation is open this long.
const INVITED_FOR: Duration = Duration::from_secs(24 * 3600);
/// Longest span of records, and most of them at once.
const SPAN_SECONDS: i64 = 24 * 3600;
const MOST_RECORDS: u64 = 10_000;
/// Codes of a record: the agent said, the agent received.
const SAID: i64 = 2002;
const RECEIVED: i64 = 2003;

/// Somebody who answers in WeChat's own tool.
struct Agent {
    account: String,
    nickname: String,
    id: u64,
    wechat_id: Option<String>,
    invited: Option<(String, Moment)>,
    online: bool,
}

/// A follower who was handed over.
struct Session {
    openid: String,
    /// Nobody while it waits; the wish of the reply does not bind.
    agent: Option<String>,
    since: Moment,
    /// Last word of either side.
    last: Moment,
}

struct Record {
    openid: String,
    opercode: i64,
    text: String,
    at: Moment,
    worker: String,
}

/// Customer service of one account.
#[derive(Default)]
pub(in crate::simulator) struct Agents {
    agents: Vec<Agent>,
    sessions: Vec<Session>,
    records: Vec<Record>,
    last_id: u64,
}

impl Agents {
    fn find(&mut self, account: &str) -> Result<&mut Agent, i64> {
        self.agents.iter_mut().find(|agent| agent.account == account).ok_or(65401)
    }

    /// Whether there is such an agent.
    ///
    /// # Errors
    /// 65401 when there is none.
    pub fn known(&mut self, account: &str) -> Result<(), i64> {
        self.find(account).map(drop)
    }

    fn add(&mut self, account: &str, nickname: &str) -> Result<(), i64> {
        let (name, home) = account.split_once('@').ok_or(65404)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(plain) {
            return Err(65404);
        }
        if home.is_empty() {
            return Err(65404);
        }
        check_nickname(nickname)?;
        if self.agents.iter().any(|agent| agent.account == account) {
            return Err(65406);
        }
        if self.agents.len() >= MOST_AGENTS {
            return Err(65405);
        }
        self.last_id += 1;
        self.agents.push(Agent {
            account: account.to_owned(),
            nickname: nickname.to_owned(),
            id: 1000 + self.last_id,
            wechat_id: None,
            invited: None,
            online: false,
        });
        Ok(())
    }

    /// Ends conversations that have gone quiet.
    fn sweep(&mut self, now: Moment) {
        self.sessions.retain(|s| s.agent.is_none() || now.since(s.last) < QUIET);
    }

    fn record(&mut self, openid: &str, opercode: i64, text: &str, at: Moment, worker: &str) {
        self.records.push(Record {
            openid: openid.to_owned(),
            opercode,
            text: text.to_owned(),
            at,
            worker: worker.to_owned(),
        });
    }

    /// The agent of an open conversation of the follower, who hears `words`.
    pub fn hear(&mut self, openid: &str, words: &str, now: Moment) -> bool {
        self.sweep(now);
        let session = self.sessions.iter_mut().find(|s| s.openid == openid && s.agent.is_some());
        let Some(session) = session else { return false };
        session.last = now;
        let worker = session.agent.clone().unwrap_or_default();
        self.record(openid, RECEIVED, words, now, &worker);
        true
    }

    /// Puts a follower into the queue.
    pub fn hand_over(&mut self, openid: &str, now: Moment) {
        if self.sessions.iter().all(|session| session.openid != openid) {
            let openid = openid.to_owned();
            self.sessions.push(Session { openid, agent: None, since: now, last: now });
        }
    }
}

fn check_nickname(nickname: &str) -> Result<(), i64> {
    match nickname.chars().count() {
        1..=LONGEST_NICKNAME => Ok(()),
        _ => Err(65403),
    }
}

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/cgi-bin/customservice/getkflist", "agents", list),
        get("/cgi-bin/customservice/getonlinekflist", "agents", online),
        post("/customservice/kfaccount/add", "agent_change", add),
        post("/customservice/kfaccount/update", "agent_change", update),
        post("/customservice/kfaccount/inviteworker", "agent_change", invite),
        Route { method: Method::POST, ..get(PICTURE, "agent_change", picture) },
        get("/customservice/kfaccount/del", "agent_change", delete),
        post("/customservice/kfsession/create", "agent_session", open),
        post("/customservice/kfsession/close", "agent_session", close),
        get("/customservice/kfsession/getsession", "agent_session", session),
        get("/customservice/kfsession/getsessionlist", "agent_session", sessions),
        get("/customservice/kfsession/getwaitcase", "agent_session", waiting),
        post("/customservice/msgrecord/getmsglist", "agent_records", records),
    ]
}

fn text<'c>(call: &'c Call, name: &str) -> &'c str {
    call.json.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn asked<'c>(call: &'c Call, name: &str) -> &'c str {
    call.query.get(name).map_or("", String::as_str)
}

/// Runs `work` on the customer service of the call's account.
fn with<T>(
    simulator: &Simulator,
    call: &Call,
    work: impl FnOnce(&mut Agents, Moment) -> Result<T, i64>,
) -> Result<T, Refusal> {
    let now = simulator.now();
    let mut world = simulator.world();
    let agents = &mut world.accounts.get_mut(call.account).ok_or(40001)?.agents;
    agents.sweep(now);
    Ok(work(agents, now)?)
}

fn list(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    with(simulator, call, |agents, now| {
        let entry = |agent: &Agent| {
            let mut entry = json!({
                "kf_account": agent.account,
                "kf_nick": agent.nickname,
                "kf_id": agent.id.to_string(),
                "kf_headimgurl": "",
            });
            if let Some(wechat_id) = &agent.wechat_id {
                entry["kf_wx"] = json!(wechat_id);
            } else if let Some((wechat_id, until)) = &agent.invited {
                entry["invite_wx"] = json!(wechat_id);
                entry["invite_expire_time"] = json!(until.seconds());
                entry["invite_status"] = json!(if now < *until { "waiting" } else { "expired" });
            }
            entry
        };
        let list: Vec<_> = agents.agents.iter().map(entry).collect();
        Ok(json!({"kf_list": list}).into())
    })
}

fn online(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    with(simulator, call, |agents, _| {
        let serving = |agent: &Agent| {
            let own = |s: &&Session| s.agent.as_deref() == Some(agent.account.as_str());
            agents.sessions.iter().filter(own).count()
        };
        let entry = |agent: &Agent| {
            json!({
                "kf_account": agent.account,
                "status": 1,
                "kf_id": agent.id.to_string(),
                "accepted_case": serving(agent),
            })
        };
        let list: Vec<_> = agents.agents.iter().filter(|agent| agent.online).map(entry).collect();
        Ok(json!({"kf_online_list": list}).into())
    })
}

fn add(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (account, nickname) = (text(call, "kf_account"), text(call, "nickname"));
    with(simulator, call, |agents, _| agents.add(account, nickname))?;
    Ok(ok().into())
}

fn update(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (account, nickname) = (text(call, "kf_account"), text(call, "nickname"));
    with(simulator, call, |agents, _| {
        check_nickname(nickname)?;
        nickname.clone_into(&mut agents.find(account)?.nickname);
        Ok(ok().into())
    })
}

fn invite(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (account, wechat_id) = (text(call, "kf_account"), text(call, "invite_wx"));
    with(simulator, call, |agents, now| {
        let agent = agents.find(account)?;
        if wechat_id.is_empty() || agent.wechat_id.is_some() {
            return Err(65407);
        }
        agent.invited = Some((wechat_id.to_owned(), now.plus(INVITED_FOR)));
        Ok(ok().into())
    })
}

fn picture(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let account = asked(call, "kf_account");
    let upload = call.upload.as_ref().ok_or(41005)?;
    if !upload.is_jpeg() {
        return Err(40005.into());
    }
    with(simulator, call, |agents, _| agents.find(account).map(|_| ok().into()))
}

fn delete(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let account = asked(call, "kf_account");
    with(simulator, call, |agents, _| {
        agents.find(account)?;
        agents.agents.retain(|agent| agent.account != account);
        agents.sessions.retain(|session| session.agent.as_deref() != Some(account));
        Ok(ok().into())
    })
}

fn open(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (account, openid) = (text(call, "kf_account"), text(call, "openid"));
    if simulator.world().citizen_of(call.account, openid).is_none_or(|c| !c.following) {
        return Err(40003.into());
    }
    with(simulator, call, |agents, now| {
        let agent = agents.find(account)?;
        if agent.wechat_id.is_none() {
            return Err(65402);
        }
        if !agent.online {
            return Err(65415);
        }
        agents.hand_over(openid, now);
        let session = agents.sessions.iter_mut().find(|session| session.openid == openid);
        let session = session.ok_or(65413)?;
        if session.agent.as_deref().is_some_and(|other| other != account) {
            return Err(65414);
        }
        (session.agent, session.since, session.last) = (Some(account.to_owned()), now, now);
        Ok(())
    })?;
    tell(simulator, openid, "kf_create_session", account);
    Ok(ok().into())
}

fn close(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (account, openid) = (text(call, "kf_account"), text(call, "openid"));
    with(simulator, call, |agents, _| {
        let at = agents.sessions.iter().position(|session| session.openid == openid);
        let at = at.filter(|at| agents.sessions[*at].agent.is_some()).ok_or(65413)?;
        if agents.sessions[at].agent.as_deref() != Some(account) {
            return Err(65414);
        }
        agents.sessions.remove(at);
        Ok(())
    })?;
    tell(simulator, openid, "kf_close_session", account);
    Ok(ok().into())
}

/// The event that tells the server, pushed on its own.
fn tell(simulator: &Simulator, openid: &str, event: &'static str, agent: &str) {
    let event = Writer::default().text("Event", event).text("KfAccount", agent);
    let (simulator, openid) = (simulator.clone(), openid.to_owned());
    tokio::spawn(async move { simulator.push_silently(&openid, event).await });
}

fn session(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let openid = asked(call, "openid");
    with(simulator, call, |agents, _| {
        let session = agents.sessions.iter().find(|s| s.openid == openid && s.agent.is_some());
        let session = session.ok_or(65413)?;
        let (agent, since) = (&session.agent, session.since.seconds());
        Ok(json!({"errcode": 0, "errmsg": "ok", "kf_account": agent, "createtime": since}).into())
    })
}

fn sessions(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let account = asked(call, "kf_account");
    with(simulator, call, |agents, _| {
        agents.find(account)?;
        let own = |s: &&Session| s.agent.as_deref() == Some(account);
        let entry = |s: &Session| json!({"openid": s.openid, "createtime": s.since.seconds()});
        let list: Vec<_> = agents.sessions.iter().filter(own).map(entry).collect();
        Ok(json!({"sessionlist": list}).into())
    })
}

fn waiting(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    with(simulator, call, |agents, _| {
        let waiting: Vec<_> = agents.sessions.iter().filter(|s| s.agent.is_none()).collect();
        let entry = |s: &&Session| json!({"openid": s.openid, "kf_account": "", "createtime": s.since.seconds()});
        let list: Vec<_> = waiting.iter().take(LISTED).map(entry).collect();
        Ok(json!({"count": waiting.len(), "waitcaselist": list}).into())
    })
}

fn records(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let number = |name: &str| call.json.get(name).and_then(Value::as_i64);
    let (from, until) = (number("starttime").ok_or(65416)?, number("endtime").ok_or(65416)?);
    let after = call.json.get("msgid").and_then(Value::as_u64).ok_or(65416)?;
    let most = call.json.get("number").and_then(Value::as_u64).ok_or(65416)?;
    if !(1..=MOST_RECORDS).contains(&most) {
        return Err(65416.into());
    }
    if until < from || until - from > SPAN_SECONDS {
        return Err(65417.into());
    }
    with(simulator, call, |agents, _| {
        // Ids are places in the list, counted from one; the page begins at `after`.
        let within = |record: &Record| (from..=until).contains(&record.at.seconds());
        let numbered = agents.records.iter().zip(1_u64..).filter(|(record, _)| within(record));
        let page: Vec<_> = numbered
            .filter(|(_, id)| *id >= after)
            .take(usize::try_from(most).unwrap_or(usize::MAX))
            .collect();
        let next = page.last().map_or(after, |(_, id)| id + 1);
        let line = |(record, _): &(&Record, u64)| {
            json!({
                "openid": record.openid,
                "opercode": record.opercode,
                "text": record.text,
                "time": record.at.seconds(),
                "worker": record.worker,
            })
        };
        let lines: Vec<_> = page.iter().map(line).collect();
        Ok(json!({"recordlist": lines, "number": lines.len(), "msgid": next}).into())
    })
}

impl Simulator {
    /// The invited person accepts, if need be, and goes on or off duty; `false` when the account
    /// has no such agent.
    pub fn set_agent(&self, account: &str, agent: &str, online: bool) -> bool {
        let mut world = self.world();
        let found = world.accounts.iter_mut().find(|a| a.config.id == account);
        let Some(Ok(agent)) = found.map(|a| a.agents.find(agent)) else { return false };
        if agent.wechat_id.is_none() {
            agent.wechat_id = agent.invited.take().map(|(wechat_id, _)| wechat_id);
        }
        agent.online = online && agent.wechat_id.is_some();
        agent.wechat_id.is_some()
    }

    /// An agent says something to a follower in an open conversation; `false` when there is none.
    pub fn agent_says(&self, account: &str, openid: &str, words: &str) -> bool {
        let now = self.now();
        let spoken = {
            let mut world = self.world();
            let found = world.accounts.iter_mut().find(|a| a.config.id == account);
            found.is_some_and(|a| a.agents.say(openid, words, now))
        };
        if spoken {
            let body = BubbleBody::Text { text: words.to_owned() };
            self.show(openid, Side::Account, Via::Customer, body);
        }
        spoken
    }
}

impl Agents {
    fn say(&mut self, openid: &str, words: &str, now: Moment) -> bool {
        self.sweep(now);
        let session = self.sessions.iter_mut().find(|s| s.openid == openid && s.agent.is_some());
        let Some(session) = session else { return false };
        session.last = now;
        let worker = session.agent.clone().unwrap_or_default();
        self.record(openid, SAID, words, now, &worker);
        true
    }
}
