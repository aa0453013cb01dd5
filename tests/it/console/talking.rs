//! The inbox and the conversation, for those who may see them and for those who may not.

use std::time::Duration;

use axum::http::{StatusCode, header};
use uuid::Uuid;

use super::browser::{Browser, House};

in_both! {
    async fn an_inquiry_is_claimed_answered_and_closed(house: House) {
        let id = house.labor_inquiry().await;
        let browser = house.log_in("li").await;
        let inbox = browser.get("/console/inbox").await;
        assert!(inbox.has("老板拖欠我三个月工资") && inbox.has(&format!("/console/inquiries/{id}")));
        assert!(inbox.has("共 1 条"));

        let page = format!("/console/inquiries/{id}");
        let shown = browser.get(&page).await;
        assert!(
            shown.has("老板拖欠我三个月工资") && shown.has("劳动人事") && shown.has("武进区 湖塘镇")
        );
        assert!(shown.has("还可发 5 条"), "{}", shown.body);
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries WHERE unread").await, 0);

        let done = browser.submit(&page, &format!("{page}/claim"), &[]).await;
        assert_eq!(done.location(), format!("{page}?done=claimed"));
        let shown = browser.get(done.location()).await;
        assert!(shown.has("已由您认领"));
        assert!(shown.has("/console/inbox?tab=mine&#38;part=list"), "the list beside it is one's own");

        let done =
            browser.submit(&page, &format!("{page}/answer"), &[("body", "先去劳动监察。")]).await;
        assert_eq!(done.location(), format!("{page}?done=answered"), "{}", done.body);
        house.app.settle().await;
        let shown = browser.get(&page).await;
        assert!(shown.has("先去劳动监察。") && shown.has("已送达") && shown.has("李答复 认领"));
        assert!(shown.has("还可发 4 条"));
        let chat = house.app.simulator.chat("oLABOR");
        assert!(chat.iter().any(|b| b.text().is_some_and(|text| text.contains("先去劳动监察。"))));

        let done = browser.submit(&page, &format!("{page}/close"), &[("outcome", "answered")]).await;
        assert_eq!(done.location(), format!("{page}?done=closed"));
        assert!(browser.get(&page).await.has("群众再来信时会自动重新打开"));
        assert!(browser.get("/console/inbox?tab=organization").await.has("本单位没有未办结的咨询"));
        assert!(browser.get("/console/inbox?tab=all").await.has("老板拖欠我三个月工资"));
    }
}

in_both! {
    async fn another_organization_cannot_tell_an_inquiry_from_one_that_never_was(house: House) {
        let id = house.labor_inquiry().await.to_string();
        let never = Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001).to_string();
        let stranger = house.log_in("stranger").await;
        for tab in ["unclaimed", "mine", "organization", "overdue", "all"] {
            let list = stranger.get(&format!("/console/inbox?tab={tab}&q=工资")).await;
            assert!(!list.has("老板拖欠") && !list.has(&id), "{tab}");
        }
        for tail in ["", "?part=timeline", "?part=status", "?before=3"] {
            let ask = |id: &str| {
                let path = format!("/console/inquiries/{id}{tail}");
                let stranger = stranger.clone();
                async move { stranger.get(&path).await }
            };
            let (foreign, unknown, odd) = (ask(&id).await, ask(&never).await, ask("nonsense").await);
            assert_eq!(foreign.status, StatusCode::NOT_FOUND);
            assert_eq!(foreign.body, unknown.body);
            assert_eq!(foreign.body, odd.body);
            assert_eq!(foreign.headers, unknown.headers);
        }
        let own = house.log_in("li").await;
        assert_eq!(own.get(&format!("/console/inquiries/{id}")).await.status, StatusCode::OK);
        let verbs = ["claim", "release", "answer", "note", "draft", "close"];
        for verb in verbs {
            let fields =
                [("body", "不该写进去"), ("once", never.as_str()), ("seen", "0"), ("outcome", "other")];
            let send = |id: &str| {
                let path = format!("/console/inquiries/{id}/{verb}");
                let stranger = stranger.clone();
                async move { stranger.post(&path, &fields).await }
            };
            let (foreign, unknown, odd) = (send(&id).await, send(&never).await, send("nonsense").await);
            assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{verb}");
            assert_eq!(foreign.body, unknown.body, "{verb}");
            assert_eq!(odd.status, StatusCode::NOT_FOUND, "{verb}");
        }
        assert_eq!(
            house.app.number("SELECT count(*) FROM messages WHERE author <> 'citizen'").await,
            0
        );
        assert_eq!(house.app.number("SELECT count(*) FROM drafts").await, 0);
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries WHERE state = 'offered'").await, 1);
    }
}

