//! The stand-in must be as strict as WeChat; otherwise every test built on it proves too little.

mod library;
mod masses;
mod notices;
mod pushes;
mod stage;

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{Request, StatusCode, header};
use http_body_util::Full;
use pufa::simulator::{ANSWERED_TEMPLATE, ApiFault, PushMode, Via};
use serde_json::{Value, json};

use stage::*;

#[tokio::test]
async fn a_message_opens_five_answers_within_48_hours() {
    let stage = stage(PushMode::Plain, always("success")).await;
    assert_eq!(stage.send_text(ZHOU, "未问先答").await, 45015);
    stage.simulator.text(ZHOU, "老板拖欠工资").await;
    for number in 1..=5 {
        assert_eq!(stage.send_text(ZHOU, &format!("第 {number} 条")).await, 0);
    }
    assert_eq!(stage.send_text(ZHOU, "第 6 条").await, 45047);
    stage.simulator.text(ZHOU, "还有一事").await;
    stage.clock.advance(Duration::from_secs(48 * 3600 - 1));
    assert_eq!(stage.send_text(ZHOU, "赶上了").await, 0);
    stage.clock.advance(Duration::from_secs(1));
    assert_eq!(stage.send_text(ZHOU, "晚了").await, 45015);
    let texts = stage.texts(ZHOU);
    assert!(texts.contains(&"未送达：45047 客服消息次数用完".to_owned()), "{texts:?}");
    assert!(texts.contains(&"未送达：45015 超出 48 小时客服窗口".to_owned()), "{texts:?}");
    let accepted = stage.simulator.ledger().iter().filter(|e| e.accepted && e.path == SEND).count();
    assert_eq!(accepted, 6);
}

#[tokio::test]
async fn taps_scans_and_following_grant_three_answers_for_a_minute() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let alone = stage.simulator.text(LIN, "还没关注").await;
    assert_eq!((alone.tries, stage.received.lock().unwrap().len()), (0, 0));
    stage.simulator.follow(ZHOU, None).await;
    for expected in [0, 0, 0, 45047] {
        assert_eq!(stage.send_text(ZHOU, "欢迎").await, expected);
    }
    stage.clock.advance(Duration::from_secs(60));
    assert_eq!(stage.send_text(ZHOU, "欢迎").await, 45015);
    stage.simulator.reply_link_tap(ZHOU, "满意", "101").await;
    for expected in [0, 0, 0, 45047] {
        assert_eq!(stage.send_text(ZHOU, "谢谢评价").await, expected);
    }
    stage.simulator.unfollow(ZHOU).await;
    assert_eq!(stage.send_text(ZHOU, "再见").await, 43004);
}

#[tokio::test]
async fn messages_wechat_would_refuse_are_refused_with_its_codes() {
    let stage = stage(PushMode::Plain, always("success")).await;
    stage.simulator.text(ZHOU, "在吗").await;
    assert_eq!(stage.send_text("oNOBODY", "你好").await, 40003);
    assert_eq!(stage.send_text(ZHOU, "").await, 44004);
    assert_eq!(stage.send_text(ZHOU, &"啊".repeat(683)).await, 45002);
    let articles = json!([{"title": "一", "url": "https://example.cn/1"}, {"title": "二"}]);
    let news = json!({"touser": ZHOU, "msgtype": "news", "news": {"articles": articles}});
    assert_eq!(stage.code(SEND, news).await, 45008);
    let image = json!({"touser": ZHOU, "msgtype": "image", "image": {"media_id": "gone"}});
    assert_eq!(stage.code(SEND, image).await, 40007);
    let path = stage.with_token(SEND).await;
    let escaped = r#"{"touser":"oSIM","msgtype":"text","text":{"content":"\u4f60"}}"#;
    let (_, answer) = stage.request(stage.posting(&path, escaped)).await.unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer["errcode"], 40033);
    assert!(answer["errmsg"].as_str().unwrap().contains(" rid: "));
}

#[tokio::test]
async fn tokens_are_checked_expire_and_are_single_per_kind() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let first = stage.token().await;
    assert_eq!(stage.token().await, first, "a stable token stays the same");
    let with = |token: &str| format!("/cgi-bin/get_api_domain_ip?access_token={token}");
    assert_eq!(stage.get_json(&with(&first)).await["ip_list"], json!(["127.0.0.1"]));
    assert_eq!(stage.get_json("/cgi-bin/get_api_domain_ip").await["errcode"], 41001);
    assert_eq!(stage.get_json(&with("guess")).await["errcode"], 40001);
    stage.simulator.expire_tokens();
    assert_eq!(stage.get_json(&with(&first)).await["errcode"], 42001);
    let second = stage.token().await;
    assert_ne!(second, first);
    stage.clock.advance(Duration::from_secs(7200));
    assert_eq!(stage.get_json(&with(&second)).await["errcode"], 42001);
    let plain = "/cgi-bin/token?grant_type=client_credential&appid=wxsimulated&secret=";
    assert_eq!(stage.get_json(&format!("{plain}wrong")).await["errcode"], 40125);
    let old = stage.get_json(&format!("{plain}secret")).await;
    stage.get_json(&format!("{plain}secret")).await;
    let old = with(old["access_token"].as_str().unwrap());
    assert_eq!(stage.get_json(&old).await["errcode"], Value::Null, "both live for five minutes");
    stage.clock.advance(Duration::from_secs(300));
    assert_eq!(stage.get_json(&old).await["errcode"], 42001);
    assert!(!format!("{:?}", stage.simulator.ledger()).contains("secret"));
}

