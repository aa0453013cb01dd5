//! The bank of questions: the list, one question with its versions, checking, taking out of use.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::content::approving::Decision;
use crate::knowledge::live::day_of;
use crate::language::Field;
use crate::platform::error::{Error, Kind as Failure, Result};
use crate::platform::http::shell::{Choice, href};
use crate::quiz::actions::bank as actions;
use crate::quiz::rules::question as rules;
use crate::quiz::store::bank as store;
use crate::quiz::views::bank::{BankPage, QuestionPage, QuestionRow, VersionRow};
use crate::quiz::{Kind, Question, QuestionEdit, QuestionId, Standing};
use crate::staff::policy::Right;
use crate::staff::{self, StaffId};

/// The list's address.
const LIST: &str = "/console/quiz/bank";
/// The entry of the navigation it belongs to.
const AT: &str = "/console/quiz";

/// The list.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let all = store::newest(&mut web.deps.db.read().await?).await?;
    let today = day_of(web.deps.clock.now());
    let (words, kind) = (asked.text("q").trim(), asked.text("kind"));
    let (field, state) = (asked.text("field"), asked.text("state"));
    let fits = |q: &&Question| {
        (kind.is_empty() || q.kind.code() == kind)
            && (field.is_empty() || q.field.code() == field)
            && (state.is_empty() || q.standing(&today).code() == state)
            && (words.is_empty() || q.question.contains(words) || q.law.contains(words))
    };
    let usable = all.iter().filter(|q| q.standing(&today) == Standing::Usable).count();
    page(&BankPage {
        shell: frame::desk(&web, &signed, "题库", AT, &asked).await?,
        words: words.to_owned(),
        kinds: kinds(kind),
        fields: frame::field_choices(&[field]),
        states: Standing::ALL
            .iter()
            .map(|s| Choice::new(s.code(), s.name(), s.code() == state))
            .collect(),
        rows: all.iter().filter(fits).map(|q| row(&web, q, &today)).collect(),
        counts: (all.len(), usable),
        may_write: signed.may(Right::ManageTexts),
    })
}

fn row(web: &Web, question: &Question, today: &str) -> QuestionRow {
    QuestionRow {
        href: format!("{LIST}/{}", question.id),
        question: question.question.clone(),
        kind: question.kind.name(),
        law: question.citation(),
        difficulty: question.difficulty,
        state: shown(question.standing(today)),
        doubt: question.doubt.clone().unwrap_or_default(),
        when: frame::when(web, question.written_at),
    }
}

fn shown(standing: Standing) -> (&'static str, &'static str, &'static str) {
    let (class, icon) = match standing {
        Standing::Usable => ("good", "check"),
        Standing::Waiting => ("warn", "clock"),
        Standing::Returned | Standing::Doubted => ("bad", "alert"),
        Standing::Expired | Standing::Retired => ("", "info"),
    };
    (standing.name(), class, icon)
}

fn kinds(chosen: &str) -> Vec<Choice> {
    let choice = |kind: &Kind| Choice::new(kind.code(), kind.name(), kind.code() == chosen);
    Kind::ALL.iter().map(choice).collect()
}

fn difficulties(chosen: i64) -> Vec<Choice> {
    let names = ["1 容易", "2 较易", "3 中等", "4 较难", "5 难"];
    let choice = |(at, name): (i64, &str)| Choice::new(at.to_string(), name, at == chosen);
    (1..).zip(names).map(choice).collect()
}

/// The form of a new question.
pub async fn blank(State(web): State<Web>, signed: SignedIn) -> Answer {
    page(&form(&web, &signed, &Fields::default()).await?)
}

/// The form with what was typed.
async fn form(web: &Web, signed: &SignedIn, typed: &Fields) -> Result<QuestionPage> {
    let text = |name: &str| typed.text(name).to_owned();
    Ok(QuestionPage {
        shell: frame::desk(web, signed, "题库", AT, &Fields::default()).await?,
        kinds: kinds(typed.text("kind")),
        fields: frame::field_choices(&[typed.text("field")]),
        situation: text("situation"),
        question: text("question"),
        options: text("options"),
        key: text("key"),
        explanation: text("explanation"),
        law: text("law"),
        article: text("article"),
        source: text("source"),
        difficulties: difficulties(typed.read("difficulty").unwrap_or(1)),
        expires_on: text("expires_on"),
        may_write: true,
        ..QuestionPage::default()
    })
}

fn edit_of(fields: &Fields) -> QuestionEdit {
    let kind = Kind::from_code(fields.text("kind")).unwrap_or(Kind::Single);
    let text = |name: &str| fields.text(name).to_owned();
    QuestionEdit {
        kind,
        field: Field::from_code(fields.text("field")).unwrap_or(Field::Other),
        situation: text("situation"),
        question: text("question"),
        options: text("options"),
        answer_key: rules::key_of(kind, fields.text("key")),
        explanation: text("explanation"),
        law: text("law"),
        article: text("article"),
        source: text("source"),
        difficulty: fields.read("difficulty").unwrap_or(0),
        expires_on: Some(text("expires_on")),
    }
}

/// Adds a question.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let once = fields.read::<QuestionId>("once");
    let once = once.ok_or_else(|| Error::invalid("表单已经失效，请重新打开再填写。"))?;
    match actions::add(&web.deps, signed.member.id, once, edit_of(&fields)).await {
        Ok(()) => Ok(done(once, "question-added")),
        Err(error) => refused(&error, form(&web, &signed, &fields).await?),
    }
}

