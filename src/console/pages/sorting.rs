//! Putting an inquiry in order: seeing the masked parts.

use axum::extract::State;

use super::conversation::{self, Talk};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Fields, Form, Target};
use crate::console::state::Web;
use crate::inquiries::InquiryId;
use crate::inquiries::actions::reveal::{self, Original};
use crate::inquiries::views::sorting::{Revealed, Sorting};
use crate::platform::clock::Moment;
use crate::platform::http::when::When;

/// The panel of an inquiry.
pub(super) fn panel(talk: &Talk) -> Sorting {
    Sorting {
        masked: talk.messages.iter().filter(|message| message.masked).count(),
        revealed: Vec::new(),
    }
}

/// Shows what was masked, once: the next look needs a reason again.
pub async fn reveal(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let reason = fields.text("reason");
    let originals = reveal::reveal(&web.deps, &signed.member, id, reason).await?;
    let talk = Talk::read(&web, &signed.member, id).await?;
    let mut shown = conversation::assemble(&web, &signed, &talk, &Fields::default()).await?;
    shown.sorting.revealed = originals.into_iter().map(|one| revealed(one, talk.now)).collect();
    page(&shown)
}

fn revealed(original: Original, now: Moment) -> Revealed {
    let missing = "原文打不开：封存它的密钥不在这台服务器上。请联系系统管理员恢复密钥文件。";
    Revealed {
        when: When::new(original.at, now),
        text: original.text.unwrap_or_else(|| missing.to_owned()),
    }
}
