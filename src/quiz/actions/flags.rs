//! Looking for what seems like cheating, deciding about it, objecting.

use serde_json::json;

use crate::content::approving::checked_reason;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::quiz::round::{Phase, RoundId};
use crate::quiz::rules::flags::{self as rules, FlagDecision, FlagKind};
use crate::quiz::store::{flags as store, playing, rounds};
use crate::staff::StaffId;

const DRAWN: &str = "已经开奖，名单不能再改。";

/// Looks at every answer of a round. Gives how many people a person has to decide about.
///
/// # Errors
/// When the database cannot be used.
pub async fn look(deps: &Deps, id: RoundId) -> Result<i64> {
    let mut tx = deps.db.begin().await?;
    let open = look_within(&mut tx, id, deps.clock.now()).await?;
    tx.commit().await?;
    Ok(open)
}

pub(super) async fn look_within(tx: &mut Tx, id: RoundId, now: Moment) -> Result<i64> {
    let played = store::played(tx, id).await?;
    for found in rules::find(&played) {
        store::raise(tx, &found, now).await?;
    }
    store::undecided(tx, id).await
}

/// Decides about a flag, with a reason.
///
/// # Errors
/// Not found; invalid without a reason; conflict when it is decided, drawn, or the own decision is
/// objected to.
pub async fn decide(
    deps: &Deps,
    by: StaffId,
    id: RoundId,
    (number, kind): (&str, FlagKind),
    decision: FlagDecision,
    reason: &str,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let round = rounds::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let flags = store::of_round(&mut tx, id).await?;
    let flag = flags.iter().find(|flag| flag.number == number && flag.kind == kind);
    let flag = flag.ok_or_else(Error::not_found)?;
    if round.phase(now.in_shanghai().date()) == Phase::Drawn {
        return Err(Error::conflict(DRAWN));
    }
    let reason = checked_reason(reason)?;
    rules::may_decide(flag.decided_by, flag.appeal.as_deref(), by)?;
    store::decide(&mut tx, flag, (decision, reason), (by, now)).await?;
    let detail = json!({ "number": number, "kind": kind, "decision": decision });
    let object = format!("quiz-round:{id}");
    audit::record(&mut tx, now, Some(by.0), "quiz.flag.decide", &object, &detail).await?;
    tx.commit().await
}

/// A player objects to being looked at, or to being left out.
///
/// # Errors
/// Not found; invalid when nothing is said; conflict after the draw.
pub async fn object(deps: &Deps, id: RoundId, person: (&str, &str), objection: &str) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let round = rounds::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let player = playing::player(&mut tx, id, person).await?.ok_or_else(Error::not_found)?;
    if round.phase(now.in_shanghai().date()) == Phase::Drawn {
        return Err(Error::conflict(DRAWN));
    }
    store::appeal(&mut tx, player.id, rules::objection(objection)?).await?;
    tx.commit().await
}
