//! Stylesheets, scripts and pictures of our own, carried inside the binary.
//!
//! Addresses contain a digest of the content (`/assets/app.3f2a1b0c9d8e.css`), so a browser keeps
//! a file for a year and still sees a new one at once.
//!
//! # Why here
//! 2026-11-23: the files belong to the console, but every slice's templates need their addresses
//! and a slice never imports upward, so the table of addresses lives on floor 0.

use std::io::Write;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "src/console/assets"]
struct Files;

struct Asset {
    name: String,
    url: String,
    tag: String,
    media: &'static str,
    plain: Bytes,
    gzip: Bytes,
}

static ASSETS: LazyLock<Vec<Asset>> =
    LazyLock::new(|| Files::iter().filter_map(|name| Asset::load(&name)).collect());

impl Asset {
    fn load(name: &str) -> Option<Self> {
        let file = Files::get(name)?;
        let digest: String =
            file.metadata.sha256_hash()[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        let (stem, ending) = name.rsplit_once('.')?;
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&file.data).ok()?;
        Some(Self {
            url: format!("/assets/{stem}.{digest}.{ending}"),
            tag: format!("\"{digest}\""),
            media: media_type(ending),
            gzip: packer.finish().ok()?.into(),
            plain: file.data.into_owned().into(),
            name: name.to_owned(),
        })
    }
}

fn media_type(ending: &str) -> &'static str {
    match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

/// Address of the embedded file `name`, such as `app.css`. An unknown name gives an address that
/// answers 404; the page still renders.
pub fn url(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/assets/none", |asset| &asset.url)
}

/// Answers `GET /assets/{file}`.
pub async fn serve(Path(file): Path<String>, asked: HeaderMap) -> Response {
    let path = format!("/assets/{file}");
    let Some(asset) = ASSETS.iter().find(|asset| asset.url == path || is_older(asset, &file))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if asset.url == path { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&asset.tag) {
        headers.insert(header::ETAG, tag);
    }
    if names(&asked, header::IF_NONE_MATCH, &asset.tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    if names(&asked, header::ACCEPT_ENCODING, "gzip") {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        return (headers, asset.gzip.clone()).into_response();
    }
    (headers, asset.plain.clone()).into_response()
}

/// A page rendered by the previous version may still ask for its own digest: it gets today's file
/// rather than a page without style, but may not keep it.
fn is_older(asset: &Asset, file: &str) -> bool {
    let Some((stem, ending)) = asset.name.rsplit_once('.') else { return false };
    file.strip_prefix(stem)
        .and_then(|rest| rest.strip_suffix(ending))
        .is_some_and(|middle| middle.starts_with('.') && middle.ends_with('.'))
}

fn names(headers: &HeaderMap, header: header::HeaderName, what: &str) -> bool {
    headers.get_all(header).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|part| part.split(';').next().unwrap_or("").trim() == what)
    })
}

/// Uncompressed and gzip size of an embedded file in bytes; the page budgets are checked with it.
pub fn size(name: &str) -> Option<(usize, usize)> {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map(|asset| (asset.plain.len(), asset.gzip.len()))
}
