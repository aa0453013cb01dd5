//! How much work organizations have: as it was counted, and what they were given since.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::members::OrganizationId;

/// Open inquiries of each organization. What is given away between two counts is added at once, so
/// that a burst does not all go to whoever had least a moment ago.
#[derive(Debug, Default)]
pub struct Loads(HashMap<OrganizationId, AtomicI64>);

impl Loads {
    /// The counted load of each of these organizations; of those without a count it is zero.
    pub fn new(
        organizations: impl IntoIterator<Item = OrganizationId>,
        counted: impl IntoIterator<Item = (OrganizationId, i64)>,
    ) -> Self {
        let mut loads: HashMap<_, _> =
            organizations.into_iter().map(|id| (id, AtomicI64::new(0))).collect();
        loads.extend(counted.into_iter().map(|(id, load)| (id, AtomicI64::new(load))));
        Self(loads)
    }

    /// How many an organization has.
    pub fn of(&self, id: OrganizationId) -> i64 {
        self.0.get(&id).map_or(0, |load| load.load(Ordering::Relaxed))
    }

    /// It has this many more, or fewer.
    pub fn add(&self, id: OrganizationId, more: i64) {
        if let Some(load) = self.0.get(&id) {
            load.fetch_add(more, Ordering::Relaxed);
        }
    }
}
