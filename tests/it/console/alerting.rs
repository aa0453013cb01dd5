//! Danger reaches two people at once, whatever else is going on.

use axum::http::StatusCode;
use pufa::platform::coord::News;

use super::browser::House;

const DANGERS: &str = "SELECT count(*) FROM alerts WHERE occasion = 'danger'";
const HELP: &str = "老板拖欠工资，我在武进湖塘，他拿刀堵在门口说要砍我";

in_both! {
    async fn two_people_are_alerted_before_anything_is_applied_and_say_that_they_know(house: House) {
        let mut news = house.app.app.web.deps.coord.subscribe();
        house.app.simulator.add_citizen("oHELP", "群众", true);
        house.app.simulator.text("oHELP", HELP).await;
        // Acknowledged means alerted: no job stands between.
        assert_eq!(house.app.number(DANGERS).await, 2);
        let alerted = loop {
            if let News::Alerts { staff } = news.recv().await.unwrap() {
                break staff;
            }
        };
        assert_eq!(alerted, [house.people["manager"].0, house.people["operator"].0]);
        house.app.settle().await;
        let (manager, operator) = (house.log_in("manager").await, house.log_in("operator").await);
        let id = house.app.number("SELECT count(*) FROM inquiries WHERE urgent AND dangers = 'violence'").await;
        assert_eq!(id, 1);
        for browser in [&manager, &operator] {
            for page in ["/console/inbox?tab=organization", "/console/knowledge"] {
                let shown = browser.get(page).await;
                assert!(shown.has("role=\"alert\"><b>人身危险</b>"), "{page}");
            }
            assert!(browser.get("/console/alerts?part=bar").await.has("：人身危险"));
        }
        let shown = operator.get("/console/alerts").await;
        assert!(shown.has("labor 服务中心，电话 0519-80000000"), "{}", shown.body);
        let shown = manager.get("/console/alerts").await;
        let link = shown.body.split("/console/inquiries/").nth(1).unwrap().split('"').next().unwrap();
        let case = manager.get(&format!("/console/inquiries/{link}")).await;
        assert!(case.has("读出危险，已提醒 赵管理"), "{}", case.body);
        let row = shown.body.split("<li><p><b>人身危险").nth(1).expect("the danger");
        let seen = row.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let done = manager.submit("/console/alerts", &seen, &[]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert!(!manager.get("/console/knowledge").await.has("<b>人身危险</b>"));
        assert!(operator.get("/console/knowledge").await.has("<b>人身危险</b>"), "each for themselves");
        let li = house.log_in("li").await;
        assert_eq!(li.post(&seen, &[]).await.status, StatusCode::NOT_FOUND);
        // Said again, it is news again.
        house.app.simulator.text("oHELP", "他还在打我，救命").await;
        assert!(manager.get("/console/knowledge").await.has("<b>人身危险</b>"));
        house.app.settle().await;
    }
}

in_both! {
    async fn what_only_sounds_dangerous_alerts_nobody(house: House) {
        for (openid, text) in [
            ("oA", "老板拖欠工资，他没有打我，我在武进湖塘怎么办"),
            ("oB", "打电话给老板他不接，我不想自杀只想要工资"),
            ("oC", "跳楼价买的衣服有质量问题怎么退"),
        ] {
            house.asked(openid, text).await;
        }
        assert_eq!(house.app.number(DANGERS).await, 0);
    }
}
