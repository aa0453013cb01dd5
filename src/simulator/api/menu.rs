//! The custom menu (wechat-protocol.md §8).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Call, Done, Refusal, Route, get, ok, post};
use crate::simulator::Simulator;
use crate::simulator::world::Account;

/// The default menu of an account.
pub(in crate::simulator) struct Menu {
    pub id: u64,
    /// The `button` array as given.
    pub buttons: Value,
}

/// A menu for some of the followers.
pub(in crate::simulator) struct Conditional {
    id: u64,
    buttons: Value,
    tag: Option<i64>,
    platform: Option<i64>,
    /// The `matchrule` as given.
    rule: Value,
}

/// Every simulated telephone is an Android one.
const PLATFORM: i64 = 2;
/// Conditions that WeChat has withdrawn.
const WITHDRAWN: [&str; 5] = ["sex", "country", "province", "city", "language"];
/// All conditional menus together lead to at most this many domains.
const MOST_DOMAINS: usize = 3;

/// Error codes and limits of one level of the menu.
struct Level {
    buttons: usize,
    name: usize,
    errors: Errors,
}

struct Errors {
    count: i64,
    kind: i64,
    name: i64,
    key: i64,
    url: i64,
    domain: i64,
}

const TOP: Level = Level {
    buttons: 3,
    name: 16,
    errors: Errors {
        count: 40016,
        kind: 40017,
        name: 40018,
        key: 40019,
        url: 40020,
        domain: 40054,
    },
};

const SUB: Level = Level {
    buttons: 5,
    name: 60,
    errors: Errors {
        count: 40023,
        kind: 40024,
        name: 40025,
        key: 40026,
        url: 40027,
        domain: 40055,
    },
};

const KEY_BYTES: usize = 128;
const URL_BYTES: usize = 1024;

/// Types that report a key.
const KEYED: [&str; 7] = [
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
];

/// Routes of this family.
pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/cgi-bin/menu/create", "menu_create", create),
        get("/cgi-bin/menu/get", "menu_get", read),
        get("/cgi-bin/menu/delete", "menu_delete", delete),
        get("/cgi-bin/get_current_selfmenu_info", "menu_shown", shown),
        post("/cgi-bin/menu/addconditional", "menu_add_conditional", add_conditional),
        post("/cgi-bin/menu/delconditional", "menu_delete_conditional", delete_conditional),
        post("/cgi-bin/menu/trymatch", "menu_try", try_match),
    ]
}

fn create(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let buttons = call.json.get("button").ok_or(40016)?;
    check_level(buttons, &TOP)?;
    let id = simulator.0.entropy.below(900_000_000) + 100_000_000;
    let mut world = simulator.world();
    let account = world.accounts.get_mut(call.account).ok_or(40001)?;
    account.menu = Some(Menu { id, buttons: buttons.clone() });
    Ok(ok().into())
}

fn read(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let world = simulator.world();
    let account = world.accounts.get(call.account).ok_or(40001)?;
    let menu = account.menu.as_ref().ok_or(46003)?;
    let mut answer = json!({"menu": {"button": with_lists(&menu.buttons), "menuid": menu.id}});
    let conditional: Vec<_> = account
        .conditional
        .iter()
        .rev()
        .map(|menu| {
            let buttons = with_lists(&menu.buttons);
            json!({"button": buttons, "matchrule": menu.rule, "menuid": menu.id})
        })
        .collect();
    if !conditional.is_empty() {
        answer["conditionalmenu"] = json!(conditional);
    }
    Ok(answer.into())
}

/// WeChat adds an empty list of sub-buttons to every button that has none.
fn with_lists(buttons: &Value) -> Value {
    let mut buttons = buttons.clone();
    let each = |buttons: &mut Value| {
        for button in buttons.as_array_mut().into_iter().flatten() {
            if let Some(button) = button.as_object_mut() {
                button.entry("sub_button").or_insert_with(|| json!([]));
            }
        }
    };
    for button in buttons.as_array_mut().into_iter().flatten() {
        if let Some(below) = button.get_mut("sub_button") {
            each(below);
        }
    }
    each(&mut buttons);
    buttons
}

