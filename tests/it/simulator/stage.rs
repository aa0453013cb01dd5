//! The stand-in beside a server whose answers each test chooses.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use pufa::platform::clock::{Clock, Entropy, Moment};
use pufa::platform::config::AccountKind;
use pufa::simulator::{Options, PushMode, SimulatedAccount, Simulator};
use pufa::wechat::xml::Document;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

pub const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
pub const TOKEN: &str = "signing";
pub const APP_ID: &str = "wxsimulated";
pub const ZHOU: &str = "oSIM0000000000000000000001";
pub const LIN: &str = "oSIM0000000000000000000003";
pub const SEND: &str = "/cgi-bin/message/custom/send";

/// What the server under test received.
#[derive(Clone, Debug)]
pub struct Received {
    pub query: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub fn query(&self, name: &str) -> &str {
        self.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn element(&self, name: &'static str) -> String {
        let document = Document::read(&self.body).unwrap();
        document.root().string(name).unwrap_or_default()
    }
}

pub type Answering = Arc<dyn Fn(Received) -> BoxFuture<'static, Response> + Send + Sync>;

/// The stand-in, a server that answers its pushes, and the clock of both.
pub struct Stage {
    pub simulator: Simulator,
    pub clock: Clock,
    pub api: String,
    pub received: Arc<Mutex<Vec<Received>>>,
    pub arrivals: mpsc::UnboundedReceiver<Received>,
}

pub async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

pub async fn stage(mode: PushMode, answering: Answering) -> Stage {
    stage_of(AccountKind::Service, mode, answering).await
}

pub async fn stage_of(kind: AccountKind, mode: PushMode, answering: Answering) -> Stage {
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
            kind,
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

pub fn always(body: &'static str) -> Answering {
    Arc::new(move |_| Box::pin(async move { body.into_response() }))
}

pub fn with_status(status: StatusCode) -> Answering {
    Arc::new(move |_| Box::pin(async move { status.into_response() }))
}

/// A text reply to a plain push, addressed as it must be.
pub fn text_reply(push: &Received, content: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[{}]]></ToUserName><FromUserName>gh_simulated</FromUserName>\
         <CreateTime>1</CreateTime><MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>\
         </xml>",
        push.query("openid"),
    )
}

impl Stage {
    pub async fn request(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), String> {
        let stream = TcpStream::connect(&self.api).await.map_err(|e| e.to_string())?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let status = response.status();
        let body = response.into_body().collect().await.map_err(|error| error.to_string())?;
        Ok((status, body.to_bytes()))
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Bytes) {
        let request = Request::get(path).header(header::HOST, &self.api);
        self.request(request.body(Full::default()).unwrap()).await.unwrap()
    }

    pub async fn get_json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.get(path).await.1).unwrap()
    }

    pub fn posting(&self, path: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
        Request::post(path)
            .header(header::HOST, &self.api)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body.into()))
            .unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.posting(path, body.to_string());
        let (status, answer) = self.request(request).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path}");
        serde_json::from_slice(&answer).unwrap()
    }

    pub async fn token(&self) -> String {
        let body = json!({"grant_type": "client_credential", "appid": APP_ID, "secret": "secret"});
        let answer = self.post("/cgi-bin/stable_token", body).await;
        answer["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn with_token(&self, path: &str) -> String {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}access_token={}", self.token().await)
    }

    /// Calls the API with a good token and answers the error code.
    pub async fn code(&self, path: &str, body: Value) -> i64 {
        let answer = self.post(&self.with_token(path).await, body).await;
        answer["errcode"].as_i64().unwrap()
    }

    pub async fn send_text(&self, openid: &str, content: &str) -> i64 {
        let body = json!({"touser": openid, "msgtype": "text", "text": {"content": content}});
        self.code(SEND, body).await
    }

    pub fn texts(&self, openid: &str) -> Vec<String> {
        let chat = self.simulator.chat(openid);
        chat.iter().filter_map(|bubble| bubble.text().map(str::to_owned)).collect()
    }
}
