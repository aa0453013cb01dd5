//! Events: what followers do, and what became of the jobs WeChat did for us
//! (wechat-protocol.md §2.3 to §2.5).

use crate::platform::clock::Moment;

/// An event push. Names are matched in any case; times are moments, ids of messages are numbers
/// beyond 2^53.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Somebody follows the account.
    Subscribe {
        /// The scene of the QR code they scanned: `EventKey` without its first `qrscene_`.
        scene: Option<String>,
        /// The QR code's ticket.
        ticket: Option<String>,
        /// `EventKey` as it came; other prefixes (`last_trade_no_`, `scanbarcode|`) exist.
        raw_key: Option<String>,
    },
    /// Somebody stopped following; their personal data must go.
    Unsubscribe,
    /// A follower scanned a QR code of ours.
    Scan {
        /// The code's scene, verbatim.
        scene: String,
        /// The code's ticket.
        ticket: Option<String>,
    },
    /// The follower's position on entering the chat, WGS-84 degrees and metres.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// Radius in metres.
        precision: f64,
    },
    /// A tap on a menu button of type click.
    Click {
        /// The button's key.
        key: String,
    },
    /// A tap on a menu button that opens a page.
    View {
        /// The page.
        url: String,
        /// Which (conditional) menu it was.
        menu_id: Option<String>,
    },
    /// A tap on a menu button that opens a mini program.
    ViewMiniProgram {
        /// Page inside the mini program.
        path: String,
        /// Which (conditional) menu it was.
        menu_id: Option<String>,
    },
    /// A menu button scanned a code; the client acts on it by itself.
    ScanCodePush {
        /// The button's key.
        key: String,
        /// `qrcode`, `barcode` and the like.
        scan_type: String,
        /// What the code says.
        result: String,
    },
    /// A menu button scanned a code and the client waits for our reply.
    ScanCodeWait {
        /// The button's key.
        key: String,
        /// `qrcode`, `barcode` and the like.
        scan_type: String,
        /// What the code says.
        result: String,
    },
    /// A menu button sent pictures; they follow as image messages.
    Pictures {
        /// Which kind of button it was.
        how: PictureSource,
        /// The button's key.
        key: String,
        /// MD5 of each picture, in the order sent.
        md5s: Vec<String>,
    },
    /// A menu button sent a place; it follows as a location message.
    LocationSelect {
        /// The button's key.
        key: String,
        /// Degrees north, when given.
        latitude: Option<f64>,
        /// Degrees east, when given.
        longitude: Option<f64>,
        /// Zoom of the map shown.
        scale: Option<u32>,
        /// Address.
        label: String,
        /// Name of the place; often empty.
        place: String,
    },
    /// What became of a template message.
    TemplateSendFinished {
        /// The `msgid` the send call returned.
        message_id: Option<u64>,
        /// The outcome.
        status: TemplateStatus,
    },
    /// What became of a mass send (§2.4).
    MassSendFinished(Box<MassSendResult>),
    /// What became of a publication (§2.5).
    PublishFinished(PublishResult),
    /// A follower answered the subscription popup.
    SubscribeMessagePopup {
        /// One per template shown.
        items: Vec<SubscriptionChoice>,
    },
    /// A follower changed subscriptions in the settings.
    SubscribeMessageChange {
        /// One per template changed.
        items: Vec<SubscriptionChoice>,
    },
    /// What became of subscription notifications.
    SubscribeMessageSent {
        /// One per notification.
        items: Vec<SubscriptionReceipt>,
    },
    /// An agent of WeChat's own customer service took over the conversation.
    ServiceSessionOpened {
        /// The agent, `name@account`.
        agent: String,
    },
    /// That conversation ended.
    ServiceSessionClosed {
        /// The agent, `name@account`.
        agent: String,
        /// Why, when told.
        close_type: Option<String>,
    },
    /// That conversation was handed over.
    ServiceSessionSwitched {
        /// The former agent.
        from: String,
        /// The present agent.
        to: String,
    },
    /// Somebody who authorised us changed their profile; stored copies are to be refreshed or
    /// deleted. The push's sender is WeChat, not the user.
    UserInfoModified {
        /// The user.
        openid: String,
        /// The account they had authorised.
        app_id: String,
    },
    /// Somebody withdrew an authorisation; their data is to be deleted.
    AuthorizationRevoked {
        /// The user.
        openid: String,
        /// The account they had authorised.
        app_id: String,
        /// What was withdrawn, as WeChat codes it.
        info: Option<String>,
    },
    /// Somebody closed their WeChat account; their data is to be deleted.
    AuthorizationCancelled {
        /// The user.
        openid: String,
        /// The account they had authorised.
        app_id: String,
    },
    /// News about the account's own verification.
    Verification {
        /// What happened.
        kind: VerificationKind,
        /// When it lapses or lapsed, or when it failed.
        at: Moment,
        /// Why it failed.
        reason: Option<String>,
    },
}

