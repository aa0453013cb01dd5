//! Template notices and the event that reports their fate (wechat-protocol.md §6.1, §6.2).

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::template_library::fields_of;
use super::{Call, Done, Refusal, Route, ok, post};
use crate::platform::clock::Moment;
use crate::simulator::Simulator;
use crate::simulator::chat::{BubbleBody, Side, TemplateRow, Via};
use crate::simulator::world::World;
use crate::simulator::xml::Writer;

/// The same `client_msg_id` to the same person is sent once within this time.
const REPEAT_GUARD: Duration = Duration::from_secs(600);

/// Longest template id taken; real ones have 43 characters.
const ID_LENGTH: usize = 64;

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    let send = post("/cgi-bin/message/template/send", "template", send);
    let notify = post("/cgi-bin/message/subscribe/bizsend", "subscription", notify);
    let once = post("/cgi-bin/message/template/subscribe", "one_time", send_one_time);
    vec![Route { gist, ..send }, Route { gist, ..notify }, Route { gist, ..once }]
}

fn gist(call: &Call) -> String {
    let data = call.json.get("data").and_then(Value::as_object);
    let rows: Vec<_> = data.map(rows_of).unwrap_or_default();
    rows.iter().map(|row| row.value.as_str()).collect::<Vec<_>>().join(" | ")
}

fn named<'c>(call: &'c Call, name: &str) -> &'c str {
    call.json.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The values of a notice, each checked against the rule of its field.
fn checked_rows(call: &Call) -> Result<Vec<TemplateRow>, Refusal> {
    let data = call.json.get("data").and_then(Value::as_object).ok_or(47003)?;
    let rows = rows_of(data);
    match rows.iter().find(|row| !fits(&row.key, &row.value)) {
        Some(bad) => {
            let detail = format!("data.{}.value invalid", bad.key);
            Err(Refusal { errcode: 47003, detail })
        }
        None => Ok(rows),
    }
}

fn send(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let openid = named(call, "touser");
    let now = simulator.now();
    let mut world = simulator.world();
    let following = world.citizen_of(call.account, openid).ok_or(40003)?.following;
    let template_id = named(call, "template_id");
    if template_id.chars().count() > ID_LENGTH {
        return Err(40036.into());
    }
    let account = world.accounts.get(call.account).ok_or(40001)?;
    let title = account.templates.message(template_id).ok_or(40037)?.to_owned();
    let rows = checked_rows(call)?;
    if !following {
        return Err(43004.into());
    }
    let client_id = named(call, "client_msg_id");
    let key = (openid.to_owned(), client_id.to_owned());
    let account = world.accounts.get_mut(call.account).ok_or(40001)?;
    account.template_sends.retain(|_, (sent, _)| now.since(*sent) < REPEAT_GUARD);
    if let (false, Some((_, msgid))) = (client_id.is_empty(), account.template_sends.get(&key)) {
        let answer = json!({"errcode": 0, "errmsg": "ok", "msgid": msgid});
        return Ok(Done { kind: Some("template_repeat"), ..answer.into() });
    }
    let msgid = world.next_msg_id(simulator.wire_now());
    if let Some(account) = world.accounts.get_mut(call.account).filter(|_| !client_id.is_empty()) {
        account.template_sends.insert(key, (now, msgid));
    }
    let refused = show(&mut world, openid, now, card(call, title, rows, "url"));
    drop(world);
    let status = if refused { "failed:user block" } else { "success" };
    let event = Writer::default()
        .text("Event", "TEMPLATESENDJOBFINISH")
        .number("MsgID", msgid)
        .text("Status", status);
    report_later(simulator, openid, event);
    Ok(json!({"errcode": 0, "errmsg": "ok", "msgid": msgid}).into())
}

/// Puts a notice on the phone, unless its owner refuses notices; gives whether they do.
fn show(world: &mut World, openid: &str, now: Moment, body: BubbleBody) -> bool {
    let refuses = world.citizen(openid).is_some_and(|citizen| citizen.refuses);
    if !refuses {
        world.show(openid, now, Side::Account, Via::Template, body);
    }
    refuses
}

