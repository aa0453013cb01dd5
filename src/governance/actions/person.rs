//! Everything that is kept of one person: a copy for them, and its erasure.

use serde::Serialize;
use serde_json::json;

use super::erase_inquiry;
use crate::citizens;
use crate::citizens::store::consents::{self, Consent};
use crate::citizens::store::topics;
use crate::delivery;
use crate::inquiries::{self, Author, Inquiry, MessageId};
use crate::intake;
use crate::members::OrgScope;
use crate::notices;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::Result;
use crate::platform::jobs;
use crate::quiz;
use crate::quiz::round::Player;
use crate::referrals;
use crate::visits;
use crate::visits::store::Visitor;

/// Inquiries in one copy and in one round of erasing; nobody has more.
const INQUIRIES: i64 = 10_000;
/// Messages of one inquiry; nobody writes more.
const MESSAGES: i64 = 10_000;

/// What is kept of a person. Times are RFC 3339 in Beijing.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Copy {
    /// When it was made.
    pub made_at: String,
    /// What they agreed to.
    pub consents: Vec<CopiedConsent>,
    /// Notices they still accept, by WeChat's template.
    pub notices: Vec<CopiedNotice>,
    /// Fields of law they want to hear of: name and since when.
    pub topics: Vec<(&'static str, String)>,
    /// What they asked, newest first.
    pub inquiries: Vec<CopiedInquiry>,
    /// Quizzes they played.
    pub quizzes: Vec<CopiedQuiz>,
}

/// A quiz somebody played.
#[derive(Clone, Debug, Serialize)]
pub struct CopiedQuiz {
    /// Title.
    pub title: String,
    /// The number the public sees.
    pub number: String,
    /// The nickname given.
    pub nickname: String,
    /// District or town, by its code.
    pub territory: String,
    /// Work unit.
    pub unit: String,
    /// When they joined.
    pub joined_at: String,
    /// Questions answered, and how many of them right.
    pub answered: (usize, usize),
}

/// A consent.
#[derive(Clone, Debug, Serialize)]
pub struct CopiedConsent {
    /// About what, in words.
    pub subject: &'static str,
    /// Version of the text.
    pub version: String,
    /// When it was given.
    pub given_at: String,
    /// When it was taken back.
    pub withdrawn_at: Option<String>,
}

/// A choice about notices.
#[derive(Clone, Debug, Serialize)]
pub struct CopiedNotice {
    /// WeChat's template.
    pub template: String,
    /// Notices they still accept.
    pub remaining: i64,
    /// When they chose.
    pub changed_at: String,
}

