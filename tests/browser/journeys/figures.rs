//! How heavy and how fast the pages of a large city are, on a slow phone:
//! `CARGO_PROFILE_DEV_OPT_LEVEL=2 cargo test --test browser a_hundred_thousand -- --ignored --nocapture`;
//! the answer page alone: `… answer_page -- …`.

use std::path::Path;

use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::browser::{Browser, Scripts, is_missing};
use crate::demo::Demo;
use crate::phone::{ORGANIZATION, QUESTION};
use crate::tab::Tab;
use crate::{desk, phone};

/// So many times the 200 inquiries of the demo city.
const COPIES: u32 = 500;
/// Requests by which the time of the server is measured, and visits by which that of the browser.
const REQUESTS: usize = 200;
const VISITS: usize = 5;
/// Slow 4G: 1.6 Mbit/s and 150 ms there and back.
const BYTES_A_SECOND: u32 = 200_000;
const ROUND_TRIP_MS: u32 = 150;

const LCP: &str = "new PerformanceObserver((list) => { for (const e of list.getEntries()) window.lcp = e.startTime; }) \
    .observe({ type: 'largest-contentful-paint', buffered: true });";
/// Milliseconds from asking to the last byte of the page in front, sorted.
const ASKED_OFTEN: &str = "(() => { (async () => { const times = []; for (let i = 0; i < REQUESTS; i++) { \
    const begun = performance.now(); await (await fetch(location.href, { cache: 'no-store' })).text(); \
    times.push(Math.round((performance.now() - begun) * 10) / 10); } \
    window.times = times.sort((a, b) => a - b); })(); })()";
const WEIGHT: &str = "(() => { const all = performance.getEntriesByType('resource').filter((r) => !r.name.includes('/live')); \
    return [performance.getEntriesByType('navigation')[0].encodedBodySize, \
      all.reduce((sum, r) => sum + r.encodedBodySize, 0), 1 + all.length]; })()";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of minutes"]
async fn pages_among_a_hundred_thousand_inquiries() {
    if is_missing() {
        return;
    }
    let demo = Demo::start().again(multiply).await;
    let browser = Browser::open(Scripts::On, 360).await;
    let tab = &browser.tab;
    tab.devtools("Page.enable", json!({})).await;
    tab.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": LCP })).await;
    println!("html rest requests | server p50 p95 ms | LCP ms | page");
    let street = ["/console/login", "/c/ask", "/c/organizations", "/c/articles", "/public"];
    for path in street {
        measure(tab, &demo, path).await;
    }
    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    tab.go(&format!("{}/console/inbox?tab=organization", demo.server)).await;
    tab.see("main a[href*='/console/inquiries/']").await;
    let first =
        "document.querySelector(\"main a[href*='/console/inquiries/']\").getAttribute('href')";
    let talk = tab.value(first).await.as_str().expect("an inquiry").to_owned();
    let console = [
        "/console/inbox",
        "/console/inbox?tab=organization",
        &talk,
        "/console/search?q=%E5%B7%A5%E8%B5%84",
        "/console/reviews",
        "/console/quality",
        "/console/help",
    ];
    for path in console {
        measure(tab, &demo, path).await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn the_answer_page_on_a_slow_phone() {
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let browser = Browser::open(Scripts::On, 360).await;
    let tab = &browser.tab;
    tab.devtools("Page.enable", json!({})).await;
    tab.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": LCP })).await;
    tab.go(&demo.phone).await;
    phone::follow_at_station(tab).await;
    phone::say(tab, QUESTION).await;
    let number = phone::number_in(&phone::reply_with(tab, "已收到您的咨询").await);
    let case = tab
        .value("new URL(document.querySelector(\".bubble a[href*='/c/i/']\").href).pathname")
        .await;
    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    desk::open(tab, &number).await;
    desk::answer(tab, &"先收集工资条和聊天记录，再去投诉；协商不成可以申请仲裁。".repeat(12)).await;
    tab.until("!document.querySelector('[data-leaving]')").await;
    println!("html rest requests | server p50 p95 ms | LCP ms | page");
    measure(tab, &demo, case.as_str().expect("an address")).await;
    browser.close().await;
}

/// Writes every inquiry and message of the city `COPIES` times, with ids and numbers of their own.
async fn multiply(folder: &Path) {
    let file = SqliteConnectOptions::new().filename(folder.join("pufa.db"));
    let pool = SqlitePool::connect_with(file).await.expect("the database of the demo");
    for table in ["inquiries", "messages"] {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
            .bind(table)
            .fetch_all(&pool)
            .await
            .expect("columns");
        let copied: Vec<String> = columns.iter().map(|name| copied(table, name)).collect();
        let (names, copied) = (columns.join(", "), copied.join(", "));
        let sql = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {COPIES}) \
             INSERT INTO {table} ({names}) SELECT {copied} FROM {table} t JOIN n"
        );
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await.expect("copies");
        println!("{} more {table}", done.rows_affected());
    }
    pool.close().await;
}

/// What a column of a copy holds: the copy's number takes the place of the end of an id, which is
/// random.
fn copied(table: &str, column: &str) -> String {
    match (table, column) {
        (_, "id") | ("messages", "inquiry_id") => {
            format!("unhex(substr(hex(t.{column}), 1, 24) || printf('%08X', n.i))")
        }
        (_, "number") => "t.number || '-' || n.i".to_owned(),
        (_, "inbox_key" | "merged_into") => "NULL".to_owned(),
        _ => format!("t.{column}"),
    }
}

/// Prints a line about one page.
async fn measure(tab: &Tab, demo: &Demo, path: &str) {
    let address = format!("{}{path}", demo.server);
    tab.go(&address).await;
    tab.value(&ASKED_OFTEN.replace("REQUESTS", &REQUESTS.to_string())).await;
    tab.until("window.times").await;
    let times = tab.value("window.times").await;
    let mut paints = Vec::new();
    let mut weight = json!([]);
    slow(tab, true).await;
    for _ in 0..VISITS {
        tab.devtools("Network.clearBrowserCache", json!({})).await;
        tab.go(&address).await;
        tab.until("document.readyState === 'complete' && window.lcp").await;
        paints.push(tab.value("Math.round(window.lcp)").await.as_u64().expect("a time"));
        weight = tab.value(WEIGHT).await;
    }
    slow(tab, false).await;
    paints.sort_unstable();
    println!(
        "{} {} {} | {} {} | {} | {path}",
        weight[0],
        weight[1],
        weight[2],
        times[REQUESTS / 2],
        times[REQUESTS * 95 / 100],
        paints[VISITS / 2],
    );
}

/// A processor four times as slow, behind slow 4G.
async fn slow(tab: &Tab, slow: bool) {
    let rate = if slow { 4 } else { 1 };
    tab.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await;
    let (latency, bytes) =
        if slow { (ROUND_TRIP_MS, json!(BYTES_A_SECOND)) } else { (0, json!(-1)) };
    let line = json!({ "offline": false, "latency": latency, "downloadThroughput": bytes, "uploadThroughput": bytes });
    tab.devtools("Network.emulateNetworkConditions", line).await;
}
