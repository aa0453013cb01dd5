//! Certificates, and what players think.

use crate::platform::Deps;
use crate::platform::error::{Error, Result};
use crate::quiz::round::{Player, Round};
use crate::quiz::rules::honours::{When, marks};
use crate::quiz::store::honours::{self as store, Certificate};
use crate::quiz::store::playing;

/// The certificate of a player, made when they first ask for it.
///
/// # Errors
/// Conflict when there are too few right answers.
pub async fn certificate(deps: &Deps, round: &Round, player: &Player) -> Result<Certificate> {
    let mut tx = deps.db.begin().await?;
    let tasks = playing::all_tasks(&mut tx, player.id).await?;
    let right: i64 = tasks.iter().filter_map(|task| task.correct).sum();
    let least = round.least_right.max(1);
    if right < least {
        return Err(Error::conflict(format!("累计答对 {least} 题可以领证书，现在是 {right} 题。")));
    }
    let code: String = deps.entropy.bytes::<8>().iter().map(|b| format!("{b:02x}")).collect();
    store::issue(&mut tx, player.id, &code, right, deps.clock.now()).await?;
    let made = store::of_player(&mut tx, player.id).await?.ok_or_else(Error::not_found)?;
    tx.commit().await?;
    Ok(made)
}

/// Keeps what a player thinks, once before and once after.
///
/// # Errors
/// Invalid when a question was left out.
pub async fn survey(
    deps: &Deps,
    player: &Player,
    when: When,
    (aware, useful, satisfied): (i64, i64, i64),
) -> Result<()> {
    let marks = marks(when, aware, useful, satisfied)?;
    let mut tx = deps.db.begin().await?;
    store::survey(&mut tx, player.id, when, &marks, deps.clock.now()).await?;
    tx.commit().await
}
