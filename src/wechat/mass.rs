//! Mass sends (wechat-protocol.md §7.4). Only the campaigns' state machine may call these: a test
//! reads the source for it, because a mass send cannot be taken back.
//!
//! What came of a send is told by the event MASSSENDJOBFINISH
//! ([`super::message::Event::MassSendFinished`]) and by nothing else; [`Client::mass_status`] has
//! no figures.

use serde_json::{Map, Value, json};

use super::client::{CallError, Client, big, decode, integer, lacking};

/// Fewest and most followers a send by list takes.
const LIST: std::ops::RangeInclusive<usize> = 2..=10_000;

/// Longest `clientmsgid`, in bytes.
const CLIENT_ID_BYTES: usize = 32;

/// What is wrong with a mass send before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MassFault {
    /// A list of one or of none, or of too many; carries how many there were.
    #[error("a send by list takes 2 to 10,000 followers, not {0}")]
    ListLength(usize),
    /// A `clientmsgid` that is empty, longer than 32 bytes or not ASCII.
    #[error("clientmsgid takes 1 to 32 bytes of ASCII")]
    ClientMsgId,
}

/// Our id of a send: WeChat takes the same one once in 24 hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientMsgId(String);

impl ClientMsgId {
    /// Takes 1 to 32 bytes of visible ASCII (45067).
    ///
    /// # Errors
    /// [`MassFault::ClientMsgId`].
    pub fn new(id: &str) -> Result<Self, MassFault> {
        let fits = (1..=CLIENT_ID_BYTES).contains(&id.len());
        if fits && id.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(id.to_owned()))
        } else {
            Err(MassFault::ClientMsgId)
        }
    }
}

/// Who is addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Every follower.
    Everybody,
    /// Those who carry a tag.
    Tag(i64),
    /// Those of a list; made by [`Audience::followers`]. Service accounts only.
    Followers(Followers),
}

/// Openids of a send by list, 2 to 10,000.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followers(Vec<String>);

impl Audience {
    /// A list of followers.
    ///
    /// # Errors
    /// [`MassFault::ListLength`] (40130, 40032).
    pub fn followers(openids: Vec<String>) -> Result<Self, MassFault> {
        if LIST.contains(&openids.len()) {
            Ok(Self::Followers(Followers(openids)))
        } else {
            Err(MassFault::ListLength(openids.len()))
        }
    }
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MassContent {
    /// The articles of a draft, by its media id.
    Articles {
        /// Media id of the draft.
        media_id: String,
    },
    /// A text.
    Text {
        /// The text.
        content: String,
    },
    /// A voice.
    Voice {
        /// Media id.
        media_id: String,
    },
    /// Pictures with a line above them.
    Images {
        /// Media ids.
        media_ids: Vec<String>,
        /// The line above them.
        recommend: Option<String>,
        /// Whether they may be commented on: 0 by nobody, 1 by all.
        open_comment: bool,
        /// Whether only followers may comment.
        only_fans_comment: bool,
    },
    /// A video made for mass sending.
    Video {
        /// Media id that `media/uploadvideo` returned.
        media_id: String,
        /// Title.
        title: Option<String>,
        /// Description.
        description: Option<String>,
    },
}

impl MassContent {
    /// `msgtype` and the object that carries the content; for pictures the two differ (§7.4).
    fn put_into(&self, body: &mut Map<String, Value>) {
        let (kind, branch, content) = match self {
            Self::Articles { media_id } => ("mpnews", "mpnews", json!({ "media_id": media_id })),
            Self::Text { content } => ("text", "text", json!({ "content": content })),
            Self::Voice { media_id } => ("voice", "voice", json!({ "media_id": media_id })),
            Self::Images { media_ids, recommend, open_comment, only_fans_comment } => {
                let mut images = json!({
                    "media_ids": media_ids,
                    "need_open_comment": i32::from(*open_comment),
                    "only_fans_can_comment": i32::from(*only_fans_comment),
                });
                add(&mut images, "recommend", recommend.as_deref());
                ("image", "images", images)
            }
            Self::Video { media_id, title, description } => {
                let mut video = json!({ "media_id": media_id });
                add(&mut video, "title", title.as_deref());
                add(&mut video, "description", description.as_deref());
                ("mpvideo", "mpvideo", video)
            }
        };
        body.insert("msgtype".to_owned(), json!(kind));
        body.insert(branch.to_owned(), content);
    }
}

fn add(object: &mut Value, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        object[key] = json!(value);
    }
}

