//! Whether organizations of a type are offered inquiries or pick from a list.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::Answer;
use crate::console::form::Form;
use crate::console::frame;
use crate::console::state::Web;
use crate::members::OrganizationKind;
use crate::platform::audit;
use crate::platform::error::Result;
use crate::platform::http::shell::Choice;
use crate::routing::actions::picking;
use crate::routing::rules::Directory;
use crate::routing::views::ModeChange;
use crate::staff::{self, StaffId};

/// Changes shown.
const SHOWN: i64 = 20;

/// Saves which types pick.
pub async fn save(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let picking: Vec<_> = fields.all("kind").filter_map(OrganizationKind::from_code).collect();
    // What is compared with the choice is what stands in the database now.
    web.directory.refresh().await?;
    let directory = web.directory.current();
    picking::set_modes(&web.deps, &directory, &signed.member, &picking).await?;
    web.directory.refresh().await?;
    Ok(Redirect::to("/console/rules?done=saved#modes").into_response())
}

/// The types, those ticked that pick from a list.
pub(super) fn choices(directory: &Directory) -> Vec<Choice> {
    let picks = |kind: &OrganizationKind| directory.times.pick_kinds.contains(kind);
    let choice = |kind: &OrganizationKind| Choice::new(kind.code(), kind.name(), picks(kind));
    OrganizationKind::ALL.iter().map(choice).collect()
}

/// Who changed it when, the newest first.
pub(super) async fn changes(web: &Web) -> Result<Vec<ModeChange>> {
    let mut link = web.deps.db.read().await?;
    let noted = audit::of_object(&mut link, picking::MODES, SHOWN).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let change = |entry: &audit::Entry| {
        let detail: serde_json::Value = serde_json::from_str(&entry.detail).ok()?;
        let kind = detail["kind"].as_str().and_then(OrganizationKind::from_code)?;
        let by = entry.staff_id.and_then(|by| names.get(&StaffId(by)));
        let by = by.map_or("工作人员", String::as_str);
        let to = if detail["picks"] == true { "从列表领取" } else { "直接派单" };
        Some(ModeChange {
            at: frame::when(web, entry.at),
            sentence: format!("{by} 把{}改为{to}", kind.name()),
        })
    };
    let mut changes: Vec<_> = noted.iter().filter_map(change).collect();
    changes.reverse();
    Ok(changes)
}
