//! Members, people, rules, texts, health, the own account.

use axum::http::StatusCode;

use super::browser::{House, PASSWORD};

in_both! {
    async fn a_member_organization_is_added_changed_and_never_overwritten_blindly(house: House) {
        let supervisor = house.log_in("supervisor").await;
        let fields = [
            ("name", "天宁区红梅法律服务社"),
            ("short_name", "红梅服务社"),
            ("kind", "base"),
            ("status", "full"),
            ("district", "320402"),
            ("fields", "family"),
            ("fields", "labor"),
            ("territories", "320402"),
            ("territories", "nowhere"),
            ("phone", "0519-81112222"),
            ("hours", "周一至周五"),
            ("promise_amount", "12"),
            ("promise_counted", "clock"),
        ];
        let done = supervisor.submit("/console/members/new", "/console/members/new", &fields).await;
        assert_eq!(done.location(), "/console/members?done=added", "{}", done.body);
        let list = supervisor.get("/console/members?q=红梅").await;
        assert!(
            list.has("天宁区红梅法律服务社") && list.has("婚姻家庭、劳动人事") && list.has("共 1 家")
        );
        let from = list.body.find("/console/members/0").unwrap();
        let form: String = list.body[from..].split('"').next().unwrap().to_owned();
        let shown = supervisor.get(&form).await;
        assert!(shown.has("0519-81112222") && shown.has("周一至周五"));

        let mut again: Vec<(&str, &str)> = fields.to_vec();
        again[0].1 = "";
        let refused = supervisor.submit(&form, &form, &again).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("单位名称要填写") && refused.has("红梅服务社"));
        again[0].1 = "天宁区红梅公益法律服务社";
        again.push(("version", shown.hidden("version")));
        assert_eq!(supervisor.post(&form, &again).await.status, StatusCode::SEE_OTHER);
        let stale = supervisor.post(&form, &again).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let public = house.stranger().get("/c/organizations?field=family").await;
        assert!(public.has("天宁区红梅公益法律服务社"), "{}", public.body);
    }
}

in_both! {
    async fn a_manager_adds_a_colleague_resets_a_password_and_switches_somebody_off(house: House) {
        let manager = house.log_in("manager").await;
        let list = format!("/console/members/{}/staff", house.app.labor);
        let new = format!("{list}/new");
        let mut fields = vec![
            ("name", "新来的"),
            ("username", "newcomer"),
            ("role", "responder"),
            ("active", "1"),
            ("password", "short"),
        ];
        let refused = manager.submit(&new, &new, &fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("密码至少 10 个字符") && refused.has("新来的") && !refused.has("short\""));
        fields[4].1 = PASSWORD;
        assert_eq!(manager.submit(&new, &new, &fields).await.status, StatusCode::SEE_OTHER);
        house.log_in("newcomer").await;
        let above = [("role", "secadmin"), ("name", "x"), ("username", "sly"), ("password", PASSWORD)];
        assert_eq!(manager.submit(&new, &new, &above).await.status, StatusCode::FORBIDDEN);

        let id = house.labor_inquiry().await;
        let li = house.log_in("li").await;
        li.post(&format!("/console/inquiries/{id}/claim"), &[]).await;
        let person = format!("/console/staff/{}", house.people["li"]);
        assert!(manager.get(&person).await.has("手上的 1 条咨询会回到本单位待认领"));
        let off = [("name", "李答复"), ("role", "responder"), ("password", "另一个很长的密码 7")];
        let done = manager.submit(&person, &person, &off).await;
        assert_eq!(done.location(), format!("{list}?done=saved"), "{}", done.body);
        assert_eq!(li.get("/console/inbox").await.status, StatusCode::SEE_OTHER, "the session is over");
        let sql = "SELECT count(*) FROM inquiries WHERE state = 'offered' AND assignee_id IS NULL";
        assert_eq!(house.app.number(sql).await, 1);

        let foreign = format!("/console/staff/{}", house.people["stranger"]);
        assert_eq!(manager.get(&foreign).await.status, StatusCode::NOT_FOUND);
        assert_eq!(manager.post(&foreign, &off).await.status, StatusCode::NOT_FOUND);
    }
}

