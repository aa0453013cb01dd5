//! What people do with inquiries, one verb each.
//!
//! [`citizen`] holds what a citizen's word does; it works inside the caller's transaction, because
//! many words are taken in at once. The rest opens its own.

pub mod attaching;
pub mod citing;
pub mod citizen;
pub mod filtering;
pub mod labelling;
pub mod page;
pub mod reveal;
pub mod saying;
pub mod staff;
pub mod telling;
pub mod terms;

use serde_json::Value;

use super::rules::{self, Step};
use super::{Inquiry, InquiryId, store};
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::{self, EngagementEvent};
use crate::staff::StaffId;

/// One inquiry being changed: read under lock, stepped, written back, told.
pub struct Change {
    /// The transaction it happens in.
    pub tx: Tx,
    /// The inquiry as it will be written.
    pub inquiry: Inquiry,
    /// The moment of the change.
    pub now: Moment,
    before: Inquiry,
}

impl Change {
    /// Reads an inquiry within `scope` for changing.
    ///
    /// # Errors
    /// Not found when it does not exist or lies outside the scope; the two look the same.
    pub async fn begin(deps: &Deps, scope: OrgScope, id: InquiryId) -> Result<Self> {
        let mut tx = deps.db.begin().await?;
        let inquiry = store::lock(&mut tx, scope, id).await?.ok_or_else(Error::not_found)?;
        Ok(Self { tx, before: inquiry.clone(), inquiry, now: deps.clock.now() })
    }

    /// Moves the inquiry.
    ///
    /// # Errors
    /// Conflict when its state does not allow the step.
    pub fn step(&mut self, step: Step) -> Result<()> {
        self.inquiry.state = rules::next(self.inquiry.state, step)?;
        Ok(())
    }

    /// Writes everything with an audit entry and an event, commits, and tells who watches.
    pub async fn finish(
        mut self,
        deps: &Deps,
        by: Option<StaffId>,
        action: &'static str,
        detail: Value,
    ) -> Result<Inquiry> {
        if by.is_some() && by == self.inquiry.assignee_id {
            self.inquiry.active_at = self.inquiry.active_at.max(Some(self.now));
        }
        store::save(&mut self.tx, &self.inquiry).await?;
        let object = format!("inquiry:{}", self.inquiry.id);
        audit::record(&mut self.tx, self.now, by.map(|b| b.0), action, &object, &detail).await?;
        let event = EngagementEvent { staff: by.map(|b| b.0), ..event(action, &self.inquiry) };
        events::record(&mut self.tx, self.now, &event).await?;
        self.tx.commit().await?;
        deps.coord.publish(news(&self.before, &self.inquiry));
        deps.coord.publish(News::Jobs);
        Ok(self.inquiry)
    }
}

/// An event about an inquiry, with all that figures are cut by.
pub fn event(kind: &'static str, inquiry: &Inquiry) -> EngagementEvent {
    EngagementEvent {
        kind,
        account: Some(inquiry.account_id.clone()),
        citizen: Some(inquiry.citizen_id.0),
        inquiry: Some(inquiry.id.0),
        organization: inquiry.organization_id.map(|o| o.0),
        territory: inquiry.territory_id.clone(),
        field: inquiry.field.map(|f| f.code().to_owned()),
        ..EngagementEvent::default()
    }
}

/// What watchers are told about a change from `before` to `after`.
pub fn news(before: &Inquiry, after: &Inquiry) -> News {
    let (formerly, now) = (before.organization_id, after.organization_id);
    News::Inquiry {
        inquiry: after.id.0,
        organization: now.map(|o| o.0),
        formerly: (formerly != now).then_some(formerly).flatten().map(|o| o.0),
    }
}
