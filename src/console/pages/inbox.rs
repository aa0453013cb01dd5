//! The inbox.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::{bulk, filters};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, html, page};
use crate::console::form::{Asked, Fields};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::actions::labelling::LONGEST;
use crate::inquiries::store::{self, After, Counts, Filter, PAGE, Tab};
use crate::inquiries::views::Sla;
use crate::inquiries::views::inbox::{InboxPage, InboxQuery, InboxRow, InboxTab, TabCount};
use crate::inquiries::{Inquiry, InquiryId, State as InquiryState, callbacks};
use crate::language::{Danger, Field};
use crate::members::OrgScope;
use crate::platform::clock::Moment;
use crate::platform::error::Result;
use crate::platform::http::shell::{Choice, href};
use crate::platform::http::when::When;
use crate::promises;
use crate::routing::rules::Directory;
use crate::staff::policy::Right;
use crate::staff::{self, StaffId};

/// The page, or with `part=list` its list alone.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    if signed.member.scope() == OrgScope::Unmatched && asked.text("tab").is_empty() {
        return Ok(Redirect::to("/console/unmatched").into_response());
    }
    let view = read(&web, &signed, &asked).await?;
    if asked.text("part") == "list" { html(view.as_list().render()) } else { page(&view) }
}

async fn read(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<InboxPage> {
    let now = web.deps.clock.now();
    let (scope, reader) = (signed.member.scope(), signed.member.id);
    let directory = web.directory.current();
    let query = query(asked);
    let tab = tab(query.tab);
    let filter = filter(&query, &directory);
    let shell = frame::desk(web, signed, "咨询", "/console/inbox", asked).await?;

    let mut link = web.deps.db.read().await?;
    let counts = store::counts(&mut link, scope, reader, now).await?;
    let all = store::total(&mut link, scope, Tab::All, reader, &Filter::default(), now).await?;
    let total = if query.filtered() {
        store::total(&mut link, scope, tab, reader, &filter, now).await?
    } else {
        count(&counts, all, query.tab)
    };
    let after = parse_after(&query.after);
    let rows = store::page(&mut link, scope, tab, reader, &filter, after, now).await?;
    let names = staff::store::names(&mut link, scope.organization()).await?;
    let owed = callbacks::store::owed_in(&mut link, scope).await?;
    let owed: HashSet<InquiryId> = owed.into_iter().map(|one| one.inquiry_id).collect();
    let mut labels = store::labels::of_open(&mut link, scope).await?;
    let known = store::labels::known(&mut link, scope).await?;
    let saved = store::filters_of(&mut link, reader).await?;
    drop(link);

    let more = i64::try_from(rows.len()) == Ok(PAGE);
    let next_after = rows.last().filter(|_| more).map(|row| after_key(tab, row));
    let tab_key = query.tab.key();
    Ok(InboxPage {
        tabs: InboxTab::ALL
            .into_iter()
            .map(|tab| TabCount { tab, count: count(&counts, all, tab) })
            .collect(),
        fields: frame::field_choices(&[&query.field]),
        territories: frame::place_choices(&directory, &query.territory),
        labels: known
            .iter()
            .map(|l| Choice::new(l.as_str(), l.as_str(), *l == query.label))
            .collect(),
        saved: saved.iter().map(|one| filters::named(one, &query.kept())).collect(),
        may_act: signed.may(Right::Answer),
        bulk: bulk::done(asked),
        rows: rows
            .iter()
            .map(|i| {
                let shown = row(i, reader, tab_key, &names, &directory, now);
                let labels = labels.remove(&i.id).unwrap_or_default();
                InboxRow { call_back: owed.contains(&i.id), labels, ..shown }
            })
            .collect(),
        total,
        next_after,
        next_duty: None,
        shell,
        query,
    })
}

/// What the fields of an address or a form ask for.
pub(super) fn query(asked: &Fields) -> InboxQuery {
    InboxQuery {
        tab: InboxTab::parse(asked.text("tab")),
        q: asked.text("q").trim().chars().take(60).collect(),
        field: Field::from_code(asked.text("field")).map_or("", Field::code).to_owned(),
        territory: asked.text("territory").chars().take(20).collect(),
        label: asked.text("label").chars().take(LONGEST).collect(),
        select: asked.ticked("select"),
        after: asked.text("after").chars().take(80).collect(),
    }
}

fn tab(tab: InboxTab) -> Tab {
    match tab {
        InboxTab::Unclaimed => Tab::Unclaimed,
        InboxTab::Mine => Tab::Mine,
        InboxTab::Organization => Tab::Open,
        InboxTab::Overdue => Tab::Overdue,
        InboxTab::All => Tab::All,
    }
}

fn count(counts: &Counts, all: i64, tab: InboxTab) -> i64 {
    match tab {
        InboxTab::Unclaimed => counts.unclaimed,
        InboxTab::Mine => counts.mine,
        InboxTab::Organization => counts.open,
        InboxTab::Overdue => counts.overdue,
        InboxTab::All => all,
    }
}

/// A district stands for everything in it.
fn filter(query: &InboxQuery, directory: &Directory) -> Filter {
    let place = query.territory.as_str();
    let inside = || {
        let all = directory.atlas.all().iter().map(|row| row.id.as_str());
        all.filter(|id| directory.atlas.contains(place, id)).map(str::to_owned).collect()
    };
    Filter {
        words: (!query.q.is_empty()).then(|| query.q.clone()),
        field: Field::from_code(&query.field),
        territories: (!place.is_empty()).then(inside),
        label: (!query.label.is_empty()).then(|| query.label.clone()),
    }
}

/// The row a page ends with, as the address carries it.
pub(super) fn after_key(tab: Tab, row: &Inquiry) -> String {
    let at = if tab == Tab::All { row.opened_at } else { row.due_at };
    format!("{}.{}", at.0, row.id)
}

pub(super) fn parse_after(key: &str) -> Option<After> {
    let (at, id) = key.split_once('.')?;
    Some(After { at: Moment(at.parse().ok()?), id: id.parse::<InquiryId>().ok()? })
}

fn row(
    inquiry: &Inquiry,
    reader: StaffId,
    tab: &str,
    names: &HashMap<StaffId, String>,
    directory: &Directory,
    now: Moment,
) -> InboxRow {
    InboxRow {
        id: inquiry.id.to_string(),
        href: href(&format!("/console/inquiries/{}", inquiry.id), &[("tab", tab)]),
        number: inquiry.number.clone(),
        citizen: inquiry.citizen_label(),
        first_line: inquiry.first_line.clone(),
        field: inquiry.field.map(|field| field.name().to_owned()),
        place: inquiry.territory_id.as_deref().map(|id| directory.atlas.place_name(id)),
        asked: When::new(inquiry.opened_at, now),
        sla: sla(inquiry, now),
        state: inquiry.state.name().to_owned(),
        stage: stage(inquiry),
        unread: inquiry.unread,
        danger: in_danger(inquiry),
        call_back: false,
        labels: Vec::new(),
        claimed_by: claimed_by(inquiry, names),
        mine: inquiry.state == InquiryState::Claimed && inquiry.assignee_id == Some(reader),
        current: false,
    }
}

/// The promise: it runs while the citizen waits, whatever was answered before.
pub(super) fn sla(inquiry: &Inquiry, now: Moment) -> Sla {
    if inquiry.paused_until.is_some() && promises::rules::is_running(inquiry) {
        return Sla::paused(inquiry.due_at, now);
    }
    let done = match inquiry.state {
        InquiryState::Answered => inquiry.answered_at,
        InquiryState::Closed => inquiry.answered_at.or(inquiry.closed_at),
        InquiryState::Waiting | InquiryState::Offered | InquiryState::Claimed => None,
    };
    Sla::new(Some(inquiry.due_at), done, now)
}

/// How near the end of a running promise is.
fn stage(inquiry: &Inquiry) -> Option<String> {
    let runs = promises::rules::is_running(inquiry) && inquiry.paused_until.is_none();
    promises::views::stage(inquiry).filter(|_| runs).map(str::to_owned)
}

/// Whether somebody may come to harm.
pub(super) fn in_danger(inquiry: &Inquiry) -> bool {
    dangers(inquiry).any(Danger::is_crisis)
}

/// The dangers that were read in an inquiry.
pub(super) fn dangers(inquiry: &Inquiry) -> impl Iterator<Item = Danger> {
    inquiry.dangers.split(',').filter_map(Danger::from_code)
}

/// Who is on it.
pub(super) fn claimed_by(inquiry: &Inquiry, names: &HashMap<StaffId, String>) -> Option<String> {
    let id = inquiry.assignee_id.filter(|_| inquiry.state == InquiryState::Claimed)?;
    Some(names.get(&id).cloned().unwrap_or_else(|| "同事".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_in_a_list_survives_the_address_and_nonsense_does_not() {
        let id = InquiryId(uuid::Uuid::from_u128(7));
        let key = format!("-5.{id}");
        assert_eq!(parse_after(&key), Some(After { at: Moment(-5), id }));
        for nonsense in ["", "7", "x.y", "99999999999999999999.1", "1."] {
            assert_eq!(parse_after(nonsense), None, "{nonsense}");
        }
    }
}
