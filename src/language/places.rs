//! Finding the places a text names, from a list of places that the caller knows.

use std::collections::HashMap;

use super::words::{Hit, WordTable, outermost};

/// One place and what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GazetteerEntry {
    /// The caller's key, returned in [`PlaceMention::key`].
    pub key: String,
    /// The key of the place this one lies in.
    pub parent: Option<String>,
    /// Names that suffice alone: formal (湖塘镇) and colloquial (湖塘, 武进湖塘).
    pub names: Vec<String>,
    /// Names that other towns of the country share (洛阳, 新桥): they count only close to a
    /// name of the same region that suffices alone.
    pub shared_names: Vec<String>,
}

/// A place named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceMention {
    /// Key of the [`GazetteerEntry`].
    pub key: String,
    /// The words found.
    pub name_found: String,
    /// Byte offset of the words in the text that was searched.
    pub start: usize,
}

/// The known places, ready for searching.
pub struct Gazetteer {
    entries: Vec<GazetteerEntry>,
    places: HashMap<String, usize>,
    names: Vec<Name>,
    table: WordTable,
}

struct Name {
    text: String,
    entry: usize,
    shared: bool,
}

/// How far, in characters, a name that suffices may stand from a shared one.
const NEAR: usize = 8;
/// Another province or city directly before a shared name takes it away from here.
const ELSEWHERE: &[&str] = &[
    "河南",
    "河南省",
    "山西",
    "山西省",
    "山东",
    "山东省",
    "浙江",
    "浙江省",
    "杭州",
    "安徽",
    "安徽省",
    "四川",
    "重庆",
    "上海",
    "北京",
    "南京",
    "无锡",
    "苏州",
    "江阴",
    "镇江",
    "丹阳",
    "湖北",
    "湖南",
    "广东",
    "福建",
    "陕西",
    "西安",
    "甘肃",
    "兰州",
    "辽宁",
    "台湾",
];
/// What makes another place out of a name: 武进路 may be anywhere, 新北市 is not 新北区.
const OTHER_PLACES: &[&str] = &["路", "大街", "弄", "巷", "市"];
/// A road that belongs to the sentence, not to the name before it.
const ROADSIDE: &[&str] = &["路边", "路口", "路过", "路面"];

impl Gazetteer {
    /// Builds the search table. When two entries claim one name, the first keeps it.
    pub fn new(entries: Vec<GazetteerEntry>) -> Self {
        let mut names: Vec<Name> = Vec::new();
        let mut known: HashMap<&str, ()> = HashMap::new();
        for (entry, place) in entries.iter().enumerate() {
            let alone = place.names.iter().map(|name| (name, false));
            let shared = place.shared_names.iter().map(|name| (name, true));
            for (name, shared) in alone.chain(shared) {
                if !name.is_empty() && known.insert(name, ()).is_none() {
                    names.push(Name { text: name.clone(), entry, shared });
                }
            }
        }
        let table = WordTable::new(&names.iter().map(|name| &name.text).collect::<Vec<_>>());
        let places =
            entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect();
        Self { places, names, table, entries }
    }

    /// The places a text names, in reading order.
    ///
    /// The longest name wins where names overlap; a place swallows the places it lies in
    /// (武进 and 湖塘镇 give 湖塘镇); places that contradict each other are all returned.
    pub fn find(&self, text: &str) -> Vec<PlaceMention> {
        let hits = leftmost(&outermost(&self.table.all(text)));
        let sure: Vec<Hit> = hits.iter().copied().filter(|hit| self.suffices(text, hit)).collect();
        let found_alone = |hit: &Hit| is_whole(text, hit);
        let mut found: Vec<Hit> = Vec::new();
        for hit in hits {
            if sure.contains(&hit) || found_alone(&hit) || self.is_near(text, &hit, &sure) {
                found.push(hit);
            }
        }
        let kept: Vec<usize> = found.iter().map(|hit| self.names[hit.word].entry).collect();
        let mut mentions: Vec<PlaceMention> = Vec::new();
        for hit in found {
            let entry = self.names[hit.word].entry;
            let swallowed = kept.iter().any(|&other| other != entry && self.lies_in(other, entry));
            let key = &self.entries[entry].key;
            if !swallowed && !mentions.iter().any(|mention| &mention.key == key) {
                mentions.push(PlaceMention {
                    key: key.clone(),
                    name_found: self.names[hit.word].text.clone(),
                    start: hit.start,
                });
            }
        }
        mentions
    }

    fn suffices(&self, text: &str, hit: &Hit) -> bool {
        let name = &self.names[hit.word];
        let formal = name.text.ends_with(['市', '区', '县', '镇', '道', '村']);
        !name.shared && (formal || !names_another_place(&text[hit.end..]))
    }

    /// Whether a name that suffices, of the same tree, stands close to this one.
    fn is_near(&self, text: &str, hit: &Hit, sure: &[Hit]) -> bool {
        if ELSEWHERE.iter().any(|other| text[..hit.start].ends_with(other)) {
            return false;
        }
        let entry = self.names[hit.word].entry;
        sure.iter().any(|other| {
            let gap = if other.end <= hit.start {
                &text[other.end..hit.start]
            } else if hit.end <= other.start {
                &text[hit.end..other.start]
            } else {
                ""
            };
            let close = gap.chars().count() <= NEAR && !ELSEWHERE.iter().any(|e| gap.contains(e));
            close && self.root(entry) == self.root(self.names[other.word].entry)
        })
    }

