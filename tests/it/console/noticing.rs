//! Operators choose the templates that tell of answers.

use axum::http::StatusCode;
use pufa::simulator::{ANSWERED_NOTICE, ApiFault};

use super::browser::House;

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_reads_the_templates_chooses_one_and_takes_it_out_of_use() {
    let house = House::open().await;
    let operator = house.log_in("operator").await;
    let before = operator.get("/console/notices").await;
    assert!(before.has("还没有从微信读取过模板"), "{}", before.body);

    let asked =
        operator.submit("/console/notices", "/console/notices/list", &[("account", "main")]).await;
    assert_eq!(asked.location(), "/console/notices?done=listing");
    house.app.settle().await;
    let listed = operator.get("/console/notices").await;
    assert!(listed.has("咨询回复通知") && listed.has("未使用") && listed.has("还没有选用模板"));

    let form = format!("/console/notices/{ANSWERED_NOTICE}");
    // A field without a choice is named, and nothing is saved.
    let open = [("account", "main"), ("field-character_string1", "number")];
    let refused = operator.submit(&form, &form, &open).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.has("“答复单位”还没有选内容"), "{}", refused.body);
    // Only what WeChat takes there is on offer: a name fits neither a number's nor a time's field.
    assert_eq!(refused.body.matches("value=\"organization\"").count(), 1);

    let full = [
        ("account", "main"),
        ("field-character_string1", "number"),
        ("field-thing2", "organization"),
        ("field-time3", "answered_at"),
    ];
    let saved = operator.submit(&form, &form, &full).await;
    assert_eq!(saved.location(), "/console/notices?done=saved");
    assert!(operator.get("/console/notices").await.has("正在使用"));
    assert!(operator.get(&form).await.has("value=\"organization\" selected"));
    let audit =
        "SELECT count(*) FROM audit WHERE action = 'notice.choose' AND staff_id IS NOT NULL";
    assert_eq!(house.app.number(audit).await, 1);

    operator.submit(&form, &format!("{form}/stop"), &[("account", "main")]).await;
    assert!(!operator.get("/console/notices").await.has("正在使用"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_the_account_lacks_is_told_and_the_other_kind_is_listed_all_the_same() {
    let house = House::open().await;
    let operator = house.log_in("operator").await;
    let path = "/cgi-bin/template/get_all_private_template";
    house.app.simulator.faults().on_api(path, ApiFault::Errcode { errcode: 48001 }, 1);
    operator.submit("/console/notices", "/console/notices/list", &[("account", "main")]).await;
    house.app.settle().await;
    let page = operator.get("/console/notices").await;
    assert!(page.has("48001") && page.has("模板消息："), "{}", page.body);
    assert!(page.has("咨询回复通知"), "{}", page.body);
}
