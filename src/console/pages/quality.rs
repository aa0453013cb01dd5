//! Quality: what there is to read, blind reading, what others think of the own answers, the draws.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, Problem, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::Choice;
use crate::platform::http::when::{When, span};
use crate::quality::actions::{self, IN_HAND, TO_CORRECT, Verdict};
use crate::quality::pass::BlindPass;
use crate::quality::rules::{RUBRIC, Reading, last_month};
use crate::quality::store::{self, Progress};
use crate::quality::views::{
    CriterionView, LineView, Mark, QualityPage, QualityReadPage, ReadingRow, RunRow,
};
use crate::quality::{CorrectionState, Sample, SampleId, Scores};
use crate::staff::policy::Right;

/// The page.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&overview(&web, &signed, &asked, None).await?)
}

async fn overview(
    web: &Web,
    signed: &SignedIn,
    asked: &Fields,
    error: Option<String>,
) -> Result<QualityPage> {
    let now = web.deps.clock.now();
    let own = signed.member.scope().organization().is_some();
    let pass = BlindPass::of(&signed.member);
    let mut link = web.deps.db.read().await?;
    let (mut to_read, mut in_hand) = (None, String::new());
    if let Some(pass) = &pass {
        to_read = Some(store::pool(&mut link, pass, now.minus(IN_HAND)).await?.len());
        let hand = store::in_hand(&mut link, pass).await?;
        in_hand = hand.map_or_else(String::new, |id| format!("/console/quality/{id}"));
    }
    let samples = if own {
        store::read_of(&mut link, signed.member.scope()).await?
    } else if signed.may(Right::Assign) {
        store::left_lying(&mut link, now.minus(TO_CORRECT)).await?
    } else {
        Vec::new()
    };
    let runs = match draws(signed) {
        true => Some(store::runs(&mut link).await?),
        false => None,
    };
    drop(link);
    let month = last_month(now);
    let drawn = |runs: &Vec<Progress>| runs.iter().any(|one| one.run.month == month);
    let open = runs.as_ref().is_some_and(|runs| !drawn(runs));
    Ok(QualityPage {
        error,
        to_read,
        in_hand,
        own,
        readings: samples.iter().map(|sample| reading(web, sample, own)).collect(),
        runs: runs.map(|runs| runs.into_iter().map(|one| run(web, one)).collect()),
        supervises: signed.may(Right::ManageMembers),
        month: if open { month } else { String::new() },
        shell: frame::desk(web, signed, "质量评议", "/console/quality", asked).await?,
    })
}

/// Whether the person sees and makes the draws.
fn draws(signed: &SignedIn) -> bool {
    signed.may(Right::ManageRules) || signed.may(Right::ManageMembers)
}

fn run(web: &Web, one: Progress) -> RunRow {
    RunRow {
        drawn: frame::when(web, one.run.drawn_at),
        month: one.run.month,
        answered: one.run.answered,
        picked: one.picked,
        read: one.read,
        open: one.open,
        seed: one.run.seed,
    }
}

fn reading(web: &Web, sample: &Sample, own: bool) -> ReadingRow {
    let now = web.deps.clock.now();
    let directory = web.directory.current();
    let marks = sample.marks().map_or([0; 5], |scores| scores.0);
    let mark = |(criterion, mark): (&crate::quality::rules::Criterion, u8)| Mark {
        name: criterion.name,
        mark,
        anchor: criterion.anchors.get(usize::from(mark).wrapping_sub(1)).copied().unwrap_or(""),
    };
    ReadingRow {
        id: sample.id.to_string(),
        number: sample.number.clone(),
        href: match own {
            true => format!("/console/inquiries/{}", sample.inquiry_id),
            false => String::new(),
        },
        organization: match own {
            true => String::new(),
            false => directory.organization_name(Some(sample.organization_id)).to_owned(),
        },
        why: sample.why.name(),
        marks: RUBRIC.iter().zip(marks).map(mark).collect(),
        remark: sample.remark.clone(),
        correction: sample.correction.clone().unwrap_or_default(),
        state: sample.correction_state.name(),
        waits: sample.correction_state == CorrectionState::Proposed,
        read: When::new(sample.read_at.unwrap_or(now), now),
    }
}

/// Draws a month.
pub async fn draw(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let drawn = actions::draw(&web.deps, Some(signed.member.id), fields.text("month")).await;
    answered(&web, &signed, drawn.map(|_| "/console/quality?done=drawn".to_owned())).await
}

