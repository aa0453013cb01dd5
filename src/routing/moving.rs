//! Which inquiries must leave an organization, and in which order. Pure.

use std::collections::BTreeMap;

use super::fit::Bar;
use super::rules::Directory;
use crate::inquiries::State;
use crate::inquiries::store::Held;
use crate::members::{Organization, OrganizationId};

/// What an organization that takes nothing more has to give away of what it holds: all of it when it
/// is no longer a member, what nobody has taken yet when nobody is on duty, and when it has too much
/// as many of those as are too much. `held` comes with the most urgent and oldest first.
pub fn leaving(directory: &Directory, organization: &Organization, held: &[Held]) -> Vec<Held> {
    let untaken = |held: &&Held| held.state == State::Offered && held.unanswered;
    match directory.closed(organization) {
        None | Some(Bar::Passed | Bar::Interest | Bar::OutOfReach) => Vec::new(),
        Some(Bar::NotTaking) => held.to_vec(),
        Some(Bar::OffDuty) => held.iter().filter(untaken).copied().collect(),
        Some(Bar::Full) => {
            let most = organization.most_open.unwrap_or(i64::MAX);
            let excess = usize::try_from(directory.load.of(organization.id) - most).unwrap_or(0);
            held.iter().filter(untaken).take(excess).copied().collect()
        }
    }
}

/// The order in which inquiries are moved: urgent ones first; among equals one of each organization
/// in turn, each its oldest first, so that one with very many does not keep the others waiting.
pub fn in_turn(mut held: Vec<Held>) -> Vec<Held> {
    held.sort_by_key(|held| (!held.urgent, held.due_at, held.inquiry_id));
    let mut before: BTreeMap<(bool, OrganizationId), usize> = BTreeMap::new();
    let mut turns: Vec<(usize, Held)> = Vec::with_capacity(held.len());
    for held in held {
        let turn = before.entry((held.urgent, held.organization_id)).or_default();
        turns.push((*turn, held));
        *turn += 1;
    }
    turns.sort_by_key(|(turn, held)| (!held.urgent, *turn, held.due_at, held.inquiry_id));
    turns.into_iter().map(|(_, held)| held).collect()
}
