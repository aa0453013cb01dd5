//! Responders say which articles answer a question; retrieval follows on every node, and forgets.

use axum::http::StatusCode;
use pufa::inquiries::InquiryId;
use pufa::knowledge::live::{Hit, Live};
use pufa::knowledge::{actions, import::Line};
use pufa::platform::Deps;

use super::browser::{Browser, House};

const LESSONS: &str = "/console/knowledge/lessons";
/// Words that the article does not have, said by another citizen in other words than the first.
const LIKE_IT: &str = "包工头跑路了，血汗钱没着落";

async fn shelf(deps: &Deps) {
    for (law, from, to, articles) in [
        (
            "工资支付法",
            "2001-01-01",
            "",
            ["用人单位应当按月支付劳动者工资。", "拖欠工资的,责令限期支付。"],
        ),
        (
            "工程承包法",
            "2001-01-01",
            "",
            ["总承包单位对分包单位欠款负清偿责任。", "工程应当验收。"],
        ),
        ("旧工资条例", "1980-01-01", "2010-01-01", ["工资按月支付。", "不得拖欠。"]),
    ] {
        let line = |(no, text): (usize, &&str)| {
            let json = serde_json::json!({ "law": law, "date": from, "no": no + 1, "text": text,
                "in_force_to": to, "repealed_by": if to.is_empty() { "" } else { "工资支付法" } });
            Line::read(&json.to_string()).unwrap()
        };
        let lines: Vec<Line> = articles.iter().enumerate().map(line).collect();
        actions::import(deps, &lines).await.unwrap();
    }
}

async fn best(live: &Live) -> Vec<Hit> {
    live.refresh(None).await.unwrap();
    live.search(LIKE_IT, 2).await.unwrap().unwrap()
}

async fn say(who: &Browser, id: InquiryId, article: (&str, &str), word: &str) -> String {
    let page = format!("/console/inquiries/{id}");
    let fields = [("name", article.0), ("number", article.1), ("insertion", "0"), ("word", word)];
    let done = who.submit(&page, &format!("{page}/cite"), &fields).await;
    done.location().to_owned()
}

in_both! {
    async fn a_confirmed_article_teaches_every_node_at_once_and_can_be_taken_back(house: House) {
        let web = &house.app.app.web;
        shelf(&web.deps).await;
        web.knowledge.refresh(None).await.unwrap();
        // Another process of the same installation, which hears no news of this one.
        let other = Live::new(web.deps.clone()).unwrap();
        let before = best(&other).await;
        let id = house.asked("oLABOR", "我在武进湖塘工地干活，电话13812345678，包工头跑路了，血汗钱没着落，老板拖欠工资").await;
        let (li, page) = (house.log_in("li").await, format!("/console/inquiries/{id}"));
        let shown = li.get(&page).await;
        assert!(shown.has("《工资支付法》第一条") && shown.has("与问题相近"), "{}", shown.body);

        let fits = say(&li, id, ("工程承包法", "1"), "fits").await;
        assert_eq!(fits, format!("{page}?done=fits#laws"));
        let after = best(&other).await;
        assert_ne!(before, after);
        assert_eq!(after[0].number, 1);
        let contracting = web.knowledge.collection().unwrap().laws.iter()
            .find(|law| law.name == "工程承包法").unwrap().id;
        assert_eq!(after[0].law, contracting);

        // What is answered later is learned from too; private parts never are.
        let body = "按《工程承包法》第1条找总包。也见《旧工资条例》第一条。我的电话13987654321。";
        let asked = li.submit(&page, &format!("{page}/answer"), &[("body", body)]).await;
        assert!(asked.has("还没有发送") && asked.has("引用 《旧工资条例》第一条"), "{}", asked.body);
        li.answer(&page, body).await;
        let learned = house.app.text("SELECT question || answer FROM lessons WHERE removed_at IS NULL").await;
        assert!(learned.contains("血汗钱") && learned.contains("找总包"), "{learned}");
        assert!(!learned.contains("13812345678") && !learned.contains("13987654321"), "{learned}");
        let shown = li.get(&page).await;
        assert!(shown.has("李答复 确认《工程承包法》第一条适用"), "{}", shown.body);
        assert!(shown.has("这部法律自 2010-01-01 起失效，由《工资支付法》取代"), "{}", shown.body);

        // The opposite word replaces the first, and is not learned from.
        say(&li, id, ("工程承包法", "1"), "fits_not").await;
        assert_eq!(best(&other).await, before);
        assert_eq!(house.app.number("SELECT count(*) FROM lessons WHERE removed_at IS NULL").await, 1);
        assert!(say(&li, id, ("工程承包法", "1"), "back").await.contains("done=back"));
        let again = li.post(&format!("{page}/cite"),
            &[("name", "工程承包法"), ("number", "1"), ("insertion", "0"), ("word", "back")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert_eq!(house.app.number("SELECT count(*) FROM audit WHERE action = 'inquiry.cite'").await, 3);
        let unknown = li.post(&format!("{page}/cite"),
            &[("name", "旧工资条例"), ("number", "1"), ("insertion", "0"), ("word", "fits")]).await;
        assert_eq!(unknown.status, StatusCode::BAD_REQUEST, "not in force");
        let stranger = house.log_in("stranger").await;
        let foreign = stranger.post(&format!("{page}/cite"),
            &[("name", "工程承包法"), ("number", "1"), ("insertion", "0"), ("word", "fits")]).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    }
}

in_both! {
    async fn operators_see_who_confirmed_what_and_erasing_the_inquiry_empties_it(house: House) {
        let web = &house.app.app.web;
        shelf(&web.deps).await;
        web.knowledge.refresh(None).await.unwrap();
        let operator = house.log_in("operator").await;
        assert!(operator.get(LESSONS).await.has("还没有确认过的法条"));
        let li = house.log_in("li").await;
        let mut last = None;
        for (openid, canary) in [("oLABOR", "金丝雀一"), ("oTWO", "金丝雀二")] {
            let id = house.asked(openid, &format!("老板拖欠我三个月工资，我在武进湖塘，{canary}")).await;
            say(&li, id, ("工资支付法", "2"), "fits").await;
            last = Some(id);
        }
        let shown = operator.get(LESSONS).await;
        for words in ["金丝雀一", "金丝雀二", "《工资支付法》第二条", "李答复", "共 2 条"] {
            assert!(shown.has(words), "{words}: {}", shown.body);
        }
        assert_eq!(li.get(LESSONS).await.status, StatusCode::FORBIDDEN);

        pufa::governance::actions::erase_inquiry(&web.deps, last.unwrap()).await.unwrap();
        let shown = operator.get(LESSONS).await;
        assert!(shown.has("金丝雀一") && !shown.has("金丝雀二"), "{}", shown.body);
        let kept = house.app.text("SELECT question || answer FROM lessons WHERE removed_at IS NOT NULL").await;
        assert_eq!(kept, "", "nothing of the erased words is left");

        let lesson = shown.body.split("/console/knowledge/lessons/").nth(1).unwrap().split('/').next().unwrap();
        let remove = format!("{LESSONS}/{lesson}/remove");
        let done = operator.submit(LESSONS, &remove, &[]).await;
        assert_eq!(done.location(), format!("{LESSONS}?done=forgotten"));
        assert!(operator.get(LESSONS).await.has("还没有确认过的法条"));
        assert_eq!(operator.post(&remove, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.app.number("SELECT count(*) FROM audit WHERE action = 'lesson.remove'").await, 1);
    }
}
