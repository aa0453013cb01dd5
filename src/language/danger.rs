//! Signs that somebody is in danger, or that a dispute is about to boil over.
//!
//! Four kinds of evidence: phrases that suffice alone, words that need a second word in the same
//! clause or text (the man of the house *and* 打我), classes of words that meet in a scene, and
//! counts of people. What lies in or touches
//! an innocent phrase (打电话, 跳楼价) does not count, unless it is longer and holds the phrase;
//! a negation directly before a word cancels it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::danger_families as families;
use super::danger_scenes::{CLASS_WORDS, Classes, SCENES, Scene};
use super::danger_words::{
    ALONE, INNOCENT, LONG_AGO, NEGATIONS, PAIRED, Pair, Reach, STILL_GOING_ON, TOLD_AS_CASE,
    TOLD_AS_PAST,
};
use super::words::{Hit, WordTable};

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
    Class(Classes),
    Past,
    LongAgo,
    Case,
    GoingOn,
    Innocent,
}

struct Tables {
    words: WordTable,
    /// What each word of the table is and does.
    parts: Vec<(String, Part)>,
    pairs: Vec<&'static Pair>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut parts: Vec<(String, Part)> = Vec::new();
    let mut list = |words: &str, part: Part| {
        let phrases = words.split_whitespace().flat_map(phrases);
        parts.extend(phrases.map(|phrase| (phrase, part)));
    };
    for &(kind, words) in ALONE.iter().chain(families::ALONE) {
        list(words, Part::Alone(kind));
    }
    let pairs: Vec<&Pair> = PAIRED.iter().chain(families::PAIRED).collect();
    for (place, pair) in pairs.iter().enumerate() {
        list(pair.acts, Part::Act(place));
        list(pair.context, Part::Context(place));
    }
    for &(class, words) in CLASS_WORDS {
        list(words, Part::Class(class));
    }
    list(TOLD_AS_PAST, Part::Past);
    list(LONG_AGO, Part::LongAgo);
    list(TOLD_AS_CASE, Part::Case);
    list(STILL_GOING_ON, Part::GoingOn);
    list(INNOCENT, Part::Innocent);
    let words: Vec<&str> = parts.iter().map(|part| part.0.as_str()).collect();
    Tables { words: WordTable::new(&words), parts, pairs }
});

/// Every phrase that a listed family stands for: 想/要*跳河 is 想跳河 and 要跳河.
fn phrases(family: &str) -> Vec<String> {
    family.split('*').fold(vec![String::new()], |begun, endings| {
        let joined = |start: &String| -> Vec<String> {
            endings.split('/').map(|ending| format!("{start}{ending}")).collect()
        };
        begun.iter().flat_map(joined).collect()
    })
}

