//! Looking up the law: by question, by citation; confirming what fits.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields, Form};
use crate::console::frame;
use crate::console::state::Web;
use crate::knowledge::actions::{self, Confirmation};
use crate::knowledge::checking;
use crate::knowledge::live::{Hit, day_of};
use crate::knowledge::views::{ArticleRow, KnowledgePage};
use crate::knowledge::{label, store};
use crate::platform::error::{Error, Result};
use crate::platform::http::shell::href;
use crate::staff::policy::Right;

/// Articles shown.
const SHOWN: usize = 10;
/// Characters of a question that are read.
const LONGEST: usize = 2000;

/// The search, and what it found.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&found(&web, &signed, &asked).await?)
}

async fn found(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<KnowledgePage> {
    let text: String = asked.text("text").trim().chars().take(LONGEST).collect();
    let today = day_of(web.deps.clock.now());
    let collection = web.knowledge.collection();
    let articles = collection.as_ref().map_or(0, |collection| collection.library.len());
    let mut shown = KnowledgePage {
        shell: frame::desk(web, signed, "查法条", "/console/knowledge", asked).await?,
        ready: articles > 0,
        articles,
        may_confirm: signed.may(Right::Answer),
        cards: signed.may(Right::ManageCards),
        lessons: signed.may(Right::ManageRules),
        ..KnowledgePage::default()
    };
    if text.is_empty() {
        return Ok(shown);
    }
    let mut link = web.deps.db.read().await?;
    let checked = checking::check(&mut link, &text, &today, &today).await?;
    drop(link);
    shown.citations = checked.into_iter().map(Into::into).collect();
    let hits = web.knowledge.search(&text, SHOWN).await?.unwrap_or_default();
    shown.rows = article_rows(web, &hits).await?;
    shown.text = text;
    Ok(shown)
}

/// The articles found, with their texts.
pub(super) async fn article_rows(web: &Web, hits: &[Hit]) -> Result<Vec<ArticleRow>> {
    let Some(collection) = web.knowledge.collection() else { return Ok(Vec::new()) };
    let mut link = web.deps.db.read().await?;
    let mut rows = Vec::new();
    for hit in hits {
        let Some(law) = collection.laws.iter().find(|law| law.id == hit.law) else { continue };
        let article = store::article(&mut link, hit.law, hit.number, hit.insertion).await?;
        let Some(article) = article else { continue };
        rows.push(ArticleRow {
            title: law.title.clone(),
            name: law.name.clone(),
            number: hit.number,
            insertion: hit.insertion,
            label: label(hit.number, hit.insertion),
            heading: article.heading.replace('\n', " › "),
            text: article.body,
        });
    }
    Ok(rows)
}

/// Remembers that an article fits a question.
pub async fn confirm(State(web): State<Web>, signed: SignedIn, Form(fields): Form) -> Answer {
    let text: String = fields.text("text").trim().chars().take(LONGEST).collect();
    let (name, number) = (fields.text("name"), fields.read("number").unwrap_or(0));
    let insertion = fields.read("insertion").unwrap_or(0);
    let known = web.knowledge.collection().and_then(|all| all.place(name, number, insertion));
    if known.is_none() {
        return Err(Error::invalid("库里没有这一条现行条文，没有记住。请重新查找后再确认。").into());
    }
    let confirmed = Confirmation {
        account_id: String::new(),
        inquiry_id: None,
        source: "console".to_owned(),
        question: text.clone(),
        answer: String::new(),
        cites: vec![(name.to_owned(), number, insertion)],
        fits: true,
    };
    actions::confirm(&web.deps, Some(signed.member.id.0), &confirmed).await?;
    let back = href("/console/knowledge", &[("text", &text), ("done", "learned")]);
    Ok(Redirect::to(&back).into_response())
}
