//! The demo city's organizations, people and stations (`config/demo/city.toml`).

use anyhow::Context;
use serde::Deserialize;

use super::{DEMO_PASSWORD, DemoAccount};
use crate::language::fields::Field;
use crate::members::{
    self, Counted, MemberStatus, OrganizationEdit, OrganizationId, OrganizationKind, Station,
    StationId,
};
use crate::platform::Deps;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::staff::store::NewStaff;
use crate::staff::{self, Qualified, Role, StaffId};

const FILE: &str = include_str!("../../../config/demo/city.toml");

#[derive(Deserialize)]
pub struct City {
    pub organization: Vec<CityOrganization>,
    pub alliance_staff: Vec<CityStaff>,
    pub station: Vec<CityStation>,
    pub case: Vec<Case>,
}

#[derive(Deserialize)]
pub struct CityOrganization {
    pub id: String,
    name: String,
    short_name: String,
    kind: OrganizationKind,
    district: String,
    towns: Vec<String>,
    fields: Vec<Field>,
    phone: String,
    address: String,
    hours: String,
    step_free: Option<bool>,
    promise_hours: i64,
    staff: Vec<CityStaff>,
}

#[derive(Deserialize)]
pub struct CityStaff {
    username: String,
    name: String,
    role: Role,
    #[serde(default)]
    qualification: String,
    #[serde(default)]
    licence: String,
}

#[derive(Deserialize)]
pub struct CityStation {
    pub scene: String,
    pub name: String,
    territory: String,
    organization: String,
}

/// A conversation that past inquiries are made from.
#[derive(Deserialize)]
pub struct Case {
    pub field: Field,
    pub place: Option<String>,
    #[serde(default)]
    pub voice: bool,
    pub question: String,
    pub answer: String,
    pub follow_up: Option<String>,
    pub follow_up_answer: Option<String>,
    pub ratings: Vec<i64>,
    pub solved: Option<bool>,
}

pub fn read() -> anyhow::Result<City> {
    toml::from_str(FILE).context("config/demo/city.toml")
}

/// Station codes with names, for the simulated phone.
pub fn scenes() -> anyhow::Result<Vec<(String, String)>> {
    Ok(read()?.station.into_iter().map(|station| (station.scene, station.name)).collect())
}

pub fn accounts(city: &City) -> Vec<DemoAccount> {
    let account = |person: &CityStaff, organization: Option<&str>| DemoAccount {
        username: person.username.clone(),
        password: DEMO_PASSWORD,
        role: person.role.code().to_owned(),
        organization: organization.map(str::to_owned),
    };
    let alliance = city.alliance_staff.iter().map(|person| account(person, None));
    let members = city.organization.iter().flat_map(|organization| {
        organization.staff.iter().map(|person| account(person, Some(&organization.name)))
    });
    alliance.chain(members).collect()
}

pub async fn add(tx: &mut Tx, deps: &Deps, city: &City, hash: &str) -> Result<Vec<DemoAccount>> {
    let now = deps.clock.now();
    let mut ids: Vec<(&str, OrganizationId)> = Vec::new();
    for organization in &city.organization {
        let id = OrganizationId(deps.entropy.id_at(now));
        members::store::insert(tx, id, &organization.id, &edit(organization), now).await?;
        for person in &organization.staff {
            add_person(tx, deps, person, Some(id), hash).await?;
        }
        ids.push((&organization.id, id));
    }
    for person in &city.alliance_staff {
        add_person(tx, deps, person, None, hash).await?;
    }
    for station in &city.station {
        let organization = ids.iter().find(|(slug, _)| *slug == station.organization);
        let station = Station {
            id: StationId(deps.entropy.id_at(now)),
            scene: station.scene.clone(),
            name: station.name.clone(),
            territory_id: Some(station.territory.clone()),
            organization_id: organization.map(|(_, id)| *id),
        };
        members::store::insert_station(tx, &station).await?;
    }
    Ok(accounts(city))
}

fn edit(organization: &CityOrganization) -> OrganizationEdit {
    OrganizationEdit {
        name: organization.name.clone(),
        short_name: organization.short_name.clone(),
        kind: organization.kind,
        status: MemberStatus::Full,
        district: Some(organization.district.clone()),
        phone: organization.phone.clone(),
        address: organization.address.clone(),
        hours: organization.hours.clone(),
        step_free: organization.step_free,
        promise_amount: organization.promise_hours,
        promise_counted: Counted::Clock,
        terms: Default::default(),
        most_open: None,
        fields: organization.fields.clone(),
        territories: organization.towns.clone(),
    }
}

async fn add_person(
    tx: &mut Tx,
    deps: &Deps,
    person: &CityStaff,
    organization: Option<OrganizationId>,
    hash: &str,
) -> Result<()> {
    let now = deps.clock.now();
    let new = NewStaff {
        id: StaffId(deps.entropy.id_at(now)),
        username: person.username.clone(),
        name: person.name.clone(),
        role: person.role,
        organization,
        password_hash: hash.to_owned(),
    };
    staff::store::insert(tx, &new, now).await?;
    let qualified = Qualified::read(&person.qualification, &person.licence)?;
    staff::store::set_qualified(tx, new.id, &qualified).await
}
