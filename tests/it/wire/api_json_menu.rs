//! Menus against the recorded requests and answers. A request must be the recorded one, but for
//! the empty lists of sub-buttons, which we do not send, and for conditions that WeChat has
//! withdrawn; an answer must be read so that it is written again as it was.

use pufa::wechat::client::Client;
use pufa::wechat::menu::{Audience, Does, Menu, Platform};
use serde_json::{Value, json};

use super::exchange::{read, sent, walk};

/// Recorded file and its check.
pub const CASES: &[super::api_json::Case] = &[
    ("cgibin_menu_create_request.json", create),
    ("wechatpy_menu_create.json", created),
    ("wechatpy_menu_delete.json", deleted),
    ("cgibin_menu_get_response.json", menus),
    ("wechatpy_menu_get.json", menus),
    ("cgibin_menu_add_conditional_request.json", add_conditional),
    ("cgibin_menu_add_conditional_response.json", added_conditional),
    ("cgibin_menu_delete_conditional_request.json", delete_conditional),
    ("cgibin_menu_try_match_request.json", try_match),
    ("cgibin_menu_try_match_response.json", matched),
    ("cgibin_get_current_self_menu_info_response.json", shown),
    ("wechatpy_get_current_selfmenu_info.json", shown),
];

#[test]
fn menus_are_put_up_and_understood_as_recorded() {
    walk(CASES);
}

/// `buttons` without empty lists below, and with the lists of the console's shape unwrapped.
fn plain(buttons: &Value) -> Value {
    let button = |button: &Value| {
        let mut button = button.clone();
        let below = match &button["sub_button"] {
            Value::Object(wrapped) => plain(&wrapped["list"]),
            below => plain(below),
        };
        if let Some(fields) = button.as_object_mut() {
            fields.remove("sub_button");
        }
        if below != json!([]) {
            button["sub_button"] = below;
        }
        button
    };
    buttons.as_array().map(|list| list.iter().map(button).collect()).unwrap_or(json!([]))
}

fn recorded(buttons: &Value) -> Menu {
    Menu::from_json(buttons).expect("a menu")
}

fn create(request: &Value) {
    let menu = recorded(&request["button"]);
    let foreign = menu.leaves().any(|button| matches!(button.does, Does::Other(_)));
    assert!(!foreign, "every type of button is known");
    let (path, body) = sent(|c: Client| async move { c.create_menu(&menu).await });
    assert_eq!(path, "/cgi-bin/menu/create");
    assert_eq!(body["button"], plain(&request["button"]));
}

fn created(answer: &Value) {
    let menu = Menu { buttons: Vec::new() };
    read(answer, |c: Client| async move { c.create_menu(&menu).await }).unwrap();
}

fn deleted(answer: &Value) {
    read(answer, |c: Client| async move { c.delete_menus().await }).unwrap();
}

fn menus(answer: &Value) {
    let menus = read(answer, |c: Client| async move { c.menus().await }).unwrap().unwrap();
    assert_eq!(menus.default.to_json(), plain(&answer["menu"]["button"]));
    let recorded = answer["conditionalmenu"].as_array().cloned().unwrap_or_default();
    assert_eq!(menus.conditional.len(), recorded.len());
    for (menu, recorded) in menus.conditional.iter().zip(&recorded) {
        assert_eq!(menu.id, recorded["menuid"].to_string());
        assert_eq!(menu.menu.to_json(), plain(&recorded["button"]));
        let audience = Audience { tag: Some(2), platform: Some(Platform::Android) };
        assert_eq!(menu.audience, audience);
    }
}

fn add_conditional(request: &Value) {
    let menu = recorded(&request["button"]);
    let audience = Audience::from_json(&request["matchrule"]);
    let (path, body) =
        sent(|c: Client| async move { c.add_conditional_menu(&menu, audience).await.is_ok() });
    assert_eq!(path, "/cgi-bin/menu/addconditional");
    assert_eq!(body["button"], plain(&request["button"]));
    let mut rule = request["matchrule"].clone();
    rule.as_object_mut().unwrap().remove("language");
    assert_eq!(body["matchrule"], rule);
}

fn added_conditional(answer: &Value) {
    let menu = Menu { buttons: Vec::new() };
    let audience = Audience { tag: Some(2), platform: None };
    let id = read(answer, |c: Client| async move { c.add_conditional_menu(&menu, audience).await });
    assert_eq!(id.unwrap(), answer["menuid"].as_str().unwrap());
}

fn delete_conditional(request: &Value) {
    let id = request["menuid"].as_str().unwrap();
    let (path, body) = sent(|c: Client| async move { c.delete_conditional_menu(id).await });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/menu/delconditional", request));
}

fn try_match(request: &Value) {
    let user = request["user_id"].as_str().unwrap();
    let (path, body) = sent(|c: Client| async move { c.menu_of(user).await.is_ok() });
    assert_eq!((path.as_str(), &body), ("/cgi-bin/menu/trymatch", request));
}

fn matched(answer: &Value) {
    let menu = read(answer, |c: Client| async move { c.menu_of("o").await }).unwrap();
    assert_eq!(menu.to_json(), plain(&answer["button"]));
}

fn shown(answer: &Value) {
    let shown = read(answer, |c: Client| async move { c.shown_menu().await }).unwrap();
    assert_eq!(shown.open, answer["is_menu_open"] == 1);
    assert_eq!(shown.menu.to_json(), plain(&answer["selfmenu_info"]["button"]));
    let console = shown.menu.leaves().filter(|button| matches!(button.does, Does::Other(_)));
    assert!(console.count() >= 5, "texts, pictures, news, voices and videos of the console");
}
