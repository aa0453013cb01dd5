//! Member organizations and their stations.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::store::{self, Workload};
use crate::language::Field;
use crate::members::views::{
    OrganizationPage, OrganizationRow, OrganizationsPage, StationRow, StationsPage,
};
use crate::members::{
    Counted, MemberStatus, Organization, OrganizationEdit, OrganizationId, OrganizationKind,
    Preset, PromiseTerms, actions,
};
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, ChoiceGroup, Input, href};
use crate::routing::rules::Directory;
use crate::staff::actions::manage::may_manage;
use crate::staff::policy::Right;

/// Rows on one page.
const PAGE: usize = 50;

/// The list.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let directory = web.directory.current();
    let (q, district) = (asked.text("q").trim(), asked.text("district"));
    let kind = OrganizationKind::from_code(asked.text("kind"));
    let fitting: Vec<&Organization> = directory
        .organizations
        .iter()
        .filter(|o| q.is_empty() || o.name.contains(q) || o.short_name.contains(q))
        .filter(|o| kind.is_none_or(|kind| o.kind == kind))
        .filter(|o| district.is_empty() || o.district.as_deref() == Some(district))
        .collect();
    let now = web.deps.clock.now();
    let work = store::workloads(&mut web.deps.db.read().await?, now).await?;
    let work: HashMap<OrganizationId, Workload> =
        work.into_iter().map(|load| (load.organization_id, load)).collect();
    let from: usize = asked.read("from").unwrap_or(0);
    let shown = fitting.iter().skip(from).take(PAGE);
    let rows = shown.map(|o| row(o, work.get(&o.id), &directory, &signed)).collect();
    let next = from.saturating_add(PAGE);
    page(&OrganizationsPage {
        shell: frame::desk(&web, &signed, "成员单位", "/console/members", &asked).await?,
        q: q.to_owned(),
        kinds: kind_choices(kind),
        districts: frame::district_choices(&directory, district),
        rows,
        total: i64::try_from(fitting.len()).unwrap_or(i64::MAX),
        next_href: (next < fitting.len()).then(|| {
            let from = next.to_string();
            let kind = asked.text("kind");
            href(
                "/console/members",
                &[("q", q), ("kind", kind), ("district", district), ("from", &from)],
            )
        }),
        may_add: signed.may(Right::ManageMembers),
    })
}

fn row(
    organization: &Organization,
    work: Option<&Workload>,
    directory: &Directory,
    signed: &SignedIn,
) -> OrganizationRow {
    let id = organization.id;
    let link = |allowed: bool, path: String| if allowed { path } else { String::new() };
    OrganizationRow {
        href: link(signed.may(Right::ManageMembers), format!("/console/members/{id}")),
        staff_href: link(
            may_manage(&signed.member, Some(id)),
            format!("/console/members/{id}/staff"),
        ),
        hours_href: link(signed.may(Right::ManageHours), format!("/console/members/{id}/hours")),
        name: organization.name.clone(),
        kind_name: organization.kind.name().to_owned(),
        status_name: organization.status.name().to_owned(),
        active: organization.status.takes_inquiries(),
        district: district_name(organization, directory),
        fields: field_names(organization),
        open: work.map_or(0, |work| work.open),
        overdue: work.map_or(0, |work| work.overdue),
    }
}

fn district_name(organization: &Organization, directory: &Directory) -> String {
    let district = organization.district.as_deref();
    district.map_or_else(|| "全市".into(), |id| directory.atlas.place_name(id))
}

fn field_names(organization: &Organization) -> String {
    organization.fields.iter().map(|field| field.name()).collect::<Vec<_>>().join("、")
}

fn kind_choices(chosen: Option<OrganizationKind>) -> Vec<Choice> {
    let all = OrganizationKind::ALL.iter();
    all.map(|kind| Choice::new(kind.code(), kind.name(), Some(*kind) == chosen)).collect()
}

/// The form of a new organization.
pub async fn blank(State(web): State<Web>, signed: SignedIn) -> Answer {
    let edit = OrganizationEdit::blank(web.config.promise.hours);
    page(&form(&web, &signed, None, &edit, 0, None).await?)
}

