//! The citizen's page: seen with the link, gone without a trace when erased.

use std::time::Duration;

use axum::http::{StatusCode, header};
use pufa::inquiries::link::PageLinks;
use pufa::platform::secrets::Secret;

use super::browser::House;

in_both! {
    async fn a_link_opens_its_inquiry_and_nothing_else_does(house: House) {
        let id = house.labor_inquiry().await;
        let browser = house.stranger();
        let street = house.street(id);
        let shown = browser.get(&street).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.has("老板拖欠我三个月工资") && shown.has("已转给 labor 服务中心，预计明天"));
        assert_eq!(shown.headers[header::CACHE_CONTROL], "no-store");

        let foreign = PageLinks::new("http://x", Secret::from("0".repeat(64)), 7);
        let forged = foreign.token(id, house.app.clock.now());
        for token in [forged.as_str(), "nonsense", &street[6..street.len() - 2]] {
            let page = browser.get(&format!("/c/i/{token}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{token}");
            assert!(!page.has("工资"));
        }
        house.app.clock.advance(Duration::from_secs(7 * 24 * 3600));
        let page = browser.get(&street).await;
        assert_eq!(page.status, StatusCode::GONE);
        assert!(page.has("这个链接已经失效") && !page.has("工资"));
        let late = browser.post(&format!("{street}/message"), &[("body", "还在吗")]).await;
        assert_eq!(late.status, StatusCode::GONE);
    }
}

in_both! {
    async fn large_text_is_remembered(house: House) {
        let mut browser = house.stranger();
        assert!(!browser.get("/c/privacy").await.has("class=\"large\""));
        let page = browser.get("/c/privacy?large=1").await;
        assert!(page.has("class=\"large\""));
        let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
        browser.cookie = cookie.split(';').next().map(str::to_owned);
        assert!(browser.get("/c/organizations").await.has("class=\"large\""));
        assert!(!browser.get("/c/organizations?large=0").await.has("class=\"large\""));
    }
}

