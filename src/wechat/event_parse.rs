//! Reading events; the results of jobs are in `event_jobs` (wechat-protocol.md §2.3).

use crate::platform::clock::Moment;

use super::event::{
    Event, PictureSource, SubscriptionChoice, SubscriptionReceipt, TemplateStatus, VerificationKind,
};
use super::event_jobs;
use super::xml::Element;

/// Reads the event called `name` (lower case). Nothing when the name is unknown or a field without
/// which the event says nothing is missing; the push is then kept as unknown.
pub(super) fn parse(name: &str, root: Element<'_>) -> Option<Event> {
    Some(match name {
        "subscribe" => subscribe(root),
        "unsubscribe" => Event::Unsubscribe,
        "scan" => Event::Scan { scene: key(root), ticket: root.string("Ticket") },
        "location" => Event::Location {
            latitude: degrees(root, "Latitude")?,
            longitude: degrees(root, "Longitude")?,
            precision: degrees(root, "Precision").unwrap_or_default(),
        },
        "click" => Event::Click { key: key(root) },
        "view" => Event::View { url: key(root), menu_id: root.string("MenuId") },
        "view_miniprogram" => {
            Event::ViewMiniProgram { path: key(root), menu_id: root.string("MenuId") }
        }
        "scancode_push" | "scancode_waitmsg" => scan_code(name, root)?,
        "pic_sysphoto" => pictures(PictureSource::Camera, root),
        "pic_photo_or_album" => pictures(PictureSource::CameraOrAlbum, root),
        "pic_weixin" => pictures(PictureSource::WechatAlbum, root),
        "location_select" => location_select(root)?,
        "templatesendjobfinish" => Event::TemplateSendFinished {
            message_id: root.number("MsgID"),
            status: template_status(root.value("Status")?),
        },
        "masssendjobfinish" => event_jobs::mass_send(root)?,
        "publishjobfinish" | "freepublishjobfinish" => event_jobs::publish(root)?,
        "subscribe_msg_popup_event" => {
            Event::SubscribeMessagePopup { items: choices(root, "SubscribeMsgPopupEvent") }
        }
        "subscribe_msg_change_event" => {
            Event::SubscribeMessageChange { items: choices(root, "SubscribeMsgChangeEvent") }
        }
        "subscribe_msg_sent_event" => Event::SubscribeMessageSent { items: receipts(root) },
        "kf_create_session" => Event::ServiceSessionOpened { agent: root.string("KfAccount")? },
        "kf_close_session" => Event::ServiceSessionClosed {
            agent: root.string("KfAccount")?,
            close_type: root.string("CloseType"),
        },
        "kf_switch_session" => Event::ServiceSessionSwitched {
            from: root.string("FromKfAccount")?,
            to: root.string("ToKfAccount")?,
        },
        _ => return authorization(name, root).or_else(|| verification(name, root)),
    })
}

fn key(root: Element<'_>) -> String {
    root.string("EventKey").unwrap_or_default()
}

/// A finite decimal number, as coordinates come.
pub(super) fn degrees(root: Element<'_>, name: &'static str) -> Option<f64> {
    root.number::<f64>(name).filter(|value| value.is_finite())
}

fn subscribe(root: Element<'_>) -> Event {
    let raw_key = root.string("EventKey");
    Event::Subscribe {
        // Only the first prefix: a scene may itself begin with it (§9).
        scene: raw_key
            .as_deref()
            .and_then(|key| key.strip_prefix("qrscene_"))
            .filter(|scene| !scene.is_empty())
            .map(str::to_owned),
        ticket: root.string("Ticket"),
        raw_key,
    }
}

fn scan_code(name: &str, root: Element<'_>) -> Option<Event> {
    let info = root.get("ScanCodeInfo")?;
    let key = key(root);
    let scan_type = info.string("ScanType").unwrap_or_default();
    let result = info.string("ScanResult").unwrap_or_default();
    Some(if name == "scancode_push" {
        Event::ScanCodePush { key, scan_type, result }
    } else {
        Event::ScanCodeWait { key, scan_type, result }
    })
}