/// Adds one.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let edit = edit(&fields, &web.directory.current());
    match actions::add(&web.deps, signed.member.id.0, &edit).await {
        Ok(_) => {
            web.directory.refresh().await?;
            Ok(Redirect::to("/console/members?done=added").into_response())
        }
        Err(error) => refused(&web, &signed, None, &edit, 0, error).await,
    }
}

/// The form of one organization.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
) -> Answer {
    let found = crate::members::store::get(&mut web.deps.db.read().await?, id).await?;
    let known = found.ok_or_else(Error::not_found)?;
    let version = known.version;
    let edit = OrganizationEdit {
        name: known.name,
        short_name: known.short_name,
        kind: known.kind,
        status: known.status,
        district: known.district,
        phone: known.phone,
        address: known.address,
        hours: known.hours,
        step_free: known.step_free,
        promise_amount: known.promise_amount,
        promise_counted: known.promise_counted,
        terms: known.terms,
        most_open: known.most_open,
        fields: known.fields,
        territories: known.territories,
    };
    page(&form(&web, &signed, Some(id), &edit, version, None).await?)
}

/// Changes one.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let known = crate::members::store::get(&mut web.deps.db.read().await?, id).await?;
    known.ok_or_else(Error::not_found)?;
    let edit = edit(&fields, &web.directory.current());
    let version = fields.read("version").unwrap_or(0);
    match actions::change(&web.deps, signed.member.id.0, id, version, &edit).await {
        Ok(()) => {
            web.directory.refresh().await?;
            Ok(Redirect::to("/console/members?done=saved").into_response())
        }
        Err(error) => refused(&web, &signed, Some(id), &edit, version, error).await,
    }
}

