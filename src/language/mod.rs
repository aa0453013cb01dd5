//! Reading what a citizen wrote: field, places, danger, haste, chatter, commands, privacy.
//!
//! Pure: no I/O, no clock, nothing of the rest of the program. The first triage is made of
//! written word tables, so that every reading can be explained by the words that decided; a
//! learned model may replace the insides behind the same [`read`]. It refuses to know who wrote,
//! which organization will answer, and which territory a place key stands for.

use std::ops::Range;

mod classify;
mod cues;
mod danger_families;
mod danger_scenes;
mod danger_words;
mod lexicon;
mod lexicon_spoken;
mod names;
mod traditional;
pub mod triage;
mod urgency;
mod words;

pub mod cautions;
pub mod chatter;
pub mod commands;
pub mod danger;
pub mod fields;
pub mod normalize;
pub mod places;
pub mod privacy;
pub mod problems;
pub mod subfields;

pub use chatter::Chatter;
pub use danger::{Danger, DangerMention};
pub use fields::{FIELD_COUNT, Field, FieldReading, UnknownField};
pub use normalize::normalize;
use places::{Gazetteer, PlaceMention};
pub use problems::Problem;
pub use subfields::Subfield;
use triage::model::Model;

/// Everything one message says on its face.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The legal field; `None` when nothing points to any, so that the citizen should be asked.
    pub field: Option<FieldReading>,
    /// The topic inside the field, where the words are clear.
    pub topic: Option<Subfield>,
    /// Problems of different fields the writer tells apart; empty when there is only one.
    pub problems: Vec<Problem>,
    /// Places named; offsets refer to the normalized text.
    pub places: Vec<PlaceMention>,
    /// Kinds of danger, each once, in reading order.
    pub dangers: Vec<Danger>,
    /// Whether a limit runs out or somebody is held.
    pub urgent: bool,
    /// What the message is when it is no question.
    pub chatter: Chatter,
}

/// Reads one message, or the messages of one burst joined by line breaks.
pub fn read(text: &str, gazetteer: &Gazetteer) -> Reading {
    read_by(triage::shipped(), text, gazetteer)
}

/// Builds the tables and the model, so that the first message does not wait for them.
pub fn warm_up() {
    read("您好", &Gazetteer::new(Vec::new()));
}

/// [`read`] by a given model; by the word tables alone without one.
pub fn read_by(model: Option<&Model>, text: &str, gazetteer: &Gazetteer) -> Reading {
    let plain = normalize(text);
    let meant = classify::as_meant(&plain);
    let signs = danger::find(&meant);
    let evidence = classify::evidence(&meant);
    let field = triage::field_of(model, &meant, &evidence).or_else(|| field_of_danger(&signs));
    let dangers = kinds(&signs);
    let chatter = if dangers.iter().any(|danger| danger.is_crisis()) {
        Chatter::None
    } else {
        chatter::judge(&meant, has_matter(&evidence))
    };
    let field = if chatter == Chatter::None { field } else { off_topic(chatter) };
    Reading {
        topic: field.as_ref().and_then(|found| subfields::find(&meant, found.field)),
        problems: if chatter == Chatter::None { problems(model, &meant) } else { Vec::new() },
        field,
        places: gazetteer.find(&plain),
        urgent: chatter == Chatter::None && urgency::is_urgent(&meant),
        dangers,
        chatter,
    }
}

/// Below this confidence a part is no problem of its own.
const SURE_PROBLEM: f32 = 0.6;

fn problems(model: Option<&Model>, meant: &str) -> Vec<Problem> {
    let parts = problems::parts(meant);
    if parts.len() < 2 {
        return Vec::new();
    }
    let read = |(start, end): (usize, usize)| {
        let part = &meant[start..end];
        let found = triage::field_of(model, part, &classify::evidence(part))?;
        let FieldReading { field, confidence, .. } = found;
        (confidence >= SURE_PROBLEM).then_some(Problem { field, confidence, start, end })
    };
    problems::different(parts.into_iter().filter_map(read).collect())
}

