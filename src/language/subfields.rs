//! The second level under each legal field, told by words, and only where they are clear.

mod table;

use std::sync::LazyLock;

use super::fields::{FIELD_COUNT, Field};
use super::words::{WordTable, outermost};
use table::TABLE;

/// A topic inside a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subfield {
    /// The field it belongs to.
    pub field: Field,
    /// The stable code: the field's, a dot, the topic's (`family.divorce`).
    pub code: &'static str,
    /// The name people read.
    pub name: &'static str,
}

/// The best topic must say so many characters more than the second.
const LEAD: usize = 1;

/// The words of one field's topics; a word's number leads to its topic's place in [`TABLE`].
struct Topics {
    words: WordTable,
    places: Vec<usize>,
}

static TOPICS: LazyLock<Vec<Topics>> = LazyLock::new(|| {
    (0..FIELD_COUNT)
        .map(|field| {
            let mut words: Vec<&str> = Vec::new();
            let mut places: Vec<usize> = Vec::new();
            for (place, topic) in TABLE.iter().enumerate() {
                if topic.0.index() == field {
                    words.extend(topic.3.split_whitespace());
                    places.resize(words.len(), place);
                }
            }
            Topics { words: WordTable::new(&words), places }
        })
        .collect()
});

/// Every topic, by field.
pub fn all() -> impl Iterator<Item = Subfield> {
    TABLE.iter().map(|&(field, code, name, _)| Subfield { field, code, name })
}

/// The words that name a topic, by its code; none for an unknown one.
pub fn words(code: &str) -> impl Iterator<Item = &'static str> {
    let topic = TABLE.iter().find(|topic| topic.1 == code);
    topic.map(|topic| topic.3).unwrap_or_default().split_whitespace()
}

/// The topic of a text as meant whose field is known; `None` where two are about equally likely
/// or nothing points to any.
pub fn find(text: &str, field: Field) -> Option<Subfield> {
    let topics = &TOPICS[field.index()];
    let mut said: Vec<(usize, usize)> = Vec::new();
    for hit in outermost(&topics.words.all(text)) {
        let place = topics.places[hit.word];
        let length = text[hit.start..hit.end].chars().count();
        match said.iter_mut().find(|known| known.0 == place) {
            Some(known) => known.1 += length,
            None => said.push((place, length)),
        }
    }
    said.sort_by_key(|one| std::cmp::Reverse(one.1));
    let &(place, best) = said.first()?;
    let second = said.get(1).map_or(0, |other| other.1);
    let (field, code, name, _) = TABLE[place];
    (best >= second + LEAD).then_some(Subfield { field, code, name })
}

#[cfg(test)]
mod tests {
    use super::{Field, all, find};

    #[test]
    fn clear_words_tell_the_topic() {
        for (text, field, code) in [
            ("老板拖欠工资三个月", Field::Labor, "labor.unpaid_wages"),
            ("上班时手被机器轧断,能认定工伤吗", Field::Labor, "labor.work_injury"),
            ("离婚后孩子抚养费每月给多少", Field::Family, "family.children"),
            ("房东不退押金", Field::Housing, "housing.renting"),
            ("楼上漏水泡了我家天花板", Field::Housing, "housing.neighbours"),
            ("健身房办的会员卡关门了", Field::Consumer, "consumer.prepaid"),
            ("法院判了对方不给钱怎么申请强制执行", Field::Procedure, "procedure.enforcement"),
        ] {
            assert_eq!(find(text, field).map(|found| found.code), Some(code), "{text}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        assert_eq!(find("请问怎么办", Field::Labor), None);
        assert_eq!(find("工资和社保", Field::Labor), None);
    }

    #[test]
    fn every_code_starts_with_its_field_and_occurs_once() {
        let mut codes: Vec<&str> = all().map(|topic| topic.code).collect();
        for topic in all() {
            assert!(topic.code.starts_with(&format!("{}.", topic.field)), "{}", topic.code);
        }
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }
}
