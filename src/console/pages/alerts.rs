//! Alerts to danger: who was alerted, and who knows.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, html, page};
use crate::console::form::{Asked, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::console::views::AlertBar;
use crate::inquiries::views::alerts::{AlertRow, AlertsPage};
use crate::inquiries::{InquiryId, actions, store};

/// Alerts shown.
const SHOWN: i64 = 50;

/// The page, or with `part=bar` the line above every page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    if asked.text("part") == "bar" {
        return html(AlertBar { alerts: frame::alerts(&web, &signed).await? }.render());
    }
    let alerts = store::alerts_of(&mut web.deps.db.read().await?, signed.member.id, SHOWN).await?;
    let directory = web.directory.current();
    let rows = alerts.into_iter().map(|alert| {
        let organization = alert.organization_id.and_then(|id| directory.organization(id));
        let own = signed.member.scope().covers(alert.organization_id);
        AlertRow {
            id: alert.inquiry_id.to_string(),
            number: alert.number,
            kinds: frame::danger_names(&alert.kinds),
            organization: organization.map_or_else(
                || "还没有单位，请在待分派里处理".to_owned(),
                |one| format!("{}，电话 {}", one.name, one.phone),
            ),
            raised: frame::when(&web, alert.raised_at),
            seen: alert.seen_at.is_some(),
            href: own.then(|| format!("/console/inquiries/{}", alert.inquiry_id)),
        }
    });
    page(&AlertsPage {
        rows: rows.collect(),
        shell: frame::desk(&web, &signed, "人身危险提醒", "/console/alerts", &asked).await?,
    })
}

/// Says that the person knows.
pub async fn seen(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
) -> Answer {
    actions::alerts::seen(&web.deps, &signed.member, id).await?;
    Ok(Redirect::to("/console/alerts?done=saved").into_response())
}
