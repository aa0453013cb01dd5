//! What a citizen sent with a message, for those who may read the inquiry.
//!
//! The file is foreign: it is shown under a policy that lets it do nothing, by the type its content
//! was recognized as, and handed over as a file unless it is a picture or plays by itself.

use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

use crate::console::auth::SignedIn;
use crate::console::error::Answer;
use crate::console::form::Target;
use crate::console::state::Web;
use crate::inquiries::{self, MessageId};
use crate::media::{self, rules};
use crate::platform::error::Error;

/// Nothing may run, load or leave.
pub(in crate::console) const POLICY: &str = "default-src 'none'; sandbox";

/// The file that came with a message.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<MessageId>,
) -> Answer {
    let mut link = web.deps.db.read().await?;
    let message = inquiries::store::message(&mut link, id).await?.ok_or_else(Error::not_found)?;
    let scope = signed.member.scope();
    let inquiry = inquiries::store::get(&mut link, scope, message.inquiry_id).await?;
    inquiry.ok_or_else(Error::not_found)?;
    let received = media::store::get(&mut link, id.0).await?;
    drop(link);
    let file = received.and_then(|received| received.sha256.zip(received.format));
    let (name, format) = file.ok_or_else(Error::not_found)?;
    let bytes = web.received.read(&name).await?.ok_or_else(Error::not_found)?;
    let way = if rules::shows_itself(format) { "inline" } else { "attachment" };
    let ending = rules::extension(format);
    let headers = [
        (header::CONTENT_TYPE, rules::mime(format).to_owned()),
        (header::CONTENT_DISPOSITION, format!("{way}; filename=\"{}.{ending}\"", id.0.simple())),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
