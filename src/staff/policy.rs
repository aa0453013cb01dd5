//! What each role may do: one table, no exceptions elsewhere.

use super::Role;

/// Something that needs a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Read inquiries within the own scope.
    ReadInquiries,
    /// Claim, answer, note, close within the own scope.
    Answer,
    /// Take an inquiry from a colleague who has claimed it.
    TakeOver,
    /// Decide on requests for more time.
    GrantExtensions,
    /// Hand an inquiry to another organization.
    Assign,
    /// See the list of member organizations.
    SeeMembers,
    /// Balance the work of a hub's members, without reading any of it.
    Balance,
    /// Add and change member organizations.
    ManageMembers,
    /// Say when organizations work, who is on duty and with whom they may not deal, in the own one
    /// or in all of them.
    ManageHours,
    /// See who is on duty; in the own organization also ask for swaps, report oneself away, hand over.
    SeeRoster,
    /// Add and change people of the own organization.
    ManageOwnStaff,
    /// Add and change anybody's account.
    ManageAllStaff,
    /// Change routing rules.
    ManageRules,
    /// Change the texts that reach citizens.
    ManageTexts,
    /// Write campaigns, have them sent, stop them.
    ManageCampaigns,
    /// Read articles, texts and campaigns that others submitted, approve them or send them back.
    Approve,
    /// See the calendar of legal education.
    SeeCalendar,
    /// Edit, sign and retire knowledge cards.
    ManageCards,
    /// Make and print QR codes, of the own organization or of all.
    ManageCodes,
    /// Run the official accounts: their menus and their lists of followers.
    ManageAccount,
    /// See the health page.
    SeeHealth,
    /// Have official accounts checked, clear their call counts, look requests up.
    MendAccounts,
}

/// Every right, for tests and the access review.
pub const ALL_RIGHTS: [Right; 22] = [
    Right::ReadInquiries,
    Right::Answer,
    Right::TakeOver,
    Right::GrantExtensions,
    Right::Assign,
    Right::SeeMembers,
    Right::Balance,
    Right::ManageMembers,
    Right::ManageHours,
    Right::SeeRoster,
    Right::ManageOwnStaff,
    Right::ManageAllStaff,
    Right::ManageRules,
    Right::ManageTexts,
    Right::ManageCampaigns,
    Right::Approve,
    Right::SeeCalendar,
    Right::ManageCards,
    Right::ManageCodes,
    Right::ManageAccount,
    Right::SeeHealth,
    Right::MendAccounts,
];

/// Whether `role` has `right`.
pub fn allows(role: Role, right: Right) -> bool {
    rights(role).contains(&right)
}

/// Whether a role must prove itself by a second factor: what it can change or read concerns everybody.
pub fn needs_second_factor(role: Role) -> bool {
    match role {
        Role::Operator | Role::Approver | Role::Sysadmin | Role::Secadmin | Role::Auditor => true,
        Role::Responder | Role::OrgManager | Role::HubManager | Role::Supervisor => false,
    }
}

fn rights(role: Role) -> &'static [Right] {
    use Right::*;
    match role {
        Role::Responder => &[ReadInquiries, Answer, SeeRoster],
        Role::OrgManager => &[
            ReadInquiries,
            Answer,
            TakeOver,
            GrantExtensions,
            Assign,
            ManageHours,
            SeeRoster,
            SeeCalendar,
            ManageOwnStaff,
            ManageCodes,
        ],
        Role::HubManager => &[SeeMembers, Balance, SeeCalendar],
        Role::Operator => &[
            ReadInquiries,
            Answer,
            Assign,
            SeeMembers,
            ManageHours,
            SeeRoster,
            ManageRules,
            ManageTexts,
            ManageCampaigns,
            Approve,
            SeeCalendar,
            ManageCards,
            ManageCodes,
            ManageAccount,
            SeeHealth,
        ],
        Role::Approver => &[SeeMembers, Approve, SeeCalendar],
        Role::Supervisor => &[ReadInquiries, SeeMembers, ManageMembers, SeeRoster, SeeCalendar],
        Role::Sysadmin => &[SeeHealth, MendAccounts],
        Role::Secadmin => &[SeeMembers, ManageAllStaff],
        Role::Auditor => &[SeeMembers],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_administrators_share_no_power_over_each_other() {
        let changing =
            [Right::ManageMembers, Right::ManageAllStaff, Right::ManageRules, Right::ManageTexts];
        for right in changing {
            let holders = [Role::Sysadmin, Role::Secadmin, Role::Auditor]
                .into_iter()
                .filter(|role| allows(*role, right))
                .count();
            assert!(holders <= 1, "{right:?} is held by {holders} of the three administrators");
        }
    }

    #[test]
    fn only_those_who_answer_or_supervise_read_inquiries() {
        let readers: Vec<_> =
            Role::ALL.iter().filter(|r| allows(**r, Right::ReadInquiries)).copied().collect();
        assert_eq!(readers, [Role::Responder, Role::OrgManager, Role::Operator, Role::Supervisor]);
    }
}
