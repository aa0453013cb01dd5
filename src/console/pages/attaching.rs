//! Files that go with answers: attached, taken away again, shown.

use axum::extract::{Request, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};

use super::answering::{back, refuse};
use super::conversation::Talk;
use super::media::POLICY;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, Problem};
use crate::console::form::{Asked, Form, Target, Upload};
use crate::console::state::Web;
use crate::delivery::rules::{lasting, pictures_that_follow};
use crate::inquiries::InquiryId;
use crate::inquiries::actions::attaching::{self as actions, Chosen};
use crate::inquiries::actions::staff;
use crate::inquiries::store;
use crate::inquiries::views::Part;
use crate::inquiries::views::conversation::AttachedFile;
use crate::media::store::attached;
use crate::media::{Attached, AttachedId, rules};
use crate::platform::error::{Error, Kind, Result};

/// Adds a file to the answer being written; its text is kept as a draft.
pub async fn attach(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    request: Request,
) -> Answer {
    within_scope(&web, &signed, id).await?;
    let brought = Upload::read(request).await?;
    let typed = brought.fields.text("body").replace("\r\n", "\n");
    let deps = &web.deps;
    staff::save_draft(deps, &signed.member, id, &typed).await?;
    let fresh = || AttachedId(deps.entropy.id_at(deps.clock.now()));
    let once = brought.fields.read("once").unwrap_or_else(fresh);
    let chosen = Chosen { once, name: &brought.name, bytes: brought.bytes };
    match actions::attach(deps, &web.received, &signed.member, id, chosen).await {
        Ok(()) => Ok(back(id, "attached")),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Busy) => {
            refuse(&web, &signed, id, &typed, Error::invalid(error.public().to_owned())).await
        }
        Err(error) => Err(Problem::from(error).keeping(&typed)),
    }
}

/// Takes a file away from the answer being written; its text is kept as a draft.
pub async fn detach(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    within_scope(&web, &signed, id).await?;
    let file = fields.read::<AttachedId>("detach");
    let file = file.ok_or_else(|| Error::invalid("没有说明去掉哪个文件。请刷新页面再试。"))?;
    let typed = fields.text("body").replace("\r\n", "\n");
    staff::save_draft(&web.deps, &signed.member, id, &typed).await?;
    actions::detach(&web.deps, &signed.member, id, file).await?;
    Ok(back(id, "detached"))
}

/// One of the files, for those who may read the inquiry.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Asked(asked): Asked,
) -> Answer {
    within_scope(&web, &signed, id).await?;
    let Some(wanted) = asked.read::<AttachedId>("file") else { return Ok(back(id, "")) };
    let all = attached::of_inquiry(&mut web.deps.db.read().await?, id.0).await?;
    let file = all.into_iter().find(|file| file.id == wanted);
    serve(&web, file.ok_or_else(Error::not_found)?).await
}

async fn within_scope(web: &Web, signed: &SignedIn, id: InquiryId) -> Result<()> {
    let found = store::get(&mut web.deps.db.read().await?, signed.member.scope(), id).await?;
    found.map(drop).ok_or_else(Error::not_found)
}

/// The file under a policy that lets it do nothing; documents are handed over to be saved.
pub(in crate::console) async fn serve(web: &Web, file: Attached) -> Answer {
    let bytes = web.received.read(&file.sha256).await?.ok_or_else(Error::not_found)?;
    let way = if rules::is_picture(file.format) { "inline" } else { "attachment" };
    let name: String = file.file_name().bytes().map(|byte| format!("%{byte:02X}")).collect();
    let headers = [
        (header::CONTENT_TYPE, rules::mime(file.format).to_owned()),
        (header::CONTENT_DISPOSITION, format!("{way}; filename*=UTF-8''{name}")),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
    ];
    let response: Response = (headers, bytes).into_response();
    Ok(response)
}

/// A file as a piece of a page, below the address that serves it.
pub(in crate::console) fn part(file: &Attached, base: &str) -> Part {
    let href = format!("{base}?file={}", file.id);
    match rules::is_picture(file.format) {
        true => Part::Picture { href },
        false => Part::File { label: label(file), href },
    }
}

/// 起诉状样本.docx（Word 文件，12 KB）.
fn label(file: &Attached) -> String {
    format!("{}（{}）", file.file_name(), rules::in_words(file.format, file.bytes))
}

/// What goes with the answer that the reader writes.
pub(super) fn waiting(talk: &Talk) -> Vec<AttachedFile> {
    let own = talk.attached.iter().filter(|file| file.waits_for(talk.reader.0));
    let shown = |file: &Attached| AttachedFile {
        id: file.id.to_string(),
        href: format!("/console/inquiries/{}/attached?file={}", talk.inquiry.id, file.id),
        label: label(file),
    };
    own.map(shown).collect()
}

/// How many of the pictures follow the answer as messages, and where the others are to be seen; empty
/// without pictures.
pub(super) fn pictures_in_words(talk: &Talk) -> String {
    let own = talk.attached.iter().filter(|file| file.waits_for(talk.reader.0));
    let pictures = own.filter(|file| rules::is_picture(file.format)).count();
    let following = talk.citizen.as_ref().is_some_and(|citizen| citizen.following);
    let open = lasting(&talk.allowances, talk.now).filter(|_| following);
    let follow = pictures_that_follow(pictures, open.map_or(0, |open| open.messages));
    match (pictures, pictures - follow) {
        (0, _) => String::new(),
        (_, 0) => format!("图片 {follow} 张随后各发一条微信消息。"),
        (_, left) if follow == 0 => format!("图片 {left} 张只在答复网页上看。"),
        (_, left) => {
            format!("图片 {follow} 张随后各发一条微信消息，另外 {left} 张只在答复网页上看。")
        }
    }
}

/// What goes with the answer that the reader writes, in words for its message; empty for nothing.
pub(super) fn in_words(talk: &Talk) -> String {
    let own = talk.attached.iter().filter(|file| file.waits_for(talk.reader.0));
    rules::attached_in_words(own.map(|file| file.format))
}
