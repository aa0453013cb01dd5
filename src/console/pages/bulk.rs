//! Doing one thing to several inquiries of the list, and undoing it.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::Answer;
use crate::console::form::{Fields, Form, Target};
use crate::console::state::Web;
use crate::inquiries::InquiryId;
use crate::inquiries::actions::{labelling, staff as actions};
use crate::inquiries::views::inbox::{BulkDone, InboxTab};
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::href;
use crate::staff::StaffMember;

/// Inquiries of one page.
const MOST: usize = 50;
/// What can be done to several: its code, what it is called when done, what undoes it.
const DEEDS: [(&str, &str, &str); 4] = [
    ("claim", "认领", "release"),
    ("release", "放回待认领", "claim"),
    ("label", "加标签", "unlabel"),
    ("unlabel", "去掉标签", "label"),
];

/// Does it to each; what does not work for one leaves the others untouched.
pub async fn act(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let code = fields.text("action");
    let known = DEEDS.iter().any(|(known, ..)| *known == code);
    let ids: Vec<InquiryId> =
        fields.all("id").filter_map(|id| id.parse().ok()).take(MOST).collect();
    if !known || ids.is_empty() {
        return Err(
            Error::invalid("没有选咨询或没有选要做什么，什么也没有做。请返回列表再选。").into()
        );
    }
    let label = fields.text("label").trim();
    let (mut done, mut refused) = (Vec::new(), None);
    for id in &ids {
        match one(&web, &signed.member, code, *id, label).await {
            Ok(()) => done.push(id.to_string()),
            Err(error) if error.kind() == Kind::Internal => return Err(error.into()),
            Err(error) => refused = Some(error.public().to_owned()),
        }
    }
    let failed = (ids.len() - done.len()).to_string();
    let asked = [
        ("tab", InboxTab::parse(fields.text("tab")).key()),
        ("did", code),
        ("ids", &done.join(".")),
        ("about", label),
        ("failed", failed.as_str()),
        ("why", refused.as_deref().unwrap_or_default()),
    ];
    Ok(Redirect::to(&href("/console/inbox", &asked)).into_response())
}

async fn one(web: &Web, by: &StaffMember, code: &str, id: InquiryId, label: &str) -> Result<()> {
    match code {
        "claim" => actions::claim(&web.deps, by, id).await.map(drop),
        "release" => actions::release(&web.deps, by, id).await.map(drop),
        "label" => labelling::put(&web.deps, by, id, label).await,
        _ => labelling::take_off(&web.deps, by, id, label).await,
    }
}

/// What was just done to several, for the list.
pub(super) fn done(asked: &Fields) -> Option<BulkDone> {
    let (_, name, undo) = DEEDS.iter().find(|(code, ..)| *code == asked.text("did"))?;
    let ids: Vec<String> = asked
        .text("ids")
        .split('.')
        .filter(|id| id.parse::<InquiryId>().is_ok())
        .take(MOST)
        .map(str::to_owned)
        .collect();
    let failed = asked.read::<usize>("failed").unwrap_or(0);
    let mut sentence = format!("{name}：{} 件。", ids.len());
    if failed > 0 {
        let why: String = asked.text("why").chars().take(100).collect();
        sentence.push_str(&format!("另有 {failed} 件没有做成：{why}"));
    }
    Some(BulkDone {
        sentence,
        undo,
        ids,
        label: asked.text("about").chars().take(labelling::LONGEST).collect(),
    })
}

/// Puts a label on one inquiry, or takes one off.
pub async fn label(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    match fields.text("off") {
        "" => labelling::put(&web.deps, &signed.member, id, fields.text("label")).await?,
        off => labelling::take_off(&web.deps, &signed.member, id, off).await?,
    }
    Ok(super::answering::back(id, "saved"))
}
