//! A question: it opens an inquiry or joins the current one.

use std::time::Duration;

use super::hearing::Heard;
use super::locating::Where;
use super::phrases::tap;
use super::{Current, Effect, Stepped, Turn};
use crate::alerts::{Happening, Occasion};
use crate::cards::Card;
use crate::inquiries::actions::citizen::{Word, first_line};
use crate::inquiries::{NewInquiry, State};
use crate::language::Reading;
use crate::language::fields::Field;
use crate::platform::clock::Moment;
use crate::routing::rules::{Decision, Question};
use crate::wechat::reply::TEXT_LIMIT_BYTES;

/// Below this a field is asked for instead of assumed.
///
/// By cross-validation over 2,220 questions labelled one by one (`pufa triage train`): from 0.5 to
/// 0.6 the fields assumed go from 96 % to 93 % of the questions and the right ones among them from
/// 89 % to 90.5 %; of the questions then asked about, nearly half (1.7 of 3.9 in a hundred) would
/// have gone astray. Beyond 0.6 two to three people are asked in vain for each one saved, and every
/// receipt offers to put the field right.
const SURE: f32 = 0.6;
/// Knowledge cards offered with a receipt.
const OFFERED: usize = 3;

impl Turn<'_, '_, '_> {
    pub(super) fn asked(&mut self, heard: Heard, reading: Option<&Reading>) -> Stepped {
        match self.joins() {
            Some(current) => {
                let meant = self.part_meant(current, reading);
                self.joined(meant, heard, reading)
            }
            None => self.opened(heard, reading),
        }
    }

    pub(super) fn opened(&mut self, mut heard: Heard, reading: Option<&Reading>) -> Stepped {
        let (id, number) = self.mint.inquiry();
        let dangers = danger_codes(reading);
        let urgent = !dangers.is_empty() || reading.is_some_and(|r| r.urgent);
        let place = self.whereabouts(reading);
        let mut current = Current {
            id,
            number,
            field: sure_field(reading),
            territory: place.territory().map(str::to_owned),
            organization: None,
            due_at: self.world.directory.due(urgent, None, self.world.now),
            urgent,
            last_at: self.world.now,
        };
        self.standing.either = if let Where::Either(places) = place { places } else { vec![] };
        let kinds = dangers.clone();
        let problems = std::mem::take(&mut heard.problems);
        let offer = self.offer_to_divide(&current, heard.words.id, problems);
        let new = self.new_inquiry(&current, &heard.words.body, dangers.clone());
        let asked = heard.words.body.clone();
        let cards = if urgent { String::new() } else { self.cards(&heard.words.body, reading) };
        let wrote =
            Effect::Wrote { inquiry: id, words: heard.words, promise_until: current.due_at };
        let mut stepped = Stepped::default().with(Effect::Open { new }).with(wrote);

        let must_ask = heard.readable && dangers.is_empty();
        let text = if current.field.is_none() && must_ask {
            stepped.effects.push(self.place_later(&current));
            let guesses: Vec<Field> =
                reading.and_then(|r| r.field.as_ref()).map(|f| f.field).into_iter().collect();
            self.about("receipt_ask_field", &current, &self.field_links(&current.number, &guesses))
        } else if current.territory.is_none() && must_ask {
            stepped.effects.push(self.place_later(&current));
            self.ask_place(&current)
        } else if heard.readable || !dangers.is_empty() {
            stepped.effects.push(self.place(&mut current, &asked));
            self.receipt(&current)
        } else {
            // A picture alone says too little; its words usually follow.
            stepped.effects.push(self.place_later(&current));
            self.receipt(&current)
        };
        stepped.text = join_within_limit(join_within_limit(text, &offer), &cards);
        if is_crisis(reading) {
            stepped.text = self.about("danger", &current, "");
            stepped.pressing = true;
        }
        stepped.alarm = alarm(&current, kinds);
        self.standing.fresh = false;
        self.standing.current = Some(current);
        stepped
    }

    /// What a question like this one usually asks first, as links; empty when nothing fits.
    fn cards(&self, question: &str, reading: Option<&Reading>) -> String {
        let field = reading.and_then(|r| r.field.as_ref()).map(|found| found.field);
        let offered = self.world.deck.best(question, field, OFFERED);
        if offered.is_empty() {
            return String::new();
        }
        let link = |card: &Card| {
            let address = self.world.links.site(&format!("/c/k/{}", card.id));
            format!("<a href=\"{address}\">{}</a>", card.title)
        };
        let links: Vec<String> = offered.into_iter().map(link).collect();
        self.say("receipt_cards", &[("links", &links.join("\n"))])
    }

    fn joined(&mut self, mut current: Current, heard: Heard, reading: Option<&Reading>) -> Stepped {
        let state = self.fact(current.id).map(|fact| fact.state);
        let closed = state == Some(State::Closed);
        // An answer in between ends a burst, however quick it was.
        let turned_to = self.standing.current.as_ref().is_none_or(|known| known.id != current.id);
        let in_burst = !turned_to
            && !matches!(state, Some(State::Answered | State::Closed))
            && self.world.now.since(current.last_at)
                <= Duration::from_secs(self.world.settings.quiet_seconds);
        current.last_at = self.world.now;
        let promise_until = self.promise(&current);
        let wrote = Effect::Wrote { inquiry: current.id, words: heard.words, promise_until };

        let dangers = danger_codes(reading);
        let field = sure_field(reading).filter(|_| current.field.is_none());
        let place =
            if current.territory.is_none() { self.place_in(reading) } else { Where::Unsaid };
        let territory = place.territory().map(str::to_owned);
        let either = matches!(&place, Where::Either(_));
        if let Where::Either(places) = place {
            self.standing.either = places;
        }
        let mut stepped = if field.is_some() || territory.is_some() {
            let known = field.map(Word::Field);
            let mut stepped = self.corrected(current.clone(), known, territory);
            stepped.effects.insert(0, wrote);
            stepped
        } else {
            self.standing.current = Some(current.clone());
            let text = match (closed, in_burst) {
                _ if either && current.field.is_some() => self.ask_place(&current),
                (true, _) => self.about("reopened", &current, &another_matter(&current)),
                // One receipt for a burst: what follows within seconds is taken in silently.
                (false, true) => String::new(),
                (false, false) => self.about("joined", &current, &another_matter(&current)),
            };
            Stepped::say(text).with(wrote)
        };
        if !dangers.is_empty() {
            let due = self.world.directory.due(true, None, self.world.now);
            stepped.alarm = alarm(&current, dangers.clone());
            stepped
                .effects
                .push(Effect::Said { inquiry: current.id, word: Word::Danger(dangers, due) });
            if let Some(current) = &mut self.standing.current {
                current.urgent = true;
                current.due_at = current.due_at.min(due);
            }
        }
        if is_crisis(reading) {
            stepped.text = self.about("danger_known", &current, "");
            stepped.pressing = true;
        }
        stepped
    }

    /// Field or place became known: the inquiry is given to whom it belongs now.
    pub(super) fn corrected(
        &mut self,
        mut current: Current,
        field: Option<Word>,
        territory: Option<String>,
    ) -> Stepped {
        let mut stepped = Stepped::default();
        if let Some(word) = field {
            if let Word::Field(field) | Word::Chose(field) = word {
                current.field = Some(field);
            }
            stepped.effects.push(Effect::Said { inquiry: current.id, word });
        }
        if let Some(territory) = territory {
            self.standing.either.clear();
            current.territory = Some(territory.clone());
            stepped.effects.push(Effect::Said {
                inquiry: current.id,
                word: Word::Territory(territory.clone()),
            });
            self.place_parts(current.id, &territory, &mut stepped);
        }
        stepped.text = match (current.field, &current.territory) {
            (None, _) => {
                self.about("receipt_ask_field", &current, &self.field_links(&current.number, &[]))
            }
            (Some(_), None) => self.ask_place(&current),
            (Some(_), Some(_)) => {
                if self.may_still_be_placed(&current) {
                    let asked = self.fact(current.id).map(|fact| fact.first_line.clone());
                    stepped.effects.push(self.place(&mut current, &asked.unwrap_or_default()));
                }
                self.about("updated", &current, "")
            }
        };
        self.standing.current = Some(current);
        stepped
    }

    /// Once somebody works on it, only staff move an inquiry.
    pub(super) fn may_still_be_placed(&self, current: &Current) -> bool {
        self.fact(current.id)
            .is_none_or(|fact| matches!(fact.state, State::Waiting | State::Offered))
    }

    /// The last message was another matter: it gets an inquiry of its own.
    pub(super) fn separated(&mut self, from: Current) -> Stepped {
        let (id, number) = self.mint.inquiry();
        let since = from.last_at;
        let mut current = Current {
            id,
            number,
            field: None,
            territory: self.standing.territory.clone(),
            organization: None,
            due_at: self.world.directory.due(false, None, self.world.now),
            urgent: false,
            last_at: self.world.now,
        };
        let new = self.new_inquiry(&current, "", String::new());
        let decision = self.decide(&current, "");
        current.organization = decision.organization;
        current.due_at = decision.due_at;
        let links = self.field_links(&current.number, &[]);
        let text = self.about("receipt_ask_field", &current, &links);
        self.standing.current = Some(current);
        Stepped::say(text).with(Effect::Separate { from: from.id, since, new, decision })
    }

    pub(super) fn new_inquiry(&self, current: &Current, body: &str, dangers: String) -> NewInquiry {
        NewInquiry {
            id: current.id,
            number: current.number.clone(),
            field: current.field,
            territory: current.territory.clone(),
            urgent: current.urgent,
            dangers,
            first_line: first_line(body),
            due_at: current.due_at,
            anonymous: false,
        }
    }

    fn receipt(&self, current: &Current) -> String {
        let key = if current.organization.is_some() { "receipt" } else { "receipt_unmatched" };
        self.about(key, current, &Self::corrections(current))
    }

    pub(super) fn place(&self, current: &mut Current, words: &str) -> Effect {
        let decision = self.decide(current, words);
        current.organization = decision.organization;
        current.due_at = decision.due_at;
        Effect::Place { inquiry: current.id, decision }
    }

    fn decide(&self, current: &Current, words: &str) -> Decision {
        let directory = self.world.directory;
        let question = Question {
            field: current.field,
            territory: current.territory.as_deref(),
            station_of: self.standing.invited_by,
            urgent: current.urgent,
            words,
            passed: &[],
            stood_in_list: false,
        };
        directory.decide(&question, self.world.now)
    }

    pub(super) fn place_later(&self, current: &Current) -> Effect {
        let wait = Duration::from_secs(self.world.settings.ask_wait_seconds);
        Effect::PlaceLater { inquiry: current.id, at: self.world.now.plus(wait) }
    }

    /// The promise for what is asked now.
    pub(super) fn promise(&self, current: &Current) -> Moment {
        let directory = self.world.directory;
        let organization = current.organization.and_then(|id| directory.organization(id));
        directory.due(current.urgent, organization, self.world.now)
    }
}