#[tokio::test]
async fn accept_then_reset_breaks_the_connection_but_the_message_was_sent() {
    let stage = stage(PushMode::Plain, always("success")).await;
    stage.simulator.text(ZHOU, "在吗").await;
    let path = stage.with_token(SEND).await;
    stage.simulator.faults().on_api(SEND, ApiFault::AcceptThenReset, 1);
    let body = json!({"touser": ZHOU, "msgtype": "text", "text": {"content": "在的"}});
    let answer = stage.request(stage.posting(&path, body.to_string())).await;
    assert!(answer.is_err(), "{answer:?}");
    let ledger = stage.simulator.ledger();
    let entry = ledger.last().unwrap();
    assert_eq!((entry.accepted, entry.content.as_str()), (true, "在的"));
    assert_eq!((entry.fault, entry.openid.as_deref()), (Some("accept_then_reset"), Some(ZHOU)));
    assert_eq!(stage.texts(ZHOU).last().unwrap(), "在的");
}

#[tokio::test]
async fn accept_then_hang_sends_the_message_and_leaves_the_caller_waiting() {
    let stage = stage(PushMode::Plain, always("success")).await;
    stage.simulator.text(ZHOU, "在吗").await;
    let path = stage.with_token(SEND).await;
    stage.simulator.faults().on_api(SEND, ApiFault::AcceptThenHang, 1);
    let body = json!({"touser": ZHOU, "msgtype": "text", "text": {"content": "在的"}});
    let call = stage.request(stage.posting(&path, body.to_string()));
    let waited = tokio::time::timeout(Duration::from_millis(200), call).await;
    assert!(waited.is_err(), "{waited:?}");
    assert_eq!(stage.texts(ZHOU).last().unwrap(), "在的");
}

#[tokio::test]
async fn ordered_error_codes_and_unavailability_do_nothing_else() {
    let stage = stage(PushMode::Plain, always("success")).await;
    stage.simulator.text(ZHOU, "在吗").await;
    let faults = stage.simulator.faults();
    faults.on_api("/cgi-bin/message/", ApiFault::Errcode { errcode: 45011 }, 1);
    assert_eq!(stage.send_text(ZHOU, "一").await, 45011);
    faults.on_api(SEND, ApiFault::Http503, 1);
    let path = stage.with_token(SEND).await;
    let body = json!({"touser": ZHOU, "msgtype": "text", "text": {"content": "二"}});
    let (status, _) = stage.request(stage.posting(&path, body.to_string())).await.unwrap();
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stage.send_text(ZHOU, "三").await, 0);
    let sent: Vec<_> = stage.simulator.ledger().into_iter().filter(|e| e.path == SEND).collect();
    assert_eq!(sent.iter().map(|entry| entry.accepted).collect::<Vec<_>>(), [false, false, true]);
}

#[tokio::test]
async fn a_template_notice_is_checked_shown_once_and_reported_by_an_event() {
    let mut stage = stage(PushMode::Plain, always("success")).await;
    let send = "/cgi-bin/message/template/send";
    let notice = |value: &str| {
        json!({"touser": ZHOU, "template_id": ANSWERED_TEMPLATE, "client_msg_id": "case-7",
               "url": "https://example.cn/c/1", "data": {"phrase5": {"value": value}}})
    };
    assert_eq!(stage.code(send, notice("这件事已经答复")).await, 47003);
    let first = stage.post(&stage.with_token(send).await, notice("已答复")).await;
    assert_eq!(first["errcode"], 0);
    let finished = stage.arrivals.recv().await.unwrap();
    assert_eq!(finished.element("Event"), "TEMPLATESENDJOBFINISH");
    assert_eq!(finished.element("MsgID"), first["msgid"].to_string());
    assert_eq!(finished.element("Status"), "success");
    let again = stage.post(&stage.with_token(send).await, notice("已答复")).await;
    assert_eq!(again["msgid"], first["msgid"]);
    let chat = stage.simulator.chat(ZHOU);
    let cards = chat.iter().filter(|bubble| bubble.via == Via::Template).count();
    assert_eq!(cards, 1);
}