fn delete(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let mut world = simulator.world();
    let account = world.accounts.get_mut(call.account).ok_or(40001)?;
    account.menu = None;
    account.conditional.clear();
    Ok(ok().into())
}

/// The menu in the shape in which also those made in WeChat's console are told.
fn shown(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let world = simulator.world();
    let account = world.accounts.get(call.account).ok_or(40001)?;
    let Some(menu) = &account.menu else {
        return Ok(json!({"is_menu_open": 0, "selfmenu_info": {}}).into());
    };
    let mut buttons = menu.buttons.clone();
    for button in buttons.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        if let Some(list) = button.remove("sub_button") {
            button.insert("sub_button".to_owned(), json!({ "list": list }));
        }
    }
    Ok(json!({"is_menu_open": 1, "selfmenu_info": {"button": buttons}}).into())
}

fn add_conditional(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let buttons = call.json.get("button").ok_or(40016)?;
    check_level(buttons, &TOP)?;
    let rule = call.json.get("matchrule").and_then(Value::as_object).ok_or(65304)?;
    let (tag, platform) = conditions(rule)?;
    let id = simulator.0.entropy.below(900_000_000) + 100_000_000;
    let mut world = simulator.world();
    let account = world.accounts.get_mut(call.account).ok_or(40001)?;
    if account.menu.is_none() {
        return Err(65303.into());
    }
    if tag.is_some_and(|tag| !account.labels.knows(tag)) {
        return Err(40152.into());
    }
    let mut domains = BTreeSet::new();
    account.conditional.iter().for_each(|menu| collect_domains(&menu.buttons, &mut domains));
    collect_domains(buttons, &mut domains);
    if domains.len() > MOST_DOMAINS {
        return Err(65316.into());
    }
    let (buttons, rule) = (buttons.clone(), Value::Object(rule.clone()));
    account.conditional.push(Conditional { id, buttons, tag, platform, rule });
    Ok(json!({"menuid": id.to_string()}).into())
}

