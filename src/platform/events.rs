//! The append-only ledger of engagement events: what happened, written in the same transaction as
//! the fact. Metrics are computed from it and from nothing else; rows are never edited.

use uuid::Uuid;

use super::clock::Moment;
use super::db::{Link, Tx};
use super::error::Result;
use crate::run;

/// One thing that happened.
#[derive(Clone, Debug, Default)]
pub struct EngagementEvent {
    /// Dotted name such as `inquiry.opened`.
    pub kind: &'static str,
    /// Official account.
    pub account: Option<String>,
    /// Citizen, by the id of this installation, never by openid.
    pub citizen: Option<Uuid>,
    /// Inquiry.
    pub inquiry: Option<Uuid>,
    /// Member organization.
    pub organization: Option<Uuid>,
    /// Staff member.
    pub staff: Option<Uuid>,
    /// Territory.
    pub territory: Option<String>,
    /// Legal field code.
    pub field: Option<String>,
    /// How it came: `text`, `voice`, `web`, `custom`, `reply` …
    pub channel: Option<String>,
    /// Scene of the QR code that brought the citizen.
    pub scene: Option<String>,
    /// A number that belongs to the event, such as the stars of a rating.
    pub amount: Option<i64>,
}

/// Writes one event.
pub async fn record(tx: &mut Tx, at: Moment, event: &EngagementEvent) -> Result<()> {
    const SQL: &str = "INSERT INTO engagement_events (at, kind, account_id, citizen_id, inquiry_id, \
        organization_id, staff_id, territory_id, field, channel, scene, amount) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(at)
            .bind(event.kind)
            .bind(event.account.as_deref())
            .bind(event.citizen)
            .bind(event.inquiry)
            .bind(event.organization)
            .bind(event.staff)
            .bind(event.territory.as_deref())
            .bind(event.field.as_deref())
            .bind(event.channel.as_deref())
            .bind(event.scene.as_deref())
            .bind(event.amount)
    )?;
    Ok(())
}

/// Takes the inquiry out of its events, when it is erased: they go on counting, but no longer tell
/// which of them belong together.
pub async fn unlink(tx: &mut Tx, inquiry: Uuid) -> Result<()> {
    let sql = "UPDATE engagement_events SET inquiry_id = NULL WHERE inquiry_id = $1";
    run!(tx, sqlx::query(sql).bind(inquiry))?;
    Ok(())
}

/// How many events of a kind the ledger holds.
pub async fn count(link: &mut impl Link, kind: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM engagement_events WHERE kind = $1";
    Ok(crate::on!(link, c => sqlx::query_scalar(sql).bind(kind).fetch_one(c).await)?)
}
