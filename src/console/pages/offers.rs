//! What is offered to somebody who answers: knowledge cards, and what was answered well before.

use super::conversation::Talk;
use crate::cards::Card;
use crate::cards::deck::Deck;
use crate::console::auth::SignedIn;
use crate::console::frame;
use crate::console::pages::conversation_view::question_length;
use crate::console::state::Web;
use crate::inquiries::actions::terms;
use crate::inquiries::views::conversation::{CardOffer, Composer, SimilarPast};
use crate::inquiries::{Author, store};
use crate::language::privacy;
use crate::platform::error::Result;

/// Cards offered.
const CARDS: usize = 3;
/// Characters shown of an earlier answer.
const SHOWN: usize = 120;
/// Messages of an earlier inquiry read for its first answer.
const MESSAGES: i64 = 20;

/// The words of the first burst.
pub(super) fn question(talk: &Talk, web: &Web) -> String {
    let asked = question_length(&talk.messages, web.config.intake.quiet_seconds);
    let words: Vec<&str> = talk.messages[..asked].iter().map(|m| m.body.as_str()).collect();
    words.join("\n")
}

/// The cards that fit the question.
pub(super) fn cards(web: &Web, talk: &Talk) -> Vec<CardOffer> {
    let deck = web.cards.current();
    let best = deck.best(&question(talk, web), talk.inquiry.field, CARDS);
    best.into_iter().map(|card| offer(card, &deck, talk)).collect()
}

fn offer(card: &Card, deck: &Deck, talk: &Talk) -> CardOffer {
    let standing = match deck.doubt(&card.id) {
        Some(doubt) => format!("需要复核：{doubt}{}", card.standing()),
        None => card.standing(),
    };
    CardOffer {
        href: format!("/c/k/{}", card.id),
        title: card.title.clone(),
        text: card.as_answer(),
        fill_href: format!("/console/inquiries/{}?card={}#body", talk.inquiry.id, card.id),
        standing,
    }
}

/// Puts a card's words behind what is in the draft; nothing is saved by that.
pub(super) fn fill(web: &Web, composer: &mut Composer, id: &str) {
    let deck = web.cards.current();
    let Some(card) = deck.get(id).filter(|_| composer.shut.is_none()) else { return };
    if !composer.body.is_empty() {
        composer.body.push('\n');
    }
    composer.body.push_str(&card.as_answer());
}

/// What the reader's scope answered well before to much the same question; masked.
pub(super) async fn similar(web: &Web, signed: &SignedIn, talk: &Talk) -> Result<Vec<SimilarPast>> {
    let (scope, asked) = (signed.member.scope(), question(talk, web));
    let mut link = web.deps.db.read().await?;
    let mut past = Vec::new();
    for inquiry in terms::similar(&mut link, scope, &asked, talk.inquiry.id).await? {
        let said = store::messages(&mut link, inquiry.id, MESSAGES).await?;
        let answer = said.iter().find(|message| message.author == Author::Staff);
        let answer = answer.map(|message| privacy::mask(&message.body).text).unwrap_or_default();
        past.push(SimilarPast {
            href: format!("/console/inquiries/{}", inquiry.id),
            first_line: privacy::mask(&inquiry.first_line).text,
            answer: answer.chars().take(SHOWN).collect(),
            asked: frame::when(web, inquiry.opened_at),
        });
    }
    Ok(past)
}
