//! Signs that somebody is in danger, or that a dispute is about to boil over.
//!
//! Three kinds of evidence: phrases that suffice alone, words that need a second word in the same
//! clause or text (the man of the house *and* 打我), and counts of people. Innocent phrases
//! (打电话, 跳楼价) are hidden first, and a negation directly before a word cancels it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::danger_words::{
    ALONE, INNOCENT, LONG_AGO, NEGATIONS, PAIRED, Reach, STILL_GOING_ON, TOLD_AS_CASE, TOLD_AS_PAST,
};
use super::words::WordTable;

/// What kind of danger a text speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Danger {
    /// The writer, or somebody close, may take their own life.
    SelfHarm,
    /// Violence inside the family or between partners.
    DomesticViolence,
    /// Violence or another crime against a person, under way or threatened.
    Violence,
    /// A child is abused, blackmailed, missing or otherwise at risk.
    MinorAtRisk,
    /// Many people (ten or more) act together, or public order is about to suffer.
    GroupDispute,
}

impl Danger {
    /// Whether a person may come to harm now: such a message gets the emergency card at once.
    /// A group dispute is flagged for staff only.
    pub fn is_crisis(self) -> bool {
        self != Danger::GroupDispute
    }

    /// The code it is stored by.
    pub fn code(self) -> &'static str {
        match self {
            Danger::SelfHarm => "self_harm",
            Danger::DomesticViolence => "domestic_violence",
            Danger::Violence => "violence",
            Danger::MinorAtRisk => "minor_at_risk",
            Danger::GroupDispute => "group_dispute",
        }
    }

    /// The danger with this code.
    pub fn from_code(code: &str) -> Option<Danger> {
        const ALL: [Danger; 5] = [
            Danger::SelfHarm,
            Danger::DomesticViolence,
            Danger::Violence,
            Danger::MinorAtRisk,
            Danger::GroupDispute,
        ];
        ALL.into_iter().find(|danger| danger.code() == code)
    }

    /// The name staff read.
    pub fn name(self) -> &'static str {
        match self {
            Danger::SelfHarm => "自伤风险",
            Danger::DomesticViolence => "家庭暴力",
            Danger::Violence => "人身危险",
            Danger::MinorAtRisk => "未成年人受侵害",
            Danger::GroupDispute => "群体性纠纷",
        }
    }
}

/// One sign of danger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DangerMention {
    /// What it points to.
    pub kind: Danger,
    /// The words that gave it away.
    pub word: String,
}

/// From how many people on a dispute counts as one of a group.
const GROUP_SIZE: u32 = 10;

/// What one listed word does; a word may do several things.
#[derive(Clone, Copy)]
enum Part {
    Alone(Danger),
    Act(usize),
    Context(usize),
    Past,
    LongAgo,
    Case,
    GoingOn,
}

struct Tables {
    innocent: WordTable,
    words: WordTable,
    parts: Vec<(&'static str, Part)>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut parts: Vec<(&str, Part)> = Vec::new();
    let mut list = |words: &'static str, part: Part| {
        parts.extend(words.split_whitespace().map(|word| (word, part)));
    };
    for &(kind, words) in ALONE {
        list(words, Part::Alone(kind));
    }
    for (place, pair) in PAIRED.iter().enumerate() {
        list(pair.acts, Part::Act(place));
        list(pair.context, Part::Context(place));
    }
    list(TOLD_AS_PAST, Part::Past);
    list(LONG_AGO, Part::LongAgo);
    list(TOLD_AS_CASE, Part::Case);
    list(STILL_GOING_ON, Part::GoingOn);
    let innocent: Vec<&str> = INNOCENT.split_whitespace().collect();
    let words: Vec<&str> = parts.iter().map(|part| part.0).collect();
    Tables { innocent: WordTable::new(&innocent), words: WordTable::new(&words), parts }
});

/// A listed word where it stands.
struct Sign {
    word: &'static str,
    part: Part,
    clause: usize,
    negated: bool,
}

/// Every sign of danger in a normalized text, one per kind and word, in reading order.
pub fn find(text: &str) -> Vec<DangerMention> {
    let text = hide_innocent(text);
    let signs = signs(&text);
    let mut found: Vec<DangerMention> = Vec::new();
    for sign in signs.iter().filter(|sign| !sign.negated) {
        match sign.part {
            Part::Alone(kind) if !told_as_past(kind, sign.clause, &signs) => {
                report(&mut found, kind, sign.word);
            }
            Part::Act(pair) if has_context(pair, sign.clause, &signs) => {
                report(&mut found, PAIRED[pair].kind, sign.word);
            }
            _ => {}
        }
    }
    let says = |wanted: fn(Part) -> bool| signs.iter().any(|sign| wanted(sign.part));
    if says(|part| matches!(part, Part::Case)) && !says(|part| matches!(part, Part::GoingOn)) {
        found.retain(|mention| !matches!(mention.kind, Danger::Violence | Danger::MinorAtRisk));
    }
    if let Some(count) = crowd(&text) {
        report(&mut found, Danger::GroupDispute, &count);
    }
    found
}

