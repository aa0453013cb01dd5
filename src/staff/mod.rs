//! Staff: who works in the console, by which role, and how they prove it: by password and, where the
//! role must or the person wants, a second factor, or with a WeChat they have bound, which scans a
//! code on the screen and confirms by a tap.
//!
//! Refuses to know: inquiries. What a role may do is one pure table in [`policy`].

pub mod actions;
pub mod password;
pub mod policy;
pub mod rules;
pub mod second;
pub mod store;
pub mod views;

use sqlx::FromRow;

use crate::members::{OrgScope, OrganizationId};
use crate::platform::clock::Moment;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a staff member.
    StaffId
);
entity_id!(
    /// Id of one log-in, shown in the list of sessions; not the secret in the cookie.
    SessionId
);

text_enum!(
    /// What somebody works as (design.md §1).
    Role {
        /// Answers inquiries of the own organization.
        Responder = "responder", "答复人员";
        /// Manages people and promise of the own organization, and answers.
        OrgManager = "org_manager", "成员单位管理员";
        /// Sees load and figures of the member bodies, no private text.
        HubManager = "hub_manager", "枢纽型组织管理员";
        /// Runs the alliance: unmatched inquiries, rules, content.
        Operator = "operator", "联盟运营";
        /// Approves campaigns and disclosure.
        Approver = "approver", "审批人";
        /// Supervises for the bureau; reads masked text.
        Supervisor = "supervisor", "司法局监管";
        /// Settings and health.
        Sysadmin = "sysadmin", "系统管理员";
        /// Accounts and rights.
        Secadmin = "secadmin", "安全管理员";
        /// Reads the audit trail.
        Auditor = "auditor", "审计管理员";
    }
);

text_enum!(
    /// As what somebody gives legal help.
    Qualification {
        /// Admitted lawyer.
        Lawyer = "lawyer", "执业律师";
        /// Legal worker at the grass roots.
        LegalWorker = "legal_worker", "基层法律服务工作者";
        /// Notary.
        Notary = "notary", "公证员";
        /// Member of a people's mediation committee.
        Mediator = "mediator", "人民调解员";
        /// Works for a legal aid centre.
        LegalAid = "legal_aid", "法律援助工作人员";
        /// Helps without any of these.
        Volunteer = "volunteer", "志愿者";
    }
);

/// What somebody may call themselves, and by which licence.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Qualified {
    /// As what; citizens read it beside the answers.
    pub qualification: Option<Qualification>,
    /// Number of the licence, shown to who manages the account alone; empty without one.
    pub licence: String,
}

/// A staff member, as known from a valid session.
#[derive(Clone, Debug, FromRow)]
pub struct StaffMember {
    /// Id.
    pub id: StaffId,
    /// Log-in name.
    pub username: String,
    /// Name shown to colleagues and, with an answer, to citizens.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Organization; `None` for the alliance's own staff.
    pub organization_id: Option<OrganizationId>,
    /// Whether they may log in.
    pub active: bool,
    /// Grows with every change.
    pub version: i64,
    /// Whether the introduction was put away.
    pub toured: bool,
}

text_enum!(
    /// How somebody came in.
    Way {
        /// With the password alone.
        Password = "password", "密码";
        /// With password and app.
        Code = "code", "密码和动态码";
        /// With password and a code on paper.
        Paper = "paper", "密码和备用码";
        /// By scanning a code with the bound WeChat.
        Wechat = "wechat", "微信扫码";
    }
);

text_enum!(
    /// What a code on a screen is for.
    Purpose {
        /// The browser wants to be signed in.
        SignIn = "sign_in", "登录";
        /// Somebody who is signed in wants to bind their WeChat.
        Bind = "bind", "绑定微信";
    }
);

text_enum!(
    /// How far a code on a screen has come.
    Stage {
        /// Waits for a phone.
        Open = "open", "等待扫码";
        /// A WeChat has scanned it; no other can.
        Scanned = "scanned", "已扫码";
        /// The phone has said yes.
        Confirmed = "confirmed", "已确认";
        /// The phone has said no.
        Refused = "refused", "已拒绝";
    }
);

text_enum!(
    /// What a phone does about a code.
    Gesture {
        /// Scans it.
        Scan = "scan", "扫码";
        /// Says yes.
        Confirm = "confirm", "确认";
        /// Says no.
        Refuse = "refuse", "拒绝";
    }
);

/// A code on a screen that staff scan with their WeChat. It works once, for minutes.
#[derive(Clone, FromRow)]
pub struct ScreenCode {
    /// What a scan carries.
    pub scene: String,
    /// Official account it leads to.
    pub account_id: String,
    /// What it is for.
    pub purpose: Purpose,
    /// How far it has come.
    pub stage: Stage,
    /// What the code says.
    pub url: String,
    /// The browser that shows it, in words.
    pub browser: String,
    /// Where that browser is.
    pub address: String,
    /// Who wants to bind, or whose WeChat has scanned it.
    pub staff_id: Option<StaffId>,
    /// The WeChat that scanned it.
    pub openid: Option<String>,
    /// When it was made.
    pub created_at: Moment,
    /// When it was scanned.
    pub scanned_at: Option<Moment>,
    /// When the next step comes too late.
    pub ends_at: Moment,
}

impl StaffMember {
    /// Which inquiries this person may read. The only place where a scope is made for a person.
    pub fn scope(&self) -> OrgScope {
        match (self.role, self.organization_id) {
            (Role::Responder | Role::OrgManager, Some(own)) => OrgScope::Own(own),
            (Role::Operator, _) => OrgScope::Unmatched,
            (Role::Supervisor, _) => OrgScope::Everything,
            _ => OrgScope::Nothing,
        }
    }

    /// Of which organizations this person may see and change what holds nothing of citizens, such
    /// as QR codes: the own one, or all of them for the alliance's staff.
    pub fn reach(&self) -> OrgScope {
        self.organization_id.map_or(OrgScope::Everything, OrgScope::Own)
    }
}