in_both! {
    async fn the_same_form_sent_twice_writes_one_answer_and_never_swallows_another_text(house: House) {
        let id = house.labor_inquiry().await;
        let browser = house.log_in("li").await;
        let page = format!("/console/inquiries/{id}");
        let shown = browser.get(&page).await;
        let (once, seen) = (shown.hidden("once").to_owned(), shown.hidden("seen").to_owned());
        let send = |body: &'static str| {
            let (browser, path) = (browser.clone(), format!("{page}/answer"));
            let (once, seen) = (once.clone(), seen.clone());
            async move { browser.post(&path, &[("once", &once), ("seen", &seen), ("body", body)]).await }
        };
        let (first, second) = tokio::join!(send("一样的答复"), send("一样的答复"));
        assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
        let sql = "SELECT count(*) FROM messages WHERE author = 'staff'";
        assert_eq!(house.app.number(sql).await, 1);
        let third = send("另一段答复").await;
        assert_eq!(third.status, StatusCode::CONFLICT);
        assert!(third.has("还没有发送") && third.has(">另一段答复</textarea>"));
        assert_ne!(third.hidden("once"), once);
        assert_eq!(house.app.number(sql).await, 1);
    }
}

async fn overtaken(house: &House, page: &str) -> (Browser, super::browser::Page) {
    let (li, manager) = (house.log_in("li").await, house.log_in("manager").await);
    let seen_by_manager = manager.get(page).await;
    li.submit(page, &format!("{page}/answer"), &[("body", "李的答复")]).await;
    let fields = [
        ("once", seen_by_manager.hidden("once")),
        ("seen", seen_by_manager.hidden("seen")),
        ("body", "管理员的答复"),
    ];
    let conflict = manager.post(&format!("{page}/answer"), &fields).await;
    (manager, conflict)
}

in_both! {
    async fn whoever_was_overtaken_sees_both_texts_and_decides(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let (manager, conflict) = overtaken(&house, &page).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        assert!(conflict.has("李的答复") && conflict.has(">管理员的答复</textarea>"));
        assert!(conflict.has("李答复 在 今天"), "{}", conflict.body);
        let sql = "SELECT count(*) FROM messages WHERE author = 'staff'";
        assert_eq!(house.app.number(sql).await, 1);
        assert!(manager.get(&page).await.has(">管理员的答复</textarea>"), "kept as a draft");

        let fields = [
            ("once", conflict.hidden("once")),
            ("seen", conflict.hidden("seen")),
            ("body", "管理员的答复"),
            ("choice", "supplement"),
        ];
        let done = manager.post(&format!("{page}/answer"), &fields).await;
        assert_eq!(done.location(), format!("{page}?done=answered"));
        assert_eq!(house.app.number(sql).await, 2);
        assert!(manager.get(&page).await.has("（对上一条答复的补充）"));
    }
}

in_both! {
    async fn whoever_was_overtaken_may_also_drop_the_own_text(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let (manager, conflict) = overtaken(&house, &page).await;
        let fields =
            [("once", conflict.hidden("once")), ("choice", "discard"), ("body", "管理员的答复")];
        let done = manager.post(&format!("{page}/answer"), &fields).await;
        assert_eq!(done.location(), format!("{page}?done=discarded"));
        assert_eq!(house.app.number("SELECT count(*) FROM drafts").await, 0);
        assert_eq!(house.app.number("SELECT count(*) FROM messages WHERE author = 'staff'").await, 1);
    }
}

in_both! {
    async fn a_draft_survives_the_session_and_is_nobody_elses(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let browser = house.log_in("li").await;
        let by_script = [(header::ACCEPT, "application/json")];
        let saved =
            browser.post_with(&format!("{page}/draft"), &[("body", "写了\r\n一半")], &by_script).await;
        assert_eq!(saved.status, StatusCode::OK);
        let json: serde_json::Value = serde_json::from_str(&saved.body).unwrap();
        assert_eq!(json["saved_at"].as_str().map(str::len), Some("10:32:05".len()));
        let plain = browser.post(&format!("{page}/draft"), &[("body", "写了一大半")]).await;
        assert_eq!(plain.location(), format!("{page}?done=draft"));

        house.app.clock.advance(Duration::from_secs(13 * 3600));
        assert_eq!(browser.get(&page).await.status, StatusCode::SEE_OTHER);
        let again = house.log_in("li").await;
        assert!(again.get(&page).await.has(">写了一大半</textarea>"));
        assert!(!house.log_in("wang").await.get(&page).await.has("写了一大半"));
    }
}

