//! The duty roster: planning, absences, swaps, handing over, the feed for calendars.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use jiff::civil::Date;

use super::of_member::{Outcome, again, outcome, reachable};
use super::roster_view::{assemble, everybody};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::state::Web;
use crate::inquiries;
use crate::members::hours::parse_spans;
use crate::members::{Organization, OrganizationId};
use crate::platform::error::{Error, Result};
use crate::platform::secrets::Secret;
use crate::roster::actions::{self, shifts, swaps};
use crate::roster::rules::{Copied, days_from, monday_of};
use crate::roster::views::RosterPage;
use crate::roster::{AbsenceReason, feed as calendar, rules, store};
use crate::staff::StaffId;
use crate::staff::policy::Right;

/// Weeks before and after today that a feed holds.
const FEED_WEEKS: i32 = 8;

/// The own organization's roster, or everybody's duty for the alliance's people.
pub async fn home(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    match signed.member.organization_id {
        Some(own) => Ok(Redirect::to(&format!("/console/members/{own}/roster")).into_response()),
        None => page(&everybody(&web, &signed, &asked).await?),
    }
}

/// One organization's week.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Asked(asked): Asked,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    page(&assemble(&web, &signed, &organization, &asked).await?)
}

/// Adds shifts or removes one.
pub async fn shift(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let done = change_shifts(&web, &signed, id, &fields).await;
    answered(&web, &signed, &organization, &fields, done).await
}

async fn change_shifts(
    web: &Web,
    signed: &SignedIn,
    id: OrganizationId,
    fields: &Fields,
) -> Result<()> {
    if fields.ticked("remove") {
        let shift = fields.read("remove").ok_or_else(Error::not_found)?;
        return shifts::remove(&web.deps, &signed.member, id, shift).await;
    }
    let days: Vec<Date> = fields.all("day").filter_map(|day| day.parse().ok()).collect();
    let spans = parse_spans(fields.text("spans"))?;
    shifts::add(&web.deps, &signed.member, id, person(fields, "person")?, &days, &spans).await
}

/// Copies a week and shows the copy, with what was left out.
pub async fn copy(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let (Some(from), Some(to)) = (fields.read("from"), fields.read::<Date>("to")) else {
        let done = Err(Error::invalid("请填写要复制到的日期，例如 2026-12-07。"));
        return answered(&web, &signed, &organization, &fields, done).await;
    };
    let directory = web.directory.current();
    let calendar = directory.hours(Some(id));
    match shifts::copy_week(&web.deps, &signed.member, id, from, to, calendar).await {
        Ok(copied) => {
            web.directory.refresh().await?;
            let monday = monday_of(to).to_string();
            let mut shown =
                assemble(&web, &signed, &organization, &Fields::one("week", &monday)).await?;
            shown.told = Some(told(&copied));
            page(&shown)
        }
        Err(error) => answered(&web, &signed, &organization, &fields, Err(error)).await,
    }
}

fn told(copied: &Copied) -> String {
    let left = [
        (copied.same, "个班那一周已经有了"),
        (copied.closed, "个班遇到休息日"),
        (copied.gone, "个班的人请假或已停用"),
    ];
    let left = left.iter().filter(|(count, _)| *count > 0);
    let left: Vec<String> = left.map(|(count, why)| format!("{count} {why}")).collect();
    let added = format!("已复制 {} 个班。", copied.planned.len());
    if left.is_empty() { added } else { format!("{added}跳过：{}。", left.join("，")) }
}

/// Says whether the roster decides when the organization is asked.
pub async fn counts(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let done = shifts::set_counts(&web.deps, &signed.member, id, fields.ticked("counts")).await;
    answered(&web, &signed, &organization, &fields, done).await
}

/// Notes an absence, or takes one back: the own one, or anybody's with the right to plan.
pub async fn absence(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let done = change_absences(&web, &signed, id, &fields).await;
    answered(&web, &signed, &organization, &fields, done).await
}

async fn change_absences(
    web: &Web,
    signed: &SignedIn,
    id: OrganizationId,
    fields: &Fields,
) -> Result<()> {
    let manages = signed.may(Right::ManageHours);
    if fields.ticked("remove") {
        let absence = fields.read("remove").ok_or_else(Error::not_found)?;
        return actions::be_back(&web.deps, &signed.member, manages, id, absence).await;
    }
    let who = if manages { person(fields, "away")? } else { signed.member.id };
    let reason = AbsenceReason::from_code(fields.text("reason"));
    let (Some(reason), Some(first), Some(last)) =
        (reason, fields.read("first"), fields.read("last"))
    else {
        return Err(Error::invalid("请填写原因、开始日期和结束日期。"));
    };
    actions::be_away(&web.deps, &signed.member, (id, who, reason), (first, last)).await?;
    if fields.ticked("hand_back") {
        inquiries::actions::staff::hand_back(&web.deps, signed.member.id, who).await?;
    }
    Ok(())
}

