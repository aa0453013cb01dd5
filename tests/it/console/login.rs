//! Coming in, staying in, being kept out.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderName, Request, StatusCode, header};
use futures_util::future::join_all;

use super::browser::{House, PASSWORD};

#[tokio::test(flavor = "multi_thread")]
async fn a_good_password_opens_the_inbox_and_the_cookie_is_guarded() {
    let house = House::open().await;
    let fields = [("username", " LI "), ("password", PASSWORD)];
    let page = house.stranger().post("/console/login", &fields).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/console/inbox"));
    let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-pufa="), "{cookie}");
    for flag in ["; HttpOnly", "; Secure", "; SameSite=Lax", "; Path=/", "; Max-Age=43200"] {
        assert!(cookie.contains(flag), "{flag} in {cookie}");
    }
    assert!(!cookie.contains("Domain"));
    let inbox = house.log_in("li").await.get("/console/inbox").await;
    assert_eq!(inbox.status, StatusCode::OK);
    assert!(inbox.has("李答复") && inbox.has("答复人员"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_name_are_told_apart_by_nothing() {
    let house = House::open().await;
    let browser = house.stranger();
    let wrong = [("username", "li"), ("password", "something else")];
    let unknown = [("username", "no"), ("password", "something else")];
    let (wrong, unknown) = (
        browser.post("/console/login", &wrong).await,
        browser.post("/console/login", &unknown).await,
    );
    assert_eq!(
        (wrong.status, unknown.status),
        (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED)
    );
    let once = |page: &super::browser::Page| page.hidden("once").to_owned();
    let plain = |page: &super::browser::Page, name: &str| {
        page.body.replace(&once(page), "").replace(&format!("value=\"{name}\""), "")
    };
    assert_eq!(plain(&wrong, "li"), plain(&unknown, "no"));
    assert!(wrong.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_tries_at_once_only_ten_are_looked_at() {
    let house = House::open().await;
    let browser = house.stranger();
    let tries = (0..50).map(|n| {
        let browser = browser.clone();
        async move {
            let guess = format!("wrong guess {n}");
            browser.post("/console/login", &[("username", "li"), ("password", &guess)]).await
        }
    });
    let pages = join_all(tries).await;
    let count = |status| pages.iter().filter(|page| page.status == status).count();
    assert_eq!(count(StatusCode::UNAUTHORIZED), 10);
    assert_eq!(count(StatusCode::TOO_MANY_REQUESTS), 40);
    let right = [("username", "li"), ("password", PASSWORD)];
    let refused = browser.post("/console/login", &right).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.has("以后可以再试") && refused.headers.contains_key(header::RETRY_AFTER));
    house.app.clock.advance(Duration::from_secs(16 * 60));
    assert_eq!(browser.post("/console/login", &right).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_office_behind_one_address_can_log_in() {
    let house = House::open().await;
    for _ in 0..35 {
        house.log_in("li").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_log_in_one_returns_to_a_page_of_the_console_and_nowhere_else() {
    let house = House::open().await;
    let asked = house.stranger().get("/console/inquiries/1?tab=mine").await;
    let back = "/console/login?next=%2Fconsole%2Finquiries%2F1%3Ftab%3Dmine";
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, back));
    for (next, lands) in [
        ("/console/inquiries/1?tab=mine", "/console/inquiries/1?tab=mine"),
        ("https://evil.example/", "/console/inbox"),
        ("//evil.example", "/console/inbox"),
        ("/console/live", "/console/inbox"),
    ] {
        let fields = [("username", "li"), ("password", PASSWORD), ("next", next)];
        let page = house.stranger().post("/console/login", &fields).await;
        assert_eq!(page.location(), lands, "{next}");
    }
}

in_both! {
    async fn an_answer_sent_after_the_session_has_ended_waits_in_the_composer(house: House) {
        let id = house.labor_inquiry().await;
        let browser = house.log_in("li").await;
        house.app.clock.advance(Duration::from_secs(3 * 3600));
        let text = "写了很久的答复 <b>";
        let talk = format!("/console/inquiries/{id}");
        let page = browser.post(&format!("{talk}/answer"), &[("body", text)]).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        let shown = ">写了很久的答复 &#60;b&#62;</textarea>";
        assert!(page.has(&format!("readonly{shown}")) && page.has("已经存为草稿"), "{}", page.body);
        let next = talk.replace('/', "%2F");
        assert!(page.has(&format!("href=\"/console/login?next={next}\"")), "{}", page.body);
        assert_eq!(house.app.number("SELECT count(*) FROM messages WHERE author = 'staff'").await, 0);
        let untouched = "SELECT count(*) FROM inquiries WHERE assignee_id IS NULL AND state = 'offered'";
        assert_eq!(house.app.number(untouched).await, 1, "whoever is signed out takes nothing");

        let fields = [("username", "li"), ("password", PASSWORD), ("next", talk.as_str())];
        let mut again = house.stranger();
        let entered = again.post("/console/login", &fields).await;
        assert_eq!(entered.location(), talk);
        again.keep(&entered);
        assert!(again.get(&talk).await.has(shown));

        // What was written since then is newer, and stays.
        again.post(&format!("{talk}/draft"), &[("body", "后来写的")]).await;
        let page = browser.post(&format!("{talk}/answer"), &[("body", "更早写的")]).await;
        assert!(page.has(">更早写的</textarea>") && !page.has("已经存为草稿"), "{}", page.body);
        assert!(again.get(&talk).await.has(">后来写的</textarea>"));
    }
}

in_both! {
    async fn a_session_that_somebody_ended_keeps_nothing_and_still_shows_the_text(house: House) {
        let id = house.labor_inquiry().await;
        let (lost, here) = (house.log_in("li").await, house.log_in("li").await);
        here.post("/console/account/sessions/others", &[]).await;
        let answer = format!("/console/inquiries/{id}/answer");
        let page = lost.post(&answer, &[("body", "不是本人写的")]).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(page.has(">不是本人写的</textarea>") && !page.has("已经存为草稿"));
        assert_eq!(house.app.number("SELECT count(*) FROM drafts").await, 0);
        // Nor does one whose time is over reach another organization's inquiry.
        let stranger = house.log_in("stranger").await;
        house.app.clock.advance(Duration::from_secs(13 * 3600));
        stranger.post(&answer, &[("body", "外单位写的")]).await;
        assert_eq!(house.app.number("SELECT count(*) FROM drafts").await, 0);
        let fields = [("current", "my old password"), ("fresh", "my new password")];
        let page = here.post("/console/account/password", &fields).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(!page.has("password"), "{}", page.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_log_ins_knows_browsers_by_their_long_names() {
    let house = House::open().await;
    let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
        Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0";
    let fields = [("username", "li"), ("password", PASSWORD)];
    let agent = [(header::USER_AGENT, edge)];
    house.stranger().post_with("/console/login", &fields, &agent).await;
    let account = house.log_in("li").await.get("/console/account").await;
    assert!(account.has("<b>Edge · Windows</b>"), "{}", account.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_ends_the_session_for_good() {
    let house = House::open().await;
    let browser = house.log_in("li").await;
    let page = browser.post("/console/logout", &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(page.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(browser.get("/console/inbox").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_foreign_pages_are_refused() {
    let house = House::open().await;
    let browser = house.log_in("li").await;
    let site = HeaderName::from_static("sec-fetch-site");
    for (headers, refused) in [
        (vec![(site.clone(), "cross-site")], true),
        (vec![(site.clone(), "same-site")], true),
        (vec![(header::ORIGIN, "https://evil.example")], true),
        (vec![(header::ORIGIN, "null")], true),
        (vec![(site.clone(), "same-origin")], false),
        (vec![(header::ORIGIN, "http://pufa.test")], false),
        (vec![(header::ORIGIN, house.app.url.as_str())], false),
    ] {
        let page = browser.post_with("/console/account/sessions", &[], &headers).await;
        let wanted = if refused { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST };
        assert_eq!(page.status, wanted, "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_not_understood_gets_a_page_of_ours() {
    let house = House::open().await;
    let browser = house.log_in("li").await;
    let large = "x".repeat(300 * 1024);
    let pages = [
        (browser.get("/console/nothing").await, StatusCode::NOT_FOUND),
        (browser.get("/nothing").await, StatusCode::NOT_FOUND),
        (browser.get("/console/inquiries/%FF").await, StatusCode::NOT_FOUND),
        (browser.post("/public", &[]).await, StatusCode::METHOD_NOT_ALLOWED),
        (browser.post("/console/rules/try", &[]).await, StatusCode::FORBIDDEN),
        (
            browser.post("/console/account/sessions", &[("body", &large)]).await,
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
        (
            browser
                .ask(Request::post("/console/account/sessions").body(Body::from("{}")).unwrap())
                .await,
            StatusCode::BAD_REQUEST,
        ),
    ];
    for (page, status) in pages {
        assert_eq!(page.status, status);
        assert!(page.body.ends_with("</html>") && page.has("怎么办"), "{status}: {}", page.body);
        assert_eq!(page.headers[header::CONTENT_TYPE], "text/html; charset=utf-8", "{status}");
        assert!(page.headers.contains_key(header::CONTENT_SECURITY_POLICY), "{status}");
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_come_packed_and_streams_do_not() {
    let house = House::open().await;
    let browser = house.log_in("li").await;
    let ask = |path: &str| {
        let request = Request::get(path).header(header::ACCEPT_ENCODING, "gzip");
        browser.send(request.body(Body::empty()).unwrap())
    };
    let page = ask("/console/inbox").await;
    assert_eq!(page.headers()[header::CONTENT_ENCODING], "gzip");
    let stream = ask("/console/live").await;
    assert_eq!(stream.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert!(stream.headers().get(header::CONTENT_ENCODING).is_none());
}
