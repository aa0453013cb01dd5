//! A hub's manager balances the work of the hub's members, without a word of what was asked.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::InquiryId;
use crate::inquiries::store::{self, Untaken};
use crate::inquiries::views::Sla;
use crate::members::{OrgScope, Organization, OrganizationId};
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::platform::http::shell::Choice;
use crate::platform::http::when::When;
use crate::routing::actions::balancing;
use crate::routing::rules::{Directory, Duty, Question};
use crate::routing::views::{HubPage, MemberRow, MovableRow};

/// Offers shown of one member.
const SHOWN: i64 = 20;
/// Waiting this long is nothing yet.
const RECENT: Duration = Duration::from_secs(2 * 3600);
/// Waiting longer than this is long.
const OLD: Duration = Duration::from_secs(24 * 3600);

/// The members with their load and what can be moved.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let directory = web.directory.current();
    let mut view = HubPage {
        shell: frame::desk(&web, &signed, "统筹", "/console/hub", &asked).await?,
        ..HubPage::default()
    };
    if let Ok(hub) = balancing::hub(&directory, &signed.member) {
        view.hub = hub.short_name.clone();
        let members = directory.members_of(hub);
        for member in &members {
            view.members.push(row(&web, &directory, &members, member).await?);
        }
    }
    page(&view)
}

async fn row(
    web: &Web,
    directory: &Directory,
    members: &[&Organization],
    member: &Organization,
) -> Result<MemberRow> {
    let (now, scope) = (web.deps.clock.now(), OrgScope::Own(member.id));
    let mut link = web.deps.db.read().await?;
    let cuts = (now.minus(RECENT), now.minus(OLD));
    let stands = store::standing(&mut link, scope, now, cuts).await?;
    let offers = store::untaken(&mut link, scope, SHOWN).await?;
    let bar = directory.closed(member);
    let on_duty = directory.duty(member.id) == Duty::On;
    Ok(MemberRow {
        id: member.id.to_string(),
        name: member.short_name.clone(),
        standing: bar
            .map_or(if on_duty { "有人值班" } else { "可以接件" }, |bar| bar.name()),
        takes: bar.is_none(),
        untaken: stands.untaken,
        taken: stands.taken,
        overdue: stands.overdue,
        ages: (stands.fresh, stands.waiting, stands.old),
        cap: member.most_open.map(|most| most.to_string()).unwrap_or_default(),
        offers: offers
            .iter()
            .map(|offer| movable(directory, members, member, offer, now))
            .collect(),
    })
}

fn movable(
    directory: &Directory,
    members: &[&Organization],
    from: &Organization,
    offer: &Untaken,
    now: Moment,
) -> MovableRow {
    let place = offer.territory_id.as_deref();
    let question = Question {
        field: offer.field,
        territory: place,
        urgent: offer.urgent,
        ..Question::default()
    };
    let takers = directory.candidates(&question, now).into_iter().filter(|candidate| {
        let member = members.iter().any(|one| one.id == candidate.organization);
        candidate.bar.is_none() && member && candidate.organization != from.id
    });
    let choice = |id: OrganizationId| Choice::new(id.to_string(), directory.short_name(id), false);
    MovableRow {
        id: offer.inquiry_id.to_string(),
        number: offer.number.clone(),
        field: offer.field.map_or("领域待定", |field| field.name()).to_owned(),
        place: place.map_or_else(|| "地区待定".into(), |id| directory.atlas.place_name(id)),
        urgent: offer.urgent,
        asked: When::new(offer.opened_at, now),
        sla: Sla::new(Some(offer.due_at), None, now),
        takers: takers.map(|candidate| choice(candidate.organization)).collect(),
    }
}

/// Sets the cap of a member.
pub async fn set_cap(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let directory = web.directory.current();
    let typed = fields.text("most_open").trim();
    let cap = match typed {
        "" => None,
        // Nonsense is refused with the words for a cap that makes no sense.
        typed => Some(typed.parse().unwrap_or(0)),
    };
    balancing::set_cap(&web.deps, &directory, &signed.member, id, cap).await?;
    web.directory.refresh().await?;
    Ok(Redirect::to("/console/hub?done=saved").into_response())
}

/// Moves an offer to another member.
pub async fn move_offer(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let directory = web.directory.current();
    let to: Option<OrganizationId> = fields.read("organization");
    balancing::move_offer(&web.deps, &directory, &signed.member, id, to).await?;
    Ok(Redirect::to("/console/hub?done=balanced").into_response())
}