in_both! {
    async fn a_rule_is_written_tried_and_obeyed(house: House) {
        let operator = house.log_in("operator").await;
        let family = house.app.family.to_string();
        let fields = [
            ("field", "labor"),
            ("territory", "320412"),
            ("organization", family.as_str()),
            ("rank", "1"),
            ("note", "试点"),
            ("enabled", "1"),
        ];
        let incomplete = [("field", "labor"), ("rank", "1")];
        let refused = operator.submit("/console/rules/new", "/console/rules/new", &incomplete).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("请选择派给哪家单位"));
        let done = operator.submit("/console/rules/new", "/console/rules/new", &fields).await;
        assert_eq!(done.location(), "/console/rules?done=saved", "{}", done.body);
        let text = [("text", "老板拖欠我三个月工资，我在武进湖塘")];
        let tried = operator.submit("/console/rules", "/console/rules/try", &text).await;
        assert!(tried.has("family 服务中心") && tried.has("符合规则"), "{}", tried.body);

        let list = operator.get("/console/rules").await;
        assert!(list.has("劳动人事") && list.has("武进区") && list.has("试点"));
        let from = list.body.find("/console/rules/0").unwrap();
        let form = list.body[from..].split('"').next().unwrap().to_owned();
        let stale = [("organization", family.as_str()), ("rank", "2"), ("version", "9")];
        assert_eq!(operator.post(&form, &stale).await.status, StatusCode::CONFLICT);
        let versionless = [("organization", family.as_str()), ("rank", "2")];
        assert_eq!(operator.post(&form, &versionless).await.status, StatusCode::CONFLICT);
        assert_eq!(operator.submit(&form, &form, &stale[..2]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.app.number("SELECT count(*) FROM routing_rules WHERE NOT active").await, 1);
    }
}

in_both! {
    async fn health_says_what_it_sees(house: House) {
        let sysadmin = house.log_in("sysadmin").await;
        assert!(sysadmin.get("/console/health").await.has("还没有收到过推送"));
        house.labor_inquiry().await;
        let page = sysadmin.get("/console/health").await;
        assert!(page.has("SQLite") || page.has("PostgreSQL"));
        assert!(page.has("最近一次 不到 1 分钟前"), "{}", page.body);
    }
}

in_both! {
    async fn one_ends_own_sessions_elsewhere_and_changes_the_password(house: House) {
        let (here, there) = (house.log_in("li").await, house.log_in("li").await);
        let other = house.log_in("wang").await;
        let shown = here.get("/console/account").await;
        let elsewhere = shown.hidden("session").to_owned();
        let foreign = other.post("/console/account/sessions", &[("session", &elsewhere)]).await;
        assert_eq!(foreign.status, StatusCode::SEE_OTHER);
        assert_eq!(there.get("/console/account").await.status, StatusCode::OK, "not theirs to end");
        here.post("/console/account/sessions", &[("session", &elsewhere)]).await;
        assert_eq!(there.get("/console/account").await.status, StatusCode::SEE_OTHER);

        let new = "另一句容易记住的话 7";
        let path = "/console/account/password";
        for (current, fresh, again, why) in [
            ("wrong password", new, new, "原密码不对"),
            (PASSWORD, new, "typo", "两次输入的新密码不一样"),
            (PASSWORD, "short", "short", "密码至少 10 个字符"),
        ] {
            let fields = [("current", current), ("fresh", fresh), ("again", again)];
            let refused = here.post(path, &fields).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST);
            assert!(refused.has(why), "{why}");
        }
        let fields = [("current", PASSWORD), ("fresh", new), ("again", new)];
        assert_eq!(here.post(path, &fields).await.location(), "/console/login?done=password");
        assert_eq!(here.get("/console/account").await.status, StatusCode::SEE_OTHER);
        let fields = [("username", "li"), ("password", new)];
        let back = house.stranger().post("/console/login", &fields).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
    }
}

in_both! {
    async fn the_public_page_needs_no_log_in_and_hides_small_counts(house: House) {
        house.labor_inquiry().await;
        let browser = house.stranger();
        assert_eq!(browser.get("/").await.location(), "/public");
        let page = browser.get("/public").await;
        assert!(page.has("不足 5 件") && page.has("labor 服务中心") && page.has("2 家"));
    }
}