/// A mass send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MassMessage {
    /// Who is addressed.
    pub audience: Audience,
    /// What is sent.
    pub content: MassContent,
    /// Whether it is sent although WeChat judges it a reprint; otherwise it stops with err(30003).
    pub despite_reprint: bool,
    /// Our id of this send; nobody sends without one.
    pub client_msg_id: ClientMsgId,
}

impl MassMessage {
    /// Where the call goes.
    fn path(&self) -> &'static str {
        match self.audience {
            Audience::Followers(_) => "/cgi-bin/message/mass/send",
            Audience::Everybody | Audience::Tag(_) => "/cgi-bin/message/mass/sendall",
        }
    }

    /// The body of the call.
    pub fn request(&self) -> Value {
        let mut body = Map::new();
        match &self.audience {
            Audience::Everybody => put(&mut body, "filter", json!({ "is_to_all": true })),
            Audience::Tag(tag) => {
                put(&mut body, "filter", json!({ "is_to_all": false, "tag_id": tag }));
            }
            Audience::Followers(Followers(openids)) => put(&mut body, "touser", json!(openids)),
        }
        self.content.put_into(&mut body);
        put(&mut body, "send_ignore_reprint", json!(i32::from(self.despite_reprint)));
        put(&mut body, "clientmsgid", json!(self.client_msg_id.0));
        Value::Object(body)
    }
}

fn put(body: &mut Map<String, Value>, key: &str, value: Value) {
    body.insert(key.to_owned(), value);
}

/// WeChat's receipt of a mass send. It says that the job was taken, not that anybody was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MassReceipt {
    /// Id of the send, under which MASSSENDJOBFINISH reports.
    pub msg_id: u64,
    /// First half of the datacube's `msgid`; only for articles.
    pub msg_data_id: Option<u64>,
    /// Whether WeChat had this `clientmsgid` already (45065): nothing was sent a second time.
    pub repeated: bool,
}

impl MassReceipt {
    /// Reads the answer of a send; without a `msg_id` there is none.
    pub fn read(answer: &Value) -> Option<Self> {
        Some(Self {
            msg_id: big(&answer["msg_id"])?,
            msg_data_id: big(&answer["msg_data_id"]),
            repeated: integer(&answer["errcode"]) == Some(45065),
        })
    }
}

/// Who sees a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Previewer {
    /// A follower.
    Openid(String),
    /// A follower by WeChat id.
    WechatName(String),
}

/// The body of a preview; 100 a day.
pub fn preview_request(to: &Previewer, content: &MassContent) -> Value {
    let mut body = Map::new();
    match to {
        Previewer::Openid(openid) => put(&mut body, "touser", json!(openid)),
        Previewer::WechatName(name) => put(&mut body, "towxname", json!(name)),
    }
    content.put_into(&mut body);
    Value::Object(body)
}

/// What is deleted: the content becomes void, the card stays in the chats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MassDeletion {
    /// A send, all of it or one article (from 1).
    Send {
        /// Id of the send.
        msg_id: u64,
        /// Which article; none: all.
        article: Option<u32>,
    },
    /// An article by its address, in every send that had it.
    Address(String),
}

impl MassDeletion {
    /// The body of the call.
    pub fn request(&self) -> Value {
        match self {
            Self::Send { msg_id, article: None } => json!({ "msg_id": msg_id.to_string() }),
            Self::Send { msg_id, article: Some(article) } => {
                json!({ "msg_id": msg_id.to_string(), "article_idx": article })
            }
            Self::Address(url) => json!({ "url": url }),
        }
    }
}

/// The body that prepares an uploaded video for mass sending (§7.4, an old step).
pub fn video_request(media_id: &str, title: &str, description: &str) -> Value {
    json!({ "media_id": media_id, "title": title, "description": description })
}

/// How a mass send stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MassStatus {
    /// `SEND_SUCCESS`.
    Sent,
    /// `SENDING`, also while the administrator has not confirmed.
    Sending,
    /// `SEND_FAIL`.
    Failed,
    /// `DELETE`.
    Deleted,
    /// Something else, verbatim.
    Other(String),
}

impl MassStatus {
    /// Reads the answer of `mass/get`.
    pub fn read(answer: &Value) -> Option<Self> {
        Some(match answer["msg_status"].as_str()? {
            "SEND_SUCCESS" => Self::Sent,
            "SENDING" => Self::Sending,
            "SEND_FAIL" => Self::Failed,
            "DELETE" => Self::Deleted,
            other => Self::Other(other.to_owned()),
        })
    }
}

