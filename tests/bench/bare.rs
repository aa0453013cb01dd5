//! The yardstick of `tests/bench/run`: an axum handler that reads a push and answers `success`,
//! with nothing behind it. What pufa reaches is given as a share of this, from the same run.

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use axum::serve::ListenerExt;

fn main() {
    let address = std::env::args().find(|arg| arg.contains(':')).unwrap_or_default();
    if address.is_empty() {
        println!("bare: give ADDRESS:PORT; tests/bench/run does");
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let router = Router::new().route(
            "/wechat/{account}",
            post(|body: Bytes| async move { if body.is_empty() { "" } else { "success" } }),
        );
        let listener = tokio::net::TcpListener::bind(&address).await.expect("the address is free");
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, router).await.expect("serving");
    });
}
