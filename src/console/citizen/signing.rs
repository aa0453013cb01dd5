//! `/c/js-sdk`: what a page of ours hands to `wx.config` (wechat-protocol.md §11.2).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::json;

use super::Reader;
use super::entering::recognizer;
use crate::console::error::{Answer, Problem};
use crate::console::state::Web;

/// Longest address that is signed.
const LONGEST: usize = 2000;

/// Signs the address that the page names as its own in `url`: only the browser knows it exactly,
/// but it must be one of ours.
pub async fn config(State(web): State<Web>, reader: Reader) -> Answer {
    let url = reader.asked.text("url");
    let base = web.config.server.public_url.as_str();
    let ours = url.strip_prefix(base).is_some_and(|rest| rest.starts_with("/c/"));
    if !ours || url.len() > LONGEST {
        return Err(Problem::of(StatusCode::BAD_REQUEST));
    }
    let Some((_, client)) = recognizer(&web, reader.asked.text("account")) else {
        return Err(Problem::of(StatusCode::NOT_FOUND));
    };
    let nonce: String =
        web.deps.entropy.bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
    let signed = client
        .sign_page(url, &nonce)
        .await
        .map_err(|_| Problem::of(StatusCode::SERVICE_UNAVAILABLE))?;
    // The names are those of wx.config, capital S included.
    let config = json!({
        "appId": signed.app_id,
        "timestamp": signed.timestamp.parse::<i64>().unwrap_or_default(),
        "nonceStr": signed.nonce,
        "signature": signed.signature,
    });
    Ok(Json(config).into_response())
}
