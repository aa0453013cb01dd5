//! QR codes that carry a scene (wechat-protocol.md §9): who has one, where it hangs, and what came
//! through it.
//!
//! A scan comes back as an event with the scene in it; the intake notes it on the follower and in
//! the ledger of engagement events, from which the figures here are counted. Refuses to know:
//! inquiries, conversations, campaigns' content.

pub mod actions;
pub mod rules;
pub mod sheet;
pub mod store;
pub mod views;

use sqlx::FromRow;

use crate::members::{OrganizationId, StationId};
use crate::platform::clock::Moment;
use crate::{entity_id, text_enum};

entity_id!(
    /// Id of a QR code.
    SceneId
);

text_enum!(
    /// What a code stands for.
    SceneKind {
        /// A place where citizens meet it.
        Station = "station", "服务站点";
        /// A member organization.
        Organization = "organization", "成员单位";
        /// A campaign or an event.
        Campaign = "campaign", "活动";
    }
);

/// A code as stored.
#[derive(Clone, Debug, FromRow)]
pub struct Scene {
    /// Id.
    pub id: SceneId,
    /// Official account it leads to.
    pub account_id: String,
    /// What a scan carries, 1 to 64 characters.
    pub scene: String,
    /// What it stands for.
    pub kind: SceneKind,
    /// Name printed below it.
    pub title: String,
    /// Station it hangs at.
    pub station_id: Option<StationId>,
    /// Organization it belongs to; `None`: the alliance.
    pub organization_id: Option<OrganizationId>,
    /// Seconds it lives; `None`: for ever.
    pub life_seconds: Option<i64>,
    /// What the code says; `None` until WeChat has made it.
    pub url: Option<String>,
    /// When it dies.
    pub expires_at: Option<Moment>,
    /// Why WeChat did not make it, for staff.
    pub failure: Option<String>,
    /// When it was asked for.
    pub created_at: Moment,
}

impl Scene {
    /// Whether a scan works at this moment.
    pub fn works(&self, now: Moment) -> bool {
        self.url.is_some() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// A code to be made.
#[derive(Clone, Debug)]
pub struct NewScene {
    /// Official account.
    pub account: String,
    /// What it stands for.
    pub kind: SceneKind,
    /// Name printed below it.
    pub title: String,
    /// A station that is known already.
    pub station: Option<StationId>,
    /// Town or street of a new station.
    pub territory: Option<String>,
    /// Organization it belongs to.
    pub organization: Option<OrganizationId>,
    /// Days it lives; `None`: for ever.
    pub days: Option<u32>,
}

/// What came through a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Scans, those of new followers included.
    pub scans: i64,
    /// New followers.
    pub followers: i64,
    /// Inquiries opened by those who came through it.
    pub inquiries: i64,
}
