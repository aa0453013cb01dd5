//! The pages of the product: the staff's desk, the citizens' phone pages, the public page.
//!
//! [`routes`] is the one table of what there is; handlers below `pages` and `citizen` read what a
//! page shows and fill the view structs of the slices. Whatever changes something is an action of
//! its slice. Templates every page extends, stylesheets and scripts live here too.

pub mod auth;
mod citizen;
mod error;
mod form;
mod frame;
mod lapsed;
mod live;
pub mod manual;
pub mod once;
mod pages;
pub mod presence;
pub mod public;
pub mod routes;
pub mod state;
pub mod views;

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use error::Problem;
use state::Web;

use crate::platform::http::headers;

pub use routes::{Method, ROUTES, Route};

/// Largest form, in bytes.
const LARGEST_FORM: usize = 256 * 1024;
/// A request that is not answered by then is given up; a stream has been answered long before.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything under `/console`, `/c`, `/public`, `/assets` and `/`, with a page for what does not
/// exist.
pub fn routes(web: Web) -> Router {
    routes::build(&web)
        .fallback(|| async { Problem::of(StatusCode::NOT_FOUND) })
        .method_not_allowed_fallback(|| async { Problem::of(StatusCode::METHOD_NOT_ALLOWED) })
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(own_forms_only(&web).with_rejection_response(foreign_form))
        .layer(from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(web.clone(), error::render))
        .layer(CompressionLayer::new())
        .layer(from_fn(headers::secure))
        .with_state(web)
}

/// Forms count only when one of our own pages sent them.
fn own_forms_only(web: &Web) -> CsrfLayer {
    // Behind a proxy that rewrites Host, the address people use is still ours.
    let url = web.config.server.public_url.to_lowercase();
    CsrfLayer::new().add_trusted_origin(&url).unwrap_or_default()
}

fn foreign_form(_: ProtectionError) -> Response {
    Problem::of(StatusCode::FORBIDDEN).into_response()
}

fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_default();
    Problem::internal(format!("a handler panicked: {text}")).into_response()
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::of(StatusCode::SERVICE_UNAVAILABLE).into_response(),
    }
}
