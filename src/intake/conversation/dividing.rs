//! Several problems in one message: offered to be dealt with apart, divided by one tap.
//!
//! The whole message stays with the inquiry it opened; each further problem gets an inquiry of its
//! own with its part of the words. Who does not tap keeps one inquiry, and nothing is lost.

use serde::{Deserialize, Serialize};

use super::asking::{join_within_limit, sure_field};
use super::phrases::tap;
use super::{Current, Effect, Stepped, Turn};
use crate::inquiries::actions::citizen::Word;
use crate::inquiries::{InquiryId, MessageId, State};
use crate::language::Reading;
use crate::language::fields::Field;
use crate::worktime;

/// Inquiries one message may be divided into.
const MOST: usize = 4;

/// A message that holds several problems, until the citizen taps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Several {
    /// The inquiry it opened.
    pub inquiry: InquiryId,
    /// The message.
    pub message: MessageId,
    /// Its problems in reading order, at least two.
    pub problems: Vec<Piece>,
}

/// One problem of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// What it is about.
    pub field: Field,
    /// Its first character.
    pub start: usize,
    /// One past its last character.
    pub end: usize,
}

/// Inquiries one message was divided into. A later message joins the one whose field it names, and
/// a place told to the first holds for those that have none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Divided {
    /// All of them; the first holds the whole message.
    pub parts: Vec<Current>,
}

/// The problems of a text that was read, where they stand in it.
pub(super) fn pieces(text: &str, reading: Option<&Reading>) -> Vec<Piece> {
    let Some(reading) = reading.filter(|reading| reading.problems.len() > 1) else {
        return Vec::new();
    };
    let problems = &reading.problems[..reading.problems.len().min(MOST)];
    let spans = crate::language::spans(text, problems);
    let piece = |(field, span): (Field, std::ops::Range<usize>)| Piece {
        field,
        start: span.start,
        end: span.end,
    };
    problems.iter().map(|problem| problem.field).zip(spans).map(piece).collect()
}

