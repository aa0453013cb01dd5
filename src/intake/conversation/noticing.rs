//! What events about notices come to (wechat-protocol.md §2.3, §6): consents, and what became of
//! what was sent. None of them is answered.

use super::{Effect, NoticeReport};
use crate::wechat::message::{Event, SubscriptionChoice, SubscriptionReceipt, TemplateStatus};

/// The effects of an event about notices; none for any other.
pub(super) fn effects(event: &Event) -> Vec<Effect> {
    match event {
        Event::TemplateSendFinished { message_id: Some(id), status } => {
            vec![Effect::Reported { report: template(*id, status) }]
        }
        Event::SubscribeMessagePopup { items } | Event::SubscribeMessageChange { items } => {
            items.iter().map(consent).collect()
        }
        Event::SubscribeMessageSent { items } => items.iter().map(receipt).collect(),
        _ => Vec::new(),
    }
}

fn consent(choice: &SubscriptionChoice) -> Effect {
    Effect::Consent { template: choice.template_id.clone(), accepted: choice.accepted }
}

fn template(id: u64, status: &TemplateStatus) -> NoticeReport {
    let reason = match status {
        TemplateStatus::Delivered => String::new(),
        TemplateStatus::UserBlocked => "群众拒收公众号的模板消息。".to_owned(),
        TemplateStatus::SystemFailed => "微信没能把模板消息送到群众手机上。".to_owned(),
        TemplateStatus::Other(words) => format!("微信说模板消息没有送到：{words}。"),
    };
    NoticeReport {
        msgid: id.to_string(),
        template: None,
        delivered: *status == TemplateStatus::Delivered,
        reason,
    }
}

fn receipt(receipt: &SubscriptionReceipt) -> Effect {
    let delivered = receipt.error_code == 0;
    let reason = if delivered {
        String::new()
    } else {
        format!("订阅通知没有送到群众手机上（{}）。", receipt.error_code)
    };
    // Without an id of its own it is known by its template.
    let id = receipt.message_id.map(|id| id.to_string());
    let msgid = id.unwrap_or_else(|| receipt.template_id.clone());
    let template = Some(receipt.template_id.clone());
    Effect::Reported { report: NoticeReport { msgid, template, delivered, reason } }
}
