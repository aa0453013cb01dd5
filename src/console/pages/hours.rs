//! When an organization works, the days that differ, and the names it may not deal with.

use axum::extract::State;
use jiff::civil::Date;

use super::of_member::{Outcome, again, outcome, reachable};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::members::hours::store::Interest;
use crate::members::hours::views::{DayInput, DayRow, HoursPage, InterestRow, WeekRow};
use crate::members::hours::{actions, office_week, parse_spans, spans_text, store};
use crate::members::{Organization, OrganizationId};
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::Choice;
use crate::worktime::calendar::{Special, WEEKDAYS, Week};
use crate::worktime::national;

/// Names of the inputs of the week, Monday first.
const DAYS: [&str; 7] = ["day1", "day2", "day3", "day4", "day5", "day6", "day7"];

/// The page.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Asked(asked): Asked,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    page(&assemble(&web, &signed, &organization, &asked, None).await?)
}

/// Sets the week from a day on.
pub async fn set_week(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let by = signed.member.id.0;
    let done = match (day(&fields, "since"), week(&fields)) {
        (Ok(since), Ok(week)) => actions::set_week(&web.deps, by, id, since, &week).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    answered(&web, &signed, &organization, &fields, done).await
}

/// Sets how one day differs, or makes it an ordinary one again.
pub async fn set_day(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let by = signed.member.id.0;
    let done = match (day(&fields, "day"), special(&fields)) {
        (Ok(day), Ok(special)) => actions::set_day(&web.deps, by, id, day, special.as_ref()).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    answered(&web, &signed, &organization, &fields, done).await
}

/// Adds or removes a name.
pub async fn set_interest(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let by = signed.member.id.0;
    let name = fields.text("name").trim().to_owned();
    let done = match fields.text("remove") {
        "" => {
            let reason = fields.text("reason").trim().to_owned();
            let interest = Interest { organization_id: id, name, reason };
            actions::add_interest(&web.deps, by, &interest).await
        }
        _ => actions::remove_interest(&web.deps, by, id, &name).await,
    };
    answered(&web, &signed, &organization, &fields, done).await
}

async fn answered(
    web: &Web,
    signed: &SignedIn,
    organization: &Organization,
    fields: &Fields,
    done: Result<()>,
) -> Answer {
    let there = format!("/console/members/{}/hours?done=saved", organization.id);
    match outcome(web, done, &there).await? {
        Outcome::Done(leads_on) => Ok(leads_on),
        Outcome::Again(why) => {
            again(&assemble(web, signed, organization, fields, Some(why)).await?)
        }
    }
}

fn day(fields: &Fields, name: &str) -> Result<Date> {
    fields.read(name).ok_or_else(|| Error::invalid("请填写日期，例如 2026-12-01。"))
}

fn week(fields: &Fields) -> Result<Week> {
    let mut week = Week::default();
    for (spans, name) in week.0.iter_mut().zip(DAYS) {
        *spans = parse_spans(fields.text(name))?;
    }
    Ok(week)
}

fn special(fields: &Fields) -> Result<Option<Special>> {
    let name = fields.text("name").trim().chars().take(20).collect();
    Ok(match fields.text("kind") {
        "closed" => Some(Special::Closed { name }),
        "open" => Some(Special::Open { spans: parse_spans(fields.text("spans"))?, name }),
        _ => None,
    })
}

async fn assemble(
    web: &Web,
    signed: &SignedIn,
    organization: &Organization,
    typed: &Fields,
    error: Option<String>,
) -> Result<HoursPage> {
    let id = organization.id;
    let mut link = web.deps.db.read().await?;
    let weeks = store::weeks(&mut link).await?.into_iter().filter(|w| w.organization == id);
    let weeks: Vec<_> = weeks.collect();
    let days = store::days(&mut link).await?.into_iter().filter(|d| d.organization == id);
    let interests = store::interests(&mut link).await?;
    drop(link);
    let now = web.deps.clock.now();
    let today = now.in_shanghai().date();
    let in_force = weeks.iter().rev().find(|w| w.since <= today).or_else(|| weeks.first());
    let current = in_force.map_or_else(office_week, |w| w.week.clone());
    let was_refused = error.is_some() && !typed.text("since").is_empty();
    let input = |(place, name): (usize, &'static str)| DayInput {
        name,
        label: WEEKDAYS[place],
        value: match was_refused {
            true => typed.text(name).to_owned(),
            false => spans_text(&current.0[place]),
        },
    };
    let mine = interests.into_iter().filter(|interest| interest.organization_id == id);
    Ok(HoursPage {
        shell: frame::desk(web, signed, "工作时间", "/console/members", typed).await?,
        organization_name: organization.name.clone(),
        action: format!("/console/members/{id}/hours"),
        error,
        own: !weeks.is_empty(),
        since: match typed.text("since") {
            "" => today.to_string(),
            typed => typed.to_owned(),
        },
        week: DAYS.into_iter().enumerate().map(input).collect(),
        versions: weeks.iter().map(|w| WeekRow::new(w, in_force == Some(w))).collect(),
        kinds: vec![
            Choice::new("closed", "休息", false),
            Choice::new("open", "按下面的时间上班", false),
        ],
        days: days.map(|d| DayRow::new(&d)).collect(),
        interests: mine.map(|i| InterestRow { name: i.name, reason: i.reason }).collect(),
        examples: examples(web, organization, now),
        official_until: national::known_until().map(|day| day.to_string()).unwrap_or_default(),
    })
}

/// What is promised to somebody who asks now.
fn examples(web: &Web, organization: &Organization, now: Moment) -> Vec<String> {
    let directory = web.directory.current();
    let told = |urgent| directory.promise(urgent, Some(organization), now).1;
    vec![told(false), told(true)]
}
