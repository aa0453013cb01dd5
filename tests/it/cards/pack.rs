//! What the shipped pack must hold: enough cards for every field, readable lengths, law in force.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use pufa::cards::pack::{FILES, SHIPPED, read};
use pufa::cards::rules;
use pufa::knowledge::import::Line;
use pufa::knowledge::rules::Verdict;
use pufa::knowledge::{actions, checking};
use pufa::language::{self, Field};
use pufa::platform::clock::Stopwatch;

use super::shipped_deck;
use crate::support::{Backend, TestApp};

/// Laws that were replaced or amended after the statutes of the shared folder end (2025-04-19), so
/// that their articles could not be checked there.
const MOVED_ON: &[&str] = &[
    "治安管理处罚法第",
    "《仲裁法》",
    "反不正当竞争法第",
    "婚姻登记条例第",
    "食品安全法第",
    "网络安全法第",
    "商标法第",
    "企业破产法第",
    "环境保护法第",
    "噪声污染防治法第",
    "大气污染防治法第",
    "水污染防治法第",
    "固体废物污染环境防治法第",
    "税收征收管理法第",
    // Its first paragraph was repealed on 2025-09-01.
    "劳动争议案件适用法律问题的解释（一）》第32条",
];

#[test]
fn the_pack_has_at_least_150_cards_three_for_every_field_and_no_id_twice() {
    for text in FILES {
        read(text).expect("a file of the pack");
    }
    assert!(SHIPPED.len() >= 150, "{}", SHIPPED.len());
    let ids: BTreeSet<&str> = SHIPPED.iter().map(|card| card.id.as_str()).collect();
    assert_eq!(ids.len(), SHIPPED.len());
    let mut per_field: BTreeMap<&str, usize> = BTreeMap::new();
    for card in SHIPPED.iter() {
        *per_field.entry(&card.edit.field).or_default() += 1;
    }
    for field in Field::all() {
        assert!(per_field.get(field.code()).is_some_and(|&n| n >= 3), "{field}: {per_field:?}");
    }
}

#[test]
fn every_card_is_short_enough_to_read_and_promises_nothing() {
    for card in SHIPPED.iter() {
        let length = card.edit.answer.chars().count();
        assert!((120..=350).contains(&length), "{}: {length}", card.id);
        assert_eq!(rules::checked(&card.edit).err(), None, "{}", card.id);
        assert_eq!((card.reviewed_on.as_str(), card.reviewer.as_str()), ("2026-11-23", ""));
        for promise in ["一定能赢", "肯定能", "保证能", "包赢", "必胜无疑"] {
            assert!(!card.edit.answer.contains(promise), "{}: {promise}", card.id);
        }
        let moved =
            card.edit.cites.lines().find(|line| MOVED_ON.iter().any(|law| line.contains(law)));
        assert_eq!(moved, None, "{} cites what moved on", card.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_citation_of_the_pack_is_found_and_in_force() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/statutes.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: the shared statutes are absent");
        return;
    };
    let app = TestApp::start(Backend::Sqlite).await;
    let deps = &app.app.web.deps;
    let cited: String = SHIPPED.iter().map(|card| format!("{}\n", card.edit.cites)).collect();
    let lines: Vec<Line> = text
        .lines()
        .map(|line| Line::read(line).expect("a line"))
        .filter(|line| cited.contains(line.law.trim_start_matches("中华人民共和国")))
        .collect();
    for part in lines.chunk_by(|a, b| (&a.law, &a.in_force_from) == (&b.law, &b.in_force_from)) {
        actions::import(deps, part).await.expect("imported");
    }
    let mut link = deps.db.read().await.expect("a connection");
    let checked = checking::check(&mut link, &cited, "2026-11-23", "2026-11-23").await;
    let checked = checked.expect("checked");
    let count = SHIPPED.iter().map(|card| card.edit.cites.lines().count()).sum::<usize>();
    assert_eq!(checked.len(), count, "one verdict for each citation");
    for (checked, line) in checked.iter().zip(cited.lines()) {
        assert!(matches!(checked.verdict, Verdict::Holds(_)), "{line}: {:?}", checked.verdict);
    }
    println!("{count} citations of {} cards are in force", SHIPPED.len());
}

/// Questions with the cards that answer them.
fn questions() -> Vec<(Vec<&'static str>, &'static str)> {
    include_str!("questions.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('|'))
        .map(|(cards, question)| (cards.split(' ').collect(), question))
        .collect()
}

#[test]
fn lay_questions_find_their_card_among_the_first_three() {
    let deck = shipped_deck();
    let questions = questions();
    assert!(questions.len() >= 60);
    let (mut first, mut three, mut offered) = (0, 0, 0);
    let mut slowest = Duration::ZERO;
    let mut all = Duration::ZERO;
    for (wanted, question) in &questions {
        for card in wanted {
            assert!(deck.get(card).is_some(), "{card} is no card");
        }
        let field = language::field_of(question).map(|found| found.field);
        let begun = Stopwatch::start();
        let found = deck.best(question, field, 3);
        let took = begun.elapsed();
        all += took;
        slowest = slowest.max(took);
        let ids: Vec<&str> = found.iter().map(|card| card.id.as_str()).collect();
        let right = |n: usize| ids.iter().take(n).any(|id| wanted.contains(id));
        first += usize::from(right(1));
        three += usize::from(right(3));
        offered += usize::from(!ids.is_empty());
        if !right(3) {
            println!("missed {wanted:?}: {question} -> {ids:?}");
        }
    }
    let share = |n: usize| n as f64 / questions.len() as f64;
    println!(
        "cards: {} questions, recall@1 {:.3}, recall@3 {:.3}, offered any {:.3}, mean {:?}, slowest {slowest:?}",
        questions.len(),
        share(first),
        share(three),
        share(offered),
        all / questions.len() as u32,
    );
    assert!(share(first) >= 0.45, "recall@1 {:.3}", share(first));
    assert!(share(three) >= 0.70, "recall@3 {:.3}", share(three));
}

#[test]
fn what_is_no_question_is_offered_no_card() {
    let deck = shipped_deck();
    for chatter in
        ["你好", "谢谢", "在吗", "今天天气真好啊", "哈哈哈哈哈", "收到", "[微笑]", "明天还开门吗"]
    {
        let field = language::field_of(chatter).map(|found| found.field);
        let found: Vec<&str> = deck.best(chatter, field, 3).iter().map(|c| c.id.as_str()).collect();
        assert!(found.is_empty(), "{chatter}: {found:?}");
    }
}
