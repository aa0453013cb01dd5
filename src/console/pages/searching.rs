//! One search over everything staff may read: inquiries of their scope, cards, articles, statutes.

use axum::extract::State;

use super::knowledge::article_rows;
use crate::console::auth::SignedIn;
use crate::console::error::{Answer, page};
use crate::console::form::{Asked, Fields};
use crate::console::frame;
use crate::console::state::Web;
use crate::console::views::{FoundRow, SearchPage};
use crate::inquiries::actions::terms;
use crate::inquiries::{Inquiry, InquiryId, store};
use crate::language::{self, privacy};
use crate::platform::error::{Kind, Result};
use crate::platform::http::shell::href;
use crate::publishing::{self, ArticleState};
use crate::staff::policy::Right;

/// Characters of a search.
const LONGEST: usize = 100;
/// Cards, articles, statutes shown.
const SHOWN: usize = 5;
/// Articles shown.
const ARTICLES: i64 = 20;

/// The search, and what it found.
pub async fn show(State(web): State<Web>, signed: SignedIn, Asked(asked): Asked) -> Answer {
    page(&found(&web, &signed, &asked).await?)
}

async fn found(web: &Web, signed: &SignedIn, asked: &Fields) -> Result<SearchPage> {
    let words: String = asked.text("q").trim().chars().take(LONGEST).collect();
    let mut shown = SearchPage {
        shell: frame::desk(web, signed, "搜索", "/console/search", asked).await?,
        words: words.clone(),
        ..SearchPage::default()
    };
    if words.is_empty() {
        return Ok(shown);
    }
    let scope = signed.member.scope();
    let mut link = web.deps.db.read().await?;
    let before = asked.read::<InquiryId>("before");
    let inquiries = match terms::search(&mut link, scope, &words, before).await {
        Ok(inquiries) => inquiries,
        Err(error) if error.kind() == Kind::Invalid => {
            shown.error = Some(error.public().to_owned());
            return Ok(shown);
        }
        Err(error) => return Err(error),
    };
    shown.more = more(&words, &inquiries);
    shown.inquiries = inquiries.iter().map(|inquiry| inquiry_row(web, inquiry)).collect();
    if before.is_some() {
        return Ok(shown);
    }
    shown.cards = cards(web, &words);
    let mut parts = words.split_whitespace();
    let parts = [(); 3].map(|()| parts.next().unwrap_or_default());
    let articles = publishing::store::search(&mut link, parts, ARTICLES).await?;
    drop(link);
    shown.articles =
        articles.iter().filter_map(|article| article_row(web, signed, article)).collect();
    let hits = web.knowledge.search(&words, SHOWN).await?.unwrap_or_default();
    shown.statutes = article_rows(web, &hits).await?;
    Ok(shown)
}

fn more(words: &str, inquiries: &[Inquiry]) -> Option<String> {
    let full = i64::try_from(inquiries.len()).is_ok_and(|found| found == store::FOUND);
    let last = inquiries.last().filter(|_| full)?;
    Some(href("/console/search", &[("q", words), ("before", &last.id.to_string())]))
}

fn inquiry_row(web: &Web, inquiry: &Inquiry) -> FoundRow {
    let field = inquiry.field.map_or("待确认", |field| field.name());
    FoundRow {
        href: format!("/console/inquiries/{}", inquiry.id),
        title: privacy::mask(&inquiry.first_line).text,
        about: format!("{} · {field} · {}", inquiry.number, inquiry.state.name()),
        when: Some(frame::when(web, inquiry.opened_at)),
    }
}

fn cards(web: &Web, words: &str) -> Vec<FoundRow> {
    let field = language::field_of(words).map(|found| found.field);
    let deck = web.cards.current();
    let row = |card: &crate::cards::Card| FoundRow {
        href: format!("/c/k/{}", card.id),
        title: card.title.clone(),
        about: card.field.name().to_owned(),
        when: None,
    };
    deck.matching(words, field, SHOWN).into_iter().map(row).collect()
}

/// Drafts are for those who write them; the rest read what is published.
fn article_row(web: &Web, signed: &SignedIn, article: &publishing::Article) -> Option<FoundRow> {
    let published = article.url.clone().filter(|_| article.state == ArticleState::Published);
    let href = match signed.may(Right::ManageTexts) {
        true => format!("/console/content/{}", article.id),
        false => published?,
    };
    Some(FoundRow {
        href,
        title: article.title.clone(),
        about: article.state.name().to_owned(),
        when: Some(frame::when(web, article.updated_at)),
    })
}
