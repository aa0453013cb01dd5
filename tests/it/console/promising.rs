//! Promises while they run, as staff and citizens see them.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::members::{self, OrganizationId, OrganizationKind};
use pufa::promises::ExtensionId;
use pufa::staff::Role;

use super::browser::House;
use crate::support::app::member;

const HOUR: Duration = Duration::from_secs(3600);

/// Everybody who was told that more time was asked for.
const ASKED: &str = "SELECT coalesce(string_agg(s.username, ' '), '') FROM alerts a \
    JOIN staff s ON s.id = a.recipient WHERE a.occasion = 'extension_asked'";

impl House {
    /// What the account has said to the citizen of the labour inquiry.
    fn told(&self, words: &str) -> usize {
        let chat = self.app.simulator.chat("oLABOR");
        chat.iter().filter(|bubble| bubble.text().is_some_and(|text| text.contains(words))).count()
    }

    async fn later(&self, time: Duration) {
        self.app.clock.advance(time);
        self.app.settle().await;
    }
}

in_both! {
    async fn a_pause_is_told_stops_the_clock_and_ends_when_the_citizen_writes(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let li = house.log_in("li").await;
        let pause = format!("{page}/pause");
        let wanted = [("pause", "documents"), ("workdays", "3")];
        let unclaimed = li.submit(&page, &pause, &wanted).await;
        assert_eq!(unclaimed.status, StatusCode::CONFLICT);
        assert!(unclaimed.has("只有认领人能暂停计时"));
        li.submit(&page, &format!("{page}/claim"), &[]).await;
        let long = li.submit(&page, &pause, &[("pause", "documents"), ("workdays", "11")]).await;
        assert!(long.status == StatusCode::BAD_REQUEST && long.has("1 到 10"), "{}", long.body);
        let done = li.submit(&page, &pause, &wanted).await;
        assert_eq!(done.location(), format!("{page}?done=paused"), "{}", done.body);
        house.app.settle().await;
        assert_eq!(house.told("暂停计时：等您补充材料"), 1);
        let shown = li.get(&page).await;
        assert!(shown.has("已暂停计时：等群众补充材料，最迟") && shown.has("恢复计时"));
        assert!(li.get("/console/inbox?tab=mine").await.has("暂停计时"));
        let citizen = house.stranger();
        let case = citizen.get(&house.street(id)).await;
        assert!(case.has("计时暂停中") && case.has("您来信后马上恢复"), "{}", case.body);

        house.later(30 * HOUR).await;
        let li = house.log_in("li").await;
        assert!(li.get("/console/inbox?tab=overdue").await.has("共 0 条"), "the clock stood still");
        assert_eq!(house.app.number("SELECT count(*) FROM promise_warnings").await, 0);
        house.app.simulator.text("oLABOR", "材料补齐了，是三个月的工资条").await;
        house.app.settle().await;
        house.later(Duration::from_secs(31)).await;
        let exact = "SELECT due_after - due_before - (ended_at - from_at) FROM pauses";
        assert_eq!(house.app.number(exact).await, 0, "as much later as it stood still");
        assert_eq!(house.told("已继续办理，最迟"), 1);
        assert!(li.get(&page).await.has("恢复计时：群众来信，自动恢复"));
        assert!(citizen.get(&house.street(id)).await.has("预计"));

        let gone = citizen.post(&format!("{}/erase", house.street(id)), &[("confirm", "yes")]).await;
        assert_eq!(gone.status, StatusCode::OK);
        assert_eq!(house.app.number("SELECT count(*) FROM pauses").await, 0);
    }
}

