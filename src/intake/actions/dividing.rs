//! Gives one problem of a message an inquiry of its own.

use std::ops::Range;

use serde_json::json;

use super::accept::TakenIn;
use super::apply::open;
use crate::citizens::store::Citizen;
use crate::inquiries::actions::citizen;
use crate::inquiries::store;
use crate::inquiries::{Author, InquiryId, MessageId, MessageKind, NewInquiry, NewMessage};
use crate::language::privacy;
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::routing::rules::Directory;

/// Part of a message.
pub(super) struct Part {
    /// The inquiry the message stays in.
    pub from: InquiryId,
    /// The message.
    pub message: MessageId,
    /// Its characters.
    pub span: Range<usize>,
}

/// Opens `new` with the words of the part, masked as the message is. Nothing happens when the
/// message was erased in between.
#[expect(clippy::too_many_arguments, reason = "one effect with all it carries")]
pub(super) async fn divide(
    deps: &Deps,
    directory: &Directory,
    tx: &mut Tx,
    taken: &TakenIn,
    who: &Citizen,
    part: &Part,
    new: &NewInquiry,
    words: MessageId,
) -> Result<Option<News>> {
    let Some(from) = store::get(tx, OrgScope::Everything, part.from).await? else {
        return Ok(None);
    };
    let Some(message) = store::message(tx, part.message).await? else { return Ok(None) };
    let sealed = store::original(tx, part.message).await?;
    let original = sealed.and_then(|sealed| deps.vault.open(part.message.0.as_bytes(), &sealed));
    // Masking keeps the number of characters, so the part lies in both at the same place.
    let whole = original.unwrap_or(message.body);
    let text: String =
        whole.chars().skip(part.span.start).take(part.span.len()).collect::<String>();
    let text = text.trim();
    let masked = privacy::mask(text).text;
    let original = (masked != text)
        .then(|| deps.vault.seal(&deps.entropy, words.0.as_bytes(), text))
        .flatten();
    let opened = NewInquiry { first_line: citizen::first_line(&masked), ..new.clone() };
    if open(tx, directory, taken, who, &opened).await?.is_none() {
        return Ok(None);
    }
    let said = NewMessage {
        id: words,
        inquiry: new.id,
        inbox: None,
        author: Author::Citizen,
        staff: None,
        kind: MessageKind::Text,
        body: masked,
        original,
        media: None,
        at: taken.at,
    };
    let news = citizen::wrote(tx, &said, new.due_at).await?;
    let (to, at) = (json!({ "to": new.number }), taken.at);
    audit::record(tx, at, None, "inquiry.divide", &format!("inquiry:{}", part.from), &to).await?;
    let came = json!({ "from": from.number });
    audit::record(tx, at, None, "inquiry.divide", &format!("inquiry:{}", new.id), &came).await?;
    Ok(news)
}