in_both! {
    async fn the_citizen_rates_asks_on_and_says_that_it_is_not_solved(house: House) {
        let id = house.labor_inquiry().await;
        let (page, street) = (format!("/console/inquiries/{id}"), house.street(id));
        let (li, citizen) = (house.log_in("li").await, house.stranger());
        let early = citizen.submit(&street, &format!("{street}/rate"), &[("score", "5")]).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        li.submit(&page, &format!("{page}/answer"), &[("body", "去劳动监察投诉。")]).await;
        let shown = citizen.get(&street).await;
        assert!(shown.has("去劳动监察投诉。") && shown.has("李答复 · labor 服务中心"));

        let fields = [("score", "4"), ("comment", "讲得清楚")];
        let done = citizen.submit(&street, &format!("{street}/rate"), &fields).await;
        assert_eq!(done.location(), format!("{street}?done=rated"));
        assert!(citizen.get(done.location()).await.has("满意（已选）"));
        for odd in ["0", "6", "-1", "x", ""] {
            let refused = citizen.submit(&street, &format!("{street}/rate"), &[("score", odd)]).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{odd}");
        }
        assert!(li.get(&page).await.has("讲得清楚"));

        let body = [("body", "我的电话是13812345678，要带什么材料？")];
        let done = citizen.submit(&street, &format!("{street}/message"), &body).await;
        assert_eq!(done.location(), format!("{street}?done=sent"));
        let read = li.get(&page).await;
        assert!(read.has("要带什么材料") && !read.has("13812345678"));
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries WHERE state = 'claimed'").await, 1);

        let done = citizen.submit(&street, &format!("{street}/unsolved"), &[]).await;
        assert_eq!(done.location(), format!("{street}?done=unsolved"));
        assert!(li.get(&page).await.has("群众说还没解决"));
        house.app.clock.advance(Duration::from_secs(7 * 24 * 3600));
        let fresh = house.street(id);
        let late = citizen.submit(&fresh, &format!("{fresh}/rate"), &[("score", "1")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert_eq!(house.app.number("SELECT rating FROM inquiries").await, 4);
    }
}

in_both! {
    async fn danger_on_the_page_is_urgent_at_once(house: House) {
        let id = house.labor_inquiry().await;
        let street = house.street(id);
        let body = [("body", "我不想活了，今晚就从楼上跳下去")];
        let done = house.stranger().submit(&street, &format!("{street}/message"), &body).await;
        assert_eq!(done.location(), format!("{street}?done=danger"));
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries WHERE urgent").await, 1);
        let shown = house.log_in("li").await.get(&format!("/console/inquiries/{id}")).await;
        assert!(shown.has("可能有人身危险"));
    }
}

in_both! {
    async fn too_many_forms_of_one_page_are_refused_with_their_text(house: House) {
        let id = house.labor_inquiry().await;
        let street = house.street(id);
        let citizen = house.stranger();
        let path = format!("{street}/message");
        for n in 0..20 {
            let body = format!("第 {n} 条");
            assert_eq!(citizen.post(&path, &[("body", &body)]).await.status, StatusCode::SEE_OTHER);
        }
        let refused = citizen.post(&path, &[("body", "第二十一条")]).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(refused.has("readonly>第二十一条</textarea>"));
        house.app.clock.advance(Duration::from_secs(3601));
        let later = citizen.post(&path, &[("body", "第二十一条")]).await;
        assert_eq!(later.status, StatusCode::SEE_OTHER);
    }
}

in_both! {
    async fn a_refused_follow_up_keeps_its_text_and_a_repeated_one_is_written_once(house: House) {
        let id = house.labor_inquiry().await;
        let street = house.street(id);
        let citizen = house.stranger();
        let long = "长".repeat(2001);
        let refused = citizen.submit(&street, &format!("{street}/message"), &[("body", &long)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has(&format!(">{long}</textarea>")));
        let shown = citizen.get(&street).await;
        let once = shown.hidden("once");
        for (body, written) in [("补充一句", 1), ("补充一句", 1), ("再补充一句", 2)] {
            let fields = [("once", once), ("body", body)];
            let done = citizen.post(&format!("{street}/message"), &fields).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER);
            let sql = "SELECT count(*) FROM messages WHERE inbox_key IS NULL";
            assert_eq!(house.app.number(sql).await, written, "{body}");
        }
    }
}

in_both! {
    async fn an_erased_inquiry_is_gone_for_everybody(house: House) {
        let id = house.labor_inquiry().await;
        let (page, street) = (format!("/console/inquiries/{id}"), house.street(id));
        let (li, citizen) = (house.log_in("li").await, house.stranger());
        li.submit(&page, &format!("{page}/note"), &[("body", "备注")]).await;
        li.submit(&page, &format!("{page}/answer"), &[("body", "答复")]).await;
        house.app.settle().await;
        let done = citizen.post(&format!("{street}/erase"), &[("confirm", "yes")]).await;
        assert_eq!(done.status, StatusCode::OK);
        for sql in [
            "SELECT count(*) FROM inquiries",
            "SELECT count(*) FROM messages",
            "SELECT count(*) FROM offers",
            "SELECT count(*) FROM deliveries",
            "SELECT count(*) FROM conversations WHERE state <> '{}'",
            "SELECT count(*) FROM inbox WHERE body <> '' OR reply <> ''",
            "SELECT count(*) FROM engagement_events WHERE inquiry_id IS NOT NULL",
        ] {
            assert_eq!(house.app.number(sql).await, 0, "{sql}");
        }
        let kept = "SELECT count(*) FROM engagement_events WHERE kind = 'inquiry.answer'";
        assert_eq!(house.app.number(kept).await, 1);
        assert_eq!(citizen.get(&street).await.status, StatusCode::NOT_FOUND);
        assert_eq!(li.get(&page).await.status, StatusCode::NOT_FOUND);
        assert!(li.get("/console/inbox?tab=all").await.has("共 0 条"));
    }
}

/// Whether any file of the database holds these words.
pub fn on_disk(house_folder: &std::path::Path, words: &str) -> bool {
    std::fs::read_dir(house_folder).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_inquiry_leaves_no_word_in_the_database_file() {
    const CANARIES: [&str; 6] =
        ["金丝雀问题", "金丝雀追问", "金丝雀草稿", "金丝雀备注", "金丝雀答复", "金丝雀迟到的答复"];
    let house = House::open().await;
    let question = format!("老板拖欠我三个月工资，我在武进湖塘，{}，怎么办？", CANARIES[0]);
    // Beyond one page of the file, so that overflow pages are freed as well.
    let question = format!("{question}{}", "我有工资条、劳动合同和考勤记录。".repeat(100));
    let id = house.asked("oCANARY", &question).await;
    let other = house.asked("oOTHER", "老板拖欠我工资，别人的金丝雀，在武进湖塘").await;
    let (page, street) = (format!("/console/inquiries/{id}"), house.street(id));
    let (li, citizen) = (house.log_in("li").await, house.stranger());
    let answer = format!("{page}/answer");
    citizen.submit(&street, &format!("{street}/message"), &[("body", CANARIES[1])]).await;
    li.submit(&page, &format!("{page}/note"), &[("body", CANARIES[3])]).await;
    li.submit(&page, &answer, &[("body", CANARIES[4])]).await;
    house.app.settle().await;
    // The window closes; the late answer travels in the reply to another push.
    house.app.clock.advance(Duration::from_secs(49 * 3600));
    let li_again = house.log_in("li").await;
    li_again.submit(&page, &answer, &[("body", CANARIES[5])]).await;
    house.app.settle().await;
    house.app.simulator.text("oCANARY", "谢谢").await;
    house.app.settle().await;
    li_again.submit(&page, &format!("{page}/draft"), &[("body", CANARIES[2])]).await;
    house.app.db().flush_log().await;
    for canary in CANARIES {
        assert!(on_disk(&house.folder, canary), "{canary} is there before");
    }

    let street = house.street(id);
    let asked = citizen.get(&format!("{street}/erase")).await;
    assert!(asked.has("删除这次咨询的资料？"));
    let unsure = citizen.post(&format!("{street}/erase"), &[]).await;
    assert_eq!(unsure.status, StatusCode::SEE_OTHER, "nothing without the confirmation");
    let done = citizen.post(&format!("{street}/erase"), &[("confirm", "yes")]).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.has("资料已经删除"));

    assert_eq!(citizen.get(&street).await.status, StatusCode::NOT_FOUND);
    assert_eq!(li_again.get(&page).await.status, StatusCode::NOT_FOUND);
    house.app.settle().await;
    for canary in CANARIES {
        assert!(!on_disk(&house.folder, canary), "{canary} is gone after");
    }
    assert!(on_disk(&house.folder, "别人的金丝雀"));
    let linked = "SELECT count(*) FROM engagement_events WHERE kind = 'inquiry.opened' AND inquiry_id IS NULL";
    assert_eq!(house.app.number(linked).await, 1);
    assert_eq!(citizen.get(&house.street(other)).await.status, StatusCode::OK);
    // The same person can ask again.
    let again = house.asked("oCANARY", "老板又拖欠我两个月工资，武进湖塘").await;
    assert_ne!(again, id);
}
