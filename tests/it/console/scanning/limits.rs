//! What keeps codes from being asked for without end, and what remains without them.

use pufa::simulator::ApiFault;
use pufa::staff::actions::codes::{self, Asking, Shown};

use super::*;

const CREATE: &str = "/cgi-bin/qrcode/create";

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
