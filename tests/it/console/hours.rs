//! When an organization works, the days that differ, whom it may not deal with; declining.

use axum::http::StatusCode;

use super::browser::House;

in_both! {
    async fn a_manager_says_when_the_organization_works_and_sees_what_that_promises(house: House) {
        let manager = house.log_in("manager").await;
        let page = format!("/console/members/{}/hours", house.app.labor);
        let shown = manager.get(&page).await;
        assert!(shown.has("还没有填写") && shown.has("09:00-12:00 13:30-17:30"), "{}", shown.body);

        let wrong = [("since", "2026-01-01"), ("day1", "9:00-8:00"), ("day2", "9:00-12:00")];
        let refused = manager.submit(&page, &page, &wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("周一的工作时间 09:00–08:00 不成立") && refused.has("9:00-8:00"));
        let unreadable = [("since", "2026-01-01"), ("day1", "上午")];
        assert!(manager.submit(&page, &page, &unreadable).await.has("“上午”不是一段时间"));

        let right = [("since", "2026-01-01"), ("day1", "9：00至12：00、14:00-18:00")];
        assert_eq!(manager.submit(&page, &page, &right).await.status, StatusCode::SEE_OTHER);
        let shown = manager.get(&page).await;
        assert!(shown.has("2026-01-01 起（现行）：周一 09:00-12:00 14:00-18:00；周二 休"), "{}", shown.body);

        let day = format!("{page}/day");
        let training = [("day", "2027-03-01"), ("kind", "closed"), ("name", "全员培训")];
        manager.submit(&page, &day, &training).await;
        assert!(manager.get(&page).await.has("2027-03-01　休息　全员培训"));
        manager.submit(&page, &day, &[("day", "2027-03-01"), ("kind", "ordinary")]).await;
        assert!(!manager.get(&page).await.has("全员培训　"));

        let interest = format!("{page}/interest");
        assert!(manager.submit(&page, &interest, &[("name", "张")]).await.has("2 到 40 个字"));
        manager.submit(&page, &interest, &[("name", "大发鞋厂"), ("reason", "顾问单位")]).await;
        assert!(manager.get(&page).await.has("大发鞋厂　顾问单位"));
        manager.submit(&page, &interest, &[("name", "大发鞋厂"), ("remove", "1")]).await;
        assert!(!manager.get(&page).await.has("大发鞋厂"));
    }
}

in_both! {
    async fn a_responder_declines_with_a_reason_and_the_operators_read_it(house: House) {
        let id = house.labor_inquiry().await;
        let responder = house.log_in("li").await;
        let page = format!("/console/inquiries/{id}");
        let shown = responder.get(&page).await;
        assert!(shown.has("前认领或退回，过时转给下一家单位") && shown.has("不接，退回"), "{}", shown.body);
        let decline = format!("{page}/decline");
        let refused = responder.submit(&page, &decline, &[("decline", "other")]).await;
        assert!(refused.has("请写一句说明"), "{}", refused.body);
        let fields = [("decline", "interest"), ("remark", "对方是本所客户")];
        let done = responder.submit(&page, &decline, &fields).await;
        assert_eq!(done.location(), "/console/inbox?done=declined");
        assert_eq!(responder.get(&page).await.status, StatusCode::NOT_FOUND);
        let operator = house.log_in("operator").await;
        let seen = operator.get(&page).await;
        assert!(seen.has("退回：与当事人有利益关系，需要回避，对方是本所客户"), "{}", seen.body);
        assert!(operator.get("/console/unmatched").await.has("没有对口的成员单位"));
    }
}
