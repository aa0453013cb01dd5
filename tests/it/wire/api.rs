//! Calls against a small server that behaves, and misbehaves, like WeChat's.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use pufa::platform::clock::Clock;
use pufa::wechat::client::{AppSecret, CallError, Client, Credentials};
use pufa::wechat::errcode::Action;
use pufa::wechat::media::{File, Media, MediaKind};
use pufa::wechat::qrcode::Life;
use pufa::wechat::template::TemplateMessage;

use super::clock;

/// What the server does and what it has seen.
#[derive(Default)]
struct World {
    /// Number of the present token; others are refused.
    token: u32,
    /// Whether asking for a token brings a new one.
    rotates: bool,
    /// What the token endpoint answers instead.
    token_fault: Option<Value>,
    /// Seconds a token lives.
    lifetime: u64,
    token_requests: Vec<Value>,
    /// What calls answer, instead of success.
    answer: Option<Value>,
    calls: Vec<(Uri, HeaderMap, Bytes)>,
}

type Shared = Arc<Mutex<World>>;

struct Server {
    url: String,
    world: Shared,
}

impl Server {
    async fn start() -> Self {
        let world = World { token: 1, lifetime: 7200, ..World::default() };
        let world = Arc::new(Mutex::new(world));
        let router = Router::new()
            .route("/cgi-bin/stable_token", axum::routing::post(stable_token))
            .route("/gateway", axum::routing::any(async || StatusCode::BAD_GATEWAY))
            .route("/missing", axum::routing::any(async || StatusCode::NOT_FOUND))
            .route("/page", axum::routing::any(async || "<html>"))
            .route(
                "/moved",
                axum::routing::any(async || Redirect::temporary("/trap?access_token=")),
            )
            .route("/cgi-bin/media/get", axum::routing::get(media))
            .fallback(call)
            .with_state(world.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, world }
    }

    fn client(&self, clock: &Clock) -> Client {
        client(&self.url, clock)
    }

    fn set(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.world.lock().unwrap());
    }

    fn get<T>(&self, read: impl FnOnce(&World) -> T) -> T {
        read(&self.world.lock().unwrap())
    }

    fn token_requests(&self) -> usize {
        self.get(|world| world.token_requests.len())
    }

    fn calls(&self) -> usize {
        self.get(|world| world.calls.len())
    }
}

fn client(url: &str, clock: &Clock) -> Client {
    let credentials =
        Credentials { app_id: "wx1".to_owned(), app_secret: AppSecret::from("SECRET") };
    Client::new(url, credentials, clock.clone()).unwrap()
}

async fn stable_token(State(world): State<Shared>, body: Bytes) -> Response {
    // Long enough that impatient callers would all be at the door.
    tokio::task::yield_now().await;
    let mut world = world.lock().unwrap();
    world.token_requests.push(serde_json::from_slice(&body).unwrap());
    if let Some(fault) = &world.token_fault {
        return fault.to_string().into_response();
    }
    if world.rotates {
        world.token += 1;
    }
    let token = format!("TOKEN{}", world.token);
    json!({ "access_token": token, "expires_in": world.lifetime }).to_string().into_response()
}

#[derive(serde::Deserialize)]
struct Token {
    access_token: String,
}

async fn call(
    State(world): State<Shared>,
    Query(token): Query<Token>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut world = world.lock().unwrap();
    world.calls.push((uri, headers, body));
    if token.access_token != format!("TOKEN{}", world.token) {
        let text = "invalid credential, access_token is invalid rid: 5f-1a-2b";
        return json!({ "errcode": 40001, "errmsg": text }).to_string().into_response();
    }
    let answer = world.answer.clone();
    answer.unwrap_or(json!({ "errcode": 0, "errmsg": "ok" })).to_string().into_response()
}

async fn media(uri: Uri) -> Response {
    match uri.query().unwrap_or_default() {
        query if query.contains("media_id=video") => {
            json!({ "video_url": "http://example.com/v" }).to_string().into_response()
        }
        query if query.contains("media_id=gone") => {
            ([("content-type", "image/jpeg")], json!({ "errcode": 40007 }).to_string())
                .into_response()
        }
        _ => ([("content-type", "image/jpeg")], vec![0xff_u8, 0xd8, b'{']).into_response(),
    }
}

