//! Referrals: nothing leaves before the citizen has agreed, and then only what they agreed to.

use std::time::Duration;

use axum::http::{StatusCode, header};
use pufa::inquiries::InquiryId;
use serde_json::Value;

use super::browser::{Browser, House, Page};

const NAME: &str = "钱小满";
const PHONE: &str = "13812345678";

async fn propose(browser: &Browser, id: InquiryId, fields: &[(&str, &str)]) -> Page {
    let form = format!("/console/inquiries/{id}/refer");
    browser.submit(&form, &form, fields).await
}

async fn decide(house: &House, id: InquiryId, fields: &[(&str, &str)]) -> Page {
    let page = format!("{}/referral", house.street(id));
    let citizen = house.stranger();
    let shown = citizen.get(&page).await;
    let mut all = vec![("referral", shown.hidden("referral"))];
    all.extend(fields);
    citizen.post(&page, &all).await
}

async fn step(browser: &Browser, page: &str, step: &str, remark: &str) -> Page {
    browser.submit(page, &format!("{page}/step"), &[("step", step), ("remark", remark)]).await
}

in_both! {
    async fn legal_aid_gets_what_the_citizen_agreed_to_and_its_clock_runs(house: House) {
        let id = house.labor_inquiry().await;
        let li = house.log_in("li").await;
        let form = format!("/console/inquiries/{id}/refer");
        let blank = li.get(&form).await;
        for words in ["第 31 条", "第 32 条", "第 42 条", "第 38 条", "拖欠我三个月工资"] {
            assert!(blank.has(words), "{words}: {}", blank.body);
        }
        let told = [("kind", "legal_aid"), ("question", "拖欠三个月工资，老板电话 13900001111"),
            ("matter", "cause"), ("district", "320412"), ("remark", "急")];
        let refused = propose(&li, id, &told).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("至少勾选一项") && refused.has("拖欠三个月工资，老板电话"));
        let mut all = told.to_vec();
        all.extend([("ground", "31-5"), ("ground", "42-3")]);
        let done = propose(&li, id, &all).await;
        assert!(done.location().ends_with("done=proposed"), "{}", done.body);
        let page = done.location().split('?').next().unwrap().to_owned();
        house.app.settle().await;
        let chat = house.app.simulator.chat("oLABOR");
        let asked = |text: &str| text.contains("武进区法律援助中心") && text.contains("逐项决定");
        assert!(chat.iter().any(|bubble| bubble.text().is_some_and(asked)));

        // The promise of an answer runs on, and nothing leaves.
        let promised = "SELECT count(*) FROM inquiries WHERE answered_at IS NULL AND state = 'offered'";
        assert_eq!(house.app.number(promised).await, 1);
        for way in ["sheet", "data"] {
            let early = li.get(&format!("{page}/{way}")).await;
            assert_eq!(early.status, StatusCode::CONFLICT, "{way}");
            assert!(early.has("群众同意以后") && !early.has("三个月工资"));
        }
        assert_eq!(step(&li, &page, "send", "").await.status, StatusCode::CONFLICT);
        let forged = step(&li, &page, "consent", "").await;
        assert_eq!(forged.status, StatusCode::BAD_REQUEST, "only the citizen agrees");

        let street = house.street(id);
        let case = house.stranger().get(&street).await;
        assert!(case.has("武进区法律援助中心") && case.has("等您决定"), "{}", case.body);
        let shown = house.stranger().get(&format!("{street}/referral")).await;
        for words in ["事情经过", "法律领域", "地区", "申请法律援助的理由", "向哪里申请", "139****1111"] {
            assert!(shown.has(words), "{words}");
        }
        let nothing = decide(&house, id, &[("decision", "yes")]).await;
        assert!(nothing.status == StatusCode::BAD_REQUEST && nothing.has("没有勾选任何内容"));
        let yes = [("decision", "yes"), ("item", "question"), ("item", "grounds"), ("item", "venue"),
            ("name", NAME), ("phone", PHONE)];
        let done = decide(&house, id, &yes).await;
        assert!(done.location().ends_with("done=consented"), "{}", done.body);
        assert_eq!(decide(&house, id, &yes).await.status, StatusCode::CONFLICT, "once");

        let sheet = li.get(&format!("{page}/sheet")).await;
        assert!(sheet.has("第 31 条") && sheet.has(NAME) && sheet.has(PHONE) && sheet.has("labor 服务中心"));
        assert!(!sheet.has("法律领域") && !sheet.has("给对方的说明"), "not agreed to");
        let data = li.get(&format!("{page}/data")).await;
        assert!(data.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains(".json"));
        let data: Value = serde_json::from_str(&data.body).unwrap();
        assert_eq!((&data["schema"], &data["kind"]), (&"pufa.referral/1".into(), &"legal_aid".into()));
        let keys: Vec<_> = data["items"].as_array().unwrap().iter().map(|i| i["key"].clone()).collect();
        assert_eq!(keys, ["question", "grounds", "venue"]);
        assert_eq!(data["items"][1]["codes"], serde_json::json!(["31-5", "42-3"]));
        assert_eq!(data["contact"]["phone"], PHONE);
        let shown = li.get(&page).await;
        assert!(shown.has("不转出") && !shown.has(PHONE) && !shown.has(NAME));
        assert!(shown.has("李答复 打印了转介单") && shown.has("李答复 下载了数据"));
        assert!(!house.app.text("SELECT contact FROM referrals").await.contains(PHONE), "sealed");

        assert!(step(&li, &page, "send", "").await.location().ends_with("done=saved"));
        assert!(li.get(&page).await.has("还剩 6 天") || li.get(&page).await.has("还剩 7 天"));
        let talk = format!("/console/inquiries/{id}");
        li.submit(&talk, &format!("{talk}/answer"), &[("body", "先申请法律援助。")]).await;
        house.app.clock.advance(Duration::from_secs(8 * 86_400));
        let li = house.log_in("li").await;
        let list = li.get("/console/referrals").await;
        assert!(list.has("已超时") && list.has("class=\"badge\">1<"), "{}", list.body);
        step(&li, &page, "accept", "").await;
        assert_eq!(step(&li, &page, "finish", " ").await.status, StatusCode::BAD_REQUEST);
        step(&li, &page, "finish", "已指派律师").await;
        let told = house.stranger().get(&format!("{}/referral", house.street(id))).await;
        assert!(told.has("已有结果") && told.has("已指派律师"));
        assert_eq!(li.get(&format!("{page}/sheet")).await.status, StatusCode::CONFLICT);
    }
}

