//! The second factor: who must show one, what opens the door and what does not, and the sessions
//! behind it.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use futures_util::future::join_all;
use pufa::staff::Role;
use pufa::staff::policy::needs_second_factor;

use super::browser::{APP_KEY, Browser, House, PASSWORD, Page, digits_at};

const CODE: &str = "/console/login/code";
const OWN: &str = "/console/account/code";
const STEP: Duration = Duration::from_secs(30);

/// Whether the door stays shut: no session comes with the page and no page of the desk is shown.
async fn is_kept_out(browser: &Browser, page: &Page) -> bool {
    let cookies = page.headers.get_all(header::SET_COOKIE);
    let session = cookies.iter().any(|given| given.to_str().unwrap().starts_with("__Host-pufa="));
    !session && browser.get("/console").await.location().starts_with("/console/login?next")
}

async fn shows(browser: &Browser, name: &str, code: &str) -> Page {
    browser.submit(CODE, CODE, &[(name, code)]).await
}

/// The key as the page spells it.
fn key_on(page: &Page) -> String {
    let rest = page.body.split("id=\"key\">").nth(1).unwrap_or_else(|| panic!("{}", page.body));
    rest.split('<').next().unwrap().replace(' ', "")
}

/// The codes on paper that a page shows.
fn paper_on(page: &Page) -> Vec<String> {
    let list = page.body.split("<ol class=\"paper mono\">").nth(1).expect("codes on paper");
    let list = list.split("</ol>").next().unwrap();
    list.split("<li>").skip(1).map(|item| item.split('<').next().unwrap().to_owned()).collect()
}

/// Sets a second factor up in the own account; gives key and codes on paper.
async fn set_up(house: &House, browser: &Browser) -> (String, Vec<String>) {
    let begun = browser.submit(OWN, OWN, &[("password", PASSWORD)]).await;
    assert_eq!((begun.status, begun.location()), (StatusCode::SEE_OTHER, OWN), "{}", begun.body);
    let key = key_on(&browser.get(OWN).await);
    let code = digits_at(&key, house.app.clock.now());
    let done = browser.submit(OWN, &format!("{OWN}/confirm"), &[("code", &code)]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    (key, paper_on(&done))
}

async fn audited(house: &House, action: &str) -> i64 {
    let sql = "SELECT count(*) FROM audit WHERE action = $1";
    let mut link = house.app.db().read().await.unwrap();
    pufa::on!(&mut link, c => sqlx::query_scalar(sql).bind(action).fetch_one(c).await).unwrap()
}

in_both! {
    async fn a_password_alone_opens_nothing_where_the_role_must_show_more(house: House) {
        for (username, role) in [
            ("operator", Role::Operator),
            ("approver", Role::Approver),
            ("auditor", Role::Auditor),
            ("sysadmin", Role::Sysadmin),
            ("secadmin", Role::Secadmin),
        ] {
            assert!(needs_second_factor(role));
            let browser = house.stranger();
            let fields = [("username", username), ("password", PASSWORD), ("next", "/console/staff")];
            let page = browser.post("/console/login", &fields).await;
            assert_eq!(page.location(), "/console/login/code?next=%2Fconsole%2Fstaff", "{username}");
            let mut half = browser.clone();
            half.keep(&page);
            assert!(is_kept_out(&half, &page).await, "{username}");
            assert!(!half.get(CODE).await.has("id=\"key\""), "the key is never shown again");
            assert_eq!(half.get("/console/login/code/picture").await.status, StatusCode::NOT_FOUND);
        }
        for username in ["li", "manager", "hub", "supervisor"] {
            let fields = [("username", username), ("password", PASSWORD)];
            let page = house.stranger().post("/console/login", &fields).await;
            assert!(!page.location().starts_with(CODE), "{username} may do without");
        }
        // The later step without the first.
        let stranger = house.stranger();
        assert!(stranger.get(CODE).await.has("第一步已经过期"));
        let page = stranger.post(CODE, &[("code", &house.digits())]).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(is_kept_out(&stranger, &page).await);
    }
}

in_both! {
    async fn the_right_digits_open_the_door_once_and_one_step_around_now(house: House) {
        let mut browser = house.half_way("operator").await;
        let now = house.app.clock.now();
        let wrong = shows(&browser, "code", "12345").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.has("不对，或者已经用过") && is_kept_out(&browser, &wrong).await);
        for far in [now.plus(STEP * 3), now.minus(STEP * 2)] {
            let page = shows(&browser, "code", &digits_at(APP_KEY, far)).await;
            assert!(is_kept_out(&browser, &page).await);
        }
        let code = house.digits();
        let page = shows(&browser, "code", &code).await;
        assert_eq!(page.location(), "/console/inbox", "{}", page.body);
        browser.keep(&page);
        assert!(!browser.cookie.as_ref().unwrap().contains("half"));
        assert_eq!(browser.get("/console/account").await.status, StatusCode::OK);

        // Seen over a shoulder: the same digits, while their time is not over.
        let thief = house.half_way("operator").await;
        let replayed = shows(&thief, "code", &code).await;
        assert_eq!(replayed.status, StatusCode::UNAUTHORIZED);
        assert!(is_kept_out(&thief, &replayed).await);
        house.app.clock.advance(STEP);
        assert_eq!(shows(&thief, "code", &house.digits()).await.status, StatusCode::SEE_OTHER);
        // A browser stands half-way once, and for a quarter of an hour.
        assert!(thief.get(CODE).await.has("第一步已经过期"));
        let slow = house.half_way("operator").await;
        house.app.clock.advance(Duration::from_secs(16 * 60));
        assert!(slow.get(CODE).await.has("第一步已经过期"));
    }
}

