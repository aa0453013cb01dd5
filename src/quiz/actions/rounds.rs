//! Writing a round, having it checked, letting it go.

use serde_json::json;

use crate::content::approving::checked_reason;
use crate::knowledge::live::day_of;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::quiz::round::{Round, RoundEdit, RoundId, RoundState};
use crate::quiz::rules::draw;
use crate::quiz::rules::round as rules;
use crate::quiz::store::{bank, rounds as store};
use crate::staff::StaffId;

const CHANGED: &str = "这场活动刚被别人改过。请返回重新打开，再做一次。";

/// Adds a draft; the same `once` again adds nothing.
///
/// # Errors
/// Invalid when something is missing.
pub async fn add(deps: &Deps, by: StaffId, once: RoundId, edit: RoundEdit) -> Result<()> {
    let round = draft(once, 1, rules::checked(edit)?, by, deps.clock.now());
    let mut tx = deps.db.begin().await?;
    if store::insert(&mut tx, &round).await? {
        note(&mut tx, deps.clock.now(), by, "quiz.round.add", once).await?;
    }
    tx.commit().await
}

/// Changes a round that has not been let go, made from version `seen`. It becomes a draft again.
///
/// # Errors
/// Not found; invalid; conflict when it was let go, or the newest version is another one.
pub async fn change(
    deps: &Deps,
    by: StaffId,
    id: RoundId,
    seen: i64,
    edit: RoundEdit,
) -> Result<()> {
    let mut tx = deps.db.begin().await?;
    let before = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    rules::may_change(&before)?;
    let round = draft(id, seen + 1, rules::checked(edit)?, by, deps.clock.now());
    if !store::change(&mut tx, &round).await? {
        return Err(Error::conflict(CHANGED));
    }
    note(&mut tx, deps.clock.now(), by, "quiz.round.change", id).await?;
    tx.commit().await
}

fn draft(id: RoundId, version: i64, edit: RoundEdit, by: StaffId, now: Moment) -> Round {
    Round {
        id,
        version,
        account_id: edit.account_id,
        title: edit.title,
        intro: edit.intro,
        prizes: edit.prizes,
        winners: edit.winners,
        least_right: edit.least_right,
        opens_on: edit.opens_on,
        closes_on: edit.closes_on,
        period_days: edit.period_days,
        per_period: edit.per_period,
        field: edit.field,
        hardest: edit.hardest,
        units: edit.units,
        population: edit.population,
        population_source: edit.population_source,
        state: RoundState::Draft,
        written_by: by,
        written_at: now,
        reason: None,
        checked_by: None,
        checked_at: None,
        sealed_seed: None,
        commitment: None,
        seed: None,
        list_hash: None,
        drawn_at: None,
    }
}

/// Hands a draft to another person.
///
/// # Errors
/// Not found; conflict when it is no draft, or the bank has too few questions for it.
pub async fn submit(deps: &Deps, by: StaffId, id: RoundId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let round = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    rules::drawn_from(&round, &bank::newest(&mut tx).await?, &day_of(now))?;
    if !store::step(&mut tx, id, RoundState::Draft, RoundState::Waiting, None).await? {
        return Err(Error::conflict(CHANGED));
    }
    note(&mut tx, now, by, "quiz.round.submit", id).await?;
    tx.commit().await
}

/// Sends a round back, with a reason.
///
/// # Errors
/// Not found; invalid without a reason; conflict when it does not wait or is the own one.
pub async fn send_back(deps: &Deps, by: StaffId, id: RoundId, reason: &str) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let round = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let reason = checked_reason(reason)?;
    rules::may_decide(&round, by)?;
    if !store::step(&mut tx, id, RoundState::Waiting, RoundState::Draft, Some(reason)).await? {
        return Err(Error::conflict(CHANGED));
    }
    note(&mut tx, now, by, "quiz.round.return", id).await?;
    tx.commit().await
}

/// Lets a round go: fixes the questions it draws from, chooses the seed of the draw, seals it and
/// publishes its digest.
///
/// # Errors
/// Not found; conflict when `by` wrote it, it does not wait at version `seen`, or the bank has too
/// few questions.
pub async fn let_go(deps: &Deps, by: StaffId, id: RoundId, seen: i64) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let round = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    rules::may_decide(&round, by)?;
    if round.version != seen {
        return Err(Error::conflict(CHANGED));
    }
    let all = bank::newest(&mut tx).await?;
    let questions = rules::drawn_from(&round, &all, &day_of(now))?;
    let seed: String = deps.entropy.bytes::<32>().iter().map(|b| format!("{b:02x}")).collect();
    let sealed = deps.vault.seal(&deps.entropy, id.0.as_bytes(), &seed).unwrap_or_default();
    let commitment = draw::digest(&seed);
    let kept = (sealed.as_str(), commitment.as_str());
    if !store::let_go(&mut tx, id, (by, now), kept, &questions).await? {
        return Err(Error::conflict(CHANGED));
    }
    note(&mut tx, now, by, "quiz.round.open", id).await?;
    tx.commit().await
}

pub(super) async fn note(
    tx: &mut Tx,
    now: Moment,
    by: StaffId,
    act: &str,
    id: RoundId,
) -> Result<()> {
    audit::record(tx, now, Some(by.0), act, &format!("quiz-round:{id}"), &json!({})).await
}
