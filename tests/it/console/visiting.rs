//! Citizens whom WeChat recognizes: there and back through the simulated authorize page.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use pufa::knowledge::{self, actions::Confirmation};
use pufa::platform::db::{Conn, Link};
use pufa::wechat::signature::js_sdk_signature;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::browser::{Browser, House, Page};
use super::citizens::on_disk;

/// What the stand-in answers to a browser, over the wire: status line and headers.
pub async fn fetch(url: &str) -> String {
    let rest = url.strip_prefix("http://").expect("a plain address");
    let (host, path) = rest.split_once('/').expect("a path");
    let path = path.split('#').next().unwrap();
    let mut stream = TcpStream::connect(host).await.expect("the stand-in");
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn location(answer: &str) -> &str {
    let line = answer.lines().find_map(|line| line.strip_prefix("location: "));
    line.unwrap_or_else(|| panic!("no way on: {answer}"))
}

/// The cookie of this name that a page gives, as it is sent back.
fn cookie(page: &Page, name: &str) -> Option<String> {
    let given = page.headers.get_all(header::SET_COOKIE).iter();
    let given = given.filter_map(|value| value.to_str().ok());
    let mut pairs = given.filter_map(|cookie| cookie.split(';').next());
    pairs.find(|pair| pair.starts_with(name)).map(str::to_owned)
}

const BROWSER: &str = "__Host-pufa-browser=";
const SESSION: &str = "__Host-pufa-citizen=";

/// Sends the browser to WeChat; gives the address at which it comes back. `as_whom` is what the
/// stand-in is told.
async fn sent_away(browser: &mut Browser, as_whom: &str) -> String {
    let begun = browser.get("/c/enter?next=%2Fc%2Finquiries").await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    browser.cookie = cookie(&begun, BROWSER);
    let away = begun.location().split('#').next().unwrap();
    let answer = fetch(&format!("{away}&{as_whom}")).await;
    let back = location(&answer);
    let at = back.find("/c/entered?").expect("back to us");
    back[at..].to_owned()
}

/// A browser in which WeChat has recognized somebody.
pub async fn recognized(house: &House, openid: &str) -> Browser {
    let mut browser = house.stranger();
    let back = sent_away(&mut browser, &format!("sim_openid={openid}")).await;
    let page = browser.get(&back).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/c/inquiries"));
    browser.cookie = cookie(&page, SESSION);
    assert!(browser.cookie.is_some());
    browser
}

fn asked_for_openids(house: &House) -> usize {
    house.app.simulator.ledger().iter().filter(|entry| entry.kind == "web_token").count()
}

in_both! {
    async fn inside_wechat_the_list_opens_by_itself_and_shows_only_the_own_inquiries(house: House) {
        house.labor_inquiry().await;
        house.asked("oFAMILY", "我在武进湖塘，想离婚，孩子抚养权怎么争取？").await;
        let request = Request::get("/c/inquiries")
            .header(header::USER_AGENT, "Mozilla/5.0 (Linux) MicroMessenger/8.0.50")
            .body(Body::empty())
            .unwrap();
        let sent = house.stranger().ask(request).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        assert!(sent.location().starts_with("/c/enter?next="), "{}", sent.location());

        let browser = recognized(&house, "oLABOR").await;
        let list = browser.get("/c/inquiries").await;
        assert_eq!(list.status, StatusCode::OK);
        assert!(list.has("拖欠我三个月工资") && list.has("已转给 labor 服务中心"));
        assert!(!list.has("抚养权"));
        let link = list.body.split("href=\"").find(|rest| rest.starts_with("/c/i/")).unwrap();
        let case = browser.get(link.split('"').next().unwrap()).await;
        assert!(case.status == StatusCode::OK && case.has("拖欠我三个月工资"));

        house.app.clock.advance(Duration::from_secs(24 * 3600));
        assert!(!browser.get("/c/inquiries").await.has("拖欠我三个月工资"), "a day later");
    }
}

in_both! {
    async fn whoever_never_wrote_is_recognized_without_becoming_a_citizen(house: House) {
        house.app.simulator.add_citizen("oNEW", "新来的", true);
        let browser = recognized(&house, "oNEW").await;
        assert!(browser.get("/c/inquiries").await.has("您还没有问过问题"));
        assert_eq!(house.app.number("SELECT count(*) FROM citizens").await, 0);
        house.asked("oNEW", "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await;
        assert!(browser.get("/c/inquiries").await.has("拖欠我三个月工资"));
    }
}

in_both! {
    async fn a_state_counts_once_and_only_in_its_own_browser(house: House) {
        house.labor_inquiry().await;
        let mut browser = house.stranger();
        let back = sent_away(&mut browser, "sim_openid=oLABOR").await;
        let mut thief = house.stranger();
        assert_eq!(thief.get(&back).await.status, StatusCode::BAD_REQUEST);
        sent_away(&mut thief, "sim_openid=oLABOR").await;
        let stolen = thief.get(&back).await;
        assert_eq!(stolen.status, StatusCode::BAD_REQUEST);
        assert!(stolen.has("这次确认已经失效") && cookie(&stolen, SESSION).is_none());
        let elsewhere = back.replace("next=%2Fc%2Finquiries", "next=%2Fc%2Fprivacy");
        assert_ne!(elsewhere, back);
        assert_eq!(browser.get(&elsewhere).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(asked_for_openids(&house), 0, "nobody asked WeChat");

        // Web views load a page twice: both get in, WeChat is asked once.
        for _ in 0..2 {
            let page = browser.get(&back).await;
            assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/c/inquiries"));
            let mut inside = house.stranger();
            inside.cookie = cookie(&page, SESSION);
            assert!(inside.get("/c/inquiries").await.has("拖欠我三个月工资"));
        }
        assert_eq!(asked_for_openids(&house), 1);
        house.app.clock.advance(Duration::from_secs(301));
        assert_eq!(browser.get(&back).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(asked_for_openids(&house), 1);
    }
}

in_both! {
    async fn a_virtual_user_is_told_what_to_do_and_never_remembered(house: House) {
        let mut browser = house.stranger();
        let back = sent_away(&mut browser, "sim_snapshot=1").await;
        for _ in 0..2 {
            let page = browser.get(&back).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN);
            assert!(page.has("网页快照") && page.has("使用完整服务"));
            assert!(cookie(&page, SESSION).is_none());
        }
        let sessions = "SELECT count(*) FROM citizen_sessions";
        assert_eq!(house.app.number(sessions).await, 0);
        let named = "SELECT count(*) FROM citizen_returns WHERE openid IS NOT NULL";
        assert_eq!(house.app.number(named).await, 0);
        assert_eq!(house.app.number("SELECT count(*) FROM citizens").await, 0);
    }
}

/// Whether any table holds these words, and the file of an SQLite database besides.
async fn anywhere(house: &House, words: &str) -> bool {
    house.app.db().flush_log().await;
    let mut link = house.app.db().read().await.unwrap();
    match link.conn() {
        Conn::Sqlite(_) => on_disk(&house.folder, words),
        Conn::Postgres(connection) => {
            const SQL: &str = "SELECT count(*) FROM information_schema.tables t \
                WHERE table_schema = current_schema() AND query_to_xml(format('SELECT * FROM %I', \
                table_name), false, true, '')::text LIKE $1";
            let found: i64 = sqlx::query_scalar(SQL)
                .bind(format!("%{words}%"))
                .fetch_one(connection)
                .await
                .unwrap();
            found > 0
        }
    }
}

in_both! {
    async fn what_is_erased_is_forgotten_by_browsers_and_by_retrieval(house: House) {
        const CANARIES: [&str; 3] = ["金丝雀问题", "金丝雀学到的问题", "金丝雀学到的答复"];
        let question = format!("老板拖欠我三个月工资，我在武进湖塘，{}，怎么办？", CANARIES[0]);
        let id = house.asked("oLABOR", &question).await;
        house.asked("oFAMILY", "我在武进湖塘，想离婚，孩子抚养权怎么争取？").await;
        let (browser, other) = (recognized(&house, "oLABOR").await, recognized(&house, "oFAMILY").await);
        let lesson = Confirmation {
            account_id: "main".into(),
            inquiry_id: Some(id.0),
            source: "answer".into(),
            question: CANARIES[1].into(),
            answer: CANARIES[2].into(),
            cites: vec![("工资支付法".into(), 1, 0)],
            fits: true,
        };
        let deps = &house.app.app.web.deps;
        knowledge::actions::confirm(deps, None, &lesson).await.expect("a lesson");
        let (question, answer) = ("别人的问题".into(), "别人的答复".into());
        let elsewhere = Confirmation { inquiry_id: None, question, answer, ..lesson };
        knowledge::actions::confirm(deps, None, &elsewhere).await.expect("a lesson");
        for canary in CANARIES {
            assert!(anywhere(&house, canary).await, "{canary} is there before");
        }
        assert!(browser.get("/c/inquiries").await.has("拖欠我三个月工资"));

        let street = house.street(id);
        let done = house.stranger().post(&format!("{street}/erase"), &[("confirm", "yes")]).await;
        assert_eq!(done.status, StatusCode::OK);
        house.app.settle().await;
        for canary in CANARIES {
            assert!(!anywhere(&house, canary).await, "{canary} is gone after");
        }
        for sql in [
            "SELECT count(*) FROM citizen_sessions WHERE openid = 'oLABOR'",
            "SELECT count(*) FROM citizen_returns WHERE openid = 'oLABOR'",
            "SELECT count(*) FROM lessons WHERE inquiry_id IS NOT NULL AND removed_at IS NULL",
        ] {
            assert_eq!(house.app.number(sql).await, 0, "{sql}");
        }
        assert!(!browser.get("/c/inquiries").await.has("拖欠我三个月工资"));
        assert!(other.get("/c/inquiries").await.has("抚养权"), "the others stay recognized");
        assert_eq!(house.app.number("SELECT count(*) FROM lessons WHERE removed_at IS NULL").await, 1);
        let used = "SELECT count(*) FROM citizen_returns";
        assert_eq!(house.app.number(used).await, 2, "used states stay used");
    }
}

in_both! {
    async fn what_has_expired_is_removed_though_nobody_comes_back(house: House) {
        house.labor_inquiry().await;
        recognized(&house, "oLABOR").await;
        let rows = "SELECT (SELECT count(*) FROM citizen_sessions) \
            + (SELECT count(*) FROM citizen_returns)";
        house.app.clock.advance(Duration::from_secs(2 * 3600));
        house.app.settle().await;
        assert_eq!(house.app.number(rows).await, 2, "both hold");
        for _ in 0..2 {
            house.app.clock.advance(Duration::from_secs(25 * 3600));
            house.app.settle().await;
        }
        assert_eq!(house.app.number(rows).await, 0);
        let again = "SELECT count(*) FROM jobs WHERE kind = 'visits.sweep' AND state = 'ready'";
        assert_eq!(house.app.number(again).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_wechat_refuses_is_told_in_words_and_another_try_works() {
    let house = House::open().await;
    house.labor_inquiry().await;
    for (errcode, status, words, again) in [
        (40029, StatusCode::BAD_REQUEST, "这次确认已经失效", true),
        (-1, StatusCode::BAD_GATEWAY, "暂时连不上微信", true),
        (48001, StatusCode::BAD_GATEWAY, "微信没有答应确认", false),
    ] {
        let mut browser = house.stranger();
        let back = sent_away(&mut browser, "sim_openid=oLABOR").await;
        house.app.simulator.faults().on_api(
            "/sns/oauth2/access_token",
            pufa::simulator::ApiFault::Errcode { errcode },
            1,
        );
        let page = browser.get(&back).await;
        assert_eq!(page.status, status, "{errcode}");
        assert!(page.has(words) && page.has("再试一次</a>") == again, "{errcode}");
    }
    recognized(&house, "oLABOR").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_wechat_the_page_says_where_to_open_it() {
    let house = House::open().await;
    let page = house.stranger().get("/c/inquiries").await;
    assert!(page.status == StatusCode::OK && page.has("在微信里打开这个网页"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_ours_is_signed_with_a_ticket_fetched_once() {
    let house = House::open().await;
    let browser = house.stranger();
    let page = format!("{}/c/organizations?district=wujin", house.app.url);
    let client = &house.app.app.web.clients["main"];
    for _ in 0..2 {
        let encoded = page.replace('?', "%3F").replace('=', "%3D");
        let answer = browser.get(&format!("/c/js-sdk?url={encoded}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        let config: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let ticket = client.get_json("/cgi-bin/ticket/getticket", &[("type", "jsapi")]).await;
        let ticket = ticket.unwrap()["ticket"].as_str().unwrap().to_owned();
        let (nonce, time) = (config["nonceStr"].as_str().unwrap(), config["timestamp"].to_string());
        assert_eq!(config["signature"], js_sdk_signature(&ticket, nonce, &time, &page));
        assert_eq!(config["appId"], crate::support::app::APP_ID);
    }
    let fetched = house.app.simulator.ledger();
    let fetched = fetched.iter().filter(|entry| entry.kind == "js_ticket").count();
    assert_eq!(fetched, 3, "twice by this test, once by the program");
    for foreign in ["", "https://evil.example/c/x", &format!("{}.evil/c/x", house.app.url)] {
        let answer = browser.get(&format!("/c/js-sdk?url={foreign}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{foreign}");
    }
}