impl Turn<'_, '_, '_> {
    /// Remembers the problems of the message that opened an inquiry; gives the offer, or nothing.
    pub(super) fn offer_to_divide(
        &mut self,
        current: &Current,
        message: MessageId,
        problems: Vec<Piece>,
    ) -> String {
        self.standing.divided = None;
        if problems.len() < 2 {
            self.standing.several = None;
            return String::new();
        }
        let fields: Vec<&str> = problems.iter().map(|piece| piece.field.name()).collect();
        let links = [("分开办", "divide"), ("合在一起办", "keep")]
            .map(|(label, verb)| tap(label, &format!("{verb}:{}", current.number)))
            .join("　");
        let offer =
            self.say("receipt_several", &[("fields", &fields.join("、")), ("links", &links)]);
        self.standing.several = Some(Several { inquiry: current.id, message, problems });
        offer
    }

    /// The problems stay together, as they would without a tap.
    pub(super) fn kept_together(&mut self, current: &Current) -> Stepped {
        self.standing.several.take_if(|several| several.inquiry == current.id);
        Stepped::say(self.about("kept_together", current, ""))
    }

    /// Every problem but the one that stays gets an inquiry of its own.
    pub(super) fn divided(&mut self, current: Current) -> Stepped {
        let known = self.standing.several.take_if(|several| several.inquiry == current.id);
        // Divided already, or nothing to divide.
        let Some(Several { message, problems, .. }) = known else {
            return Stepped::say(self.mine());
        };
        let words = self.fact(current.id).map(|fact| fact.first_line.clone()).unwrap_or_default();
        let stays =
            problems.iter().position(|piece| Some(piece.field) == current.field).unwrap_or(0);
        let field = problems[stays].field;
        let mut stepped = if current.field == Some(field) {
            Stepped::default()
        } else {
            self.corrected(current.clone(), Some(Word::Field(field)), None)
        };
        let kept = self.standing.current.clone().unwrap_or(current);
        let mut parts = vec![kept.clone()];
        for (_, piece) in problems.iter().enumerate().filter(|(place, _)| *place != stays) {
            parts.push(self.divide_off(&kept, message, piece, &words, &mut stepped));
        }
        let lines: Vec<String> = parts.iter().map(|part| self.line(part)).collect();
        let text = self.say("divided", &[("list", &lines.join("\n"))]);
        self.standing.divided = Some(Divided { parts });
        stepped.text = if kept.territory.is_none() {
            let links = self.place_links(&kept.number);
            join_within_limit(text, &self.say("divided_ask_place", &[("links", &links)]))
        } else {
            text
        };
        stepped
    }

    fn divide_off(
        &mut self,
        from: &Current,
        message: MessageId,
        piece: &Piece,
        words: &str,
        stepped: &mut Stepped,
    ) -> Current {
        let (id, number) = self.mint.inquiry();
        let mut twin = Current {
            id,
            number,
            field: Some(piece.field),
            organization: None,
            due_at: self.world.directory.due(from.urgent, None, self.world.now),
            last_at: self.world.now,
            ..from.clone()
        };
        stepped.effects.push(Effect::Divide {
            from: from.id,
            message,
            start: piece.start,
            end: piece.end,
            new: self.new_inquiry(&twin, "", String::new()),
            words: self.mint.message(),
        });
        let placing = match twin.territory {
            Some(_) => self.place(&mut twin, words),
            None => self.place_later(&twin),
        };
        stepped.effects.push(placing);
        twin
    }

    /// The place of the first of the divided inquiries is that of the others that have none.
    pub(super) fn place_parts(&mut self, of: InquiryId, territory: &str, stepped: &mut Stepped) {
        let Some(mut divided) = self.standing.divided.take() else { return };
        let first = divided.parts.first().is_some_and(|part| part.id == of);
        for part in divided.parts.iter_mut().filter(|part| part.territory.is_none()) {
            let fact = self.fact(part.id);
            let known = fact.and_then(|fact| fact.territory_id.clone());
            if part.id == of || known.is_some() {
                part.territory = known.or_else(|| Some(territory.to_owned()));
                continue;
            }
            if !first {
                continue;
            }
            let words = fact.map(|fact| fact.first_line.clone()).unwrap_or_default();
            part.territory = Some(territory.to_owned());
            let word = Word::Territory(territory.to_owned());
            stepped.effects.push(Effect::Said { inquiry: part.id, word });
            if self.may_still_be_placed(part) {
                let placing = self.place(part, &words);
                stepped.effects.push(placing);
            }
        }
        self.standing.divided = Some(divided);
    }

    /// Which of the divided inquiries a further message is about: the open one of the field it
    /// names, else the current one.
    pub(super) fn part_meant(&self, current: Current, reading: Option<&Reading>) -> Current {
        let parts = self.standing.divided.as_ref().map_or(&[][..], |divided| &divided.parts);
        if !parts.iter().any(|part| part.id == current.id) {
            return current;
        }
        let named = sure_field(reading).filter(|field| current.field != Some(*field));
        let open =
            |part: &&Current| self.fact(part.id).is_none_or(|fact| fact.state != State::Closed);
        let meant = parts.iter().filter(|part| named.is_some() && part.field == named).find(open);
        meant.map_or(current, |part| self.as_it_stands(part))
    }

    /// One of the divided inquiries by its number, also before it is written.
    pub(super) fn part_numbered(&self, number: &str) -> Option<Current> {
        let parts = &self.standing.divided.as_ref()?.parts;
        let part = parts.iter().find(|part| part.number == number)?;
        Some(self.as_it_stands(part))
    }

    fn as_it_stands(&self, part: &Current) -> Current {
        let Some(fact) = self.fact(part.id) else { return part.clone() };
        Current {
            field: fact.field.or(part.field),
            territory: fact.territory_id.clone().or(part.territory.clone()),
            organization: fact.organization_id.or(part.organization),
            due_at: fact.due_at,
            ..part.clone()
        }
    }

    fn line(&self, inquiry: &Current) -> String {
        let field = inquiry.field.map_or("待确认", Field::name);
        let due = worktime::in_words(inquiry.due_at, self.world.now);
        let organization = self.world.directory.organization_name(inquiry.organization);
        let more = tap("补充这件", &format!("more:{}", inquiry.number));
        format!("{} {field}：{organization}，最迟{due} 前 {more}", inquiry.number)
    }
}
