//! Referrals: the list, proposing one, following it, and what leaves the house.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect};
use serde_json::json;

use super::referral_form::{self, Typed};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, Problem, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::views::Sla;
use crate::inquiries::{self, InquiryId};
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::when::When;
use crate::referrals::actions::{self, Leaving, take_out};
use crate::referrals::rules::{self, Step};
use crate::referrals::views::{
    ItemView, ReferralPage, ReferralRow, ReferralSheetPage, ReferralsPage, StepView, colours,
};
use crate::referrals::{ItemKey, Referral, ReferralId, ReferralState, store};
use crate::staff::policy::Right;
use crate::staff::{self, StaffId};

/// Steps of the history that are shown.
const HISTORY: i64 = 50;

/// The list.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let now = web.deps.clock.now();
    let listed = store::list(&mut web.deps.db.read().await?, signed.member.scope()).await?;
    page(&ReferralsPage {
        rows: listed.iter().map(|(referral, number)| row(referral, number, now)).collect(),
        shell: frame::desk(&web, &signed, "转介", "/console/referrals", &asked).await?,
    })
}

fn row(referral: &Referral, number: &str, now: Moment) -> ReferralRow {
    let (class, icon) = colours(referral.state);
    ReferralRow {
        href: format!("/console/referrals/{}", referral.id),
        number: number.to_owned(),
        kind: referral.kind.name(),
        receiver: referral.receiver.clone(),
        state: referral.state.name(),
        class,
        icon,
        clock: referral.due_at.map(|due| Sla::new(Some(due), referral.settled_at, now)),
        proposed: When::new(referral.proposed_at, now),
    }
}

/// What a conversation links to: address and words of each referral of an inquiry.
pub(super) async fn of_inquiry(web: &Web, id: InquiryId) -> Result<Vec<(String, String)>> {
    let referrals = store::of_inquiry(&mut web.deps.db.read().await?, id).await?;
    let link = |r: &Referral| {
        let words = format!("{}：{}（{}）", r.kind.name(), r.receiver, r.state.name());
        (format!("/console/referrals/{}", r.id), words)
    };
    Ok(referrals.iter().map(link).collect())
}

/// The form of a new one.
pub async fn blank(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Asked(asked): Asked,
) -> Answer {
    page(&referral_form::show(&web, &signed, id, &asked, None, None).await?)
}

/// Proposes one.
pub async fn add(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let typed = Typed::from(&fields);
    let proposed = match referral_form::proposal(&web, &signed, id, &fields, &typed).await {
        Ok(proposal) => actions::propose(&web.deps, &signed.member, id, proposal).await,
        Err(error) => Err(error),
    };
    match proposed {
        Ok(made) => {
            Ok(Redirect::to(&format!("/console/referrals/{made}?done=proposed")).into_response())
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let why = Some(error.public().to_owned());
            let asked = Fields::default();
            let shown = referral_form::show(&web, &signed, id, &asked, Some(typed), why).await?;
            Ok((status_of(Kind::Invalid), page(&shown)?).into_response())
        }
        Err(error) => Err(Problem::from(error).keeping(&typed.question)),
    }
}

/// One referral.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ReferralId>,
    Asked(asked): Asked,
) -> Answer {
    page(&assemble(&web, &signed, id, &asked, None).await?)
}

