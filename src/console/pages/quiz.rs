//! Rounds: the list, one round with its figures, checking, letting go, the draw.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, href};
use crate::quiz::actions::{drawing, rounds as actions};
use crate::quiz::round::{Phase, Round, RoundEdit, RoundId, RoundState};
use crate::quiz::rules::honours::{Marks, TARGET, When, share};
use crate::quiz::rules::round as rules;
use crate::quiz::store::playing::{self, Team};
use crate::quiz::store::{bank, honours, rounds as store};
use crate::quiz::views::rounds::{RoundPage, RoundRow, RoundsPage};
use crate::staff::policy::Right;

/// The list's address, and the entry of the navigation it belongs to.
const LIST: &str = "/console/quiz";

/// The list.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let mut link = web.deps.db.read().await?;
    let rounds = store::all(&mut link).await?;
    let waiting = match signed.may(Right::Approve) {
        true => bank::waiting_for(&mut link, signed.member.id).await?,
        false => 0,
    };
    drop(link);
    let row = |round: &Round| RoundRow {
        href: format!("{LIST}/rounds/{}", round.id),
        title: round.title.clone(),
        days: format!("{} 至 {}", round.opens_on, round.closes_on),
        state: shown(phase(&web, round), round.state),
    };
    page(&RoundsPage {
        shell: frame::desk(&web, &signed, "答题活动", LIST, &asked).await?,
        rows: rounds.iter().map(row).collect(),
        may_write: signed.may(Right::ManageTexts),
        waiting,
    })
}

fn phase(web: &Web, round: &Round) -> Phase {
    round.phase(web.deps.clock.now().in_shanghai().date())
}

/// Standing in words, its colour and its symbol.
fn shown(phase: Phase, state: RoundState) -> (&'static str, &'static str, &'static str) {
    match (phase, state) {
        (Phase::Unpublished, RoundState::Waiting) => ("待审核", "warn", "clock"),
        (Phase::Unpublished, _) => ("草稿", "", "info"),
        (Phase::Ahead, _) => ("还没开始", "", "clock"),
        (Phase::Running(_), _) => ("进行中", "good", "check"),
        (Phase::Ended, _) => ("已结束，待开奖", "warn", "clock"),
        (Phase::Drawn, _) => ("已开奖", "", "check"),
    }
}

/// The form of a new round.
pub async fn blank(State(web): State<Web>, signed: SignedIn) -> Answer {
    let usual = [("period_days", "1"), ("per_period", "5"), ("hardest", "5")];
    let usual = usual.into_iter().chain([("least_right", "0"), ("winners", "0")]);
    let usual = usual.fold(Fields::default(), |fields, (name, value)| fields.with(name, value));
    page(&form(&web, &signed, &usual).await?)
}

/// The form with what was typed.
async fn form(web: &Web, signed: &SignedIn, typed: &Fields) -> Result<RoundPage> {
    let text = |name: &str| typed.text(name).to_owned();
    Ok(RoundPage {
        shell: frame::desk(web, signed, "答题活动", LIST, &Fields::default()).await?,
        accounts: accounts(web, typed.text("account")),
        title: text("title"),
        intro: text("intro"),
        prizes: text("prizes"),
        winners: text("winners"),
        least_right: text("least_right"),
        opens_on: text("opens_on"),
        closes_on: text("closes_on"),
        period_days: text("period_days"),
        per_period: text("per_period"),
        fields: frame::field_choices(&[typed.text("field")]),
        hardest: text("hardest"),
        units: text("units"),
        population: text("population"),
        population_source: text("population_source"),
        may_write: true,
        ..RoundPage::default()
    })
}

fn accounts(web: &Web, chosen: &str) -> Vec<Choice> {
    let known = web.config.wechat.accounts.keys();
    known.map(|id| Choice::new(id.as_str(), id.as_str(), id == chosen)).collect()
}

