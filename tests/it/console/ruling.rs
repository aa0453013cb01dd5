//! Changing routing rules: tried on the past first, refused when pointless, brought back.

use axum::http::StatusCode;

use super::browser::House;

in_both! {
    async fn a_rule_is_tried_on_the_last_days_before_it_counts(house: House) {
        house.labor_inquiry().await;
        let operator = house.log_in("operator").await;
        let new = "/console/rules/new";
        let family = house.app.family.to_string();
        let rule = [("field", "labor"), ("organization", family.as_str()), ("rank", "1"), ("enabled", "1")];
        let mut trial = rule.to_vec();
        trial.push(("trial", "1"));
        let shown = operator.submit(new, new, &trial).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.has("试算结果（没有保存）") && shown.has("1 件会派给别的单位"), "{}", shown.body);
        assert!(shown.has("labor 服务中心 → family 服务中心"), "{}", shown.body);
        assert_eq!(house.app.number("SELECT count(*) FROM routing_rules").await, 0);
        assert_eq!(operator.submit(new, new, &rule).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.app.number("SELECT count(*) FROM routing_rules").await, 1);
    }
}

in_both! {
    async fn a_rule_that_could_never_decide_is_refused_with_the_one_in_front_of_it(house: House) {
        let operator = house.log_in("operator").await;
        let new = "/console/rules/new";
        let (family, labor) = (house.app.family.to_string(), house.app.labor.to_string());
        let wide = [("territory", "320412"), ("organization", family.as_str()), ("rank", "3"), ("enabled", "1")];
        operator.submit(new, new, &wide).await;
        let mut narrow = vec![
            ("field", "labor"), ("territory", "320412100"), ("organization", labor.as_str()), ("rank", "7"), ("enabled", "1"),
        ];
        let refused = operator.submit(new, new, &narrow).await;
        assert!(refused.has("永远轮不到：排在前面的第 3 条"), "{}", refused.body);
        narrow[3].1 = "2";
        assert_eq!(operator.submit(new, new, &narrow).await.status, StatusCode::SEE_OTHER);
    }
}

in_both! {
    async fn an_earlier_version_of_a_rule_is_listed_and_brought_back(house: House) {
        let operator = house.log_in("operator").await;
        let (family, labor) = (house.app.family.to_string(), house.app.labor.to_string());
        let first = [("field", "labor"), ("organization", family.as_str()), ("rank", "1"), ("enabled", "1"), ("note", "试行")];
        operator.submit("/console/rules/new", "/console/rules/new", &first).await;
        let list = operator.get("/console/rules").await;
        let from = list.body.find("/console/rules/0").expect("a rule");
        let page: String = list.body[from..].split('"').next().expect("an address").to_owned();
        let version = operator.get(&page).await.hidden("version").to_owned();
        let second = [("field", "family"), ("organization", labor.as_str()), ("rank", "5"), ("version", version.as_str())];
        assert_eq!(operator.submit(&page, &page, &second).await.status, StatusCode::SEE_OTHER);
        let shown = operator.get(&page).await;
        assert!(shown.has("第 1 条：当 领域=劳动人事 → family（试行）"), "{}", shown.body);
        assert!(shown.has("第 5 条：当 领域=婚姻家庭 → labor（停用）"), "{}", shown.body);
        for change in ["领域：劳动人事 → 婚姻家庭", "派给：family → labor", "位置：第 1 条 → 第 5 条", "状态：启用 → 停用", "说明：“试行” → 没有说明"] {
            assert!(shown.has(&format!("<li>{change}</li>")), "{change}: {}", shown.body);
        }
        let version = shown.hidden("version").to_owned();
        let mut back = first.to_vec();
        back.push(("version", version.as_str()));
        assert_eq!(operator.submit(&page, &page, &back).await.status, StatusCode::SEE_OTHER);
        let sql = "SELECT count(*) FROM routing_rules WHERE field = 'labor' AND position = 1 AND active AND note = '试行'";
        assert_eq!(house.app.number(sql).await, 1);
        let list = operator.get("/console/rules").await;
        // The rule brought back takes labour questions from everywhere; debts are nobody's.
        let told = list.has("在一些地区没有单位能接") && list.has("<li>债权债务：");
        assert!(told && !list.has("<li>劳动人事："), "{}", list.body);
    }
}

in_both! {
    async fn a_pasted_question_is_taken_apart_and_a_real_one_keeps_how_the_candidates_compared(house: House) {
        let operator = house.log_in("operator").await;
        let (family, labor) = (house.app.family.to_string(), house.app.labor.to_string());
        let rule = [("field", "family"), ("organization", family.as_str()), ("rank", "1"), ("enabled", "1")];
        operator.submit("/console/rules/new", "/console/rules/new", &rule).await;
        let text = [("text", "老板拖欠我三个月工资，我在武进湖塘，怎么办？")];
        let shown = operator.submit("/console/rules", "/console/rules/try", &text).await;
        for part in ["领域读作“劳动人事”", "地区是“", "当 领域=婚姻家庭 → family：<b>条件不符合</b>", "服务武进区 +30，专业型单位 +25"] {
            assert!(shown.has(part), "{part}: {}", shown.body);
        }
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries").await, 0, "only tried");

        let id = house.labor_inquiry().await;
        let kept = house.app.text("SELECT candidates FROM offers").await;
        assert!(kept.contains(&labor) && kept.contains("专业型单位"), "{kept}");
        let page = house.log_in("li").await.get(&format!("/console/inquiries/{id}")).await;
        assert!(page.has("<li>labor：") && page.has("分（服务武进区 +30，专业型单位 +25"), "{}", page.body);
    }
}