/// The last characters of all negations: what stands before a word seldom ends with one.
static NEGATING: LazyLock<String> = LazyLock::new(|| {
    NEGATIONS.iter().filter_map(|negation| negation.chars().next_back()).collect()
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
    let signs = signs(text);
    let mut found: Vec<DangerMention> = Vec::new();
    for sign in signs.iter().filter(|sign| !sign.negated) {
        match sign.part {
            Part::Alone(kind) if !told_as_past(kind, sign.clause, &signs) => {
                report(&mut found, kind, sign.word);
            }
            Part::Act(pair) if has_context(pair, sign.clause, &signs) => {
                report(&mut found, TABLES.pairs[pair].kind, sign.word);
            }
            _ => {}
        }
    }
    for (scene, word) in scenes(&signs) {
        report(&mut found, scene.kind, word);
    }
    let says = |wanted: fn(Part) -> bool| signs.iter().any(|sign| wanted(sign.part));
    if says(|part| matches!(part, Part::Case)) && !says(|part| matches!(part, Part::GoingOn)) {
        found.retain(|mention| !matches!(mention.kind, Danger::Violence | Danger::MinorAtRisk));
    }
    if let Some(count) = crowd(text) {
        report(&mut found, Danger::GroupDispute, &count);
    }
    found
}

fn signs(text: &str) -> Vec<Sign> {
    let mut hits = TABLES.words.all(text);
    if hits.is_empty() {
        return Vec::new();
    }
    hits.sort_by_key(|hit| hit.start);
    let innocent = innocent(&hits);
    let mut clauses = clause_ends(text).into_iter().enumerate().peekable();
    hits.into_iter()
        .filter(|hit| !is_hidden(hit, &innocent))
        .map(|hit| {
            while clauses.peek().is_some_and(|&(_, end)| end <= hit.start) {
                clauses.next();
            }
            let (word, part) = &TABLES.parts[hit.word];
            let clause = clauses.peek().map_or(0, |&(number, _)| number);
            let negated = matches!(part, Part::Alone(_) | Part::Act(_) | Part::Class(_))
                && negated(text, hit.start);
            Sign { word, part: *part, clause, negated }
        })
        .collect()
}

/// Where innocent phrases stand.
fn innocent(hits: &[Hit]) -> Vec<(usize, usize)> {
    hits.iter()
        .filter(|hit| matches!(TABLES.parts[hit.word].1, Part::Innocent))
        .map(|hit| (hit.start, hit.end))
        .collect()
}

/// Whether a word is innocent itself, or meets an innocent phrase that it does not hold.
fn is_hidden(hit: &Hit, innocent: &[(usize, usize)]) -> bool {
    matches!(TABLES.parts[hit.word].1, Part::Innocent)
        || innocent.iter().any(|&(start, end)| {
            let meets = start < hit.end && hit.start < end;
            meets && !(hit.start <= start && end <= hit.end)
        })
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
            && (TABLES.pairs[pair].reach == Reach::Text || sign.clause == clause)
    })
}

/// Every scene that a text shows, with the word of its act.
fn scenes(signs: &[Sign]) -> Vec<(&'static Scene, &'static str)> {
    let clauses = signs.last().map_or(0, |sign| sign.clause + 1);
    let mut said: Vec<Classes> = vec![0; clauses + 2];
    for sign in signs.iter().filter(|sign| !sign.negated) {
        if let Part::Class(class) = sign.part {
            said[sign.clause + 1] |= class;
        }
    }
    let mut found = Vec::new();
    for clause in 0..clauses {
        let here = said[clause + 1];
        let near = said[clause] | here | said[clause + 2];
        let shows = |scene: &&Scene| {
            here & scene.act != 0
                && scene.here.iter().all(|classes| here & classes != 0)
                && scene.near.iter().all(|classes| near & classes != 0)
        };
        for scene in SCENES.iter().filter(shows) {
            let act = |sign: &&Sign| {
                sign.clause == clause
                    && !sign.negated
                    && matches!(sign.part, Part::Class(class) if class & scene.act != 0)
            };
            found.extend(signs.iter().find(act).map(|sign| (scene, sign.word)));
        }
    }
    found
}

fn report(found: &mut Vec<DangerMention>, kind: Danger, word: &str) {
    if !found.iter().any(|known| known.kind == kind && known.word == word) {
        found.push(DangerMention { kind, word: word.to_owned() });
    }
}

fn negated(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let last = before.chars().next_back();
    last.is_some_and(|last| NEGATING.contains(last))
        && NEGATIONS.iter().any(|negation| before.ends_with(negation))
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
    let count = head_counts(text).find_map(|(start, end)| {
        let rest = text[end..].trim_start_matches(CLASSIFIERS);
        let people = PEOPLE.iter().find(|people| rest.starts_with(**people))?;
        let enough = head_count(&text[start..end]) >= GROUP_SIZE;
        enough.then(|| text[start..text.len() - rest.len() + people.len()].to_owned())
    })?;
    // A crowd without a grievance only tells how large something is.
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    (says(TOGETHER) && says(GRIEVANCES)).then_some(count)
}

/// Where each run of number signs begins and ends.
fn head_counts(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(number_sign)?;
        let length = text[start..].find(|sign| !number_sign(sign)).unwrap_or(text.len() - start);
        at = start + length;
        Some((start, at))
    })
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