/// Where the problems of a reading stand in the raw text it was made of, in characters: each from
/// where it begins to where the next one does, the first from the beginning, the last to the end.
pub fn spans(text: &str, problems: &[Problem]) -> Vec<Range<usize>> {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let read = |end: usize| classify::as_meant(&normalize(&text[..end])).len();
    let starts = problems
        .iter()
        .skip(1)
        .map(|problem| ends.partition_point(|&end| read(end) <= problem.start).saturating_sub(1));
    let mut bounds = vec![0];
    for start in starts {
        bounds.push(start.max(bounds[bounds.len() - 1]));
    }
    bounds.push(ends.len() - 1);
    bounds.truncate(problems.len());
    bounds.push(ends.len() - 1);
    bounds.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// Every sign of danger in a raw text with the words that gave it away, for staff.
pub fn dangers(text: &str) -> Vec<DangerMention> {
    danger::find(&classify::as_meant(&normalize(text)))
}

/// The field of a raw text by the shipped model, without looking at anything else.
pub fn field_of(text: &str) -> Option<FieldReading> {
    let meant = classify::as_meant(&normalize(text));
    triage::field_of(triage::shipped(), &meant, &classify::evidence(&meant))
}

/// Whether a listed word speaks for a legal field.
fn has_matter(evidence: &classify::Evidence) -> bool {
    classify::strongest(evidence).is_some_and(|found| found.0 != Field::Other)
}

fn kinds(mentions: &[DangerMention]) -> Vec<Danger> {
    let mut kinds: Vec<Danger> = Vec::new();
    for mention in mentions {
        if !kinds.contains(&mention.kind) {
            kinds.push(mention.kind);
        }
    }
    kinds
}

/// A cry for help that names no matter still belongs to somebody.
fn field_of_danger(signs: &[DangerMention]) -> Option<FieldReading> {
    signs.iter().find_map(|sign| {
        let field = match sign.kind {
            Danger::DomesticViolence => Field::Family,
            Danger::Violence => Field::Criminal,
            Danger::MinorAtRisk => Field::Protection,
            Danger::SelfHarm | Danger::GroupDispute => return None,
        };
        let words = vec![sign.word.clone()];
        Some(FieldReading { field, confidence: 0.3, words, runner_up: None })
    })
}

/// Chatter belongs to no legal field; a text too short for a judgement stays open.
fn off_topic(chatter: Chatter) -> Option<FieldReading> {
    (chatter != Chatter::TooShort).then(|| FieldReading {
        field: Field::Other,
        confidence: 0.9,
        words: Vec::new(),
        runner_up: None,
    })
}

#[cfg(test)]
mod tests {
    use super::places::Gazetteer;
    use super::{Chatter, Danger, Field, read};

    #[test]
    fn one_reading_answers_everything_about_a_message() {
        let nowhere = Gazetteer::new(Vec::new());
        let reading = read("老板拖欠工资三个月了，明天开庭我还没请律师", &nowhere);
        assert_eq!(reading.field.map(|found| found.field), Some(Field::Labor));
        assert!(reading.urgent && reading.dangers.is_empty());
        assert_eq!(reading.chatter, Chatter::None);
    }

    #[test]
    fn a_cry_for_help_is_never_chatter_and_finds_a_field() {
        let nowhere = Gazetteer::new(Vec::new());
        let reading = read("救命，有人砸门", &nowhere);
        assert_eq!(reading.dangers, [Danger::Violence]);
        assert_eq!(reading.chatter, Chatter::None);
        assert_eq!(reading.field.map(|found| found.field), Some(Field::Criminal));
        assert_eq!(read("不想活了", &nowhere).chatter, Chatter::None);
    }

    #[test]
    fn chatter_belongs_to_no_legal_field_and_a_fragment_to_none_at_all() {
        let nowhere = Gazetteer::new(Vec::new());
        let greeting = read("在吗", &nowhere);
        assert_eq!(greeting.chatter, Chatter::Greeting);
        assert_eq!(greeting.field.map(|found| found.field), Some(Field::Other));
        let fragment = read("这种情况怎么办", &nowhere);
        assert_eq!((fragment.chatter, fragment.field), (Chatter::TooShort, None));
    }

    #[test]
    fn two_problems_in_one_message_are_told_apart_and_one_is_left_whole() {
        let nowhere = Gazetteer::new(Vec::new());
        let both = read("公司拖欠我两个月工资不发。另外，租房到期房东不退押金，怎么办", &nowhere);
        let fields: Vec<Field> = both.problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, [Field::Labor, Field::Housing]);
        let one = read("公司拖欠我两个月工资不发。另外，我还没有签劳动合同，怎么办", &nowhere);
        assert!(one.problems.is_empty());
    }

    #[test]
    fn every_problem_is_found_again_in_the_text_as_it_was_written() {
        let nowhere = Gazetteer::new(Vec::new());
        let text = "公司拖欠我兩個月工資不發。。。😀另外，租房到期房東不退押金，怎麼辦！！！";
        let spans = super::spans(text, &read(text, &nowhere).problems);
        let parts: Vec<String> = spans
            .into_iter()
            .map(|span| text.chars().skip(span.start).take(span.len()).collect())
            .collect();
        assert_eq!(parts.concat(), text);
        assert!(parts[1].starts_with("另外"), "{parts:?}");
    }

    #[test]
    fn the_topic_inside_the_field_is_named_where_the_words_are_clear() {
        let nowhere = Gazetteer::new(Vec::new());
        let topic = |text: &str| read(text, &nowhere).topic.map(|topic| topic.code);
        assert_eq!(topic("老板拖欠工资三个月了"), Some("labor.unpaid_wages"));
        assert_eq!(topic("在吗"), None);
    }

    #[test]
    fn the_shipped_model_is_whole() {
        assert!(super::triage::shipped().is_some());
    }

    #[test]
    fn the_deciding_words_are_reported_with_the_field() {
        let nowhere = Gazetteer::new(Vec::new());
        let field = read("离婚以后孩子抚养权归谁", &nowhere).field.unwrap();
        assert_eq!(field.field, Field::Family);
        assert!(field.words.iter().any(|word| word == "离婚"));
        assert!(field.confidence > 0.5 && field.confidence <= 1.0);
    }
}
