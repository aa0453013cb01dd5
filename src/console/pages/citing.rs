//! Articles beside the conversation, and saying whether they fit.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use super::conversation::Talk;
use super::offers::question;
use crate::console::auth::SignedIn;
use crate::console::error::Answer;
use crate::console::form::{Fields, Form, Target};
use crate::console::state::Web;
use crate::inquiries::actions::citing::{self as actions, Word};
use crate::inquiries::views::citing::{CitedArticle, Citing};
use crate::inquiries::{Author, InquiryId};
use crate::knowledge::live::{Collection, Hit, day_of};
use crate::knowledge::store::{self, Cited};
use crate::knowledge::views::CitationRow;
use crate::knowledge::{checking, citation, label};
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::href;
use crate::staff::StaffId;
use crate::staff::policy::Right;

/// Articles offered by retrieval.
const OFFERED: usize = 4;
/// Articles shown in all.
const SHOWN: usize = 10;

/// Whether somebody said that an article fits, and who.
type Judged = HashMap<Cited, (bool, Option<StaffId>)>;

/// The panel of an inquiry.
pub(super) async fn panel(web: &Web, signed: &SignedIn, talk: &Talk) -> Result<Citing> {
    let Some(collection) = web.knowledge.collection().filter(|all| !all.laws.is_empty()) else {
        return Ok(Citing::default());
    };
    let hits = web.knowledge.search(&question(talk, web), OFFERED).await?.unwrap_or_default();
    let mut link = web.deps.db.read().await?;
    let judged: Judged = store::lessons_of(&mut link, talk.inquiry.id.0)
        .await?
        .into_iter()
        .filter_map(|row| {
            let cites: Vec<Cited> = serde_json::from_str(&row.cites).ok()?;
            let said = (row.fits, row.confirmed_by.map(StaffId));
            Some(cites.into_iter().map(move |cited| (cited, said)))
        })
        .flatten()
        .collect();
    let mut panel = Citing { may_judge: signed.may(Right::Answer), ..Citing::default() };
    for (cited, why) in order(talk, &collection, &judged, &hits) {
        let (name, number, insertion) = &cited;
        let Some(law) = collection.laws.iter().find(|law| &law.name == name) else { continue };
        let article = store::article(&mut link, law.id, *number, *insertion).await?;
        let label = label(*number, *insertion);
        let Some(article) = article else { continue };
        panel.articles.push(CitedArticle {
            title: format!("《{}》{label}", law.title),
            insert: format!("《{name}》{label}"),
            text: article.body,
            why,
            judged: judged.get(&cited).map(|(fits, who)| (*fits, who_said(talk, *who))),
            name: name.clone(),
            number: *number,
            insertion: *insertion,
        });
    }
    for (text, day) in written(talk) {
        let today = day_of(talk.now);
        let checked = checking::check(&mut link, &text, &day, &today).await?;
        let rows = checked.into_iter().map(CitationRow::from).filter(|row| row.class != "good");
        panel.doubts.extend(rows.map(|row| format!("{}：{}", row.cited, row.says)));
    }
    panel.doubts.dedup();
    Ok(panel)
}

fn who_said(talk: &Talk, who: Option<StaffId>) -> String {
    who.and_then(|who| talk.names.get(&who)).cloned().unwrap_or_else(|| "工作人员".to_owned())
}

/// What staff wrote: the answers with their days, and the reader's draft.
fn written(talk: &Talk) -> impl Iterator<Item = (String, String)> {
    let answers = talk.messages.iter().filter(|message| message.author == Author::Staff);
    let answers = answers.map(|message| (message.body.clone(), day_of(message.at)));
    let draft = talk.draft.iter().map(|draft| (draft.body.clone(), day_of(talk.now)));
    answers.chain(draft)
}

/// Articles in the order shown, each once: cited, judged, offered; those that do not fit last.
fn order(
    talk: &Talk,
    collection: &Collection,
    judged: &Judged,
    hits: &[Hit],
) -> Vec<(Cited, &'static str)> {
    let in_answers = written(talk).flat_map(|(text, _)| cited_in(&text, collection));
    let mut all: Vec<(Cited, &'static str)> =
        in_answers.map(|cited| (cited, "答复中引用了")).collect();
    let mut kept: Vec<&Cited> = judged.keys().collect();
    kept.sort();
    all.extend(kept.into_iter().map(|cited| (cited.clone(), "")));
    all.extend(hits.iter().filter_map(|hit| {
        let law = collection.laws.iter().find(|law| law.id == hit.law)?;
        Some(((law.name.clone(), hit.number, hit.insertion), "与问题相近"))
    }));
    let mut seen: Vec<Cited> = Vec::new();
    all.retain(|(cited, _)| {
        let new = !seen.contains(cited);
        if new {
            seen.push(cited.clone());
        }
        new
    });
    all.sort_by_key(|(cited, _)| judged.get(cited).is_some_and(|(fits, _)| !fits));
    all.truncate(SHOWN);
    all
}

/// Articles in force that a text cites.
fn cited_in(text: &str, collection: &Collection) -> Vec<Cited> {
    let named = citation::find(text).into_iter().filter_map(|cited| {
        let name = collection.names.find(cited.law.as_ref()?)?.to_owned();
        Some((name, i64::from(cited.article), i64::from(cited.insertion)))
    });
    named
        .filter(|(name, number, insertion)| collection.place(name, *number, *insertion).is_some())
        .collect()
}

/// Keeps what somebody says of an article.
pub async fn judge(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<InquiryId>,
    Form(fields): Form,
) -> Answer {
    let Some((cited, word)) = asked(&fields) else {
        Talk::read(&web, &signed.member, id).await?;
        return Err(Error::invalid("没有选法条，没有记住。请在法条下面点“适用”或“不适用”。").into());
    };
    let (name, number, insertion) = &cited;
    let in_force = web.knowledge.collection().and_then(|all| all.place(name, *number, *insertion));
    if in_force.is_none() && word != Word::TakenBack {
        Talk::read(&web, &signed.member, id).await?;
        return Err(Error::invalid("库里没有这一条现行条文，没有记住。请重新查找后再确认。").into());
    }
    actions::judge(&web.deps, &signed.member, id, cited, word).await?;
    let page = format!("/console/inquiries/{id}");
    let done = href(&page, &[("done", fields.text("word"))]);
    Ok(Redirect::to(&format!("{done}#laws")).into_response())
}

fn asked(fields: &Fields) -> Option<(Cited, Word)> {
    let cited = (fields.text("name").to_owned(), fields.read("number")?, fields.read("insertion")?);
    Some((cited, Word::from_code(fields.text("word"))?))
}
