//! The stream that says "look again".

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use pufa::platform::coord::News;
use uuid::Uuid;

use super::browser::{Browser, House};

async fn open(browser: &Browser) -> Body {
    let response = browser.send(Request::get("/console/live").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    response.into_body()
}

async fn next(stream: &mut Body) -> Option<String> {
    let frame = tokio::time::timeout(Duration::from_secs(10), stream.frame()).await;
    let frame = frame.expect("something is told in time")?;
    Some(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_hears_of_its_own_inquiries_and_not_of_foreign_ones() {
    let house = House::open().await;
    let mut own = open(&house.log_in("li").await).await;
    let mut foreign = open(&house.log_in("stranger").await).await;
    let id = house.labor_inquiry().await.to_string();
    let told = next(&mut own).await.unwrap();
    assert!(told.contains("event: changed") && told.contains(&id), "{told}");
    // News of the own organization comes after that of the other one, and is the first thing heard.
    let mark = Uuid::from_u128(77);
    let organization = Some(house.app.family.0);
    let news = News::Inquiry { inquiry: mark, organization, formerly: None };
    house.app.app.web.deps.coord.publish(news);
    let told = next(&mut foreign).await.unwrap();
    assert!(told.contains(&mark.to_string()) && !told.contains(&id), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_missed_news_is_told_to_look_at_everything() {
    let house = House::open().await;
    let mut stream = open(&house.log_in("li").await).await;
    for n in 0..3000 {
        let news =
            News::Inquiry { inquiry: Uuid::from_u128(n), organization: None, formerly: None };
        house.app.app.web.deps.coord.publish(news);
    }
    let told = next(&mut stream).await.unwrap();
    assert!(told.contains("event: changed") && told.contains("resync"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_ends_when_the_program_stops() {
    let house = House::open().await;
    let mut stream = open(&house.log_in("li").await).await;
    house.app.app.web.stopping.cancel();
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn colleagues_see_who_is_looking_until_the_page_is_left() {
    let house = House::open().await;
    let id = house.labor_inquiry().await;
    let (li, wang) = (house.log_in("li").await, house.log_in("wang").await);
    let status = format!("/console/inquiries/{id}?part=status");
    let mut hears = open(&wang).await;
    let look = |browser: &Browser| {
        let request = Request::get(format!("/console/live?inquiry={id}"));
        let (browser, request) = (browser.clone(), request.body(Body::empty()).unwrap());
        async move { browser.send(request).await.into_body() }
    };
    let stream = look(&li).await;
    assert!(next(&mut hears).await.unwrap().contains(&id.to_string()));
    assert!(wang.get(&status).await.has("李答复 正在查看"));
    assert!(!li.get(&status).await.has("正在查看"), "not oneself");
    // Nobody takes a seat before what is not theirs, and supervisors watch unseen.
    let _foreign = look(&house.log_in("stranger").await).await;
    let _above = look(&house.log_in("supervisor").await).await;
    let shown = wang.get(&status).await;
    assert!(!shown.has("孙外单位") && !shown.has("郑监管"));
    drop(stream);
    assert!(next(&mut hears).await.unwrap().contains(&id.to_string()));
    assert!(!wang.get(&status).await.has("正在查看"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_readers_of_inquiries_get_a_stream() {
    let house = House::open().await;
    assert_eq!(house.stranger().get("/console/live").await.status, StatusCode::SEE_OTHER);
    let auditor = house.log_in("auditor").await;
    assert_eq!(auditor.get("/console/live").await.status, StatusCode::FORBIDDEN);
}
