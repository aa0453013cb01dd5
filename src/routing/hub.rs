//! Which organizations a hub (枢纽型组织) balances. Pure.

use super::rules::Directory;
use crate::members::Organization;

impl Directory {
    /// The organizations whose work a hub balances: itself, and those that are at home or work
    /// somewhere within its reach. A hub for the whole city balances everybody.
    pub fn members_of(&self, hub: &Organization) -> Vec<&Organization> {
        let member = |one: &&Organization| one.id == hub.id || self.is_within(one, hub);
        self.organizations.iter().filter(member).collect()
    }

    fn is_within(&self, one: &Organization, hub: &Organization) -> bool {
        if hub.territories.is_empty() {
            return true;
        }
        let mut places = one.district.iter().chain(&one.territories);
        places.any(|place| hub.territories.iter().any(|wide| self.atlas.contains(wide, place)))
    }
}
