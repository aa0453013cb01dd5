//! The calendar of legal education: a month, a year, one date with its tasks, the rule behind it.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;

use super::calendar_view::{date_page, month_page, rule_page, year_page};
use crate::calendar::{HeldId, Observance, Plan, Rule, actions, feed as phone, rules, store};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::state::Web;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::secrets::Secret;

/// A month, or with `year` a whole year.
pub async fn home(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let year = asked.read::<i16>("year").filter(|year| rules::YEARS.contains(year));
    match year {
        Some(year) => page(&year_page(&web, &signed, year, &asked).await?),
        None => page(&month_page(&web, &signed, month_of(&web, &asked), &asked, None).await?),
    }
}

/// The first day of the month that is asked for, or of the current one.
fn month_of(web: &Web, asked: &Fields) -> Date {
    let today = web.deps.clock.now().in_shanghai().date();
    let asked: Option<Date> = format!("{}-01", asked.text("month")).parse().ok();
    asked.filter(|day| rules::YEARS.contains(&day.year())).unwrap_or(today).first_of_month()
}

/// A date in a year.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<HeldId>,
    Asked(asked): Asked,
) -> Answer {
    page(&date_page(&web, &signed, &id, &asked, None).await?)
}

/// Decides theme, owner and days of a date in a year.
pub async fn decide(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<HeldId>,
    Form(fields): Form,
) -> Answer {
    let mut shown = date_page(&web, &signed, &id, &Fields::default(), None).await?;
    let (first, last) = (fields.text("first"), fields.text("last"));
    let done = match rules::read_days(id.year, first, last) {
        Ok(days) => {
            let (theme, owner) = (fields.text("theme").to_owned(), fields.read("owner"));
            let plan = Plan { theme, owner, days, version: 0 };
            let seen = fields.read("version").unwrap_or(0);
            actions::decide(&web.deps, signed.member.id, &id, plan, seen).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/calendar/{id}?done=saved")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            shown.theme.value = fields.text("theme").to_owned();
            shown.first.value = first.to_owned();
            shown.last.value = last.to_owned();
            shown.error = Some(error.public().to_owned());
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Notes that a task is done, or takes that back.
pub async fn task(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<HeldId>,
    Form(fields): Form,
) -> Answer {
    let (task, done) = (fields.text("task"), fields.ticked("done"));
    actions::mark(&web.deps, signed.member.id, &id, task, done).await?;
    Ok(Redirect::to(&format!("/console/calendar/{id}?done=saved")).into_response())
}

/// The form of a new date.
pub async fn blank(State(web): State<Web>, signed: SignedIn) -> Answer {
    page(&rule_page(&web, &signed, &fresh(String::new()), None).await?)
}

/// Adds one.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let id = web.deps.entropy.id_at(web.deps.clock.now());
    let before = fresh(format!("own-{}", id.simple()));
    written(&web, &signed, before, &fields).await
}

/// The form of a date that is there.
pub async fn rule(
    State(web): State<Web>,
    signed: SignedIn,
    Target(code): Target<String>,
) -> Answer {
    page(&rule_page(&web, &signed, &known(&web, &code).await?, None).await?)
}

/// Changes it.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(code): Target<String>,
    Form(fields): Form,
) -> Answer {
    let before = known(&web, &code).await?;
    written(&web, &signed, before, &fields).await
}

fn fresh(code: String) -> Observance {
    Observance {
        code,
        name: String::new(),
        rule: Rule::Fixed { month: 1, day: 1 },
        lead: String::new(),
        basis: String::new(),
        source: String::new(),
        template: crate::calendar::shipped::USUAL_TEMPLATE.to_owned(),
        dropped: false,
        version: 0,
    }
}

async fn known(web: &Web, code: &str) -> Result<Observance> {
    let all = store::observances(&mut web.deps.db.read().await?).await?;
    all.into_iter().find(|date| date.code == code).ok_or_else(Error::not_found)
}

async fn written(web: &Web, signed: &SignedIn, before: Observance, fields: &Fields) -> Answer {
    let seen = fields.read("version").unwrap_or(0);
    let observance = Observance {
        name: fields.text("name").to_owned(),
        rule: rule_in(fields),
        lead: fields.text("lead").to_owned(),
        basis: fields.text("basis").to_owned(),
        source: fields.text("source").to_owned(),
        template: fields.text("template").to_owned(),
        dropped: fields.ticked("dropped"),
        ..before.clone()
    };
    match actions::save(&web.deps, signed.member.id, observance.clone(), seen).await {
        Ok(()) => {
            let there = format!("/console/calendar/rules/{}?done=saved", before.code);
            Ok(Redirect::to(&there).into_response())
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            // A new date stays one: it has no page of its own yet.
            let code = if before.name.is_empty() { String::new() } else { before.code };
            let shown = Observance { code, ..observance };
            let shown = rule_page(web, signed, &shown, Some(error.public())).await?;
            Ok((status_of(error.kind()), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The rule a form describes; what is left out is 0 and no rule takes it.
fn rule_in(fields: &Fields) -> Rule {
    let number = |name: &str| fields.read::<i8>(name).unwrap_or(0);
    let (month, day) = (number("month"), number("day"));
    match fields.text("kind") {
        "span" => Rule::Span { month, day, to_month: number("to_month"), to_day: number("to_day") },
        "week_of" => Rule::WeekOf { month, day },
        "nth" => Rule::Nth { month, nth: number("nth"), weekday: number("weekday") },
        "lunar" => Rule::Lunar { month, day },
        "notice" => Rule::Notice { month },
        _ => Rule::Fixed { month, day },
    }
}

/// Gives the person the address of a feed.
pub async fn open_feed(State(web): State<Web>, signed: SignedIn) -> Answer {
    let secret = actions::open_feed(&web.deps, signed.member.id).await?;
    let feed = web.links.site(&format!("/console/calendar/feed/{}", secret.reveal()));
    let asked = Fields::default();
    page(&month_page(&web, &signed, month_of(&web, &asked), &asked, Some(feed)).await?)
}

/// The feed a calendar application reads; whoever has the address is let in, and sees dates only.
pub async fn feed(State(web): State<Web>, Target(token): Target<String>) -> Answer {
    let digest = Secret::from(token).digest();
    let mut link = web.deps.db.read().await?;
    if !store::opens_feed(&mut link, &digest).await? {
        return Err(Error::not_found().into());
    }
    let now = web.deps.clock.now();
    let year = now.in_shanghai().date().year();
    let held = store::held(&mut link, year - 1..=year + 1).await?;
    let body = phone::written(&web.config.alliance.name, &held, now);
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, body).into_response())
}
