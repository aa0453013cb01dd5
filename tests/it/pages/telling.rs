//! Sample pages of alerts.

use pufa::alerts::views::{
    AlertDeliveriesPage, AlertGroupPage, AlertRow, AlertSettingsPage, AlertsPage, MessageRow,
    MessageView, OccasionChoice,
};
use pufa::alerts::{Channel, Message, MessageState};
use pufa::platform::clock::Moment;
use pufa::platform::http::shell::{Choice, Input, Shell};

use super::desk::{NOW, ago, shell};

fn message(channel: Channel, state: MessageState, reason: Option<&str>) -> MessageView {
    let message = Message {
        id: 1,
        channel,
        recipient: uuid::Uuid::nil(),
        gather: "digest".into(),
        urgent: false,
        state,
        due_at: Moment(NOW.0 + 3_600_000),
        tries: 0,
        reason: reason.map(str::to_owned),
        created_at: NOW,
        settled_at: None,
    };
    MessageView::new(&message, NOW)
}

/// One alert nobody has seen and one that is known, and the line above the page.
pub fn alerts(what: &str) -> AlertsPage {
    let row = |id, seen| AlertRow {
        id,
        what: what.to_owned(),
        about: "咨询 2611-0837".into(),
        organization: "武进区劳动者权益服务中心，电话 0519-80000000".into(),
        seen,
        href: Some("/console/inquiries/q1".into()),
        messages: vec![
            message(Channel::Wechat, MessageState::Queued, None),
            message(Channel::Email, MessageState::Failed, Some(what)),
        ],
        ..AlertRow::default()
    };
    let around = shell("提醒", "/console/alerts");
    let shell = Shell { live: true, alerts: vec![format!("咨询 2611-0837：{what}")], ..around };
    AlertsPage { shell, unseen: true, group: true, rows: vec![row(1, false), row(2, true)] }
}

pub fn no_alerts() -> AlertsPage {
    AlertsPage { shell: shell("提醒", "/console/alerts"), ..AlertsPage::default() }
}

pub fn settings(error: Option<&str>) -> AlertSettingsPage {
    let channels =
        || vec![Choice::new("wechat", "微信", true), Choice::new("email", "邮件", false)];
    AlertSettingsPage {
        shell: shell("提醒设置", "/console/alerts"),
        error: error.map(str::to_owned),
        email: Input::new("zhao@example.org"),
        quiet_from: "22:00".into(),
        quiet_to: "07:00".into(),
        danger: true,
        channels: vec!["微信", "邮件"],
        occasions: vec![
            OccasionChoice { code: "offer_new", name: "新咨询待接", channels: channels() },
            OccasionChoice { code: "follow_up", name: "群众追问", channels: channels() },
        ],
        bound: error.is_none(),
        mail: error.is_none(),
    }
}

pub fn group(error: Option<&str>) -> AlertGroupPage {
    let row = MessageRow {
        to: "湖塘镇法律服务社".into(),
        written: ago(9),
        view: message(Channel::Robot, MessageState::Unknown, Some("发送时连接中断。")),
    };
    AlertGroupPage {
        shell: shell("群提醒", "/console/alerts"),
        error: error.map(str::to_owned),
        owner: "湖塘镇法律服务社".into(),
        base: "https://qyapi.weixin.qq.com".into(),
        key_end: if error.is_none() { "9f3a".into() } else { String::new() },
        occasions: vec![Choice::new("danger", "人身危险", true)],
        per_minute: 20,
        rows: if error.is_none() { vec![row] } else { Vec::new() },
    }
}

pub fn deliveries(to: &str) -> AlertDeliveriesPage {
    let row = |state| MessageRow {
        to: to.to_owned(),
        written: ago(9),
        view: message(Channel::Email, state, Some("邮件服务器拒收（550）。")),
    };
    AlertDeliveriesPage {
        shell: shell("提醒送达", "/console/health"),
        troubled: to.is_empty(),
        figures: vec![("微信".into(), "已送出".into(), 12)],
        rows: match to.is_empty() {
            true => Vec::new(),
            false => MessageState::ALL.iter().map(|state| row(*state)).collect(),
        },
    }
}
