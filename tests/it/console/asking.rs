//! Asking on the page `/c/ask`, and what its answer page lets the citizen do.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::browser::{Browser, House, Page};
use super::visiting::recognized;

const QUESTION: &str = "老板拖欠我三个月工资，我在武进湖塘，怎么办？";

/// The browser of somebody whom WeChat knows.
async fn known(house: &House) -> Browser {
    house.app.simulator.add_citizen("oPAGE", "群众", true);
    recognized(house, "oPAGE").await
}

async fn ask(browser: &Browser, fields: &[(&str, &str)]) -> Page {
    browser.submit("/c/ask", "/c/ask", fields).await
}

/// What the page of an inquiry shows, wherever its form led.
async fn led_to(browser: &Browser, page: &Page) -> Page {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    browser.get(page.location()).await
}

in_both! {
    async fn a_question_on_the_page_goes_the_way_of_a_message(house: House) {
        house.labor_inquiry().await;
        let browser = known(&house).await;
        let fields = [("body", QUESTION), ("field", "labor"), ("consent", "asking")];
        let asked = ask(&browser, &fields).await;
        assert!(asked.location().ends_with("?done=asked"), "{}", asked.location());
        house.app.settle().await;
        let shown = led_to(&browser, &asked).await;
        assert!(shown.has("已转给 labor 服务中心，预计明天") && shown.has("劳动人事 · 武进区 湖塘镇"));
        for same in ["field", "territory_id", "state", "urgent"] {
            let sql = format!("SELECT count(DISTINCT coalesce(cast({same} AS TEXT), '')) FROM inquiries");
            assert_eq!(house.app.number(sql.leak()).await, 1, "{same} is not the same");
        }
        let numbers = "SELECT count(DISTINCT number) FROM inquiries";
        assert_eq!(house.app.number(numbers).await, 2);
        let li = house.log_in("li").await;
        assert!(li.get("/console/inbox").await.has("拖欠我三个月工资"));
        assert!(browser.get("/c/inquiries").await.has("拖欠我三个月工资"));
        // The page opens no window for messages of ours: WeChat allows none after it.
        let allowances = "SELECT count(*) FROM allowances WHERE openid = 'oPAGE'";
        assert_eq!(house.app.number(allowances).await, 0);
    }
}

in_both! {
    async fn a_form_sent_twice_is_one_inquiry_and_another_form_another_one(house: House) {
        let browser = known(&house).await;
        let form = browser.get("/c/ask").await;
        let fields = [("once", form.hidden("once")), ("body", QUESTION), ("consent", "asking")];
        let (first, second) =
            tokio::join!(browser.post("/c/ask", &fields), browser.post("/c/ask", &fields));
        let third = browser.post("/c/ask", &fields).await;
        for page in [&first, &second, &third] {
            assert_eq!(page.status, StatusCode::SEE_OTHER);
        }
        house.app.settle().await;
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries").await, 1);
        assert_eq!(house.app.number("SELECT count(*) FROM citizen_consents").await, 1);
        let again = ask(&browser, &[("body", "楼上漏水把我家天花板泡坏了，不肯赔")]).await;
        house.app.settle().await;
        assert!(led_to(&browser, &again).await.has("天花板"));
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries").await, 2);
    }
}