/// Gives the person a sample to read.
pub async fn take(State(web): State<Web>, signed: SignedIn) -> Answer {
    let taken = match BlindPass::of(&signed.member) {
        Some(pass) => actions::take(&web.deps, &pass).await,
        None => Err(Error::conflict("只有成员单位的答复人员能评议别的单位的答复。")),
    };
    answered(&web, &signed, taken.map(|id| format!("/console/quality/{id}"))).await
}

async fn answered(web: &Web, signed: &SignedIn, done: Result<String>) -> Answer {
    match done {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(error) if matches!(error.kind(), Kind::Conflict | Kind::Invalid) => {
            let why = Some(error.public().to_owned());
            let shown = overview(web, signed, &Fields::default(), why).await?;
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The sample that was given to the person; any other does not exist for them.
pub async fn read(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<SampleId>,
) -> Answer {
    page(&sheet(&web, &signed, id, &Fields::default(), None).await?)
}

/// Hands the reading in.
pub async fn hand_in(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<SampleId>,
    Form(fields): Form,
) -> Answer {
    let pass = BlindPass::of(&signed.member).ok_or_else(Error::not_found)?;
    match actions::hand_in(&web.deps, &pass, id, typed(&fields)).await {
        Ok(()) => Ok(Redirect::to("/console/quality?done=read").into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let why = Some(error.public().to_owned());
            let shown = sheet(&web, &signed, id, &fields, why).await?;
            Ok((status_of(Kind::Invalid), page(&shown)?).into_response())
        }
        Err(error) => Err(Problem::from(error).keeping(fields.text("correction"))),
    }
}

fn typed(fields: &Fields) -> Reading {
    let text = |name: &str| fields.text(name).replace("\r\n", "\n").trim().to_owned();
    let mut marks = [0; 5];
    for (mark, criterion) in marks.iter_mut().zip(&RUBRIC) {
        *mark = fields.read(criterion.code).unwrap_or(0);
    }
    Reading {
        scores: Scores(marks),
        remark: text("remark"),
        correction: fields.ticked("wrong").then(|| text("correction")),
    }
}

async fn sheet(
    web: &Web,
    signed: &SignedIn,
    id: SampleId,
    fields: &Fields,
    error: Option<String>,
) -> Result<QualityReadPage> {
    let pass = BlindPass::of(&signed.member).ok_or_else(Error::not_found)?;
    let (given, lines) = actions::read(&web.deps, &pass, id).await?;
    let reading = typed(fields);
    let promised = span(given.due_at.since(given.opened_at));
    let line = |(at, line): (usize, actions::BlindLine)| LineView {
        citizen: line.citizen,
        body: line.body,
        after: match at {
            0 => format!("提问；承诺 {promised}内答复"),
            _ => format!("提问后 {}", span(line.after)),
        },
    };
    let criterion = |(criterion, mark): (&crate::quality::rules::Criterion, u8)| CriterionView {
        code: criterion.code,
        name: criterion.name,
        asks: criterion.asks,
        anchors: (1..=5u8)
            .zip(criterion.anchors)
            .rev()
            .map(|(n, anchor)| Choice::new(n.to_string(), anchor, n == mark))
            .collect(),
    };
    Ok(QualityReadPage {
        shell: frame::desk(web, signed, "评议一件答复", "/console/quality", fields).await?,
        action: format!("/console/quality/{id}"),
        error,
        lines: lines.into_iter().enumerate().map(line).collect(),
        rubric: RUBRIC.iter().zip(reading.scores.0).map(criterion).collect(),
        remark: reading.remark,
        wrong: fields.ticked("wrong"),
        correction: fields.text("correction").to_owned(),
    })
}

/// Sends a correction, or says why there is none.
pub async fn correct(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<SampleId>,
    Form(fields): Form,
) -> Answer {
    let (verdict, done) = match fields.text("verdict") {
        "refuse" => (Verdict::Refuse(fields.text("reason").to_owned()), "saved"),
        _ => (Verdict::Send(fields.text("body").to_owned()), "corrected-answer"),
    };
    let decided = actions::correct(&web.deps, &signed.member, id, verdict).await;
    match decided {
        Ok(()) => Ok(Redirect::to(&format!("/console/quality?done={done}")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Conflict | Kind::Invalid) => {
            answered(&web, &signed, Err(error)).await
        }
        Err(error) => Err(Problem::from(error).keeping(fields.text("body"))),
    }
}
