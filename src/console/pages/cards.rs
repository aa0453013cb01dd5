//! Knowledge cards: the list, the form with its history, signing, retiring.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use crate::cards::deck::Deck;
use crate::cards::views::{CardEditPage, CardRow, CardVersion, CardsPage};
use crate::cards::{Card, CardEdit, CardState, actions, store};
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page, status_of};
use crate::console::form::{Asked, Fields, Form, Target};
use crate::console::frame;
use crate::console::state::Web;
use crate::language::subfields;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::shell::{Choice, href};
use crate::staff::{self, StaffId};

/// How a card stands, as the list shows and filters it.
const STATES: [(&str, &str); 4] = [
    ("doubted", "法律有变化，需要复核"),
    ("unreviewed", "尚未审核"),
    ("reviewed", "已审核"),
    ("retired", "已停用"),
];

fn standing(card: &Card, deck: &Deck) -> &'static str {
    match card.state {
        CardState::Retired => "retired",
        CardState::Active if deck.doubt(&card.id).is_some() => "doubted",
        CardState::Active if card.reviewer.is_empty() => "unreviewed",
        CardState::Active => "reviewed",
    }
}

/// The list.
pub async fn list(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    let mut cards = store::newest(&mut web.deps.db.read().await?).await?;
    cards.sort_by(|a, b| (a.field, &a.id).cmp(&(b.field, &b.id)));
    let deck = web.cards.current();
    let (words, field, state) = (asked.text("q").trim(), asked.text("field"), asked.text("state"));
    let fits = |card: &&Card| {
        (field.is_empty() || card.field.code() == field)
            && (state.is_empty() || standing(card, &deck) == state)
            && (words.is_empty() || card.title.contains(words) || card.answer.contains(words))
    };
    let choice = |(code, name): &(&str, &str)| Choice::new(*code, *name, *code == state);
    page(&CardsPage {
        shell: frame::desk(&web, &signed, "知识卡片", "/console/knowledge", &asked).await?,
        words: words.to_owned(),
        fields: frame::field_choices(&[field]),
        states: STATES.iter().map(choice).collect(),
        rows: cards.iter().filter(fits).map(|card| row(&web, card, &deck)).collect(),
        all: cards.len(),
        unreviewed: cards.iter().filter(|card| card.reviewer.is_empty()).count(),
    })
}

fn row(web: &Web, card: &Card, deck: &Deck) -> CardRow {
    let standing = standing(card, deck);
    let (class, icon) = match standing {
        "reviewed" => ("good", "check"),
        "doubted" => ("bad", "alert"),
        "unreviewed" => ("warn", "clock"),
        _ => ("", "info"),
    };
    let words = STATES.iter().find(|(code, _)| *code == standing);
    CardRow {
        href: format!("/console/cards/{}", card.id),
        title: card.title.clone(),
        field: card.field.name().to_owned(),
        class,
        icon,
        state: words.map_or("", |(_, words)| words),
        doubt: deck.doubt(&card.id).unwrap_or_default().to_owned(),
        when: frame::when(web, card.saved_at),
    }
}

/// The form of a new card.
pub async fn blank(State(web): State<Web>, signed: SignedIn) -> Answer {
    page(&filled(&web, &signed, &CardEdit::default()).await?)
}

async fn filled(web: &Web, signed: &SignedIn, edit: &CardEdit) -> Result<CardEditPage> {
    let none = Fields::default();
    Ok(CardEditPage {
        shell: frame::desk(web, signed, "知识卡片", "/console/knowledge", &none).await?,
        title: edit.title.clone(),
        fields: frame::field_choices(&[&edit.field]),
        subfields: topics(&edit.subfield),
        answer: edit.answer.clone(),
        cites: edit.cites.clone(),
        ..CardEditPage::default()
    })
}

fn topics(chosen: &str) -> Vec<Choice> {
    subfields::all()
        .map(|topic| {
            let label = format!("{} · {}", topic.field.name(), topic.name);
            Choice::new(topic.code, label, topic.code == chosen)
        })
        .collect()
}

/// Adds a card.
pub async fn add(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let edit = edit_of(&fields);
    let once = fields.read::<Uuid>("once");
    let once = once.unwrap_or_else(|| web.deps.entropy.id_at(web.deps.clock.now()));
    match actions::add(&web.deps, signed.member.id.0, once, &edit).await {
        Ok(id) => done(&web, &id, "added").await,
        Err(error) if error.kind() == Kind::Invalid => {
            let form = filled(&web, &signed, &edit).await?;
            refused(form, &error)
        }
        Err(error) => Err(error.into()),
    }
}

