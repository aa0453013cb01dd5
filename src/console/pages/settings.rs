//! The stored texts that reach citizens by themselves: seen, changed by one and approved by another.

use std::collections::{HashMap, HashSet};

use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::content::approving::{Decision, NOBODY_ELSE};
use crate::content::store::{self as texts, SavedText};
use crate::content::texts::{SHIPPED, Shipped, places};
use crate::delivery::rules::as_shown;
use crate::platform::db::Link;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::Input;
use crate::staff::policy::{Right, allows};
use crate::staff::{self, StaffId};
use crate::wording::views::{TextPage, TextRow, TextVersion, TextsPage, WaitingText};
use crate::wording::{Proposal, ProposalId, actions, rules, store};

/// Bytes that a stored text may have; what is filled in comes on top.
const LONGEST: usize = 1500;
/// Changes not taken that are shown.
const DECIDED: i64 = 20;

/// All texts.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let mut link = web.deps.db.read().await?;
    let saved = texts::newest(&mut link).await?;
    let waiting = store::all_waiting(&mut link).await?;
    drop(link);
    let saved: HashMap<_, _> = saved.into_iter().map(|text| (text.key.clone(), text)).collect();
    let waiting: HashSet<String> = waiting.into_iter().map(|proposal| proposal.key).collect();
    let row = |(key, shipped): (&String, &Shipped)| {
        let known = saved.get(key);
        TextRow {
            href: address(key),
            key: key.clone(),
            purpose: shipped.about.clone(),
            body: known.map_or(&shipped.body, |text| &text.body).trim_end().to_owned(),
            version: known.map_or(0, |text| text.version),
            waiting: waiting.contains(key),
        }
    };
    let mut rows: Vec<TextRow> = SHIPPED.iter().map(row).collect();
    rows.sort_by_key(|row| !row.waiting);
    page(&TextsPage {
        shell: frame::desk(&web, &signed, "设置", "/console/settings", &asked).await?,
        rows,
        may_write: signed.may(Right::ManageTexts),
    })
}

/// One text with its form, the change that waits and its earlier versions.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(key): Target<String>,
    Asked(asked): Asked,
) -> Answer {
    page(&shown(&web, &signed, &key, &asked).await?)
}

