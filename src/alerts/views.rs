//! What people see of alerts: their own, how they are told, the group, and what became of messages.

use std::time::Duration;

use askama::Template;

use super::rules::DIGEST;
use super::{Message, MessageState};
use crate::platform::clock::Moment;
use crate::platform::http::shell::{Choice, Input, Shell};
use crate::platform::http::when::When;

/// What leaves within this time leaves at once, in words.
const SOON: Duration = Duration::from_secs(120);

/// How a message stands, in words.
#[derive(Clone, Debug, Default)]
pub struct MessageView {
    /// 微信, 邮件, 企业微信群.
    pub channel: &'static str,
    /// How it stands and, while it waits, until when.
    pub words: String,
    /// Class of the colours.
    pub class: &'static str,
    /// Name of the symbol.
    pub icon: &'static str,
    /// Why it is not sent; may be empty.
    pub reason: String,
}

impl MessageView {
    /// A message as seen at `now`.
    pub fn new(message: &Message, now: Moment) -> Self {
        let due = When::new(message.due_at, now).absolute;
        let words = match message.state {
            MessageState::Queued if message.tries > 0 => {
                format!("第 {} 次没有成功，{due} 再试", message.tries)
            }
            MessageState::Queued if message.gather == DIGEST => {
                format!("免打扰，{due} 汇总发送")
            }
            MessageState::Queued if message.due_at > now.plus(SOON) => format!("{due} 发送"),
            MessageState::Queued => "马上发送".to_owned(),
            state => state.name().to_owned(),
        };
        let (class, icon) = match message.state {
            MessageState::Queued | MessageState::Calling => ("calm", "clock"),
            MessageState::Sent => ("good", "check"),
            MessageState::Skipped => ("off", "check"),
            MessageState::Unknown => ("warn", "alert"),
            MessageState::Failed => ("bad", "alert"),
        };
        Self {
            channel: message.channel.name(),
            words,
            class,
            icon,
            reason: message.reason.clone().unwrap_or_default(),
        }
    }
}

/// One alert.
#[derive(Clone, Debug, Default)]
pub struct AlertRow {
    /// Id.
    pub id: i64,
    /// What happened, with the kinds of danger.
    pub what: String,
    /// To what: 咨询 2611-0837; may be empty.
    pub about: String,
    /// Who answers, with telephone; only for danger and for what this person cannot open.
    pub organization: String,
    /// When.
    pub raised: When,
    /// Whether this person has seen it, or it was dealt with.
    pub seen: bool,
    /// Where it is dealt with, as far as this person may go there.
    pub href: Option<String>,
    /// The messages that carry it.
    pub messages: Vec<MessageView>,
}

/// `/console/alerts`. Posts to `/console/alerts/{id}/seen` and `/console/alerts/seen`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "alerts.html", config = "src/console/askama.toml")]
pub struct AlertsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Alerts, unseen and newest first.
    pub rows: Vec<AlertRow>,
    /// Whether something but dangers is unseen.
    pub unseen: bool,
    /// Whether this person looks after a group.
    pub group: bool,
}

/// One occasion to choose channels for: posts `on-{code}`, once for each channel.
#[derive(Clone, Debug, Default)]
pub struct OccasionChoice {
    /// Its code.
    pub code: &'static str,
    /// What happened, in words.
    pub name: &'static str,
    /// The channels, in the order of [`AlertSettingsPage::channels`].
    pub channels: Vec<Choice>,
}

/// `/console/alerts/settings`. Posts `email`, `quiet-from`, `quiet-to` and the choices there, and
/// nothing to `/console/alerts/test`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "alert_settings.html", config = "src/console/askama.toml")]
pub struct AlertSettingsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What is wrong.
    pub error: Option<String>,
    /// Address.
    pub email: Input,
    /// Beginning of the quiet hours; empty: none.
    pub quiet_from: String,
    /// Their end.
    pub quiet_to: String,
    /// Whether danger concerns this person; it knows no choice.
    pub danger: bool,
    /// Names of the channels.
    pub channels: Vec<&'static str>,
    /// Everything else that concerns them.
    pub occasions: Vec<OccasionChoice>,
    /// Whether a WeChat is bound.
    pub bound: bool,
    /// Whether the system can send e-mail.
    pub mail: bool,
}

/// One message in a list.
#[derive(Clone, Debug, Default)]
pub struct MessageRow {
    /// To whom.
    pub to: String,
    /// When it was written.
    pub written: When,
    /// How it stands.
    pub view: MessageView,
}

/// `/console/alerts/group`. Posts `address` and `occasion` there, and nothing to
/// `…/group/test` and `…/group/remove`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "alert_group.html", config = "src/console/askama.toml")]
pub struct AlertGroupPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// What is wrong.
    pub error: Option<String>,
    /// Whose group it is.
    pub owner: String,
    /// How addresses of robots begin.
    pub base: String,
    /// The last characters of the saved key; empty when there is none.
    pub key_end: String,
    /// What it may be told of.
    pub occasions: Vec<Choice>,
    /// Messages a robot takes in a minute.
    pub per_minute: i64,
    /// The newest messages to it.
    pub rows: Vec<MessageRow>,
}

/// `/console/health/alerts`; asks itself with `only=trouble`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "alert_deliveries.html", config = "src/console/askama.toml")]
pub struct AlertDeliveriesPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Whether only those are shown that did not arrive.
    pub troubled: bool,
    /// Of the last week: channel, how they stand, how many.
    pub figures: Vec<(String, String, i64)>,
    /// The newest.
    pub rows: Vec<MessageRow>,
}
