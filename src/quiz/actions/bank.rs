//! Writing questions, checking them, taking them out of use, looking after the laws they rest on.

use serde_json::json;

use crate::content::approving::{Decision, checked_reason};
use crate::knowledge::checking;
use crate::knowledge::live::day_of;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::{Link, Tx};
use crate::platform::error::{Error, Result};
use crate::quiz::rules::question as rules;
use crate::quiz::store::bank as store;
use crate::quiz::{Question, QuestionEdit, QuestionId};
use crate::staff::StaffId;

const CHANGED: &str = "这道题刚被别人改过。请返回重新打开，再改一次。";

/// Adds a question; the same `once` again adds nothing.
///
/// # Errors
/// Invalid when something is missing.
pub async fn add(deps: &Deps, by: StaffId, once: QuestionId, edit: QuestionEdit) -> Result<()> {
    add_all(deps, by, vec![(once, edit)]).await
}

/// Adds questions, all of them or none.
///
/// # Errors
/// Invalid when something is missing in one of them.
pub async fn add_all(
    deps: &Deps,
    by: StaffId,
    edits: Vec<(QuestionId, QuestionEdit)>,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    for (id, edit) in edits {
        let question = version_of(&mut tx, id, 1, rules::checked(edit)?, by, now).await?;
        if store::insert(&mut tx, &question).await? {
            note(&mut tx, now, by, "quiz.question.add", &question).await?;
        }
    }
    tx.commit().await
}

/// Writes the next version of a question, made from version `seen`. It has to be checked again.
///
/// # Errors
/// Not found; invalid when something is missing; conflict when the newest version is another one.
pub async fn change(
    deps: &Deps,
    by: StaffId,
    id: QuestionId,
    seen: i64,
    edit: QuestionEdit,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let before = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let edit = rules::checked(edit)?;
    if before.version != seen || before.retired_at.is_some() {
        return Err(Error::conflict(CHANGED));
    }
    let question = version_of(&mut tx, id, seen + 1, edit, by, now).await?;
    if !store::insert(&mut tx, &question).await? {
        return Err(Error::conflict(CHANGED));
    }
    note(&mut tx, now, by, "quiz.question.change", &question).await?;
    tx.commit().await
}

async fn version_of(
    link: &mut impl Link,
    id: QuestionId,
    version: i64,
    edit: QuestionEdit,
    by: StaffId,
    now: Moment,
) -> Result<Question> {
    let cited = format!("《{}》{}", edit.law, edit.article);
    Ok(Question {
        id,
        version,
        doubt: doubt(link, &cited, now, now).await?,
        kind: edit.kind,
        field: edit.field,
        situation: edit.situation,
        question: edit.question,
        options: edit.options,
        answer_key: edit.answer_key,
        explanation: edit.explanation,
        law: edit.law,
        article: edit.article,
        source: edit.source,
        difficulty: edit.difficulty,
        expires_on: edit.expires_on,
        written_by: by,
        written_at: now,
        decision: None,
        reason: None,
        decided_by: None,
        decided_at: None,
        retired_at: None,
    })
}

/// What is the matter with a citation made at `written`, as seen at `now`.
async fn doubt(
    link: &mut impl Link,
    cited: &str,
    written: Moment,
    now: Moment,
) -> Result<Option<String>> {
    let checked = checking::check(link, cited, &day_of(written), &day_of(now)).await?;
    Ok(checked.iter().find_map(rules::doubt))
}

/// Says that the newest version may be asked, or sends it back with a reason.
///
/// # Errors
/// Not found; invalid without a reason; conflict when `by` wrote it, it was decided already, or the
/// version is not `seen`.
pub async fn decide(
    deps: &Deps,
    by: StaffId,
    id: QuestionId,
    seen: i64,
    verdict: Result<(), &str>,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let question = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    if question.version != seen {
        return Err(Error::conflict(CHANGED));
    }
    let (decision, reason, act) = match verdict {
        Ok(()) => (Decision::Approved, None, "quiz.question.approve"),
        Err(reason) => (Decision::Returned, Some(checked_reason(reason)?), "quiz.question.return"),
    };
    rules::may_decide(&question, by)?;
    if !store::settle(&mut tx, (id, seen), decision, reason, by, now).await? {
        return Err(Error::conflict(CHANGED));
    }
    note(&mut tx, now, by, act, &question).await?;
    tx.commit().await
}

/// Takes a question out of use, for good.
///
/// # Errors
/// Not found.
pub async fn retire(deps: &Deps, by: StaffId, id: QuestionId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let question = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    if store::retire(&mut tx, id, now).await? {
        note(&mut tx, now, by, "quiz.question.retire", &question).await?;
    }
    tx.commit().await
}

/// Looks whether the articles that questions rest on are still what they were. Gives how many
/// questions changed their standing.
///
/// # Errors
/// When the database cannot be used.
pub async fn look_after_laws(deps: &Deps) -> Result<usize> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let mut changed = 0;
    for question in store::newest(&mut tx).await? {
        let found = doubt(&mut tx, &question.citation(), question.written_at, now).await?;
        if found != question.doubt {
            store::set_doubt(&mut tx, (question.id, question.version), found.as_deref()).await?;
            changed += 1;
        }
    }
    tx.commit().await?;
    Ok(changed)
}

async fn note(tx: &mut Tx, now: Moment, by: StaffId, act: &str, question: &Question) -> Result<()> {
    let object = format!("quiz-question:{}", question.id);
    let detail = json!({ "version": question.version });
    audit::record(tx, now, Some(by.0), act, &object, &detail).await
}