fn card(call: &Call, title: String, rows: Vec<TemplateRow>, page: &str) -> BubbleBody {
    let url = Some(named(call, page)).filter(|url| !url.is_empty()).map(str::to_owned);
    BubbleBody::Template { title, rows, url }
}

/// `bizsend`: every field of the template must be given, and the follower must have consented.
fn notify(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (openid, template_id) = (named(call, "touser"), named(call, "template_id"));
    let now = simulator.now();
    let mut world = simulator.world();
    world.citizen_of(call.account, openid).ok_or(40003)?;
    let account = world.accounts.get_mut(call.account).ok_or(40001)?;
    let (title, content) = account.templates.notice(template_id).ok_or(40037)?;
    let (title, fields) = (title.to_owned(), fields_of(content).map(str::to_owned));
    let (fields, rows) = (fields.collect::<Vec<_>>(), checked_rows(call)?);
    if let Some(missing) = fields.iter().find(|name| rows.iter().all(|row| row.key != **name)) {
        let detail = format!("data.{missing}.value is empty");
        return Err(Refusal { errcode: 47003, detail });
    }
    if !account.templates.use_consent(openid, template_id) {
        return Err(43101.into());
    }
    let msgid = world.next_msg_id(simulator.wire_now());
    let refused = show(&mut world, openid, now, card(call, title, rows, "page"));
    drop(world);
    let (code, word) = if refused { (43101, "user refuse") } else { (0, "success") };
    let list = Writer::default()
        .text("TemplateId", template_id)
        .number("MsgID", msgid)
        .number("ErrorCode", code)
        .text("ErrorStatus", word)
        .inside();
    let event = Writer::default()
        .text("Event", "subscribe_msg_sent_event")
        .number("SubscribeMsgSentEvent", format!("<List>{list}</List>"));
    report_later(simulator, openid, event);
    Ok(ok().into())
}

/// One message for one confirmation (§6.3); no event tells of it.
fn send_one_time(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let (openid, title) = (named(call, "touser"), named(call, "title").to_owned());
    let now = simulator.now();
    let rows = call.json.get("data").and_then(Value::as_object).map(rows_of).ok_or(47003)?;
    if rows.iter().any(|row| row.value.is_empty() || row.value.chars().count() > 200) {
        return Err(47003.into());
    }
    if title.chars().count() > 15 {
        return Err(40062.into());
    }
    let mut world = simulator.world();
    world.citizen_of(call.account, openid).ok_or(40003)?;
    let (id, scene) = (named(call, "template_id"), named(call, "scene"));
    let account = world.accounts.get_mut(call.account).ok_or(40001)?;
    if !account.templates.use_confirmation(openid, id, scene) {
        return Err(43101.into());
    }
    show(&mut world, openid, now, card(call, title, rows, "url"));
    Ok(ok().into())
}

/// The result, pushed on its own.
fn report_later(simulator: &Simulator, openid: &str, event: Writer) {
    let (simulator, openid) = (simulator.clone(), openid.to_owned());
    tokio::spawn(async move { simulator.push_silently(&openid, event).await });
}

/// Rows in the order of the numbers in their keys: JSON objects have none, templates count.
fn rows_of(data: &Map<String, Value>) -> Vec<TemplateRow> {
    let row = |(key, row): (&String, &Value)| {
        let value = row.get("value").and_then(Value::as_str).unwrap_or_default();
        TemplateRow { key: key.clone(), value: value.to_owned() }
    };
    let mut rows: Vec<_> = data.iter().map(row).collect();
    rows.sort_by_key(|row| {
        let kind = row.key.trim_end_matches(|c: char| c.is_ascii_digit());
        row.key.strip_prefix(kind).and_then(|number| number.parse::<u32>().ok())
    });
    rows
}

