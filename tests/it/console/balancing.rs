//! A hub's manager sees load and moves work, and never reads a word of it.

use axum::http::StatusCode;
use pufa::language::Field;
use pufa::members::{self, OrganizationEdit, OrganizationKind};

use super::browser::House;
use crate::support::app::member;

in_both! {
    async fn a_hub_manager_moves_an_offer_and_sets_a_cap_without_reading_anything(house: House) {
        let edit = OrganizationEdit {
            district: Some("320412".to_owned()),
            fields: vec![Field::Labor],
            territories: vec!["320412".to_owned()],
            ..member("湖塘法律服务社", "湖塘社", OrganizationKind::Base)
        };
        let deps = &house.app.app.web.deps;
        let by = house.people["operator"].0;
        let member = members::actions::add(deps, by, &edit).await.unwrap().to_string();
        house.app.app.web.directory.refresh().await.unwrap();
        let text = "老板拖欠我三个月工资，我在武进湖塘，电话13861234567，怎么办？";
        let id = house.asked("oLABOR", text).await;
        let promised = house.app.number("SELECT due_at FROM inquiries").await;
        let number = house.app.text("SELECT number FROM inquiries").await;

        let hub = house.log_in("hub").await;
        let shown = hub.get("/console/hub").await;
        assert!(shown.has(&number) && shown.has("湖塘社") && shown.has("劳动人事"), "{}", shown.body);
        for private in ["拖欠", "三个月", "13861234567", "1386123", "oLABOR"] {
            assert!(!shown.has(private), "the hub reads {private}: {}", shown.body);
        }
        assert_eq!(hub.get(&format!("/console/inquiries/{id}")).await.status, StatusCode::FORBIDDEN);

        let offer = format!("/console/hub/offers/{id}");
        let elsewhere = [("organization", house.app.family.to_string())];
        let elsewhere = [(elsewhere[0].0, elsewhere[0].1.as_str())];
        assert_eq!(hub.submit("/console/hub", &offer, &elsewhere).await.status, StatusCode::BAD_REQUEST);
        let to = [("organization", member.as_str())];
        let moved = hub.submit("/console/hub", &offer, &to).await;
        assert_eq!(moved.location(), "/console/hub?done=balanced", "{}", moved.body);
        let sql = "SELECT count(*) FROM inquiries i JOIN organizations o ON o.id = i.organization_id \
            WHERE o.short_name = '湖塘社' AND i.state = 'offered'";
        assert_eq!(house.app.number(sql).await, 1);
        assert!(house.app.number("SELECT due_at FROM inquiries").await <= promised);
        let sql = "SELECT count(*) FROM audit WHERE action = 'inquiry.balance' AND staff_id IS NOT NULL";
        assert_eq!(house.app.number(sql).await, 1);

        let cap = format!("/console/hub/members/{member}");
        let refused = hub.submit("/console/hub", &cap, &[("most_open", "很多")]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        hub.submit("/console/hub", &cap, &[("most_open", "3")]).await;
        let sql = "SELECT most_open FROM organizations WHERE short_name = '湖塘社'";
        assert_eq!(house.app.number(sql).await, 3);
        let foreign = format!("/console/hub/members/{}", house.app.family);
        assert_eq!(hub.post(&foreign, &[("most_open", "1")]).await.status, StatusCode::NOT_FOUND);
    }
}
