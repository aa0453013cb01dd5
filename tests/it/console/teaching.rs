//! What people put right is learned, compared, activated without a restart, and taken back.

use axum::http::StatusCode;
use pufa::inquiries::InquiryId;
use pufa::language::Field;
use pufa::triage::live::Live;

use super::browser::{Browser, House};

const PAGE: &str = "/console/triage";
const ASKED: &str = "物业说充电桩不让装，服务费照收，怎么办";

/// Inquiries about one matter that the shipped model takes for another, put right by an operator.
async fn corrected(house: &House, operator: &Browser, how_many: usize) -> Vec<InquiryId> {
    let mut ids = Vec::new();
    for number in 0..how_many {
        let text = format!("物业服务费的事，第{number}回了，充电桩不让装，说是要加钱");
        let id = house.asked(&format!("oCORRECTED{number}"), &text).await;
        let page = format!("/console/inquiries/{id}");
        let done = operator.submit(&page, &format!("{page}/field"), &[("field", "consumer")]).await;
        assert_eq!(done.location(), format!("{page}?done=corrected"), "{}", done.body);
        ids.push(id);
    }
    ids
}

fn field(live: &Live, house: &House) -> Option<Field> {
    let gazetteer = &house.app.app.web.directory.current().gazetteer;
    live.read(ASKED, gazetteer).field.map(|found| found.field)
}

in_both! {
    async fn corrections_are_learned_compared_activated_everywhere_and_taken_back(house: House) {
        let operator = house.log_in("operator").await;
        let early = operator.post(&format!("{PAGE}/train"), &[]).await;
        assert_eq!(early.status, StatusCode::BAD_REQUEST);
        let ids = corrected(&house, &operator, 12).await;
        let shown = operator.get(PAGE).await;
        assert!(shown.has("有 12 条更正") && shown.has("周运营") && shown.has("房产物业相邻 → 消费者权益"),
            "{}", shown.body);
        assert!(shown.has("充电桩不让装") && shown.has("随程序提供的模型"));
        let history = operator.get(&format!("/console/inquiries/{}", ids[0])).await;
        assert!(history.has("周运营 把领域从“房产物业相邻”更正为“消费者权益”"));

        let done = operator.submit(PAGE, &format!("{PAGE}/train"), &[]).await;
        assert_eq!(done.location(), format!("{PAGE}?done=learning"));
        house.app.settle().await;
        let shown = operator.get(PAGE).await;
        assert!(shown.has("最近学成的模型") && shown.has("有 96% 把握时"), "{}", shown.body);
        assert!(shown.has("（改对）"), "{}", shown.body);

        // Another process of the same installation, which hears no news of this one.
        let web = &house.app.app.web;
        let other = Live::new(web.deps.clone());
        other.refresh().await.unwrap();
        assert_eq!(field(&web.triage, &house), Some(Field::Housing), "nothing is active yet");
        let model = shown.hidden("model").to_owned();
        let done = operator.submit(PAGE, &format!("{PAGE}/activate"), &[("model", &model)]).await;
        assert_eq!(done.location(), format!("{PAGE}?done=activated"), "{}", done.body);
        other.refresh().await.unwrap();
        assert_eq!(field(&web.triage, &house), Some(Field::Consumer));
        assert_eq!(field(&other, &house), Some(Field::Consumer));
        let id = house.asked("oNEW", ASKED).await;
        let newest = operator.get(&format!("/console/inquiries/{id}")).await;
        assert!(newest.has("<span>消费者权益</span>"), "{}", newest.body);

        let done = operator.submit(PAGE, &format!("{PAGE}/activate"), &[("model", "shipped")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        other.refresh().await.unwrap();
        assert_eq!(field(&other, &house), Some(Field::Housing));
        assert_eq!(house.app.number("SELECT count(*) FROM audit WHERE action = 'triage.activate'").await, 2);
        assert_eq!(house.app.number("SELECT count(*) FROM triage_activations").await, 2);
    }
}

in_both! {
    async fn a_citizens_choice_is_a_correction_and_goes_when_the_inquiry_goes(house: House) {
        let operator = house.log_in("operator").await;
        let id = house.asked("oCITIZEN", "公司拖欠工资三个月，我在武进湖塘").await;
        house.app.simulator.reply_link_tap("oCITIZEN", "合同纠纷", &format!("field:contract:{}", number(&house).await)).await;
        house.app.settle().await;
        let shown = operator.get(PAGE).await;
        assert!(shown.has("劳动人事 → 合同纠纷") && shown.has("群众 ·"), "{}", shown.body);

        let street = house.street(id);
        let citizen = house.stranger();
        let erased = citizen.submit(&format!("{street}/erase"), &format!("{street}/erase"), &[("confirm", "yes")]).await;
        assert!(!erased.status.is_server_error(), "{}", erased.status);
        assert_eq!(house.app.number("SELECT count(*) FROM triage_corrections").await, 0);

        let ids = corrected(&house, &operator, 1).await;
        let remove = format!("{PAGE}/corrections/{}/remove", ids[0]);
        let responder = house.log_in("li").await;
        assert_eq!(responder.post(&remove, &[]).await.status, StatusCode::FORBIDDEN);
        let done = operator.submit(PAGE, &remove, &[]).await;
        assert_eq!(done.location(), format!("{PAGE}?done=removed"));
        assert_eq!(house.app.number("SELECT count(*) FROM triage_corrections").await, 0);
        assert_eq!(house.app.number("SELECT count(*) FROM audit WHERE action = 'triage.forget'").await, 1);
        assert_eq!(operator.post(&remove, &[]).await.status, StatusCode::NOT_FOUND);
    }
}

async fn number(house: &House) -> String {
    house.app.text("SELECT number FROM inquiries LIMIT 1").await
}
