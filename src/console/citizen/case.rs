//! The page of one inquiry, and what its citizen can do there.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::referral::in_words;
use super::{Reader, Shown, not_too_often, open, open_to_act};
use crate::console::error::{Answer, Problem, status_of};
use crate::console::form::{Fields, Form, Target};
use crate::console::frame;
use crate::console::pages::attaching;
use crate::console::pages::conversation_view::{part, question_length, rating};
use crate::console::state::Web;
use crate::inquiries::actions::page::{self as actions, FollowUp, Rating};
use crate::inquiries::callbacks::SATISFIED;
use crate::inquiries::views::Part;
use crate::inquiries::views::citizen::{CasePage, CitedLaw, Said};
use crate::inquiries::{
    Author, Inquiry, Message, MessageId, State as InquiryState, callbacks, store,
};
use crate::knowledge::checking;
use crate::knowledge::live::day_of;
use crate::knowledge::rules::Verdict;
use crate::language;
use crate::media::store::attached;
use crate::members::OrganizationId;
use crate::platform::clock::Moment;
use crate::platform::db::Link;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::href;
use crate::promises::{self, Extension};
use crate::referrals;
use crate::routing::rules::Directory;
use crate::staff;
use crate::worktime;

/// Messages shown; nobody writes more.
const MOST_MESSAGES: i64 = 500;
/// Knowledge cards shown while nobody has answered.
const CARDS: usize = 3;
/// Articles folded below an answer.
const LAWS: usize = 8;

/// The page.
pub async fn show(State(web): State<Web>, Target(token): Target<String>, reader: Reader) -> Shown {
    let inquiry = open(&web, &token, &reader).await?;
    Ok(reader.give(&read(&web, &token, &reader, &inquiry).await?)?)
}

async fn read(web: &Web, token: &str, reader: &Reader, inquiry: &Inquiry) -> Result<CasePage> {
    let now = web.deps.clock.now();
    let directory = web.directory.current();
    let mut link = web.deps.db.read().await?;
    let mut messages = store::messages(&mut link, inquiry.id, MOST_MESSAGES).await?;
    messages.retain(|message| message.author.is_exchanged() || message.author == Author::Told);
    let extensions = promises::store::extensions(&mut link, inquiry.id).await?;
    let asked = question_length(&messages, web.config.intake.quiet_seconds);
    let (question, rest) = messages.split_at(asked);
    let files = attached::of_inquiry(&mut link, inquiry.id.0).await?;
    let base = format!("{}/file", address(token));
    let mut said = Vec::with_capacity(rest.len());
    for message in rest {
        let by = match message.staff_id {
            Some(id) => signature(message, staff::store::get(&mut link, id).await?, &directory),
            None => String::new(),
        };
        let own = files.iter().filter(|file| file.message_id == Some(message.id.0));
        let mut one = spoken(web, message, by);
        one.parts.extend(own.map(|file| attaching::part(file, &base)));
        said.push(one);
    }
    let last = said.iter().rposition(|one| !one.own && !one.told);
    let answer = last.map(|at| said.remove(at));
    let laws = match &answer {
        Some(answer) => laws(&mut link, answer, now).await?,
        None => Vec::new(),
    };
    let referrals = referrals::store::of_inquiry(&mut link, inquiry.id).await?;
    let merged = store::merged_in(&mut link, inquiry.id).await?;
    let together =
        merged.into_iter().map(|(_, number)| format!("咨询 {number} 和这件合在一起办理。"));
    let call_back = callbacks::store::owed(&mut link, inquiry.id).await?.is_some();
    drop(link);
    let mut shown = rating(inquiry, now);
    if let Some(rating) = &mut shown {
        rating.comment.clone_from(&inquiry.rating_comment);
    }
    // A message that asks for a consent or tells how it stands is no answer.
    let answered = inquiry.answered_at.is_some();
    let cards = if answered { Vec::new() } else { cards(web, inquiry, question) };
    Ok(CasePage {
        shell: frame::street(web, "我的咨询", reader.large, &address(token), &reader.asked),
        token: token.to_owned(),
        number: inquiry.number.clone(),
        state: state_words(web, inquiry, &directory),
        notes: notes(inquiry, &extensions, now).into_iter().chain(together).collect(),
        about: about(inquiry, &directory),
        question: question.iter().map(part).collect(),
        asked: frame::when(web, inquiry.opened_at),
        cards,
        referrals: referrals.iter().map(|r| (r.receiver.clone(), in_words(r.state))).collect(),
        answered,
        answer,
        laws,
        said,
        may_rate: actions::may_rate(inquiry, now),
        rating: shown,
        rating_hidden: inquiry.rating_hidden,
        may_write: true,
        call_back,
        unsolved: inquiry.unsolved_at.is_some(),
        body: String::new(),
        error: None,
    })
}