/// Asks a colleague to swap, or settles such a wish.
pub async fn swap(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let done = change_swaps(&web, &signed, id, &fields).await;
    answered(&web, &signed, &organization, &fields, done).await
}

async fn change_swaps(
    web: &Web,
    signed: &SignedIn,
    id: OrganizationId,
    fields: &Fields,
) -> Result<()> {
    belongs(signed, id)?;
    let by = &signed.member;
    if let Some(swap) = fields.read("swap") {
        let settlement = match fields.text("settle") {
            "agree" => swaps::Settlement::Agree,
            "refuse" => swaps::Settlement::Refuse,
            _ => swaps::Settlement::Withdraw,
        };
        return swaps::settle(&web.deps, by, id, swap, settlement).await;
    }
    let (Some(shift), Some(colleague)) = (fields.read("shift"), fields.read("colleague")) else {
        return Err(Error::invalid("请选择自己的班和要换的同事。"));
    };
    let in_return = fields.read("in_return");
    let remark = fields.text("remark").to_owned();
    let wish = swaps::Wish { shift, colleague, in_return, remark };
    swaps::ask(&web.deps, by, id, &wish).await
}

/// Leaves a word for the next on duty.
pub async fn handover(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let done = match belongs(&signed, id) {
        Ok(()) => actions::hand_over(&web.deps, &signed.member, id, fields.text("body")).await,
        Err(error) => Err(error),
    };
    answered(&web, &signed, &organization, &fields, done).await
}

/// Makes the address of the person's own feed and shows it once.
pub async fn open_feed(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    if let Err(error) = belongs(&signed, id) {
        return answered(&web, &signed, &organization, &fields, Err(error)).await;
    }
    let secret = actions::open_feed(&web.deps, &signed.member, id).await?;
    let mut shown = assemble(&web, &signed, &organization, &fields).await?;
    if let Some(desk) = &mut shown.own {
        let path = format!("/console/roster/calendar/{}", secret.reveal());
        desk.feed = Some(web.links.site(&path));
    }
    page(&shown)
}

/// The feed a calendar application reads; whoever has the address is let in, and sees shifts only.
pub async fn feed(State(web): State<Web>, Target(token): Target<String>) -> Answer {
    let digest = Secret::from(token).digest();
    let mut link = web.deps.db.read().await?;
    let owner = store::feed_owner(&mut link, &digest).await?;
    let Some((staff, Some(organization))) = owner else { return Err(Error::not_found().into()) };
    let now = web.deps.clock.now();
    let (first, last) = feed_days(now.in_shanghai().date());
    let roster = store::of_organization(&mut link, organization, first, last).await?;
    let own: Vec<_> = roster.shifts.iter().filter(|s| s.staff_id == staff).cloned().collect();
    let directory = web.directory.current();
    let name = directory.organization_name(Some(organization));
    let body = calendar::written(name, &own, |shift| roster.is_manned(shift), now);
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, body).into_response())
}

fn feed_days(today: Date) -> (Date, Date) {
    let weeks = jiff::ToSpan::weeks(FEED_WEEKS);
    let last = monday_of(today).saturating_add(weeks);
    (monday_of(today).saturating_sub(weeks), days_from(last).last().unwrap_or(last))
}

/// What concerns the person's own shifts is only for the organization's own people.
fn belongs(signed: &SignedIn, id: OrganizationId) -> Result<()> {
    match signed.member.organization_id == Some(id) {
        true => Ok(()),
        false => Err(Error::invalid("换班、留言和日历只供本单位的人员使用。")),
    }
}

fn person(fields: &Fields, name: &str) -> Result<StaffId> {
    fields.read(name).ok_or_else(|| Error::invalid("请从列表里选择本单位的人员。"))
}

async fn answered(
    web: &Web,
    signed: &SignedIn,
    organization: &Organization,
    fields: &Fields,
    done: Result<()>,
) -> Answer {
    let week = fields.read::<Date>("week").map(rules::monday_of);
    let week = week.map(|monday| format!("&week={monday}")).unwrap_or_default();
    let there = format!("/console/members/{}/roster?done=saved{week}", organization.id);
    match outcome(web, done, &there).await? {
        Outcome::Done(leads_on) => Ok(leads_on),
        Outcome::Again(why) => {
            let shown = assemble(web, signed, organization, fields).await?;
            again(&RosterPage { error: Some(why), ..shown })
        }
    }
}
