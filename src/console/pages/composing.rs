//! What helps somebody who writes an answer: texts to insert, how it will look, what to look at again.

use axum::extract::State;

use super::attaching;
use super::conversation::{self, Talk};
use crate::canned::rules::{self as canned, Values};
use crate::canned::store as canned_store;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, html};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::state::Web;
use crate::delivery::rules::{Wording, as_shown};
use crate::inquiries::InquiryId;
use crate::inquiries::views::composer::{Insertion, Look, PickerPart, Preview};
use crate::inquiries::views::conversation::Composer;
use crate::knowledge::live::day_of;
use crate::knowledge::views::CitationRow;
use crate::knowledge::{checking, label};
use crate::language::cautions::{Caution, cautions};
use crate::language::privacy::PrivateKind;
use crate::platform::error::Result;
use crate::platform::http::shell::href;

/// Texts, cards and articles offered for insertion.
const OFFERED: usize = 8;
/// Cards and articles among them.
const OTHERS: usize = 3;
/// Characters of what is typed to find one.
const LONGEST: usize = 40;

fn wording<T>(talk: &Talk, web: &Web, with: impl FnOnce(&Wording<'_>) -> T) -> T {
    let directory = web.directory.current();
    let organization = talk.inquiry.organization_id.and_then(|id| directory.organization(id));
    with(&Wording {
        texts: &web.directory.texts(),
        organization: organization.map(|o| o.short_name.as_str()),
        number: &talk.inquiry.number,
        page: &web.links.url(talk.inquiry.id, talk.now),
    })
}

/// Bytes of an answer that are sent whole.
pub(super) fn room(talk: &Talk, web: &Web) -> usize {
    wording(talk, web, |around| around.room())
}

/// How an answer will look on the phone.
fn look(talk: &Talk, web: &Web, body: &str) -> Option<Look> {
    let body = body.trim();
    let attached = attaching::in_words(talk);
    (!body.is_empty()).then(|| Look {
        whole: body.len() <= room(talk, web),
        pictures: attaching::pictures_in_words(talk),
        text: as_shown(&wording(talk, web, |around| around.message_with(body, &attached))),
    })
}

/// What somebody should look at again before an answer leaves, one sentence each.
pub(super) async fn warnings(web: &Web, body: &str) -> Result<Vec<String>> {
    let mut said: Vec<String> = cautions(body).into_iter().map(sentence).collect();
    // Without any law in the library every citation would look wrong.
    if web.knowledge.collection().is_none_or(|collection| collection.laws.is_empty()) {
        return Ok(said);
    }
    let today = day_of(web.deps.clock.now());
    let mut link = web.deps.db.read().await?;
    let checked = checking::check(&mut link, body, &today, &today).await?;
    let doubtful = checked.into_iter().map(CitationRow::from).filter(|row| row.class != "good");
    said.extend(doubtful.map(|row| format!("引用 {}：{}。", row.cited, row.says)));
    Ok(said)
}

fn sentence(caution: Caution) -> String {
    let what = match caution {
        Caution::Promise => {
            return "好像承诺了结果。请改成可能性和条件，例如“证据充分时，法院一般会支持”。".into();
        }
        Caution::Advertising => {
            return "好像在介绍自己的业务或私人联系方式。联盟的答复不揽业务。".into();
        }
        Caution::Private(PrivateKind::Phone) => "电话号码",
        Caution::Private(PrivateKind::IdCard) => "身份证号",
        Caution::Private(PrivateKind::BankCard) => "银行卡号",
        Caution::Private(PrivateKind::Plate) => "车牌号",
        Caution::Private(PrivateKind::Email) => "邮箱地址",
        Caution::Private(PrivateKind::Account) => "聊天或支付账号",
        Caution::Private(PrivateKind::Name) => "姓名",
    };
    format!("里面有{what}。是别人的个人信息就请去掉；公开的办事联系方式可以保留。")
}

/// The preview of what is in the form: for the script as a block, without it on the page.
pub async fn preview(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let talk = Talk::read(&web, &signed.member, id).await?;
    let body = fields.text("body");
    let warnings = warnings(&web, body).await?;
    if fields.text("part") == "preview" {
        let look = look(&talk, &web, body);
        return html(askama::Template::render(&Preview { look, warnings, held: false }));
    }
    looked_at(&web, &signed, &talk, body, warnings, false).await
}

/// The conversation with the text in the composer, how it will look and what to look at again;
/// `held` says that it was to be sent.
pub(super) async fn looked_at(
    web: &Web,
    signed: &SignedIn,
    talk: &Talk,
    body: &str,
    warnings: Vec<String>,
    held: bool,
) -> Answer {
    let preview = Preview { look: look(talk, web, body), warnings, held };
    conversation::with_text(web, signed, talk, body, |composer| composer.preview = Some(preview))
        .await
}

/// What can be inserted, by what was typed: for the script as a block.
pub async fn picker(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Asked(asked): Asked,
) -> Answer {
    let talk = Talk::read(&web, &signed.member, id).await?;
    let found = insertions(&web, &signed, &talk, asked.text("pick")).await?;
    html(askama::Template::render(&PickerPart { found }))
}

/// What can be inserted beside the composer; with `insert` one of it is put behind the draft.
pub(super) async fn offer(
    web: &Web,
    signed: &SignedIn,
    talk: &Talk,
    composer: &mut Composer,
    asked: &Fields,
) -> Result<()> {
    composer.pick = asked.text("pick").to_owned();
    let found = insertions(web, signed, talk, &composer.pick).await?;
    let chosen = asked.read::<usize>("insert").and_then(|place| found.get(place));
    if let Some(chosen) = chosen {
        if !composer.body.is_empty() {
            composer.body.push('\n');
        }
        composer.body.push_str(&chosen.text);
    }
    composer.picker = PickerPart { found };
    Ok(())
}

/// Canned answers, cards and articles that fit what was typed, best first.
async fn insertions(
    web: &Web,
    signed: &SignedIn,
    talk: &Talk,
    typed: &str,
) -> Result<Vec<Insertion>> {
    let typed: String = typed.trim().chars().take(LONGEST).collect();
    let values = values(web, signed, talk);
    let texts = canned_store::usable(&mut web.deps.db.read().await?, signed.member.scope()).await?;
    let fitting = canned::find(&texts, &typed, OFFERED).into_iter();
    let mut found: Vec<Insertion> = fitting
        .map(|text| Insertion {
            kind: "常用答复",
            title: text.title.clone(),
            text: canned::fill(&text.body, &values),
            ..Insertion::default()
        })
        .collect();
    if !typed.is_empty() {
        let deck = web.cards.current();
        let cards = deck.matching(&typed, talk.inquiry.field, OTHERS);
        found.extend(cards.into_iter().map(|card| Insertion {
            kind: "知识卡片",
            title: card.title.clone(),
            text: card.as_answer(),
            ..Insertion::default()
        }));
        found.extend(articles(web, &typed).await?);
    }
    for (place, insertion) in found.iter_mut().enumerate() {
        let asked = [("pick", typed.as_str()), ("insert", &place.to_string())];
        insertion.href = href(&format!("/console/inquiries/{}", talk.inquiry.id), &asked);
        insertion.href.push_str("#body");
    }
    Ok(found)
}

async fn articles(web: &Web, typed: &str) -> Result<Vec<Insertion>> {
    let Some(collection) = web.knowledge.collection() else { return Ok(Vec::new()) };
    let hits = web.knowledge.search(typed, OTHERS).await?.unwrap_or_default();
    let named = hits.iter().filter_map(|hit| {
        let law = collection.laws.iter().find(|law| law.id == hit.law)?;
        let cited = format!("《{}》{}", law.name, label(hit.number, hit.insertion));
        Some(Insertion {
            kind: "法条", title: cited.clone(), text: cited, ..Insertion::default()
        })
    });
    Ok(named.collect())
}

fn values(web: &Web, signed: &SignedIn, talk: &Talk) -> Values {
    let directory = web.directory.current();
    let own = talk.inquiry.organization_id.and_then(|id| directory.organization(id));
    Values {
        number: talk.inquiry.number.clone(),
        organization: own.map_or(&web.config.alliance.name, |o| &o.short_name).clone(),
        phone: own.map_or(&web.config.alliance.support_phone, |o| &o.phone).clone(),
        address: own.map(|o| o.address.clone()).unwrap_or_default(),
        answerer: signed.member.name.clone(),
        today: talk.now.in_shanghai().strftime("%-m月%-d日").to_string(),
    }
}