fn edit_of(web: &Web, fields: &Fields) -> RoundEdit {
    let text = |name: &str| fields.text(name).to_owned();
    let number = |name: &str| fields.read(name).unwrap_or(-1);
    let mut known = web.config.wechat.accounts.keys();
    let first = known.clone().next().cloned().unwrap_or_default();
    RoundEdit {
        account_id: known.find(|id| *id == fields.text("account")).cloned().unwrap_or(first),
        title: text("title"),
        intro: text("intro"),
        prizes: text("prizes"),
        winners: number("winners"),
        least_right: number("least_right"),
        opens_on: text("opens_on"),
        closes_on: text("closes_on"),
        period_days: number("period_days"),
        per_period: number("per_period"),
        field: text("field"),
        hardest: number("hardest"),
        units: text("units"),
        population: text("population"),
        population_source: text("population_source"),
    }
}

/// Adds a round.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let once = fields.read::<RoundId>("once");
    let once = once.ok_or_else(|| Error::invalid("表单已经失效，请重新打开再填写。"))?;
    match actions::add(&web.deps, signed.member.id, once, edit_of(&web, &fields)).await {
        Ok(()) => Ok(done(once, "added")),
        Err(error) => refused(&error, form(&web, &signed, &fields).await?),
    }
}

/// One round.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<RoundId>,
    Asked(asked): Asked,
) -> Answer {
    page(&one(&web, &signed, id, &asked).await?)
}

async fn one(web: &Web, signed: &SignedIn, id: RoundId, asked: &Fields) -> Result<RoundPage> {
    let mut link = web.deps.db.read().await?;
    let round = store::get(&mut link, id).await?.ok_or_else(Error::not_found)?;
    let tally = playing::league(&mut link, id, Team::All).await?.pop().unwrap_or_default();
    let questions = playing::by_question(&mut link, id).await?;
    let before = honours::surveys(&mut link, id, When::Before).await?;
    let after = honours::surveys(&mut link, id, When::After).await?;
    drop(link);
    let (phase, may_write) = (phase(web, &round), signed.may(Right::ManageTexts));
    let verdict = rules::may_decide(&round, signed.member.id);
    let waits = round.state == RoundState::Waiting;
    let percent = |part: i64, whole: i64| if whole == 0 { 0 } else { part * 100 / whole };
    let aware = |all: &[Marks]| share(&all.iter().map(|m| m.aware).collect::<Vec<_>>(), 0);
    let satisfied: Vec<i64> = after.iter().filter_map(|marks| marks.satisfied).collect();
    let useful: Vec<i64> = after.iter().filter_map(|marks| marks.useful).collect();
    let figures = vec![
        ("参加人数".to_owned(), format!("{} 人", tally.players)),
        ("作答".to_owned(), format!("{} 次", tally.answers)),
        ("答题以前了解法律的".to_owned(), aware(&before)),
        ("答题以后了解法律的".to_owned(), aware(&after)),
        ("觉得有帮助的".to_owned(), share(&useful, 0)),
        ("满意的".to_owned(), share(&satisfied, TARGET)),
        ("答对".to_owned(), format!("{}%", percent(tally.right_answers, tally.answers))),
    ];
    Ok(RoundPage {
        shell: frame::desk(web, signed, "答题活动", LIST, asked).await?,
        id: id.to_string(),
        version: round.version,
        accounts: accounts(web, &round.account_id),
        rules: sentences(&round),
        title: round.title,
        intro: round.intro,
        prizes: round.prizes,
        winners: round.winners.to_string(),
        least_right: round.least_right.to_string(),
        opens_on: round.opens_on,
        closes_on: round.closes_on,
        period_days: round.period_days.to_string(),
        per_period: round.per_period.to_string(),
        fields: frame::field_choices(&[&round.field]),
        hardest: round.hardest.to_string(),
        units: round.units,
        population: round.population,
        population_source: round.population_source,
        error: None,
        reason: round.reason.unwrap_or_default(),
        state: shown(phase, round.state),
        may_write: may_write && phase == Phase::Unpublished,
        submittable: may_write && round.state == RoundState::Draft,
        decidable: signed.may(Right::Approve) && verdict.is_ok(),
        why_not: verdict.err().filter(|_| waits).map(|e| e.public().to_owned()).unwrap_or_default(),
        drawable: may_write && phase == Phase::Ended,
        published: phase != Phase::Unpublished,
        figures: if tally.players > 0 { figures } else { Vec::new() },
        questions: questions.into_iter().map(|(q, n, right)| (q, n, percent(right, n))).collect(),
    })
}

