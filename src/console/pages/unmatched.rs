//! The operators' queue: what no rule could place.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::conversation_view::{part, question_length, receivers};
use super::inbox;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, html, page};
use crate::console::form::{Asked, Fields};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::offers::Offer;
use crate::inquiries::store::{self, Filter, Tab};
use crate::inquiries::views::unmatched::{UnmatchedCard, UnmatchedPage};
use crate::inquiries::{Inquiry, Message};
use crate::members::OrgScope;
use crate::platform::error::Result;
use crate::platform::http::shell::Choice;
use crate::routing::rules::{Directory, Question};

/// Cards on one page.
const CARDS: usize = 20;
/// Messages read of each card.
const MOST_MESSAGES: i64 = 20;

/// The page, or with `part=list` its list alone.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    if signed.member.scope() != OrgScope::Unmatched {
        return Ok(Redirect::to("/console/inbox").into_response());
    }
    let view = read(&web, &signed, &asked).await?;
    if asked.text("part") == "list" { html(view.as_list().render()) } else { page(&view) }
}

async fn read(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<UnmatchedPage> {
    let (scope, reader, now) = (signed.member.scope(), signed.member.id, web.deps.clock.now());
    let shell = frame::desk(web, signed, "待分派", "/console/unmatched", asked).await?;
    let directory = web.directory.current();
    let after = inbox::parse_after(asked.text("after"));
    let (filter, tab) = (Filter::default(), Tab::Unclaimed);
    let mut link = web.deps.db.read().await?;
    let total = store::total(&mut link, scope, tab, reader, &filter, now).await?;
    let mut rows = store::page(&mut link, scope, tab, reader, &filter, after, now).await?;
    let more = rows.len() > CARDS;
    rows.truncate(CARDS);
    let mut cards = Vec::with_capacity(rows.len());
    for row in &rows {
        let messages = store::messages(&mut link, row.id, MOST_MESSAGES).await?;
        let offers = store::offers(&mut link, row.id).await?;
        cards.push(card(web, &directory, row, &messages, &offers));
    }
    let next_href = rows
        .last()
        .filter(|_| more)
        .map(|last| format!("/console/unmatched?after={}", inbox::after_key(tab, last)));
    Ok(UnmatchedPage { shell, cards, total, next_href })
}

fn card(
    web: &Web,
    directory: &Directory,
    inquiry: &Inquiry,
    messages: &[Message],
    offers: &[Offer],
) -> UnmatchedCard {
    let now = web.deps.clock.now();
    let asked = question_length(messages, web.config.intake.quiet_seconds).max(1);
    UnmatchedCard {
        id: inquiry.id.to_string(),
        number: inquiry.number.clone(),
        citizen: inquiry.citizen_label(),
        asked: frame::when(web, inquiry.opened_at),
        sla: inbox::sla(inquiry, now),
        question: messages.iter().take(asked).map(part).collect(),
        guess: guess(inquiry, directory),
        why: why(offers),
        organizations: likeliest(web, inquiry, directory),
    }
}

fn guess(inquiry: &Inquiry, directory: &Directory) -> String {
    let field = inquiry.field.map_or("看不出领域", |field| field.name());
    match &inquiry.territory_id {
        Some(id) => format!("{field}，{}", directory.atlas.place_name(id)),
        None => format!("{field}，没有说地区"),
    }
}

fn why(offers: &[Offer]) -> String {
    let last = offers.last().and_then(|offer| offer.reasons.lines().last());
    last.unwrap_or("还在等群众补充领域或地区").trim_end_matches('。').to_owned()
}

/// The receivers, with the one the rules would choose first and chosen.
fn likeliest(web: &Web, inquiry: &Inquiry, directory: &Directory) -> Vec<Choice> {
    let question = Question {
        field: inquiry.field,
        territory: inquiry.territory_id.as_deref(),
        station_of: None,
        urgent: inquiry.urgent,
        words: &inquiry.first_line,
        passed: &[],
        stood_in_list: false,
    };
    let decided = directory.decide(&question, web.deps.clock.now()).organization;
    let decided = decided.map(|id| id.to_string());
    let mut choices = receivers(inquiry, directory);
    choices.sort_by_key(|choice| Some(&choice.value) != decided.as_ref());
    if let Some(first) = choices.first_mut() {
        first.selected = Some(&first.value) == decided.as_ref();
    }
    choices
}
