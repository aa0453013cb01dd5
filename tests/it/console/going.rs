//! The command bar: only where one may go, and only what is one's own.

use super::browser::House;

in_both! {
    async fn the_bar_leads_to_pages_of_the_role_numbers_of_the_scope_own_filters_and_the_manual(house: House) {
        let own = house.labor_inquiry().await;
        let foreign = house.asked("oFAMILY", "我在武进湖塘，想离婚，孩子抚养权怎么争取？").await;
        let li = house.log_in("li").await;
        let keep = [("tab", "mine"), ("q", "工资"), ("name", "湖塘欠薪")];
        li.submit("/console/inbox?q=工资", "/console/inbox/filters", &keep).await;
        for (words, leads_to) in [
            ("常用答复", "href=\"/console/canned\""), ("cydf", "href=\"/console/canned\""),
            ("htqx", "href=\"/console/inbox?tab=mine&#38;q="), ("dfzx", "href=\"/console/help/answering\""),
            ("提醒", "href=\"/console/alerts\""), ("", "href=\"/console/inbox\""),
        ] {
            let page = li.get(&format!("/console/go?q={words}")).await;
            assert!(page.has(leads_to), "{words}: {}", page.body);
        }
        let part = li.get("/console/go?part=list&q=cydf").await;
        assert!(part.body.trim_start().starts_with("<ul") && part.has("/console/canned"), "{}", part.body);
        assert!(li.get("/console/go?q=火星").await.has("没有找到"));
        assert!(!li.get("/console/go?q=分派规则").await.has("/console/rules"), "not for this role");
        assert!(!house.log_in("wang").await.get("/console/go?q=htqx").await.has("湖塘欠薪"));

        let first = house.app.text("SELECT min(number) FROM inquiries").await;
        let second = house.app.text("SELECT max(number) FROM inquiries").await;
        let tail = first.rsplit('-').next().unwrap();
        for typed in [first.as_str(), tail] {
            assert!(li.get(&format!("/console/go?q={typed}")).await.has(&own.to_string()), "{typed}");
        }
        let page = li.get(&format!("/console/go?q={second}")).await;
        assert!(!page.has(&foreign.to_string()) && page.has("没有找到"), "{}", page.body);
        let nobody = house.log_in("sysadmin").await.get(&format!("/console/go?q={first}")).await;
        assert!(!nobody.has(&own.to_string()));
    }
}
