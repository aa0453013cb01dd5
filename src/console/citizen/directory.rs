//! Who helps, by district and subject.

use axum::extract::State;

use super::Reader;
use crate::console::error::Answer;
use crate::console::form::Fields;
use crate::console::frame;
use crate::console::state::Web;
use crate::language::Field;
use crate::members::Organization;
use crate::members::views::{DirectoryEntry, DirectoryGroup, DirectoryPage};
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
    let from = asked.read("from").unwrap_or(0);
    let next = (from + PAGE < all.len()).then(|| next_href(asked, from + PAGE));
    reader.give(&DirectoryPage {
        shell: frame::street(&web, "谁能帮忙", reader.large, "/c/organizations", asked),
        districts: frame::district_choices(&directory, district),
        fields: frame::field_choices(&[field.map_or("", Field::code)]),
        groups: groups(all.into_iter().skip(from).take(PAGE), &directory),
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

fn groups<'a>(
    organizations: impl Iterator<Item = &'a Organization>,
    directory: &Directory,
) -> Vec<DirectoryGroup> {
    let mut groups: Vec<DirectoryGroup> = directory
        .atlas
        .districts()
        .map(|district| district.name.clone())
        .chain([EVERYWHERE.to_owned()])
        .map(|district| DirectoryGroup { district, entries: Vec::new() })
        .collect();
    for organization in organizations {
        let seat = organization.district.as_deref().map(|id| directory.atlas.place_name(id));
        let seat = seat.as_deref().unwrap_or(EVERYWHERE);
        let place = groups.iter().position(|group| group.district == seat);
        let place = place.unwrap_or(groups.len() - 1);
        groups[place].entries.push(entry(organization));
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
        step_free: None,
    }
}