/// Moves one on.
pub async fn step(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ReferralId>,
    Form(fields): Form,
) -> Answer {
    let done = match Step::from_code(fields.text("step")) {
        Some(step) => {
            actions::step(&web.deps, &signed.member, id, step, fields.text("remark")).await
        }
        None => Err(Error::invalid("请点一个按钮，说明转介到了哪一步。")),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/console/referrals/{id}?done=saved")).into_response()),
        Err(error) if error.kind() == Kind::Invalid => {
            let why = Some(error.public().to_owned());
            let shown = assemble(&web, &signed, id, &Fields::default(), why).await?;
            Ok((status_of(Kind::Invalid), page(&shown)?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn assemble(
    web: &Web,
    signed: &SignedIn,
    id: ReferralId,
    asked: &Fields,
    error: Option<String>,
) -> Result<ReferralPage> {
    let (scope, now) = (signed.member.scope(), web.deps.clock.now());
    let mut link = web.deps.db.read().await?;
    let referral = store::get(&mut link, scope, id).await?.ok_or_else(Error::not_found)?;
    let inquiry = inquiries::store::get(&mut link, scope, referral.inquiry_id).await?;
    let inquiry = inquiry.ok_or_else(Error::not_found)?;
    let deeds = audit::of_object(&mut link, &format!("referral:{id}"), HISTORY).await?;
    let names = staff::store::names(&mut link, scope.organization()).await?;
    drop(link);
    let steps =
        if signed.may(Right::Answer) { rules::open_to_staff(referral.state) } else { vec![] };
    let told = |deed: &audit::Entry| {
        let by = deed.staff_id.and_then(|id| names.get(&StaffId(id)));
        let words = deed_words(deed, by.map_or("工作人员", String::as_str))?;
        Some((words, When::new(deed.at, now)))
    };
    Ok(ReferralPage {
        id: id.to_string(),
        inquiry_href: format!("/console/inquiries/{}", inquiry.id),
        row: row(&referral, &inquiry.number, now),
        clock_words: rules::clock_words(referral.kind),
        items: items(&referral),
        decided: !referral.agreed.is_empty(),
        contact: referral.contact.is_some(),
        leaves: rules::may_leave(referral.state) && signed.may(Right::Answer),
        remark: referral.remark.clone(),
        steps: steps
            .into_iter()
            .map(|step| StepView {
                code: step.code(),
                name: step.name(),
                words: step.needs_words(),
            })
            .collect(),
        error,
        history: deeds.iter().filter_map(told).collect(),
        shell: frame::desk(web, signed, "转介", "/console/referrals", asked).await?,
    })
}

/// The items of a referral as pages show them.
pub(in crate::console) fn items(referral: &Referral) -> Vec<ItemView> {
    let view = |item: &crate::referrals::Item| ItemView {
        key: item.key.code(),
        name: item.key.name(),
        value: item.value.clone(),
        agreed: referral.agreed.contains(&item.key),
    };
    referral.items.iter().map(view).collect()
}

fn deed_words(deed: &audit::Entry, by: &str) -> Option<String> {
    let detail: serde_json::Value = serde_json::from_str(&deed.detail).ok()?;
    Some(match deed.action.as_str() {
        "referral.propose" => format!("{by} 发起，请群众确认"),
        "referral.consent" => {
            let keys = detail["items"].as_array()?.iter().filter_map(|key| key.as_str());
            let names: Vec<_> = keys.filter_map(ItemKey::from_code).map(ItemKey::name).collect();
            format!("群众同意转出：{}", names.join("、"))
        }
        "referral.refuse" => "群众没有同意".into(),
        "referral.withdraw" => "群众撤回同意，联系方式已删去".into(),
        "referral.step" => {
            let to = detail["to"].as_str().and_then(ReferralState::from_code)?;
            format!("{by} 记录：{}", to.name())
        }
        "referral.take_out" => {
            let how =
                if detail["form"] == "data" { "下载了数据" } else { "打印了转介单" };
            format!("{by} {how}")
        }
        _ => return None,
    })
}

/// The printed page.
pub async fn sheet(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ReferralId>,
) -> Answer {
    let Leaving { referral, number, contact } =
        take_out(&web.deps, &signed.member, id, "sheet").await?;
    let directory = web.directory.current();
    let own = signed.member.organization_id.and_then(|id| directory.organization(id));
    let sender = match own {
        Some(own) => format!("{}，经办人 {}，电话 {}", own.name, signed.member.name, own.phone),
        None => format!("经办人 {}", signed.member.name),
    };
    let contact = contact.unwrap_or_default();
    let contact = [("姓名", contact.name), ("电话", contact.phone)];
    page(&ReferralSheetPage {
        site: frame::site(&web),
        demo: web.installation.demo,
        back_href: format!("/console/referrals/{id}"),
        kind: referral.kind.name(),
        receiver: referral.receiver.clone(),
        sender,
        number,
        agreed_on: referral.decided_at.map_or_else(String::new, day),
        items: referral
            .passed_on()
            .into_iter()
            .map(|item| (item.key.name(), item.value.clone()))
            .collect(),
        contact: contact.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
    })
}

fn day(at: Moment) -> String {
    let day = at.in_shanghai();
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// The same for machines. Fields are only ever added; `schema` names the version.
pub async fn data(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<ReferralId>,
) -> Answer {
    let Leaving { referral, number, contact } =
        take_out(&web.deps, &signed.member, id, "data").await?;
    let directory = web.directory.current();
    let stamp = |at: Option<Moment>| at.map(|at| When::new(at, at).iso);
    let items = referral.passed_on();
    let items = items.iter().map(|item| {
        json!({
            "key": item.key, "label": item.key.name(), "value": item.value, "codes": item.codes,
        })
    });
    let body = json!({
        "schema": "pufa.referral/1",
        "id": referral.id,
        "inquiry": number,
        "kind": referral.kind,
        "receiver": referral.receiver,
        "sender": directory.organization_name(signed.member.organization_id),
        "consented_at": stamp(referral.decided_at),
        "sent_at": stamp(referral.sent_at),
        "items": items.collect::<Vec<_>>(),
        "contact": contact,
    });
    let mut response = Json(body).into_response();
    let name = format!("attachment; filename=\"referral-{number}.json\"");
    let name = HeaderValue::try_from(name).map_err(Problem::internal)?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}