fn entrance(code: &str) -> Option<bool> {
    match code {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// What was typed; a code that does not exist counts as not chosen.
fn edit(fields: &Fields, directory: &Directory) -> OrganizationEdit {
    let text = |name: &str| fields.text(name).trim().to_owned();
    let known = |id: &&str| directory.atlas.get(id).is_some();
    let typed = (
        fields.read("promise_amount").unwrap_or(0),
        Counted::from_code(fields.text("promise_counted")).unwrap_or(Counted::Clock),
        PromiseTerms {
            urgent_hours: fields.read("urgent_hours"),
            transfer_workdays: fields.read("transfer_workdays"),
            most_workdays: fields.read("most_workdays"),
        },
    );
    let preset = Preset::from_code(fields.text("preset"));
    let (promise_amount, promise_counted, terms) = preset.map_or(typed, Preset::promise);
    OrganizationEdit {
        name: text("name"),
        short_name: text("short_name"),
        kind: OrganizationKind::from_code(fields.text("kind")).unwrap_or(OrganizationKind::Base),
        status: MemberStatus::from_code(fields.text("status")).unwrap_or(MemberStatus::Applied),
        district: Some(fields.text("district")).filter(known).map(str::to_owned),
        phone: text("phone"),
        address: text("address"),
        hours: text("hours"),
        step_free: entrance(fields.text("step_free")),
        promise_amount,
        promise_counted,
        terms,
        most_open: fields.read("most_open"),
        fields: fields.all("fields").filter_map(Field::from_code).collect(),
        territories: fields.all("territories").filter(known).map(str::to_owned).collect(),
    }
}

/// A number that may be missing, in its field.
fn optional(number: Option<i64>) -> Input {
    Input::new(number.map(|number| number.to_string()).unwrap_or_default())
}

async fn refused(
    web: &Web,
    signed: &SignedIn,
    id: Option<OrganizationId>,
    edit: &OrganizationEdit,
    version: i64,
    error: Error,
) -> Answer {
    if !matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    let status: StatusCode = status_of(error.kind());
    let form = form(web, signed, id, edit, version, Some(error.public())).await?;
    Ok((status, page(&form)?).into_response())
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    id: Option<OrganizationId>,
    edit: &OrganizationEdit,
    version: i64,
    error: Option<&str>,
) -> Result<OrganizationPage> {
    let directory = web.directory.current();
    let now = web.deps.clock.now();
    let work = store::workloads(&mut web.deps.db.read().await?, now).await?;
    let open = work.iter().find(|load| Some(load.organization_id) == id);
    let address = |tail: &str| id.map(|id| format!("/console/members/{id}{tail}"));
    let manages = id.is_some_and(|id| may_manage(&signed.member, Some(id)));
    let chosen: Vec<&str> = edit.fields.iter().map(|field| field.code()).collect();
    let statuses = MemberStatus::ALL.iter();
    let counted = Counted::ALL.iter();
    let counted = counted.map(|c| Choice::new(c.code(), c.name(), *c == edit.promise_counted));
    Ok(OrganizationPage {
        shell: frame::desk(web, signed, "成员单位", "/console/members", &Fields::default()).await?,
        action: address("").unwrap_or_else(|| "/console/members/new".into()),
        staff_href: address("/staff").filter(|_| manages).unwrap_or_default(),
        new: id.is_none(),
        version,
        error: error.map(str::to_owned),
        name: Input::new(&edit.name),
        short_name: Input::new(&edit.short_name),
        phone: Input::new(&edit.phone),
        address: Input::new(&edit.address),
        hours: Input::new(&edit.hours),
        entrances: [("yes", "没有台阶，轮椅能进", Some(true)), ("no", "有台阶", Some(false))]
            .map(|(code, words, free)| Choice::new(code, words, free == edit.step_free))
            .into(),
        promise_amount: Input::new(edit.promise_amount.to_string()),
        counted: counted.collect(),
        presets: Preset::ALL.iter().map(|p| Choice::new(p.code(), p.name(), false)).collect(),
        urgent_hours: optional(edit.terms.urgent_hours),
        transfer_workdays: optional(edit.terms.transfer_workdays),
        most_workdays: optional(edit.terms.most_workdays),
        most_open: optional(edit.most_open),
        kinds: kind_choices(Some(edit.kind)),
        statuses: statuses.map(|s| Choice::new(s.code(), s.name(), *s == edit.status)).collect(),
        districts: frame::district_choices(&directory, edit.district.as_deref().unwrap_or("")),
        fields: frame::field_choices(&chosen),
        territories: territory_groups(&directory, &edit.territories),
        open: open.map_or(0, |load| load.open),
    })
}

/// Each district with itself as a whole and its towns.
pub(super) fn territory_groups(directory: &Directory, chosen: &[String]) -> Vec<ChoiceGroup> {
    let choice = |id: &str, label: String| Choice::new(id, label, chosen.iter().any(|c| c == id));
    directory
        .atlas
        .districts()
        .map(|district| {
            let whole = choice(district.id.as_str(), format!("整个{}", district.name));
            let towns = directory.atlas.towns(&district.id);
            let towns = towns.map(|town| choice(town.id.as_str(), town.name.clone()));
            let choices = std::iter::once(whole).chain(towns).collect();
            ChoiceGroup { label: district.name.clone(), choices }
        })
        .collect()
}

/// Stations with their QR codes' use.
pub async fn stations(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let directory = web.directory.current();
    let counts = store::by_station(&mut web.deps.db.read().await?).await?;
    let counts: HashMap<_, _> = counts.into_iter().collect();
    let from: usize = asked.read("from").unwrap_or(0);
    let next = from.saturating_add(PAGE);
    let rows = directory.stations.iter().skip(from).take(PAGE).map(|station| {
        let runner = station.organization_id.and_then(|id| directory.organization(id));
        let place = station.territory_id.as_deref();
        StationRow {
            name: station.name.clone(),
            organization_name: runner.map_or_else(|| "联盟".into(), |o| o.short_name.clone()),
            place: place.map_or_else(|| "未填写".into(), |id| directory.atlas.place_name(id)),
            address: runner.map(|o| o.address.clone()).unwrap_or_default(),
            phone: runner.map(|o| o.phone.clone()).unwrap_or_default(),
            hours: runner.map(|o| o.hours.clone()).unwrap_or_default(),
            questions: counts.get(&station.id).copied().unwrap_or(0),
        }
    });
    page(&StationsPage {
        rows: rows.collect(),
        total: i64::try_from(directory.stations.len()).unwrap_or(i64::MAX),
        next_href: (next < directory.stations.len())
            .then(|| href("/console/stations", &[("from", &next.to_string())])),
        shell: frame::desk(&web, &signed, "服务站点", "/console/members", &asked).await?,
    })
}
