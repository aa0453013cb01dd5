//! Pushes: what a follower wrote or did, as WeChat delivers it (wechat-protocol.md §2).
//!
//! [`parse`] never fails for a push it merely does not know: that is [`Content::Unknown`], to be
//! stored and acknowledged like any other.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::platform::clock::Moment;

pub use super::event::{
    CopyrightCheck, Event, MassSendResult, MassSendStatus, PictureSource, PublishResult,
    SubscriptionChoice, SubscriptionReceipt, TemplateStatus, VerificationKind,
};
use super::event_parse::{self, degrees};
use super::json;
use super::xml::{Document, Element, TreeError};

/// Longest key [`Push::dedup_key`] returns, in bytes; longer ones are replaced by a digest.
pub const DEDUP_KEY_LIMIT_BYTES: usize = 160;

/// One push. Printing it for debugging shows its kind only: the rest is a person's.
#[derive(Clone, PartialEq)]
pub struct Push {
    /// Our account's original id (`gh_…`); the platform's AppID for [`Content::Platform`].
    pub to: String,
    /// The follower's openid, a system sender for job events, or empty for [`Content::Platform`].
    pub from: String,
    /// `CreateTime`.
    pub created: Moment,
    /// What it is.
    pub content: Content,
}

/// What a push carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Something a follower sent.
    Message {
        /// `MsgId`; unique per follower only (§2.6).
        id: Option<u64>,
        /// `bizmsgmenuid` when the text came from tapping a menu entry of ours.
        menu_id: Option<String>,
        /// The message itself.
        body: Message,
    },
    /// Something that happened.
    Event(Event),
    /// A notice to a third-party platform (`InfoType`, §14).
    Platform(PlatformPush),
    /// A type of push this version does not know, or one that lacks what makes it useful.
    Unknown {
        /// `MsgType`, or `event/` and the event's name, in lower case; at most 80 bytes.
        kind: String,
        /// The whole push as it came.
        raw: String,
    },
}

/// A message a follower sent (§2.2). Media ids are temporary: three days.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// Text.
    Text {
        /// What they wrote.
        content: String,
    },
    /// A picture.
    Image {
        /// Where WeChat shows it; not to be linked from our pages.
        pic_url: String,
        /// For `media::get`.
        media_id: String,
    },
    /// A voice message.
    Voice {
        /// For `media::get`.
        media_id: String,
        /// `amr` or `speex`.
        format: String,
        /// The same in 16 kHz.
        media_id_16k: Option<String>,
        /// WeChat's transcription, when the account has it switched on and it is not empty.
        recognition: Option<String>,
    },
    /// A video.
    Video {
        /// For `media::get`.
        media_id: String,
        /// Its still.
        thumb_media_id: String,
    },
    /// A short video.
    ShortVideo {
        /// For `media::get`.
        media_id: String,
        /// Its still.
        thumb_media_id: String,
    },
    /// A place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// Zoom of the map shown.
        scale: u32,
        /// Address.
        label: String,
    },
    /// A shared page.
    Link {
        /// Its title.
        title: String,
        /// Its description.
        description: String,
        /// Its address.
        url: String,
    },
}

/// A notice to a third-party platform (§14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlatformPush {
    /// The ticket of the next twelve hours, sent every ten minutes.
    VerifyTicket {
        /// The ticket; a secret.
        ticket: String,
    },
    /// An account authorised the platform, or changed what it authorises.
    Authorized {
        /// The account's AppID.
        app_id: String,
        /// To be exchanged for tokens.
        code: Option<String>,
        /// Whether it was authorised before.
        updated: bool,
    },
    /// An account withdrew its authorisation.
    Unauthorized {
        /// The account's AppID.
        app_id: String,
    },
    /// Anything else.
    Other {
        /// `InfoType`, as written.
        info_type: String,
    },
}

/// Why a push cannot be read at all. Carries nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not UTF-8.
    #[error("the push is not UTF-8")]
    Encoding,
    /// Not a readable document.
    #[error(transparent)]
    Document(#[from] TreeError),
    /// An element every push has is missing or not a number.
    #[error("the push has no usable {0}")]
    Missing(&'static str),
}

/// The outside of a push: enough to check and open it (§1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outer {
    /// `ToUserName` (or `AppId`); empty when missing.
    pub to: String,
    /// The ciphertext, in the compatible and safe modes.
    pub encrypt: Option<String>,
}

/// Reads a plain or decrypted push: XML, or JSON when its first character is `{`.
///
/// # Errors
/// [`ParseError`] when it is not a push at all. Never panics, whatever the input.
pub fn parse(body: &[u8]) -> Result<Push, ParseError> {
    let text = std::str::from_utf8(body).map_err(|_| ParseError::Encoding)?;
    let document = read(text)?;
    let root = document.root();
    let created = root.number("CreateTime").map(Moment::from_seconds);
    let created = created.ok_or(ParseError::Missing("CreateTime"))?;
    if let Some(info_type) = root.value("InfoType") {
        return Ok(Push {
            to: root.string("AppId").unwrap_or_default(),
            from: String::new(),
            created,
            content: Content::Platform(platform_push(info_type, root)),
        });
    }
    let msg_type = root.value("MsgType").ok_or(ParseError::Missing("MsgType"))?;
    Ok(Push {
        to: root.string("ToUserName").ok_or(ParseError::Missing("ToUserName"))?,
        from: root.string("FromUserName").ok_or(ParseError::Missing("FromUserName"))?,
        created,
        content: content(msg_type, root, text),
    })
}

