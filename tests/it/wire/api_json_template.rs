//! Recorded bodies of template messages and subscription notifications (wechat-protocol.md §6).

use serde::de::DeserializeOwned;
use serde_json::Value;

use pufa::wechat::template::{
    MiniProgramPage, OneTimeMessage, SubscriptionMessage, TemplateMessage,
};
use pufa::wechat::template_library::{
    Category, Industries, MessageTemplate, NewMessageTemplate, NewSubscriptionTemplate,
    PublicKeyword, PublicTitle, SubscriptionTemplate, delete_request, delete_subscription_request,
    industries_request,
};

use super::api_json::{Case, run, sends};

/// Files and checks of this family.
pub const CASES: &[Case] = &[
    ("cgibin_message_template_send_request.json", send),
    ("cgibin_message_template_send_response.json", sent),
    ("cgibin_message_template_subscribe_request.json", send_one_time),
    ("cgibin_message_subscribe_business_send_request.json", notify),
    ("cgibin_template_add_template_request.json", add),
    ("cgibin_template_add_template_response.json", added),
    ("cgibin_template_delete_private_template_request.json", delete),
    ("cgibin_template_get_all_private_template_response.json", templates),
    ("cgibin_template_get_industry_response.json", industries),
    ("cgibin_template_set_industry_request.json", set_industries),
    ("wxa_api_new_template_add_template_request.json", add_subscription),
    ("wxa_api_new_template_add_template_response.json", added_subscription),
    ("wxa_api_new_template_delete_template_request.json", delete_subscription),
    ("wxa_api_new_template_get_category_response.json", categories),
    ("wxa_api_new_template_get_public_template_keywords_response.json", keywords),
    ("wxa_api_new_template_get_public_template_titles_response.json", titles),
    ("wxa_api_new_template_get_template_response.json", subscription_templates),
];

fn text(recorded: &Value, pointer: &str) -> String {
    recorded.pointer(pointer).and_then(Value::as_str).expect(pointer).to_owned()
}

fn read<T: DeserializeOwned>(recorded: &Value) -> T {
    serde_json::from_value(recorded.clone()).expect("our type reads it")
}

/// Keys and values in the order of the recording.
fn data(recorded: &Value) -> Vec<(String, String)> {
    let data = recorded["data"].as_object().unwrap();
    data.iter().map(|(k, v)| (k.clone(), v["value"].as_str().unwrap().to_owned())).collect()
}

fn mini_program(recorded: &Value) -> Option<MiniProgramPage> {
    Some(MiniProgramPage {
        app_id: text(recorded, "/miniprogram/appid"),
        path: text(recorded, "/miniprogram/pagepath"),
    })
}

fn send(recorded: &Value) {
    let ours = TemplateMessage {
        template_id: text(recorded, "/template_id"),
        url: Some(text(recorded, "/url")),
        mini_program: mini_program(recorded),
        client_msg_id: Some("case-7".into()),
        data: data(recorded),
    };
    // Colours were cut in 2023 (§6.1).
    let colours: Vec<String> =
        ours.data.iter().map(|(key, _)| format!("/data/{key}/color")).collect();
    let colours: Vec<&str> = colours.iter().map(String::as_str).collect();
    sends(&ours.request("OPENID"), recorded, &colours, &["/client_msg_id"]);
}

fn sent(recorded: &Value) {
    assert_eq!(recorded["msgid"].as_u64(), Some(200_228_332));
}

fn send_one_time(recorded: &Value) {
    let ours = OneTimeMessage {
        template_id: text(recorded, "/template_id"),
        scene: text(recorded, "/scene"),
        title: text(recorded, "/title"),
        content: text(recorded, "/data/content/value"),
        url: Some(text(recorded, "/url")),
        mini_program: None,
    };
    sends(&ours.request("OPENID"), recorded, &["/data/content/color"], &[]);
}

fn notify(recorded: &Value) {
    let ours = SubscriptionMessage {
        template_id: text(recorded, "/template_id"),
        page: Some(text(recorded, "/page")),
        mini_program: mini_program(recorded),
        data: data(recorded),
    };
    sends(&ours.request("OPENID"), recorded, &[], &[]);
}

fn add(recorded: &Value) {
    let ours =
        NewMessageTemplate { template_id_short: "TM00015".into(), keyword_name_list: Vec::new() };
    sends(&serde_json::to_value(&ours).unwrap(), recorded, &[], &[]);
    let named = NewMessageTemplate { keyword_name_list: vec!["咨询编号".into()], ..ours };
    let named = serde_json::to_value(&named).unwrap();
    sends(&named, recorded, &[], &["/keyword_name_list"]);
}

fn added(recorded: &Value) {
    assert!(text(recorded, "/template_id").starts_with("Doclyl5uP7Aciu"));
}

fn delete(recorded: &Value) {
    sends(&delete_request(&text(recorded, "/template_id")), recorded, &[], &[]);
}

fn templates(recorded: &Value) {
    let list: Vec<MessageTemplate> = read(&recorded["template_list"]);
    assert_eq!(list[0].title, "领取奖金提醒");
    assert_eq!(list[0].deputy_industry, "互联网|电子商务");
    assert!(list[0].content.contains("withdrawMoney"));
}

fn industries(recorded: &Value) {
    let industries: Industries = read(recorded);
    assert_eq!(industries.primary_industry.second_class, "快递");
    assert_eq!(industries.secondary_industry.first_class, "IT科技");
}

fn set_industries(recorded: &Value) {
    sends(&industries_request("1", "4"), recorded, &[], &[]);
}

fn add_subscription(recorded: &Value) {
    let ours = NewSubscriptionTemplate {
        tid: "401".into(),
        keywords: vec![1, 2],
        purpose: "测试数据".into(),
    };
    sends(&serde_json::to_value(&ours).unwrap(), recorded, &[], &[]);
}

fn added_subscription(recorded: &Value) {
    assert!(text(recorded, "/priTmplId").starts_with("9Aw5ZV1j9xdWTFEkqCpZ7jWy"));
}

fn delete_subscription(recorded: &Value) {
    sends(&delete_subscription_request(&text(recorded, "/priTmplId")), recorded, &[], &[]);
}

fn categories(recorded: &Value) {
    let list: Vec<Category> = read(&recorded["data"]);
    assert_eq!((list[0].id, list[0].name.as_str()), (616, "公交"));
}

fn keywords(recorded: &Value) {
    let list: Vec<PublicKeyword> = read(&recorded["data"]);
    assert_eq!((list[0].kid, list[0].rule.as_str()), (1, "thing"));
}

fn titles(recorded: &Value) {
    let list: Vec<PublicTitle> = read(&recorded["data"]);
    assert_eq!((list[0].tid, list[0].kind, list[0].category_id.as_str()), (99, 2, "616"));
}

fn subscription_templates(recorded: &Value) {
    let list: Vec<SubscriptionTemplate> = read(&recorded["data"]);
    assert_eq!((list[0].kind, list[1].kind), (2, 3));
    assert_eq!(list[1].choices[0].field, "enum_string2.DATA");
    assert_eq!(list[1].choices[0].values.len(), 23);
}

#[test]
fn recorded_templates_and_notices_are_what_we_send_and_read() {
    run(CASES);
}