fn pictures(how: PictureSource, root: Element<'_>) -> Event {
    // Several pictures may come as several PicList elements (§2.3), hence at any depth.
    let md5s = root.descendants("PicMd5Sum").map(|sum| sum.text().to_owned()).collect();
    Event::Pictures { how, key: key(root), md5s }
}

fn location_select(root: Element<'_>) -> Option<Event> {
    let info = root.get("SendLocationInfo")?;
    Some(Event::LocationSelect {
        key: key(root),
        latitude: degrees(info, "Location_X"),
        longitude: degrees(info, "Location_Y"),
        scale: info.number("Scale"),
        label: info.string("Label").unwrap_or_default(),
        place: info.string("Poiname").unwrap_or_default(),
    })
}

fn template_status(status: &str) -> TemplateStatus {
    // The space after the colon comes and goes (§2.3).
    let words: String = status.chars().filter(|c| !c.is_whitespace()).collect();
    match words.to_ascii_lowercase().as_str() {
        "success" => TemplateStatus::Delivered,
        "failed:userblock" => TemplateStatus::UserBlocked,
        "failed:systemfailed" => TemplateStatus::SystemFailed,
        _ => TemplateStatus::Other(status.to_owned()),
    }
}

/// The `List` elements: inside a wrapper in XML, directly in the push in JSON.
fn list<'d>(root: Element<'d>, wrapper: &'static str) -> impl Iterator<Item = Element<'d>> {
    root.get(wrapper).unwrap_or(root).all("List")
}

fn choices(root: Element<'_>, wrapper: &'static str) -> Vec<SubscriptionChoice> {
    list(root, wrapper)
        .filter_map(|item| {
            Some(SubscriptionChoice {
                template_id: item.string("TemplateId")?,
                accepted: item.value("SubscribeStatusString") == Some("accept"),
                scene: item.number("PopupScene"),
            })
        })
        .collect()
}

fn receipts(root: Element<'_>) -> Vec<SubscriptionReceipt> {
    list(root, "SubscribeMsgSentEvent")
        .filter_map(|item| {
            Some(SubscriptionReceipt {
                template_id: item.string("TemplateId")?,
                message_id: item.number("MsgID"),
                error_code: item.number("ErrorCode")?,
                error_status: item.string("ErrorStatus").unwrap_or_default(),
            })
        })
        .collect()
}

fn authorization(name: &str, root: Element<'_>) -> Option<Event> {
    // user_info_modified has been seen in lower case (§2.3).
    let either = |upper, lower| root.string(upper).or_else(|| root.string(lower));
    let openid = either("OpenID", "openid");
    let app_id = either("AppID", "appid").unwrap_or_default();
    Some(match name {
        "user_info_modified" => Event::UserInfoModified { openid: openid?, app_id },
        "user_authorization_revoke" => {
            Event::AuthorizationRevoked { openid: openid?, app_id, info: root.string("RevokeInfo") }
        }
        "user_authorization_cancellation" => {
            Event::AuthorizationCancelled { openid: openid?, app_id }
        }
        _ => return None,
    })
}

fn verification(name: &str, root: Element<'_>) -> Option<Event> {
    let kind = match name {
        "qualification_verify_success" => VerificationKind::QualificationPassed,
        "qualification_verify_fail" => VerificationKind::QualificationFailed,
        "naming_verify_success" => VerificationKind::NamingPassed,
        "naming_verify_fail" => VerificationKind::NamingFailed,
        "annual_renew" => VerificationKind::RenewalDue,
        "verify_expired" => VerificationKind::Expired,
        _ => return None,
    };
    let seconds = root.number("ExpiredTime").or_else(|| root.number("FailTime"))?;
    Some(Event::Verification {
        kind,
        at: Moment::from_seconds(seconds),
        reason: root.string("FailReason"),
    })
}
