//! Staff who sign in with their WeChat: the code on the screen, the phone before it, and everybody
//! else who tries.

mod binding;
mod entering;
mod limits;

use std::time::Duration;

use axum::http::{StatusCode, header};
use pufa::staff::{Role, StaffId, store as staff};

use super::browser::{Browser, House, PASSWORD, Page};

const LOGIN: &str = "/console/login/wechat";
const ENTER: &str = "/console/login/wechat/enter";
const BINDING: &str = "/console/account/wechat";
const CONFIRM: &str = "/console/account/wechat/confirm";
/// What everybody reads for whom a code is not.
const NOT_FOR_YOU: &str = "这个二维码只给联盟的工作人员用";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36";

/// A browser that shows a code to sign in, and the scene of the code.
async fn at_the_door(house: &House) -> (Browser, String) {
    let mut browser = house.stranger();
    let shown = browser.get("/console/login").await;
    assert!(shown.has("用微信扫码登录"), "{}", shown.body);
    let agent = [(header::USER_AGENT, CHROME)];
    let begun = browser.post_with(LOGIN, &[("once", shown.hidden("once"))], &agent).await;
    assert_eq!((begun.status, begun.location()), (StatusCode::SEE_OTHER, "/console/login/wechat"));
    browser.keep(&begun);
    (browser, newest(house).await)
}

async fn newest(house: &House) -> String {
    house.app.text("SELECT scene FROM staff_codes ORDER BY created_at DESC LIMIT 1").await
}

/// Scans; gives what the phone reads.
async fn scan(house: &House, openid: &str, scene: &str) -> String {
    // Two events of one person within a second would be one event.
    house.app.clock.advance(Duration::from_secs(1));
    let told = house.app.simulator.scan(openid, scene).await.reply_text;
    house.app.settle().await;
    told.expect("a reply")
}

/// Taps the link with these words; gives what the phone reads.
async fn tap(house: &House, openid: &str, message: &str, words: &str) -> String {
    let link = message.split("<a href=\"").find(|part| part.contains(&format!(">{words}<")));
    let link = link.unwrap_or_else(|| panic!("no {words} in {message}"));
    let id = link.split("msgmenuid=").nth(1).unwrap().split('"').next().unwrap();
    let told = house.app.simulator.reply_link_tap(openid, words, id).await.reply_text;
    house.app.settle().await;
    told.expect("a reply")
}

fn number_in(message: &str) -> &str {
    &message.split("核对码：").nth(1).expect("a number")[..4]
}

/// A browser of somebody who is signed in and shows a code to bind, and the scene of the code.
async fn binding(house: &House, username: &str) -> (Browser, String) {
    let mut browser = house.log_in(username).await;
    let fields = [("account", "main"), ("password", PASSWORD)];
    let begun = browser.submit("/console/account", BINDING, &fields).await;
    assert_eq!(
        (begun.status, begun.location()),
        (StatusCode::SEE_OTHER, BINDING),
        "{}",
        begun.body
    );
    browser.keep(&begun);
    (browser, newest(house).await)
}

/// Somebody's WeChat, bound as people do it.
async fn bound(house: &House, username: &str, openid: &str) -> Browser {
    let (browser, scene) = binding(house, username).await;
    let told = scan(house, openid, &scene).await;
    let done = browser.submit(BINDING, CONFIRM, &[("number", number_in(&told))]).await;
    assert_eq!(done.location(), "/console/account?done=bound", "{}", done.body);
    browser
}

async fn audited(house: &House, action: &str) -> i64 {
    let sql = "SELECT count(*) FROM audit WHERE action = $1";
    let mut link = house.app.db().read().await.unwrap();
    pufa::on!(&mut link, c => sqlx::query_scalar(sql).bind(action).fetch_one(c).await).unwrap()
}

async fn enters(browser: &Browser) -> Page {
    browser.post(ENTER, &[("next", "")]).await
}

/// Whether the way in stays shut for now.
async fn is_kept_out(browser: &Browser) -> bool {
    let page = enters(browser).await;
    page.location().starts_with("/console/login/wechat?done=unconfirmed")
        && page.headers.get(header::SET_COOKIE).is_none()
}

async fn set_active(house: &House, username: &str, role: Role, active: bool) {
    let id: StaffId = house.people[username];
    let mut tx = house.app.db().begin().await.unwrap();
    let member = staff::get(&mut tx, id).await.unwrap().unwrap();
    staff::update(&mut tx, id, member.version, &member.name, role, active).await.unwrap();
    tx.commit().await.unwrap();
}
