//! The code at the log-in: who gets in by it, and who does not.

use pufa::platform::secrets::Secret;
use pufa::staff::Gesture;
use pufa::staff::actions::codes::{self, Heard};
use pufa::staff::actions::manage;

use super::*;

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
        browser.keep(&entered);
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
    browser.keep(&begun);
    let asked = scan(&house, "oLI", &newest(&house).await).await;
    tap(&house, "oLI", &asked, "确认登录").await;
    let page = browser.get(begun.location()).await;
    let entered = browser.post(ENTER, &[("next", page.hidden("next"))]).await;
    assert_eq!(entered.location(), "/console/knowledge");
    for evil in ["https://evil.example/", "//evil.example"] {
        assert_eq!(
            house.stranger().post(LOGIN, &[("next", evil)]).await.location(),
            "/console/login/wechat"
        );
    }
}

in_both! {
    async fn of_two_scans_taken_in_at_the_same_moment_the_first_has_the_code(house: House) {
        bound(&house, "li", "oLI").await;
        bound(&house, "wang", "oWANG").await;
        let (browser, scene) = at_the_door(&house).await;
        // Both were asked, because neither scan had been worked through.
        let hear = async |openid: &str, gesture| {
            let heard = Heard { account: "main", openid, scene: &scene, gesture };
            let mut tx = house.app.db().begin().await.unwrap();
            codes::hear(&mut tx, &heard, house.app.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
        };
        for openid in ["oLI", "oWANG"] {
            hear(openid, Gesture::Scan).await;
        }
        hear("oWANG", Gesture::Confirm).await;
        assert!(is_kept_out(&browser).await);
        hear("oLI", Gesture::Confirm).await;
        hear("oWANG", Gesture::Refuse).await;
        assert_eq!(enters(&browser).await.location(), "/console/inbox");
        assert_eq!(audited(&house, "staff.scan").await, 1);
        assert_eq!(audited(&house, "staff.scan_confirm").await, 1);
    }
}
