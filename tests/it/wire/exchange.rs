//! One call of the client against a server that answers what it is told and keeps what it was sent:
//! how recorded requests and answers are held against our own.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Uri;
use pufa::wechat::client::{AppSecret, Client, Credentials};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::clock;

/// Path and JSON of the call made; null for a GET.
pub type Sent = (String, Value);

type Shared = Arc<(Value, Mutex<Option<Sent>>)>;

/// Makes `call` while WeChat answers `answer`; gives what was sent and what `call` gave. Works from
/// inside and outside of a runtime.
pub fn exchange<T, F>(answer: &Value, call: impl FnOnce(Client) -> F + Send) -> (Sent, T)
where
    T: Send,
    F: Future<Output = T>,
{
    let answer = answer.clone();
    std::thread::scope(|scope| {
        scope.spawn(move || runtime().block_on(one(answer, call))).join().expect("an exchange")
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn one<T, F>(answer: Value, call: impl FnOnce(Client) -> F) -> (Sent, T)
where
    F: Future<Output = T>,
{
    let shared: Shared = Arc::new((answer, Mutex::default()));
    let token = || async { json!({ "access_token": "T", "expires_in": 7200 }).to_string() };
    let router = Router::new()
        .route("/cgi-bin/stable_token", axum::routing::post(token))
        .fallback(keep)
        .with_state(shared.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let credentials = Credentials { app_id: "wx1".to_owned(), app_secret: AppSecret::from("S") };
    let client = Client::new(&url, credentials, clock()).expect("a client");
    let outcome = call(client).await;
    let sent = shared.1.lock().expect("the call").take().expect("a call was made");
    (sent, outcome)
}

async fn keep(State(shared): State<Shared>, uri: Uri, body: Bytes) -> String {
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    *shared.1.lock().expect("the call") = Some((uri.path().to_owned(), json));
    shared.0.to_string()
}

/// What `call` sends, when WeChat accepts it.
pub fn sent<T, F>(call: impl FnOnce(Client) -> F + Send) -> Sent
where
    T: Send,
    F: Future<Output = T>,
{
    exchange(&json!({ "errcode": 0, "errmsg": "ok" }), call).0
}

/// What `call` makes of `answer`.
pub fn read<T, F>(answer: &Value, call: impl FnOnce(Client) -> F + Send) -> T
where
    T: Send,
    F: Future<Output = T>,
{
    exchange(answer, call).1
}

/// Runs the checks of one family against the recorded files, when they are on this machine.
pub fn walk(cases: &[super::api_json::Case]) {
    let Some(folder) = super::recorded("fixtures/wechat/api-json") else { return };
    for (name, check) in cases {
        let text = std::fs::read_to_string(folder.join(name)).expect(name);
        let value = serde_json::from_str(&text).expect(name);
        println!("{name}");
        check(&value);
    }
}
