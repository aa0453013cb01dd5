//! WeChat's own customer service: agents, their conversations and records (wechat-protocol.md §5.4).
//!
//! A reply of kind [`super::reply::Reply::TransferCustomerService`] puts a follower into the queue;
//! what follows happens between follower and agent in WeChat's own tool.

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{CallError, Client, big, decode, integer, lacking};
use super::media::File;

/// Longest span of one look at the records, in seconds.
pub const RECORDS_SPAN_SECONDS: i64 = 24 * 3600;
/// Most records of one look.
pub const RECORDS_LIMIT: u32 = 10_000;

/// Somebody who answers in WeChat's own tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// `name@account`.
    pub account: String,
    /// Name followers see.
    pub nickname: String,
    /// WeChat's number of the agent.
    pub id: String,
    /// Address of the picture; empty without one.
    pub picture: String,
    /// The WeChat id that is bound; without one the agent cannot answer.
    pub wechat_id: Option<String>,
    /// The invitation that has not been accepted.
    pub invitation: Option<Invitation>,
}

/// An invitation to become an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The WeChat id invited.
    pub wechat_id: String,
    /// When it ends, in seconds since the epoch.
    pub expires_at: Option<i64>,
    /// `waiting`, `rejected` or `expired`, as WeChat says.
    pub status: String,
}

/// An agent who is on duty now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlineAgent {
    /// `name@account`.
    pub account: String,
    /// WeChat's number of the agent.
    pub id: String,
    /// How: 1 is the web page.
    pub status: i64,
    /// Conversations under way.
    pub serving: i64,
}

/// A conversation between follower and agent, or the wait for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The follower; empty where WeChat leaves out what was asked for.
    pub openid: String,
    /// The agent, `name@account`; empty when nobody has taken it or WeChat leaves it out.
    pub account: String,
    /// Since when, in seconds since the epoch.
    pub since: i64,
}

/// Followers nobody has taken yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingSessions {
    /// How many wait in all.
    pub count: i64,
    /// The first of them, about a hundred.
    pub first: Vec<Session>,
}

/// One line of what was said.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Record {
    /// The follower.
    pub openid: String,
    /// What happened: 2002 the agent said, 2003 the agent received.
    pub opercode: i64,
    /// The words.
    #[serde(default)]
    pub text: String,
    /// Seconds since the epoch.
    pub time: i64,
    /// The agent.
    #[serde(default)]
    pub worker: String,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record").field("opercode", &self.opercode).finish_non_exhaustive()
    }
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// Oldest first.
    pub lines: Vec<Record>,
    /// Where the next page begins.
    pub next: Option<u64>,
}

/// Which records are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordsWanted {
    /// From, in seconds since the epoch.
    pub from: i64,
    /// Until, at most [`RECORDS_SPAN_SECONDS`] later.
    pub until: i64,
    /// Where to begin: 1, or [`Records::next`] of the page before.
    pub after: u64,
    /// Lines on a page, at most [`RECORDS_LIMIT`].
    pub number: u32,
}

/// Body of a change to an agent.
pub fn agent_body(account: &str, nickname: &str) -> Value {
    json!({ "kf_account": account, "nickname": nickname })
}

/// Body of an invitation.
pub fn invitation_body(account: &str, wechat_id: &str) -> Value {
    json!({ "kf_account": account, "invite_wx": wechat_id })
}

/// Body that names a conversation.
pub fn session_body(account: &str, openid: &str) -> Value {
    json!({ "kf_account": account, "openid": openid })
}

/// Body that asks for records.
pub fn records_body(wanted: &RecordsWanted) -> Value {
    json!({
        "starttime": wanted.from,
        "endtime": wanted.until,
        "msgid": wanted.after,
        "number": wanted.number,
    })
}

/// Reads the answer of `getkflist`.
///
/// # Errors
/// [`CallError::Unreadable`].
pub fn agents_of(answer: &Value) -> Result<Vec<Agent>, CallError> {
    list(answer, "kf_list")?.iter().map(agent_of).collect()
}

fn agent_of(value: &Value) -> Result<Agent, CallError> {
    let invitation = text(value, "invite_wx").map(|wechat_id| Invitation {
        wechat_id,
        expires_at: integer(&value["invite_expire_time"]),
        status: text(value, "invite_status").unwrap_or_default(),
    });
    let picture = text(value, "kf_headimgurl").or_else(|| text(value, "kf_headimg"));
    Ok(Agent {
        account: text(value, "kf_account").ok_or_else(lacking)?,
        nickname: text(value, "kf_nick").unwrap_or_default(),
        id: id_of(value),
        picture: picture.unwrap_or_default(),
        wechat_id: text(value, "kf_wx"),
        invitation,
    })
}

/// Reads the answer of `getonlinekflist`.
///
/// # Errors
/// [`CallError::Unreadable`].
pub fn online_of(answer: &Value) -> Result<Vec<OnlineAgent>, CallError> {
    let agent = |value: &Value| {
        Ok(OnlineAgent {
            account: text(value, "kf_account").ok_or_else(lacking)?,
            id: id_of(value),
            status: integer(&value["status"]).unwrap_or_default(),
            serving: integer(&value["accepted_case"]).unwrap_or_default(),
        })
    };
    list(answer, "kf_online_list")?.iter().map(agent).collect()
}

/// Reads the answer of `getsession`; nothing when nobody serves the follower.
pub fn session_of(answer: &Value) -> Option<Session> {
    let session = one_session(answer);
    (!session.account.is_empty()).then_some(session)
}

/// Reads the answer of `getsessionlist`.
///
/// # Errors
/// [`CallError::Unreadable`].
pub fn sessions_of(answer: &Value) -> Result<Vec<Session>, CallError> {
    Ok(list(answer, "sessionlist")?.iter().map(one_session).collect())
}