/// Where the pictures of [`Event::Pictures`] come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureSource {
    /// `pic_sysphoto`: taken just now.
    Camera,
    /// `pic_photo_or_album`: taken or chosen.
    CameraOrAlbum,
    /// `pic_weixin`: chosen in WeChat's album.
    WechatAlbum,
}

/// Outcome of a template message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateStatus {
    /// Delivered.
    Delivered,
    /// The follower blocks the account's messages.
    UserBlocked,
    /// WeChat's side failed.
    SystemFailed,
    /// Something else, verbatim.
    Other(String),
}

/// Outcome of a mass send. Counts are approximate: they are taken just before the job ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MassSendResult {
    /// The `msg_id` the send call returned.
    pub message_id: Option<u64>,
    /// The outcome.
    pub status: MassSendStatus,
    /// Followers addressed.
    pub total: u64,
    /// Left after WeChat's filters (opted out, four already this month).
    pub filtered: u64,
    /// Reached.
    pub sent: u64,
    /// Failed.
    pub failed: u64,
    /// Reprint verdict of the whole job: 1 none, 2 reprint that may be sent, 3 that may not.
    pub copyright_state: Option<u32>,
    /// Reprint verdicts by article.
    pub copyright: Vec<CopyrightCheck>,
    /// Addresses of the articles, by index from 1.
    pub article_urls: Vec<(u32, String)>,
}

/// `Status` of a mass send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MassSendStatus {
    /// `send success`; some followers may still have failed.
    Sent,
    /// `send fail`.
    Failed,
    /// `err(n)`: refused, with WeChat's number (§2.4).
    Refused(u32),
    /// Something else, verbatim.
    Other(String),
}

/// Reprint verdict of one article (§2.4); numbers as WeChat codes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyrightCheck {
    /// Which article, from 1.
    pub article: u32,
    /// What the account declared: 0 nothing, 1 original, 2 reprint.
    pub declared: Option<u32>,
    /// 0 not checked, 1 checking, 11 passed, anything else not passed.
    pub audit: Option<u32>,
    /// Address of the article it resembles.
    pub original_url: Option<String>,
    /// Kind of that article: 1 original, 2 old, 3 news, 4 blacklisted.
    pub original_type: Option<u32>,
    /// Whether it may be reprinted.
    pub can_reprint: bool,
    /// Whether WeChat replaces the content by the original's.
    pub replaces_content: bool,
    /// Whether WeChat shows the source.
    pub shows_source: bool,
}

/// Outcome of a publication (§2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishResult {
    /// The `publish_id` the submit call returned; kept as text.
    pub publish_id: String,
    /// 0 done, 1 in progress, 2 originality failed, 3 failed, 4 refused, 5 deleted, 6 banned.
    pub status: u32,
    /// Id of what was published.
    pub article_id: Option<String>,
    /// Addresses of the articles, by index from 1.
    pub article_urls: Vec<(u32, String)>,
    /// Articles that failed, by index from 1; only for status 2 or 4.
    pub failed: Vec<u32>,
}

/// A follower's choice about one subscription template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionChoice {
    /// Which template.
    pub template_id: String,
    /// Whether they accepted: one accept allows one notification.
    pub accepted: bool,
    /// Where the popup was shown: 1 a page, 2 an article; 0 has been seen.
    pub scene: Option<u32>,
}

/// Outcome of one subscription notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionReceipt {
    /// Which template.
    pub template_id: String,
    /// Id of the notification.
    pub message_id: Option<u64>,
    /// 0 when delivered.
    pub error_code: i64,
    /// WeChat's word for it.
    pub error_status: String,
}

/// Kinds of [`Event::Verification`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerificationKind {
    /// Qualification verified.
    QualificationPassed,
    /// Qualification refused.
    QualificationFailed,
    /// Name verified.
    NamingPassed,
    /// Name refused.
    NamingFailed,
    /// Must be renewed soon.
    RenewalDue,
    /// Has lapsed.
    Expired,
}

