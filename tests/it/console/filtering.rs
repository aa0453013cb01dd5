//! Filters of the inbox under names.

use axum::http::StatusCode;

use super::browser::{Browser, House};

const KEPT: &str = "SELECT count(*) FROM saved_filters";

async fn keep(who: &Browser, q: &str, name: &str) -> super::browser::Page {
    let fields = [("tab", "organization"), ("q", q), ("name", name)];
    who.post("/console/inbox/filters", &fields).await
}

fn form_of(list: &super::browser::Page) -> String {
    let mark = "action=\"/console/inbox/filters/";
    let from = list.body.find(mark).expect("a filter") + 8;
    list.body[from..].split('"').next().unwrap().to_owned()
}

in_both! {
    async fn a_filter_is_kept_under_a_name_shown_renamed_and_removed_by_its_owner_alone(house: House) {
        let id = house.labor_inquiry().await.to_string();
        let (li, wang) = (house.log_in("li").await, house.log_in("wang").await);
        let narrowed = li.get("/console/inbox?tab=organization&q=工资").await;
        assert!(narrowed.has("存为常用") && !li.get("/console/inbox").await.has("存为常用"));
        let kept = keep(&li, "工资", " 欠薪 ").await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        let shown = li.get(kept.location()).await;
        assert!(shown.has(&id) && shown.has("aria-current=\"true\">欠薪</a>"), "{}", shown.body);
        assert!(!shown.has("存为常用"), "what has a name needs no other");
        assert!(!wang.get("/console/inbox").await.has("欠薪</a>"), "nobody else sees it");

        let one = form_of(&li.get("/console/inbox/filters").await);
        let foreign = wang.post(&one, &[("action", "remove")]).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
        let list = "/console/inbox/filters";
        li.submit(list, &one, &[("action", "rename"), ("name", "工资案")]).await;
        assert!(li.get("/console/inbox").await.has(">工资案</a>"));
        li.submit(list, &one, &[("action", "remove")]).await;
        assert_eq!(house.app.number(KEPT).await, 0);
    }
}

in_both! {
    async fn names_are_taken_once_and_twenty_are_enough(house: House) {
        let li = house.log_in("li").await;
        for n in 0..20 {
            let kept = keep(&li, "工资", &format!("第{n}个")).await;
            assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.body);
        }
        let full = keep(&li, "工资", "又一个").await;
        assert!(full.status == StatusCode::CONFLICT && full.has("已有 20 个"), "{}", full.body);
        let one = form_of(&li.get("/console/inbox/filters").await);
        let taken = li.post(&one, &[("action", "rename"), ("name", "第7个")]).await;
        assert!(taken.status == StatusCode::CONFLICT && taken.has("已有叫“第7个”"), "{}", taken.body);
        li.post(&one, &[("action", "remove")]).await;
        let taken = keep(&li, "工资", "第7个").await;
        assert_eq!(taken.status, StatusCode::CONFLICT);
        for (q, name) in [("", "空的"), ("工资", " "), ("工资", "名称超过十六个字的常用筛选名称啊啊")] {
            assert_eq!(keep(&li, q, name).await.status, StatusCode::BAD_REQUEST, "{q} {name}");
        }
        assert_eq!(house.app.number(KEPT).await, 19);
    }
}
