//! Which organizations a hub (枢纽型组织) balances. Pure.

use std::cmp::Reverse;

use super::rules::Directory;
use crate::members::{Organization, OrganizationId, OrganizationKind};

impl Directory {
    /// The organizations whose work a hub balances: itself, and those that are at home or work
    /// somewhere within its reach. A hub for the whole city balances everybody.
    pub fn members_of(&self, hub: &Organization) -> Vec<&Organization> {
        let member = |one: &&Organization| one.id == hub.id || self.is_within(one, hub);
        self.organizations.iter().filter(member).collect()
    }

    /// The hubs that balance an organization and take inquiries now, the nearest first; a hub balances
    /// itself.
    pub fn hubs_of(&self, id: OrganizationId) -> Vec<OrganizationId> {
        let Some(one) = self.organization(id) else { return Vec::new() };
        let around = |hub: &&Organization| {
            let open = hub.kind == OrganizationKind::Hub && hub.status.takes_inquiries();
            open && (hub.id == id || self.is_within(one, hub))
        };
        let mut hubs: Vec<_> = self.organizations.iter().filter(around).collect();
        hubs.sort_by_key(|hub| (hub.id != id, Reverse(self.nearness(one, hub)), hub.id));
        hubs.into_iter().map(|hub| hub.id).collect()
    }

    fn nearness(&self, one: &Organization, hub: &Organization) -> i64 {
        let places = one.district.iter().chain(&one.territories);
        let points = places.filter_map(|place| self.place(hub, Some(place)));
        points.map(|part| part.1).max().unwrap_or(0)
    }

    fn is_within(&self, one: &Organization, hub: &Organization) -> bool {
        if hub.territories.is_empty() {
            return true;
        }
        let mut places = one.district.iter().chain(&one.territories);
        places.any(|place| hub.territories.iter().any(|wide| self.atlas.contains(wide, place)))
    }
}