/// An inquiry.
#[derive(Clone, Debug, Serialize)]
pub struct CopiedInquiry {
    /// Number.
    pub number: String,
    /// When it was asked.
    pub asked_at: String,
    /// How it stands, in words.
    pub state: &'static str,
    /// Field, in words.
    pub field: Option<&'static str>,
    /// Territory, by its code.
    pub territory: Option<String>,
    /// Whether it was asked anonymously.
    pub anonymous: bool,
    /// Stars.
    pub rating: Option<i64>,
    /// The word with hidden stars.
    pub rating_comment: String,
    /// What was said between them and us.
    pub messages: Vec<CopiedMessage>,
    /// To whom it was to be handed on: name and state in words.
    pub referrals: Vec<(String, &'static str)>,
}

/// Something said.
#[derive(Clone, Debug, Serialize)]
pub struct CopiedMessage {
    /// When.
    pub at: String,
    /// By whom.
    pub by: String,
    /// Made of what, in words.
    pub kind: &'static str,
    /// The text; the person's own as they wrote it.
    pub text: String,
}

fn time(at: Moment) -> String {
    at.in_shanghai().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A copy of all that is kept of a person.
///
/// # Errors
/// When the database cannot be read.
pub async fn copy(deps: &Deps, person: &Visitor) -> Result<Copy> {
    let mut link = deps.db.read().await?;
    let (account, openid) = (person.account_id.as_str(), person.openid.as_str());
    let given = consents::of(&mut link, account, openid).await?;
    let topics = topics::of(&mut link, account, openid).await?;
    let chosen = notices::store::choices(&mut link, account, openid).await?;
    let mut copied = Vec::new();
    for inquiry in own(&mut link, person).await? {
        copied.push(copy_inquiry(deps, &mut link, &inquiry).await?);
    }
    let mut quizzes = Vec::new();
    for (title, player) in quiz::store::playing::of_person(&mut link, (account, openid)).await? {
        quizzes.push(copy_quiz(&mut link, title, player).await?);
    }
    let notice = |one: notices::store::Consent| CopiedNotice {
        template: one.template_id,
        remaining: one.remaining,
        changed_at: time(one.changed_at),
    };
    Ok(Copy {
        made_at: time(deps.clock.now()),
        consents: given.into_iter().map(copy_consent).collect(),
        notices: chosen.into_iter().map(notice).collect(),
        topics: topics.into_iter().map(|(field, since)| (field.name(), time(since))).collect(),
        inquiries: copied,
        quizzes,
    })
}

async fn copy_quiz(link: &mut impl Link, title: String, player: Player) -> Result<CopiedQuiz> {
    let tasks = quiz::store::playing::all_tasks(link, player.id).await?;
    let answered = tasks.iter().filter(|task| task.answered_at.is_some()).count();
    let right = tasks.iter().filter(|task| task.correct == Some(1)).count();
    Ok(CopiedQuiz {
        title,
        number: player.number,
        nickname: player.nickname,
        territory: if player.town.is_empty() { player.district } else { player.town },
        unit: player.unit,
        joined_at: time(player.joined_at),
        answered: (answered, right),
    })
}

fn copy_consent(one: Consent) -> CopiedConsent {
    CopiedConsent {
        subject: one.subject.name(),
        version: one.text_version,
        given_at: time(one.given_at),
        withdrawn_at: one.withdrawn_at.map(time),
    }
}

async fn own(link: &mut impl Link, person: &Visitor) -> Result<Vec<Inquiry>> {
    match person.citizen_id {
        Some(id) => inquiries::store::of_citizen(link, OrgScope::Everything, id, INQUIRIES).await,
        None => Ok(Vec::new()),
    }
}

async fn copy_inquiry(
    deps: &Deps,
    link: &mut impl Link,
    inquiry: &Inquiry,
) -> Result<CopiedInquiry> {
    let originals = inquiries::store::originals(link, inquiry.id).await?;
    let original = |id: MessageId| {
        let sealed = originals.iter().find(|(message, ..)| *message == id)?;
        deps.vault.open(id.0.as_bytes(), &sealed.2)
    };
    let messages = inquiries::store::messages(link, inquiry.id, MESSAGES).await?;
    let shown =
        messages.into_iter().filter(|m| m.author.is_exchanged() || m.author == Author::Told);
    let messages = shown.map(|message| CopiedMessage {
        at: time(message.at),
        by: match message.author {
            Author::Citizen => "您".to_owned(),
            Author::Told => "通知".to_owned(),
            _ => {
                let name = message.staff_name.unwrap_or_else(|| "答复人员".to_owned());
                message
                    .qualification
                    .map_or(name.clone(), |known| format!("{name}（{}）", known.name()))
            }
        },
        kind: message.kind.name(),
        text: original(message.id).unwrap_or(message.body),
    });
    let messages = messages.collect();
    let passed = referrals::store::of_inquiry(link, inquiry.id).await?;
    Ok(CopiedInquiry {
        number: inquiry.number.clone(),
        asked_at: time(inquiry.opened_at),
        state: inquiry.state.name(),
        field: inquiry.field.map(|field| field.name()),
        territory: inquiry.territory_id.clone(),
        anonymous: inquiry.anonymous,
        rating: inquiry.rating,
        rating_comment: inquiry.rating_comment.clone(),
        messages,
        referrals: passed.into_iter().map(|one| (one.receiver, one.state.name())).collect(),
    })
}

/// Erases everything of a person, inquiry by inquiry and then what is kept beside them. Broken off
/// half-way it can be asked for again. That they follow the account stays for as long as WeChat
/// says so.
///
/// # Errors
/// When the database cannot be written.
pub async fn erase_person(deps: &Deps, person: &Visitor) -> Result<()> {
    let inquiries = own(&mut deps.db.read().await?, person).await?;
    for inquiry in inquiries {
        erase_inquiry(deps, inquiry.id).await?;
    }
    let now = deps.clock.now();
    let (account, openid) = (person.account_id.as_str(), person.openid.as_str());
    let mut tx = deps.db.begin().await?;
    intake::store::forget_person(&mut tx, account, openid).await?;
    delivery::store::forget_person(&mut tx, account, openid).await?;
    notices::store::forget_person(&mut tx, account, openid).await?;
    consents::forget(&mut tx, account, openid).await?;
    topics::forget(&mut tx, account, openid).await?;
    citizens::store::followers::forget_person(&mut tx, account, openid).await?;
    visits::store::forget(&mut tx, account, openid).await?;
    quiz::store::honours::forget_person(&mut tx, (account, openid)).await?;
    quiz::store::playing::forget_person(&mut tx, (account, openid), now).await?;
    jobs::store::forget_mentions(&mut tx, openid).await?;
    if let Some(id) = person.citizen_id {
        citizens::store::erase(&mut tx, id, now).await?;
        let object = format!("citizen:{id}");
        audit::record(&mut tx, now, None, "citizen.erase", &object, &json!({})).await?;
    }
    tx.commit().await?;
    deps.db.flush_log().await;
    Ok(())
}
