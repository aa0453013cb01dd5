//! Templates, subscriptions and one-time messages through our own client against the stand-in
//! (wechat-protocol.md §6).

use pufa::simulator::{ANSWERED_NOTICE, ANSWERED_TEMPLATE, PushMode, Via};
use pufa::wechat::client::CallError;
use pufa::wechat::template::{OneTimeMessage, SubscriptionMessage};
use pufa::wechat::template_library::{NewMessageTemplate, NewSubscriptionTemplate};

use super::masses::client;
use super::stage::{ZHOU, always, stage};

fn code<T: std::fmt::Debug>(result: Result<T, CallError>) -> i64 {
    match result {
        Err(CallError::Refused { errcode, .. }) => errcode,
        other => panic!("{other:?}"),
    }
}

fn notice() -> SubscriptionMessage {
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    SubscriptionMessage {
        template_id: ANSWERED_NOTICE.to_owned(),
        page: Some("https://example.cn/c/1".to_owned()),
        mini_program: None,
        data: vec![
            pair("character_string1", "2611-0837"),
            pair("thing2", "劳动者权益服务中心"),
            pair("time3", "2026年11月23日 15:01"),
        ],
    }
}

#[tokio::test]
async fn message_templates_are_added_listed_and_deleted() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    let new = |short: &str, names: &[&str]| NewMessageTemplate {
        template_id_short: short.to_owned(),
        keyword_name_list: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    assert_eq!(code(client.add_message_template(&new("TM00015", &["编号"])).await), 40247);
    assert_eq!(code(client.add_message_template(&new("43", &[])).await), 40246);
    let id = client.add_message_template(&new("43", &["编号", "状态"])).await.unwrap();
    let listed = client.message_templates().await.unwrap();
    let ids: Vec<&str> = listed.iter().map(|t| t.template_id.as_str()).collect();
    assert_eq!(ids, [ANSWERED_TEMPLATE, &id]);
    client.delete_message_template(&id).await.unwrap();
    assert_eq!(code(client.delete_message_template(&id).await), 40037);
    assert!(client.withheld_messages(ANSWERED_TEMPLATE, 0).await.unwrap().is_array());

    client.set_industries("1", "16").await.unwrap();
    assert_eq!(client.industries().await.unwrap().secondary_industry.second_class, "16");
    assert_eq!(code(client.set_industries("1", "4").await), 43100);
}

#[tokio::test]
async fn a_subscription_template_is_found_in_the_library_added_once_and_deleted() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    let categories = client.subscription_categories().await.unwrap();
    let titles = client.public_titles(&[categories[0].id], 0).await.unwrap();
    let progress = titles.iter().find(|title| title.kind == 3).unwrap();
    let keywords = client.public_keywords(progress.tid).await.unwrap();
    assert_eq!(keywords[1].rule, "phrase");
    let mut new = NewSubscriptionTemplate {
        tid: progress.tid.to_string(),
        keywords: vec![2],
        purpose: "咨询进度".to_owned(),
    };
    assert_eq!(code(client.add_subscription_template(&new).await), 200_020);
    new.keywords = vec![2, 1];
    let id = client.add_subscription_template(&new).await.unwrap();
    assert_eq!(code(client.add_subscription_template(&new).await), 200_022);
    let listed = client.subscription_templates().await.unwrap();
    let added = listed.iter().find(|template| template.template_id == id).unwrap();
    assert_eq!(added.content, "当前进度:{{phrase2.DATA}}\n事项名称:{{thing1.DATA}}\n");
    client.delete_subscription_template(&id).await.unwrap();
    assert_eq!(client.subscription_templates().await.unwrap().len(), 1);
}

#[tokio::test]
async fn one_consent_is_one_notice_and_its_end_is_reported() {
    let mut stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    assert_eq!(code(client.send_subscription(ZHOU, &notice()).await), 43101);
    stage.simulator.subscribe_to(ZHOU, ANSWERED_NOTICE, true).await;
    let popup = stage.arrivals.recv().await.unwrap();
    assert_eq!(popup.element("Event"), "subscribe_msg_popup_event");

    let mut short = notice();
    short.data.pop();
    assert_eq!(code(client.send_subscription(ZHOU, &short).await), 47003);
    client.send_subscription(ZHOU, &notice()).await.unwrap();
    let told = stage.arrivals.recv().await.unwrap();
    assert!(told.body.contains("<ErrorCode>0</ErrorCode>"), "{}", told.body);
    assert_eq!(code(client.send_subscription(ZHOU, &notice()).await), 43101);
    let cards = stage.simulator.chat(ZHOU).iter().filter(|b| b.via == Via::Template).count();
    assert_eq!(cards, 1);
}

#[tokio::test]
async fn one_confirmation_is_one_message() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    let mut message = OneTimeMessage {
        template_id: "ONE".to_owned(),
        scene: "837".to_owned(),
        title: "咨询有了答复".to_owned(),
        content: "点击查看".to_owned(),
        ..OneTimeMessage::default()
    };
    assert_eq!(code(client.send_one_time(ZHOU, &message).await), 43101);
    stage.simulator.confirm_one_time(ZHOU, "ONE", "837");
    message.title = "一二三四五六七八九十一二三四五六".to_owned();
    assert_eq!(code(client.send_one_time(ZHOU, &message).await), 40062);
    message.title = "咨询有了答复".to_owned();
    client.send_one_time(ZHOU, &message).await.unwrap();
    assert_eq!(code(client.send_one_time(ZHOU, &message).await), 43101);
}
