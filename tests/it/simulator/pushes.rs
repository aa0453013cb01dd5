//! Pushes: signed, sealed, tried again, and their replies read strictly.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::IntoResponse;
use pufa::simulator::{BubbleBody, Patience, PushFault, PushMode, Via};
use pufa::wechat::crypto::{self, AesKey};
use pufa::wechat::signature;
use pufa::wechat::xml::Document;
use serde_json::json;

use super::stage::*;

/// Opens a safe-mode push as a server must, and seals a reply with `token`.
fn encrypted_exchange(push: &Received, token: &str) -> String {
    let key = AesKey::parse(KEY).unwrap();
    let sealed = push.element("Encrypt");
    let (timestamp, nonce) = (push.query("timestamp"), push.query("nonce"));
    assert!(signature::verify(TOKEN, &[timestamp, nonce], push.query("signature")));
    assert!(signature::verify(TOKEN, &[timestamp, nonce, &sealed], push.query("msg_signature")));
    assert_eq!(push.query("encrypt_type"), "aes");
    assert_eq!(push.element("Content"), "", "nothing travels in the clear");
    let opened = String::from_utf8(crypto::decrypt(&key, &sealed, APP_ID).unwrap()).unwrap();
    let inner = Document::read(&opened).unwrap();
    let reply = text_reply(push, &format!("收到：{}", inner.root().value("Content").unwrap()));
    let sealed = crypto::encrypt(&key, [3; 16], reply.as_bytes(), APP_ID);
    let over = signature::sign(token, &["77", "n", &sealed]);
    format!(
        "<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{over}</MsgSignature>\
         <TimeStamp>77</TimeStamp><Nonce>n</Nonce></xml>"
    )
}

#[tokio::test]
async fn safe_pushes_are_signed_and_sealed_and_a_sealed_reply_is_shown() {
    let answering: Answering =
        Arc::new(|push| Box::pin(async move { encrypted_exchange(&push, TOKEN).into_response() }));
    let stage = stage(PushMode::Safe, answering).await;
    let outcome = stage.simulator.text(ZHOU, "试用期被辞退").await;
    assert_eq!(outcome.reply_text.as_deref(), Some("收到：试用期被辞退"));
    assert!(outcome.answered && outcome.tries == 1);
    let chat = stage.simulator.chat(ZHOU);
    assert_eq!(chat.last().map(|bubble| bubble.via), Some(Via::Passive));
}

#[tokio::test]
async fn a_reply_sealed_with_the_wrong_token_shows_the_failure_line_without_a_retry() {
    let answering: Answering = Arc::new(|push| {
        Box::pin(async move { encrypted_exchange(&push, "another").into_response() })
    });
    let stage = stage(PushMode::Safe, answering).await;
    let outcome = stage.simulator.text(ZHOU, "你好").await;
    assert!(!outcome.answered && outcome.tries == 1);
    assert_eq!(stage.texts(ZHOU).last().unwrap(), "该公众号提供的服务出现故障，请稍后再试");
}

#[tokio::test]
async fn compatible_pushes_carry_both_forms_and_take_a_plain_reply() {
    let answering: Answering = Arc::new(|push| {
        Box::pin(async move {
            let key = AesKey::parse(KEY).unwrap();
            let sealed = push.element("Encrypt");
            let opened = crypto::decrypt(&key, &sealed, APP_ID).unwrap();
            let opened = String::from_utf8(opened).unwrap();
            let inner = Document::read(&opened).unwrap();
            assert_eq!(inner.root().value("Content"), Some(push.element("Content").as_str()));
            text_reply(&push, "两种都有").into_response()
        })
    });
    let stage = stage(PushMode::Compatible, answering).await;
    let outcome = stage.simulator.text(ZHOU, "你好").await;
    assert_eq!(outcome.reply_text.as_deref(), Some("两种都有"));
}

#[tokio::test]
async fn a_failing_server_gets_three_tries_with_new_nonces_and_the_same_message() {
    let stage = stage(PushMode::Plain, with_status(StatusCode::INTERNAL_SERVER_ERROR)).await;
    let outcome = stage.simulator.text(ZHOU, "你好").await;
    assert_eq!((outcome.answered, outcome.tries, outcome.status), (false, 3, Some(500)));
    let received = stage.received.lock().unwrap().clone();
    assert_eq!(received.len(), 3);
    for pair in received.windows(2) {
        assert_eq!(pair[0].element("MsgId"), pair[1].element("MsgId"));
        assert_ne!(pair[0].query("nonce"), pair[1].query("nonce"));
        assert_ne!(pair[0].query("signature"), pair[1].query("signature"));
    }
    assert!(matches!(
        stage.simulator.chat(ZHOU).last().map(|bubble| &bubble.body),
        Some(BubbleBody::Failure { .. })
    ));
}

