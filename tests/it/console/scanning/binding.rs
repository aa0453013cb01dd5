//! A WeChat is bound to the account of somebody who is signed in.

use axum::body::Body;
use axum::http::Request;

use super::*;

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
