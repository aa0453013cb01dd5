//! What a volunteer types is there again, whatever comes between. Five hundred times:
//! `cargo test --test browser five_hundred -- --ignored --nocapture`.

use serde_json::json;

use crate::browser::{Browser, Scripts, is_missing};
use crate::demo::Demo;
use crate::phone::{ORGANIZATION, QUESTION};
use crate::tab::Tab;
use crate::{desk, phone};

const TYPED: &str = "document.querySelector('#body').value";
/// The server has confirmed all that was typed.
const SAVED: &str = "!sessionStorage.length";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_survives_whatever_interrupts_the_writing() {
    interrupt(10).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of many minutes"]
async fn what_was_typed_survives_five_hundred_interruptions() {
    interrupt(500).await;
}

async fn interrupt(times: usize) {
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let browser = Browser::open(Scripts::On, 1280).await;
    let tab = &browser.tab;
    tab.go(&demo.phone).await;
    phone::follow_at_station(tab).await;
    phone::say(tab, QUESTION).await;
    let number = phone::number_in(&phone::reply_with(tab, "已收到您的咨询").await);
    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    desk::open(tab, &number).await;
    desk::claim(tab).await;
    let talk = tab.address().await;
    let mut typed = String::new();
    for n in 0..times {
        let more = format!("第{n}句。");
        tab.write("#body", &more).await;
        typed.push_str(&more);
        come_between(tab, &demo, n, talk.as_str()).await;
        tab.see("#body").await;
        assert_eq!(tab.value(TYPED).await, typed, "after interruption {n}");
    }
    println!("{times} interruptions, nothing lost");
    browser.close().await;
}

/// One of five things that happen while somebody writes; afterwards the inquiry is open again.
async fn come_between(tab: &Tab, demo: &Demo, n: usize, talk: &str) {
    match n % 5 {
        0 => tab.go(talk).await,
        1 => {
            tab.go(&format!("{}/console/inbox", demo.server)).await;
            tab.go(talk).await;
        }
        2 => {
            tab.forget_me().await;
            tab.go(talk).await;
            desk::log_in(tab, demo, demo.responder_of(ORGANIZATION)).await;
            tab.go(talk).await;
        }
        3 => {
            offline(tab, true).await;
            tab.until("document.querySelector('#saved').classList.contains('bad')").await;
            offline(tab, false).await;
            tab.go(talk).await;
        }
        _ => {
            tab.until(SAVED).await;
            tab.another_window().await;
            tab.go(talk).await;
        }
    }
}

async fn offline(tab: &Tab, cut: bool) {
    let line =
        json!({ "offline": cut, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    tab.devtools("Network.emulateNetworkConditions", line).await;
}
