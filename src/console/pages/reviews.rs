//! Second readers: the list of held answers, what is done with one, what the organization wants.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::answering::back;
use super::conversation::Talk;
use super::conversation_view::files_of;
use super::of_member::{again, reachable};
use super::{inbox, lending};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, Problem, page};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::reviewing::rules::{Policy, is_pressing};
use crate::inquiries::reviewing::store::Queued;
use crate::inquiries::reviewing::views::{ReviewPanel, ReviewPolicyPage, ReviewRow, ReviewsPage};
use crate::inquiries::reviewing::{ReviewState, actions, store};
use crate::inquiries::views::Sla;
use crate::inquiries::{InquiryId, State as InquiryState};
use crate::language::Field;
use crate::members::{Organization, OrganizationId};
use crate::platform::error::{Kind, Result};
use crate::staff::policy::Right;
use crate::staff::{self, StaffId, StaffMember};

/// The list.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let (scope, reader) = (signed.member.scope(), signed.member.id);
    let mut link = web.deps.db.read().await?;
    let queue = store::queue(&mut link, scope, reader).await?;
    let own = scope.organization();
    let policy = match own {
        Some(id) => store::policy(&mut link, id).await?.unwrap_or_default(),
        None => Policy::default(),
    };
    drop(link);
    let configures = signed.may(Right::ManageOwnStaff);
    page(&ReviewsPage {
        policy: own.map_or_else(String::new, |_| in_words(&policy)),
        policy_href: own
            .filter(|_| configures)
            .map_or_else(String::new, |id| format!("/console/members/{id}/review")),
        lent: lending::rows(&web, &signed).await?,
        rows: queue.into_iter().map(|queued| row(&web, queued, reader)).collect(),
        shell: frame::desk(&web, &signed, "答复复核", "/console/reviews", &asked).await?,
    })
}

fn row(web: &Web, queued: Queued, reader: StaffId) -> ReviewRow {
    let now = web.deps.clock.now();
    let review = queued.review;
    ReviewRow {
        href: format!("/console/inquiries/{}#review", review.inquiry_id),
        number: queued.number,
        first_line: queued.first_line,
        author: queued.author_name,
        reason: review.reason.name(),
        own: review.author_id == reader,
        returned: review.state == ReviewState::Returned,
        remark: review.remark,
        sla: Sla::new(Some(queued.due_at), queued.answered_at, now),
        written: frame::when(web, review.written_at),
    }
}

fn in_words(policy: &Policy) -> String {
    if policy.is_off() {
        return "本单位还没有设置，答复写好就送出。".into();
    }
    let names: Vec<&str> = policy.fields.iter().map(|field| field.name()).collect();
    let parts = [
        (policy.first_answers > 0, format!("每个人的前 {} 条", policy.first_answers)),
        (!names.is_empty(), format!("领域是{}的", names.join("、"))),
        (policy.share > 0, format!("其余随机 {}%", policy.share)),
    ];
    let parts = parts.into_iter().filter(|(on, _)| *on).map(|(_, words)| words);
    format!("先复核再送出的答复：{}。", parts.collect::<Vec<_>>().join("；"))
}

