//! Recorded bodies of mass sends (wechat-protocol.md §7.4). The recorded requests carry every
//! branch at once; ours carry one.

use serde_json::{Value, json};

use pufa::wechat::mass::{
    Audience, ClientMsgId, MassContent, MassDeletion, MassMessage, MassReceipt, MassStatus,
    Previewer, Speed, preview_request, status_request, video_request,
};

use super::api_json::{Case, run, sends};

/// Files and checks of this family.
pub const CASES: &[Case] = &[
    ("cgibin_message_mass_send_all_request.json", send_all),
    ("cgibin_message_mass_send_all_response.json", receipt),
    ("cgibin_message_mass_send_request.json", send_by_list),
    ("cgibin_message_mass_send_response.json", receipt),
    ("wechatpy_message_mass_send.json", receipt),
    ("cgibin_message_mass_preview_request.json", preview),
    ("cgibin_message_mass_delete_request.json", delete),
    ("cgibin_message_mass_get_request.json", get),
    ("cgibin_message_mass_get_response.json", status),
    ("wechatpy_message_mass_get.json", status),
    ("cgibin_message_mass_speed_get_response.json", speed),
    ("cgibin_message_mass_speed_set_request.json", set_speed),
    ("cgibin_media_upload_video_request.json", video),
    ("cgibin_media_upload_video_response.json", made_video),
];

/// The branch of each kind of content, as the recordings name it, and the content in our words.
fn contents(recorded: &Value) -> Vec<(&'static str, &'static str, MassContent)> {
    let text = |pointer: &str| recorded.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let id = |pointer: &str| text(pointer).unwrap();
    let mut all = vec![
        ("mpnews", "mpnews", MassContent::Articles { media_id: id("/mpnews/media_id") }),
        ("text", "text", MassContent::Text { content: id("/text/content") }),
        ("voice", "voice", MassContent::Voice { media_id: id("/voice/media_id") }),
        (
            "mpvideo",
            "mpvideo",
            MassContent::Video {
                media_id: id("/mpvideo/media_id"),
                title: text("/mpvideo/title"),
                description: text("/mpvideo/description"),
            },
        ),
    ];
    if let Some(ids) = recorded.pointer("/images/media_ids").and_then(Value::as_array) {
        let images = MassContent::Images {
            media_ids: ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect(),
            recommend: text("/images/recommend"),
            open_comment: recorded["images"]["need_open_comment"] == 1,
            only_fans_comment: recorded["images"]["only_fans_can_comment"] == 1,
        };
        all.push(("image", "images", images));
    }
    all
}

/// Compares each kind of content with the recording, all other branches left out.
fn each_branch(recorded: &Value, request: impl Fn(MassContent) -> Value, keep: &[&str]) {
    let branches: Vec<String> = recorded
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| !keep.contains(&key.as_str()) && *key != "msgtype")
        .cloned()
        .collect();
    for (kind, branch, content) in contents(recorded) {
        let mut recorded = recorded.clone();
        recorded["msgtype"] = json!(kind);
        let without: Vec<String> = branches
            .iter()
            .filter(|name| name.as_str() != branch)
            .map(|name| format!("/{name}"))
            .collect();
        let without: Vec<&str> = without.iter().map(String::as_str).collect();
        let ours = request(content);
        let more: Vec<&str> = ["/send_ignore_reprint", "/clientmsgid"]
            .into_iter()
            .filter(|pointer| ours.pointer(pointer).is_some())
            .collect();
        sends(&ours, &recorded, &without, &more);
    }
}

fn message(audience: Audience, content: MassContent) -> Value {
    let client_msg_id = ClientMsgId::new("camp-7-2").unwrap();
    MassMessage { audience, content, despite_reprint: false, client_msg_id }.request()
}

fn send_all(recorded: &Value) {
    each_branch(recorded, |content| message(Audience::Tag(2), content), &["filter"]);
    let everybody = message(Audience::Everybody, MassContent::Text { content: "t".into() });
    assert_eq!(everybody["filter"], json!({ "is_to_all": true }));
}

fn send_by_list(recorded: &Value) {
    let list: Vec<String> = serde_json::from_value(recorded["touser"].clone()).unwrap();
    let audience = Audience::followers(list).unwrap();
    each_branch(recorded, |content| message(audience.clone(), content), &["touser"]);
}

fn preview(recorded: &Value) {
    // The recording names the receiver in both ways; ours in one.
    let by = |without: &str, to: Previewer| {
        let mut recorded = recorded.clone();
        recorded.as_object_mut().unwrap().remove(without);
        // A preview shows single pictures, which a mass send does not.
        recorded.as_object_mut().unwrap().remove("image");
        each_branch(&recorded, |content| preview_request(&to, &content), &["touser", "towxname"]);
    };
    by("towxname", Previewer::Openid("OPENID".into()));
    by("touser", Previewer::WechatName("示例的微信号".into()));
}

fn receipt(recorded: &Value) {
    let receipt = MassReceipt::read(recorded).unwrap();
    assert_eq!((receipt.msg_id, receipt.msg_data_id), (34182, Some(206_227_730)));
    assert!(!receipt.repeated);
}

fn delete(recorded: &Value) {
    let ours = MassDeletion::Send { msg_id: 201_053_012, article: Some(2) };
    sends(&ours.request(), recorded, &[], &[]);
}

fn get(recorded: &Value) {
    sends(&status_request(201_053_012), recorded, &[], &[]);
}

fn status(recorded: &Value) {
    assert_eq!(MassStatus::read(recorded), Some(MassStatus::Sent));
}

fn speed(recorded: &Value) {
    assert_eq!(Speed::read(recorded), Some(Speed::Slow));
}

fn set_speed(recorded: &Value) {
    sends(&Speed::Slow.request(), recorded, &[], &[]);
}

fn video(recorded: &Value) {
    let id = recorded["media_id"].as_str().unwrap();
    sends(&video_request(id, "TITLE", "Description"), recorded, &[], &[]);
}

fn made_video(recorded: &Value) {
    assert!(recorded["media_id"].as_str().unwrap().starts_with("IhdaAQXuvJtGzwwc"));
}

#[test]
fn recorded_mass_sends_are_what_we_send_and_read() {
    run(CASES);
}
