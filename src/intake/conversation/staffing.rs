//! Staff who prove themselves with their WeChat: their scans and taps concern a code on a screen and
//! are no part of any conversation with a citizen.
//!
//! The words to staff stand here and not in the catalogue: they guard accounts, so nobody may soften
//! them in the console. The one sentence that a citizen may meet is in the catalogue.

use super::phrases::tap;
use super::{Effect, Stepped, World};
use crate::platform::clock::Moment;
use crate::staff::rules::{self, Verdict};
use crate::staff::{Gesture, ScreenCode, StaffMember};
use crate::wechat::message::{Content, Event, Message, Push};

/// What the tap's id begins with.
const YES: &str = "staff-yes";
const NO: &str = "staff-no";

/// A phone at a code on a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knock<'a> {
    /// Scene of the code.
    pub scene: &'a str,
    /// What the phone does.
    pub gesture: Gesture,
    /// Whether it begins to follow by it.
    follows: bool,
}

/// The knock in a push; `None` for everything that is a citizen's.
pub fn knock(content: &Content) -> Option<Knock<'_>> {
    let (scene, gesture, follows) = match content {
        Content::Event(Event::Subscribe { scene: Some(scene), .. }) => {
            (scene.as_str(), Gesture::Scan, true)
        }
        Content::Event(Event::Scan { scene, .. }) => (scene.as_str(), Gesture::Scan, false),
        Content::Message { menu_id: Some(id), body: Message::Text { .. }, .. } => {
            match id.split_once(':')? {
                (YES, scene) => (scene, Gesture::Confirm, false),
                (NO, scene) => (scene, Gesture::Refuse, false),
                _ => return None,
            }
        }
        _ => return None,
    };
    rules::is_ours(scene).then_some(Knock { scene, gesture, follows })
}

/// What a knock comes to. `code` is the one it names, `member` whose WeChat it is. Never an inquiry,
/// and nothing of a citizen's waits in the reply.
pub fn answer(
    world: &World,
    push: &Push,
    account: &str,
    knock: &Knock,
    code: Option<&ScreenCode>,
    member: Option<&StaffMember>,
) -> Stepped {
    let wechat = (account, push.from.as_str());
    let verdict = rules::judge(knock.gesture, code, member, wechat, world.now);
    let text = match (verdict, code, member) {
        (Verdict::Ask, Some(code), Some(member)) => ask(world.alliance, code, member),
        (Verdict::Number, Some(code), _) => number(code, &push.from),
        (Verdict::Confirmed, ..) => CONFIRMED.to_owned(),
        (Verdict::Refused, ..) => REFUSED.to_owned(),
        _ => world.texts.fill("staff_code", &[]),
    };
    let mut stepped = Stepped { pressing: true, ..Stepped::say(text) };
    if knock.follows {
        stepped = stepped.with(Effect::Follow { scene: None });
    }
    if verdict != Verdict::Nothing {
        let (scene, gesture) = (knock.scene.to_owned(), knock.gesture);
        stepped = stepped.with(Effect::Staff { scene, gesture });
    }
    stepped
}

const CONFIRMED: &str = "已确认，电脑上的页面会自动进入工作台。\n\
    不是您本人在登录？请马上联系管理员停用账号，或者在工作台“我的账号”里退出不认识的登录。";

const REFUSED: &str = "已拒绝，那台电脑没有登录。\n\
    如果您没有在登录，说明有人给您看了他的登录码，请告诉管理员。";

fn ask(alliance: &str, code: &ScreenCode, member: &StaffMember) -> String {
    let id = |verb: &str| format!("{verb}:{}", code.scene);
    format!(
        "有人正要登录{alliance}的工作台。\n\
         登录为：{}（{}）\n设备：{}\n网络地址：{}\n打开时间：{}\n\n\
         您本人就在这台电脑前，才点：{}\n\
         二维码是别人发来的，或者您没有在登录，请点：{}",
        member.name,
        member.username,
        code.browser,
        rules::place(&code.address),
        clock(code.created_at),
        tap("确认登录", &id(YES)),
        tap("不是我", &id(NO)),
    )
}

fn number(code: &ScreenCode, openid: &str) -> String {
    format!(
        "您扫的是绑定工作台账号的二维码。核对码：{}\n\
         请回到电脑，在“我的账号”页面填上核对码，点“确认绑定”。\n\
         您没有在绑定？不用理会，不要把核对码告诉别人，就不会绑定。",
        rules::number(&code.scene, openid)
    )
}

fn clock(at: Moment) -> String {
    at.in_shanghai().strftime("%-m月%-d日 %H:%M:%S").to_string()
}
