//! What citizens do on their phones; each becomes a push (wechat-protocol.md §2.2, §2.3).

use super::allowance::Trigger;
use super::chat::{BubbleBody, Side, Via};
use super::push::{Push, PushOutcome};
use super::world::{Media, Written};
use super::xml::Writer;
use super::{Simulator, pictures};
use crate::platform::clock::Moment;

/// What stands in a chat when somebody who does not follow tries to write.
const FOLLOW_FIRST: &str = "请先关注公众号，再发送消息";

/// Events that citizens do not see an answer to.
const UNSEEN: bool = false;

impl Simulator {
    /// The citizen follows; `scene` when it happened through a station's QR code.
    pub async fn follow(&self, openid: &str, scene: Option<&str>) -> PushOutcome {
        let now = self.now();
        self.ensure(openid);
        let ticket = scene.map(|scene| self.ticket_for(openid, scene));
        let line = match scene {
            Some(scene) => format!("扫描二维码关注 · {}", self.scene_name(scene)),
            None => "已关注公众号".to_owned(),
        };
        self.with_citizen(openid, |citizen| {
            citizen.following = true;
            citizen.subscribed_at = Some(now);
            citizen.followed_by_scene = scene.unwrap_or_default().to_owned();
            citizen.allowances.open(Trigger::Follow, now);
        });
        self.show(openid, Side::System, Via::Notice, BubbleBody::Notice { text: line });
        let event = Writer::default().text("Event", "subscribe");
        let event = match (scene, ticket) {
            (Some(scene), Some(ticket)) => {
                event.text("EventKey", &format!("qrscene_{scene}")).text("Ticket", &ticket)
            }
            _ => event.text("EventKey", ""),
        };
        self.push_event(openid, event, true).await
    }

    /// The citizen scans a station's QR code. Somebody who does not follow yet follows by it, and
    /// only `subscribe` is pushed (§9).
    pub async fn scan(&self, openid: &str, scene: &str) -> PushOutcome {
        self.ensure(openid);
        if !self.is_following(openid) {
            return self.follow(openid, Some(scene)).await;
        }
        let now = self.now();
        self.with_citizen(openid, |citizen| citizen.allowances.open(Trigger::Scan, now));
        let line = format!("扫描二维码 · {}", self.scene_name(scene));
        self.show(openid, Side::System, Via::Notice, BubbleBody::Notice { text: line });
        let ticket = self.ticket_for(openid, scene);
        let event =
            Writer::default().text("Event", "SCAN").text("EventKey", scene).text("Ticket", &ticket);
        self.push_event(openid, event, true).await
    }

    /// The citizen leaves; every allowance ends.
    pub async fn unfollow(&self, openid: &str) -> PushOutcome {
        self.ensure(openid);
        self.with_citizen(openid, |citizen| {
            citizen.following = false;
            citizen.allowances.close();
        });
        let text = "已取消关注".to_owned();
        self.show(openid, Side::System, Via::Notice, BubbleBody::Notice { text });
        let event = Writer::default().text("Event", "unsubscribe").text("EventKey", "");
        self.push_event(openid, event, UNSEEN).await
    }

    /// The citizen writes.
    pub async fn text(&self, openid: &str, content: &str) -> PushOutcome {
        let body = BubbleBody::Text { text: content.to_owned() };
        let inside = Writer::default().text("Content", content);
        self.say(openid, Trigger::Message, "text", body, inside).await
    }

    /// The citizen taps an entry of a msgmenu or a `weixin://bizmsgmenu` link: a text of its own
    /// with `bizmsgmenuid`, granting only what a menu tap grants (§5.1).
    pub async fn reply_link_tap(&self, openid: &str, content: &str, menu_id: &str) -> PushOutcome {
        let body = BubbleBody::Text { text: content.to_owned() };
        let inside = Writer::default().text("Content", content).text("bizmsgmenuid", menu_id);
        self.say(openid, Trigger::MenuTap, "text", body, inside).await
    }

    /// The citizen speaks; `recognition` is what the recognizer makes of it.
    pub async fn voice(&self, openid: &str, recognition: Option<&str>) -> PushOutcome {
        let media_id = self.keep(pictures::voice(self.now()));
        let words = recognition.unwrap_or_default().chars().count();
        // People speak about four characters a second; a voice lasts one to sixty seconds.
        let seconds = u32::try_from(words / 4).unwrap_or(60).clamp(1, 60);
        let recognition = recognition.map(str::to_owned);
        let inside = Writer::default()
            .text("MediaId", &media_id)
            .text("Format", "amr")
            .text("MediaId16K", &media_id);
        let inside = match &recognition {
            Some(words) => inside.text("Recognition", words),
            None => inside,
        };
        let body = BubbleBody::Voice { seconds, recognition };
        self.say(openid, Trigger::Message, "voice", body, inside).await
    }