/// What stands in a conversation about a held answer.
pub(super) async fn panel(
    web: &Web,
    signed: &SignedIn,
    talk: &Talk,
) -> Result<Option<ReviewPanel>> {
    let (inquiry, member) = (&talk.inquiry, &signed.member);
    let mut link = web.deps.db.read().await?;
    let Some(review) = store::newest(&mut link, inquiry.id).await? else { return Ok(None) };
    let waits = review.state == ReviewState::InReview;
    let returned = review.state == ReviewState::Returned && inquiry.state == InquiryState::Claimed;
    if !waits && !returned {
        return Ok(None);
    }
    let others = actions::readers(&mut link, review.organization_id, review.author_id).await?;
    let name = |id: &StaffId| talk.names.get(id).map_or("同事", String::as_str);
    let own = review.author_id == member.id;
    let answers = waits && signed.may(Right::Answer);
    let (author, at) = (name(&review.author_id), frame::when(web, review.written_at).absolute);
    Ok(Some(ReviewPanel {
        returned,
        sentence: format!("{author} 写于 {at}，复核原因：{}。", review.reason.name()),
        remark: match review.reader_id {
            Some(reader) if returned => match talk.names.get(&reader) {
                Some(name) => format!("{name}：{}", review.remark),
                None => format!("外单位复核人：{}", review.remark),
            },
            _ => String::new(),
        },
        files: files_of(talk, review.id).collect(),
        body: review.body,
        sla: inbox::sla(inquiry, talk.now),
        version: inquiry.version,
        may_release: answers && (!own || (others == 0 && is_pressing(inquiry))),
        may_return: answers && !own,
        may_withdraw: answers && own,
        alone: match (waits && others == 0, is_pressing(inquiry)) {
            (true, true) => {
                "已请外单位复核，还没有人处理，时限将到。作者写明理由后可以自行放行，理由会留痕。"
            }
            (true, false) => {
                "单位里没有别人可以复核，已请枢纽型组织或联盟运营复核，对方只看到脱敏文字。快到时限还没人处理时，作者可以自行放行。"
            }
            (false, _) => "",
        },
    }))
}

/// Lets a held answer go.
pub async fn release(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let (seen, remark) = (fields.read("version").unwrap_or(0), fields.text("remark"));
    let done = actions::release(&web.deps, &signed.member, id, seen, remark).await;
    done.map_err(|error| Problem::from(error).keeping(remark))?;
    Ok(back(id, "let-go"))
}

/// Sends it back.
pub async fn send_back(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let remark = fields.text("remark");
    let done = actions::send_back(&web.deps, &signed.member, id, remark).await;
    done.map_err(|error| Problem::from(error).keeping(remark))?;
    Ok(back(id, "sent-back"))
}

/// Takes the own one back.
pub async fn withdraw(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
) -> Answer {
    actions::withdraw(&web.deps, &signed.member, id).await?;
    Ok(back(id, "taken-back"))
}

/// Which answers of an organization are read first.
pub async fn policy(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Asked(asked): Asked,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let saved = store::policy(&mut web.deps.db.read().await?, id).await?.unwrap_or_default();
    let typed = (saved.first_answers.to_string(), saved.share.to_string(), saved.fields);
    page(&form(&web, &signed, &organization, &asked, typed, None).await?)
}

/// Changes that.
pub async fn set_policy(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<OrganizationId>,
    Form(fields): Form,
) -> Answer {
    let organization = reachable(&web, &signed, id)?;
    let number = |name: &str| match fields.text(name) {
        "" => 0,
        _ => fields.read(name).unwrap_or(-1),
    };
    let chosen: Vec<Field> = fields.all("field").filter_map(Field::from_code).collect();
    let policy = Policy {
        first_answers: number("first_answers"),
        fields: chosen.clone(),
        share: number("share"),
    };
    match actions::set_policy(&web.deps, signed.member.id, id, policy).await {
        Ok(()) => {
            Ok(Redirect::to(&format!("/console/members/{id}/review?done=saved")).into_response())
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let typed =
                (fields.text("first_answers").to_owned(), fields.text("share").to_owned(), chosen);
            let why = Some(error.public().to_owned());
            let asked = Fields::default();
            let shown = form(&web, &signed, &organization, &asked, typed, why).await?;
            again(&shown)
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(
    web: &Web,
    signed: &SignedIn,
    organization: &Organization,
    asked: &Fields,
    (first_answers, share, fields): (String, String, Vec<Field>),
    error: Option<String>,
) -> Result<ReviewPolicyPage> {
    let mut link = web.deps.db.read().await?;
    let people = staff::store::of_organization(&mut link, organization.id).await?;
    drop(link);
    let may = |one: &&StaffMember| one.active && staff::policy::allows(one.role, Right::Answer);
    let codes: Vec<&str> = fields.iter().map(|field| field.code()).collect();
    Ok(ReviewPolicyPage {
        shell: frame::desk(web, signed, "哪些答复先复核", "/console/reviews", asked).await?,
        organization_name: organization.short_name.clone(),
        action: format!("/console/members/{}/review", organization.id),
        error,
        first_answers,
        share,
        fields: frame::field_choices(&codes),
        readers: people.iter().filter(may).count(),
    })
}
