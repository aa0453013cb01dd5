//! Organizations of some types pick their inquiries from a list.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::language::Field;
use pufa::members::{self, OrganizationEdit, OrganizationKind};
use pufa::platform::config::MemberKind;
use pufa::staff::Role;

use super::browser::House;
use crate::support::Backend;
use crate::support::app::member;
use crate::support::database::postgres_is_missing;

async fn house(backend: Backend) -> House {
    let mut house =
        House::open_with(backend, |c| c.pick_list.kinds = vec![MemberKind::Professional]).await;
    let edit = OrganizationEdit {
        fields: vec![Field::Labor],
        ..member("第二劳动服务中心", "第二劳动", OrganizationKind::Professional)
    };
    let deps = &house.app.app.web.deps;
    let second = members::actions::add(deps, house.people["operator"].0, &edit).await.unwrap();
    house.employ("second", "何第二", Role::Responder, Some(second)).await;
    house.app.app.web.directory.refresh().await.unwrap();
    house
}

async fn picked_put_back_and_at_last_offered(house: House) {
    let id = house.labor_inquiry().await;
    let listed = "SELECT count(*) FROM offers WHERE state = 'open' AND listed_for = 'professional'";
    assert_eq!(house.app.number(listed).await, 1);
    let promised = house.app.number("SELECT due_at FROM inquiries").await;
    let (li, second) = (house.log_in("li").await, house.log_in("second").await);
    let (list, pick) = ("/console/pick", format!("/console/inquiries/{id}/pick"));
    assert!(li.get(list).await.has("老板拖欠我三个月工资"));
    let other_field = house.log_in("stranger").await;
    assert!(other_field.get(list).await.has("列表是空的"));
    assert_eq!(other_field.post(&pick, &[]).await.status, StatusCode::NOT_FOUND);

    assert_eq!(li.submit(list, &pick, &[]).await.status, StatusCode::SEE_OTHER);
    let late = second.post(&pick, &[]).await;
    assert!(late.status == StatusCode::CONFLICT && late.has("领走"), "{}", late.body);
    let mine = "SELECT count(*) FROM inquiries WHERE state = 'claimed' AND assignee_id IS NOT NULL";
    assert_eq!(house.app.number(mine).await, 1);

    let page = format!("/console/inquiries/{id}");
    let reason = [("decline", "busy"), ("remark", "下午开庭")];
    let back = li.submit(&page, &format!("{page}/decline"), &reason).await;
    assert_eq!(back.location(), "/console/inbox?done=declined");
    assert!(!li.get(list).await.has("老板拖欠"), "not offered again to who put it back");
    assert!(second.get(list).await.has("老板拖欠"));
    assert_eq!(li.post(&pick, &[]).await.status, StatusCode::CONFLICT);

    house.app.clock.advance(Duration::from_secs(61 * 60 + 31));
    house.app.settle().await;
    let offered = "SELECT count(*) FROM inquiries i JOIN organizations o ON o.id = i.organization_id \
        WHERE i.state = 'offered' AND o.short_name = '第二劳动'";
    assert_eq!(house.app.number(offered).await, 1);
    assert!(house.app.number("SELECT due_at FROM inquiries").await <= promised);
    let told = house.app.text("SELECT reasons FROM offers WHERE state = 'open'").await;
    assert!(told.starts_with("自选列表里没有单位领取。"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_picks_first_has_it_and_what_nobody_picks_is_offered() {
    picked_put_back_and_at_last_offered(house(Backend::Sqlite).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_list_on_postgres() {
    if !postgres_is_missing() {
        picked_put_back_and_at_last_offered(house(Backend::Postgres).await).await;
    }
}

in_both! {
    async fn operators_choose_by_type_who_picks_and_what_stood_in_a_list_is_offered(house: House) {
        let operator = house.log_in("operator").await;
        let (rules, modes) = ("/console/rules", "/console/rules/modes");
        let page = operator.get(rules).await;
        assert!(page.has("派单还是自选") && !page.has("改动记录"));
        let done = operator.submit(rules, modes, &[("kind", "professional")]).await;
        assert_eq!(done.location(), "/console/rules?done=saved#modes", "{}", done.body);
        let page = operator.get(rules).await;
        assert!(page.has("周运营 把专业型改为从列表领取"), "{}", page.body);
        let id = house.labor_inquiry().await;
        let listed = "SELECT count(*) FROM offers WHERE state = 'open' AND listed_for = 'professional'";
        assert_eq!(house.app.number(listed).await, 1);
        let li = house.log_in("li").await;
        assert!(li.get("/console/pick").await.has("老板拖欠我三个月工资"));
        assert_eq!(li.post(modes, &[]).await.status, StatusCode::FORBIDDEN);

        operator.submit(rules, modes, &[]).await;
        house.app.clock.advance(Duration::from_secs(31));
        house.app.settle().await;
        let offered = "SELECT count(*) FROM inquiries WHERE state = 'offered'";
        assert_eq!((house.app.number(listed).await, house.app.number(offered).await), (0, 1));
        let shown = li.get(&format!("/console/inquiries/{id}")).await;
        assert_eq!(shown.status, StatusCode::OK, "offered to whom it fits best");
        let history = operator.get(rules).await;
        assert!(history.has("周运营 把专业型改为直接派单"), "{}", history.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_operators_say_of_a_type_goes_before_the_configuration() {
    let house = house(Backend::Sqlite).await;
    let operator = house.log_in("operator").await;
    operator.submit("/console/rules", "/console/rules/modes", &[("kind", "base")]).await;
    let picks = || house.app.app.web.directory.current().times.pick_kinds.clone();
    assert_eq!(picks(), [OrganizationKind::Base], "no longer the configured one");
}
