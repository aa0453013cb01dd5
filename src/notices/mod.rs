//! Notices: short messages of fixed form that reach a citizen outside the 48 hours, as a
//! subscription notification or a template message (wechat-protocol.md §6).
//!
//! Operators choose which of the account's templates serves which [`Purpose`] and what fills its
//! fields; citizens consent to subscription templates, and each consent is counted. What is sent
//! when is decided by whoever has something to say (delivery).
//!
//! Refuses to know: inquiries, citizens beyond their openid, who answers.

pub mod actions;
pub mod jobs;
pub mod rules;
pub mod store;
pub mod views;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::platform::clock::Moment;
use crate::text_enum;
use rules::Filler;

text_enum!(
    /// What a notice is for.
    Purpose {
        /// An inquiry was answered and the answer cannot be sent itself.
        Answered = "answered", "咨询有了答复";
        /// Something waits for a staff member.
        Staff = "staff", "提醒工作人员";
    }
);

text_enum!(
    /// By which of WeChat's two ways a notice goes.
    NoticeKind {
        /// A subscription notification: needs the citizen's consent (§6.2).
        Subscription = "subscription", "订阅通知";
        /// A template message: needs no consent, verified service accounts only (§6.1).
        Template = "template", "模板消息";
    }
);

/// A template of an account.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NoticeTemplate {
    /// Official account.
    pub account_id: String,
    /// Id to send with.
    pub template_id: String,
    /// Which way it goes.
    pub kind: NoticeKind,
    /// Whether one consent lasts for good.
    pub lasting: bool,
    /// Title.
    pub title: String,
    /// The text with its places.
    pub content: String,
    /// An example.
    pub example: String,
    /// Values of enumerated fields, as JSON `{"enum_string2":["…"]}`.
    pub choices: String,
    /// When WeChat last listed it.
    pub seen_at: Moment,
    /// When it was missing for the first time.
    pub gone_at: Option<Moment>,
}

/// What fills the fields of a template: key to filler.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(pub BTreeMap<String, Filler>);

/// A template in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Which way it goes.
    pub kind: NoticeKind,
    /// Id to send with.
    pub template_id: String,
    /// What fills its fields.
    pub fields: Fields,
}

/// A notice ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which way it goes.
    pub kind: NoticeKind,
    /// Id to send with.
    pub template_id: String,
    /// Keys and values, fit for WeChat.
    pub data: Vec<(String, String)>,
}
