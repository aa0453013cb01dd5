//! The list from which organizations of some types pick their inquiries.

use axum::extract::State;

use super::answering::back;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::InquiryId;
use crate::inquiries::store::Listed;
use crate::inquiries::views::Sla;
use crate::routing::actions::picking;
use crate::routing::rules::Directory;
use crate::routing::views::{PickPage, PickRow};
use crate::worktime;

/// The list of the own organization.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let directory = web.directory.current();
    let mut view = PickPage {
        shell: frame::desk(&web, &signed, "自选列表", "/console/pick", &asked).await?,
        ..PickPage::default()
    };
    if let Some(own) = picking::picker(&directory, &signed.member) {
        let mut link = web.deps.db.read().await?;
        let (rows, bar) = picking::pickable(&mut link, &directory, own).await?;
        view.picks = true;
        view.shut = bar.map(|bar| format!("本单位{}。", bar.name()));
        view.rows = rows.iter().map(|listed| row(&web, &directory, listed)).collect();
    }
    page(&view)
}

fn row(web: &Web, directory: &Directory, listed: &Listed) -> PickRow {
    let now = web.deps.clock.now();
    let place = listed.territory_id.as_deref();
    PickRow {
        id: listed.inquiry_id.to_string(),
        number: listed.number.clone(),
        first_line: listed.first_line.clone(),
        field: listed.field.map_or("领域待定", |field| field.name()).to_owned(),
        place: place.map_or_else(|| "地区待定".into(), |id| directory.atlas.place_name(id)),
        asked: frame::when(web, listed.opened_at),
        sla: Sla::new(Some(listed.due_at), None, now),
        until: worktime::in_words(listed.until, now),
    }
}

/// Takes one for the own organization.
pub async fn pick(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
) -> Answer {
    let directory = web.directory.current();
    picking::pick(&web.deps, &directory, &signed.member, id).await?;
    Ok(back(id, "picked"))
}