fn signs(text: &str) -> Vec<Sign> {
    let mut clauses = clause_ends(text).into_iter().enumerate().peekable();
    let mut hits = TABLES.words.all(text);
    hits.sort_by_key(|hit| hit.start);
    hits.into_iter()
        .map(|hit| {
            while clauses.peek().is_some_and(|&(_, end)| end <= hit.start) {
                clauses.next();
            }
            let (word, part) = TABLES.parts[hit.word];
            let clause = clauses.peek().map_or(usize::MAX, |&(number, _)| number);
            Sign { word, part, clause, negated: negated(&text[..hit.start]) }
        })
        .collect()
}

/// Where each clause ends (byte offset of the mark behind it).
fn clause_ends(text: &str) -> Vec<usize> {
    const MARKS: [char; 9] = [',', '.', '!', '?', ';', '。', '、', '…', '\n'];
    text.match_indices(MARKS).map(|(at, _)| at).chain([text.len()]).collect()
}

fn told_as_past(kind: Danger, clause: usize, signs: &[Sign]) -> bool {
    let here =
        |part: fn(Part) -> bool| signs.iter().any(|sign| sign.clause == clause && part(sign.part));
    match kind {
        Danger::SelfHarm => here(|part| matches!(part, Part::Past)),
        Danger::Violence => {
            here(|part| matches!(part, Part::LongAgo))
                && !signs.iter().any(|sign| matches!(sign.part, Part::GoingOn))
        }
        _ => false,
    }
}

fn has_context(pair: usize, clause: usize, signs: &[Sign]) -> bool {
    signs.iter().any(|sign| {
        matches!(sign.part, Part::Context(of) if of == pair)
            && (PAIRED[pair].reach == Reach::Text || sign.clause == clause)
    })
}

fn report(found: &mut Vec<DangerMention>, kind: Danger, word: &str) {
    if !found.iter().any(|known| known.kind == kind && known.word == word) {
        found.push(DangerMention { kind, word: word.to_owned() });
    }
}

/// Replaces innocent phrases by a mark of one byte each, so that no word is found inside them.
fn hide_innocent(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut done = 0;
    let mut hits = TABLES.innocent.all(text);
    hits.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    for hit in hits {
        if hit.start >= done {
            hidden.push_str(&text[done..hit.start]);
            hidden.push('~');
            done = hit.end;
        }
    }
    hidden.push_str(&text[done..]);
    hidden
}

fn negated(before: &str) -> bool {
    NEGATIONS.iter().any(|negation| before.ends_with(negation))
}

/// "十几个人", "30多户", "上百名业主": the words, when they mean a crowd acting together.
fn crowd(text: &str) -> Option<String> {
    const CLASSIFIERS: [char; 6] = ['个', '名', '位', '号', '来', '多'];
    const PEOPLE: &[&str] = &[
        "人",
        "户",
        "工人",
        "工友",
        "农民工",
        "民工",
        "业主",
        "村民",
        "家长",
        "员工",
        "老乡",
        "兄弟",
        "会员",
        "学员",
        "住户",
        "商户",
        "司机",
        "老师",
        "教师",
        "医生",
        "护士",
        "骑手",
        "保安",
        "租户",
        "投资人",
        "储户",
        "受害人",
        "受害者",
        "同事",
        "居民",
        "购房者",
        "学生家长",
        "家业主",
        "家商户",
        "家住户",
    ];
    const GRIEVANCES: &[&str] = &[
        "欠",
        "不发",
        "没发",
        "未发",
        "不给",
        "没给",
        "不结",
        "没结",
        "退",
        "拖",
        "赔",
        "维权",
        "讨",
        "要求",
        "断水",
        "断电",
        "停",
        "拆",
        "骗",
        "跑路",
        "关门",
        "不开门",
        "违约",
        "污染",
        "臭",
        "交房",
        "占",
        "告",
        "投诉",
        "上访",
        "劳动局",
        "信访",
        "市里",
        "政府",
        "一起去",
        "集体",
        "不走",
        "堵",
        "围",
        "请愿",
        "去找",
    ];
    const TOGETHER: &[&str] = &[
        "我们",
        "工人",
        "工友",
        "业主",
        "村民",
        "家长",
        "员工",
        "农民工",
        "大家",
        "一起",
        "老乡",
        "集合",
    ];
    // A crowd without a grievance only tells how large something is.
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if !says(TOGETHER) || !says(GRIEVANCES) {
        return None;
    }
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut at = 0;
    while at < characters.len() {
        let length = characters[at..].iter().take_while(|(_, c)| number_sign(*c)).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let start = characters[at].0;
        let end = characters.get(at + length).map_or(text.len(), |(byte, _)| *byte);
        let rest = text[end..].trim_start_matches(CLASSIFIERS);
        if let Some(people) = PEOPLE.iter().find(|people| rest.starts_with(**people))
            && head_count(&text[start..end]) >= GROUP_SIZE
        {
            let to = text.len() - rest.len() + people.len();
            return Some(text[start..to].to_owned());
        }
        at += length;
    }
    None
}

fn number_sign(character: char) -> bool {
    character.is_ascii_digit() || "一二两三四五六七八九十百千几多上来数好".contains(character)
}

/// The least number of heads that a spoken count means; 0 when it is no count.
fn head_count(words: &str) -> u32 {
    let digits: String = words.chars().filter(char::is_ascii_digit).take(6).collect();
    if let Ok(number) = digits.parse() {
        return number;
    }
    if words.contains(['百', '千']) {
        100
    } else if words.contains('十') {
        GROUP_SIZE
    } else {
        0
    }
}

#[cfg(test)]
#[path = "danger_tests.rs"]
mod tests;