    /// Whether `inner` lies somewhere inside `outer`.
    fn lies_in(&self, inner: usize, outer: usize) -> bool {
        self.ancestors(inner).any(|place| place == outer)
    }

    fn root(&self, entry: usize) -> usize {
        self.ancestors(entry).last().unwrap_or(entry)
    }

    fn ancestors(&self, entry: usize) -> impl Iterator<Item = usize> {
        let parent = |at: usize| {
            self.entries[at].parent.as_ref().and_then(|key| self.places.get(key)).copied()
        };
        // As many steps as entries: a parent loop in the list must not hang the reader.
        std::iter::successors(parent(entry), move |&at| parent(at)).take(self.entries.len())
    }
}

/// Whether what follows a name makes it part of a longer one: 武进路, but not 武进路边.
fn names_another_place(after: &str) -> bool {
    OTHER_PLACES.iter().any(|suffix| after.starts_with(suffix))
        && !ROADSIDE.iter().any(|phrase| after.starts_with(phrase))
}

/// What may stand after a name that is all somebody says, as when asked where.
const HERE: &[&str] = &["", "这边", "那边", "这里", "附近"];

/// Whether a name is all that a text says.
fn is_whole(text: &str, hit: &Hit) -> bool {
    let after = text[hit.end..].trim_end_matches(['。', '.', '!', ' ', '的']);
    hit.start == 0 && HERE.contains(&after)
}

/// Of names that overlap in part, keeps the one that starts first.
fn leftmost(hits: &[Hit]) -> Vec<Hit> {
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for &hit in hits {
        if kept.last().is_none_or(|last| last.end <= hit.start) {
            kept.push(hit);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{Gazetteer, GazetteerEntry};

    fn entry(key: &str, parent: Option<&str>, names: &str, shared: &str) -> GazetteerEntry {
        let list = |words: &str| words.split_whitespace().map(str::to_owned).collect();
        GazetteerEntry {
            key: key.to_owned(),
            parent: parent.map(str::to_owned),
            names: list(names),
            shared_names: list(shared),
        }
    }

    fn keys(text: &str) -> Vec<String> {
        let gazetteer = Gazetteer::new(vec![
            entry("city", None, "常州市 常州", ""),
            entry("wujin", Some("city"), "武进区 武进", ""),
            entry("tianning", Some("city"), "天宁区 天宁", ""),
            entry("zhonglou", Some("city"), "钟楼区", "钟楼"),
            entry("hutang", Some("wujin"), "湖塘镇 湖塘 武进湖塘", ""),
            entry("luoyang", Some("wujin"), "洛阳镇", "洛阳"),
            entry("chashan", Some("tianning"), "茶山街道", "茶山"),
        ]);
        gazetteer.find(text).into_iter().map(|mention| mention.key).collect()
    }

    #[test]
    fn a_town_swallows_its_district_and_city() {
        assert_eq!(keys("常州武进湖塘的房子"), ["hutang"]);
        assert_eq!(keys("我住武进,就在湖塘镇上"), ["hutang"]);
        assert_eq!(keys("武进区的厂"), ["wujin"]);
    }

    #[test]
    fn contradicting_places_are_both_kept() {
        assert_eq!(keys("我住钟楼区茶山街道"), ["zhonglou", "chashan"]);
    }

    #[test]
    fn a_name_that_other_regions_share_needs_company() {
        assert_eq!(keys("洛阳镇的厂子"), ["luoyang"]);
        assert_eq!(keys("武进洛阳的厂子"), ["luoyang"]);
        assert!(keys("我在洛阳打工").is_empty());
        assert_eq!(keys("我是河南洛阳人,在常州打工"), ["city"]);
        assert!(keys("西安钟楼附近").is_empty());
        assert_eq!(keys("洛阳那边"), ["luoyang"], "an answer to the question where");
    }

    #[test]
    fn a_street_named_after_a_place_is_not_the_place() {
        assert!(keys("上海武进路上的店").is_empty());
        assert_eq!(keys("常州武进路上的店"), ["wujin"]);
        assert_eq!(keys("在湖塘路边被撞"), ["hutang"]);
    }

    #[test]
    fn offsets_point_at_the_words_found() {
        let gazetteer = Gazetteer::new(vec![entry("a", None, "湖塘", "")]);
        let mentions = gazetteer.find("住在湖塘这边");
        assert_eq!((mentions[0].start, mentions[0].name_found.as_str()), (6, "湖塘"));
    }

    #[test]
    fn a_loop_of_parents_does_not_hang() {
        let gazetteer = Gazetteer::new(vec![
            entry("a", Some("b"), "甲地", ""),
            entry("b", Some("a"), "乙地", ""),
        ]);
        assert!(gazetteer.find("甲地和乙地").len() <= 2);
    }
}
