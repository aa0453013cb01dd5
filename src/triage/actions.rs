//! Having a model learned, activating one, going back, taking a correction out.

use serde_json::json;

use super::jobs::TRAIN;
use super::{LEAST_CORRECTIONS, LearnedModel, ModelId, ModelState, store};
use crate::inquiries::InquiryId;
use crate::inquiries::store as inquiries;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::coord::News;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, NewJob};
use crate::staff::StaffId;

/// Has a model learned from all corrections, in the background.
///
/// # Errors
/// Conflict while another is being learned; invalid with too few corrections.
pub async fn start(deps: &Deps, by: StaffId) -> Result<ModelId> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let newest = store::models(&mut tx, 1).await?;
    if newest.iter().any(|model| model.state == ModelState::Training) {
        return Err(Error::conflict("正在学习，还没有结束。请等这一次学完再开始。"));
    }
    let corrections = inquiries::count_corrections(&mut tx).await?;
    if corrections < LEAST_CORRECTIONS {
        return Err(Error::invalid(format!(
            "只有 {corrections} 条更正，太少，学不出东西。至少 {LEAST_CORRECTIONS} 条后再开始。"
        )));
    }
    let model = LearnedModel {
        id: ModelId(deps.entropy.id_at(now)),
        state: ModelState::Training,
        percent: 0,
        corrections,
        report: "{}".to_owned(),
        reason: None,
        started_by: by,
        started_at: now,
        ended_at: None,
    };
    store::insert(&mut tx, &model).await?;
    jobs::store::enqueue(&mut tx, &NewJob::new(TRAIN, &model.id, now)?, now).await?;
    let object = format!("triage:{}", model.id);
    let detail = json!({ "corrections": corrections });
    audit::record(&mut tx, now, Some(by.0), "triage.train", &object, &detail).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(model.id)
}

/// Lets a model read from now on, in every process; `None`: the one in the program.
///
/// # Errors
/// Not found for a model that was not learned.
pub async fn activate(deps: &Deps, by: StaffId, model: Option<ModelId>) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if let Some(id) = model {
        let found = store::model(&mut tx, id).await?.ok_or_else(Error::not_found)?;
        if found.state != ModelState::Ready {
            return Err(Error::conflict("这个模型还没有学好，不能启用。请选择已经学好的模型。"));
        }
    }
    store::activate(&mut tx, model, by, now).await?;
    let object = model.map_or_else(|| "triage:shipped".to_owned(), |id| format!("triage:{id}"));
    audit::record(&mut tx, now, Some(by.0), "triage.activate", &object, &json!({})).await?;
    tx.commit().await?;
    deps.coord.publish(News::Triage);
    Ok(())
}

/// Takes a correction out of what is learned from; the inquiry keeps its field.
///
/// # Errors
/// Not found when there is none.
pub async fn remove(deps: &Deps, by: StaffId, inquiry: InquiryId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if !inquiries::forget_correction(&mut tx, inquiry).await? {
        return Err(Error::not_found());
    }
    let object = format!("inquiry:{inquiry}");
    audit::record(&mut tx, now, Some(by.0), "triage.forget", &object, &json!({})).await?;
    tx.commit().await
}
