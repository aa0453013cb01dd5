//! Who should answer, decided without a database.

mod deciding;
mod simulating;

use std::collections::HashMap;
use std::sync::Arc;

use pufa::language::Field;
use pufa::members::{Organization, OrganizationId, OrganizationKind, hours};
use pufa::platform::clock::Moment;
use pufa::routing::loads::Loads;
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
    let atlas = Atlas::new(parse_tables(&CHANGZHOU).expect("the table"));
    Directory {
        gazetteer: Arc::new(atlas.gazetteer()),
        atlas: Arc::new(atlas),
        stations: Vec::new(),
        codes: HashMap::new(),
        rules: Vec::new(),
        load: Loads::new(organizations.iter().map(|o| o.id), []),
        organizations,
        duty: HashMap::new(),
        rostered: HashMap::new(),
        calendars: HashMap::new(),
        office: hours::office_calendar(),
        interests: HashMap::new(),
        quality: HashMap::new(),
        times: Times {
            promise_hours: 24,
            urgent_hours: 1,
            offer_minutes: 120,
            urgent_offer_minutes: 10,
            claim_minutes: 240,
            pick_kinds: Vec::new(),
            pick_minutes: 60,
        },
    }
}
