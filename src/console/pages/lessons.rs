//! What retrieval learns from: articles that people confirmed.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::knowledge::store::{self, Cited, LessonRow};
use crate::knowledge::views::{LessonView, LessonsPage};
use crate::knowledge::{LessonId, actions, label};
use crate::staff::{self, StaffId};

/// Lessons shown.
const SHOWN: i64 = 100;
/// Characters of a question that are shown.
const LINE: usize = 80;

/// The list, newest first.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let mut link = web.deps.db.read().await?;
    let rows = store::newest_lessons(&mut link, SHOWN).await?;
    let stamp = store::stamp(&mut link).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let view = |row: &LessonRow| {
        let cites: Vec<Cited> = serde_json::from_str(&row.cites).unwrap_or_default();
        let cited =
            cites.iter().map(|(name, number, ins)| format!("《{name}》{}", label(*number, *ins)));
        let question: String = row.question.chars().take(LINE).collect();
        LessonView {
            id: row.id.to_string(),
            question: if question.len() < row.question.len() {
                format!("{question}…")
            } else {
                question
            },
            cited: cited.collect::<Vec<_>>().join("、"),
            fits: row.fits,
            origin: if row.inquiry_id.is_some() { "咨询" } else { "查法条" },
            who: row
                .confirmed_by
                .and_then(|id| names.get(&StaffId(id)).cloned())
                .unwrap_or_default(),
            when: frame::when(&web, row.confirmed_at),
        }
    };
    page(&LessonsPage {
        shell: frame::desk(&web, &signed, "确认过的法条", "/console/knowledge", &asked).await?,
        rows: rows.iter().map(view).collect(),
        total: stamp.in_use,
    })
}

/// Takes one out.
pub async fn remove(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<LessonId>,
) -> Answer {
    actions::remove(&web.deps, Some(signed.member.id.0), id).await?;
    Ok(Redirect::to("/console/knowledge/lessons?done=forgotten").into_response())
}
