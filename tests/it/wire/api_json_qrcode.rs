//! QR codes and short keys (wechat-protocol.md §9): recorded requests and responses.

use pufa::wechat::qrcode::{Life, QrCode, request};
use pufa::wechat::shorten::{Lengthened, LongData};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::api_json::Case;

/// Recordings and their checks.
pub const CASES: &[Case] = &[
    ("cgibin_qrcode_create_request.json", code_request),
    ("cgibin_qrcode_create_response.json", code),
    ("wechatpy_qrcode_create.json", code),
    ("cgibin_shorten_generate_request.json", shorten_request),
    ("cgibin_shorten_generate_response.json", short_key),
    ("cgibin_shorten_fetch_request.json", lengthen_request),
    ("cgibin_shorten_fetch_response.json", lengthened),
];

fn decoded<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("our type reads it")
}

/// The recorded request carries a number and a text at once, of which WeChat reads the number; ours
/// always carries the text, under the action that belongs to it.
fn code_request(value: &Value) {
    let scene = value.pointer("/action_info/scene/scene_str").and_then(Value::as_str);
    let ours = request(scene.expect("a scene"), Life::Seconds(604_800));
    assert_eq!(ours["expire_seconds"], value["expire_seconds"]);
    assert_eq!(
        ours.pointer("/action_info/scene/scene_str"),
        value.pointer("/action_info/scene/scene_str")
    );
    assert_eq!(
        (&value["action_name"], &ours["action_name"]),
        (&json!("QR_SCENE"), &json!("QR_STR_SCENE"))
    );
}

fn code(value: &Value) {
    let code: QrCode = decoded(value);
    assert!(code.ticket.starts_with("gQH47joA") && code.url.ends_with("/q/kZgfwMTm72WWPkovabbI"));
    assert_eq!(code.expire_seconds.map(u64::from), value["expire_seconds"].as_u64());
}

fn shorten_request(value: &Value) {
    let ours = LongData { long_data: "loooooong data".to_owned(), expire_seconds: 86_400 };
    assert_eq!(json!(ours), *value);
}

fn short_key(value: &Value) {
    assert_eq!(value["short_key"].as_str().map(str::len), Some(15));
}

fn lengthen_request(value: &Value) {
    assert_eq!(*value, json!({ "short_key": "iTqRJFSEqk9RvPk" }));
}

fn lengthened(value: &Value) {
    let found: Lengthened = decoded(value);
    assert_eq!((found.long_data.as_str(), found.expire_seconds), ("loooooong data", 86_300));
}
