//! Member organizations (成员单位), their stations, and the scope within which staff may look.
//!
//! Refuses to know: staff, inquiries, how work is shared out.

pub mod actions;
pub mod hours;
pub mod scope;
pub mod store;
pub mod views;

use serde::{Deserialize, Serialize};

/// Kind of the job that is written when organizations can take more or less than before: by their
/// standing, caps, fields, places or people. No payload; whoever shares out work takes it from there.
pub const CAPACITY_CHANGED: &str = "members.capacity_changed";

pub use scope::OrgScope;

use crate::language::fields::Field;
use crate::worktime::deadline::Amount;
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

text_enum!(
    /// In which time a promise is counted.
    Counted {
        /// Hours of the clock.
        Clock = "clock", "自然小时";
        /// Hours in which the organization works.
        Work = "work", "工作小时";
        /// Workdays; the day it begins on is not counted.
        Days = "days", "工作日";
    }
);

impl Counted {
    /// So much of this time.
    pub fn amount(self, amount: u32) -> Amount {
        match self {
            Self::Clock => Amount::PlainMinutes(amount.saturating_mul(60)),
            Self::Work => Amount::WorkMinutes(amount.saturating_mul(60)),
            Self::Days => Amount::Workdays(amount),
        }
    }
}

/// What an organization promises besides its first answer; `None`: as the alliance does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseTerms {
    /// Hours of the clock until the first answer when it is urgent.
    pub urgent_hours: Option<i64>,
    /// Workdays in which an offer is taken or passed on.
    pub transfer_workdays: Option<i64>,
    /// Workdays within which everything is answered, extensions included.
    pub most_workdays: Option<i64>,
}

text_enum!(
    /// Promises as the rules of the 12348 platform have them.
    Preset {
        /// A message left online.
        Message = "message", "12348 留言：24 小时，紧急 1 小时";
        /// A live consultation.
        Live = "live", "12348 实时咨询：5 小时，紧急 1 小时";
        /// A ticket between authorities.
        Ticket = "ticket", "工单：1 个工作日内转办，5 个工作日答复，延期最长 15 个工作日";
    }
);

impl Preset {
    /// Amount, time and terms of the promise.
    pub fn promise(self) -> (i64, Counted, PromiseTerms) {
        let urgent = PromiseTerms { urgent_hours: Some(1), ..PromiseTerms::default() };
        match self {
            Self::Message => (24, Counted::Clock, urgent),
            Self::Live => (5, Counted::Clock, urgent),
            Self::Ticket => {
                let (transfer_workdays, most_workdays) = (Some(1), Some(15));
                (5, Counted::Days, PromiseTerms { transfer_workdays, most_workdays, ..urgent })
            }
        }
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
    /// Whether one gets in without a step; `None` while nobody has said.
    #[serde(default)]
    pub step_free: Option<bool>,
    /// How much time it promises to take until the first answer.
    pub promise_amount: i64,
    /// In which time that is counted.
    pub promise_counted: Counted,
    /// What else it promises.
    #[serde(default)]
    pub terms: PromiseTerms,
    /// Open inquiries beyond which nothing more is offered; `None`: without limit.
    pub most_open: Option<i64>,
    /// Grows with every change; an edit against an older version is refused.
    pub version: i64,
    /// Fields it answers.
    pub fields: Vec<Field>,
    /// Territories it answers for; a district stands for everything in it.
    pub territories: Vec<String>,
}

impl Organization {
    /// A full member of this name that answers for the whole city within a day of the clock, in no
    /// field so far.
    pub fn new(id: OrganizationId, name: &str, kind: OrganizationKind) -> Self {
        Self {
            id,
            slug: id.to_string(),
            name: name.to_owned(),
            short_name: name.to_owned(),
            kind,
            status: MemberStatus::Full,
            district: None,
            phone: String::new(),
            address: String::new(),
            hours: String::new(),
            step_free: None,
            promise_amount: 24,
            promise_counted: Counted::Clock,
            terms: PromiseTerms::default(),
            most_open: None,
            version: 1,
            fields: Vec::new(),
            territories: Vec::new(),
        }
    }

    /// What it promises.
    pub fn promise(&self) -> Amount {
        self.promise_counted.amount(u32::try_from(self.promise_amount).unwrap_or(u32::MAX))
    }
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
    /// Whether one gets in without a step; `None` while nobody has said.
    pub step_free: Option<bool>,
    /// How much time it promises to take until the first answer.
    pub promise_amount: i64,
    /// In which time that is counted.
    pub promise_counted: Counted,
    /// What else it promises.
    pub terms: PromiseTerms,
    /// Open inquiries beyond which nothing more is offered; `None`: without limit.
    pub most_open: Option<i64>,
    /// Fields it answers.
    pub fields: Vec<Field>,
    /// Territories it answers for.
    pub territories: Vec<String>,
}

impl OrganizationEdit {
    /// One of which nothing is known yet but within how many hours of the clock it answers.
    pub fn blank(promise_hours: u64) -> Self {
        Self {
            name: String::new(),
            short_name: String::new(),
            kind: OrganizationKind::Base,
            status: MemberStatus::Applied,
            district: None,
            phone: String::new(),
            address: String::new(),
            hours: String::new(),
            step_free: None,
            promise_amount: i64::try_from(promise_hours).unwrap_or(24),
            promise_counted: Counted::Clock,
            terms: PromiseTerms::default(),
            most_open: None,
            fields: Vec::new(),
            territories: Vec::new(),
        }
    }
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
