//! Customer-service messages and typing (wechat-protocol.md §5).

use std::time::Duration;

use serde_json::Value;

use super::{Call, Done, Refusal, Route, ok, post};
use crate::platform::clock::Moment;
use crate::simulator::Simulator;
use crate::simulator::allowance::Closed;
use crate::simulator::chat::{BubbleBody, MenuItem, NewsArticle, Side, Via};
use crate::simulator::reply::TEXT_LIMIT;
use crate::simulator::world::World;

/// Entries of a msgmenu.
const MENU_ENTRIES: usize = 10;
/// Bytes of one entry. The real limit is not documented; this one only catches nonsense.
const MENU_ENTRY_BYTES: usize = 512;
/// Typing needs a word from either side within this time.
const TYPING_AFTER: Duration = Duration::from_secs(30);
/// The phone shows 对方正在输入 this long.
const TYPING_LASTS: Duration = Duration::from_secs(15);

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    let send = post("/cgi-bin/message/custom/send", "custom_message", send);
    vec![Route { gist, ..send }, post("/cgi-bin/message/custom/typing", "typing", typing)]
}

fn gist(call: &Call) -> String {
    let json = &call.json;
    let at = |pointer: &str| json.pointer(pointer).and_then(Value::as_str);
    let texts = ["/text/content", "/msgmenu/head_content", "/news/articles/0/title"];
    let first = texts.iter().find_map(|pointer| at(pointer)).or_else(|| at("/msgtype"));
    first.unwrap_or_default().to_owned()
}

fn send(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let openid = call.json.get("touser").and_then(Value::as_str).unwrap_or_default();
    let now = simulator.now();
    let mut world = simulator.world();
    let following = world.citizen_of(call.account, openid).ok_or(40003)?.following;
    let body = body_of(&call.json, &world, now)?;
    if !following {
        return Err(43004.into());
    }
    if let Some(agent) = call.json.pointer("/customservice/kf_account").and_then(Value::as_str) {
        let account = world.accounts.get_mut(call.account).ok_or(40001)?;
        account.agents.known(agent)?;
    }
    let citizen = world.citizen_mut(openid).ok_or(40003)?;
    citizen.allowances.spend(now).map_err(|closed| match closed {
        Closed::Window => 45015,
        Closed::Budget => 45047,
    })?;
    citizen.last_exchange = Some(now);
    world.show(openid, now, Side::Account, Via::Customer, body);
    Ok(ok().into())
}

fn body_of(json: &Value, world: &World, now: Moment) -> Result<BubbleBody, i64> {
    let kind = json.get("msgtype").and_then(Value::as_str).unwrap_or_default();
    let part = json.get(kind).unwrap_or(&Value::Null);
    let media = || {
        let media_id = text_of(part, "media_id");
        world.media(&media_id, now).map(|_| media_id).ok_or(40007)
    };
    Ok(match kind {
        "text" => BubbleBody::Text { text: bounded(text_of(part, "content"))? },
        "image" => BubbleBody::Image { media_id: media()? },
        "voice" => media().map(|_| other("语音"))?,
        "video" => media().map(|_| other("视频"))?,
        "music" => named(part, "musicurl").map(|_| other("音乐"))?,
        "mpnewsarticle" => named(part, "article_id").map(|_| other("公众号文章"))?,
        "wxcard" => named(part, "card_id").map(|_| other("卡券"))?,
        "miniprogrampage" => {
            named(part, "appid").and_then(|_| named(part, "pagepath")).map(|_| other("小程序"))?
        }
        "news" => news(part)?,
        "msgmenu" => menu(part)?,
        _ => return Err(40008),
    })
}

fn other(label: &str) -> BubbleBody {
    BubbleBody::Other { label: label.to_owned() }
}

/// A part that the message is nothing without.
fn named(part: &Value, name: &str) -> Result<(), i64> {
    if text_of(part, name).is_empty() { Err(40097) } else { Ok(()) }
}

fn text_of(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn bounded(text: String) -> Result<String, i64> {
    match text.len() {
        0 => Err(44004),
        1..=TEXT_LIMIT => Ok(text),
        _ => Err(45002),
    }
}

fn news(part: &Value) -> Result<BubbleBody, i64> {
    match part.get("articles").and_then(Value::as_array).map(Vec::as_slice) {
        None | Some([]) => Err(44003),
        Some([article]) => Ok(BubbleBody::News {
            articles: vec![NewsArticle {
                title: text_of(article, "title"),
                description: text_of(article, "description"),
                url: text_of(article, "url"),
                picture: text_of(article, "picurl"),
            }],
        }),
        Some(_) => Err(45008),
    }
}

fn menu(part: &Value) -> Result<BubbleBody, i64> {
    let list = part.get("list").and_then(Value::as_array).ok_or(40097)?;
    if list.is_empty() {
        return Err(40097);
    }
    if list.len() > MENU_ENTRIES {
        return Err(45098);
    }
    // Ids come as strings or numbers in the wild; both are taken.
    let id = |entry: &Value| match entry.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => String::new(),
    };
    let entry = |entry| MenuItem { id: id(entry), content: text_of(entry, "content") };
    let items: Vec<_> = list.iter().map(entry).collect();
    if items.iter().any(|item| item.content.is_empty()) {
        return Err(40097);
    }
    if items.iter().any(|item| item.content.len() > MENU_ENTRY_BYTES) {
        return Err(45099);
    }
    let (head, tail) = (text_of(part, "head_content"), text_of(part, "tail_content"));
    if head.len() + tail.len() > TEXT_LIMIT {
        return Err(45002);
    }
    Ok(BubbleBody::Menu { head, items, tail })
}

fn typing(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let openid = text_of(&call.json, "touser");
    let now = simulator.now();
    let mut world = simulator.world();
    world.citizen_of(call.account, &openid).ok_or(40003)?;
    let citizen = world.citizen_mut(&openid).ok_or(40003)?;
    let recent = citizen.last_exchange.is_some_and(|last| now.since(last) <= TYPING_AFTER);
    let busy = citizen.typing_until.is_some_and(|until| now < until);
    match (text_of(&call.json, "command").as_str(), recent, busy) {
        ("CancelTyping", ..) => citizen.typing_until = None,
        ("Typing", false, _) => return Err(45080.into()),
        ("Typing", true, true) => return Err(45081.into()),
        ("Typing", true, false) => citizen.typing_until = Some(now.plus(TYPING_LASTS)),
        _ => return Err(45072.into()),
    }
    Ok(ok().into())
}