fn refused(error: &CallError) -> i64 {
    match error {
        CallError::Refused { errcode, .. } => *errcode,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn fifty_callers_at_once_fetch_one_token() {
    let server = Server::start().await;
    let client = server.client(&clock());
    let results = join_all((0..50).map(|_| client.send_text("o1", "你好"))).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!((server.token_requests(), server.calls()), (1, 50));
    let request = server.get(|world| world.token_requests[0].clone());
    assert_eq!(
        request,
        json!({ "grant_type": "client_credential", "appid": "wx1", "secret": "SECRET" })
    );
}

#[tokio::test]
async fn fifty_callers_whose_token_died_fetch_one_more_and_repeat_once_each() {
    let server = Server::start().await;
    let client = server.client(&clock());
    client.send_text("o1", "一").await.unwrap();
    server.set(|world| world.token = 2);
    let results = join_all((0..50).map(|_| client.send_text("o1", "二"))).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(server.token_requests(), 2);
    assert!(server.calls() <= 1 + 100);
}

#[tokio::test]
async fn a_token_is_renewed_in_its_last_five_minutes_and_not_before() {
    let (server, clock) = (Server::start().await, clock());
    let client = server.client(&clock);
    client.send_text("o1", "a").await.unwrap();
    clock.advance(Duration::from_secs(6900));
    client.send_text("o1", "b").await.unwrap();
    assert_eq!(server.token_requests(), 1);
    clock.advance(Duration::from_secs(1));
    client.send_text("o1", "c").await.unwrap();
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test]
async fn the_old_token_serves_while_renewing_fails_but_not_beyond_its_life() {
    let (server, clock) = (Server::start().await, clock());
    let client = server.client(&clock);
    client.send_text("o1", "a").await.unwrap();
    server.set(|world| world.token_fault = Some(json!({ "errcode": -1 })));
    clock.advance(Duration::from_secs(7000));
    client.send_text("o1", "b").await.unwrap();
    clock.advance(Duration::from_secs(201));
    let error = client.send_text("o1", "c").await.unwrap_err();
    assert_eq!(refused(&error), -1);
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn failing_to_get_a_token_is_repeated_with_growing_pauses() {
    let (server, clock) = (Server::start().await, clock());
    let client = server.client(&clock);
    server.set(|world| world.token_fault = Some(json!({ "errcode": -1 })));
    let mut requests = Vec::new();
    for _ in 0..15 {
        client.send_text("o1", "a").await.unwrap_err();
        requests.push(server.token_requests());
        clock.advance(Duration::from_secs(1));
    }
    // After one second, then two, four and eight.
    assert_eq!(requests, [1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4]);
    server.set(|world| world.token_fault = None);
    clock.advance(Duration::from_secs(1));
    client.send_text("o1", "a").await.unwrap();
}

#[tokio::test]
async fn a_configuration_fault_is_asked_about_once_a_minute_and_names_our_address() {
    let (server, clock) = (Server::start().await, clock());
    let client = server.client(&clock);
    let text = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: a-1";
    server.set(|world| world.token_fault = Some(json!({ "errcode": 40164, "errmsg": text })));
    for _ in 0..10 {
        match client.send_text("o1", "a").await.unwrap_err() {
            CallError::Refused { errcode: 40164, meaning, ip, rid } => {
                assert_eq!(meaning.action, Action::TellOperator);
                assert_eq!(ip.unwrap().to_string(), "203.0.113.7");
                assert_eq!(rid.as_deref(), Some("a-1"));
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!((server.token_requests(), server.calls()), (1, 0));
    clock.advance(Duration::from_secs(60));
    client.send_text("o1", "a").await.unwrap_err();
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test]
async fn a_wrong_secret_is_for_the_operator_although_its_code_also_means_an_old_token() {
    let server = Server::start().await;
    server.set(|world| world.token_fault = Some(json!({ "errcode": 40001 })));
    match server.client(&clock()).send_text("o1", "a").await.unwrap_err() {
        CallError::Refused { errcode: 40001, meaning, .. } => {
            assert_eq!(meaning.action, Action::TellOperator);
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_call_is_repeated_once_and_never_forces_a_new_token() {
    let (server, clock) = (Server::start().await, clock());
    let client = server.client(&clock);
    client.send_text("o1", "a").await.unwrap();
    // From now on WeChat hands out tokens that it then refuses.
    server.set(|world| {
        world.rotates = true;
        world.answer = Some(json!({ "errcode": 42001, "errmsg": "expired" }));
    });
    assert_eq!(refused(&client.send_text("o1", "b").await.unwrap_err()), 42001);
    assert_eq!((server.calls(), server.token_requests()), (3, 2));
    let forced = server.get(|world| {
        world.token_requests.iter().any(|request| request.get("force_refresh").is_some())
    });
    assert!(!forced);
}

#[tokio::test]
async fn a_refused_token_that_is_handed_out_again_is_not_asked_for_without_end() {
    let (server, clock) = (Server::start().await, clock());
    let client = server.client(&clock);
    server.set(|world| world.answer = Some(json!({ "errcode": 40014 })));
    for _ in 0..10 {
        assert_eq!(refused(&client.send_text("o1", "a").await.unwrap_err()), 40014);
    }
    assert_eq!((server.token_requests(), server.calls()), (2, 10));
    clock.advance(Duration::from_secs(30));
    client.send_text("o1", "a").await.unwrap_err();
    assert_eq!(server.token_requests(), 3);
}

#[tokio::test]
async fn outcomes_are_sorted_by_whether_wechat_may_have_acted() {
    let server = Server::start().await;
    let client = server.client(&clock());
    let nothing = json!({});
    for (path, accepted) in
        [("/gateway", true), ("/missing", true), ("/page", true), ("/moved", true)]
    {
        let error = client.post_json(path, &nothing).await.unwrap_err();
        assert_eq!(error.may_have_been_accepted(), accepted, "{path}: {error}");
    }
    assert!(matches!(client.post_json("/gateway", &nothing).await, Err(CallError::Unknown(_))));
    assert!(matches!(client.post_json("/page", &nothing).await, Err(CallError::Unreadable(_))));
    assert_eq!(server.calls(), 0, "a redirect was followed");
    server.set(|world| world.answer = Some(json!({ "errcode": 45015, "errmsg": "x" })));
    let error = client.send_text("o1", "a").await.unwrap_err();
    assert!(!error.may_have_been_accepted());
    assert_eq!(refused(&error), 45015);
}

#[tokio::test]
async fn nobody_at_the_door_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&url, &clock()).send_text("o1", "a").await.unwrap_err();
    assert!(matches!(error, CallError::NotSent(_)), "{error}");
}

/// Answers the first request with a token and hangs up on the second after reading it.
async fn hangs_up() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let Ok((mut stream, _)) = listener.accept().await else { return };
            let mut request = vec![0; 4096];
            let read = stream.read(&mut request).await.unwrap_or(0);
            if String::from_utf8_lossy(&request[..read]).contains("/cgi-bin/stable_token") {
                let body = r#"{"access_token":"TOKEN1","expires_in":7200}"#;
                let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length";
                let _ = stream
                    .write_all(format!("{head}: {}\r\n\r\n{body}", body.len()).as_bytes())
                    .await;
            }
        }
    });
    url
}

#[tokio::test]
async fn a_connection_that_breaks_after_sending_leaves_the_outcome_unknown() {
    let url = hangs_up().await;
    let error = client(&url, &clock()).send_text("o1", "a").await.unwrap_err();
    assert!(matches!(error, CallError::Unknown(_)), "{error}");
}

#[tokio::test]
async fn errors_name_neither_token_nor_receiver_nor_text() {
    let url = hangs_up().await;
    let error = client(&url, &clock()).send_text("oSOMEBODY", "秘密").await.unwrap_err();
    let printed = format!("{error} {error:?}");
    for secret in ["TOKEN1", "access_token", "oSOMEBODY", "秘密", "SECRET", "127.0.0.1"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[tokio::test]
async fn json_goes_out_as_raw_utf8_with_the_token_in_the_query_only() {
    let server = Server::start().await;
    let client = server.client(&clock());
    client.send_text("o1", "中文😀\n换行\"").await.unwrap();
    let (uri, headers, body) = server.get(|world| world.calls[0].clone());
    let body = String::from_utf8(body.to_vec()).unwrap();
    assert!(body.contains("中文😀\\n换行\\\"") && !body.contains("\\u"), "{body}");
    assert!(!body.contains("TOKEN"));
    assert_eq!(uri, "/cgi-bin/message/custom/send?access_token=TOKEN1");
    assert!(headers.get("authorization").is_none());
}

#[tokio::test]
async fn a_repeated_mass_send_is_a_success_that_keeps_its_message_id() {
    let server = Server::start().await;
    let answer = json!({ "errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": 7 });
    server.set(|world| world.answer = Some(answer));
    let body = json!({ "clientmsgid": "c1" });
    let answer = server.client(&clock()).post_json("/cgi-bin/message/mass/sendall", &body).await;
    assert_eq!(answer.unwrap()["msg_id"], 7);
}

#[tokio::test]
async fn an_upload_is_a_named_file_of_known_length() {
    let server = Server::start().await;
    let client = server.client(&clock());
    server.set(|world| world.answer = Some(json!({ "media_id": "M", "created_at": 5 })));
    let file = File { extension: "jpg", mime: "image/jpeg", bytes: b"\xff\xd8picture" };
    let uploaded = client.upload_media(MediaKind::Image, &file).await.unwrap();
    assert_eq!((uploaded.media_id.as_str(), uploaded.created_at), ("M", Some(5)));
    let (uri, headers, body) = server.get(|world| world.calls[0].clone());
    assert!(uri.query().unwrap().contains("type=image"));
    assert_eq!(headers["content-length"], body.len().to_string());
    let body = String::from_utf8_lossy(&body).into_owned();
    assert!(body.contains("name=\"media\"; filename=\"media.jpg\""), "{body}");
    assert!(body.to_lowercase().contains("content-type: image/jpeg"), "{body}");
    let file = File { extension: "图", ..file };
    let error = client.upload_media(MediaKind::Image, &file).await.unwrap_err();
    assert!(matches!(error, CallError::NotSent(_)));
}

#[tokio::test]
async fn a_download_is_a_file_an_address_or_an_error_in_disguise() {
    let server = Server::start().await;
    let client = server.client(&clock());
    let picture = client.get_media("picture").await.unwrap();
    let bytes = vec![0xff, 0xd8, b'{'];
    assert_eq!(picture, Media::Bytes { content_type: "image/jpeg".to_owned(), bytes });
    let video = client.get_media("video").await.unwrap();
    assert_eq!(video, Media::Video { url: "http://example.com/v".to_owned() });
    assert_eq!(refused(&client.get_media("gone").await.unwrap_err()), 40007);
}

#[tokio::test]
async fn the_families_send_what_the_protocol_shows() {
    let server = Server::start().await;
    let client = server.client(&clock());
    let sent = |at: usize| {
        let (uri, body) =
            server.get(|world| (world.calls[at].0.clone(), world.calls[at].2.clone()));
        (uri.path().to_owned(), serde_json::from_slice::<Value>(&body).unwrap())
    };
    server
        .set(|world| world.answer = Some(json!({ "errcode": 0, "msgid": "1864323726461255680" })));
    let message = TemplateMessage {
        template_id: "T".to_owned(),
        url: Some("https://example.com".to_owned()),
        client_msg_id: Some("c1".to_owned()),
        data: vec![("thing1".to_owned(), "答复".to_owned())],
        ..TemplateMessage::default()
    };
    let id = client.send_template("o1", &message).await.unwrap();
    assert_eq!(id, Some(1_864_323_726_461_255_680));
    let expected = json!({ "touser": "o1", "template_id": "T", "url": "https://example.com",
        "client_msg_id": "c1", "data": { "thing1": { "value": "答复" } } });
    assert_eq!(sent(0), ("/cgi-bin/message/template/send".to_owned(), expected));
    let answer = json!({ "ticket": "t", "expire_seconds": 60, "url": "u" });
    server.set(|world| world.answer = Some(answer));
    let code = client.create_qr_code("store_1", Life::Seconds(u32::MAX)).await.unwrap();
    assert_eq!((code.ticket.as_str(), code.expire_seconds), ("t", Some(60)));
    let expected = json!({ "expire_seconds": 2_592_000, "action_name": "QR_STR_SCENE",
        "action_info": { "scene": { "scene_str": "store_1" } } });
    assert_eq!(sent(1), ("/cgi-bin/qrcode/create".to_owned(), expected));
    server.set(|world| world.answer = Some(json!({ "errcode": 46003 })));
    assert_eq!(client.menus().await.unwrap(), None);
}

#[test]
fn a_base_url_that_cannot_work_is_refused_at_once() {
    for url in ["", "api.weixin.qq.com", "ftp://example.com", "https://example.com/?a=b"] {
        let credentials = Credentials { app_id: String::new(), app_secret: AppSecret::from("") };
        assert!(Client::new(url, credentials, clock()).is_err(), "{url}");
    }
}