/// Proposes a change.
pub async fn propose(
    State(web): State<Web>,
    signed: SignedIn,
    Target(key): Target<String>,
    Form(fields): Form,
) -> Answer {
    known(&key)?;
    let (seen, body) = (fields.read("version").unwrap_or(0), fields.text("body"));
    let once = id_in(&fields, "once")?;
    match actions::propose(&web.deps, signed.member.id, once, &key, seen, body).await {
        Ok(()) => {
            Ok(Redirect::to(&format!("{}?done=text-submitted", address(&key))).into_response())
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut form = shown(&web, &signed, &key, &Fields::default()).await?;
            form.body = Input::wrong(body, error.public());
            Ok((status_of(error.kind()), page(&form)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The page with what was typed as the phone would show it; nothing is kept.
pub async fn preview(
    State(web): State<Web>,
    signed: SignedIn,
    Target(key): Target<String>,
    Form(fields): Form,
) -> Answer {
    let shipped = known(&key)?;
    let body = fields.text("body");
    let mut form = shown(&web, &signed, &key, &Fields::default()).await?;
    form.preview = Some(on_phone(shipped, body));
    form.body = Input::new(body);
    page(&form)
}

/// Does to the change that waits what the last part of the address says: approve, return, withdraw.
pub async fn decide(
    State(web): State<Web>,
    signed: SignedIn,
    Target(key): Target<String>,
    uri: Uri,
    Form(fields): Form,
) -> Answer {
    known(&key)?;
    let (deps, by) = (&web.deps, signed.member.id);
    let id = id_in(&fields, "proposal")?;
    let reason = fields.text("reason");
    let (done, word) = match uri.path().rsplit('/').next() {
        Some("approve") => (actions::approve(deps, by, id).await, "text-approved"),
        Some("return") => (actions::send_back(deps, by, id, reason).await, "sent-back"),
        _ => (actions::withdraw(deps, by, id).await, "text-taken-back"),
    };
    match done {
        Ok(()) => {
            web.directory.refresh().await?;
            Ok(Redirect::to(&format!("{}?done={word}", address(&key))).into_response())
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let mut shown = shown(&web, &signed, &key, &Fields::default()).await?;
            shown.error = Some(error.public().to_owned());
            if let Some(waiting) = &mut shown.waiting {
                waiting.reason = reason.to_owned();
            }
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn known(key: &str) -> Result<&'static Shipped> {
    SHIPPED.get(key).ok_or_else(Error::not_found)
}

fn id_in(fields: &Fields, name: &str) -> Result<ProposalId> {
    fields.read(name).ok_or_else(|| Error::invalid("表单已经失效，请重新打开再填写。"))
}

fn address(key: &str) -> String {
    format!("/console/settings/texts/{key}")
}

fn on_phone(shipped: &Shipped, body: &str) -> String {
    let names: Vec<&str> = places(&shipped.body).into_iter().collect();
    as_shown(&rules::example(body, &names))
}

async fn shown(web: &Web, signed: &SignedIn, key: &str, asked: &Fields) -> Result<TextPage> {
    let shipped = known(key)?;
    let mut link = web.deps.db.read().await?;
    let history = texts::history(&mut link, key).await?;
    let waiting = store::waiting(&mut link, key).await?;
    let decided = store::decided(&mut link, key, DECIDED).await?;
    let names = staff::store::names(&mut link, None).await?;
    let stuck = match &waiting {
        Some(proposal) => nobody_else(&mut link, proposal).await?,
        None => false,
    };
    drop(link);
    let body = history.first().map_or(&shipped.body, |newest| &newest.body).trim_end();
    let waiting = waiting.map(|proposal| WaitingText {
        id: proposal.id.0,
        who: name(&names, Some(proposal.proposed_by)),
        when: frame::when(web, proposal.proposed_at),
        shown: on_phone(shipped, &proposal.body),
        own: proposal.proposed_by == signed.member.id,
        decidable: signed.may(Right::Approve)
            && rules::may_decide(&proposal, signed.member.id).is_ok(),
        body: proposal.body,
        reason: String::new(),
    });
    Ok(TextPage {
        shell: frame::desk(web, signed, "设置", "/console/settings", asked).await?,
        action: address(key),
        purpose: shipped.about.clone(),
        in_force: on_phone(shipped, body),
        placeholders: places(&shipped.body)
            .into_iter()
            .map(|name| (format!("{{{name}}}"), rules::place(name).0.to_owned()))
            .collect(),
        may_write: signed.may(Right::ManageTexts),
        body: Input::new(waiting.as_ref().filter(|w| w.own).map_or(body, |own| &own.body)),
        preview: None,
        version: history.first().map_or(0, |newest| newest.version),
        byte_limit: LONGEST,
        waiting,
        stuck: stuck.then_some(NOBODY_ELSE),
        error: None,
        history: versions(web, &history, &decided, &names),
    })
}

/// Whether nobody is there who could approve a proposal.
async fn nobody_else(link: &mut impl Link, proposal: &Proposal) -> Result<bool> {
    let people = staff::store::of_alliance(link).await?;
    let mut able = people.iter().filter(|p| p.active && allows(p.role, Right::Approve));
    Ok(!able.any(|person| rules::may_decide(proposal, person.id).is_ok()))
}

/// Earlier versions and changes that were not taken, newest first.
fn versions(
    web: &Web,
    history: &[SavedText],
    decided: &[Proposal],
    names: &HashMap<StaffId, String>,
) -> Vec<TextVersion> {
    let used = history.iter().skip(1).map(|text| {
        let author = name(names, text.saved_by.map(StaffId));
        let who = match text.approved_by {
            Some(by) => format!("{author} 写，{} 审批", name(names, Some(StaffId(by)))),
            None => author,
        };
        let version = TextVersion {
            name: format!("第 {} 版", text.version),
            who,
            when: frame::when(web, text.saved_at),
            reason: String::new(),
            body: text.body.clone(),
        };
        (text.saved_at, version)
    });
    let refused = decided.iter().filter(|p| p.decision == Some(Decision::Returned)).map(|p| {
        let version = TextVersion {
            name: "退回的修改".to_owned(),
            who: format!(
                "{} 写，{} 退回",
                name(names, Some(p.proposed_by)),
                name(names, p.decided_by)
            ),
            when: frame::when(web, p.proposed_at),
            reason: p.reason.clone().unwrap_or_default(),
            body: p.body.clone(),
        };
        (p.proposed_at, version)
    });
    let mut all: Vec<_> = used.chain(refused).collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(_, version)| version).collect()
}

fn name(names: &HashMap<StaffId, String>, id: Option<StaffId>) -> String {
    id.and_then(|id| names.get(&id)).cloned().unwrap_or_else(|| "工作人员".into())
}