impl Event {
    /// The event in a word, with `event/` before it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Event::Subscribe { .. } => "event/subscribe",
            Event::Unsubscribe => "event/unsubscribe",
            Event::Scan { .. } => "event/scan",
            Event::Location { .. } => "event/location",
            Event::Click { .. } => "event/click",
            Event::View { .. } => "event/view",
            Event::ViewMiniProgram { .. } => "event/view_miniprogram",
            Event::ScanCodePush { .. } => "event/scancode_push",
            Event::ScanCodeWait { .. } => "event/scancode_waitmsg",
            Event::Pictures { how: PictureSource::Camera, .. } => "event/pic_sysphoto",
            Event::Pictures { how: PictureSource::CameraOrAlbum, .. } => "event/pic_photo_or_album",
            Event::Pictures { how: PictureSource::WechatAlbum, .. } => "event/pic_weixin",
            Event::LocationSelect { .. } => "event/location_select",
            Event::TemplateSendFinished { .. } => "event/templatesendjobfinish",
            Event::MassSendFinished(_) => "event/masssendjobfinish",
            Event::PublishFinished(_) => "event/publishjobfinish",
            Event::SubscribeMessagePopup { .. } => "event/subscribe_msg_popup_event",
            Event::SubscribeMessageChange { .. } => "event/subscribe_msg_change_event",
            Event::SubscribeMessageSent { .. } => "event/subscribe_msg_sent_event",
            Event::ServiceSessionOpened { .. } => "event/kf_create_session",
            Event::ServiceSessionClosed { .. } => "event/kf_close_session",
            Event::ServiceSessionSwitched { .. } => "event/kf_switch_session",
            Event::UserInfoModified { .. } => "event/user_info_modified",
            Event::AuthorizationRevoked { .. } => "event/user_authorization_revoke",
            Event::AuthorizationCancelled { .. } => "event/user_authorization_cancellation",
            Event::Verification { .. } => "event/verification",
        }
    }

    /// What tells two events of the same kind, sender and second apart (§2.6).
    pub(super) fn distinction(&self) -> String {
        let number = |id: &Option<u64>| id.map(|id| id.to_string()).unwrap_or_default();
        let pair = |key: &str, more: &Option<String>| match more {
            Some(more) => format!("{key}:{more}"),
            None => key.to_owned(),
        };
        match self {
            Event::Subscribe { raw_key, ticket, .. } => {
                pair(raw_key.as_deref().unwrap_or_default(), ticket)
            }
            Event::Unsubscribe | Event::Location { .. } => String::new(),
            Event::Scan { scene, ticket } => pair(scene, ticket),
            Event::Click { key } => key.clone(),
            Event::View { url, menu_id } => pair(url, menu_id),
            Event::ViewMiniProgram { path, menu_id } => pair(path, menu_id),
            Event::ScanCodePush { key, result, .. } | Event::ScanCodeWait { key, result, .. } => {
                format!("{key}:{result}")
            }
            Event::Pictures { key, md5s, .. } => format!("{key}:{}", md5s.join(",")),
            Event::LocationSelect { key, label, place, .. } => format!("{key}:{label}:{place}"),
            Event::TemplateSendFinished { message_id, .. } => number(message_id),
            Event::MassSendFinished(result) => number(&result.message_id),
            Event::PublishFinished(result) => result.publish_id.clone(),
            Event::SubscribeMessagePopup { items } | Event::SubscribeMessageChange { items } => {
                let words =
                    items.iter().map(|item| format!("{}={}", item.template_id, item.accepted));
                words.collect::<Vec<_>>().join(",")
            }
            Event::SubscribeMessageSent { items } => {
                let words = items
                    .iter()
                    .map(|item| pair(&item.template_id, &item.message_id.map(|id| id.to_string())));
                words.collect::<Vec<_>>().join(",")
            }
            Event::ServiceSessionOpened { agent } | Event::ServiceSessionClosed { agent, .. } => {
                agent.clone()
            }
            Event::ServiceSessionSwitched { from, to } => format!("{from}:{to}"),
            Event::UserInfoModified { openid, app_id }
            | Event::AuthorizationCancelled { openid, app_id } => format!("{app_id}:{openid}"),
            Event::AuthorizationRevoked { openid, app_id, info } => {
                pair(&format!("{app_id}:{openid}"), info)
            }
            Event::Verification { kind, at, .. } => format!("{kind:?}:{}", at.seconds()),
        }
    }
}