    /// The citizen sends a sample picture: `payslip`, `contract` or `crossing`.
    pub async fn image(&self, openid: &str, picture: &str) -> PushOutcome {
        let media_id = self.keep(pictures::picture(picture, self.now()));
        let url = format!("http://mmbiz.qpic.cn/sim/{media_id}/0");
        let inside = Writer::default().text("PicUrl", &url).text("MediaId", &media_id);
        let body = BubbleBody::Image { media_id };
        self.say(openid, Trigger::Message, "image", body, inside).await
    }

    /// The citizen sends a place; latitude and longitude in degrees.
    pub async fn location(&self, openid: &str, lat: f64, lon: f64, label: &str) -> PushOutcome {
        let inside = Writer::default()
            .number("Location_X", format!("{lat:.6}"))
            .number("Location_Y", format!("{lon:.6}"))
            .number("Scale", 16)
            .text("Label", label);
        let body = BubbleBody::Location { lat, lon, label: label.to_owned() };
        self.say(openid, Trigger::Message, "location", body, inside).await
    }

    /// The citizen taps a menu button of type `click`.
    pub async fn menu_tap(&self, openid: &str, key: &str) -> PushOutcome {
        let now = self.now();
        self.ensure(openid);
        self.with_citizen(openid, |citizen| {
            citizen.allowances.open(Trigger::MenuTap, now);
            citizen.last_exchange = Some(now);
        });
        let event = Writer::default().text("Event", "CLICK").text("EventKey", key);
        self.push_event(openid, event, true).await
    }

    /// The citizen opens a page from the menu: `VIEW`, which grants nothing and shows no reply.
    pub async fn menu_view(&self, openid: &str, url: &str) -> PushOutcome {
        self.ensure(openid);
        let menu_id = self.account_of(openid).and_then(|account| {
            self.world().accounts.get(account)?.menu.as_ref().map(|menu| menu.id)
        });
        let event = Writer::default()
            .text("Event", "VIEW")
            .text("EventKey", url)
            .number("MenuId", menu_id.unwrap_or_default());
        self.push_event(openid, event, UNSEEN).await
    }

    /// The citizen answers the popup that asks for a subscription (§6.2).
    pub async fn subscribe_to(&self, openid: &str, template: &str, accepted: bool) -> PushOutcome {
        self.ensure(openid);
        self.note_consent(openid, template, accepted);
        let choice = if accepted { "accept" } else { "reject" };
        let list = Writer::default()
            .text("TemplateId", template)
            .text("SubscribeStatusString", choice)
            .number("PopupScene", 1)
            .inside();
        let event = Writer::default()
            .text("Event", "subscribe_msg_popup_event")
            .number("SubscribeMsgPopupEvent", format!("<List>{list}</List>"));
        self.push_event(openid, event, UNSEEN).await
    }

    /// The citizen takes a subscription back in the settings (§6.2).
    pub async fn unsubscribe_from(&self, openid: &str, template: &str) -> PushOutcome {
        self.ensure(openid);
        self.note_consent(openid, template, false);
        let list = Writer::default()
            .text("TemplateId", template)
            .text("SubscribeStatusString", "reject")
            .inside();
        let event = Writer::default()
            .text("Event", "subscribe_msg_change_event")
            .number("SubscribeMsgChangeEvent", format!("<List>{list}</List>"));
        self.push_event(openid, event, UNSEEN).await
    }

    /// Whether the citizen refuses the account's notices from now on. WeChat still takes them and
    /// tells of the refusal afterwards.
    pub fn refuse_notices(&self, openid: &str, refused: bool) {
        self.ensure(openid);
        self.with_citizen(openid, |citizen| citizen.refuses = refused);
    }

    /// Sends XML exactly as given, signed and encrypted as usual; opens no allowance.
    pub async fn raw_push(&self, openid: &str, xml: &str) -> PushOutcome {
        self.ensure(openid);
        let account = self.account_of(openid).unwrap_or_default();
        let (openid, xml) = (openid.to_owned(), xml.to_owned());
        self.deliver(Push { account, openid, xml, visible: true }).await
    }

    /// Pushes an event that has no place in the chat.
    pub(super) async fn push_silently(&self, openid: &str, event: Writer) -> PushOutcome {
        self.push_event(openid, event, UNSEEN).await
    }

    /// Pushes an event about the account itself; no citizen sent it.
    pub(super) async fn push_about_account(&self, account: usize, event: Writer) -> PushOutcome {
        let openid = "oSYSTEM".to_owned();
        let head = self.head_of(account, &openid, "event", self.now());
        let xml = format!("<xml>{head}{}</xml>", event.inside());
        self.deliver(Push { account, openid, xml, visible: UNSEEN }).await
    }