in_both! {
    async fn more_time_is_granted_by_somebody_else_and_told(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let (ask, decide) = (format!("{page}/extension"), format!("{page}/extension/decide"));
        let li = house.log_in("li").await;
        li.submit(&page, &format!("{page}/claim"), &[]).await;
        let wanted = [("workdays", "2"), ("reason", "要查三家公司的登记")];
        let done = li.submit(&page, &ask, &wanted).await;
        assert_eq!(done.location(), format!("{page}?done=extension"), "{}", done.body);
        assert!(li.get(&page).await.has("等单位管理员审批"));
        assert_eq!(house.app.text(ASKED).await, "manager");
        let manager = house.log_in("manager").await;
        assert!(manager.get("/console/alerts").await.has("延期待审批"));
        let shown = manager.get(&page).await;
        assert!(shown.has("李答复 申请延期 2 个工作日") && shown.has("同意延期"), "{}", shown.body);
        let fields = [("extension", shown.hidden("extension")), ("decision", "grant")];
        assert_eq!(li.post(&decide, &fields).await.status, StatusCode::FORBIDDEN);
        let done = manager.submit(&page, &decide, &fields).await;
        assert_eq!(done.location(), format!("{page}?done=granted"), "{}", done.body);
        house.app.settle().await;
        assert_eq!(house.told("经单位负责人同意，最迟"), 1);
        let open = "SELECT count(*) FROM alerts WHERE occasion = 'extension_asked' AND seen_at IS NULL";
        assert_eq!(house.app.number(open).await, 0, "whoever else was told need not look");
        let moved = "SELECT count(*) FROM extensions e JOIN inquiries i ON i.id = e.inquiry_id \
            WHERE e.state = 'granted' AND i.due_at = e.due_after AND e.due_after > e.due_before";
        assert_eq!(house.app.number(moved).await, 1);
        assert!(house.stranger().get(&house.street(id)).await.has("经单位负责人同意延期"));

        let long = [("workdays", "15"), ("reason", "慢慢来")];
        let refused = li.submit(&page, &ask, &long).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("最多 15 个工作日"), "{}", refused.body);

        // A manager's own request waits for another manager.
        let reason = [("reason", "李答复请假")];
        manager.submit(&page, &format!("{page}/take-over"), &reason).await;
        manager.submit(&page, &ask, &wanted).await;
        let own = manager.get(&page).await;
        assert!(!own.has("同意延期</button>"));
        assert_eq!(house.app.text(ASKED).await, "manager", "not of the own one");
        let open = "SELECT id FROM extensions WHERE state = 'open'";
        let open: ExtensionId = {
            let mut link = house.app.db().read().await.unwrap();
            pufa::on!(&mut link, c => sqlx::query_scalar(open).fetch_one(c).await).unwrap()
        };
        let open = open.to_string();
        let grant = [("extension", open.as_str()), ("decision", "grant")];
        let refused = manager.post(&decide, &grant).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.has("不能审批自己提出的延期"), "{}", refused.body);
    }
}

in_both! {
    async fn warnings_climb_once_each_and_the_citizen_is_told_before_it_slips(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let li = house.log_in("li").await;
        li.submit(&page, &format!("{page}/claim"), &[]).await;
        let audiences = "SELECT coalesce(string_agg(audience, ',' ORDER BY level), '') FROM promise_warnings";
        house.later(11 * HOUR).await;
        assert_eq!(house.app.text(audiences).await, "");
        for (hours, warned, words) in [
            (2, "responder", "时间过半"),
            (7, "responder,manager", "升级到单位管理员"),
            (3, "responder,manager,citizen", "已写通知给群众"),
            (2, "responder,manager,citizen,hub", "升级到枢纽型组织"),
            (9 * 24, "responder,manager,citizen,hub,operator", "升级到联盟运营"),
        ] {
            house.later(hours * HOUR).await;
            assert_eq!(house.app.text(audiences).await, warned);
            let li = house.log_in("li").await;
            assert!(li.get(&page).await.has(words), "{words}");
            assert!(li.get("/console/inbox?tab=organization").await.has(words), "{words}");
        }
        house.later(HOUR).await;
        assert_eq!(house.app.number("SELECT count(*) FROM promise_warnings").await, 5);
        let told = "SELECT count(*) FROM messages WHERE author = 'told'";
        assert_eq!((house.app.number(told).await, house.told("可能要晚一些")), (1, 1));
        assert!(house.stranger().get(&house.street(id)).await.has("可能要晚一些"));
    }
}

