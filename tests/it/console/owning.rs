//! Who has an inquiry, and what they have seen of it.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::inquiries::actions::staff::{claim, save_draft};

use super::browser::House;

const ANSWERS: &str = "SELECT count(*) FROM messages WHERE author = 'staff'";

in_both! {
    async fn an_answer_waits_when_the_citizen_wrote_meanwhile(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let li = house.log_in("li").await;
        let shown = li.get(&page).await;
        house.app.clock.advance(Duration::from_secs(60));
        house.app.simulator.text("oLABOR", "补充：老板已经把工资发了一半").await;
        house.app.settle().await;
        let fields =
            [("once", shown.hidden("once")), ("seen", shown.hidden("seen")), ("body", "没看到补充的答复")];
        let stopped = li.post(&format!("{page}/answer"), &fields).await;
        assert_eq!(stopped.status, StatusCode::CONFLICT);
        assert!(stopped.has("群众在 今天") && stopped.has("又写了新的内容"), "{}", stopped.body);
        assert!(stopped.has("老板已经把工资发了一半") && !stopped.has("老板拖欠我三个月工资"));
        assert!(stopped.has(">没看到补充的答复</textarea>") && stopped.has("仍然发送"));
        assert!(!stopped.has("改为补充"), "there is no colleague's answer to add to");
        assert_eq!(house.app.number(ANSWERS).await, 0);
        assert!(li.get(&page).await.has(">没看到补充的答复</textarea>"), "kept as a draft");

        let fields = [
            ("once", stopped.hidden("once")),
            ("seen", stopped.hidden("seen")),
            ("body", "看过补充的答复"),
            ("choice", "send"),
        ];
        let done = li.post(&format!("{page}/answer"), &fields).await;
        assert_eq!(done.location(), format!("{page}?done=answered"), "{}", done.body);
        assert_eq!(house.app.number(ANSWERS).await, 1);
    }
}

in_both! {
    async fn only_the_owner_sends_and_a_manager_takes_over_with_a_reason(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let (li, manager) = (house.log_in("li").await, house.log_in("manager").await);
        li.submit(&page, &format!("{page}/claim"), &[]).await;
        let shut = manager.get(&page).await;
        assert!(shut.has("只有认领人能答复") && !shut.has("<textarea") && shut.has("/take-over"));
        let seen = shut.hidden("seen");
        let answer = [("seen", seen), ("body", "绕过认领人")];
        let refused = manager.post(&format!("{page}/answer"), &answer).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.has("只有认领人能答复") && refused.has("绕过认领人"));

        let path = format!("{page}/take-over");
        assert!(!li.get(&page).await.has("/take-over"));
        let silent = manager.post(&path, &[("reason", " ")]).await;
        assert_eq!(silent.status, StatusCode::BAD_REQUEST);
        let by_colleague = house.log_in("wang").await.post(&path, &[("reason", "想要")]).await;
        assert_eq!(by_colleague.status, StatusCode::FORBIDDEN);
        let done = manager.submit(&page, &path, &[("reason", "李答复今天请假")]).await;
        assert_eq!(done.location(), format!("{page}?done=claimed"), "{}", done.body);
        let told = li.get(&page).await;
        assert!(told.has("赵管理 从 李答复 手里接手，理由：李答复今天请假"), "{}", told.body);
        assert!(told.has("赵管理 正在办理") && !told.has("<textarea"));
        let alerted = "SELECT s.username FROM alerts a JOIN staff s ON s.id = a.recipient \
            WHERE a.occasion = 'taken_over'";
        assert_eq!(house.app.text(alerted).await, "li");
        let alerts = li.get("/console/alerts").await;
        assert!(alerts.has("咨询被接手") && alerts.has(&page) && !alerts.has("请假"));
        manager.submit(&page, &format!("{page}/answer"), &[("body", "管理员的答复")]).await;
        assert_eq!(house.app.number(ANSWERS).await, 1);
    }
}

in_both! {
    async fn a_claim_holds_while_its_owner_works_and_ends_by_itself(house: House) {
        let id = house.labor_inquiry().await;
        let (deps, owner) = (&house.app.app.web.deps, &house.app.labor_responder);
        let page = format!("/console/inquiries/{id}");
        claim(deps, owner, id).await.unwrap();
        assert!(house.log_in("li").await.get(&page).await.has("认领保留到"));
        let claims = "SELECT count(*) FROM inquiries WHERE state = 'claimed'";
        // Many days of work, never four hours without a word.
        for nth in 0..40 {
            house.app.clock.advance(Duration::from_secs(3 * 3600));
            save_draft(deps, owner, id, &format!("还在写 {nth}")).await.unwrap();
            house.app.settle().await;
        }
        assert_eq!(house.app.number(claims).await, 1, "at work");
        house.app.clock.advance(Duration::from_secs(12 * 24 * 3600));
        house.app.settle().await;
        assert_eq!(house.app.number(claims).await, 0);
        let wang = house.log_in("wang").await;
        let free = wang.get(&page).await;
        assert!(free.has("认领人太久没有操作，系统放回待认领"), "{}", free.body);
        let done = wang.submit(&page, &format!("{page}/claim"), &[]).await;
        assert_eq!(done.location(), format!("{page}?done=claimed"));
        assert_eq!(house.app.text("SELECT body FROM drafts").await, "还在写 39", "kept");
    }
}
