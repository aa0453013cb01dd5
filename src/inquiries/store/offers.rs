//! The table `offers`.

use sqlx::FromRow;

use crate::inquiries::offers::{DeclineReason, Offer, OfferId, OfferState};
use crate::inquiries::{InquiryId, State};
use crate::language::fields::Field;
use crate::members::{OrgScope, OrganizationId, OrganizationKind};
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::{on, run};

/// Keeps an offer. One that was open for the same inquiry is no longer.
pub async fn insert_offer(tx: &mut Tx, offer: &Offer) -> Result<()> {
    settle_offer(tx, offer.inquiry_id, &Settling::by_system(OfferState::Withdrawn), offer.at)
        .await?;
    const SQL: &str = "INSERT INTO offers (id, inquiry_id, organization_id, staff_id, reasons, due_at, at, \
        state, answer_by, candidates, listed_for) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(offer.id)
            .bind(offer.inquiry_id)
            .bind(offer.organization_id)
            .bind(offer.staff_id)
            .bind(&offer.reasons)
            .bind(offer.due_at)
            .bind(offer.at)
            .bind(offer.state)
            .bind(offer.answer_by)
            .bind(&offer.candidates)
            .bind(offer.listed_for)
    )?;
    Ok(())
}

/// What becomes of an open offer.
#[derive(Clone, Debug)]
pub struct Settling<'a> {
    /// How it ends.
    pub state: OfferState,
    /// Who said so; `None`: the clock or a newer offer.
    pub by: Option<StaffId>,
    /// Why it was declined.
    pub decline: Option<DeclineReason>,
    /// In the words of who declined.
    pub remark: &'a str,
}

impl Settling<'_> {
    /// Nobody said anything.
    pub fn by_system(state: OfferState) -> Self {
        Self { state, by: None, decline: None, remark: "" }
    }

    /// Somebody takes it.
    pub fn accepted(by: StaffId) -> Self {
        Self { state: OfferState::Accepted, by: Some(by), decline: None, remark: "" }
    }
}

/// Ends the open offer of an inquiry; `false` when there is none.
pub async fn settle_offer(
    tx: &mut Tx,
    inquiry: InquiryId,
    settling: &Settling<'_>,
    at: Moment,
) -> Result<bool> {
    const SQL: &str = "UPDATE offers SET state = $2, settled_by = $3, decline = $4, remark = $5, \
        settled_at = $6 WHERE inquiry_id = $1 AND state = 'open'";
    let settled = run!(
        tx,
        sqlx::query(SQL)
            .bind(inquiry)
            .bind(settling.state)
            .bind(settling.by)
            .bind(settling.decline)
            .bind(settling.remark)
            .bind(at)
    )?;
    Ok(settled > 0)
}

/// Every decision on an inquiry, oldest first.
pub async fn offers(link: &mut impl Link, inquiry: InquiryId) -> Result<Vec<Offer>> {
    const SQL: &str = "SELECT id, inquiry_id, organization_id, listed_for, staff_id, reasons, candidates, due_at, at, state, \
        answer_by, settled_at, settled_by, decline, remark \
        FROM offers WHERE inquiry_id = $1 ORDER BY at, id";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(inquiry).fetch_all(c).await)?)
}

/// An inquiry whose offer nobody answered.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Stranded {
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// Who has it.
    pub organization_id: OrganizationId,
}

/// Inquiries whose offer nobody answered in time, the longest overdue first.
pub async fn unanswered_offers(
    link: &mut impl Link,
    now: Moment,
    limit: i64,
) -> Result<Vec<Stranded>> {
    const SQL: &str = "SELECT o.inquiry_id, o.organization_id FROM offers o \
        JOIN inquiries i ON i.id = o.inquiry_id \
        WHERE o.state = 'open' AND o.answer_by <= $1 AND o.organization_id IS NOT NULL \
        AND i.state = 'offered' ORDER BY o.answer_by LIMIT $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(now).bind(limit).fetch_all(c).await)?)
}

/// An unfinished inquiry of an organization, as far as moving it needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Held {
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// Who has it.
    pub organization_id: OrganizationId,
    /// Offered or claimed.
    pub state: State,
    /// Whether it goes first.
    pub urgent: bool,
    /// Promised time.
    pub due_at: Moment,
    /// Whether its offer still waits for a word.
    pub unanswered: bool,
}

/// The unfinished inquiries of an organization, the most urgent and oldest first. Answered ones only
/// wait for the citizen and are not among them.
pub async fn held(link: &mut impl Link, by: OrganizationId, limit: i64) -> Result<Vec<Held>> {
    const SQL: &str = "SELECT i.id AS inquiry_id, i.organization_id, i.state, i.urgent, i.due_at, \
        o.id IS NOT NULL AS unanswered FROM inquiries i \
        LEFT JOIN offers o ON o.inquiry_id = i.id AND o.state = 'open' \
        WHERE i.organization_id = $1 AND i.state IN ('offered', 'claimed') \
        ORDER BY i.urgent DESC, i.due_at, i.id LIMIT $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(by).bind(limit).fetch_all(c).await)?)
}