in_both! {
    async fn digits_are_guessed_ten_times_a_quarter_of_an_hour_from_wherever(house: House) {
        let browsers = [house.half_way("operator").await, house.half_way("operator").await];
        let guesses = (0..30).map(|n| {
            let browser = browsers[n % 2].clone();
            let from = SocketAddr::from(([203, 0, 113, n as u8 % 5], 443));
            async move {
                let mut request = Request::post(CODE)
                    .header(header::HOST, "pufa.test")
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(Body::from(format!("code={n:05}")))
                    .unwrap();
                request.extensions_mut().insert(ConnectInfo(from));
                browser.ask(request).await
            }
        });
        let pages = join_all(guesses).await;
        let count = |status| pages.iter().filter(|page| page.status == status).count();
        assert_eq!(count(StatusCode::UNAUTHORIZED), 10);
        assert_eq!(count(StatusCode::TOO_MANY_REQUESTS), 20);
        let right = browsers[0].post(CODE, &[("code", &house.digits())]).await;
        assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(right.has("以后可以再试") && is_kept_out(&browsers[0], &right).await);
        house.app.clock.advance(Duration::from_secs(16 * 60));
        house.log_in("operator").await;
    }
}

in_both! {
    async fn who_must_have_one_sets_it_up_at_the_first_log_in(house: House) {
        let secadmin = house.log_in("secadmin").await;
        let fields = [
            ("name", "新运营"),
            ("username", "fresh"),
            ("role", "operator"),
            ("active", "1"),
            ("password", PASSWORD),
        ];
        secadmin.submit("/console/staff/new", "/console/staff/new", &fields).await;
        let mut browser = house.half_way("fresh").await;
        let page = browser.get(CODE).await;
        assert!(page.has("启用动态码") && !page.has("用备用码"), "{}", page.body);
        let picture = browser.get("/console/login/code/picture").await;
        assert_eq!(picture.headers[header::CONTENT_TYPE], "image/svg+xml");
        let key = key_on(&page);
        let sealed = house.app.text("SELECT pending FROM staff_second_factors WHERE secret IS NULL").await;
        assert!(sealed.starts_with("sealed:") && !sealed.contains(&key));
        let wrong = shows(&browser, "code", "00000").await;
        assert!(is_kept_out(&browser, &wrong).await && key_on(&browser.get(CODE).await) == key);

        let code = digits_at(&key, house.app.clock.now());
        let done = shows(&browser, "code", &code).await;
        assert_eq!(done.status, StatusCode::OK);
        assert!(done.has("只显示这一次") && done.has("href=\"/console/inbox\""), "{}", done.body);
        assert_eq!(paper_on(&done).len(), 8);
        browser.keep(&done);
        assert_eq!(browser.get("/console/account").await.status, StatusCode::OK);
        assert_eq!(audited(&house, "staff.second_on").await, 1);
        // The digits that set it up are used; the account cannot do without any more.
        let again = house.half_way("fresh").await;
        assert!(is_kept_out(&again, &shows(&again, "code", &code).await).await);
        let off = browser.submit(OWN, &format!("{OWN}/off"), &[("password", PASSWORD)]).await;
        assert_eq!(off.status, StatusCode::CONFLICT);
        assert!(off.has("必须使用动态码"), "{}", off.body);
    }
}