/// The form of one card.
pub async fn show(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<String>,
    Asked(asked): Asked,
) -> Answer {
    page(&form(&web, &signed, &id, &asked).await?)
}

async fn form(web: &Web, signed: &SignedIn, id: &str, asked: &Fields) -> Result<CardEditPage> {
    let mut link = web.deps.db.read().await?;
    let versions = store::history(&mut link, id).await?;
    let names = staff::store::names(&mut link, None).await?;
    drop(link);
    let card = versions.first().ok_or_else(Error::not_found)?;
    Ok(CardEditPage {
        shell: frame::desk(web, signed, &card.title, "/console/knowledge", asked).await?,
        id: card.id.clone(),
        title: card.title.clone(),
        fields: frame::field_choices(&[card.field.code()]),
        subfields: topics(&card.subfield),
        answer: card.answer.clone(),
        cites: card.cites.clone(),
        version: card.version,
        standing: card.standing(),
        doubt: web.cards.current().doubt(id).unwrap_or_default().to_owned(),
        retired: card.state == CardState::Retired,
        error: None,
        history: versions.iter().skip(1).map(|card| earlier(web, card, &names)).collect(),
    })
}

fn earlier(web: &Web, card: &Card, names: &HashMap<StaffId, String>) -> CardVersion {
    let who = match card.saved_by {
        Some(id) => names.get(&StaffId(id)).cloned().unwrap_or_else(|| "工作人员".into()),
        None => "随软件提供".into(),
    };
    CardVersion {
        version: card.version,
        who,
        when: frame::when(web, card.saved_at),
        title: card.title.clone(),
        answer: card.answer.clone(),
        cites: card.citations().collect::<Vec<_>>().join("、"),
        standing: card.standing(),
    }
}

fn edit_of(fields: &Fields) -> CardEdit {
    CardEdit {
        title: fields.text("title").to_owned(),
        field: fields.text("field").to_owned(),
        subfield: fields.text("subfield").to_owned(),
        answer: fields.text("answer").to_owned(),
        cites: fields.text("cites").to_owned(),
    }
}

/// Saves a new version.
pub async fn change(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<String>,
    Form(fields): Form,
) -> Answer {
    let (edit, seen) = (edit_of(&fields), fields.read("version").unwrap_or(0));
    let saved = actions::save(&web.deps, signed.member.id.0, &id, seen, &edit).await;
    let Err(error) = saved else { return done(&web, &id, "saved").await };
    if !matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    let form = form(&web, &signed, &id, &Fields::default()).await?;
    let kept = CardEditPage {
        title: edit.title,
        fields: frame::field_choices(&[&edit.field]),
        subfields: topics(&edit.subfield),
        answer: edit.answer,
        cites: edit.cites,
        ..form
    };
    refused(kept, &error)
}

/// Notes who reviewed it.
pub async fn sign(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<String>,
    Form(fields): Form,
) -> Answer {
    let (seen, name) = (fields.read("version").unwrap_or(0), fields.text("reviewer"));
    match actions::sign(&web.deps, signed.member.id.0, &id, seen, name).await {
        Ok(()) => done(&web, &id, "signed").await,
        Err(error) => again(&web, &signed, &id, error).await,
    }
}

/// Takes it out of use, or back.
pub async fn set_state(
    State(web): State<Web>,
    signed: SignedIn,
    Target(id): Target<String>,
    Form(fields): Form,
) -> Answer {
    let seen = fields.read("version").unwrap_or(0);
    let Some(state) = CardState::from_code(fields.text("state")) else {
        let unknown = Error::invalid("没有这个状态，请重新选择。");
        return again(&web, &signed, &id, unknown).await;
    };
    match actions::set_state(&web.deps, signed.member.id.0, &id, seen, state).await {
        Ok(()) => done(&web, &id, "saved").await,
        Err(error) => again(&web, &signed, &id, error).await,
    }
}

/// The form again with why nothing was done.
async fn again(web: &Web, signed: &SignedIn, id: &str, error: Error) -> Answer {
    if !matches!(error.kind(), Kind::Invalid | Kind::Conflict) {
        return Err(error.into());
    }
    refused(form(web, signed, id, &Fields::default()).await?, &error)
}

fn refused(form: CardEditPage, error: &Error) -> Answer {
    let form = CardEditPage { error: Some(error.public().to_owned()), ..form };
    Ok((status_of(error.kind()), page(&form)?).into_response())
}

/// Back to the card; this node offers it as it is now.
async fn done(web: &Web, id: &str, what: &str) -> Result<Response, crate::console::error::Problem> {
    web.cards.refresh().await?;
    let to = href(&format!("/console/cards/{id}"), &[("done", what)]);
    Ok(Redirect::to(&to).into_response())
}
