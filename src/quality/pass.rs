//! The right to read sampled inquiries blind. It names a reader and the organization they are kept
//! away from; it opens no inquiry but those this reader was given, and there only the blind text.

use crate::members::OrganizationId;
use crate::staff::policy::{Right, allows};
use crate::staff::{StaffId, StaffMember};

/// A reader's right. Only [`BlindPass::of`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct BlindPass {
    reader: StaffId,
    own: OrganizationId,
}

impl BlindPass {
    /// The pass of somebody who answers for a member organization; nobody else reads.
    pub fn of(member: &StaffMember) -> Option<Self> {
        let own = member.organization_id.filter(|_| allows(member.role, Right::Answer))?;
        Some(Self { reader: member.id, own })
    }

    /// Who reads.
    pub fn reader(&self) -> StaffId {
        self.reader
    }

    /// The organization whose answers the reader never gets.
    pub fn own(&self) -> OrganizationId {
        self.own
    }
}