#[tokio::test]
async fn a_menu_is_kept_shown_and_removed() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let read = stage.with_token("/cgi-bin/menu/get").await;
    assert_eq!(stage.get_json(&read).await["errcode"], 46003);
    let button = json!([{"type": "click", "name": "我要咨询", "key": "ASK"}]);
    assert_eq!(stage.code("/cgi-bin/menu/create", json!({"button": button})).await, 0);
    let kept = stage.get_json(&read).await;
    assert_eq!(kept.pointer("/menu/button/0/key"), Some(&json!("ASK")));
    assert_eq!(stage.get_json("/sim/state").await.pointer("/accounts/0/menu"), Some(&button));
    stage.get(&stage.with_token("/cgi-bin/menu/delete").await).await;
    assert_eq!(stage.get_json(&read).await["errcode"], 46003);
}

#[tokio::test]
async fn media_is_taken_as_multipart_given_back_and_errors_come_as_json() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let upload = |name: &str| {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{name}\"\r\n\
             Content-Type: image/png\r\n\r\n"
        );
        [head.as_bytes(), b"\x89PNGdata", b"\r\n--b--\r\n"].concat()
    };
    let path = stage.with_token("/cgi-bin/media/upload?type=image").await;
    let send = async |name: &str| {
        let body = upload(name);
        let request = Request::post(&path)
            .header(header::HOST, &stage.api)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .header(header::CONTENT_LENGTH, body.len())
            .body(Full::new(Bytes::from(body)))
            .unwrap();
        let (_, answer) = stage.request(request).await.unwrap();
        serde_json::from_slice::<Value>(&answer).unwrap()
    };
    assert_eq!(send("图片.png").await["errcode"], 41005);
    assert_eq!(send("picture.exe").await["errcode"], 40005);
    let kept = send("picture.png").await;
    let get = stage.with_token("/cgi-bin/media/get").await;
    let named = format!("{get}&media_id={}", kept["media_id"].as_str().unwrap());
    assert_eq!(stage.get(&named).await.1, Bytes::from_static(b"\x89PNGdata"));
    stage.clock.advance(Duration::from_secs(3 * 86_400));
    let get = stage.with_token("/cgi-bin/media/get").await;
    let named = format!("{get}&media_id={}", kept["media_id"].as_str().unwrap());
    let (status, answer) = stage.get(&named).await;
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!((status, answer["errcode"].as_i64()), (StatusCode::OK, Some(40007)));
}

#[tokio::test]
async fn the_follower_list_has_no_data_when_nobody_follows() {
    let stage = stage(PushMode::Plain, always("success")).await;
    stage.simulator.add_citizen(ZHOU, "小周", false);
    let path = stage.with_token("/cgi-bin/user/get").await;
    assert_eq!(stage.get_json(&path).await, json!({"total": 0, "count": 0, "next_openid": ""}));
    stage.simulator.follow(ZHOU, Some("hutang")).await;
    assert_eq!(stage.get_json(&path).await["data"], json!({"openid": [ZHOU]}));
    assert_eq!(stage.get_json(&format!("{path}&next_openid={ZHOU}")).await["count"], 0);
    let info = stage.with_token(&format!("/cgi-bin/user/info?openid={ZHOU}")).await;
    let info = stage.get_json(&info).await;
    assert_eq!((&info["subscribe"], &info["qr_scene_str"]), (&json!(1), &json!("hutang")));
}

#[tokio::test]
async fn the_page_drives_citizens_over_http_and_allows_no_foreign_code() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let made = stage.post("/sim/citizens", json!({"nickname": "老王", "following": true})).await;
    let openid = made["openid"].as_str().unwrap();
    let said = format!("/sim/citizens/{openid}/voice");
    let outcome = stage.post(&said, json!({"recognition": "房东不退押金"})).await;
    assert_eq!(outcome["answered"], true);
    let received = stage.received.lock().unwrap().clone();
    assert_eq!(received[0].element("Recognition"), "房东不退押金");
    let state = stage.get_json(&format!("/sim/state?chats={openid}")).await;
    let bubble = &state["chats"][openid][0]["body"];
    assert_eq!(bubble["recognition"], "房东不退押金");
    stage.post("/sim/clock", json!({"advance_seconds": 3600})).await;
    let later = stage.get_json("/sim/state").await["now"].as_i64().unwrap();
    assert_eq!(later - state["now"].as_i64().unwrap(), 3_600_000);
    let (_, page) = stage.get("/").await;
    let page = String::from_utf8(page.to_vec()).unwrap();
    assert!(page.contains("演示·模拟微信"));
    for forbidden in ["<style", "style=", "onclick", "onload", "https://"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}
