//! The tables `shifts`, `absences`, `swaps`, `handovers` and `roster_feeds`.

use std::collections::HashMap;

use jiff::civil::Date;

use super::rules::{Planned, Roster};
use super::{Absence, AbsenceId, AbsenceReason, Handover, Shift, ShiftId, Swap, SwapId, SwapState};
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::platform::db::{Backend, Link, Tx};
use crate::platform::error::Result;
use crate::staff::StaffId;
use crate::worktime::calendar::Span;
use crate::{on, run};

type ShiftRow = (ShiftId, OrganizationId, StaffId, String, i64, i64);
type AbsenceRow = (AbsenceId, OrganizationId, StaffId, String, String, AbsenceReason);

fn shift(row: ShiftRow) -> Shift {
    let (id, organization_id, staff_id, day, from, to) = row;
    let minute = |minute: i64| u16::try_from(minute).unwrap_or(0);
    let span = Span { from: minute(from), to: minute(to) };
    Shift { id, organization_id, staff_id, day: date(&day), span }
}

fn absence(row: AbsenceRow) -> Absence {
    let (id, organization_id, staff_id, first, last, reason) = row;
    Absence { id, organization_id, staff_id, first: date(&first), last: date(&last), reason }
}

fn date(text: &str) -> Date {
    // Written by the functions below, so it always parses.
    text.parse().unwrap_or(Date::MIN)
}

macro_rules! shifts {
    ($tail:literal) => {
        concat!(
            "SELECT id, organization_id, staff_id, day, from_minute, to_minute FROM shifts ",
            $tail
        )
    };
}

macro_rules! absences {
    ($tail:literal) => {
        concat!(
            "SELECT id, organization_id, staff_id, first_day, last_day, reason FROM absences \
            WHERE last_day >= $1 AND first_day <= $2 ",
            $tail
        )
    };
}

macro_rules! swaps {
    ($tail:literal) => {
        concat!(
            "SELECT id, organization_id, shift_id, return_shift_id, asker_id, colleague_id, wish, \
            remark, state, asked_at FROM swaps ",
            $tail
        )
    };
}

/// Every organization's roster from `first` to `last`; who has no shifts there has none.
pub async fn all(
    link: &mut impl Link,
    first: Date,
    last: Date,
) -> Result<HashMap<OrganizationId, Roster>> {
    const SHIFTS: &str = shifts!("WHERE day >= $1 AND day <= $2 ORDER BY day, from_minute, id");
    const ABSENCES: &str = absences!("ORDER BY first_day, id");
    const ALONE: &str = "SELECT id FROM organizations WHERE NOT roster_counts";
    let (first, last) = (first.to_string(), last.to_string());
    let shifts: Vec<ShiftRow> =
        on!(link, c => sqlx::query_as(SHIFTS).bind(&first).bind(&last).fetch_all(c).await)?;
    let absences: Vec<AbsenceRow> =
        on!(link, c => sqlx::query_as(ABSENCES).bind(&first).bind(&last).fetch_all(c).await)?;
    let alone: Vec<OrganizationId> = on!(link, c => sqlx::query_scalar(ALONE).fetch_all(c).await)?;
    let mut rosters: HashMap<OrganizationId, Roster> = HashMap::new();
    for shift in shifts.into_iter().map(shift) {
        rosters.entry(shift.organization_id).or_default().shifts.push(shift);
    }
    for absence in absences.into_iter().map(absence) {
        if let Some(roster) = rosters.get_mut(&absence.organization_id) {
            roster.absences.push(absence);
        }
    }
    for (id, roster) in &mut rosters {
        roster.counts = !alone.contains(id);
    }
    Ok(rosters)
}

