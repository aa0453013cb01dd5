//! Showing what citizens wrote before private parts were masked: with a reason, and never unnoticed.

use serde_json::json;

use crate::inquiries::actions::event;
use crate::inquiries::{InquiryId, MessageId, store};
use crate::language::privacy;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::platform::events::{self, EngagementEvent};
use crate::staff::StaffMember;

/// Fewest characters of a reason.
const LEAST: usize = 4;
/// Most characters of a reason that are kept.
const MOST: usize = 200;

/// One message as the citizen wrote it.
#[derive(Clone, Debug)]
pub struct Original {
    /// The message.
    pub message: MessageId,
    /// When it came.
    pub at: Moment,
    /// Its text; `None` when the key that sealed it is missing.
    pub text: Option<String>,
}

/// Opens the originals of an inquiry within the person's scope; who did it and why is written down
/// before anything is shown.
///
/// # Errors
/// Not found outside the scope; invalid without a reason.
pub async fn reveal(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    reason: &str,
) -> Result<Vec<Original>> {
    let mut tx = deps.db.begin().await?;
    let inquiry = store::get(&mut tx, by.scope(), id).await?.ok_or_else(Error::not_found)?;
    let reason: String = reason.trim().chars().take(MOST).collect();
    if reason.chars().count() < LEAST {
        return Err(Error::invalid(
            "没有写查看原文的理由。请写明为什么需要（至少 4 个字）再查看。",
        ));
    }
    let now = deps.clock.now();
    let sealed = store::originals(&mut tx, id).await?;
    let detail = json!({ "reason": privacy::mask(&reason).text, "messages": sealed.len() });
    let object = format!("inquiry:{id}");
    audit::record(&mut tx, now, Some(by.id.0), "inquiry.reveal", &object, &detail).await?;
    let told = EngagementEvent { staff: Some(by.id.0), ..event("inquiry.reveal", &inquiry) };
    events::record(&mut tx, now, &told).await?;
    tx.commit().await?;
    Ok(sealed
        .into_iter()
        .map(|(message, at, text)| Original {
            message,
            at,
            text: deps.vault.open(message.0.as_bytes(), &text),
        })
        .collect())
}
