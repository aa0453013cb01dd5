//! Proposing a referral, agreeing to it, handing it over, following it.

use serde_json::{Value, json};

use super::rules::{self, LINE_LIMIT, Step};
use super::{Contact, Item, ItemKey, Referral, ReferralId, ReferralKind, ReferralState, store};
use crate::inquiries::actions::saying::tell;
use crate::inquiries::{self, Inquiry, InquiryId};
use crate::language::privacy;
use crate::members::{OrgScope, hours};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events;
use crate::staff::policy::{Right, allows};
use crate::staff::{StaffId, StaffMember};

/// What is to be proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The form's own id: the same form sent twice proposes once.
    pub once: ReferralId,
    /// Whom it goes to.
    pub kind: ReferralKind,
    /// Name of the institution.
    pub receiver: String,
    /// What would be passed on.
    pub items: Vec<Item>,
    /// The text that asks the citizen, with the way to the page.
    pub invitation: String,
}

/// Proposes a referral and asks the citizen; nothing leaves. The promise of an answer runs on.
///
/// # Errors
/// Not found outside the scope; invalid when something is missing.
pub async fn propose(
    deps: &Deps,
    by: &StaffMember,
    id: InquiryId,
    proposal: Proposal,
) -> Result<ReferralId> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let inquiry = inquiry(&mut tx, by, id).await?;
    let mut items = proposal.items;
    items.retain(|item| !item.value.is_empty());
    for item in &mut items {
        item.value = privacy::mask(&item.value).text;
    }
    let referral = Referral {
        id: proposal.once,
        inquiry_id: id,
        kind: proposal.kind,
        receiver: proposal.receiver,
        items,
        agreed: Vec::new(),
        contact: None,
        state: ReferralState::Proposed,
        proposed_by: by.id,
        proposed_at: now,
        decided_at: None,
        sent_at: None,
        due_at: None,
        settled_at: None,
        remark: String::new(),
        version: 1,
    };
    rules::checked(&referral)?;
    if !store::insert(&mut tx, &referral).await? {
        // The id may be anybody's: only the own form sent twice finds its referral.
        let known = store::get(&mut tx, by.scope(), referral.id).await?;
        return match known.filter(|known| known.inquiry_id == id) {
            Some(known) => Ok(known.id),
            None => Err(Error::conflict("表单已经失效，没有发起转介。请刷新页面再试一次。")),
        };
    }
    tell(deps, &mut tx, by.id, id, proposal.invitation, now).await?;
    let detail = json!({ "kind": referral.kind });
    note(&mut tx, now, Some(by.id), "referral.propose", &referral, &inquiry, &detail).await?;
    tx.commit().await?;
    announce(deps, &inquiry);
    Ok(referral.id)
}

/// What the citizen says on the page.
#[derive(Clone, Debug)]
pub enum Word {
    /// Agrees that these items leave, and may be reached like this.
    Consent(Vec<ItemKey>, Contact),
    /// Agrees to nothing.
    Refuse,
    /// Takes the consent back.
    Withdraw,
}

/// Takes the citizen's word. Holding the link of the inquiry is the permission.
///
/// # Errors
/// Not found when the referral is not of this inquiry; invalid when nothing is ticked; conflict when
/// it is too late.
pub async fn said(deps: &Deps, inquiry: InquiryId, id: ReferralId, word: Word) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let found = store::lock(&mut tx, OrgScope::Everything, id).await?;
    let mut referral = found.filter(|r| r.inquiry_id == inquiry).ok_or_else(Error::not_found)?;
    let step = match &word {
        Word::Consent(..) => Step::Consent,
        Word::Refuse => Step::Refuse,
        Word::Withdraw => Step::Withdraw,
    };
    referral.state = rules::next(referral.state, step)?;
    referral.due_at = None;
    match word {
        Word::Consent(agreed, contact) => {
            let offered = |key: &ItemKey| referral.items.iter().any(|item| item.key == *key);
            referral.agreed = agreed.into_iter().filter(offered).collect();
            if referral.agreed.is_empty() {
                return Err(Error::invalid(
                    "您没有勾选任何内容。要转出请至少勾选一项，不想转请点“不同意”。",
                ));
            }
            referral.contact = sealed(deps, id, &checked_contact(contact)?)?;
            referral.decided_at = Some(now);
        }
        Word::Refuse => {
            referral.decided_at = Some(now);
            referral.settled_at = Some(now);
        }
        Word::Withdraw => {
            referral.agreed.clear();
            referral.contact = None;
            referral.settled_at = Some(now);
        }
    }
    store::save(&mut tx, &referral).await?;
    let found = inquiries::store::get(&mut tx, OrgScope::Everything, inquiry).await?;
    let asked = found.ok_or_else(Error::not_found)?;
    let detail = json!({ "items": referral.agreed, "contact": referral.contact.is_some() });
    let action = match step {
        Step::Consent => "referral.consent",
        Step::Refuse => "referral.refuse",
        _ => "referral.withdraw",
    };
    note(&mut tx, now, None, action, &referral, &asked, &detail).await?;
    tx.commit().await?;
    announce(deps, &asked);
    Ok(())
}

