//! Member organizations (成员单位), their stations, and the scope within which staff may look.
//!
//! Refuses to know: staff, inquiries, how work is shared out.

pub mod actions;
pub mod scope;
pub mod store;
pub mod views;

use serde::{Deserialize, Serialize};

pub use scope::OrgScope;

use crate::language::fields::Field;
use crate::{entity_id, sql_text, text_enum};

entity_id!(
    /// Id of a member organization.
    OrganizationId
);
entity_id!(
    /// Id of a service station.
    StationId
);
sql_text!(Field);

text_enum!(
    /// What sort of organization it is (founding plan §5).
    OrganizationKind {
        /// 基础型: town and street societies, village workshops.
        Base = "base", "基础型";
        /// 枢纽型: federations that balance load in a district.
        Hub = "hub", "枢纽型";
        /// 专业型: by speciality, city-wide.
        Professional = "professional", "专业型";
        /// 行业型: associations of a trade.
        Trade = "trade", "行业型";
        /// 网络型: the alliance and its like.
        Network = "network", "网络型";
    }
);

text_enum!(
    /// Where an organization stands in its life as a member.
    MemberStatus {
        /// Asked to join.
        Applied = "applied", "申请中";
        /// On trial.
        Probation = "probation", "试运行";
        /// Full member.
        Full = "full", "正式";
        /// Under watch.
        Watch = "watch", "观察";
        /// May not take inquiries.
        Suspended = "suspended", "暂停";
        /// No longer a member.
        Left = "left", "退出";
    }
);

impl MemberStatus {
    /// Whether inquiries may be offered to an organization of this status.
    pub fn takes_inquiries(self) -> bool {
        matches!(self, Self::Probation | Self::Full | Self::Watch)
    }
}

/// A member organization with all that routing and directory pages need.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Organization {
    /// Id.
    pub id: OrganizationId,
    /// Short ASCII name for configuration and URLs of public pages.
    pub slug: String,
    /// Full registered name.
    pub name: String,
    /// Name on small screens.
    pub short_name: String,
    /// Type.
    pub kind: OrganizationKind,
    /// Standing.
    pub status: MemberStatus,
    /// District of its seat; `None` for city-wide bodies.
    pub district: Option<String>,
    /// Telephone shown to citizens.
    pub phone: String,
    /// Address shown to citizens.
    pub address: String,
    /// Opening hours in words.
    pub hours: String,
    /// Hours until the first answer that it promises.
    pub promise_hours: i64,
    /// Grows with every change; an edit against an older version is refused.
    pub version: i64,
    /// Fields it answers.
    pub fields: Vec<Field>,
    /// Territories it answers for; a district stands for everything in it.
    pub territories: Vec<String>,
}

/// What an administrator can change of an organization.
#[derive(Clone, Debug)]
pub struct OrganizationEdit {
    /// Full registered name.
    pub name: String,
    /// Name on small screens.
    pub short_name: String,
    /// Type.
    pub kind: OrganizationKind,
    /// Standing.
    pub status: MemberStatus,
    /// District of its seat.
    pub district: Option<String>,
    /// Telephone.
    pub phone: String,
    /// Address.
    pub address: String,
    /// Opening hours in words.
    pub hours: String,
    /// Hours until the first answer.
    pub promise_hours: i64,
    /// Fields it answers.
    pub fields: Vec<Field>,
    /// Territories it answers for.
    pub territories: Vec<String>,
}

/// A place with a QR code of its own (服务站点).
#[derive(Clone, Debug, Serialize, Deserialize, sqlx::FromRow)]
pub struct Station {
    /// Id.
    pub id: StationId,
    /// Scene value in its QR code.
    pub scene: String,
    /// Name citizens read.
    pub name: String,
    /// Where it is.
    pub territory_id: Option<String>,
    /// Who runs it.
    pub organization_id: Option<OrganizationId>,
}
