//! Staff who sign in with their WeChat: the code on the screen, the phone before it, and everybody
//! else who tries.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use pufa::platform::secrets::Secret;
use pufa::simulator::ApiFault;
use pufa::staff::actions::codes::{self, Asking, Shown};
use pufa::staff::actions::manage;
use pufa::staff::{Role, StaffId, store as staff};

use super::browser::{Browser, House, PASSWORD, Page};

const CREATE: &str = "/cgi-bin/qrcode/create";
const LOGIN: &str = "/console/login/wechat";
const ENTER: &str = "/console/login/wechat/enter";
const BINDING: &str = "/console/account/wechat";
const CONFIRM: &str = "/console/account/wechat/confirm";
/// What everybody reads for whom a code is not.
const NOT_FOR_YOU: &str = "这个二维码只给联盟的工作人员用";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36";

/// Takes over what a page gives, as browsers do.
fn keep(browser: &mut Browser, page: &Page) {
    let mut jar: Vec<(String, String)> = Vec::new();
    let mut put = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        jar.retain(|(known, _)| known != name);
        if !value.is_empty() {
            jar.push((name.to_owned(), value.to_owned()));
        }
    };
    browser.cookie.iter().flat_map(|kept| kept.split("; ")).for_each(&mut put);
    for given in page.headers.get_all(header::SET_COOKIE) {
        put(given.to_str().unwrap().split(';').next().unwrap());
    }
    let pairs: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
    browser.cookie = (!pairs.is_empty()).then(|| pairs.join("; "));
}

