//! Citizens say on their own page which notices they accept.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use pufa::notices::rules::Filler;
use pufa::notices::{Fields, Purpose, actions};
use pufa::simulator::ANSWERED_NOTICE;

use super::browser::House;
use super::visiting::recognized;

const PAGE: &str = "/c/notices";

async fn choose(house: &House) {
    let deps = &house.app.app.web.deps;
    let by = house.people["operator"].0;
    actions::read_templates(deps, &house.app.app.web.clients["main"], "main").await.unwrap();
    let fields = [
        ("character_string1", Filler::Number),
        ("thing2", Filler::Organization),
        ("time3", Filler::AnsweredAt),
    ];
    let fields = fields.map(|(key, filler)| (key.to_owned(), filler)).into_iter().collect();
    let purpose = Purpose::Answered;
    actions::choose(deps, by, "main", purpose, ANSWERED_NOTICE, Fields(fields)).await.unwrap();
}

in_both! {
    async fn a_citizen_sees_accepts_and_takes_back(house: House) {
        let browser = recognized(&house, "oCITIZEN").await;
        assert!(browser.get(PAGE).await.has("现在没有需要您同意的提醒"));
        choose(&house).await;
        let page = browser.get(PAGE).await;
        assert!(page.has("您还没有选择，现在不会提醒") && page.has("咨询编号、答复单位"), "{}", page.body);
        assert!(page.has(&format!("data-templates=\"{ANSWERED_NOTICE}\"")) && page.has("data-account=\"main\""));
        assert!(page.has("请在手机微信里打开这个网页") && !page.has("不再提醒我"));
        assert!(!page.has("oCITIZEN"));

        for expected in ["还会提醒 1 次", "还会提醒 2 次"] {
            house.app.clock.advance(Duration::from_secs(60));
            house.app.simulator.subscribe_to("oCITIZEN", ANSWERED_NOTICE, true).await;
            house.app.settle().await;
            assert!(browser.get(PAGE).await.has(expected), "{expected}");
        }
        let another = recognized(&house, "oCITIZEN").await;
        house.app.simulator.add_citizen("oOTHER", "别人", true);
        let stranger = recognized(&house, "oOTHER").await;
        assert!(stranger.get(PAGE).await.has("您还没有选择"), "a consent is one person's");

        let template = [("template", ANSWERED_NOTICE)];
        let gone = another.post("/c/notices/withdraw", &template).await;
        assert_eq!(gone.location(), "/c/notices?done=withdrawn");
        assert!(browser.get(PAGE).await.has("现在不会提醒您"));
        assert_eq!(house.app.number("SELECT CAST(sum(remaining) AS BIGINT) FROM notice_consents").await, 0);
        house.app.clock.advance(Duration::from_secs(60));
        house.app.simulator.subscribe_to("oCITIZEN", ANSWERED_NOTICE, true).await;
        house.app.simulator.unsubscribe_from("oCITIZEN", ANSWERED_NOTICE).await;
        house.app.settle().await;
        assert!(browser.get(PAGE).await.has("现在不会提醒您"), "taken back in WeChat's settings");
        let unknown = browser.post("/c/notices/withdraw", &[("template", "nothing")]).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
        let nobody = house.stranger().post("/c/notices/withdraw", &template).await;
        assert_eq!(nobody.location(), PAGE);
    }
}

in_both! {
    async fn elsewhere_it_says_to_open_wechat_and_inside_it_asks_who_it_is(house: House) {
        choose(&house).await;
        let page = house.stranger().get(PAGE).await;
        assert!(page.status == StatusCode::OK && page.has("请在微信里打开"), "{}", page.body);
        assert!(!page.has("id=\"subscribe\""));
        let request = Request::get(PAGE)
            .header(header::USER_AGENT, "Mozilla/5.0 (Linux) MicroMessenger/8.0.50")
            .body(Body::empty())
            .unwrap();
        let sent = house.stranger().ask(request).await;
        assert_eq!(sent.location(), "/c/enter?next=%2Fc%2Fnotices");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_this_page_may_run_wechats_script() {
    let house = House::open().await;
    let policy = |path: &'static str| {
        let browser = house.stranger();
        async move {
            let page = browser.get(path).await;
            page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
        }
    };
    let own = policy(PAGE).await;
    assert!(own.contains("script-src 'self' https://res.wx.qq.com; "), "{own}");
    assert_eq!(own.matches("http").count(), 1, "{own}");
    for other in ["/c/inquiries", "/c/privacy", "/public", "/console/login"] {
        assert!(!policy(other).await.contains("http"), "{other}");
    }
}
