//! Putting an inquiry in order: its field, the masked parts.

use axum::extract::State;

use super::answering::back;
use super::conversation::{self, Talk};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::InquiryId;
use crate::inquiries::actions::reveal::{self, Original};
use crate::inquiries::actions::staff as actions;
use crate::inquiries::views::sorting::{Revealed, Sorting};
use crate::language::Field;
use crate::platform::clock::Moment;
use crate::platform::error::Error;
use crate::platform::http::shell::Choice;
use crate::platform::http::when::When;
use crate::staff::policy::Right;

/// The panel of an inquiry.
pub(super) fn panel(talk: &Talk, signed: &SignedIn) -> Sorting {
    let field = talk.inquiry.field.map_or("", Field::code);
    Sorting {
        fields: match signed.may(Right::Answer) {
            true => frame::field_choices(&[field]),
            false => Vec::new(),
        },
        labels: talk.labels.clone(),
        known_labels: talk
            .known_labels
            .iter()
            .map(|l| Choice::new(l.as_str(), l.as_str(), false))
            .collect(),
        masked: talk.messages.iter().filter(|message| message.masked).count(),
        revealed: Vec::new(),
    }
}

/// Puts the field right; the triage learns from it.
pub async fn field(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let Some(field) = Field::from_code(fields.text("field")) else {
        Talk::read(&web, &signed.member, id).await?;
        return Err(Error::invalid("没有选领域，没有更正。请选择一个领域。").into());
    };
    actions::correct_field(&web.deps, &signed.member, id, field).await?;
    Ok(back(id, "corrected"))
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