/// A browser that shows a code to sign in, and the scene of the code.
async fn at_the_door(house: &House) -> (Browser, String) {
    let mut browser = house.stranger();
    let shown = browser.get("/console/login").await;
    assert!(shown.has("用微信扫码登录"), "{}", shown.body);
    let agent = [(header::USER_AGENT, CHROME)];
    let begun = browser.post_with(LOGIN, &[("once", shown.hidden("once"))], &agent).await;
    assert_eq!(
        (begun.status, begun.location()),
        (StatusCode::SEE_OTHER, "/console/login/wechat?next=")
    );
    keep(&mut browser, &begun);
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
    keep(&mut browser, &begun);
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

in_both! {
    async fn a_wechat_is_bound_by_scanning_and_by_the_number_that_only_this_phone_got(house: House) {
        let li = house.log_in("li").await;
        let account = li.get("/console/account").await;
        assert!(account.has("李答复") && account.has("labor 服务中心") && account.has("绑定微信"));
        let wrong = [("account", "main"), ("password", "something else")];
        let refused = li.submit("/console/account", BINDING, &wrong).await;
        assert!(refused.status == StatusCode::BAD_REQUEST && refused.has("密码不对"));
        assert_eq!(house.app.number("SELECT count(*) FROM staff_codes").await, 0);

        let (li, scene) = binding(&house, "li").await;
        let shown = li.get(BINDING).await;
        assert!(shown.has("/console/login/wechat/picture?at=") && shown.has("我已扫码"));
        assert!(!shown.has(&scene), "the scene is nobody's business");
        let picture = li.get("/console/login/wechat/picture").await;
        assert_eq!(picture.headers[header::CONTENT_TYPE], "image/svg+xml");
        let early = li.submit(BINDING, CONFIRM, &[("number", "0000")]).await;
        assert_eq!(early.status, StatusCode::CONFLICT);

        // What the camera finds in the code leads to the simulated phone.
        let seen = house.app.text("SELECT url FROM staff_codes").await;
        let path = &seen[seen.find("/q/").unwrap()..];
        let request = Request::get(path).body(Body::empty()).unwrap();
        let opened = tower::ServiceExt::oneshot(house.app.simulator.router(), request).await.unwrap();
        let hidden: String = scene.bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(opened.headers()[header::LOCATION], format!("/#scan={hidden}"));

        let told = scan(&house, "oLI", &scene).await;
        let number = number_in(&told).to_owned();
        let shown = li.get(&format!("{BINDING}?part=step")).await;
        assert!(shown.has("有一个微信扫了码") && shown.has("时间 ") && !shown.has("picture?at="));
        assert!(!shown.has(&number) && !shown.has("oLI") && !shown.has("<!doctype"));
        assert!(li.get("/console/account").await.has("action=\"/console/account/wechat\""));

        let guess = if number == "0000" { "0001" } else { "0000" };
        let refused = li.submit(BINDING, CONFIRM, &[("number", guess)]).await;
        assert!(refused.status == StatusCode::BAD_REQUEST && refused.has("核对码不对"));
        let elsewhere = house.log_in("li").await.post(CONFIRM, &[("number", &number)]).await;
        assert_eq!(elsewhere.status, StatusCode::CONFLICT);
        assert_eq!(house.app.number("SELECT count(*) FROM staff_wechats").await, 0);

        let done = li.submit(BINDING, CONFIRM, &[("number", &number)]).await;
        assert_eq!(done.location(), "/console/account?done=bound");
        let account = li.get("/console/account?done=bound").await;
        assert!(account.has("已绑定您的微信") && account.has("还没有用它登录过"));
        assert!(!account.has("action=\"/console/account/wechat\""), "one WeChat is enough");
        let again = li.post(CONFIRM, &[("number", &number)]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);

        for action in ["staff.wechat_code", "staff.wechat_scan", "staff.wechat_bind"] {
            assert_eq!(audited(&house, action).await, 1, "{action}");
        }
        let told = "SELECT count(*) FROM audit WHERE detail LIKE '%oLI%' OR object LIKE '%oLI%'";
        assert_eq!(house.app.number(told).await, 0);

        let gone = li.submit("/console/account", "/console/account/wechat/unbind", &[("account", "main")]).await;
        assert_eq!(gone.location(), "/console/account?done=unbound");
        assert_eq!(house.app.number("SELECT count(*) FROM staff_wechats").await, 0);
        assert_eq!(audited(&house, "staff.wechat_unbind").await, 1);
        assert!(li.get("/console/account").await.has("action=\"/console/account/wechat\""));
    }
}

in_both! {
    async fn who_looks_over_a_shoulder_and_scans_first_is_not_bound(house: House) {
        let (li, scene) = binding(&house, "li").await;
        let thief = scan(&house, "oTHIEF", &scene).await;
        let told = scan(&house, "oLI", &scene).await;
        assert!(told.contains(NOT_FOR_YOU), "{told}");
        // The member's phone got no number, so there is nothing to type but what the thief holds.
        let guess = if number_in(&thief) == "1234" { "4321" } else { "1234" };
        let refused = li.submit(BINDING, CONFIRM, &[("number", guess)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let voided = li.submit(BINDING, "/console/account/wechat/cancel", &[]).await;
        assert_eq!(voided.location(), "/console/account?done=voided");
        let late = li.post(CONFIRM, &[("number", number_in(&thief))]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(house.app.number("SELECT count(*) FROM staff_wechats").await, 0);
        assert_eq!(house.app.number("SELECT count(*) FROM staff_codes").await, 0);
    }
}

in_both! {
    async fn a_wechat_belongs_to_one_person_and_a_person_has_one(house: House) {
        bound(&house, "li", "oLI").await;
        let (wang, scene) = binding(&house, "wang").await;
        let told = scan(&house, "oLI", &scene).await;
        let refused = wang.submit(BINDING, CONFIRM, &[("number", number_in(&told))]).await;
        assert!(refused.status == StatusCode::CONFLICT && refused.has("已经绑定了另一个工作台账号"));
        let fields = [("account", "main"), ("password", PASSWORD)];
        let second = house.log_in("li").await.post(BINDING, &fields).await;
        assert!(second.status == StatusCode::CONFLICT && second.has("已经绑定了一个微信"));
        assert_eq!(house.app.number("SELECT count(*) FROM staff_wechats").await, 1);
    }
}

in_both! {
    async fn a_scan_and_a_tap_sign_this_browser_in_once_and_nobody_else(house: House) {
        bound(&house, "li", "oLI").await;
        let (mut browser, scene) = at_the_door(&house).await;
        let page = browser.get(LOGIN).await;
        assert!(page.has("picture?at=") && !page.has(&scene) && !page.has("李答复"));
        let stranger = house.stranger();
        assert!(stranger.get(LOGIN).await.has("没有可用的二维码"));
        assert_eq!(stranger.get("/console/login/wechat/picture").await.status, StatusCode::NOT_FOUND);

        let asked = scan(&house, "oLI", &scene).await;
        for words in ["登录为：李答复（li）", "设备：Chrome · Windows", "网络地址：", "打开时间："] {
            assert!(asked.contains(words), "{words} in {asked}");
        }
        assert!(browser.get(LOGIN).await.has("<b>已扫码</b>"));
        assert!(is_kept_out(&browser).await, "a scan alone lets nobody in");

        let told = tap(&house, "oLI", &asked, "确认登录").await;
        assert!(told.contains("已确认"), "{told}");
        assert!(browser.get(LOGIN).await.has("data-onward"));
        assert!(is_kept_out(&stranger).await, "another browser");
        let (other, _) = at_the_door(&house).await;
        assert!(is_kept_out(&other).await, "another browser with a code of its own");

        let entered = enters(&browser).await;
        assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/console/inbox"));
        let stolen = browser.clone();
        keep(&mut browser, &entered);
        assert!(browser.get("/console/inbox").await.has("李答复"));
        assert!(browser.get("/console/account").await.has("最近用它登录"));
        assert!(!browser.cookie.as_ref().unwrap().contains("screen"));
        assert!(is_kept_out(&stolen).await, "a code lets in once");
        assert!(tap(&house, "oLI", &asked, "确认登录").await.contains(NOT_FOR_YOU));
        assert!(scan(&house, "oLI", &scene).await.contains(NOT_FOR_YOU));
        assert!(is_kept_out(&stolen).await);

        for action in ["staff.scan", "staff.scan_confirm"] {
            assert_eq!(audited(&house, action).await, 1, "{action}");
        }
        let by_wechat = "SELECT count(*) FROM audit WHERE action = 'staff.log_in' AND detail LIKE '%wechat%'";
        assert_eq!(house.app.number(by_wechat).await, 1);
        // Nothing of it is a citizen's.
        for (sql, wanted) in [
            ("SELECT count(*) FROM inquiries", 0),
            ("SELECT count(*) FROM citizens WHERE openid = 'oLI'", 0),
            ("SELECT count(*) FROM conversations WHERE openid = 'oLI'", 0),
            ("SELECT count(*) FROM engagement_events WHERE scene IS NOT NULL", 0),
        ] {
            assert_eq!(house.app.number(sql).await, wanted, "{sql}");
        }
    }
}

in_both! {
    async fn a_wechat_nobody_has_bound_is_told_one_sentence_and_changes_nothing(house: House) {
        bound(&house, "li", "oLI").await;
        bound(&house, "wang", "oWANG").await;
        let (browser, scene) = at_the_door(&house).await;
        let told = scan(&house, "oNOBODY", &scene).await;
        assert!(told.contains(NOT_FOR_YOU) && !told.contains("href"), "{told}");
        let unknown = format!("staff-{}", "0".repeat(32));
        assert_eq!(scan(&house, "oNOBODY", &unknown).await, told);
        assert_eq!(scan(&house, "oLI", &unknown).await, told);
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries").await, 0);

        // The first of two has it; the other's tap is as if it had never scanned.
        let asked = scan(&house, "oLI", &scene).await;
        assert_eq!(scan(&house, "oWANG", &scene).await, told);
        let tapped = tap(&house, "oWANG", &asked, "确认登录").await;
        assert_eq!(tapped, told);
        assert!(is_kept_out(&browser).await);
        assert!(scan(&house, "oLI", &scene).await.contains("登录为：李答复"));
        tap(&house, "oLI", &asked, "确认登录").await;
        let entered = enters(&browser).await;
        assert_eq!(entered.location(), "/console/inbox");
        let owner = "SELECT s.username FROM staff_sessions x JOIN staff s ON s.id = x.staff_id \
            ORDER BY x.created_at DESC LIMIT 1";
        assert_eq!(house.app.text(owner).await, "li");
    }
}

in_both! {
    async fn every_step_must_come_within_two_minutes(house: House) {
        bound(&house, "li", "oLI").await;
        let late = Duration::from_secs(121);

        let (browser, scene) = at_the_door(&house).await;
        house.app.clock.advance(late);
        assert!(browser.get(LOGIN).await.has("没有可用的二维码"));
        assert_eq!(browser.get("/console/login/wechat/picture").await.status, StatusCode::NOT_FOUND);
        assert!(scan(&house, "oLI", &scene).await.contains(NOT_FOR_YOU));

        let (browser, scene) = at_the_door(&house).await;
        let asked = scan(&house, "oLI", &scene).await;
        house.app.clock.advance(late);
        assert!(tap(&house, "oLI", &asked, "确认登录").await.contains(NOT_FOR_YOU));
        assert!(is_kept_out(&browser).await);

        let (browser, scene) = at_the_door(&house).await;
        let asked = scan(&house, "oLI", &scene).await;
        assert!(tap(&house, "oLI", &asked, "确认登录").await.contains("已确认"));
        house.app.clock.advance(late);
        assert!(is_kept_out(&browser).await);

        let (li, scene) = binding(&house, "wang").await;
        let told = scan(&house, "oWANG", &scene).await;
        house.app.clock.advance(late);
        let refused = li.post(CONFIRM, &[("number", number_in(&told))]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);

        // WeChat is told as well, and used codes do not pile up.
        let asked = house.app.simulator.ledger();
        assert!(asked.iter().any(|entry| entry.kind == "qrcode_create"));
        at_the_door(&house).await;
        assert_eq!(house.app.number("SELECT count(*) FROM staff_codes").await, 1);
    }
}

in_both! {
    async fn a_suspended_member_gets_no_further_than_with_a_password(house: House) {
        bound(&house, "li", "oLI").await;
        let (_, scene) = at_the_door(&house).await;
        set_active(&house, "li", Role::Responder, false).await;
        assert!(scan(&house, "oLI", &scene).await.contains(NOT_FOR_YOU));

        set_active(&house, "li", Role::Responder, true).await;
        let (browser, scene) = at_the_door(&house).await;
        let asked = scan(&house, "oLI", &scene).await;
        set_active(&house, "li", Role::Responder, false).await;
        assert!(tap(&house, "oLI", &asked, "确认登录").await.contains(NOT_FOR_YOU));
        assert!(is_kept_out(&browser).await);

        set_active(&house, "li", Role::Responder, true).await;
        let (browser, scene) = at_the_door(&house).await;
        let asked = scan(&house, "oLI", &scene).await;
        tap(&house, "oLI", &asked, "确认登录").await;
        set_active(&house, "li", Role::Responder, false).await;
        let refused = enters(&browser).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.has("账号已停用，或者微信已经解除绑定"));
        assert!(refused.headers.get(header::SET_COOKIE).is_none());
        set_active(&house, "li", Role::Responder, true).await;
        assert!(is_kept_out(&browser).await, "the code is used up");
    }
}

in_both! {
    async fn a_wechat_that_was_taken_away_lets_nobody_in(house: House) {
        let li = bound(&house, "li", "oLI").await;
        let (browser, scene) = at_the_door(&house).await;
        let asked = scan(&house, "oLI", &scene).await;
        tap(&house, "oLI", &asked, "确认登录").await;
        li.submit("/console/account", "/console/account/wechat/unbind", &[("account", "main")]).await;
        assert_eq!(enters(&browser).await.status, StatusCode::UNAUTHORIZED);

        // Whoever got hold of an account may have bound a WeChat: a new password takes it away.
        bound(&house, "li", "oLI").await;
        let fresh = Secret::from("another sentence 2026".to_owned());
        let deps = &house.app.app.web.deps;
        manage::reset_password(deps, None, "li", fresh).await.unwrap();
        let (_, scene) = at_the_door(&house).await;
        assert!(scan(&house, "oLI", &scene).await.contains(NOT_FOR_YOU));
    }
}

in_both! {
    async fn a_no_on_the_phone_keeps_the_browser_out_even_after_a_yes(house: House) {
        bound(&house, "li", "oLI").await;
        for yes_before in [false, true] {
            let (browser, scene) = at_the_door(&house).await;
            let asked = scan(&house, "oLI", &scene).await;
            if yes_before {
                tap(&house, "oLI", &asked, "确认登录").await;
            }
            let told = tap(&house, "oLI", &asked, "不是我").await;
            assert!(told.contains("已拒绝"), "{told}");
            assert!(browser.get(LOGIN).await.has("手机上拒绝了"));
            assert!(tap(&house, "oLI", &asked, "确认登录").await.contains(NOT_FOR_YOU));
            assert!(is_kept_out(&browser).await);
        }
        assert_eq!(audited(&house, "staff.scan_refuse").await, 2);
    }
}

in_both! {
    async fn a_repeated_push_is_one_push(house: House) {
        bound(&house, "li", "oLI").await;
        let (browser, scene) = at_the_door(&house).await;
        let now = house.app.clock.now().seconds();
        let push = |inside: &str| format!(
            "<xml><ToUserName>gh_test0000000001</ToUserName><FromUserName>oLI</FromUserName>\
             <CreateTime>{now}</CreateTime>{inside}</xml>"
        );
        let scan = push(&format!("<MsgType>event</MsgType><Event>SCAN</Event><EventKey>{scene}</EventKey>"));
        let first = house.app.simulator.raw_push("oLI", &scan).await.reply_text;
        house.app.settle().await;
        let yes = push(&format!(
            "<MsgType>text</MsgType><Content>确认登录</Content><bizmsgmenuid>staff-yes:{scene}</bizmsgmenuid>\
             <MsgId>77</MsgId>"
        ));
        house.app.simulator.raw_push("oLI", &yes).await;
        house.app.settle().await;
        assert_eq!(enters(&browser).await.location(), "/console/inbox");

        for again in [&scan, &yes] {
            let outcome = house.app.simulator.raw_push("oLI", again).await;
            assert!(outcome.answered);
            house.app.settle().await;
        }
        assert_eq!(house.app.simulator.raw_push("oLI", &scan).await.reply_text, first);
        assert!(is_kept_out(&browser).await);
        assert_eq!(audited(&house, "staff.scan").await, 1);
        assert_eq!(house.app.number("SELECT count(*) FROM staff_codes").await, 0);
    }
}

in_both! {
    async fn who_does_not_follow_yet_binds_by_following(house: House) {
        let (li, scene) = binding(&house, "li").await;
        house.app.simulator.add_citizen("oLI", "李", false);
        let told = scan(&house, "oLI", &scene).await;
        let done = li.submit(BINDING, CONFIRM, &[("number", number_in(&told))]).await;
        assert_eq!(done.location(), "/console/account?done=bound");
        // A follower they are; what they came by is no code of a citizen's.
        let follower = "SELECT count(*) FROM citizens WHERE openid = 'oLI' AND following AND scene IS NULL";
        assert_eq!(house.app.number(follower).await, 1);
        assert_eq!(house.app.number("SELECT count(*) FROM engagement_events WHERE scene IS NOT NULL").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_wrong_passwords_also_bar_the_way_in_by_wechat() {
    let house = House::open().await;
    bound(&house, "li", "oLI").await;
    for _ in 0..11 {
        let wrong = [("username", "li"), ("password", "wrong")];
        house.stranger().post("/console/login", &wrong).await;
    }
    let (browser, scene) = at_the_door(&house).await;
    let asked = scan(&house, "oLI", &scene).await;
    tap(&house, "oLI", &asked, "确认登录").await;
    let refused = enters(&browser).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.has("以后可以再试") && refused.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_limited_by_address_and_in_all() {
    let house = House::open().await;
    for _ in 0..30 {
        let begun = house.stranger().post(LOGIN, &[]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER);
    }
    let refused = house.stranger().post(LOGIN, &[]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.has("以后可以再试") && refused.has("用密码登录"));
    assert_eq!(house.app.number("SELECT count(*) FROM staff_codes").await, 30);
    house.app.clock.advance(Duration::from_secs(16 * 60));
    assert_eq!(house.stranger().post(LOGIN, &[]).await.status, StatusCode::SEE_OTHER);

    let web = &house.app.app.web;
    for n in 0..99 {
        let address = format!("203.0.113.{n}");
        let asking = Asking { account: "main", binds: None, browser: CHROME, address: &address };
        let shown = codes::show(&web.deps, &web.clients["main"], &asking).await.unwrap();
        assert!(matches!(shown, Shown::Code(_)), "code {n}");
    }
    let refused = house.stranger().post(LOGIN, &[]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    house.app.clock.advance(Duration::from_secs(121));
    assert_eq!(house.stranger().post(LOGIN, &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_that_signed_somebody_in_do_not_count() {
    let house = House::open().await;
    bound(&house, "li", "oLI").await;
    for _ in 0..32 {
        let (browser, scene) = at_the_door(&house).await;
        let asked = scan(&house, "oLI", &scene).await;
        tap(&house, "oLI", &asked, "确认登录").await;
        assert_eq!(enters(&browser).await.location(), "/console/inbox");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_wechat_the_password_remains() {
    let house = House::open().await;
    house.app.simulator.faults().on_api(CREATE, ApiFault::Errcode { errcode: 45009 }, 2);
    let refused = house.stranger().post(LOGIN, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.has("没有连上微信") && refused.has("用密码登录"));
    let li = house.log_in("li").await;
    let fields = [("account", "main"), ("password", PASSWORD)];
    let refused = li.submit("/console/account", BINDING, &fields).await;
    assert!(refused.status == StatusCode::BAD_REQUEST && refused.has("没有连上微信"));
    assert_eq!(house.app.number("SELECT count(*) FROM staff_codes").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_in_needs_no_code_and_one_returns_where_one_came_from() {
    let house = House::open().await;
    let li = house.log_in("li").await;
    assert_eq!(li.get(LOGIN).await.location(), "/console");
    assert_eq!(li.post(LOGIN, &[]).await.location(), "/console");

    bound(&house, "li", "oLI").await;
    let mut browser = house.stranger();
    let fields = [("next", "/console/knowledge"), ("account", "main")];
    let begun = browser.post(LOGIN, &fields).await;
    assert_eq!(begun.location(), "/console/login/wechat?next=%2Fconsole%2Fknowledge");
    keep(&mut browser, &begun);
    let asked = scan(&house, "oLI", &newest(&house).await).await;
    tap(&house, "oLI", &asked, "确认登录").await;
    let page = browser.get(begun.location()).await;
    let entered = browser.post(ENTER, &[("next", page.hidden("next"))]).await;
    assert_eq!(entered.location(), "/console/knowledge");
    for evil in ["https://evil.example/", "//evil.example"] {
        assert_eq!(
            house.stranger().post(LOGIN, &[("next", evil)]).await.location(),
            "/console/login/wechat?next="
        );
    }
}
