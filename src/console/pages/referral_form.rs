//! The form of a new referral: what it is filled with, and what is read from it.

use crate::console::auth::SignedIn;
use crate::console::form::Fields;
use crate::console::frame;
use crate::console::state::Web;
use crate::inquiries::{self, Author, Inquiry, InquiryId};
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::{Choice, href};
use crate::referrals::actions::Proposal;
use crate::referrals::rules::{CHECKLIST, Matter, grounds_item, usual_receiver, venue};
use crate::referrals::views::{ChecklistView, ReferralFormPage};
use crate::referrals::{Item, ItemKey, ReferralId, ReferralKind};

/// Messages of an inquiry that are looked through for the last answer.
const MOST_MESSAGES: i64 = 200;

/// What was typed.
pub(super) struct Typed {
    kind: ReferralKind,
    receiver: String,
    pub question: String,
    grounds: Vec<String>,
    matter: Option<Matter>,
    district: String,
    with_answer: bool,
    remark: String,
}

impl From<&Fields> for Typed {
    fn from(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).replace("\r\n", "\n").trim().to_owned();
        Self {
            kind: kind(fields),
            receiver: text("receiver"),
            question: text("question"),
            grounds: fields.all("ground").map(str::to_owned).collect(),
            matter: Matter::from_code(fields.text("matter")),
            district: text("district"),
            with_answer: fields.ticked("answer"),
            remark: text("remark"),
        }
    }
}

fn kind(fields: &Fields) -> ReferralKind {
    ReferralKind::from_code(fields.text("kind")).unwrap_or(ReferralKind::LegalAid)
}

async fn inquiry(web: &Web, signed: &SignedIn, id: InquiryId) -> Result<Inquiry> {
    let mut link = web.deps.db.read().await?;
    let found = inquiries::store::get(&mut link, signed.member.scope(), id).await?;
    found.ok_or_else(Error::not_found)
}

/// The last answer that was given.
async fn last_answer(web: &Web, id: InquiryId) -> Result<Option<String>> {
    let mut link = web.deps.db.read().await?;
    let messages = inquiries::store::messages(&mut link, id, MOST_MESSAGES).await?;
    let last = messages.into_iter().rev().find(|message| message.author == Author::Staff);
    Ok(last.map(|message| message.body))
}

fn place(web: &Web, inquiry: &Inquiry) -> Option<String> {
    let id = inquiry.territory_id.as_deref()?;
    Some(web.directory.current().atlas.place_name(id))
}

/// The form, fresh or with what was typed and why it was not taken.
pub(super) async fn show(
    web: &Web,
    signed: &SignedIn,
    id: InquiryId,
    asked: &Fields,
    typed: Option<Typed>,
    error: Option<String>,
) -> Result<ReferralFormPage> {
    let inquiry = inquiry(web, signed, id).await?;
    let directory = web.directory.current();
    let typed = match typed {
        Some(typed) => typed,
        None => fresh(web, &inquiry, kind(asked)).await?,
    };
    let action = format!("/console/inquiries/{id}/refer");
    let aid = typed.kind == ReferralKind::LegalAid;
    let ticked = |code: &str| typed.grounds.iter().any(|ground| ground == code);
    let checklist = CHECKLIST.iter().map(|list| ChecklistView {
        article: list.article,
        meaning: list.meaning,
        grounds: list
            .grounds
            .iter()
            .map(|ground| Choice::new(ground.code, ground.words, ticked(ground.code)))
            .collect(),
    });
    let matters = Matter::ALL
        .iter()
        .map(|matter| Choice::new(matter.code(), matter.name(), typed.matter == Some(*matter)));
    let about: Vec<String> = inquiry
        .field
        .map(|field| field.name().to_owned())
        .into_iter()
        .chain(place(web, &inquiry))
        .collect();
    Ok(ReferralFormPage {
        shell: frame::desk(web, signed, "转介", "/console/referrals", asked).await?,
        inquiry_href: format!("/console/inquiries/{id}"),
        number: inquiry.number,
        kinds: ReferralKind::ALL
            .iter()
            .map(|kind| (href(&action, &[("kind", kind.code())]), kind.name(), *kind == typed.kind))
            .collect(),
        kind: typed.kind.code(),
        kind_name: typed.kind.name(),
        clock: crate::referrals::rules::clock_words(typed.kind),
        action,
        error,
        receiver: typed.receiver,
        question: typed.question,
        checklist: if aid { checklist.collect() } else { Vec::new() },
        matters: if aid { matters.collect() } else { Vec::new() },
        districts: frame::district_choices(&directory, &typed.district),
        about: about.join("、"),
        answered: last_answer(web, id).await?.is_some(),
        with_answer: typed.with_answer,
        remark: typed.remark,
    })
}

async fn fresh(web: &Web, inquiry: &Inquiry, kind: ReferralKind) -> Result<Typed> {
    let directory = web.directory.current();
    let district = inquiry.territory_id.as_deref().and_then(|id| directory.atlas.district_of(id));
    let mut link = web.deps.db.read().await?;
    Ok(Typed {
        kind,
        receiver: usual_receiver(kind).to_owned(),
        question: inquiries::store::question(&mut link, inquiry.id).await?,
        grounds: Vec::new(),
        matter: Some(Matter::Cause),
        district: district.map(|id| id.as_str().to_owned()).unwrap_or_default(),
        with_answer: false,
        remark: String::new(),
    })
}

/// What is proposed by what was typed.
pub(super) async fn proposal(
    web: &Web,
    signed: &SignedIn,
    id: InquiryId,
    fields: &Fields,
    typed: &Typed,
) -> Result<Proposal> {
    let inquiry = inquiry(web, signed, id).await?;
    let once = fields.read::<ReferralId>("once");
    let once = once.ok_or_else(|| Error::invalid("表单已经失效，没有发起转介，请再点一次。"))?;
    let plain = |key, value: String| Item { key, value, codes: Vec::new() };
    let mut items = vec![plain(ItemKey::Question, typed.question.clone())];
    if let Some(field) = inquiry.field {
        let codes = vec![field.code().to_owned()];
        items.push(Item { key: ItemKey::Field, value: field.name().to_owned(), codes });
    }
    if let (Some(name), Some(code)) = (place(web, &inquiry), inquiry.territory_id.clone()) {
        items.push(Item { key: ItemKey::Place, value: name, codes: vec![code] });
    }
    let mut receiver = typed.receiver.clone();
    if typed.kind == ReferralKind::LegalAid {
        items.extend(grounds_item(typed.grounds.iter().map(String::as_str)));
        let directory = web.directory.current();
        let district = directory.atlas.get(&typed.district).map(|place| place.name.clone());
        let (Some(matter), Some(district)) = (typed.matter, district) else {
            return Err(Error::invalid("请选择向哪里申请：先选哪一种情形，再选那里属于哪个区。"));
        };
        let (usual, item) = venue(matter, &district);
        items.push(item);
        if receiver.is_empty() {
            receiver = usual;
        }
    }
    if typed.with_answer
        && let Some(answer) = last_answer(web, id).await?
    {
        items.push(plain(ItemKey::Answer, answer));
    }
    items.push(plain(ItemKey::Remark, typed.remark.clone()));
    let texts = web.directory.texts();
    let invitation =
        texts.fill("referral_ask", &[("kind", typed.kind.name()), ("receiver", &receiver)]);
    Ok(Proposal { once, kind: typed.kind, receiver, items, invitation })
}