/// Reads the answer of `getwaitcase`.
///
/// # Errors
/// [`CallError::Unreadable`].
pub fn waiting_of(answer: &Value) -> Result<WaitingSessions, CallError> {
    let first = list(answer, "waitcaselist")?.iter().map(one_session).collect();
    Ok(WaitingSessions { count: integer(&answer["count"]).ok_or_else(lacking)?, first })
}

/// Reads the answer of `getmsglist`.
///
/// # Errors
/// [`CallError::Unreadable`].
pub fn records_of(answer: &Value) -> Result<Records, CallError> {
    let lines: Vec<Record> = decode(answer["recordlist"].clone())?;
    Ok(Records { lines, next: big(&answer["msgid"]) })
}

fn one_session(value: &Value) -> Session {
    Session {
        openid: text(value, "openid").unwrap_or_default(),
        account: text(value, "kf_account").unwrap_or_default(),
        since: integer(&value["createtime"])
            .or_else(|| integer(&value["latest_time"]))
            .unwrap_or_default(),
    }
}

fn list<'v>(answer: &'v Value, name: &str) -> Result<&'v [Value], CallError> {
    answer[name].as_array().map(Vec::as_slice).ok_or_else(lacking)
}

fn text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A number that comes as text, or the other way round.
fn id_of(value: &Value) -> String {
    let number = || integer(&value["kf_id"]).map(|id| id.to_string());
    text(value, "kf_id").or_else(number).unwrap_or_default()
}

impl Client {
    /// Every agent.
    ///
    /// # Errors
    /// [`CallError`]; 65400 when WeChat's customer service is not switched on.
    pub async fn agents(&self) -> Result<Vec<Agent>, CallError> {
        agents_of(&self.get_json("/cgi-bin/customservice/getkflist", &[]).await?)
    }

    /// The agents on duty.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn agents_online(&self) -> Result<Vec<OnlineAgent>, CallError> {
        online_of(&self.get_json("/cgi-bin/customservice/getonlinekflist", &[]).await?)
    }

    /// Adds an agent: `account` is up to ten letters, digits or `_`, then `@` and the official
    /// account's WeChat id; `nickname` has up to 16 characters.
    ///
    /// # Errors
    /// [`CallError`]; 65403 to 65406 are about name and number.
    pub async fn add_agent(&self, account: &str, nickname: &str) -> Result<(), CallError> {
        let body = agent_body(account, nickname);
        self.post_json("/customservice/kfaccount/add", &body).await.map(drop)
    }

    /// Renames an agent.
    ///
    /// # Errors
    /// [`CallError`]; 65401 when there is no such agent.
    pub async fn rename_agent(&self, account: &str, nickname: &str) -> Result<(), CallError> {
        let body = agent_body(account, nickname);
        self.post_json("/customservice/kfaccount/update", &body).await.map(drop)
    }

    /// Invites the person with this WeChat id to be the agent.
    ///
    /// # Errors
    /// [`CallError`]; 65407 to 65412 are about the invitation.
    pub async fn invite_agent(&self, account: &str, wechat_id: &str) -> Result<(), CallError> {
        let body = invitation_body(account, wechat_id);
        self.post_json("/customservice/kfaccount/inviteworker", &body).await.map(drop)
    }

    /// Gives an agent a picture: JPG, square, best 640 pixels wide.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn picture_agent(&self, account: &str, file: &File<'_>) -> Result<(), CallError> {
        let query = [("kf_account", account)];
        self.upload("/customservice/kfaccount/uploadheadimg", &query, file).await.map(drop)
    }

    /// Removes an agent.
    ///
    /// # Errors
    /// [`CallError`]; 65401 when there is no such agent.
    pub async fn delete_agent(&self, account: &str) -> Result<(), CallError> {
        let query = [("kf_account", account)];
        self.get_json("/customservice/kfaccount/del", &query).await.map(drop)
    }

    /// Gives a follower to an agent who is on duty.
    ///
    /// # Errors
    /// [`CallError`]; 65414 when another serves them, 65415 when the agent is not there.
    pub async fn open_session(&self, account: &str, openid: &str) -> Result<(), CallError> {
        let body = session_body(account, openid);
        self.post_json("/customservice/kfsession/create", &body).await.map(drop)
    }

    /// Ends a conversation; the follower's messages come to us again.
    ///
    /// # Errors
    /// [`CallError`]; 65413 when there is none.
    pub async fn close_session(&self, account: &str, openid: &str) -> Result<(), CallError> {
        let body = session_body(account, openid);
        self.post_json("/customservice/kfsession/close", &body).await.map(drop)
    }

    /// Who serves a follower now.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn session(&self, openid: &str) -> Result<Option<Session>, CallError> {
        let query = [("openid", openid)];
        match self.get_json("/customservice/kfsession/getsession", &query).await {
            Ok(answer) => Ok(session_of(&answer)),
            Err(CallError::Refused { errcode: 65413, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whom an agent serves now.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn sessions(&self, account: &str) -> Result<Vec<Session>, CallError> {
        let query = [("kf_account", account)];
        sessions_of(&self.get_json("/customservice/kfsession/getsessionlist", &query).await?)
    }

    /// Who waits for an agent.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn waiting_sessions(&self) -> Result<WaitingSessions, CallError> {
        waiting_of(&self.get_json("/customservice/kfsession/getwaitcase", &[]).await?)
    }

    /// What was said between followers and agents.
    ///
    /// # Errors
    /// [`CallError`]; 65416 and 65417 are about number and span.
    pub async fn records(&self, wanted: &RecordsWanted) -> Result<Records, CallError> {
        let body = records_body(wanted);
        records_of(&self.post_json("/customservice/msgrecord/getmsglist", &body).await?)
    }
}
