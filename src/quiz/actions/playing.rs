//! Playing: joining a round, being dealt questions, answering them.

use crate::knowledge::live::day_of;
use crate::platform::Deps;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::quiz::round::{Phase, Player, PlayerId, Round, RoundId, Task};
use crate::quiz::rules::round::nickname;
use crate::quiz::store::{playing as store, rounds};
use crate::quiz::{Question, QuestionId};

const NOT_RUNNING: &str = "这场答题现在不在进行时间里，没有记录这次操作。";

/// How somebody wants to play.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// As they want to be called; may be empty.
    pub nickname: String,
    /// Code of a district; may be empty.
    pub district: String,
    /// Code of a town; may be empty.
    pub town: String,
    /// One of the round's work units, or empty.
    pub unit: String,
    /// Digest of the browser's mark in this round.
    pub device: String,
}

/// Lets somebody join a round, when they have not yet, and deals the questions of the running
/// period, when they are not dealt yet. Whoever asks twice gets the same questions.
///
/// # Errors
/// Not found; invalid when the nickname is too long; conflict when the round does not run.
pub async fn start(deps: &Deps, round: RoundId, person: (&str, &str), entry: Entry) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let (round, period) = running(deps, &mut tx, round, person.0).await?;
    let player = match store::player(&mut tx, round.id, person).await? {
        Some(player) => player,
        None => join(deps, &mut tx, &round, person, entry).await?,
    };
    if store::tasks(&mut tx, player.id, period).await?.is_empty() {
        let today = day_of(now);
        let all = store::dealable(&mut tx, round.id, &today).await?;
        let before = store::dealt(&mut tx, player.id).await?;
        let chosen = choose(deps, all, &before, round.per_period);
        for (place, (question_id, version)) in (1..).zip(chosen) {
            let task = Task {
                player_id: player.id,
                period,
                place,
                question_id,
                version,
                dealt_at: now,
                answer: None,
                correct: None,
                answered_at: None,
            };
            store::deal(&mut tx, &task).await?;
        }
    }
    tx.commit().await
}

async fn running(deps: &Deps, tx: &mut Tx, round: RoundId, account: &str) -> Result<(Round, i64)> {
    let found = rounds::get(tx, round).await?.filter(|round| round.account_id == account);
    let round = found.ok_or_else(Error::not_found)?;
    match round.phase(deps.clock.now().in_shanghai().date()) {
        Phase::Running(period) => Ok((round, period)),
        Phase::Unpublished => Err(Error::not_found()),
        _ => Err(Error::conflict(NOT_RUNNING)),
    }
}

async fn join(
    deps: &Deps,
    tx: &mut Tx,
    round: &Round,
    person: (&str, &str),
    entry: Entry,
) -> Result<Player> {
    let now = deps.clock.now();
    let number = deps.entropy.bytes::<6>().iter().map(|byte| format!("{byte:02x}")).collect();
    let player = Player {
        id: PlayerId(deps.entropy.id_at(now)),
        round_id: round.id,
        number,
        nickname: nickname(&entry.nickname)?,
        district: entry.district,
        town: entry.town,
        unit: round.units().find(|unit| *unit == entry.unit).unwrap_or_default().to_owned(),
        joined_at: now,
    };
    store::insert_player(tx, &player, person, &entry.device).await?;
    // Two taps at the same moment: the first one's player is the one. A number that was drawn twice
    // is as good as impossible.
    let kept = store::player(tx, round.id, person).await?;
    kept.ok_or_else(|| Error::conflict("没有登记成功，请再点一次“开始答题”。"))
}

/// `count` questions by chance, those the player has not seen first.
fn choose(
    deps: &Deps,
    mut all: Vec<(QuestionId, i64)>,
    before: &[QuestionId],
    count: i64,
) -> Vec<(QuestionId, i64)> {
    for at in (1..all.len()).rev() {
        let other = usize::try_from(deps.entropy.below(at as u64 + 1)).unwrap_or(at);
        all.swap(at, other);
    }
    all.sort_by_key(|(id, _)| before.contains(id));
    all.truncate(usize::try_from(count).unwrap_or(0));
    all
}

/// What became of an answer: the task as it stands on disk, with its question.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Task.
    pub task: Task,
    /// Question.
    pub question: Question,
}

/// Takes an answer and scores it. A question has one answer: a later one changes nothing, and the
/// first is given back.
///
/// # Errors
/// Not found; invalid when nothing was chosen; conflict when the period is over.
pub async fn answer(
    deps: &Deps,
    round: RoundId,
    person: (&str, &str),
    (period, place): (i64, i64),
    chosen: i64,
) -> Result<Answered> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let (round, current) = running(deps, &mut tx, round, person.0).await?;
    let player = store::player(&mut tx, round.id, person).await?.ok_or_else(Error::not_found)?;
    let tasks = store::tasks(&mut tx, player.id, period).await?;
    let task = tasks.into_iter().find(|task| task.place == place).ok_or_else(Error::not_found)?;
    let question = store::question(&mut tx, task.question_id, task.version).await?;
    let question = question.ok_or_else(Error::not_found)?;
    if task.answered_at.is_some() {
        return Ok(Answered { task, question });
    }
    if period != current {
        return Err(Error::conflict(
            "这一期已经结束，没有记录这个答案。请回到活动首页做这一期的题。",
        ));
    }
    if chosen <= 0 || chosen >= 1 << question.options().count() {
        return Err(Error::invalid("还没有选答案。请先选，再点“提交”。"));
    }
    let correct = chosen == question.answer_key;
    if !store::answer(&mut tx, &task, chosen, correct, now).await? {
        drop(tx);
        return Err(Error::conflict("这道题刚刚已经提交过。请返回查看结果。"));
    }
    tx.commit().await?;
    let task = Task {
        answer: Some(chosen),
        correct: Some(i64::from(correct)),
        answered_at: Some(now),
        ..task
    };
    Ok(Answered { task, question })
}