/// The rules of a round, for staff and citizens alike.
pub(in crate::console) fn sentences(round: &Round) -> Vec<String> {
    let period = match round.period_days {
        1 => "每天".to_owned(),
        days => format!("每 {days} 天"),
    };
    let mut lines = vec![
        format!("时间：{} 至 {}，按北京时间。", round.opens_on, round.closes_on),
        format!("{period}一期，每人每期 {} 道题，每道题只能答一次。", round.per_period),
    ];
    if round.winners > 0 {
        lines.push(format!(
            "累计答对 {} 题的人参加抽奖，抽出 {} 人。奖品：{}",
            round.least_right.max(1),
            round.winners,
            round.prizes
        ));
    }
    lines
}

/// Changes a round.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<RoundId>,
    Form(fields): Form,
) -> Answer {
    let seen = fields.read("version").unwrap_or(0);
    match actions::change(&web.deps, signed.member.id, id, seen, edit_of(&web, &fields)).await {
        Ok(()) => Ok(done(id, "saved")),
        Err(error) if error.kind() == Kind::NotFound => Err(error.into()),
        Err(error) => {
            let known = one(&web, &signed, id, &Fields::default()).await?;
            let typed = form(&web, &signed, &fields).await?;
            let (id, version, state) = (known.id, known.version, known.state);
            refused(&error, RoundPage { id, version, state, rules: known.rules, ..typed })
        }
    }
}

/// Hands a round to another person.
pub async fn submit(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<RoundId>,
) -> Answer {
    let done = actions::submit(&web.deps, signed.member.id, id).await;
    ended(&web, &signed, id, done, "round-submitted").await
}

/// Lets a round go.
pub async fn approve(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<RoundId>,
    Form(fields): Form,
) -> Answer {
    let seen = fields.read("version").unwrap_or(0);
    let done = actions::let_go(&web.deps, signed.member.id, id, seen).await;
    ended(&web, &signed, id, done, "round-open").await
}

/// Sends a round back.
pub async fn send_back(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<RoundId>,
    Form(fields): Form,
) -> Answer {
    let done = actions::send_back(&web.deps, signed.member.id, id, fields.text("reason")).await;
    ended(&web, &signed, id, done, "sent-back").await
}

/// Draws.
pub async fn draw(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<RoundId>,
    Form(fields): Form,
) -> Answer {
    let known = one(&web, &signed, id, &Fields::default()).await?;
    if !fields.ticked("sure") {
        return refused(&Error::invalid("没有开奖。要开奖请先勾选确认。"), known);
    }
    let done = drawing::draw(&web.deps, signed.member.id, id).await;
    ended(&web, &signed, id, done, "round-drawn").await
}

async fn ended(web: &Web, signed: &SignedIn, id: RoundId, ended: Result<()>, said: &str) -> Answer {
    match ended {
        Ok(()) => Ok(done(id, said)),
        Err(error) if error.kind() == Kind::NotFound => Err(error.into()),
        Err(error) => refused(&error, one(web, signed, id, &Fields::default()).await?),
    }
}

/// The page again with why it did not work.
fn refused(error: &Error, kept: RoundPage) -> Answer {
    let page = page(&RoundPage { error: Some(error.public().to_owned()), ..kept })?;
    Ok((status_of(error.kind()), page).into_response())
}

fn done(id: RoundId, what: &str) -> Response {
    Redirect::to(&href(&format!("{LIST}/rounds/{id}"), &[("done", what)])).into_response()
}