in_both! {
    async fn what_cannot_be_taken_in_keeps_its_text_and_says_why(house: House) {
        let browser = known(&house).await;
        assert!(browser.get("/c/ask").await.has("版本 2026-11"));
        let refused = ask(&browser, &[("body", QUESTION)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has(QUESTION) && refused.has("还没有同意"));
        let long = "长".repeat(2001);
        for empty in ["你好", "在吗", "  ", &long] {
            let refused = ask(&browser, &[("body", empty), ("consent", "asking")]).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{empty}");
        }
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries").await, 0);
        let lost = house.stranger().post("/c/ask", &[("body", QUESTION)]).await;
        assert_eq!(lost.status, StatusCode::CONFLICT);
        assert!(lost.has(QUESTION), "a session that ended loses the text");
    }
}

in_both! {
    async fn a_person_may_ask_ten_times_an_hour(house: House) {
        let browser = known(&house).await;
        for nth in 0..10 {
            let body = format!("老板拖欠我工资，这是第 {nth} 次问");
            let asked = ask(&browser, &[("body", &body), ("consent", "asking")]).await;
            assert_eq!(asked.status, StatusCode::SEE_OTHER);
        }
        let refused = ask(&browser, &[("body", QUESTION)]).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(refused.has(QUESTION));
        house.app.clock.advance(Duration::from_secs(3601));
        assert_eq!(ask(&browser, &[("body", QUESTION)]).await.status, StatusCode::SEE_OTHER);
    }
}

in_both! {
    async fn anonymous_means_that_nobody_is_shown_who_asked_or_what_else(house: House) {
        house.labor_inquiry().await;
        let browser = recognized(&house, "oLABOR").await;
        let fields =
            [("body", "老板拖欠工资还扣了我的身份证"), ("field", "labor"), ("district", "320412"), ("anonymous", "yes"), ("consent", "asking")];
        let asked = ask(&browser, &fields).await;
        house.app.settle().await;
        assert!(led_to(&browser, &asked).await.has("扣了我的身份证"));
        let id = house.app.text("SELECT number FROM inquiries WHERE anonymous").await;
        let li = house.log_in("li").await;
        let inbox = li.get("/console/inbox").await;
        assert!(inbox.has("匿名群众") && inbox.has(&id));
        let link = inbox.body.split("href=\"").filter(|rest| rest.starts_with("/console/inquiries/"));
        let pages: Vec<&str> = link.map(|rest| rest.split('"').next().unwrap()).collect();
        for page in pages {
            let shown = li.get(page).await;
            assert!(
                !(shown.has("扣了我的身份证") && shown.has("三个月工资")),
                "both matters stand on one page: {page}"
            );
        }
    }
}

in_both! {
    async fn danger_on_the_page_to_ask_is_urgent_at_once(house: House) {
        let browser = known(&house).await;
        let body = "我不想活了，今晚就从楼上跳下去";
        let asked = ask(&browser, &[("body", body), ("consent", "asking")]).await;
        assert!(asked.location().ends_with("?done=danger"), "{}", asked.location());
        house.app.settle().await;
        assert!(led_to(&browser, &asked).await.has("请马上拨打 110"));
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries WHERE urgent").await, 1);
    }
}

in_both! {
    async fn hidden_stars_count_but_whoever_answered_sees_neither_them_nor_the_word(house: House) {
        let id = house.labor_inquiry().await;
        let (page, street) = (format!("/console/inquiries/{id}"), house.street(id));
        let (li, citizen) = (house.log_in("li").await, house.stranger());
        li.submit(&page, &format!("{page}/answer"), &[("body", "去劳动监察投诉。")]).await;
        let fields = [("score", "2"), ("comment", "没说清楚"), ("hidden", "yes")];
        let done = citizen.submit(&street, &format!("{street}/rate"), &fields).await;
        assert_eq!(done.location(), format!("{street}?done=rated-low"));
        let own = citizen.get(done.location()).await;
        assert!(own.has("不满意（已选）") && own.has("没说清楚") && own.has("会换一位人员再答复"));
        let shown = li.get(&page).await;
        assert!(shown.has("群众已匿名评价") && !shown.has("没说清楚") && !shown.has("2 分"));
        assert_eq!(house.app.number("SELECT rating FROM inquiries").await, 2);

        let solved = citizen.submit(&street, &format!("{street}/solved"), &[]).await;
        assert_eq!(solved.location(), format!("{street}?done=solved"));
        assert!(!citizen.get(&street).await.has("会换一位人员再答复您。</p>"));
    }
}

in_both! {
    async fn the_answer_stands_before_the_question_with_who_gave_it(house: House) {
        let id = house.labor_inquiry().await;
        let (page, street) = (format!("/console/inquiries/{id}"), house.street(id));
        let li = house.log_in("li").await;
        li.submit(&page, &format!("{page}/answer"), &[("body", "先去劳动监察投诉。")]).await;
        let shown = house.stranger().get(&street).await;
        let place = |words: &str| shown.body.find(words).unwrap_or_else(|| panic!("no {words}"));
        assert!(place("先去劳动监察投诉。") < place("老板拖欠我三个月工资"));
        assert!(place("李答复 · labor 服务中心") < place("老板拖欠我三个月工资"));
        assert!(shown.has("仅供参考") && shown.has("href=\"#message\">追问") && shown.has(">已解决<"));
    }
}

in_both! {
    async fn a_person_sees_takes_back_copies_and_erases_what_is_kept_of_them(house: House) {
        let other = house.asked("oOTHER", "老板拖欠我工资，别人的事，在武进湖塘").await;
        let browser = known(&house).await;
        let body = "老板拖欠我三个月工资，我的电话是13812345678，在武进湖塘";
        let fields = [("body", body), ("consent", "asking"), ("consent", "sensitive")];
        let asked = ask(&browser, &fields).await;
        house.app.settle().await;
        let case = asked.location().split('?').next().unwrap().to_owned();

        let shown = browser.get("/c/privacy").await;
        assert!(shown.has("提问和答复") && shown.has("敏感个人信息") && shown.has("版本 2026-11"));
        let copy = browser.get("/c/privacy/copy").await;
        assert!(copy.has("13812345678") && !copy.has("别人的事"), "their own words, and only theirs");
        let data = browser.get("/c/privacy/copy.json").await;
        let data: serde_json::Value = serde_json::from_str(&data.body).expect("JSON");
        assert_eq!(data["inquiries"][0]["messages"][0]["text"], body);
        assert_eq!(data["consents"].as_array().map(Vec::len), Some(2));

        let back = [("subject", "asking")];
        let done = browser.submit("/c/privacy", "/c/privacy/withdraw", &back).await;
        assert_eq!(done.location(), "/c/privacy?done=consent-back");
        assert!(browser.get("/c/ask").await.has("必选"), "asked for again");

        for path in ["/c/privacy/copy", "/c/privacy/copy.json", "/c/privacy/erase"] {
            assert_eq!(house.stranger().get(path).await.location(), "/c/privacy", "{path}");
        }
        let unsure = browser.post("/c/privacy/erase", &[]).await;
        assert_eq!(unsure.location(), "/c/privacy/erase", "nothing without the confirmation");
        let erased = browser.post("/c/privacy/erase", &[("confirm", "yes")]).await;
        assert!(erased.has("全部资料已经删除"), "{}", erased.body);
        for sql in [
            "SELECT count(*) FROM inquiries WHERE first_line LIKE '%138%' OR first_line LIKE '%三个月%'",
            "SELECT count(*) FROM citizen_consents",
            "SELECT count(*) FROM citizens WHERE openid = 'oPAGE'",
            "SELECT count(*) FROM citizen_sessions WHERE openid = 'oPAGE'",
            "SELECT count(*) FROM conversations WHERE openid = 'oPAGE'",
            "SELECT count(*) FROM inbox WHERE openid = 'oPAGE'",
            "SELECT count(*) FROM allowances WHERE openid = 'oPAGE'",
            "SELECT count(*) FROM jobs WHERE payload LIKE '%oPAGE%'",
        ] {
            assert_eq!(house.app.number(sql).await, 0, "{sql}");
        }
        assert_eq!(house.stranger().get(&case).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get("/c/privacy/copy").await.location(), "/c/privacy", "the session is over");
        assert_eq!(house.stranger().get(&house.street(other)).await.status, StatusCode::OK);
        let again = known(&house).await;
        assert!(again.get("/c/inquiries").await.has("您还没有问过问题"));
        let asked = ask(&again, &[("body", QUESTION), ("consent", "asking")]).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "the same person can ask again");
    }
}

in_both! {
    async fn a_forwarded_link_tells_others_nothing(house: House) {
        let id = house.labor_inquiry().await;
        let street = house.street(id);
        let own = recognized(&house, "oLABOR").await;
        assert!(own.get(&street).await.has("三个月工资"));
        let other = known(&house).await;
        for path in [street.clone(), format!("{street}/erase"), format!("{street}/referral")] {
            let shown = other.get(&path).await;
            assert_eq!(shown.status, StatusCode::FORBIDDEN, "{path}");
            for word in ["工资", "劳动", "labor", "2611-", "湖塘"] {
                assert!(!shown.has(word), "{path} says {word}");
            }
        }
        let sent = other.post(&format!("{street}/message"), &[("body", "我来插一句")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN);
        let inside = Request::get(&street)
            .header(header::USER_AGENT, "Mozilla/5.0 (Linux) MicroMessenger/8.0.50")
            .body(Body::empty())
            .unwrap();
        let asked_who = house.stranger().ask(inside).await;
        assert!(asked_who.location().starts_with("/c/enter?account=main&next="), "{}", asked_who.body);
        assert!(!asked_who.has("工资"));
    }
}