/// One organization's roster from `first` to `last`.
pub async fn of_organization(
    link: &mut impl Link,
    id: OrganizationId,
    first: Date,
    last: Date,
) -> Result<Roster> {
    const SHIFTS: &str = shifts!(
        "WHERE day >= $1 AND day <= $2 AND organization_id = $3 ORDER BY day, from_minute, id"
    );
    const ABSENCES: &str = absences!("AND organization_id = $3 ORDER BY first_day, id");
    const COUNTS: &str = "SELECT roster_counts FROM organizations WHERE id = $1";
    let (first, last) = (first.to_string(), last.to_string());
    let shifts: Vec<ShiftRow> = on!(link, c => sqlx::query_as(SHIFTS).bind(&first)
        .bind(&last).bind(id).fetch_all(c).await)?;
    let absences: Vec<AbsenceRow> = on!(link, c => sqlx::query_as(ABSENCES).bind(&first)
        .bind(&last).bind(id).fetch_all(c).await)?;
    let counts: Option<bool> =
        on!(link, c => sqlx::query_scalar(COUNTS).bind(id).fetch_optional(c).await)?;
    Ok(Roster {
        shifts: shifts.into_iter().map(shift).collect(),
        absences: absences.into_iter().map(absence).collect(),
        counts: counts.unwrap_or(true),
    })
}

/// One shift of an organization.
pub async fn get_shift(
    link: &mut impl Link,
    organization: OrganizationId,
    id: ShiftId,
) -> Result<Option<Shift>> {
    const SQL: &str = shifts!("WHERE id = $1 AND organization_id = $2");
    let row: Option<ShiftRow> =
        on!(link, c => sqlx::query_as(SQL).bind(id).bind(organization).fetch_optional(c).await)?;
    Ok(row.map(shift))
}

/// Adds a shift.
pub async fn insert_shift(
    tx: &mut Tx,
    id: ShiftId,
    organization: OrganizationId,
    planned: &Planned,
    now: Moment,
) -> Result<()> {
    const SQL: &str = "INSERT INTO shifts (id, organization_id, staff_id, day, from_minute, \
        to_minute, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(organization)
            .bind(planned.staff_id)
            .bind(planned.day.to_string())
            .bind(i64::from(planned.span.from))
            .bind(i64::from(planned.span.to))
            .bind(now)
    )?;
    Ok(())
}

/// Gives a shift to somebody else.
pub async fn give_shift(tx: &mut Tx, id: ShiftId, to: StaffId, now: Moment) -> Result<()> {
    let sql = "UPDATE shifts SET staff_id = $2, saved_at = $3 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(to).bind(now))?;
    Ok(())
}

/// Removes a shift of an organization; `false` when it was gone.
pub async fn remove_shift(tx: &mut Tx, organization: OrganizationId, id: ShiftId) -> Result<bool> {
    let sql = "DELETE FROM shifts WHERE id = $1 AND organization_id = $2";
    Ok(run!(tx, sqlx::query(sql).bind(id).bind(organization))? == 1)
}

/// Says whether the roster decides when the organization is asked.
pub async fn set_counts(tx: &mut Tx, organization: OrganizationId, counts: bool) -> Result<()> {
    let sql = "UPDATE organizations SET roster_counts = $2 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(organization).bind(counts))?;
    Ok(())
}

/// Adds an absence.
pub async fn insert_absence(tx: &mut Tx, absence: &Absence, now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO absences (id, organization_id, staff_id, first_day, last_day, \
        reason, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(absence.id)
            .bind(absence.organization_id)
            .bind(absence.staff_id)
            .bind(absence.first.to_string())
            .bind(absence.last.to_string())
            .bind(absence.reason)
            .bind(now)
    )?;
    Ok(())
}

/// Removes an absence of an organization, of one person only when `whose` says so; `false` when
/// there was none.
pub async fn remove_absence(
    tx: &mut Tx,
    organization: OrganizationId,
    id: AbsenceId,
    whose: Option<StaffId>,
) -> Result<bool> {
    const SQL: &str = "DELETE FROM absences WHERE id = $1 AND organization_id = $2 \
        AND ($3 IS NULL OR staff_id = $3)";
    Ok(run!(tx, sqlx::query(SQL).bind(id).bind(organization).bind(whose))? == 1)
}

/// The newest wishes to swap of an organization, newest first.
pub async fn swaps(
    link: &mut impl Link,
    organization: OrganizationId,
    limit: i64,
) -> Result<Vec<Swap>> {
    const SQL: &str = swaps!("WHERE organization_id = $1 ORDER BY asked_at DESC, id DESC LIMIT $2");
    Ok(on!(link, c => sqlx::query_as(SQL).bind(organization).bind(limit).fetch_all(c).await)?)
}

