//! The simulated phone: one page without any foreign code, and the media it shows.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Simulator;
use super::api::qrcode;

const PAGE: &str = include_str!("assets/phone.html");
const STYLE: &str = include_str!("assets/phone.css");
const SCRIPT: &str = include_str!("assets/phone.js");
const TALK: &str = include_str!("assets/talk.js");

pub(super) fn router(simulator: &Simulator) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/sim/assets/phone.css", get(|| file("text/css; charset=utf-8", STYLE)))
        .route("/sim/assets/phone.js", get(|| file("text/javascript; charset=utf-8", SCRIPT)))
        .route("/sim/assets/talk.js", get(|| file("text/javascript; charset=utf-8", TALK)))
        .route("/sim/media/{media_id}", get(media))
        .route("/sim/material/{media_id}", get(material))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .route("/q/{name}", get(qrcode::opened))
        .with_state(simulator.clone())
}

const NO_SNIFF: (HeaderName, &str) = (header::X_CONTENT_TYPE_OPTIONS, "nosniff");

async fn page(State(simulator): State<Simulator>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, simulator.policy()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    ([NO_SNIFF], headers, PAGE).into_response()
}

async fn file(content_type: &'static str, content: &'static str) -> Response {
    let headers =
        [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-cache"), NO_SNIFF];
    (headers, content).into_response()
}

/// Media sent by either side. Served with a policy of its own: an uploaded file is foreign.
async fn media(State(simulator): State<Simulator>, Path(media_id): Path<String>) -> Response {
    let media = simulator.world().shown_media(&media_id).cloned();
    let Some(media) = media else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, media.content_type),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        NO_SNIFF,
    ];
    (headers, media.bytes).into_response()
}

/// A film of the permanent material, where `get_material` says it is.
async fn material(State(simulator): State<Simulator>, Path(media_id): Path<String>) -> Response {
    let world = simulator.world();
    let piece = world.accounts.iter().find_map(|account| account.library.piece(&media_id));
    match piece {
        Some(piece) => {
            let headers = [
                (header::CONTENT_TYPE, piece.content_type),
                (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
                NO_SNIFF,
            ];
            (headers, piece.bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Simulator {
    /// Nothing but the page's own files; pictures of articles may also come from the servers the
    /// accounts push to.
    fn policy(&self) -> String {
        let world = self.world();
        let mut pictures = String::from("'self'");
        let pushes = world.accounts.iter().map(|account| account.config.push_url.as_str());
        for origin in pushes.chain(self.0.public_url.as_deref()).filter_map(origin_of) {
            if !pictures.split(' ').any(|known| known == origin) {
                pictures.push(' ');
                pictures.push_str(&origin);
            }
        }
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
             img-src {pictures}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    }
}

fn origin_of(address: &str) -> Option<String> {
    let address: Uri = address.parse().ok()?;
    Some(format!("{}://{}", address.scheme_str()?, address.authority()?))
}
