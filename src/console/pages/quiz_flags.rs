//! What looks like cheating in a round: looking, deciding.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::href;
use crate::quiz::actions::flags as actions;
use crate::quiz::round::{RoundId, RoundState};
use crate::quiz::rules::flags::{self as rules, FlagDecision, FlagKind};
use crate::quiz::store::flags::{self as store, Flag};
use crate::quiz::store::rounds;
use crate::quiz::views::flags::{FlagRow, FlagsPage};
use crate::staff::{self, StaffId};

/// What is worth a look.
pub async fn list(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<RoundId>,
    Asked(asked): Asked,
) -> Answer {
    page(&all(&web, &signed, id, &asked).await?)
}

async fn all(web: &Web, signed: &SignedIn, id: RoundId, asked: &Fields) -> Result<FlagsPage> {
    let mut link = web.deps.db.read().await?;
    let round = rounds::get(&mut link, id).await?.ok_or_else(Error::not_found)?;
    let flags = store::of_round(&mut link, id).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let (me, drawn) = (signed.member.id, round.state == RoundState::Closed);
    Ok(FlagsPage {
        shell: frame::desk(web, signed, "答题异常", "/console/quiz", asked).await?,
        id: id.to_string(),
        title: round.title,
        error: None,
        rows: flags.iter().map(|flag| row(flag, me, drawn, &names)).collect(),
        drawn,
    })
}

fn row(flag: &Flag, me: StaffId, drawn: bool, names: &HashMap<StaffId, String>) -> FlagRow {
    let may = rules::may_decide(flag.decided_by, flag.appeal.as_deref(), me);
    let decided = flag.decision.map(|decision| {
        let by = flag.decided_by.and_then(|by| names.get(&by)).map_or("工作人员", String::as_str);
        format!("{by}：{}。{}", decision.name(), flag.reason.as_deref().unwrap_or_default())
    });
    FlagRow {
        number: flag.number.clone(),
        kind: flag.kind.code(),
        name: flag.kind.name(),
        detail: flag.detail.clone(),
        appeal: flag.appeal.clone().unwrap_or_default(),
        decided: decided.unwrap_or_default(),
        decidable: !drawn && may.is_ok(),
    }
}

/// Looks at every answer.
pub async fn look(State(web): State<Web>, signed: SignedIn, Target(id): Target<RoundId>) -> Answer {
    all(&web, &signed, id, &Fields::default()).await?;
    actions::look(&web.deps, id).await?;
    Ok(done(id, "flags-looked"))
}

/// Decides about one.
pub async fn decide(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<RoundId>,
    Form(fields): Form,
) -> Answer {
    let known = all(&web, &signed, id, &Fields::default()).await?;
    let kind = FlagKind::from_code(fields.text("kind"));
    let decision = FlagDecision::from_code(fields.text("decision"));
    let (Some(kind), Some(decision)) = (kind, decision) else {
        return Err(Error::invalid("表单不完整，没有保存。请返回重新选择。").into());
    };
    let at = (fields.text("number"), kind);
    let by = signed.member.id;
    match actions::decide(&web.deps, by, id, at, decision, fields.text("reason")).await {
        Ok(()) => Ok(done(id, "saved")),
        Err(error) if error.kind() == Kind::NotFound => Err(error.into()),
        Err(error) => {
            let page = page(&FlagsPage { error: Some(error.public().to_owned()), ..known })?;
            Ok((status_of(error.kind()), page).into_response())
        }
    }
}

fn done(id: RoundId, what: &str) -> Response {
    Redirect::to(&href(&format!("/console/quiz/rounds/{id}/flags"), &[("done", what)]))
        .into_response()
}
