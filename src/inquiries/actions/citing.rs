//! Saying of an article whether it answers an inquiry; retrieval learns from those that do.

use serde_json::json;

use super::staff::begin;
use crate::inquiries::{Author, InquiryId, Message, MessageKind, store};
use crate::knowledge::actions::{Confirmation, confirm_within};
use crate::knowledge::store::{self as lessons, Cited};
use crate::knowledge::{LessonId, label};
use crate::platform::Deps;
use crate::platform::coord::News;
use crate::platform::error::{Error, Result};
use crate::staff::StaffMember;

/// Messages read for the question and its answers.
const MESSAGES: i64 = 200;
/// Most characters of a question that are learned from.
const LONGEST: usize = 2000;

/// What somebody says of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It answers the question.
    Fits,
    /// It does not; it is no longer offered here, and nothing is learned.
    FitsNot,
    /// What was said before does not count.
    TakenBack,
}

impl Word {
    /// The word a form sends.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "fits" => Some(Self::Fits),
            "fits_not" => Some(Self::FitsNot),
            "back" => Some(Self::TakenBack),
            _ => None,
        }
    }
}

/// Keeps what somebody says of an article that is in force; it replaces what was said of it before.
///
/// # Errors
/// Not found outside the scope; conflict when there is nothing to take back.
pub async fn judge(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    cited: Cited,
    word: Word,
) -> Result<()> {
    let mut change = begin(deps, by, id).await?;
    let now = change.now;
    let cites = vec![cited];
    let known = serde_json::to_string(&cites)?;
    let replaced = lessons::take_back(&mut change.tx, id.0, &known, now).await?;
    if word == Word::TakenBack && !replaced {
        return Err(Error::conflict("这一条没有确认过，或者已经收回。请刷新页面看现在的情况。"));
    }
    let (name, number, insertion) = &cites[0];
    let article = format!("《{name}》{}", label(*number, *insertion));
    if word != Word::TakenBack {
        let said = store::messages(&mut change.tx, id, MESSAGES).await?;
        let confirmed = Confirmation {
            account_id: change.inquiry.account_id.clone(),
            inquiry_id: Some(id.0),
            source: "inquiry".to_owned(),
            question: question(&said),
            answer: answers(&said),
            cites,
            fits: word == Word::Fits,
        };
        let lesson = LessonId(deps.entropy.id_at(now));
        confirm_within(&mut change.tx, lesson, Some(by.id.0), &confirmed, now).await?;
    }
    let fits = (word != Word::TakenBack).then_some(word == Word::Fits);
    let detail = json!({ "article": article, "fits": fits });
    change.finish(deps, Some(by.id), "inquiry.cite", detail).await?;
    deps.coord.publish(News::Knowledge);
    Ok(())
}

/// What the citizen said in words before the first answer.
fn question(said: &[Message]) -> String {
    let words: Vec<&str> = said
        .iter()
        .take_while(|message| message.author != Author::Staff)
        .filter(|message| message.author == Author::Citizen)
        .filter(|message| matches!(message.kind, MessageKind::Text | MessageKind::Voice))
        .map(|message| message.body.as_str())
        .collect();
    words.join("\n").chars().take(LONGEST).collect()
}

fn answers(said: &[Message]) -> String {
    let answers = said.iter().filter(|message| message.author == Author::Staff);
    answers.map(|message| format!("{}\n", message.body)).collect()
}