/// Whether a value obeys the rule of its key's type (§6.2). Keys of unknown type pass, as long as
/// the value is not empty.
pub(super) fn fits(key: &str, value: &str) -> bool {
    if value.is_empty() || value.trim_matches(['\r', '\n']) != value {
        return false;
    }
    let count = value.chars().count();
    let all = |allowed: fn(char) -> bool| value.chars().all(allowed);
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    match key.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "thing" => count <= 20,
        "number" => count <= 32 && all(|c| c.is_ascii_digit() || matches!(c, '.' | '-')),
        "letter" => count <= 32 && all(|c| c.is_ascii_alphabetic()),
        "symbol" => count <= 5 && all(|c| !c.is_alphanumeric()),
        "character_string" => count <= 32 && value.chars().all(plain),
        "time" => has_time(value),
        "date" => has_date(value),
        "amount" => fits_amount(value),
        "phone_number" => count <= 17 && all(|c| c.is_ascii_digit() || "+-() ".contains(c)),
        "car_number" => count <= 8,
        "name" => count <= if all(|c| c.is_ascii()) { 20 } else { 10 },
        "phrase" => count <= 5 && all(is_chinese),
        _ => true,
    }
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

/// Whether there is a 24-hour time such as `15:01`, alone or after a date, or a range of them.
fn has_time(value: &str) -> bool {
    value.split('~').all(|part| {
        let time = part.trim().rsplit([' ', '日']).next().unwrap_or_default();
        let mut fields = time.split(':').map(|field| (field.len(), field.parse::<u8>()));
        let hour = matches!(fields.next(), Some((1 | 2, Ok(0..=23))));
        let minute = matches!(fields.next(), Some((2, Ok(0..=59))));
        let second = fields.next().is_none_or(|field| matches!(field, (2, Ok(0..=59))));
        hour && minute && second && fields.next().is_none()
    })
}

/// Whether there is a year, a month and a day: `2019年10月1日` or `2019-10-01`, a time optional.
fn has_date(value: &str) -> bool {
    value.split('~').all(|part| {
        let date = part.trim().split(' ').next().unwrap_or_default();
        let fields =
            date.split(['年', '月', '日', '-', '/', '.']).filter(|field| !field.is_empty());
        let numbers: Vec<Option<u16>> = fields.take(3).map(|field| field.parse().ok()).collect();
        matches!(numbers.as_slice(), [Some(1000..=9999), Some(1..=12), Some(1..=31)])
    })
}

/// A currency sign at most, ten digits, decimals, 元 at most at the end.
fn fits_amount(value: &str) -> bool {
    let bare = value.strip_suffix('元').unwrap_or(value);
    let bare = bare.strip_prefix(['¥', '￥', '$', '€', '£']).unwrap_or(bare);
    let (whole, decimals) = bare.split_once('.').unwrap_or((bare, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && whole.len() <= 10 && digits(decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_wechat_takes_pass() {
        let good = [
            ("thing1", "您的咨询已有答复"),
            ("time2", "15:01"),
            ("time2", "2019年10月1日 15:01"),
            ("time2", "8:30~17:30"),
            ("date3", "2019年10月1日"),
            ("date3", "2019-10-01 15:01"),
            ("phrase4", "已答复"),
            ("character_string5", "ZX-20251123 01"),
            ("amount6", "￥39.80"),
            ("amount6", "39元"),
            ("phone_number7", "0519-12348"),
            ("name8", "张三"),
            ("number9", "12.5"),
        ];
        for (key, value) in good {
            assert!(fits(key, value), "{key} {value}");
        }
    }

    #[test]
    fn values_wechat_refuses_fail() {
        let bad = [
            ("thing1", ""),
            ("thing1", "一二三四五六七八九十一二三四五六七八九十一"),
            ("thing1", "换行\n"),
            ("time2", "25:00"),
            ("time2", "下午三点"),
            ("date3", "10月1日"),
            ("phrase4", "已经答复完毕"),
            ("phrase4", "OK"),
            ("character_string5", "编号12"),
            ("amount6", "12345678901"),
            ("name8", "一二三四五六七八九十一"),
            ("number9", "十二"),
        ];
        for (key, value) in bad {
            assert!(!fits(key, value), "{key} {value}");
        }
    }
}