    /// A message of the citizen: bubble, allowance, push. Without following nothing is sent.
    async fn say(
        &self,
        openid: &str,
        trigger: Trigger,
        kind: &str,
        body: BubbleBody,
        inside: Writer,
    ) -> PushOutcome {
        let now = self.now();
        self.ensure(openid);
        if !self.is_following(openid) {
            let body = BubbleBody::Undelivered { text: FOLLOW_FIRST.to_owned() };
            self.show(openid, Side::System, Via::Notice, body);
            return PushOutcome::default();
        }
        self.with_citizen(openid, |citizen| {
            citizen.allowances.open(trigger, now);
            citizen.last_exchange = Some(now);
        });
        let words = body.words();
        self.show(openid, Side::Citizen, Via::Gesture, body);
        self.count_message(openid, kind);
        if self.is_blocked(openid) {
            // WeChat keeps the messages of the blacklist to itself.
            return PushOutcome::default();
        }
        if self.heard_by_agent(openid, &words) {
            return PushOutcome::default();
        }
        let msg_id = self.world().next_msg_id(self.wire_now());
        let head = self.head(openid, kind, now);
        let tail = Writer::default().number("MsgId", msg_id).inside();
        let xml = format!("<xml>{head}{}{tail}</xml>", inside.inside());
        let account = self.account_of(openid).unwrap_or_default();
        self.deliver(Push { account, openid: openid.to_owned(), xml, visible: true }).await
    }

    /// WeChat counts a message when it is written, not when its push arrives (§13).
    fn count_message(&self, openid: &str, kind: &str) {
        let msg_type = match kind {
            "text" => 1,
            "image" => 2,
            "voice" => 3,
            "video" => 4,
            "link" => 6,
            _ => 0,
        };
        let account = self.account_of(openid).unwrap_or_default();
        let (at, openid) = (self.now(), openid.to_owned());
        self.world().figures.messages.push(Written { account, at, msg_type, openid });
    }

    /// Whether the message goes to one of WeChat's own agents instead of being pushed.
    fn heard_by_agent(&self, openid: &str, words: &str) -> bool {
        let now = self.now();
        let account = self.account_of(openid).unwrap_or_default();
        let mut world = self.world();
        world.accounts.get_mut(account).is_some_and(|a| a.agents.hear(openid, words, now))
    }

    async fn push_event(&self, openid: &str, event: Writer, visible: bool) -> PushOutcome {
        let head = self.head(openid, "event", self.now());
        let xml = format!("<xml>{head}{}</xml>", event.inside());
        let account = self.account_of(openid).unwrap_or_default();
        self.deliver(Push { account, openid: openid.to_owned(), xml, visible }).await
    }

    fn head(&self, openid: &str, kind: &str, now: Moment) -> String {
        self.head_of(self.account_of(openid).unwrap_or_default(), openid, kind, now)
    }

    fn head_of(&self, account: usize, openid: &str, kind: &str, now: Moment) -> String {
        let world = self.world();
        let original_id = world.accounts.get(account).map_or("", |a| a.config.original_id.as_str());
        Writer::default()
            .text("ToUserName", original_id)
            .text("FromUserName", openid)
            .number("CreateTime", now.seconds())
            .text("MsgType", kind)
            .inside()
    }

    /// A citizen nobody has heard of becomes a follower of the first account without a push.
    fn ensure(&self, openid: &str) {
        let now = self.now();
        let mut world = self.world();
        if world.citizen(openid).is_none() {
            let tail: String = openid.chars().rev().take(4).collect();
            let nickname = format!("群众 {}", tail.chars().rev().collect::<String>());
            world.put_citizen(openid, &nickname, 0, true, now);
        }
    }

    fn with_citizen(&self, openid: &str, change: impl FnOnce(&mut super::world::Citizen)) {
        if let Some(citizen) = self.world().citizen_mut(openid) {
            change(citizen);
        }
        self.touch();
    }

    fn is_following(&self, openid: &str) -> bool {
        self.world().citizen(openid).is_some_and(|citizen| citizen.following)
    }

    fn is_blocked(&self, openid: &str) -> bool {
        let world = self.world();
        let account = world.citizen(openid).and_then(|citizen| world.accounts.get(citizen.account));
        account.is_some_and(|account| account.labels.blocked.contains(openid))
    }

    fn account_of(&self, openid: &str) -> Option<usize> {
        self.world().citizen(openid).map(|citizen| citizen.account)
    }

    fn ticket_for(&self, openid: &str, scene: &str) -> String {
        let account = self.account_of(openid).unwrap_or_default();
        let mut world = self.world();
        world
            .accounts
            .get_mut(account)
            .map(|account| account.codes.ticket_for(scene, &self.0.entropy))
            .unwrap_or_default()
    }

    fn scene_name(&self, scene: &str) -> String {
        let named = self.0.demo_scenes.iter().find(|(known, _)| known == scene);
        named.map_or(scene, |(_, name)| name).to_owned()
    }

    fn keep(&self, media: Media) -> String {
        self.world().keep_media(media, &self.0.entropy)
    }
}
