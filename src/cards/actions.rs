//! Laying out the pack; editing, signing, retiring cards.

use std::collections::HashMap;

use serde_json::json;
use uuid::Uuid;

use super::pack::Shipped;
use super::{Card, CardEdit, CardState, rules, store};
use crate::knowledge::live::day_of;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};

/// Brings the shipped cards into the database: new ones are added, and those that no person has
/// changed get a new version when the pack says something else now. Gives how many were written.
pub async fn lay_out(deps: &Deps, pack: &[Shipped]) -> Result<usize> {
    let now = deps.clock.now();
    let known = store::newest(&mut deps.db.read().await?).await?;
    let known: HashMap<&str, &Card> = known.iter().map(|card| (card.id.as_str(), card)).collect();
    let fresh: Vec<Card> = pack
        .iter()
        .filter_map(|shipped| next_of(shipped, known.get(shipped.id.as_str()).copied(), now))
        .collect();
    if fresh.is_empty() {
        return Ok(0);
    }
    let mut tx = deps.db.begin().await?;
    let mut written = 0;
    for card in &fresh {
        written += usize::from(store::insert(&mut tx, card).await?);
    }
    tx.commit().await?;
    deps.coord.publish(News::Knowledge);
    Ok(written)
}

/// The version a shipped card asks for; `None` when the newest one says the same or is a person's.
fn next_of(shipped: &Shipped, newest: Option<&Card>, now: Moment) -> Option<Card> {
    if newest.is_some_and(|card| card.saved_by.is_some()) {
        return None;
    }
    let (edit, field) = rules::checked(&shipped.edit).ok()?;
    let card = Card {
        id: shipped.id.clone(),
        version: newest.map_or(0, |card| card.version) + 1,
        title: edit.title,
        field,
        subfield: edit.subfield,
        answer: edit.answer,
        cites: edit.cites,
        state: CardState::Active,
        reviewed_on: shipped.reviewed_on.clone(),
        reviewer: shipped.reviewer.clone(),
        saved_at: now,
        saved_by: None,
    };
    let same = |known: &Card| {
        let (version, saved_at) = (card.version, card.saved_at);
        Card { version, saved_at, ..known.clone() } == card
    };
    (!newest.is_some_and(same)).then_some(card)
}

/// Adds a card of one's own; gives its id. `once` is the form's own id: the same form sent twice adds
/// one card.
///
/// # Errors
/// Invalid, with what is wrong.
pub async fn add(deps: &Deps, by: Uuid, once: Uuid, edit: &CardEdit) -> Result<String> {
    let (edit, field) = rules::checked(edit).map_err(Error::invalid)?;
    let now = deps.clock.now();
    let id = format!("own-{}", once.simple());
    let blank = Card {
        id: id.clone(),
        version: 0,
        title: String::new(),
        field,
        subfield: String::new(),
        answer: String::new(),
        cites: String::new(),
        state: CardState::Active,
        reviewed_on: String::new(),
        reviewer: String::new(),
        saved_at: now,
        saved_by: Some(by),
    };
    let card = with_words(blank, edit, now);
    let mut tx = deps.db.begin().await?;
    if store::insert(&mut tx, &Card { version: 1, ..card }).await? {
        note(&mut tx, now, by, "card.add", &id, 1).await?;
    }
    finish(deps, tx).await?;
    Ok(id)
}

/// Saves other words for a card, as seen at `seen_version`. Nobody has reviewed the new words.
///
/// # Errors
/// Invalid, with what is wrong; conflict when somebody else saved meanwhile; not found.
pub async fn save(
    deps: &Deps,
    by: Uuid,
    id: &str,
    seen_version: i64,
    edit: &CardEdit,
) -> Result<()> {
    let (edit, field) = rules::checked(edit).map_err(Error::invalid)?;
    let now = deps.clock.now();
    next(deps, by, id, seen_version, "card.save", |card| {
        with_words(Card { field, ..card }, edit, now)
    })
    .await
}

fn with_words(card: Card, edit: CardEdit, now: Moment) -> Card {
    Card {
        title: edit.title,
        subfield: edit.subfield,
        answer: edit.answer,
        cites: edit.cites,
        reviewed_on: day_of(now),
        reviewer: String::new(),
        ..card
    }
}

/// Notes who of the law has read a card as it stands at `seen_version`.
///
/// # Errors
/// Invalid without a name; conflict and not found as for [`save`].
pub async fn sign(deps: &Deps, by: Uuid, id: &str, seen_version: i64, name: &str) -> Result<()> {
    let reviewer = rules::signature(name).map_err(Error::invalid)?;
    let today = day_of(deps.clock.now());
    next(deps, by, id, seen_version, "card.sign", |card| Card {
        reviewer,
        reviewed_on: today,
        ..card
    })
    .await
}

/// Takes a card out of use, or back into it.
///
/// # Errors
/// Conflict and not found as for [`save`].
pub async fn set_state(
    deps: &Deps,
    by: Uuid,
    id: &str,
    seen_version: i64,
    state: CardState,
) -> Result<()> {
    next(deps, by, id, seen_version, "card.state", |card| Card { state, ..card }).await
}

async fn next(
    deps: &Deps,
    by: Uuid,
    id: &str,
    seen_version: i64,
    action: &str,
    change: impl FnOnce(Card) -> Card,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let newest = store::get(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let version = seen_version + 1;
    let changed = Card { version, saved_at: now, saved_by: Some(by), ..change(newest.clone()) };
    if newest.version != seen_version || !store::insert(&mut tx, &changed).await? {
        return Err(Error::conflict("这张卡片刚被别人修改过。请返回重新打开，再改一次。"));
    }
    note(&mut tx, now, by, action, id, version).await?;
    finish(deps, tx).await
}

async fn note(
    tx: &mut Tx,
    now: Moment,
    by: Uuid,
    action: &str,
    id: &str,
    version: i64,
) -> Result<()> {
    let detail = json!({ "version": version });
    audit::record(tx, now, Some(by), action, &format!("card:{id}"), &detail).await
}

async fn finish(deps: &Deps, tx: Tx) -> Result<()> {
    tx.commit().await?;
    deps.coord.publish(News::Knowledge);
    Ok(())
}
