//! Readers from outside: where nobody else of an organization can read an answer, somebody who
//! answers for the hub around it does, else an operator. Pure.
//!
//! They never get an [`OrgScope`] for it that they could hand on: a [`LentPass`] opens the masked text
//! of one held answer, and lets it go or sends it back.

use std::collections::HashSet;

use super::store::lent::Lonely;
use crate::inquiries::{InquiryId, MessageId};
use crate::members::{OrgScope, OrganizationId};
use crate::staff::policy::{Right, allows};
use crate::staff::{StaffId, StaffMember};

/// Who lends a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lender {
    /// A hub.
    Hub(OrganizationId),
    /// The operators of the alliance.
    Operators,
}

impl Lender {
    /// The organization whose people read; `None`: the operators.
    pub fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::Hub(id) => Some(id),
            Self::Operators => None,
        }
    }
}

/// Who lends a reader to `own`: the first of the hubs around it that has somebody who answers.
pub fn lender(
    own: OrganizationId,
    hubs: &[OrganizationId],
    answering: &HashSet<OrganizationId>,
) -> Lender {
    let mut others = hubs.iter().filter(|hub| **hub != own && answering.contains(hub));
    others.next().map_or(Lender::Operators, |hub| Lender::Hub(*hub))
}

/// The right of somebody outside to read one held answer. Only [`LentPass::of`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct LentPass {
    reader: StaffId,
    review: MessageId,
    inquiry: InquiryId,
    organization: OrganizationId,
}

impl LentPass {
    /// The pass of a member of the lender who answers; nobody else gets one.
    pub fn of(member: &StaffMember, lonely: &Lonely, lender: Lender) -> Option<Self> {
        let own = member.organization_id == lender.organization();
        let may = own && allows(member.role, Right::Answer) && member.id != lonely.author_id;
        may.then_some(Self {
            reader: member.id,
            review: lonely.id,
            inquiry: lonely.inquiry_id,
            organization: lonely.organization_id,
        })
    }

    /// Who reads.
    pub fn reader(&self) -> StaffId {
        self.reader
    }

    /// The held answer.
    pub fn review(&self) -> MessageId {
        self.review
    }

    /// The inquiry it answers.
    pub(super) fn inquiry(&self) -> InquiryId {
        self.inquiry
    }

    /// Where the inquiry lies, for changing it as far as the decision does.
    pub(super) fn scope(&self) -> OrgScope {
        OrgScope::Own(self.organization)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::platform::clock::Moment;
    use crate::staff::Role;

    fn organization(n: u128) -> OrganizationId {
        OrganizationId(Uuid::from_u128(n))
    }

    fn member(id: u128, role: Role, own: Option<u128>) -> StaffMember {
        StaffMember {
            id: StaffId(Uuid::from_u128(id)),
            username: "li".into(),
            name: "李答复".into(),
            role,
            organization_id: own.map(organization),
            active: true,
            version: 1,
            toured: true,
        }
    }

    fn lonely() -> Lonely {
        Lonely {
            id: MessageId(Uuid::from_u128(1)),
            inquiry_id: InquiryId(Uuid::from_u128(2)),
            number: "2611-0001".into(),
            organization_id: organization(3),
            author_id: StaffId(Uuid::from_u128(4)),
            written_at: Moment(0),
        }
    }

    #[test]
    fn the_nearest_hub_that_has_somebody_lends_else_the_operators() {
        let (own, near, far) = (organization(3), organization(5), organization(6));
        let answering = |ids: &[OrganizationId]| ids.iter().copied().collect::<HashSet<_>>();
        let hubs = [own, near, far];
        assert_eq!(lender(own, &hubs, &answering(&[own, near, far])), Lender::Hub(near));
        assert_eq!(lender(own, &hubs, &answering(&[own, far])), Lender::Hub(far));
        assert_eq!(lender(own, &hubs, &answering(&[own])), Lender::Operators);
    }

    #[test]
    fn only_who_answers_for_the_lender_gets_a_pass_and_never_the_author() {
        let hub = Lender::Hub(organization(5));
        let may = |member: &StaffMember, lender| LentPass::of(member, &lonely(), lender).is_some();
        assert!(may(&member(9, Role::Responder, Some(5)), hub));
        assert!(!may(&member(9, Role::HubManager, Some(5)), hub), "who balances reads nothing");
        assert!(!may(&member(9, Role::Responder, Some(6)), hub));
        assert!(!may(&member(9, Role::Operator, None), hub));
        assert!(!may(&member(4, Role::Responder, Some(5)), hub), "the author moved there");
        assert!(may(&member(9, Role::Operator, None), Lender::Operators));
        assert!(!may(&member(9, Role::Supervisor, None), Lender::Operators));
    }
}
