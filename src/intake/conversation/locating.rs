//! Where it happened: what the words say, the position that was sent, the station whose code was
//! scanned. Where these name different districts the citizen is asked; nothing is guessed.

use super::phrases::tap;
use super::{Current, Effect, Stepped, Turn};
use crate::inquiries::MessageKind;
use crate::language::Reading;
use crate::territories::Atlas;

/// Places offered for a tap when several were named.
const OFFERED: usize = 3;

/// Where something happened, as far as it is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// Nobody said.
    Unsaid,
    /// In this territory.
    In(String),
    /// In one of these; they lie in different districts.
    Either(Vec<String>),
}

impl Where {
    pub(super) fn territory(&self) -> Option<&str> {
        match self {
            Self::In(territory) => Some(territory),
            Self::Unsaid | Self::Either(_) => None,
        }
    }
}

/// What the words alone say. Several places of one district are that district.
fn said(atlas: &Atlas, reading: Option<&Reading>) -> Where {
    let all: Vec<&str> =
        reading.iter().flat_map(|r| &r.places).map(|place| place.key.as_str()).collect();
    let inner = |key: &&&str| !all.iter().any(|other| other != *key && atlas.encloses(key, other));
    let exact: Vec<&str> = all.iter().filter(inner).copied().collect();
    match exact.as_slice() {
        [] => Where::Unsaid,
        [one] => Where::In((*one).to_owned()),
        [first, rest @ ..] => match atlas.district_of(first) {
            Some(district) if rest.iter().all(|other| atlas.contains(district, other)) => {
                Where::In(district.to_string())
            }
            _ => Where::Either(exact.iter().take(OFFERED).map(|key| (*key).to_owned()).collect()),
        },
    }
}

impl Turn<'_, '_, '_> {
    /// Where a new question plays: its words, beside the position or station known before.
    pub(super) fn whereabouts(&self, reading: Option<&Reading>) -> Where {
        let atlas = &self.world.directory.atlas;
        match (said(atlas, reading), self.standing.territory.clone()) {
            (Where::Unsaid, Some(known)) => Where::In(known),
            (Where::In(said), Some(known)) if atlas.contains(&said, &known) => Where::In(known),
            (Where::In(said), Some(known)) if !agree(atlas, &said, &known) => {
                Where::Either(vec![said, known])
            }
            (said, _) => said,
        }
    }

    /// The same for what is added to an inquiry.
    pub(super) fn place_in(&self, reading: Option<&Reading>) -> Where {
        said(&self.world.directory.atlas, reading)
    }

    /// The question where it happened: among what was named, or among all districts.
    pub(super) fn ask_place(&self, current: &Current) -> String {
        if self.standing.either.is_empty() {
            return self.about("receipt_ask_place", current, &self.place_links(&current.number));
        }
        self.about("receipt_ask_which_place", current, &self.either_links(&current.number))
    }

    fn either_links(&self, number: &str) -> String {
        let place = |id: &String| tap(&self.place_name(Some(id)), &format!("place:{id}:{number}"));
        let mut links: Vec<String> = self.standing.either.iter().map(place).collect();
        links.push(tap("都不是", &format!("fixplace:{number}")));
        links.join("　")
    }

    /// A position: it tells where an inquiry plays, unless its words named another district.
    pub(super) fn located(&mut self, latitude: f64, longitude: f64, label: &str) -> Stepped {
        let atlas = &self.world.directory.atlas;
        let Some(here) = atlas.nearest(latitude, longitude).map(ToString::to_string) else {
            return Stepped::say(self.say("location_unknown", &[]));
        };
        self.standing.territory = Some(here.clone());
        let place = self.place_name(Some(&here));
        let Some(current) = self.joins() else {
            return Stepped::say(self.say("location", &[("place", &place)]));
        };
        let words = self.words(MessageKind::Location, &format!("（位置）{place} {label}"), None);
        let wrote =
            Effect::Wrote { inquiry: current.id, words, promise_until: self.promise(&current) };
        let mut stepped = match current.territory.clone() {
            Some(known) if !agree(atlas, &known, &here) => {
                self.standing.either = vec![known, here];
                let links = self.either_links(&current.number);
                self.standing.current = Some(current.clone());
                Stepped::say(self.about("location_elsewhere", &current, &links))
            }
            // Words are exact to the town, the nearest middle of one is not.
            Some(known) if !atlas.contains(&known, &here) => {
                self.standing.current = Some(current.clone());
                Stepped::say(self.about("joined", &current, ""))
            }
            _ => self.corrected(current, None, Some(here)),
        };
        stepped.effects.insert(0, wrote);
        stepped
    }
}

/// Whether two territories can both be right: one district, or one lies in the other.
fn agree(atlas: &Atlas, one: &str, other: &str) -> bool {
    let districts = (atlas.district_of(one), atlas.district_of(other));
    districts.0 == districts.1 || atlas.encloses(one, other) || atlas.encloses(other, one)
}
