//! The stand-in must be as strict as WeChat; otherwise every test built on it proves too little.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use pufa::platform::clock::{Clock, Entropy, Moment};
use pufa::simulator::{
    ApiFault, BubbleBody, Options, Patience, PushFault, PushMode, SimulatedAccount, Simulator, Via,
};
use pufa::wechat::crypto::{self, AesKey};
use pufa::wechat::signature;
use pufa::wechat::xml::Document;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const TOKEN: &str = "signing";
const APP_ID: &str = "wxsimulated";
const ZHOU: &str = "oSIM0000000000000000000001";
const LIN: &str = "oSIM0000000000000000000003";
const SEND: &str = "/cgi-bin/message/custom/send";

/// What the server under test received.
#[derive(Clone, Debug)]
struct Received {
    query: Vec<(String, String)>,
    body: String,
}

impl Received {
    fn query(&self, name: &str) -> &str {
        self.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn element(&self, name: &'static str) -> String {
        let document = Document::read(&self.body).unwrap();
        document.root().string(name).unwrap_or_default()
    }
}

type Answering = Arc<dyn Fn(Received) -> BoxFuture<'static, Response> + Send + Sync>;

/// The stand-in, a server that answers its pushes, and the clock of both.
struct Stage {
    simulator: Simulator,
    clock: Clock,
    api: String,
    received: Arc<Mutex<Vec<Received>>>,
    arrivals: mpsc::UnboundedReceiver<Received>,
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn stage(mode: PushMode, answering: Answering) -> Stage {
    let received = Arc::new(Mutex::new(Vec::new()));
    let (sender, arrivals) = mpsc::unbounded_channel();
    let kept = Arc::clone(&received);
    let receiver = Router::new().fallback(move |uri: Uri, body: String| {
        let parameters = uri.query().unwrap_or_default().split('&');
        let pair = |text: &str| text.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned()));
        let push = Received { query: parameters.filter_map(pair).collect(), body };
        kept.lock().unwrap().push(push.clone());
        let _ = sender.send(push.clone());
        answering(push)
    });
    let server = serve(receiver).await;
    let clock = Clock::still(Moment::from_seconds(1_763_900_000));
    let simulator = Simulator::new(Options {
        accounts: vec![SimulatedAccount {
            id: "main".into(),
            original_id: "gh_simulated".into(),
            app_id: APP_ID.into(),
            app_secret: "secret".into(),
            token: TOKEN.into(),
            encoding_aes_key: KEY.into(),
            mode,
            name: "常州普法".into(),
            push_url: format!("http://{server}/wechat/main"),
        }],
        clock: clock.clone(),
        clock_is_shared: true,
        entropy: Entropy::seeded(1),
        demo_scenes: vec![("hutang".into(), "湖塘司法所".into())],
        console_url: None,
        public_url: None,
    });
    simulator.add_citizen(ZHOU, "小周", true);
    let api = serve(simulator.router()).await;
    Stage { simulator, clock, api, received, arrivals }
}

fn always(body: &'static str) -> Answering {
    Arc::new(move |_| Box::pin(async move { body.into_response() }))
}

fn with_status(status: StatusCode) -> Answering {
    Arc::new(move |_| Box::pin(async move { status.into_response() }))
}

/// A text reply to a plain push, addressed as it must be.
fn text_reply(push: &Received, content: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{}]]></ToUserName><FromUserName>gh_simulated</FromUserName>\
         <CreateTime>1</CreateTime><MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>\
         </xml>",
        push.query("openid"),
    )
}

impl Stage {
    async fn request(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), String> {
        let stream = TcpStream::connect(&self.api).await.map_err(|e| e.to_string())?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let status = response.status();
        let body = response.into_body().collect().await.map_err(|error| error.to_string())?;
        Ok((status, body.to_bytes()))
    }

    async fn get(&self, path: &str) -> (StatusCode, Bytes) {
        let request = Request::get(path).header(header::HOST, &self.api);
        self.request(request.body(Full::default()).unwrap()).await.unwrap()
    }

    async fn get_json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.get(path).await.1).unwrap()
    }

    fn posting(&self, path: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
        Request::post(path)
            .header(header::HOST, &self.api)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body.into()))
            .unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.posting(path, body.to_string());
        let (status, answer) = self.request(request).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path}");
        serde_json::from_slice(&answer).unwrap()
    }

    async fn token(&self) -> String {
        let body = json!({"grant_type": "client_credential", "appid": APP_ID, "secret": "secret"});
        let answer = self.post("/cgi-bin/stable_token", body).await;
        answer["access_token"].as_str().unwrap().to_owned()
    }

    async fn with_token(&self, path: &str) -> String {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}access_token={}", self.token().await)
    }

    /// Calls the API with a good token and answers the error code.
    async fn code(&self, path: &str, body: Value) -> i64 {
        let answer = self.post(&self.with_token(path).await, body).await;
        answer["errcode"].as_i64().unwrap()
    }

    async fn send_text(&self, openid: &str, content: &str) -> i64 {
        let body = json!({"touser": openid, "msgtype": "text", "text": {"content": content}});
        self.code(SEND, body).await
    }

    fn texts(&self, openid: &str) -> Vec<String> {
        let chat = self.simulator.chat(openid);
        chat.iter().filter_map(|bubble| bubble.text().map(str::to_owned)).collect()
    }
}

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
async fn a_template_notice_is_checked_shown_once_and_reported_by_an_event() {
    let mut stage = stage(PushMode::Plain, always("success")).await;
    let send = "/cgi-bin/message/template/send";
    let notice = |value: &str| {
        json!({"touser": ZHOU, "template_id": "T1", "client_msg_id": "case-7",
               "url": "https://example.cn/c/1", "data": {"phrase1": {"value": value}}})
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
