//! Taps on the links inside our messages. The id says what was meant and about which inquiry, so
//! that a tap on an old message does what that message said.

use super::{Current, Stepped, Turn, dividing, living};
use crate::inquiries::MessageKind;
use crate::inquiries::actions::citizen::Word;
use crate::language::Reading;
use crate::language::commands::Command;
use crate::language::fields::Field;

use super::hearing::Heard;

impl Turn<'_, '_, '_> {
    pub(super) fn tapped(&mut self, id: &str, content: &str, reading: Option<&Reading>) -> Stepped {
        let mut parts = id.split(':');
        let verb = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        match (verb, rest.as_slice()) {
            ("ask", []) => self.command(Command::NewInquiry),
            ("mine", []) => self.command(Command::MyInquiries),
            ("tip", []) => self.command(Command::Tip),
            ("topics", []) => self.command(Command::Subscribe),
            ("topic", [code]) => self.subscribed(code),
            ("human", []) => self.command(Command::Human),
            ("rate", [stars, number]) => {
                self.about_number(number, |turn, _| turn.rated(stars.parse().unwrap_or(5)))
            }
            ("unsolved", [number]) => self.about_number(number, |turn, _| turn.unsolved()),
            ("fixfield", [number]) => self.about_number(number, |turn, current| {
                let links = turn.field_links(&current.number, &[]);
                Stepped::say(turn.about("receipt_ask_field", &current, &links))
            }),
            ("fixplace", [number]) => self.about_number(number, |turn, current| {
                turn.standing.either.clear();
                Stepped::say(turn.ask_place(&current))
            }),
            ("field", [code, number]) => self.about_number(number, |turn, current| {
                turn.corrected(current, Field::from_code(code).map(Word::Chose), None)
            }),
            ("place", [territory, number]) => self.about_number(number, |turn, current| {
                let known = turn.world.directory.atlas.get(territory).map(|t| t.id.to_string());
                turn.corrected(current, None, known)
            }),
            ("new", [number]) => self.about_number(number, |turn, current| turn.separated(current)),
            ("divide", [number]) => {
                self.about_number(number, |turn, current| turn.divided(current))
            }
            ("keep", [number]) => {
                self.about_number(number, |turn, current| turn.kept_together(&current))
            }
            ("more", [number]) => self.about_number(number, |turn, current| {
                Stepped::say(turn.about("more", &current, ""))
            }),
            // Not one of ours: the words count.
            _ => {
                let words = self.words(MessageKind::Text, content, None);
                let problems = dividing::pieces(content, reading);
                self.asked(Heard { words, readable: true, problems }, reading)
            }
        }
    }

    /// Turns to the inquiry with this number, if it is one of this citizen's.
    fn about_number(
        &mut self,
        number: &str,
        act: impl FnOnce(&mut Self, Current) -> Stepped,
    ) -> Stepped {
        let current = match &self.standing.current {
            Some(current) if current.number == number => current.clone(),
            _ if let Some(part) = self.part_numbered(number) => part,
            _ => match living(self.facts, |fact| fact.number == number) {
                Some(fact) => Current {
                    id: fact.id,
                    number: fact.number.clone(),
                    field: fact.field,
                    territory: fact.territory_id.clone(),
                    organization: fact.organization_id,
                    due_at: fact.due_at,
                    urgent: false,
                    last_at: self.world.now,
                },
                None => return Stepped::say(self.mine()),
            },
        };
        self.standing.current = Some(current.clone());
        act(self, current)
    }
}