/// Both texts where one message holds them, else the first alone.
pub(super) fn join_within_limit(text: String, more: &str) -> String {
    if more.is_empty() || text.len() + 2 + more.len() > TEXT_LIMIT_BYTES {
        return text;
    }
    format!("{text}\n\n{more}")
}

pub(super) fn sure_field(reading: Option<&Reading>) -> Option<Field> {
    let found = reading?.field.as_ref()?;
    (found.confidence >= SURE).then_some(found.field)
}

fn danger_codes(reading: Option<&Reading>) -> String {
    let Some(reading) = reading else { return String::new() };
    let codes: Vec<&str> = reading.dangers.iter().map(|danger| danger.code()).collect();
    codes.join(",")
}

fn alarm(current: &Current, kinds: String) -> Option<Happening> {
    (!kinds.is_empty()).then(|| Happening {
        occasion: Occasion::Danger,
        about: current.id.0,
        stamp: 0,
        number: current.number.clone(),
        organization: current.organization,
        detail: kinds,
    })
}

fn is_crisis(reading: Option<&Reading>) -> bool {
    reading.is_some_and(|r| r.dangers.iter().any(|danger| danger.is_crisis()))
}

fn another_matter(current: &Current) -> String {
    format!("不是同一件事？{}", tap("这是另一件事", &format!("new:{}", current.number)))
}