/// Moves a referral on, with words for the citizen where the step needs some.
///
/// # Errors
/// Not found outside the scope; conflict when the state does not allow it; invalid without words.
pub async fn step(
    deps: &Deps,
    by: &StaffMember,
    id: ReferralId,
    step: Step,
    remark: &str,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let mut referral = own(&mut tx, by, id).await?;
    if step.is_citizens() {
        return Err(Error::invalid("这一步只能由群众自己在手机上做。"));
    }
    let to = rules::next(referral.state, step)?;
    let remark = remark.trim();
    if step.needs_words() && remark.is_empty() {
        return Err(Error::invalid("请写明结果，群众会在自己的页面上看到。"));
    }
    if remark.chars().count() > LINE_LIMIT {
        return Err(Error::invalid(format!("说明太长，请控制在 {LINE_LIMIT} 个字以内。")));
    }
    let inquiry = inquiry(&mut tx, by, referral.inquiry_id).await?;
    let weeks = hours::store::weeks(&mut tx).await?;
    let calendars = hours::calendars(weeks, hours::store::days(&mut tx).await?);
    let calendar = inquiry.organization_id.and_then(|id| calendars.get(&id).cloned());
    let calendar = calendar.unwrap_or_else(hours::office_calendar);
    referral.state = to;
    referral.due_at = rules::due(referral.kind, to, &calendar, now);
    if to == ReferralState::Sent {
        referral.sent_at = Some(now);
    }
    if matches!(to, ReferralState::Declined | ReferralState::Done | ReferralState::Cancelled) {
        referral.settled_at = Some(now);
    }
    if !remark.is_empty() {
        referral.remark = privacy::mask(remark).text;
    }
    store::save(&mut tx, &referral).await?;
    let detail = json!({ "to": to });
    note(&mut tx, now, Some(by.id), "referral.step", &referral, &inquiry, &detail).await?;
    tx.commit().await?;
    announce(deps, &inquiry);
    Ok(())
}

/// What leaves, with the citizen's contact; that somebody took it is written down first.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// The referral.
    pub referral: Referral,
    /// Number of the inquiry.
    pub number: String,
    /// The contact; `None` when none was given.
    pub contact: Option<Contact>,
}

/// Takes what was agreed to out of the house, as `form` (`sheet`, `data`).
///
/// # Errors
/// Not found outside the scope; conflict while or because the citizen has not agreed.
pub async fn take_out(
    deps: &Deps,
    by: &StaffMember,
    id: ReferralId,
    form: &'static str,
) -> Result<Leaving> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let referral = own(&mut tx, by, id).await?;
    if !rules::may_leave(referral.state) {
        return Err(Error::conflict(format!(
            "转介现在是“{}”，没有可以转出的内容。群众同意以后才能打印或下载。",
            referral.state.name()
        )));
    }
    let inquiry = inquiry(&mut tx, by, referral.inquiry_id).await?;
    let detail = json!({ "form": form, "items": referral.agreed });
    note(&mut tx, now, Some(by.id), "referral.take_out", &referral, &inquiry, &detail).await?;
    tx.commit().await?;
    let contact = match &referral.contact {
        Some(sealed) => {
            let opened = deps.vault.open(id.0.as_bytes(), sealed);
            let opened = opened.ok_or_else(|| {
                Error::conflict(
                    "群众的联系方式打不开：封存它的密钥不在这台服务器上。请联系系统管理员。",
                )
            })?;
            Some(serde_json::from_str(&opened)?)
        }
        None => None,
    };
    Ok(Leaving { referral, number: inquiry.number, contact })
}

async fn inquiry(tx: &mut Tx, by: &StaffMember, id: InquiryId) -> Result<Inquiry> {
    let found = inquiries::store::get(tx, by.scope(), id).await?.ok_or_else(Error::not_found)?;
    match allows(by.role, Right::Answer) {
        true => Ok(found),
        false => Err(Error::forbidden()),
    }
}

async fn own(tx: &mut Tx, by: &StaffMember, id: ReferralId) -> Result<Referral> {
    store::lock(tx, by.scope(), id).await?.ok_or_else(Error::not_found)
}

fn sealed(deps: &Deps, id: ReferralId, contact: &Contact) -> Result<Option<String>> {
    if contact.is_empty() {
        return Ok(None);
    }
    let text = serde_json::to_string(contact)?;
    Ok(deps.vault.seal(&deps.entropy, id.0.as_bytes(), &text))
}

fn checked_contact(contact: Contact) -> Result<Contact> {
    let contact =
        Contact { name: contact.name.trim().to_owned(), phone: contact.phone.trim().to_owned() };
    let long = |text: &str| text.chars().count() > 40;
    if long(&contact.name) || long(&contact.phone) {
        return Err(Error::invalid("姓名和电话各最多 40 个字。"));
    }
    Ok(contact)
}

async fn note(
    tx: &mut Tx,
    at: Moment,
    by: Option<StaffId>,
    action: &'static str,
    referral: &Referral,
    inquiry: &Inquiry,
    detail: &Value,
) -> Result<()> {
    let object = format!("referral:{}", referral.id);
    audit::record(tx, at, by.map(|b| b.0), action, &object, detail).await?;
    let event = events::EngagementEvent {
        staff: by.map(|b| b.0),
        channel: Some(referral.kind.code().to_owned()),
        ..inquiries::actions::event(action, inquiry)
    };
    events::record(tx, at, &event).await
}

fn announce(deps: &Deps, inquiry: &Inquiry) {
    deps.coord.publish(inquiries::actions::news(inquiry, inquiry));
    deps.coord.publish(News::Jobs);
}