/// One question.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<QuestionId>,
    Asked(asked): Asked,
) -> Answer {
    page(&one(&web, &signed, id, &asked).await?)
}

async fn one(web: &Web, signed: &SignedIn, id: QuestionId, asked: &Fields) -> Result<QuestionPage> {
    let mut link = web.deps.db.read().await?;
    let versions = store::history(&mut link, id).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let q = versions.first().ok_or_else(Error::not_found)?;
    let standing = q.standing(&day_of(web.deps.clock.now()));
    let may_check = signed.may(Right::Approve);
    let verdict = rules::may_decide(q, signed.member.id);
    Ok(QuestionPage {
        shell: frame::desk(web, signed, "题库", AT, asked).await?,
        id: id.to_string(),
        version: q.version,
        kinds: kinds(q.kind.code()),
        fields: frame::field_choices(&[q.field.code()]),
        situation: q.situation.clone(),
        question: q.question.clone(),
        options: q.options.clone(),
        key: rules::letters(q.answer_key),
        explanation: q.explanation.clone(),
        law: q.law.clone(),
        article: q.article.clone(),
        source: q.source.clone(),
        difficulties: difficulties(q.difficulty),
        expires_on: q.expires_on.clone().unwrap_or_default(),
        error: None,
        state: shown(standing),
        doubt: q.doubt.clone().unwrap_or_default(),
        may_write: signed.may(Right::ManageTexts),
        decidable: may_check && verdict.is_ok(),
        why_not: match standing {
            Standing::Waiting if q.written_by == signed.member.id => rules::OWN,
            Standing::Waiting => "等有审批权限的同事校核。",
            _ => "",
        },
        retired: standing == Standing::Retired,
        preview: (0..)
            .zip(q.options())
            .map(|(at, o)| (o.to_owned(), q.answer_key & 1 << at != 0))
            .collect(),
        history: versions.iter().map(|version| version_row(web, version, &names)).collect(),
    })
}

fn version_row(web: &Web, q: &Question, names: &HashMap<StaffId, String>) -> VersionRow {
    let name = |id: StaffId| names.get(&id).cloned().unwrap_or_else(|| "工作人员".into());
    let verdict = match (q.decision, q.decided_by) {
        (Some(Decision::Approved), Some(by)) => format!("，{} 校核通过", name(by)),
        (Some(_), Some(by)) => format!("，{} 退回", name(by)),
        _ => "，待校核".to_owned(),
    };
    VersionRow {
        version: q.version,
        question: q.question.clone(),
        options: format!("{}\n答案：{}", q.options, rules::letters(q.answer_key)),
        who: format!("{} 写{verdict}", name(q.written_by)),
        reason: q.reason.clone().unwrap_or_default(),
        when: frame::when(web, q.written_at),
    }
}

/// Writes the next version.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<QuestionId>,
    Form(fields): Form,
) -> Answer {
    let seen = fields.read("version").unwrap_or(0);
    match actions::change(&web.deps, signed.member.id, id, seen, edit_of(&fields)).await {
        Ok(()) => Ok(done(id, "question-added")),
        Err(error) if error.kind() == Failure::NotFound => Err(error.into()),
        Err(error) => {
            let known = one(&web, &signed, id, &Fields::default()).await?;
            let typed = form(&web, &signed, &fields).await?;
            let (version, history) = (known.version, known.history);
            refused(
                &error,
                QuestionPage {
                    id: known.id,
                    version,
                    history,
                    preview: known.preview,
                    state: known.state,
                    ..typed
                },
            )
        }
    }
}

/// Says that a question may be asked.
pub async fn approve(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<QuestionId>,
    Form(fields): Form,
) -> Answer {
    decide(&web, &signed, id, &fields, Ok(()), "question-approved").await
}

/// Sends a question back.
pub async fn send_back(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<QuestionId>,
    Form(fields): Form,
) -> Answer {
    decide(&web, &signed, id, &fields, Err(fields.text("reason")), "sent-back").await
}

async fn decide(
    web: &Web,
    signed: &SignedIn,
    id: QuestionId,
    fields: &Fields,
    verdict: Result<(), &str>,
    said: &str,
) -> Answer {
    let seen = fields.read("version").unwrap_or(0);
    match actions::decide(&web.deps, signed.member.id, id, seen, verdict).await {
        Ok(()) => Ok(done(id, said)),
        Err(error) if error.kind() == Failure::NotFound => Err(error.into()),
        Err(error) => refused(&error, one(web, signed, id, &Fields::default()).await?),
    }
}

/// Takes a question out of use.
pub async fn retire(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<QuestionId>,
    Form(fields): Form,
) -> Answer {
    let known = one(&web, &signed, id, &Fields::default()).await?;
    if !fields.ticked("sure") {
        return refused(&Error::invalid("要停用请先勾选“确定停用”。"), known);
    }
    actions::retire(&web.deps, signed.member.id, id).await?;
    Ok(done(id, "question-retired"))
}

/// The page again with why it did not work.
fn refused(error: &Error, kept: QuestionPage) -> Answer {
    let page = page(&QuestionPage { error: Some(error.public().to_owned()), ..kept })?;
    Ok((status_of(error.kind()), page).into_response())
}

fn done(id: QuestionId, what: &str) -> Response {
    Redirect::to(&href(&format!("{LIST}/{id}"), &[("done", what)])).into_response()
}
