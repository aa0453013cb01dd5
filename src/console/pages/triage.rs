//! Teaching the triage what people put right.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::InquiryId;
use crate::inquiries::store::{self as inquiries, Correction};
use crate::language::Field;
use crate::platform::error::{Error, Result};
use crate::staff::{self, StaffId};
use crate::triage::store::Activation;
use crate::triage::views::{Comparison, CorrectionRow, ModelRow, TriagePage};
use crate::triage::{LEAST_CORRECTIONS, LearnedModel, ModelId, ModelState, Report, actions, store};

/// Models and corrections shown.
const SHOWN: i64 = 50;
/// Characters of a correction that are shown.
const LINE: usize = 80;
/// What stands for the model in the program.
const SHIPPED: &str = "shipped";

type Names = HashMap<StaffId, String>;

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&shown(&web, &signed, &asked).await?)
}

async fn shown(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<TriagePage> {
    let mut link = web.deps.db.read().await?;
    let models = store::models(&mut link, SHOWN).await?;
    let newest = store::activations(&mut link, 1).await?.into_iter().next();
    let total = inquiries::count_corrections(&mut link).await?;
    let corrections = inquiries::corrections(&mut link, SHOWN).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let active = newest.and_then(|newest| newest.model_id);
    let ready = models.iter().find(|model| model.state == ModelState::Ready);
    let comparison = ready.map(|model| {
        let report: Report = serde_json::from_str(&model.report).unwrap_or_default();
        Comparison::new(model.id.to_string(), &report, Some(model.id) != active)
    });
    let training = models.iter().find(|model| model.state == ModelState::Training);
    let mut rows: Vec<ModelRow> =
        models.iter().map(|model| row(web, model, active, &names)).collect();
    rows.push(shipped(active));
    Ok(TriagePage {
        shell: frame::desk(web, signed, "自动归类", "/console/rules", asked).await?,
        reads: reads(web, newest, &models, &names),
        total,
        missing: (LEAST_CORRECTIONS - total).max(0),
        training: training.map(|model| model.percent),
        comparison,
        models: rows,
        corrections: corrections.iter().map(|one| correction(web, one, &names)).collect(),
    })
}

fn name(model: &LearnedModel) -> String {
    format!("用 {} 条更正学成", model.corrections)
}

fn reads(web: &Web, newest: Option<Activation>, models: &[LearnedModel], names: &Names) -> String {
    let Some(newest) = newest else { return "随程序提供的模型".to_owned() };
    let model = models.iter().find(|model| Some(model.id) == newest.model_id);
    let which = match (newest.model_id, model) {
        (None, _) => "随程序提供的模型".to_owned(),
        (Some(_), Some(model)) => format!("{}的模型", name(model)),
        (Some(_), None) => "以前学成的模型".to_owned(),
    };
    let who = names.get(&newest.activated_by).map_or("工作人员", String::as_str);
    format!("{which}，{who} {}启用", frame::when(web, newest.activated_at).absolute)
}

fn row(web: &Web, model: &LearnedModel, active: Option<ModelId>, names: &Names) -> ModelRow {
    let reads = Some(model.id) == active;
    let who = names.get(&model.started_by).map_or("工作人员", String::as_str);
    let when = frame::when(web, model.started_at).absolute;
    let (state, class) = match model.state {
        ModelState::Ready if reads => ("正在使用", "good"),
        ModelState::Failed => (model.state.name(), "bad"),
        state => (state.name(), ""),
    };
    ModelRow {
        id: model.id.to_string(),
        name: name(model),
        state: state.to_owned(),
        class,
        note: match &model.reason {
            Some(reason) => format!("{who} · {when}。{reason}"),
            None => format!("{who} · {when}"),
        },
        active: reads,
        may_activate: model.state == ModelState::Ready && !reads,
    }
}

fn shipped(active: Option<ModelId>) -> ModelRow {
    let reads = active.is_none();
    ModelRow {
        id: SHIPPED.to_owned(),
        name: "随程序提供".to_owned(),
        state: if reads { "正在使用" } else { "可以启用" }.to_owned(),
        class: if reads { "good" } else { "" },
        note: "随时可以换回".to_owned(),
        active: reads,
        may_activate: !reads,
    }
}

fn correction(web: &Web, one: &Correction, names: &Names) -> CorrectionRow {
    let text: String = one.body.chars().take(LINE).collect();
    CorrectionRow {
        id: one.inquiry_id.to_string(),
        text: if text.len() < one.body.len() { format!("{text}…") } else { text },
        old: one.old_field.map_or("没有读出", Field::name).to_owned(),
        new: one.new_field.name().to_owned(),
        who: match one.corrected_by {
            None => "群众".to_owned(),
            Some(id) => names.get(&id).cloned().unwrap_or_else(|| "工作人员".to_owned()),
        },
        when: frame::when(web, one.corrected_at),
    }
}

/// Begins learning.
pub async fn train(State(web): State<Web>, signed: SignedIn) -> Answer {
    actions::start(&web.deps, signed.member.id).await?;
    Ok(Redirect::to("/console/triage?done=learning").into_response())
}

/// Lets a model read from now on.
pub async fn activate(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let model = match fields.text("model") {
        SHIPPED => None,
        _ => Some(fields.read("model").ok_or_else(|| {
            Error::invalid("没有选模型，没有启用。请在“所有模型”里选择一个再启用。")
        })?),
    };
    actions::activate(&web.deps, signed.member.id, model).await?;
    web.triage.refresh().await?;
    Ok(Redirect::to("/console/triage?done=activated").into_response())
}

/// Takes a correction out.
pub async fn remove(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
) -> Answer {
    actions::remove(&web.deps, signed.member.id, id).await?;
    Ok(Redirect::to("/console/triage?done=removed").into_response())
}