/// One wish to swap of an organization, held for the transaction.
pub async fn lock_swap(
    tx: &mut Tx,
    organization: OrganizationId,
    id: SwapId,
) -> Result<Option<Swap>> {
    if tx.conn().backend() == Backend::Postgres {
        run!(tx, sqlx::query("SELECT 1 FROM swaps WHERE id = $1 FOR UPDATE").bind(id))?;
    }
    const SQL: &str = swaps!("WHERE id = $1 AND organization_id = $2");
    Ok(on!(tx, c => sqlx::query_as(SQL).bind(id).bind(organization).fetch_optional(c).await)?)
}

/// Adds a wish to swap.
pub async fn insert_swap(tx: &mut Tx, swap: &Swap) -> Result<()> {
    const SQL: &str = "INSERT INTO swaps (id, organization_id, shift_id, return_shift_id, asker_id, \
        colleague_id, wish, remark, state, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(swap.id)
            .bind(swap.organization_id)
            .bind(swap.shift_id)
            .bind(swap.return_shift_id)
            .bind(swap.asker_id)
            .bind(swap.colleague_id)
            .bind(&swap.wish)
            .bind(&swap.remark)
            .bind(swap.state)
            .bind(swap.asked_at)
    )?;
    Ok(())
}

/// Settles a wish to swap.
pub async fn settle_swap(tx: &mut Tx, id: SwapId, state: SwapState, now: Moment) -> Result<()> {
    let sql = "UPDATE swaps SET state = $2, settled_at = $3 WHERE id = $1";
    run!(tx, sqlx::query(sql).bind(id).bind(state).bind(now))?;
    Ok(())
}

/// Takes back the open wishes about a shift that is gone or has changed hands.
pub async fn withdraw_swaps(tx: &mut Tx, shift: ShiftId, now: Moment) -> Result<()> {
    const SQL: &str = "UPDATE swaps SET state = $2, settled_at = $3 \
        WHERE state = $4 AND (shift_id = $1 OR return_shift_id = $1)";
    let (gone, open) = (SwapState::Withdrawn, SwapState::Asked);
    run!(tx, sqlx::query(SQL).bind(shift).bind(gone).bind(now).bind(open))?;
    Ok(())
}

/// Adds a handover note.
pub async fn insert_handover(
    tx: &mut Tx,
    id: uuid::Uuid,
    organization: OrganizationId,
    note: &Handover,
) -> Result<()> {
    const SQL: &str = "INSERT INTO handovers (id, organization_id, author_id, body, written_at) \
        VALUES ($1, $2, $3, $4, $5)";
    run!(
        tx,
        sqlx::query(SQL)
            .bind(id)
            .bind(organization)
            .bind(note.author_id)
            .bind(&note.body)
            .bind(note.written_at)
    )?;
    Ok(())
}

/// The newest handover notes of an organization, newest first.
pub async fn handovers(
    link: &mut impl Link,
    organization: OrganizationId,
    limit: i64,
) -> Result<Vec<Handover>> {
    const SQL: &str = "SELECT author_id, body, written_at FROM handovers \
        WHERE organization_id = $1 ORDER BY written_at DESC, id DESC LIMIT $2";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(organization).bind(limit).fetch_all(c).await)?)
}

/// Gives somebody's feed this secret; the one before no longer opens it.
pub async fn set_feed(tx: &mut Tx, staff: StaffId, token_hash: &[u8], now: Moment) -> Result<()> {
    const SQL: &str = "INSERT INTO roster_feeds (staff_id, token_hash, made_at) VALUES ($1, $2, $3) \
        ON CONFLICT (staff_id) DO UPDATE SET token_hash = excluded.token_hash, made_at = excluded.made_at";
    run!(tx, sqlx::query(SQL).bind(staff).bind(token_hash).bind(now))?;
    Ok(())
}

/// Whose feed a secret opens; nobody's when they may no longer log in.
pub async fn feed_owner(
    link: &mut impl Link,
    token_hash: &[u8],
) -> Result<Option<(StaffId, Option<OrganizationId>)>> {
    const SQL: &str = "SELECT s.id, s.organization_id FROM roster_feeds f \
        JOIN staff s ON s.id = f.staff_id WHERE f.token_hash = $1 AND s.active";
    Ok(on!(link, c => sqlx::query_as(SQL).bind(token_hash).fetch_optional(c).await)?)
}
