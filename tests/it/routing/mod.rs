//! Who should answer, decided without a database.

mod deciding;
mod simulating;

use pufa::language::Field;
use pufa::members::{Organization, OrganizationId, OrganizationKind};
use pufa::platform::clock::Moment;
use pufa::platform::config::Config;
use pufa::routing::rules::{Directory, Times};
use pufa::territories::{Atlas, CHANGZHOU, parse_tables};
use uuid::Uuid;

/// A Thursday morning at work: 2026-11-26 10:00 in Shanghai.
const MORNING: Moment = Moment(1_795_658_400_000);

fn organization(n: u128, kind: OrganizationKind, fields: &[Field], place: &str) -> Organization {
    Organization {
        fields: fields.to_vec(),
        territories: Some(place.to_owned()).into_iter().filter(|p| !p.is_empty()).collect(),
        ..Organization::new(
            OrganizationId(Uuid::from_u128(n)),
            &format!("{}{n}", kind.name()),
            kind,
        )
    }
}

fn directory(organizations: Vec<Organization>) -> Directory {
    Directory::of(Atlas::new(parse_tables(&CHANGZHOU).expect("the table")), organizations)
}

#[test]
fn the_usual_times_are_those_of_a_fresh_installation() {
    let shipped = Config::load(None).expect("the defaults");
    assert_eq!(Times::of(&shipped), Times::default());
}