/// The articles an answer cites, each once, as they are now.
async fn laws(link: &mut impl Link, answer: &Said, now: Moment) -> Result<Vec<CitedLaw>> {
    let text = answer.parts.iter().map(|part| match part {
        Part::Text(text) => text.as_str(),
        _ => "",
    });
    let text: String = text.collect();
    let (written, today) = (answer.when.iso.get(..10).unwrap_or_default(), day_of(now));
    let mut laws: Vec<CitedLaw> = Vec::new();
    for cited in checking::check(link, &text, written, &today).await? {
        let name = format!("《{}》{}", cited.title, cited.label);
        let known = laws.iter().any(|law| law.name == name);
        if !known && !cited.text.is_empty() && laws.len() < LAWS {
            laws.push(CitedLaw { name, text: cited.text, note: since(&cited.verdict) });
        }
    }
    Ok(laws)
}

/// What happened to a law after it was cited.
fn since(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Changed { .. } => "答复以后法律有修改，这里是现在的条文。",
        Verdict::Repealed { .. } => "这部法律已经废止。",
        _ => "",
    }
}

/// What a question like this one usually asks first.
fn cards(web: &Web, inquiry: &Inquiry, question: &[Message]) -> Vec<(String, String)> {
    let deck = web.cards.current();
    let words: Vec<&str> = question.iter().map(|message| message.body.as_str()).collect();
    let fitting = deck.best(&words.join("\n"), inquiry.field, CARDS);
    fitting.into_iter().map(|card| (format!("/c/k/{}", card.id), card.title.clone())).collect()
}

fn address(token: &str) -> String {
    format!("/c/i/{token}")
}

fn spoken(web: &Web, message: &Message, by: String) -> Said {
    Said {
        own: message.author == Author::Citizen,
        correction: message.correction,
        told: message.author == Author::Told,
        by,
        when: frame::when(web, message.at),
        parts: vec![part(message)],
    }
}

/// Name, what its author could call themselves then, and organization.
fn signature(message: &Message, who: Option<staff::StaffMember>, directory: &Directory) -> String {
    let Some(who) = who else { return "答复人员".into() };
    let organization = directory.organization_name(who.organization_id);
    match message.qualification {
        Some(known) => format!("{}（{}） · {organization}", who.name, known.name()),
        None => format!("{} · {organization}", who.name),
    }
}

pub(super) fn state_words(web: &Web, inquiry: &Inquiry, directory: &Directory) -> String {
    let now = web.deps.clock.now();
    let due = if inquiry.paused_until.is_some() {
        "计时暂停中".into()
    } else if inquiry.due_at > now {
        format!("预计{}前答复", worktime::in_words(inquiry.due_at, now))
    } else {
        "答复晚了，我们已经在催".into()
    };
    match inquiry.state {
        InquiryState::Waiting => format!("已收到，由联盟值班人员处理，{due}"),
        InquiryState::Offered | InquiryState::Claimed => {
            format!("已转给 {}，{due}", directory.organization_name(inquiry.organization_id))
        }
        InquiryState::Answered => "已答复".into(),
        InquiryState::Closed => {
            format!("已办结：{}", inquiry.outcome.map_or("其他", |outcome| outcome.name()))
        }
    }
}

/// What else is to be said of a promise that nobody has kept yet.
fn notes(inquiry: &Inquiry, extensions: &[Extension], now: Moment) -> Vec<String> {
    if !promises::rules::is_running(inquiry) {
        return Vec::new();
    }
    let extended = promises::views::extension_to_citizen(extensions, inquiry, now);
    promises::views::to_citizen(inquiry, now).into_iter().chain(extended).collect()
}