/// An inquiry that waits until somebody can be asked.
#[derive(Clone, Debug, FromRow)]
pub struct Waiting {
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// Field, when known.
    pub field: Option<Field>,
    /// Territory, when known.
    pub territory_id: Option<String>,
    /// Whether it goes first.
    pub urgent: bool,
}

/// Inquiries that wait until somebody can be asked, the most urgent and oldest first.
pub async fn waiting_for_room(link: &mut impl Link, limit: i64) -> Result<Vec<Waiting>> {
    const SQL: &str = "SELECT i.id AS inquiry_id, i.field, i.territory_id, i.urgent FROM inquiries i JOIN offers o ON o.inquiry_id = i.id \
        WHERE i.state = 'waiting' AND o.state = 'open' AND o.organization_id IS NULL \
        AND o.listed_for IS NULL ORDER BY i.urgent DESC, i.due_at, i.id LIMIT $1";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(limit).fetch_all(c).await)?)
}

/// Inquiries that nobody has picked from their list in time.
pub async fn unpicked(link: &mut impl Link, now: Moment, limit: i64) -> Result<Vec<InquiryId>> {
    const SQL: &str = "SELECT o.inquiry_id FROM offers o JOIN inquiries i ON i.id = o.inquiry_id \
        WHERE o.state = 'open' AND o.answer_by <= $1 AND o.listed_for IS NOT NULL \
        AND i.state = 'waiting' ORDER BY o.answer_by LIMIT $2";
    Ok(on!(link, c => sqlx::query_scalar(SQL).bind(now).bind(limit).fetch_all(c).await)?)
}

/// Ends the time in the list of a type, for everything that stands there.
pub async fn close_list(tx: &mut Tx, kind: OrganizationKind, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE offers SET answer_by = $2 \
        WHERE state = 'open' AND listed_for = $1 AND answer_by > $2";
    run!(tx, sqlx::query(SQL).bind(kind).bind(now))?;
    Ok(())
}

/// Turns the offer that an organization has taken into a declined one, when it puts the inquiry back.
pub async fn take_back(
    tx: &mut Tx,
    offer: OfferId,
    settling: &Settling<'_>,
    at: Moment,
) -> Result<()> {
    const SQL: &str = "UPDATE offers SET state = $2, settled_by = $3, decline = $4, remark = $5, \
        settled_at = $6 WHERE id = $1";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(offer)
            .bind(settling.state)
            .bind(settling.by)
            .bind(settling.decline)
            .bind(settling.remark)
            .bind(at)
    )?;
    Ok(())
}

/// An inquiry in a list, as organizations that may pick it see it: the first words, masked.
#[derive(Clone, Debug, FromRow)]
pub struct Listed {
    /// The inquiry.
    pub inquiry_id: InquiryId,
    /// Number.
    pub number: String,
    /// Field, when known.
    pub field: Option<Field>,
    /// Territory, when known.
    pub territory_id: Option<String>,
    /// First words, masked.
    pub first_line: String,
    /// When it was asked.
    pub opened_at: Moment,
    /// Promised time.
    pub due_at: Moment,
    /// Until when it stands there.
    pub until: Moment,
    /// How the candidates compared, as routing wrote it.
    pub candidates: String,
}

/// What stands in the list of a type for an organization that has not put it back before, the first
/// to leave first. A scope without an organization picks nothing.
pub async fn listed(
    link: &mut impl Link,
    scope: OrgScope,
    kind: OrganizationKind,
    limit: i64,
) -> Result<Vec<Listed>> {
    const SQL: &str = "SELECT i.id AS inquiry_id, i.number, i.field, i.territory_id, i.first_line, \
        i.opened_at, i.due_at, o.answer_by AS until, o.candidates FROM offers o \
        JOIN inquiries i ON i.id = o.inquiry_id \
        WHERE o.state = 'open' AND o.listed_for = $2 AND i.state = 'waiting' AND NOT EXISTS ( \
        SELECT 1 FROM offers b WHERE b.inquiry_id = i.id AND b.organization_id = $1 \
        AND b.state IN ('declined', 'expired')) ORDER BY o.answer_by, i.id LIMIT $3";
    let Some(own) = scope.organization() else { return Ok(Vec::new()) };
    Ok(on!(link, c => sqlx::query_as(SQL).bind(own).bind(kind).bind(limit).fetch_all(c).await)?)
}
