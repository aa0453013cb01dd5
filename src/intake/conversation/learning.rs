//! Legal knowledge on request: the piece of the day, what was looked for, fields to hear of. Everything
//! said here is a stored text or the title of something approved.

use super::phrases::tap;
use super::{Effect, Stepped, Turn};
use crate::citizens::consents::{Subject, in_force};
use crate::language::fields::Field;

/// Titles in one reply.
const MOST: usize = 5;
const DAY_MS: i64 = 86_400_000;
const BEIJING_MS: i64 = 8 * 3_600_000;

impl Turn<'_, '_, '_> {
    /// One published article or signed card, another one each day.
    pub(super) fn tip(&mut self) -> Stepped {
        let day = (self.world.now.0 + BEIJING_MS).div_euclid(DAY_MS);
        let more = format!("{}　{}", tap("订阅普法", "topics"), tap("我要咨询", "ask"));
        let told = match (self.world.shelf.of_day(day), self.world.deck.of_day(day)) {
            // Articles and cards take turns, as far as there are both.
            (Some(piece), card) if card.is_none() || day % 2 == 0 => {
                let page = self.world.links.site(&format!("/c/articles/{}", piece.id));
                Some((piece.title.clone(), piece.digest.clone(), page))
            }
            (_, Some(card)) => {
                let page = self.world.links.site(&format!("/c/k/{}", card.id));
                let first = card.answer.lines().next().unwrap_or_default().to_owned();
                Some((card.title.clone(), first, page))
            }
            _ => None,
        };
        Stepped::say(match told {
            Some((title, gist, page)) => self.say(
                "tip",
                &[("title", &title), ("gist", &gist), ("page", &page), ("links", &more)],
            ),
            None => self.say("tip_none", &[("links", &more)]),
        })
    }

    /// At most [`MOST`] articles and cards about some words; without words how to look for them.
    pub(super) fn looked_up(&mut self, words: &str) -> Stepped {
        let site = |path: String| self.world.links.site(&path);
        let link = |page: String, title: &str| format!("<a href=\"{page}\">{title}</a>");
        if words.is_empty() {
            return Stepped::say(self.say("look_up", &[]));
        }
        let pieces = self.world.shelf.matching(words, MOST - 1);
        let cards = self.world.deck.matching(words, None, MOST - pieces.len());
        let articles =
            pieces.iter().map(|one| link(site(format!("/c/articles/{}", one.id)), &one.title));
        let cards = cards.iter().map(|one| link(site(format!("/c/k/{}", one.id)), &one.title));
        let found: Vec<String> = articles.chain(cards).collect();
        Stepped::say(match found.is_empty() {
            true => self.say("looked_up_none", &[("links", &tap("我要咨询", "ask"))]),
            false => self.say("looked_up", &[("links", &found.join("\n"))]),
        })
    }

    /// What subscribing means, and the fields to choose from: a tap is the consent.
    pub(super) fn topics(&mut self) -> Stepped {
        let links = self.topic_links();
        let consent = in_force(Subject::Topics).body;
        Stepped::say(self.say("topics", &[("consent", consent), ("links", &links)]))
    }

    /// A field was tapped.
    pub(super) fn subscribed(&mut self, code: &str) -> Stepped {
        let Some(field) = Field::from_code(code) else { return self.topics() };
        Stepped::say(self.say("subscribed", &[("field", field.name())]))
            .with(Effect::Subscribe { field })
    }
}
