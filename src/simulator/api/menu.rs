//! The custom menu (wechat-protocol.md §8).

use serde_json::{Value, json};

use super::{Call, Done, Refusal, Route, get, ok, post};
use crate::simulator::Simulator;

/// The default menu of an account.
pub(in crate::simulator) struct Menu {
    pub id: u64,
    /// The `button` array as given.
    pub buttons: Value,
}

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
    let mut buttons = menu.buttons.clone();
    // WeChat adds an empty list of sub-buttons to every button that has none.
    for button in buttons.as_array_mut().into_iter().flatten() {
        if let Some(button) = button.as_object_mut() {
            button.entry("sub_button").or_insert_with(|| json!([]));
        }
    }
    Ok(json!({"menu": {"button": buttons, "menuid": menu.id}}).into())
}

fn delete(simulator: &Simulator, call: &Call) -> Result<Done, Refusal> {
    let mut world = simulator.world();
    world.accounts.get_mut(call.account).ok_or(40001)?.menu = None;
    Ok(ok().into())
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
