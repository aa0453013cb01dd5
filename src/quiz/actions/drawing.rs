//! The draw.

use std::collections::HashMap;

use super::flags::look_within;
use super::rounds::note;
use crate::platform::Deps;
use crate::platform::error::{Error, Result};
use crate::quiz::round::{Phase, RoundId};
use crate::quiz::rules::draw as rules;
use crate::quiz::store::{playing, rounds as store};
use crate::staff::StaffId;

/// Draws: fixes who takes part, publishes the list's digest and the seed, and writes who won.
///
/// # Errors
/// Not found; conflict when the round still runs, was drawn, something that looks like cheating is
/// not decided, or the seed cannot be opened.
pub async fn draw(deps: &Deps, by: StaffId, id: RoundId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let round = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    if round.phase(now.in_shanghai().date()) != Phase::Ended {
        return Err(Error::conflict("活动结束以后才能开奖，而且只能开一次。"));
    }
    let open = look_within(&mut tx, id, now).await?;
    if open > 0 {
        tx.commit().await?;
        return Err(Error::conflict(format!(
            "有 {open} 条异常还没有处理，没有开奖。请先打开“答题异常”逐条决定。"
        )));
    }
    let sealed = round.sealed_seed.as_deref().unwrap_or_default();
    let seed = deps.vault.open(id.0.as_bytes(), sealed);
    let seed = seed.filter(|seed| Some(rules::digest(seed)) == round.commitment);
    let seed = seed.ok_or_else(|| {
        Error::conflict("打不开发布时封存的种子，没有开奖。请系统管理员检查封存密钥文件是否换过。")
    })?;
    let numbers = playing::eligible(&mut tx, id, round.least_right.max(1)).await?;
    let list_hash = rules::digest(&rules::list(&numbers));
    let count = usize::try_from(round.winners).unwrap_or(0);
    let won = rules::winners(&seed, &list_hash, &numbers, count);
    let rank: HashMap<&str, i64> = won.iter().map(String::as_str).zip(1..).collect();
    let entries: Vec<(String, Option<i64>)> =
        numbers.iter().map(|n| (n.clone(), rank.get(n.as_str()).copied())).collect();
    if !store::draw(&mut tx, id, (by, now), (&seed, &list_hash), &entries).await? {
        return Err(Error::conflict("这场活动刚刚已经开过奖。请刷新页面。"));
    }
    note(&mut tx, now, by, "quiz.round.draw", id).await?;
    tx.commit().await
}
