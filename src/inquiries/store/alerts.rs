//! The table `danger_alerts`: who was alerted to danger read in an inquiry.

use sqlx::FromRow;

use crate::inquiries::InquiryId;
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::{Role, StaffId};
use crate::{on, run};

/// Danger read in an inquiry, which may not be written yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// The inquiry.
    pub inquiry: InquiryId,
    /// Its number.
    pub number: String,
    /// Who answers it; `None`: the operators.
    pub organization: Option<OrganizationId>,
    /// Codes of the dangers, comma-separated.
    pub kinds: String,
}

/// An alert as it stands.
#[derive(Clone, Debug, FromRow)]
pub struct Alert {
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// Its number.
    pub number: String,
    /// Who answers it.
    pub organization_id: Option<OrganizationId>,
    /// Codes of the dangers, comma-separated.
    pub kinds: String,
    /// When it was raised.
    pub raised_at: Moment,
    /// When this person said that they know.
    pub seen_at: Option<Moment>,
}

/// Writes an alert for one person; told again of the same inquiry, it is new again.
pub async fn alert(tx: &mut Tx, alarm: &Alarm, staff: StaffId, now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO danger_alerts (inquiry_id, staff_id, number, organization_id, \
        kinds, raised_at) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (inquiry_id, staff_id) DO UPDATE SET kinds = excluded.kinds, \
        organization_id = excluded.organization_id, raised_at = excluded.raised_at, seen_at = NULL";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(alarm.inquiry)
            .bind(staff)
            .bind(&alarm.number)
            .bind(alarm.organization)
            .bind(&alarm.kinds)
            .bind(now)
    )?;
    Ok(())
}

/// Active people of a role, of an organization or of the alliance itself, whoever was here last
/// first.
pub async fn on_duty(
    link: &mut impl Link,
    role: Role,
    organization: Option<OrganizationId>,
) -> Result<Vec<StaffId>> {
    const SQL: &str = "SELECT id FROM staff WHERE active AND role = $1 \
        AND (organization_id = $2 OR ($2 IS NULL AND organization_id IS NULL)) \
        ORDER BY coalesce(last_login_at, 0) DESC, id LIMIT 2";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(role).bind(organization).fetch_all(c).await)?)
}

/// A person's alerts, unseen and newest first, at most `most`.
pub async fn alerts_of(link: &mut impl Link, staff: StaffId, most: i64) -> Result<Vec<Alert>> {
    const SQL: &str = "SELECT inquiry_id, number, organization_id, kinds, raised_at, seen_at \
        FROM danger_alerts WHERE staff_id = $1 \
        ORDER BY CASE WHEN seen_at IS NULL THEN 0 ELSE 1 END, raised_at DESC, inquiry_id LIMIT $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(staff).bind(most).fetch_all(c).await)?)
}

/// A person's alerts that they have not yet said to know of, newest first, at most `most`.
pub async fn unseen_alerts(link: &mut impl Link, staff: StaffId, most: i64) -> Result<Vec<Alert>> {
    const SQL: &str = "SELECT inquiry_id, number, organization_id, kinds, raised_at, seen_at \
        FROM danger_alerts WHERE staff_id = $1 AND seen_at IS NULL \
        ORDER BY raised_at DESC, inquiry_id LIMIT $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(staff).bind(most).fetch_all(c).await)?)
}

/// Notes that a person knows; `false` when they were never alerted.
pub async fn mark_alert_seen(
    tx: &mut Tx,
    inquiry: InquiryId,
    staff: StaffId,
    now: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE danger_alerts SET seen_at = coalesce(seen_at, $3) \
        WHERE inquiry_id = $1 AND staff_id = $2";
    Ok(run!(tx, sqlx::query(SQL).bind(inquiry).bind(staff).bind(now))? == 1)
}
