//! Two colleagues who answer the same inquiry at the same moment. A thousand races:
//! `cargo test --test it a_thousand_races -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::Barrier;

use super::browser::{Browser, House, Page};
use crate::support::{Backend, database};

const ANSWERS: &str = "SELECT count(*) FROM messages WHERE author = 'staff'";
/// Every so many races one of the two was away from the net and sends only later.
const LATER: usize = 10;
/// So many races fit into a session, which ends after hours.
const DAY: usize = 400;

in_both! {
    async fn of_two_who_answer_at_once_one_is_shown_the_others_answer_and_sends_nothing(house: House) {
        races(&house, 20).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of minutes"]
async fn a_thousand_races_on_sqlite() {
    races(&House::open().await, 1000).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of minutes"]
async fn a_thousand_races_on_postgres() {
    if !database::postgres_is_missing() {
        races(&House::open_on(Backend::Postgres).await, 1000).await;
    }
}

async fn races(house: &House, times: usize) {
    let (mut li, mut wang) = (house.log_in("li").await, house.log_in("wang").await);
    let mut won_by_li = 0;
    for n in 0..times {
        if n % DAY == DAY - 1 {
            (li, wang) = (house.log_in("li").await, house.log_in("wang").await);
        }
        let id = house.asked(&format!("oRACE{n}"), "老板拖欠我工资，我在武进湖塘，怎么办？").await;
        let talk = format!("/console/inquiries/{id}");
        let (of_li, of_wang) = (format!("李的第{n}个答复"), format!("王的第{n}个答复"));
        let (one, other) = if n % LATER == LATER - 1 {
            late(house, &li, &wang, &talk, &of_li, &of_wang).await
        } else {
            at_once(&li, &wang, &talk, &of_li, &of_wang).await
        };
        let sent = |page: &Page| page.status == StatusCode::SEE_OTHER;
        assert_ne!(sent(&one), sent(&other), "race {n}: {} and {}", one.status, other.status);
        won_by_li += usize::from(sent(&one));
        let refused = if sent(&one) { &other } else { &one };
        assert_eq!(refused.status, StatusCode::CONFLICT, "race {n}: {}", refused.body);
        assert!(refused.has(&of_li) && refused.has(&of_wang), "race {n}: {}", refused.body);
        assert_eq!(house.app.number(ANSWERS).await, i64::try_from(n + 1).expect("few"), "race {n}");
    }
    println!("{times} races, {won_by_li} won by the first of the two, none answered blindly twice");
}

/// Both have opened the inquiry and send at the same moment.
async fn at_once(li: &Browser, wang: &Browser, talk: &str, one: &str, two: &str) -> (Page, Page) {
    let start = Arc::new(Barrier::new(2));
    let shown = (li.get(talk).await, wang.get(talk).await);
    let send = |who: &Browser, shown: Page, text: &str| {
        let (who, start) = (who.clone(), Arc::clone(&start));
        let (to, text) = (format!("{talk}/answer"), text.to_owned());
        tokio::spawn(async move {
            start.wait().await;
            who.post(&to, &form(&shown, &text)).await
        })
    };
    let (one, two) = (send(li, shown.0, one), send(wang, shown.1, two));
    (one.await.expect("an answer"), two.await.expect("an answer"))
}

/// The second sends what was written on a page that is ten minutes old.
async fn late(
    house: &House,
    li: &Browser,
    wang: &Browser,
    talk: &str,
    one: &str,
    two: &str,
) -> (Page, Page) {
    let (of_li, of_wang) = (li.get(talk).await, wang.get(talk).await);
    let to = format!("{talk}/answer");
    let first = li.post(&to, &form(&of_li, one)).await;
    house.app.clock.advance(Duration::from_secs(600));
    (first, wang.post(&to, &form(&of_wang, two)).await)
}

fn form<'a>(shown: &'a Page, text: &'a str) -> [(&'a str, &'a str); 3] {
    [("once", shown.hidden("once")), ("seen", shown.hidden("seen")), ("body", text)]
}