#[tokio::test]
async fn a_server_that_never_answers_is_dropped_and_asked_again() {
    let stage = stage(PushMode::Plain, Arc::new(|_| Box::pin(std::future::pending()))).await;
    let limit = Duration::from_millis(40);
    stage.simulator.set_patience(Patience { limit, ..Patience::default() });
    let outcome = stage.simulator.text(ZHOU, "你好").await;
    assert_eq!((outcome.answered, outcome.tries, outcome.status), (false, 3, None));
    assert!(outcome.elapsed_ms >= 120);
}

#[tokio::test]
async fn replies_no_phone_would_show_lead_to_the_failure_line() {
    let long = "a".repeat(2049);
    let answering: Answering = Arc::new(move |push| {
        let answer = match push.element("Content").as_str() {
            "长" => text_reply(&push, &long),
            "网页" => "<html><body>502 Bad Gateway</body></html>".to_owned(),
            "空" => text_reply(&push, ""),
            _ => "{\"ok\":true}".to_owned(),
        };
        Box::pin(async move { answer.into_response() })
    });
    let stage = stage(PushMode::Plain, answering).await;
    for content in ["长", "网页", "空", "对象"] {
        let outcome = stage.simulator.text(ZHOU, content).await;
        assert_eq!((outcome.answered, outcome.tries), (false, 1), "{content}");
    }
}

#[tokio::test]
async fn duplicates_are_the_same_message_under_different_signatures() {
    let stage = stage(PushMode::Plain, always("success")).await;
    stage.simulator.faults().on_push(PushFault::Duplicate { copies: 3 }, 1);
    stage.simulator.text(ZHOU, "你好").await;
    let received = stage.received.lock().unwrap().clone();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|push| push.element("MsgId") == received[0].element("MsgId")));
    assert_ne!(received[0].query("nonce"), received[1].query("nonce"));
}

#[tokio::test]
async fn a_reordered_push_arrives_after_the_next_one_and_a_lost_one_never() {
    let stage = stage(PushMode::Plain, always("success")).await;
    stage.simulator.faults().on_push(PushFault::Reordered, 1);
    tokio::join!(stage.simulator.text(ZHOU, "先说"), stage.simulator.text(ZHOU, "后说"));
    stage.simulator.faults().on_push(PushFault::Lost, 1);
    let lost = stage.simulator.text(ZHOU, "丢了").await;
    assert_eq!((lost.answered, lost.tries), (false, 0));
    let received = stage.received.lock().unwrap().clone();
    let contents: Vec<_> = received.iter().map(|push| push.element("Content")).collect();
    assert_eq!(contents, ["后说", "先说"]);
}

#[tokio::test]
async fn a_stranger_who_scans_follows_and_a_follower_only_scans() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let code = json!({"action_name": "QR_LIMIT_STR_SCENE",
                      "action_info": {"scene": {"scene_str": "qrscene_hutang"}}});
    let create = stage.with_token("/cgi-bin/qrcode/create").await;
    let made = stage.post(&create, code.clone()).await;
    assert_eq!(stage.post(&create, code).await["ticket"], made["ticket"]);
    let ticket = made["ticket"].as_str().unwrap();
    let (status, picture) = stage.get(&format!("/cgi-bin/showqrcode?ticket={ticket}")).await;
    assert!(status.is_success() && picture.starts_with(b"<?xml"), "{picture:?}");
    assert_eq!(stage.get("/cgi-bin/showqrcode?ticket=none").await.0, StatusCode::NOT_FOUND);
    stage.simulator.scan(ZHOU, "qrscene_hutang").await;
    stage.simulator.unfollow(ZHOU).await;
    stage.simulator.scan(ZHOU, "qrscene_hutang").await;
    let received = stage.received.lock().unwrap().clone();
    let seen: Vec<_> =
        received.iter().map(|push| (push.element("Event"), push.element("EventKey"))).collect();
    let expected =
        [("SCAN", "qrscene_hutang"), ("unsubscribe", ""), ("subscribe", "qrscene_qrscene_hutang")];
    assert_eq!(seen, expected.map(|(event, key)| (event.to_owned(), key.to_owned())));
    assert_eq!(received[0].element("Ticket"), ticket);
}