in_both! {
    async fn codes_on_paper_open_the_door_once_each_and_lie_there_as_digests(house: House) {
        let li = house.log_in("li").await;
        let refused = li.submit(OWN, OWN, &[("password", "wrong")]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let (_, codes) = set_up(&house, &li).await;
        assert_eq!(house.app.number("SELECT count(*) FROM staff_recovery_codes").await, 8);
        assert!(li.get(OWN).await.has("备用码还剩 8 个"));

        let mut browser = house.half_way("li").await;
        let typed = codes[0].to_uppercase().replace('-', " ");
        let page = shows(&browser, "paper", &typed).await;
        assert_eq!(page.location(), "/console/inbox", "{}", page.body);
        browser.keep(&page);
        assert!(li.get(OWN).await.has("备用码还剩 7 个"));
        let again = house.half_way("li").await;
        let refused = shows(&again, "paper", &codes[0]).await;
        assert!(refused.has("已经用过") && is_kept_out(&again, &refused).await);

        let renewed = li.submit(OWN, &format!("{OWN}/paper"), &[("password", PASSWORD)]).await;
        let fresh = paper_on(&renewed);
        assert!(is_kept_out(&again, &shows(&again, "paper", &codes[1]).await).await, "void");
        assert_eq!(shows(&again, "paper", &fresh[1]).await.status, StatusCode::SEE_OTHER);
    }
}

in_both! {
    async fn a_new_phone_takes_over_only_when_it_shows_to_know_the_key(house: House) {
        let li = house.log_in("li").await;
        let (old, _) = set_up(&house, &li).await;
        li.submit(OWN, OWN, &[("password", PASSWORD)]).await;
        let new = key_on(&li.get(OWN).await);
        assert_ne!(new, old);
        house.app.clock.advance(STEP);
        let now = house.app.clock.now();
        let browser = house.half_way("li").await;
        assert!(is_kept_out(&browser, &shows(&browser, "code", &digits_at(&new, now)).await).await);
        let page = shows(&browser, "code", &digits_at(&old, now)).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "the old one counts until then");

        let confirm = format!("{OWN}/confirm");
        let wrong = li.submit(OWN, &confirm, &[("code", &digits_at(&old, now))]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        let done = li.submit(OWN, &confirm, &[("code", &digits_at(&new, now))]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        house.app.clock.advance(STEP);
        let now = house.app.clock.now();
        let browser = house.half_way("li").await;
        assert!(is_kept_out(&browser, &shows(&browser, "code", &digits_at(&old, now)).await).await);
        assert_eq!(shows(&browser, "code", &digits_at(&new, now)).await.status, StatusCode::SEE_OTHER);

        let off = li.submit(OWN, &format!("{OWN}/off"), &[("password", PASSWORD)]).await;
        assert_eq!(off.location(), "/console/account?done=second-off");
        house.log_in("li").await;
        assert_eq!(audited(&house, "staff.second_off").await, 1);
    }
}

in_both! {
    async fn a_lost_phone_is_reset_by_another_person_and_by_nobody_else(house: House) {
        let (li, secadmin) = (house.log_in("li").await, house.log_in("secadmin").await);
        set_up(&house, &li).await;
        let person = |name: &str| format!("/console/staff/{}", house.people[name]);
        let reset = |name: &str| format!("{}/second-factor", person(name));
        let manager = house.log_in("manager").await;
        assert!(manager.get(&person("li")).await.has("重置动态码"));
        assert!(!manager.get(&person("wang")).await.has("重置动态码"), "there is none");
        assert_eq!(manager.post(&reset("operator"), &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(secadmin.post(&reset("secadmin"), &[]).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(house.log_in("sysadmin").await.post(&reset("li"), &[]).await.status, StatusCode::FORBIDDEN);

        // A new password takes nothing away.
        let fields = [("name", "李答复"), ("role", "responder"), ("active", "1"), ("password", PASSWORD)];
        manager.submit(&person("li"), &person("li"), &fields).await;
        let waiting = house.half_way("li").await;
        assert!(waiting.get(CODE).await.has("输入动态码"));

        let li = house.log_in("wang").await;
        set_up(&house, &li).await;
        let done = manager.submit(&person("wang"), &reset("wang"), &[]).await;
        assert!(done.location().ends_with("/staff?done=second-reset"), "{}", done.location());
        assert_eq!(li.get("/console/inbox").await.status, StatusCode::SEE_OTHER, "sessions end");
        house.log_in("wang").await;
        assert_eq!(audited(&house, "staff.second_reset").await, 1);

        // The operator, whose role must have one, sets up a new one.
        secadmin.submit(&person("operator"), &reset("operator"), &[]).await;
        assert!(house.half_way("operator").await.get(CODE).await.has("id=\"key\""));
    }
}

in_both! {
    async fn sessions_end_at_the_next_request_one_or_all_others(house: House) {
        let edge = [(header::USER_AGENT, "Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130")];
        let fields = [("username", "li"), ("password", PASSWORD)];
        let mut first = house.stranger();
        let page = first.post_with("/console/login", &fields, &edge).await;
        first.keep(&page);
        assert!(!first.get("/console/account").await.has("上次登录"), "the first ever");
        house.app.clock.advance(Duration::from_secs(60));
        let (second, third, here) =
            (house.log_in("li").await, house.log_in("li").await, house.log_in("li").await);
        let account = second.get("/console/account").await;
        assert!(account.has("密码，Edge · Windows") && account.has("退出其他所有地方"), "{}", account.body);
        let sessions = here.get("/console/account").await;
        let id = sessions.hidden("session").to_owned();
        here.submit("/console/account", "/console/account/sessions", &[("session", &id)]).await;
        let alive = |browser: &Browser| {
            let browser = browser.clone();
            async move { browser.get("/console/inbox").await.status == StatusCode::OK }
        };
        let left = [alive(&first).await, alive(&second).await, alive(&third).await];
        assert_eq!(left.iter().filter(|alive| **alive).count(), 2, "{left:?}");
        let others = "/console/account/sessions/others";
        let done = here.submit("/console/account", others, &[]).await;
        assert_eq!(done.location(), "/console/account?done=sessions");
        for browser in [&first, &second, &third] {
            assert!(!alive(browser).await);
        }
        assert!(alive(&here).await);

        // What came to its end by itself is no place one is signed in at.
        house.app.clock.advance(Duration::from_secs(3 * 3600));
        let again = house.log_in("li").await.get("/console/account").await;
        assert_eq!(again.body.matches("登录于 ").count(), 1, "{}", again.body);
    }
}
