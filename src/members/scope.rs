//! Whose inquiries a person may see. Every query of organization data takes an [`OrgScope`], so
//! that forgetting the limit is a compile error, not a leak.

use super::OrganizationId;

/// The part of all inquiries that somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrgScope {
    /// Those of one organization.
    Own(OrganizationId),
    /// Those nobody has yet (operators).
    Unmatched,
    /// All of them (the system itself; supervisors, who read masked text).
    Everything,
    /// None at all.
    Nothing,
}

impl OrgScope {
    /// The organization to bind as `$1` of a [`scoped!`](crate::scoped) statement.
    pub fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::Own(id) => Some(id),
            Self::Unmatched | Self::Everything | Self::Nothing => None,
        }
    }

    /// Whether something that belongs to `organization` is within this scope.
    pub fn covers(self, organization: Option<OrganizationId>) -> bool {
        match self {
            Self::Own(id) => organization == Some(id),
            Self::Unmatched => organization.is_none(),
            Self::Everything => true,
            Self::Nothing => false,
        }
    }
}

/// Builds the text of a statement about inquiries (`i`) limited to a scope; bind
/// [`OrgScope::organization`] as `$1`.
#[macro_export]
macro_rules! scoped {
    ($scope:expr, $head:expr, $tail:expr) => {
        match $scope {
            $crate::members::OrgScope::Own(_) => concat!($head, " i.organization_id = $1 ", $tail),
            $crate::members::OrgScope::Unmatched => {
                concat!($head, " i.organization_id IS NULL AND $1 IS NULL ", $tail)
            }
            $crate::members::OrgScope::Everything => concat!($head, " $1 IS NULL ", $tail),
            $crate::members::OrgScope::Nothing => {
                concat!($head, " $1 IS NULL AND FALSE ", $tail)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organization_covers_only_its_own() {
        let (a, b) =
            (OrganizationId(uuid::Uuid::from_u128(1)), OrganizationId(uuid::Uuid::from_u128(2)));
        assert!(OrgScope::Own(a).covers(Some(a)));
        assert!(!OrgScope::Own(a).covers(Some(b)));
        assert!(!OrgScope::Own(a).covers(None));
        assert!(OrgScope::Unmatched.covers(None) && !OrgScope::Unmatched.covers(Some(a)));
        assert!(!OrgScope::Nothing.covers(None) && !OrgScope::Nothing.covers(Some(a)));
    }
}