in_both! {
    async fn a_note_stays_inside_and_an_unfounded_outcome_is_refused(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let browser = house.log_in("li").await;
        let done = browser.submit(&page, &format!("{page}/note"), &[("body", "内部才知道")]).await;
        assert_eq!(done.location(), format!("{page}?done=noted"));
        assert!(browser.get(&page).await.has("内部才知道"));
        assert!(!house.stranger().get(&house.street(id)).await.has("内部才知道"));

        let early = browser.submit(&page, &format!("{page}/close"), &[("outcome", "answered")]).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert!(early.has("还没有给群众答复"));
        let odd = browser.submit(&page, &format!("{page}/close"), &[("outcome", "whatever")]).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST);
        let done = browser.submit(&page, &format!("{page}/close"), &[("outcome", "hotline")]).await;
        assert_eq!(done.location(), format!("{page}?done=closed"));
        let late = browser.post(&format!("{page}/claim"), &[]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
    }
}

in_both! {
    async fn who_writes_while_a_colleague_has_it_loses_nothing(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let (li, wang) = (house.log_in("li").await, house.log_in("wang").await);
        let before = wang.get(&page).await;
        li.submit(&page, &format!("{page}/claim"), &[]).await;
        let fields =
            [("once", before.hidden("once")), ("seen", before.hidden("seen")), ("body", "王的答复")];
        let refused = wang.post(&format!("{page}/answer"), &fields).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.has("正由同事办理") && refused.has(">王的答复</textarea>"));
        assert_eq!(house.app.number("SELECT count(*) FROM drafts").await, 1);
        let shut = wang.get(&page).await;
        assert!(shut.has("李答复 正在办理") && !shut.has("<textarea"));
    }
}

in_both! {
    async fn operators_place_what_no_rule_could_and_managers_give_back(house: House) {
        let id = house.asked("oLOST", "请问这件事情应该去找哪个部门处理比较好呢？").await;
        house.app.clock.advance(Duration::from_secs(600));
        house.app.settle().await;
        let operator = house.log_in("operator").await;
        let home = operator.get("/console/inbox").await;
        assert_eq!(home.location(), "/console/unmatched");
        let queue = operator.get("/console/unmatched").await;
        assert!(queue.has("请问这件事情应该去找哪个部门"), "{}", queue.body);
        let page = format!("/console/inquiries/{id}");
        let labor = house.app.labor.to_string();
        let fields = [("organization", labor.as_str()), ("reason", "像是劳动问题")];
        let done = operator.submit("/console/unmatched", &format!("{page}/reassign"), &fields).await;
        assert_eq!(done.location(), "/console/unmatched?done=assigned", "{}", done.body);
        assert_eq!(operator.get(&page).await.status, StatusCode::NOT_FOUND);

        let manager = house.log_in("manager").await;
        assert!(manager.get(&page).await.has("像是劳动问题"));
        let fields = [("organization", "operators"), ("reason", "不是劳动问题")];
        let done = manager.submit(&page, &format!("{page}/reassign"), &fields).await;
        assert_eq!(done.location(), "/console/inbox?done=returned");
        assert_eq!(manager.get(&page).await.status, StatusCode::NOT_FOUND);
        assert!(operator.get(&page).await.has("不是劳动问题"));
    }
}

in_both! {
    async fn supervisors_read_and_change_nothing(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let supervisor = house.log_in("supervisor").await;
        let shown = supervisor.get(&page).await;
        assert!(shown.has("老板拖欠我三个月工资") && !shown.has("<textarea"));
        assert!(!shown.has("/claim\"") && !shown.has("/close\"") && !shown.has("/reassign\""));
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries WHERE unread").await, 1);
        let refused = supervisor.post(&format!("{page}/answer"), &[("body", "监管答复")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

in_both! {
    async fn a_district_finds_its_towns_and_the_count_equals_the_list(house: House) {
        house.labor_inquiry().await;
        let browser = house.log_in("li").await;
        for (query, found) in [
            ("territory=320412", true),
            ("territory=320412100", true),
            ("territory=320402", false),
            ("field=labor", true),
            ("field=family", false),
            ("q=%E6%8B%96%E6%AC%A0", true),
            ("q=%25", false),
        ] {
            let list = browser.get(&format!("/console/inbox?part=list&{query}")).await;
            assert!(!list.has("<html"), "only the list");
            assert_eq!(list.has("老板拖欠"), found, "{query}");
            assert!(list.has(if found { "共 1 条" } else { "共 0 条" }), "{query}");
        }
    }
}
