//! Who helps, by district and subject.

use axum::extract::State;

use super::Reader;
use crate::console::error::Answer;
use crate::console::form::Fields;
use crate::console::frame;
use crate::console::state::Web;
use crate::language::Field;
use crate::members::views::{DirectoryEntry, DirectoryGroup, DirectoryPage};
use crate::members::{Organization, Station};
use crate::platform::http::shell::href;
use crate::routing::rules::Directory;

/// Organizations on one page.
const PAGE: usize = 200;
/// Group of those that serve everywhere.
const EVERYWHERE: &str = "全市";

/// The list.
pub async fn organizations(State(web): State<Web>, reader: Reader) -> Answer {
    let directory = web.directory.current();
    let asked = &reader.asked;
    let (district, field) = (asked.text("district"), Field::from_code(asked.text("field")));
    let all: Vec<&Organization> = directory
        .organizations
        .iter()
        .filter(|o| o.status.takes_inquiries())
        .filter(|o| district.is_empty() || serves(o, district, &directory))
        .filter(|o| field.is_none_or(|field| o.fields.contains(&field)))
        .collect();
    let stations = stations(&directory, district, field);
    let from: usize = asked.read("from").unwrap_or(0);
    let next = (from + PAGE < all.len() + stations.len()).then(|| next_href(asked, from + PAGE));
    let listed = all.into_iter().map(Listed::Organization).chain(stations);
    reader.give(&DirectoryPage {
        shell: frame::street(&web, "谁能帮忙", reader.large, "/c/organizations", asked),
        districts: frame::district_choices(&directory, district),
        fields: frame::field_choices(&[field.map_or("", Field::code)]),
        groups: groups(listed.skip(from).take(PAGE), &directory),
        next_href: next,
    })
}

fn next_href(asked: &Fields, from: usize) -> String {
    let from = from.to_string();
    let pairs =
        [("district", asked.text("district")), ("field", asked.text("field")), ("from", &from)];
    href("/c/organizations", &pairs)
}

/// Whether an organization answers for a district or a part of it.
fn serves(organization: &Organization, district: &str, directory: &Directory) -> bool {
    let atlas = &directory.atlas;
    organization.territories.is_empty()
        || organization
            .territories
            .iter()
            .any(|own| atlas.contains(own, district) || atlas.contains(district, own))
}

/// What stands in the list: first the organizations, then their stations.
enum Listed<'a> {
    Organization(&'a Organization),
    Station(&'a Station, &'a Organization),
}

/// Stations there, of organizations that help with the matter.
fn stations<'a>(directory: &'a Directory, district: &str, field: Option<Field>) -> Vec<Listed<'a>> {
    let runner = |station: &Station| {
        let id = station.organization_id?;
        directory.organization(id).filter(|o| o.status.takes_inquiries())
    };
    let there = |station: &Station| {
        let place = station.territory_id.as_deref();
        district.is_empty() || place.is_some_and(|id| directory.atlas.contains(district, id))
    };
    let all = directory.stations.iter().filter(|station| there(station));
    let run = all.filter_map(|station| Some((station, runner(station)?)));
    run.filter(|(_, runner)| field.is_none_or(|field| runner.fields.contains(&field)))
        .map(|(station, runner)| Listed::Station(station, runner))
        .collect()
}

fn groups<'a>(
    listed: impl Iterator<Item = Listed<'a>>,
    directory: &Directory,
) -> Vec<DirectoryGroup> {
    let atlas = &directory.atlas;
    let mut groups: Vec<DirectoryGroup> = atlas
        .districts()
        .map(|district| district.name.clone())
        .chain([EVERYWHERE.to_owned()])
        .map(|district| DirectoryGroup { district, entries: Vec::new() })
        .collect();
    for one in listed {
        let (seat, entry) = match one {
            Listed::Organization(one) => (one.district.as_deref(), entry(one)),
            Listed::Station(station, runner) => {
                let place = station.territory_id.as_deref();
                let seat = place.and_then(|id| atlas.district_of(id)).map(|id| id.as_str());
                (seat, station_entry(station, runner, directory))
            }
        };
        let seat = seat.map(|id| atlas.place_name(id));
        let seat = seat.as_deref().unwrap_or(EVERYWHERE);
        let place = groups.iter().position(|group| group.district == seat);
        let place = place.unwrap_or(groups.len() - 1);
        groups[place].entries.push(entry);
    }
    groups.retain(|group| !group.entries.is_empty());
    groups
}

fn entry(organization: &Organization) -> DirectoryEntry {
    let fields: Vec<&str> = organization.fields.iter().map(|field| field.name()).collect();
    DirectoryEntry {
        name: organization.name.clone(),
        fields: fields.join("、"),
        address: organization.address.clone(),
        phone: organization.phone.clone(),
        hours: organization.hours.clone(),
        step_free: organization.step_free,
    }
}

/// A station answers by the telephone and in the hours of whoever runs it.
fn station_entry(
    station: &Station,
    runner: &Organization,
    directory: &Directory,
) -> DirectoryEntry {
    let place = station.territory_id.as_deref().map(|id| directory.atlas.place_name(id));
    DirectoryEntry {
        name: station.name.clone(),
        fields: format!("服务站点，由{}服务", runner.short_name),
        address: place.unwrap_or_default(),
        phone: runner.phone.clone(),
        hours: runner.hours.clone(),
        step_free: None,
    }
}
