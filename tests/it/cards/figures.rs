//! How long a search takes among 50,000 inquiries:
//! `cargo test --test it among_fifty_thousand -- --ignored --nocapture`.

use std::time::Duration;

use pufa::citizens::{self, CitizenId};
use pufa::inquiries::actions::terms;
use pufa::inquiries::{Author, InquiryId, MessageId, MessageKind, NewInquiry, NewMessage, store};
use pufa::language::Field;
use pufa::members::OrgScope;
use pufa::platform::clock::Stopwatch;
use uuid::Uuid;

use crate::support::{Backend, TestApp};

const INQUIRIES: usize = 50_000;
const SEARCHES: usize = 1_000;

/// A text no other inquiry has: three of the questions and a serial number in Chinese.
fn text(nth: usize, questions: &[&str]) -> String {
    let pick = |salt: usize| questions[(nth * 7919 + salt * 104_729) % questions.len()];
    let digits: String = nth
        .to_string()
        .chars()
        .map(|d| "零一二三四五六七八九".chars().nth(d as usize - 48).unwrap())
        .collect();
    format!("{}，{}，{}，{digits}号", pick(1), pick(nth % 13 + 2), pick(nth % 31 + 3))
}

async fn measure(backend: Backend) {
    let app = TestApp::start(backend).await;
    let deps = &app.app.web.deps;
    let questions: Vec<&str> = include_str!("questions.txt")
        .lines()
        .filter_map(|line| line.split_once('|').map(|(_, question)| question))
        .collect();
    let begun = Stopwatch::start();
    let now = deps.clock.now();
    for from in (0..INQUIRIES).step_by(500) {
        let mut tx = deps.db.begin().await.expect("a transaction");
        let who = CitizenId(deps.entropy.id_at(now));
        let who = citizens::store::seen(&mut tx, "main", &format!("o{from}"), who, now)
            .await
            .expect("somebody");
        for nth in from..from + 500 {
            let id = InquiryId(deps.entropy.id_at(now));
            let body = text(nth, &questions);
            let new = NewInquiry {
                id,
                number: format!("2001-{nth:05}"),
                field: Some(Field::Labor),
                territory: None,
                urgent: false,
                dangers: String::new(),
                first_line: body.chars().take(60).collect(),
                due_at: now,
                anonymous: false,
            };
            store::insert(&mut tx, &new, who.id, "main", None, now).await.expect("inserted");
            let message = NewMessage {
                id: MessageId(deps.entropy.id_at(now)),
                inquiry: id,
                inbox: None,
                author: Author::Citizen,
                staff: None,
                kind: MessageKind::Text,
                body,
                original: None,
                media: None,
                at: now,
            };
            store::insert_message(&mut tx, &message).await.expect("inserted");
        }
        tx.commit().await.expect("committed");
    }
    println!("{INQUIRIES} inquiries in {:?}", begun.elapsed());
    let begun = Stopwatch::start();
    while terms::catch_up(deps, 200).await.expect("caught up") > 0 {}
    println!(
        "{} terms in {:?}",
        app.number("SELECT count(*) FROM inquiry_terms").await,
        begun.elapsed()
    );

    let mut link = deps.db.read().await.expect("a connection");
    let mut searches: Vec<(Duration, String)> = Vec::new();
    let mut likes: Vec<Duration> = Vec::new();
    for nth in 0..SEARCHES {
        let question: Vec<char> = questions[(nth * 31) % questions.len()].chars().collect();
        let length = 2 + nth % 5;
        let at = (nth * 17) % (question.len() - length);
        let words: String =
            question[at..at + length].iter().filter(|c| c.is_alphanumeric()).collect();
        let words = if nth % 4 == 0 { format!("{words} 工资") } else { words };
        if words.chars().count() < 2 {
            continue;
        }
        let begun = Stopwatch::start();
        let found =
            terms::search(&mut link, OrgScope::Everything, &words, None).await.expect("searched");
        searches.push((begun.elapsed(), format!("{words}: {}", found.len())));
        if nth % 10 == 0 {
            let begun = Stopwatch::start();
            let asked = text(nth * 41, &questions);
            terms::similar(&mut link, OrgScope::Everything, &asked, InquiryId(Uuid::nil()))
                .await
                .expect("asked");
            likes.push(begun.elapsed());
        }
    }
    searches.sort();
    likes.sort();
    let at = |share: f64| searches[((searches.len() - 1) as f64 * share) as usize].clone();
    println!(
        "search of {}: p50 {:?}, p95 {:?}, p99 {:?}, slowest {:?}",
        searches.len(),
        at(0.5).0,
        at(0.95).0,
        at(0.99),
        at(1.0)
    );
    println!("similar: p50 {:?}, p99 {:?}", likes[likes.len() / 2], likes[likes.len() * 99 / 100]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of minutes"]
async fn a_search_among_fifty_thousand_inquiries_on_sqlite() {
    measure(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of minutes"]
async fn a_search_among_fifty_thousand_inquiries_on_postgres() {
    measure(Backend::Postgres).await;
}