/// The body of `mass/get`: the id as text.
pub fn status_request(msg_id: u64) -> Value {
    json!({ "msg_id": msg_id.to_string() })
}

/// How fast mass sends go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// 800,000 a minute, WeChat's default.
    Fastest,
    /// 600,000 a minute.
    Fast,
    /// 450,000 a minute.
    Medium,
    /// 300,000 a minute.
    Slow,
    /// 100,000 a minute.
    Slowest,
}

impl Speed {
    const ALL: [Self; 5] = [Self::Fastest, Self::Fast, Self::Medium, Self::Slow, Self::Slowest];

    /// The body of `speed/set`.
    pub fn request(self) -> Value {
        let level = Self::ALL.iter().position(|speed| *speed == self).unwrap_or_default();
        json!({ "speed": level })
    }

    /// Reads the answer of `speed/get`.
    pub fn read(answer: &Value) -> Option<Self> {
        let level = usize::try_from(integer(&answer["speed"])?).ok()?;
        Self::ALL.get(level).copied()
    }
}

impl Client {
    /// Submits a mass send. [`MassReceipt::repeated`] is a success too (45065).
    ///
    /// # Errors
    /// [`CallError`]; 45066 wait a minute, 45028 no sends left in this period, 89501–89505 the
    /// administrator must confirm. After an unknown outcome the same `clientmsgid` may be tried
    /// again within 24 hours and finds out what became of the first try.
    pub async fn mass_send(&self, message: &MassMessage) -> Result<MassReceipt, CallError> {
        let answer = self.post_json(message.path(), &message.request()).await?;
        MassReceipt::read(&answer).ok_or_else(lacking)
    }

    /// Shows a mass send to one follower; 100 a day.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn mass_preview(
        &self,
        to: &Previewer,
        content: &MassContent,
    ) -> Result<(), CallError> {
        let body = preview_request(to, content);
        self.post_json("/cgi-bin/message/mass/preview", &body).await.map(drop)
    }

    /// Prepares an uploaded video and returns the media id for [`MassContent::Video`].
    ///
    /// # Errors
    /// [`CallError`]; 48022 when the video was uploaded through the API.
    pub async fn mass_video(
        &self,
        media_id: &str,
        title: &str,
        description: &str,
    ) -> Result<String, CallError> {
        let body = video_request(media_id, title, description);
        let mut answer = self.post_json("/cgi-bin/media/uploadvideo", &body).await?;
        decode(answer["media_id"].take())
    }

    /// Deletes what a mass send carried; only articles and videos that were sent.
    ///
    /// # Errors
    /// [`CallError`]; 40059, 40060, 40065, 40204.
    pub async fn mass_delete(&self, what: &MassDeletion) -> Result<(), CallError> {
        self.post_json("/cgi-bin/message/mass/delete", &what.request()).await.map(drop)
    }

    /// How a mass send stands.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn mass_status(&self, msg_id: u64) -> Result<MassStatus, CallError> {
        let answer = self.post_json("/cgi-bin/message/mass/get", &status_request(msg_id)).await?;
        MassStatus::read(&answer).ok_or_else(lacking)
    }

    /// How fast mass sends go out.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn mass_speed(&self) -> Result<Speed, CallError> {
        let answer = self.post_json("/cgi-bin/message/mass/speed/get", &json!({})).await?;
        Speed::read(&answer).ok_or_else(lacking)
    }

    /// Changes how fast mass sends go out.
    ///
    /// # Errors
    /// [`CallError`]; 45083.
    pub async fn set_mass_speed(&self, speed: Speed) -> Result<(), CallError> {
        self.post_json("/cgi-bin/message/mass/speed/set", &speed.request()).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_33_bytes_or_with_chinese_in_it_is_never_sent() {
        assert!(ClientMsgId::new(&"c".repeat(32)).is_ok());
        for bad in ["", "群发", "a b", &"c".repeat(33)] {
            assert_eq!(ClientMsgId::new(bad), Err(MassFault::ClientMsgId), "{bad}");
        }
    }

    #[test]
    fn a_list_of_one_and_of_ten_thousand_and_one_is_never_sent() {
        for count in [0, 1, 10_001] {
            let list = vec!["o".to_owned(); count];
            assert_eq!(Audience::followers(list), Err(MassFault::ListLength(count)));
        }
        assert!(Audience::followers(vec!["o".to_owned(); 10_000]).is_ok());
    }
}