fn about(inquiry: &Inquiry, directory: &Directory) -> String {
    let field = inquiry.field.map(|field| field.name().to_owned());
    let place = inquiry.territory_id.as_deref().map(|id| directory.atlas.place_name(id));
    field.into_iter().chain(place).collect::<Vec<_>>().join(" · ")
}

/// Takes the stars.
pub async fn rate(
    State(web): State<Web>,
    Target(token): Target<String>,
    reader: Reader,
    Form(fields): Form,
) -> Shown {
    let inquiry = open_to_act(&web, &token, &reader).await?;
    let stars = fields.read("score").unwrap_or(0);
    let rating = Rating {
        stars,
        comment: fields.text("comment"),
        hidden: fields.text("hidden") == "yes",
        once: once(&web, &fields),
    };
    actions::rate(&web.deps, inquiry.id, rating).await?;
    let done = if stars < SATISFIED { "rated-low" } else { "rated" };
    Ok(back(&token, done))
}

/// Takes the word that it is solved.
pub async fn solved(
    State(web): State<Web>,
    Target(token): Target<String>,
    reader: Reader,
) -> Shown {
    let inquiry = open_to_act(&web, &token, &reader).await?;
    actions::solved(&web.deps, inquiry.id).await?;
    Ok(back(&token, "solved"))
}

/// Takes the word that it is not solved.
pub async fn unsolved(
    State(web): State<Web>,
    Target(token): Target<String>,
    reader: Reader,
) -> Shown {
    let inquiry = open_to_act(&web, &token, &reader).await?;
    let due = due(&web, &inquiry, inquiry.urgent);
    actions::unsolved(&web.deps, inquiry.id, due).await?;
    Ok(back(&token, "unsolved"))
}

/// Takes a follow-up.
pub async fn message(
    State(web): State<Web>,
    Target(token): Target<String>,
    reader: Reader,
    Form(fields): Form,
) -> Shown {
    let inquiry = open(&web, &token, &reader).await?;
    let body = fields.text("body");
    not_too_often(&web, &inquiry).await.map_err(|problem| problem.keeping(body))?;
    let directory = web.directory.current();
    let dangers = language::read(body, &directory.gazetteer).dangers;
    let codes: Vec<&str> = dangers.iter().map(|danger| danger.code()).collect();
    let new = FollowUp {
        once: once(&web, &fields),
        body,
        dangers: codes.join(","),
        promise_until: due(&web, &inquiry, inquiry.urgent),
        urgent_until: due(&web, &inquiry, true),
    };
    match actions::follow_up(&web.deps, inquiry.id, new).await {
        Ok(()) if dangers.iter().any(|danger| danger.is_crisis()) => Ok(back(&token, "danger")),
        Ok(()) => Ok(back(&token, "sent")),
        Err(error) if error.kind() == Kind::Invalid => {
            Ok(refused(&web, &token, &reader, &inquiry, body, error).await?)
        }
        Err(error) => Err(Problem::from(error).keeping(body).into()),
    }
}

async fn refused(
    web: &Web,
    token: &str,
    reader: &Reader,
    inquiry: &Inquiry,
    body: &str,
    error: Error,
) -> Answer {
    let mut page = read(web, token, reader, inquiry).await?;
    page.body = body.to_owned();
    page.error = Some(error.public().to_owned());
    let status: StatusCode = status_of(error.kind());
    Ok((status, reader.give(&page)?).into_response())
}

fn due(web: &Web, inquiry: &Inquiry, urgent: bool) -> crate::platform::clock::Moment {
    let directory = web.directory.current();
    let organization: Option<OrganizationId> = inquiry.organization_id;
    let organization = organization.and_then(|id| directory.organization(id));
    directory.due(urgent, organization, web.deps.clock.now())
}

/// The form's own id; without one each form counts as new.
fn once(web: &Web, fields: &Fields) -> MessageId {
    let fresh = || MessageId(web.deps.entropy.id_at(web.deps.clock.now()));
    fields.read("once").unwrap_or_else(fresh)
}

fn back(token: &str, done: &str) -> Response {
    Redirect::to(&href(&address(token), &[("done", done)])).into_response()
}
