//! What supervisors see of wrong answers that were not corrected: which, since when, and why not.

use axum::extract::State;

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::Asked;
use crate::console::frame;
use crate::console::state::Web;
use crate::language::privacy;
use crate::quality::store::{self, Corrections, Uncorrected};
use crate::quality::views::{MonthRow, UncorrectedPage, UncorrectedRow};

/// The page: the month that is asked for, else the newest.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let mut link = web.deps.db.read().await?;
    let months = store::corrections(&mut link).await?;
    let known = months.iter().find(|one| one.month == asked.text("month")).or(months.first());
    let month = known.map(|one| one.month.clone()).unwrap_or_default();
    let found = store::uncorrected(&mut link, signed.member.scope(), &month).await?;
    drop(link);
    page(&UncorrectedPage {
        months: months.into_iter().map(|one| month_row(one, &month)).collect(),
        rows: found.into_iter().map(|one| row(&web, one)).collect(),
        month,
        shell: frame::desk(&web, &signed, "没有更正的答复", "/console/quality", &asked).await?,
    })
}

fn month_row(one: Corrections, shown: &str) -> MonthRow {
    MonthRow {
        shown: one.month == shown,
        month: one.month,
        wrong: one.wrong,
        sent: one.sent,
        refused: one.refused,
        waiting: one.waiting,
    }
}

fn row(web: &Web, one: Uncorrected) -> UncorrectedRow {
    let directory = web.directory.current();
    UncorrectedRow {
        href: format!("/console/inquiries/{}", one.inquiry_id),
        number: one.number,
        organization: directory.organization_name(Some(one.organization_id)).to_owned(),
        why: one.why.name(),
        reason: privacy::mask(&one.correction_note).text,
        read: frame::when(web, one.read_at),
        decided: one.corrected_at.map(|at| frame::when(web, at)),
    }
}
