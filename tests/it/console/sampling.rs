//! Who was not satisfied hears from somebody else, and answers are read blind by another organization.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::inquiries::InquiryId;
use pufa::quality::rules::{RUBRIC, last_month};

use super::browser::{Browser, House, Page};

const DAY: Duration = Duration::from_secs(86_400);

async fn answer(browser: &Browser, id: InquiryId, body: &str) -> Page {
    browser.answer(&format!("/console/inquiries/{id}"), body).await
}

async fn rate(house: &House, id: InquiryId, stars: &str) {
    let page = format!("{}/rate", house.street(id));
    let done = house.stranger().post(&page, &[("score", stars)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

in_both! {
    async fn who_was_not_satisfied_hears_from_somebody_else_within_a_working_day(house: House) {
        let id = house.labor_inquiry().await;
        let talk = format!("/console/inquiries/{id}");
        let (li, wang) = (house.log_in("li").await, house.log_in("wang").await);
        answer(&li, id, "不清楚，您问别人吧。").await;
        rate(&house, id, "1").await;
        let open = "SELECT count(*) FROM callbacks k JOIN inquiries i ON i.id = k.inquiry_id \
            WHERE k.done_at IS NULL AND k.due_at = i.due_at AND i.state = 'offered' \
            AND i.assignee_id IS NULL AND k.due_at > k.opened_at";
        assert_eq!(house.app.number(open).await, 1);
        let told = house.stranger().get(&house.street(id)).await;
        assert!(told.has("会换一位人员再答复您"), "{}", told.body);

        let own = li.get(&talk).await;
        assert!(own.has("这次要换一位同事") && !own.has(&format!("{talk}/claim")));
        for verb in ["claim", "answer", "close"] {
            let fields = [("once", own.hidden("once")), ("body", "再答一次"), ("seen", "9"), ("outcome", "other")];
            let refused = li.post(&format!("{talk}/{verb}"), &fields).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{verb}");
        }
        assert!(wang.get("/console/inbox").await.has("换人回访"));
        assert!(wang.get(&talk).await.has("群众不满意，换人回访"));
        assert!(answer(&wang, id, "可以先向劳动监察投诉。").await.location().ends_with("answered"));
        let by = "SELECT s.username FROM callbacks k JOIN staff s ON s.id = k.done_by \
            WHERE k.ended = 'answered'";
        assert_eq!(house.app.text(by).await, "wang");
        assert!(!wang.get("/console/inbox?tab=organization").await.has("换人回访"));

        rate(&house, id, "2").await;
        rate(&house, id, "5").await;
        let back = "SELECT count(*) FROM callbacks WHERE ended = 'taken_back'";
        assert_eq!(house.app.number(back).await, 1, "the citizen thinks better of it");
    }
}

in_both! {
    async fn where_nobody_else_is_there_the_second_answer_comes_from_elsewhere(house: House) {
        let fire = "UPDATE staff SET active = FALSE WHERE username = 'family-responder'";
        let mut tx = house.app.app.web.deps.db.begin().await.unwrap();
        pufa::run!(&mut tx, sqlx::query(fire)).unwrap();
        tx.commit().await.unwrap();
        let id = house.asked("oFAMILY", "我在武进湖塘，想离婚，孩子抚养权怎么争取？").await;
        answer(&house.log_in("stranger").await, id, "看法院。").await;
        let page = format!("{}/unsolved", house.street(id));
        house.stranger().post(&page, &[]).await;
        house.app.clock.advance(Duration::from_secs(31));
        house.app.settle().await;
        let moved = "SELECT count(*) FROM inquiries WHERE organization_id IS NULL AND state = 'waiting'";
        assert_eq!(house.app.number(moved).await, 1);
    }
}

in_both! {
    async fn a_stranger_reads_blind_and_a_wrong_answer_is_put_right(house: House) {
        let month = house.app.clock.now().in_shanghai().strftime("%Y-%m").to_string();
        let id = house.labor_inquiry().await;
        let words = "labor 服务中心李答复：仲裁时效两年，请拨 13812345678 找王答复。";
        answer(&house.log_in("li").await, id, words).await;
        rate(&house, id, "1").await;
        while last_month(house.app.clock.now()) < month {
            house.app.clock.advance(DAY);
        }
        house.app.clock.advance(DAY);
        house.app.settle().await;
        let supervisor = house.log_in("supervisor").await;
        let drawn = "SELECT count(*) FROM quality_samples WHERE why = 'dissatisfied'";
        assert_eq!(house.app.number(drawn).await, 1, "drawn by the clock");
        let again = supervisor.post("/console/quality/draw", &[("month", &month)]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(supervisor.get("/console/quality").await.has(&month));

        // Those who answered get nothing to read; a stranger gets the text and no name.
        let (li, reader) = (house.log_in("li").await, house.log_in("stranger").await);
        let take = "/console/quality/take";
        assert!(li.submit("/console/inbox", take, &[]).await.has("没有别的单位的答复"));
        assert!(reader.get("/console/quality").await.has("有 1 件"));
        let page = reader.submit("/console/quality", take, &[]).await.location().to_owned();
        assert!(page.starts_with("/console/quality/"), "{page}");
        let shown = reader.get(&page).await;
        assert!(shown.has("拖欠我三个月工资") && shown.has("仲裁时效两年"), "{}", shown.body);
        for secret in ["李答复", "王答复", "labor", "13812345678", &id.to_string()] {
            assert!(!shown.has(secret), "{secret}");
        }
        let operator = house.log_in("operator").await;
        for other in [&li, &house.log_in("wang").await, &operator] {
            assert_eq!(other.get(&page).await.status, StatusCode::NOT_FOUND);
            assert_eq!(other.post(&page, &[]).await.status, StatusCode::NOT_FOUND);
        }
        let inquiry = format!("/console/inquiries/{id}");
        assert_eq!(reader.get(&inquiry).await.status, StatusCode::NOT_FOUND, "no scope comes of it");

        let mut marks: Vec<(&str, &str)> = RUBRIC.iter().map(|line| (line.code, "4")).collect();
        assert!(reader.post(&page, &marks[1..]).await.has("五项都要打分"));
        marks[0].1 = "1";
        let refused = reader.post(&page, &marks).await;
        assert!(refused.status == StatusCode::BAD_REQUEST && refused.has("写明正确的答复"));
        marks.extend([("wrong", "1"), ("remark", "时效说错了"), ("correction", "仲裁时效是一年，从离职那天算起。")]);
        assert!(reader.post(&page, &marks).await.location().ends_with("done=read"));
        assert_eq!(reader.get(&page).await.status, StatusCode::NOT_FOUND, "handed in");
        assert_eq!(reader.post(&format!("{page}/correct"), &[("verdict", "send")]).await.status, StatusCode::NOT_FOUND);

        let own = li.get("/console/quality").await;
        assert!(own.has("结论错误，照做会受损失") && own.has("时效说错了") && own.has("仲裁时效是一年"));
        assert!(!own.has("孙外单位"), "the reader stays unknown");
        assert!(!operator.get("/console/quality").await.has("仲裁时效是一年"), "the organization first");
        house.app.clock.advance(DAY * 4);
        let (operator, li) = (house.log_in("operator").await, house.log_in("li").await);
        let lying = operator.get("/console/quality").await;
        assert!(lying.has("仲裁时效是一年") && !lying.has("三个月工资"), "{}", lying.body);
        let correct = format!("{page}/correct");
        let refused = operator.post(&correct, &[("verdict", "refuse"), ("reason", "没有错")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let missing = "/console/quality/uncorrected";
        let shown = house.log_in("supervisor").await.get(missing).await;
        assert!(shown.has("等单位处理") && shown.has("labor 服务中心"), "{}", shown.body);
        assert_eq!(operator.get(missing).await.status, StatusCode::FORBIDDEN);
        let better = [("verdict", "send"), ("body", "仲裁时效是一年，从离职那天算起，请抓紧。")];
        assert!(li.post(&correct, &better).await.location().ends_with("corrected-answer"));
        assert_eq!(li.post(&correct, &better).await.status, StatusCode::CONFLICT, "once");
        house.app.settle().await;
        assert_eq!(house.app.number("SELECT count(*) FROM messages WHERE correction").await, 1);
        let case = house.stranger().get(&house.street(id)).await;
        assert!(case.has(">更正后的答复</h2>") && case.has("请抓紧"), "{}", case.body);
        assert!(house.log_in("supervisor").await.get(missing).await.has("这个月没有"));

        house.stranger().post(&format!("{}/erase", house.street(id)), &[("confirm", "yes")]).await;
        assert_eq!(house.app.number("SELECT count(*) FROM quality_samples").await, 0);
        assert_eq!(house.app.number("SELECT count(*) FROM callbacks").await, 0);
    }
}

in_both! {
    async fn supervisors_see_by_month_which_wrong_answers_stayed_and_why(house: House) {
        let month = house.app.clock.now().in_shanghai().strftime("%Y-%m").to_string();
        let id = house.labor_inquiry().await;
        answer(&house.log_in("li").await, id, "仲裁时效两年。").await;
        rate(&house, id, "1").await;
        while last_month(house.app.clock.now()) < month {
            house.app.clock.advance(DAY);
        }
        house.app.clock.advance(DAY);
        house.app.settle().await;
        let (li, reader) = (house.log_in("li").await, house.log_in("stranger").await);
        let page = reader.submit("/console/quality", "/console/quality/take", &[]).await;
        let page = page.location().to_owned();
        let mut marks: Vec<(&str, &str)> = RUBRIC.iter().map(|line| (line.code, "4")).collect();
        marks.extend([("wrong", "1"), ("correction", "仲裁时效是一年，从离职那天算起。")]);
        reader.post(&page, &marks).await;
        let why = [("verdict", "refuse"), ("reason", "群众 13812345678 已来电说明，按旧约定执行")];
        let kept = li.post(&format!("{page}/correct"), &why).await;
        assert!(kept.location().ends_with("done=saved"), "{}", kept.body);

        let supervisor = house.log_in("supervisor").await;
        assert!(supervisor.get("/console/quality").await.has("href=\"/console/quality/uncorrected\""));
        for address in [String::new(), format!("?month={month}")] {
            let shown = supervisor.get(&format!("/console/quality/uncorrected{address}")).await;
            assert!(shown.has("已来电说明，按旧约定执行") && shown.has(&month), "{}", shown.body);
            assert!(shown.has("单位说明不更正") && shown.has(&format!("/console/inquiries/{id}")));
            for private in ["13812345678", "拖欠", "李答复", "孙外单位"] {
                assert!(!shown.has(private), "{private}: {}", shown.body);
            }
        }
        assert!(!li.get("/console/quality").await.has("/console/quality/uncorrected"));
    }
}