/// A hub for the whole city with these people: name to log in with, name and role.
pub async fn hub(house: &mut House, people: &[(&'static str, &str, Role)]) -> OrganizationId {
    let edit = member("常州市律师协会", "市律协", OrganizationKind::Hub);
    let (deps, by) = (&house.app.app.web.deps, house.people["supervisor"].0);
    let id = members::actions::add(deps, by, &edit).await.unwrap();
    for (username, name, role) in people {
        house.employ(username, name, *role, Some(id)).await;
    }
    house.app.app.web.directory.refresh().await.unwrap();
    id
}

in_both! {
    async fn each_level_alerts_those_it_is_for_and_nothing_private_leaves(house: House) {
        let mut house = house;
        hub(&mut house, &[("hub-manager", "韩枢纽", Role::HubManager)]).await;
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let told = "SELECT coalesce(string_agg(who, ' ' ORDER BY who), '') FROM (SELECT \
            a.occasion || ':' || s.username AS who FROM alerts a JOIN staff s ON s.id = a.recipient \
            WHERE a.occasion <> 'offer_new' AND a.raised_at = (SELECT max(raised_at) FROM alerts)) x";
        for (hours, level) in [
            (13, "promise_half:li"),
            (7, "deadline_near:li deadline_near:manager"),
            (3, "deadline_near:li"),
            (2, "deadline_passed:hub-manager deadline_passed:li deadline_passed:manager"),
            (9 * 24, "deadline_passed:operator"),
        ] {
            // Whoever is silent for hours loses the claim.
            house.later(HOUR * (hours - 2)).await;
            house.log_in("li").await.submit(&page, &format!("{page}/claim"), &[]).await;
            house.later(HOUR * 2).await;
            assert_eq!(house.app.text(told).await, level);
        }
        house.later(Duration::from_secs(60)).await;
        assert_eq!(house.app.text(told).await, "deadline_passed:operator", "each level once");
        let hub = house.log_in("hub-manager").await;
        let shown = hub.get("/console/alerts").await;
        assert!(shown.has("答复已超期") && shown.has("href=\"/console/hub\""), "{}", shown.body);
        assert!(shown.has("labor 服务中心，电话 0519-80000000"), "whom to call: {}", shown.body);
        assert!(!shown.has("工资") && !shown.has(&page), "{}", shown.body);
        let operator = house.log_in("operator").await.get("/console/alerts").await;
        assert!(operator.has("labor 服务中心，电话") && !operator.has("工资") && !operator.has(&page));
        assert_eq!(house.app.number("SELECT count(*) FROM alerts WHERE detail <> ''").await, 0);
        house.log_in("li").await.submit(&page, &format!("{page}/answer"), &[("body", "先投诉")]).await;
        let open = "SELECT count(*) FROM alerts WHERE seen_at IS NULL";
        assert_eq!(house.app.number(open).await, 0, "answered: nobody need look");
    }
}

in_both! {
    async fn a_pause_alerts_nobody_however_long_it_lasts(house: House) {
        let id = house.labor_inquiry().await;
        let page = format!("/console/inquiries/{id}");
        let li = house.log_in("li").await;
        li.submit(&page, &format!("{page}/claim"), &[]).await;
        let wanted = [("pause", "documents"), ("workdays", "3")];
        li.submit(&page, &format!("{page}/pause"), &wanted).await;
        house.later(30 * HOUR).await;
        let near = "SELECT count(*) FROM alerts WHERE occasion IN \
            ('promise_half', 'deadline_near', 'deadline_passed')";
        assert_eq!(house.app.number(near).await, 0);
    }
}

in_both! {
    async fn an_organization_promises_what_a_preset_says(house: House) {
        let supervisor = house.log_in("supervisor").await;
        let form = format!("/console/members/{}", house.app.labor);
        let fields = [
            ("name", "武进区劳动服务中心"),
            ("short_name", "劳动中心"),
            ("kind", "professional"),
            ("status", "full"),
            ("fields", "labor"),
            ("territories", "320412"),
            ("preset", "ticket"),
        ];
        let done = supervisor.submit(&form, &form, &fields).await;
        assert_eq!(done.location(), "/console/members?done=saved", "{}", done.body);
        let shown = supervisor.get(&form).await;
        for (name, value) in [("promise_amount", 5), ("transfer_workdays", 1), ("most_workdays", 15)] {
            assert!(shown.has(&format!("name=\"{name}\" type=\"number\" value=\"{value}\"")), "{name}");
        }
        house.app.app.web.directory.refresh().await.unwrap();
        let id = house.labor_inquiry().await;
        let li = house.log_in("li").await;
        assert!(li.get(&format!("/console/inquiries/{id}")).await.has("5 个工作日"));
        let passed = "SELECT answer_by - at FROM offers";
        assert!(house.app.number(passed).await > 12 * 3_600_000, "a workday to pass it on");
    }
}