in_both! {
    async fn a_citizen_says_no_or_takes_the_consent_back_and_erases_it_all(house: House) {
        let id = house.labor_inquiry().await;
        let (li, stranger) = (house.log_in("li").await, house.log_in("stranger").await);
        let fields = [("kind", "12345"), ("receiver", "12345 热线"), ("question", "工地欠薪想反映")];
        let page = propose(&li, id, &fields).await.location().split('?').next().unwrap().to_owned();
        assert_eq!(stranger.get(&page).await.status, StatusCode::NOT_FOUND);
        let other = house.asked("oFAMILY", "我在武进湖塘，想离婚，孩子抚养权怎么争取？").await;
        let referral = page.rsplit('/').next().unwrap();
        let foreign = format!("{}/referral", house.street(other));
        let fields = [("referral", referral), ("decision", "yes"), ("item", "question")];
        let crossed = house.stranger().post(&foreign, &fields).await;
        assert_eq!(crossed.status, StatusCode::NOT_FOUND, "another citizen's link");
        decide(&house, id, &[("decision", "no")]).await;
        assert!(li.get(&page).await.has("群众没有同意"));
        assert_eq!(li.get(&format!("{page}/data")).await.status, StatusCode::CONFLICT);

        let fields = [("kind", "mediation"), ("receiver", "湖塘镇调委会"), ("question", "想调解解决")];
        let page = propose(&li, id, &fields).await.location().split('?').next().unwrap().to_owned();
        let yes = [("decision", "yes"), ("item", "question"), ("phone", PHONE)];
        decide(&house, id, &yes).await;
        step(&li, &page, "send", "").await;
        assert!(li.get(&format!("{page}/sheet")).await.has("想调解解决"));
        let done = decide(&house, id, &[("decision", "withdraw")]).await;
        assert!(done.location().ends_with("done=taken-from"), "{}", done.body);
        assert_eq!(li.get(&format!("{page}/sheet")).await.status, StatusCode::CONFLICT);
        assert!(li.get(&page).await.has("群众已撤回同意"));
        assert_eq!(house.app.number("SELECT count(*) FROM referrals WHERE contact IS NOT NULL").await, 0);

        let erase = format!("{}/erase", house.street(id));
        house.stranger().post(&erase, &[("confirm", "yes")]).await;
        assert_eq!(house.app.number("SELECT count(*) FROM referrals").await, 0);
    }
}

#[test]
fn the_checklist_has_every_ground_of_the_law() {
    use pufa::referrals::rules::CHECKLIST;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/statutes.jsonl");
    let Ok(statutes) = std::fs::read_to_string(file) else {
        println!("skipped: {file} is not there");
        return;
    };
    for list in &CHECKLIST {
        let article = statutes.lines().find_map(|line| {
            let line = line.contains("\"law\": \"法律援助法\"").then_some(line)?;
            let read: Value = serde_json::from_str(line).ok()?;
            (read["no"] == list.article).then(|| read["text"].as_str().unwrap_or("").to_owned())
        });
        let article = article.expect("an article");
        let grounds = article.lines().filter(|line| line.starts_with('（')).count();
        assert_eq!(list.grounds.len(), grounds, "article {}", list.article);
    }
}