/// Tag and platform of a rule, of which there must be one.
fn conditions(rule: &Map<String, Value>) -> Result<(Option<i64>, Option<i64>), i64> {
    let given = |name: &str| rule.get(name).is_some_and(|value| value != "" && !value.is_null());
    if WITHDRAWN.iter().any(|name| given(name)) {
        return Err(65320);
    }
    let number = |name: &str| match rule.get(name) {
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    match (number("tag_id"), number("client_platform_type")) {
        (None, None) => Err(65304),
        found => Ok(found),
    }
}

fn collect_domains(buttons: &Value, domains: &mut BTreeSet<String>) {
    for button in buttons.as_array().into_iter().flatten() {
        let url = button.get("url").and_then(Value::as_str).unwrap_or_default();
        if let Some((_, rest)) = url.split_once("://") {
            domains.insert(rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned());
        }
        collect_domains(&button["sub_button"], domains);
    }
}

fn delete_conditional(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let id = match call.json.get("menuid") {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err(65301.into()),
    };
    let mut world = simulator.world();
    let menus = &mut world.accounts.get_mut(call.account).ok_or(40001)?.conditional;
    let before = menus.len();
    menus.retain(|menu| menu.id.to_string() != id);
    if menus.len() == before {
        return Err(65301.into());
    }
    Ok(ok().into())
}

fn try_match(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let user = call.json.get("user_id").and_then(Value::as_str).unwrap_or_default();
    let world = simulator.world();
    world.known(call.account, user).ok_or(65302)?;
    let account = world.accounts.get(call.account).ok_or(40001)?;
    if account.menu.is_none() {
        return Err(65303.into());
    }
    Ok(json!({"button": with_lists(&account.buttons_for(user))}).into())
}

impl Simulator {
    /// Shows buttons on one phone only, until others come or none; `false` when WeChat would refuse
    /// them. Everybody else, and WeChat's API, keep the menu that was put up.
    pub fn preview_menu(&self, openid: &str, buttons: Option<Value>) -> bool {
        if buttons.as_ref().is_some_and(|buttons| check_level(buttons, &TOP).is_err()) {
            return false;
        }
        if let Some(citizen) = self.world().citizen_mut(openid) {
            citizen.preview = buttons;
        }
        self.touch();
        true
    }
}

impl Account {
    /// The buttons that one follower sees: of the menus that fit, the one put up last; otherwise
    /// the default. Null when no menu was made.
    pub fn buttons_for(&self, openid: &str) -> Value {
        // Of several tags, the one given last counts.
        let tag = self.labels.of(openid).last().copied();
        let fits = |menu: &&Conditional| {
            menu.tag.is_none_or(|wanted| tag == Some(wanted))
                && menu.platform.is_none_or(|wanted| wanted == PLATFORM)
        };
        let found = self.conditional.iter().rev().find(fits);
        found.map_or_else(|| self.buttons(), |menu| menu.buttons.clone())
    }
}

fn check_level(buttons: &Value, level: &Level) -> Result<(), i64> {
    let buttons = buttons.as_array().ok_or(level.errors.count)?;
    if buttons.is_empty() || buttons.len() > level.buttons {
        return Err(level.errors.count);
    }
    buttons.iter().try_for_each(|button| check_button(button, level))
}

fn check_button(button: &Value, level: &Level) -> Result<(), i64> {
    let named = |name: &str| button.get(name).and_then(Value::as_str).unwrap_or_default();
    let errors = &level.errors;
    if named("name").is_empty() || named("name").len() > level.name {
        return Err(errors.name);
    }
    let children = button.get("sub_button").filter(|list| list.as_array() != Some(&Vec::new()));
    if let Some(children) = children {
        // Only two levels exist.
        return if level.buttons == SUB.buttons { Err(40022) } else { check_level(children, &SUB) };
    }
    match named("type") {
        "view" => check_url(named("url"), errors),
        "miniprogram" => check_url(named("url"), errors).and(if named("appid").is_empty() {
            Err(errors.kind)
        } else {
            Ok(())
        }),
        kind if KEYED.contains(&kind) => match named("key").len() {
            1..=KEY_BYTES => Ok(()),
            _ => Err(errors.key),
        },
        "media_id" | "view_limited" if !named("media_id").is_empty() => Ok(()),
        "article_id" | "article_view_limited" if !named("article_id").is_empty() => Ok(()),
        _ => Err(errors.kind),
    }
}

fn check_url(url: &str, errors: &Errors) -> Result<(), i64> {
    if url.is_empty() || url.len() > URL_BYTES {
        return Err(errors.url);
    }
    let web = url.starts_with("http://") || url.starts_with("https://");
    if web { Ok(()) } else { Err(errors.domain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(buttons: Value) -> Result<(), i64> {
        check_level(&buttons, &TOP)
    }

    #[test]
    fn a_menu_with_sub_menus_passes() {
        let menu = json!([
            {"type": "click", "name": "我要咨询", "key": "ASK"},
            {"name": "更多", "sub_button": [
                {"type": "view", "name": "信息公开", "url": "https://example.cn/public"}
            ]}
        ]);
        assert_eq!(check(menu), Ok(()));
    }

    #[test]
    fn limits_are_counted_in_bytes_and_have_their_own_codes() {
        let click = |name: &str, key: &str| json!({"type": "click", "name": name, "key": key});
        assert_eq!(check(json!([])), Err(40016));
        assert_eq!(
            check(json!([click("一二三四五", "K"), click("一二三四五六", "K")])),
            Err(40018)
        );
        assert_eq!(check(json!([click("问", &"k".repeat(129))])), Err(40019));
        let view = json!([{"type": "view", "name": "看", "url": "ftp://example.cn"}]);
        assert_eq!(check(view), Err(40054));
        let long = "字".repeat(21);
        assert_eq!(check(json!([{"name": "父", "sub_button": [click(&long, "K")]}])), Err(40025));
        let six: Vec<_> = (0..6).map(|_| click("子", "K")).collect();
        assert_eq!(check(json!([{"name": "父", "sub_button": six}])), Err(40023));
        let deep = json!([{"name": "父", "sub_button": [
            {"name": "子", "sub_button": [click("孙", "K")]}
        ]}]);
        assert_eq!(check(deep), Err(40022));
        assert_eq!(check(json!([{"type": "dance", "name": "舞"}])), Err(40017));
    }
}
