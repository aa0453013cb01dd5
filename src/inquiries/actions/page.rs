//! What a citizen does on the page of their inquiry. Holding the link is the permission.

use std::time::Duration;

use super::citizen::{Word, said, wrote};
use super::{news, telling};
use crate::alerts::actions::tell;
use crate::inquiries::store;
use crate::inquiries::{Author, Inquiry, InquiryId, MessageId, MessageKind, NewMessage};
use crate::language::privacy;
use crate::members::OrgScope;
use crate::platform::Deps;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::platform::once;
use crate::staff::store::count_try;

/// Forms that one inquiry's page may send within [`WINDOW`].
const FORMS: i64 = 20;
/// Questions that one person may ask on the page within [`WINDOW`].
const QUESTIONS: i64 = 10;
/// How long forms are counted.
const WINDOW: Duration = Duration::from_secs(3600);
/// How long the stars may be changed after they were first given.
pub const RATING_OPEN: Duration = Duration::from_secs(7 * 24 * 3600);
/// Longest message, in characters; the page's own limit.
const LONGEST: usize = 2000;
/// Longest word to a rating, in characters.
const LONGEST_COMMENT: usize = 200;

/// Counts one form of an inquiry's page; `false` when there were too many within an hour.
pub async fn within_limit(deps: &Deps, id: InquiryId) -> Result<bool> {
    within(deps, &format!("page:{id}"), FORMS).await
}

/// Counts one question of a person, whom `whose` stands for; `false` when there were too many within
/// an hour.
pub async fn may_ask(deps: &Deps, whose: &str) -> Result<bool> {
    within(deps, &format!("ask:{whose}"), QUESTIONS).await
}

/// Counted whether or not the form then does anything.
async fn within(deps: &Deps, key: &str, most: i64) -> Result<bool> {
    let mut tx = once::aside(deps.db.begin()).await?;
    let (tries, _) = count_try(&mut tx, key, deps.clock.now(), WINDOW).await?;
    tx.commit().await?;
    Ok(tries <= most)
}

/// Whether the stars may still be given or changed at `now`.
pub fn may_rate(inquiry: &Inquiry, now: Moment) -> bool {
    inquiry.answered_at.is_some()
        && inquiry.rated_at.is_none_or(|first| now < first.plus(RATING_OPEN))
}

/// What a citizen thinks of the answers.
#[derive(Clone, Debug)]
pub struct Rating<'a> {
    /// 1 (worst) to 5 (best).
    pub stars: i64,
    /// A word with it; may be empty.
    pub comment: &'a str,
    /// Whether whoever answers shall see neither.
    pub hidden: bool,
    /// The form's own id.
    pub once: MessageId,
}

/// Gives stars, with a word if there is one.
///
/// # Errors
/// Invalid when they are not 1 to 5, conflict when it is too early or too late.
pub async fn rate(deps: &Deps, id: InquiryId, rating: Rating<'_>) -> Result<()> {
    let Rating { stars, comment, hidden, once } = rating;
    if !(1..=5).contains(&stars) {
        return Err(Error::invalid("请在五个评价里选一个。"));
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let inquiry = store::lock_living(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let id = inquiry.id;
    if !may_rate(&inquiry, now) {
        return Err(Error::conflict("现在不能评价：还没有答复，或者已经过了七天。"));
    }
    let told = said(&mut tx, id, &Word::Rated(stars), now).await?;
    let comment: String = comment.trim().chars().take(LONGEST_COMMENT).collect();
    let kept = if hidden { privacy::mask(&comment).text } else { String::new() };
    store::set_rating_manner(&mut tx, id, hidden, &kept).await?;
    if !hidden && !comment.is_empty() {
        let message = message(id, once, &format!("（评价留言）{comment}"), now);
        store::insert_message(&mut tx, &message).await?;
    }
    tx.commit().await?;
    told.into_iter().for_each(|news| deps.coord.publish(news));
    Ok(())
}

/// Says that it is solved; nobody else needs to look at it any more.
///
/// # Errors
/// Conflict while there is no answer.
pub async fn solved(deps: &Deps, id: InquiryId) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let inquiry = store::lock_living(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let id = inquiry.id;
    if inquiry.answered_at.is_none() {
        return Err(Error::conflict("还没有答复，请稍等；也可以先补充情况。"));
    }
    let told = said(&mut tx, id, &Word::Solved, now).await?;
    tx.commit().await?;
    told.into_iter().for_each(|news| deps.coord.publish(news));
    Ok(())
}

/// Says that it is not solved; a second look is promised until `due_at`. Saying it again changes
/// nothing.
pub async fn unsolved(deps: &Deps, id: InquiryId, due_at: Moment) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let inquiry = store::lock_living(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let id = inquiry.id;
    if inquiry.answered_at.is_none() {
        return Err(Error::conflict("还没有答复，请稍等；也可以先补充情况。"));
    }
    if inquiry.unsolved_at.is_some() {
        return Ok(());
    }
    let told = said(&mut tx, id, &Word::Unsolved(due_at), now).await?;
    tx.commit().await?;
    told.into_iter().for_each(|news| deps.coord.publish(news));
    Ok(())
}

/// What is promised to a follow-up, and what was read in it.
#[derive(Clone, Debug)]
pub struct FollowUp<'a> {
    /// The form's own id: the same form sent twice writes once.
    pub once: MessageId,
    /// What the citizen wrote.
    pub body: &'a str,
    /// Codes of the dangers in it, comma-separated.
    pub dangers: String,
    /// By when an answer is promised.
    pub promise_until: Moment,
    /// By when it is promised if there is danger.
    pub urgent_until: Moment,
}

/// Adds what the citizen wrote on the page.
pub async fn follow_up(deps: &Deps, id: InquiryId, new: FollowUp<'_>) -> Result<()> {
    let body = new.body.replace("\r\n", "\n").trim().to_owned();
    if body.is_empty() {
        return Err(Error::invalid("还没有写内容。"));
    }
    if body.chars().count() > LONGEST {
        return Err(Error::invalid("太长了，请控制在 2000 字以内，或者分两次发。"));
    }
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let before = store::lock_living(&mut tx, id).await?.ok_or_else(Error::not_found)?;
    let id = before.id;
    let mut message = message(id, new.once, &body, now);
    let known = store::message(&mut tx, new.once).await?;
    if known.is_some_and(|known| known.inquiry_id != id || known.body != message.body) {
        // The page came back from the browser's memory and was used for something new.
        message.id = MessageId(deps.entropy.id_at(now));
    }
    if message.body != body {
        message.original = deps.vault.seal(&deps.entropy, message.id.0.as_bytes(), &body);
    }
    let mut alerted = Vec::new();
    let mut told = wrote(&mut tx, &message, new.promise_until).await?;
    if told.is_some() && !new.dangers.is_empty() {
        alerted = telling::danger_in(&mut tx, &before, &new.dangers, now).await?;
        let word = Word::Danger(new.dangers, new.urgent_until);
        told = said(&mut tx, id, &word, now).await?.or(told);
    }
    let after = store::get(&mut tx, OrgScope::Everything, id).await?;
    tx.commit().await?;
    if told.is_some() {
        deps.coord.publish(news(&before, after.as_ref().unwrap_or(&before)));
    }
    tell(deps, alerted);
    Ok(())
}

fn message(inquiry: InquiryId, id: MessageId, body: &str, at: Moment) -> NewMessage {
    NewMessage {
        id,
        inquiry,
        inbox: None,
        author: Author::Citizen,
        staff: None,
        kind: MessageKind::Text,
        body: privacy::mask(body).text,
        original: None,
        media: None,
        at,
    }
}