/// Reads the outside of a push, whatever the mode.
///
/// # Errors
/// [`ParseError`] when it is not a document. Never panics, whatever the input.
pub fn parse_outer(body: &[u8]) -> Result<Outer, ParseError> {
    let text = std::str::from_utf8(body).map_err(|_| ParseError::Encoding)?;
    let document = read(text)?;
    let root = document.root();
    Ok(Outer {
        to: root.value("ToUserName").or(root.value("AppId")).unwrap_or_default().to_owned(),
        encrypt: root.string("Encrypt"),
    })
}

fn read(text: &str) -> Result<Document<'_>, TreeError> {
    let start = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_ascii_whitespace());
    if start.starts_with('{') { json::read(start) } else { Document::read(start) }
}

fn content(msg_type: &str, root: Element<'_>, raw: &str) -> Content {
    let msg_type = msg_type.to_ascii_lowercase();
    let known = if msg_type == "event" {
        let name = root.value("Event").unwrap_or_default().to_ascii_lowercase();
        event_parse::parse(&name, root).map(Content::Event).ok_or_else(|| format!("event/{name}"))
    } else {
        message(&msg_type, root)
            .map(|body| Content::Message {
                // One SDK has seen messages with the job events' spelling (§2.1).
                id: root.number("MsgId").or_else(|| root.number("MsgID")),
                menu_id: root.string("bizmsgmenuid"),
                body,
            })
            .ok_or(msg_type)
    };
    known.unwrap_or_else(|mut kind| {
        kind.truncate(kind.floor_char_boundary(80));
        Content::Unknown { kind, raw: raw.to_owned() }
    })
}

fn message(msg_type: &str, root: Element<'_>) -> Option<Message> {
    let text = |name| root.string(name).unwrap_or_default();
    Some(match msg_type {
        "text" => Message::Text { content: text("Content") },
        "image" => Message::Image { pic_url: text("PicUrl"), media_id: text("MediaId") },
        "voice" => Message::Voice {
            media_id: text("MediaId"),
            format: text("Format"),
            media_id_16k: root.string("MediaId16K"),
            recognition: root.string("Recognition"),
        },
        "video" => {
            Message::Video { media_id: text("MediaId"), thumb_media_id: text("ThumbMediaId") }
        }
        "shortvideo" => {
            Message::ShortVideo { media_id: text("MediaId"), thumb_media_id: text("ThumbMediaId") }
        }
        "location" => Message::Location {
            latitude: degrees(root, "Location_X")?,
            longitude: degrees(root, "Location_Y")?,
            scale: root.number("Scale").unwrap_or_default(),
            label: text("Label"),
        },
        "link" => Message::Link {
            title: text("Title"),
            description: text("Description"),
            url: text("Url"),
        },
        _ => return None,
    })
}

fn platform_push(info_type: &str, root: Element<'_>) -> PlatformPush {
    let app_id = root.string("AuthorizerAppid").unwrap_or_default();
    match info_type {
        "component_verify_ticket" => PlatformPush::VerifyTicket {
            ticket: root.string("ComponentVerifyTicket").unwrap_or_default(),
        },
        "authorized" | "updateauthorized" => PlatformPush::Authorized {
            app_id,
            code: root.string("AuthorizationCode"),
            updated: info_type == "updateauthorized",
        },
        "unauthorized" => PlatformPush::Unauthorized { app_id },
        other => PlatformPush::Other { info_type: other.to_owned() },
    }
}

impl Push {
    /// What every delivery of the same push has in common and no other push has (§2.6):
    /// `from:MsgId` for messages, `from:created:event:key…` for the rest. At most
    /// [`DEDUP_KEY_LIMIT_BYTES`] long.
    pub fn dedup_key(&self) -> String {
        let key = match &self.content {
            Content::Message { id: Some(id), .. } => format!("{}:{id}", self.from),
            _ => format!(
                "{}:{}:{}:{}",
                self.from,
                self.created.seconds(),
                self.kind(),
                self.content.distinction()
            ),
        };
        if key.len() <= DEDUP_KEY_LIMIT_BYTES { key } else { digest(&key) }
    }

    /// The kind of push in a word: `text`, `event/subscribe`, `platform/authorized`; for unknown
    /// ones what WeChat calls it. Says nothing about a person.
    pub fn kind(&self) -> &str {
        match &self.content {
            Content::Message { body, .. } => body.kind(),
            Content::Event(event) => event.kind(),
            Content::Platform(PlatformPush::VerifyTicket { .. }) => "platform/verify_ticket",
            Content::Platform(PlatformPush::Authorized { .. }) => "platform/authorized",
            Content::Platform(PlatformPush::Unauthorized { .. }) => "platform/unauthorized",
            Content::Platform(PlatformPush::Other { .. }) => "platform/other",
            Content::Unknown { kind, .. } => kind,
        }
    }
}

impl fmt::Debug for Push {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Push({}, {:?})", self.kind(), self.created)
    }
}

impl Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Text { .. } => "text",
            Message::Image { .. } => "image",
            Message::Voice { .. } => "voice",
            Message::Video { .. } => "video",
            Message::ShortVideo { .. } => "shortvideo",
            Message::Location { .. } => "location",
            Message::Link { .. } => "link",
        }
    }
}

impl Content {
    /// What tells two pushes of the same kind, sender and second apart.
    fn distinction(&self) -> String {
        match self {
            Content::Event(event) => event.distinction(),
            Content::Platform(PlatformPush::VerifyTicket { ticket }) => digest(ticket),
            Content::Platform(
                PlatformPush::Authorized { app_id, .. } | PlatformPush::Unauthorized { app_id },
            ) => app_id.clone(),
            Content::Platform(PlatformPush::Other { info_type }) => info_type.clone(),
            // WeChat has always numbered messages; should it not, their content must do.
            Content::Message { body, .. } => digest(&format!("{body:?}")),
            Content::Unknown { raw, .. } => digest(raw),
        }
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
