//! Merging two inquiries of one citizen: first what it means, then the deed.

use axum::extract::State;

use super::answering::back;
use super::conversation::Talk;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::store;
use crate::inquiries::views::conversation::Related;
use crate::inquiries::{Inquiry, InquiryId};
use crate::merging::actions;
use crate::merging::rules::{check, elder_first, probably_same};
use crate::merging::views::{MergePage, Side};
use crate::platform::error::{Error, Result};
use crate::platform::http::when::When;
use crate::staff::policy::Right;

/// What merging with the inquiry `with` means.
pub async fn ask(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Asked(asked): Asked,
) -> Answer {
    let with = other(&web, &signed, id, &asked).await?;
    let mut link = web.deps.db.read().await?;
    let (stays, goes) = actions::pair(&mut link, signed.member.scope(), id, with).await?;
    drop(link);
    let refused = check(&stays, &goes, signed.member.id).err();
    let shell = frame::desk(&web, &signed, "合并咨询", "/console/inbox", &asked).await?;
    page(&MergePage {
        shell,
        id: id.to_string(),
        with: with.to_string(),
        same: probably_same(&stays, &goes),
        stays: side(&web, &stays),
        goes: side(&web, &goes),
        refused: refused.map(|error| error.public().to_owned()),
    })
}

/// Merges them and shows the one that stays.
pub async fn merge(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let with = other(&web, &signed, id, &fields).await?;
    let both = actions::merge(&web.deps, &signed.member, id, with).await?;
    Ok(back(both.id, "merged"))
}

/// The other inquiry that was named, once this one is known to lie within the scope.
async fn other(web: &Web, signed: &SignedIn, id: InquiryId, fields: &Fields) -> Result<InquiryId> {
    let found = store::get(&mut web.deps.db.read().await?, signed.member.scope(), id).await?;
    found.ok_or_else(Error::not_found)?;
    let with = fields.read("with");
    with.ok_or_else(|| Error::invalid("没有说明要和哪一件合并。请从咨询页面“其他咨询”里点“合并”。"))
}

/// What else the same person asked, as far as the reader may know.
pub(super) fn related(talk: &Talk, signed: &SignedIn) -> Vec<Related> {
    let own = &talk.inquiry;
    let answers = signed.may(Right::Answer);
    let line = |other: &Inquiry| {
        let (elder, younger) = elder_first(own.clone(), other.clone());
        let merges = answers && check(&elder, &younger, signed.member.id).is_ok();
        let merge_href = format!("/console/inquiries/{}/merge?with={}", own.id, other.id);
        Related {
            href: format!("/console/inquiries/{}", other.id),
            number: other.number.clone(),
            state: other.state.name(),
            first_line: other.first_line.clone(),
            asked: When::new(other.opened_at, talk.now),
            same: probably_same(own, other),
            merge_href: if merges { merge_href } else { String::new() },
        }
    };
    talk.others.iter().map(line).collect()
}

fn side(web: &Web, inquiry: &Inquiry) -> Side {
    Side {
        href: format!("/console/inquiries/{}", inquiry.id),
        number: inquiry.number.clone(),
        state: inquiry.state.name().to_owned(),
        asked: frame::when(web, inquiry.opened_at),
        due: frame::when(web, inquiry.due_at),
        first_line: inquiry.first_line.clone(),
    }
}
