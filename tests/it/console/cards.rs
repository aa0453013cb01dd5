//! Knowledge cards where people meet them: the receipt, the citizen's page, the conversation, the
//! operators' list.

use axum::http::StatusCode;
use pufa::cards::pack::SHIPPED;
use pufa::cards::{CardEdit, actions, store};

use super::browser::House;

const WAGES: &str = "/c/k/labor-unpaid-wages";
const QUESTION: &str = "我在武进湖塘上班，老板拖欠我三个月工资，怎么办";

/// The house with the shipped cards laid out and read.
async fn laid_out(house: &House) {
    let web = &house.app.app.web;
    actions::lay_out(&web.deps, &SHIPPED).await.expect("laid out");
    web.cards.refresh().await.expect("read");
    assert_eq!(web.cards.current().len(), SHIPPED.len());
}

in_both! {
    async fn a_receipt_and_the_page_of_a_question_offer_cards_until_somebody_answers(house: House) {
        laid_out(&house).await;
        let id = house.asked("oLABOR", QUESTION).await;
        let chat = house.app.simulator.chat("oLABOR");
        let receipt = chat.iter().find_map(|b| b.text().filter(|t| t.contains("已收到您的咨询")));
        let receipt = receipt.expect("a receipt").to_owned();
        assert!(receipt.contains("您可能想先看") && receipt.contains(WAGES), "{receipt}");
        assert!(receipt.contains("您的问题仍会有人答复"), "never instead of a person");

        let citizen = house.stranger();
        let page = citizen.get(&house.street(id)).await;
        assert!(page.has("您可能想先看") && page.has(WAGES), "{}", page.body);
        assert!(page.body.matches("/c/k/").count() <= 3);
        let card = citizen.get(WAGES).await;
        assert_eq!(card.status, StatusCode::OK);
        assert!(card.has("公司拖欠工资怎么办") && card.has("劳动合同法第30条"));
        assert!(card.has("尚未经法律专业人员审核") && card.has("一般性法律知识"));
        assert_eq!(citizen.get("/c/k/nothing").await.status, StatusCode::NOT_FOUND);

        let li = house.log_in("li").await;
        let talk = format!("/console/inquiries/{id}");
        li.submit(&talk, &format!("{talk}/answer"), &[("body", "先去劳动监察。")]).await;
        assert!(!citizen.get(&house.street(id)).await.has("您可能想先看"), "answered");
    }
}

in_both! {
    async fn whoever_is_in_danger_is_offered_no_card(house: House) {
        laid_out(&house).await;
        house.app.simulator.text("oFAMILY", "我老公拿刀要杀我，正在砸门，我要离婚").await;
        house.app.settle().await;
        let chat = house.app.simulator.chat("oFAMILY");
        assert!(chat.iter().filter_map(|b| b.text()).all(|text| !text.contains("/c/k/")));
    }
}

in_both! {
    async fn a_card_is_put_into_the_draft_by_a_link_and_nothing_is_saved_by_that(house: House) {
        laid_out(&house).await;
        let id = house.asked("oLABOR", QUESTION).await;
        let li = house.log_in("li").await;
        let talk = format!("/console/inquiries/{id}");
        let page = li.get(&talk).await;
        let link = format!("{talk}?card=labor-unpaid-wages#body");
        assert!(page.has(&format!("href=\"{link}\"")) && page.has("data-key=\"card1\""), "{}", page.body);
        assert!(page.has("尚未经法律专业人员审核"));
        let filled = li.get(&format!("{talk}?card=labor-unpaid-wages")).await;
        let draft = filled.body.split("<textarea id=\"body\"").nth(1).expect("a composer");
        let draft = draft.split("</textarea>").next().expect("its end");
        assert!(draft.contains("先保存证据") && draft.contains("依据：劳动合同法第30条"), "{draft}");
        assert_eq!(house.app.number("SELECT count(*) FROM drafts").await, 0);
        let sent = li.submit(&talk, &format!("{talk}/draft"), &[("body", "我先写的")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        let both = li.get(&format!("{talk}?card=labor-unpaid-wages")).await;
        assert!(both.has("我先写的\n先保存证据"), "the own words stay");
        assert!(!li.get(&format!("{talk}?part=timeline")).await.has("/c/k/"));
    }
}

in_both! {
    async fn an_operator_edits_signs_and_retires_a_card_and_every_version_stays(house: House) {
        laid_out(&house).await;
        let operator = house.log_in("operator").await;
        let list = operator.get("/console/cards?field=labor&q=拖欠").await;
        assert!(list.has("公司拖欠工资怎么办") && !list.has("离婚"), "{}", list.body);
        let card = "/console/cards/labor-unpaid-wages";
        let words = "先保存合同、工资条和考勤，再向人社部门的劳动保障监察机构投诉，也可以申请劳动仲裁，仲裁不收费，一般要在一年内提出，在职期间追讨工资不受一年限制。";
        let fields = [
            ("title", "单位不发工资怎么办？"), ("field", "labor"), ("subfield", "labor.unpaid_wages"),
            ("answer", words), ("cites", "劳动合同法第30条"),
        ];
        let signed = operator.submit(card, &format!("{card}/sign"), &[("reviewer", "王律师 某某律师事务所")]).await;
        assert_eq!(signed.location(), format!("{card}?done=signed"));
        assert!(house.stranger().get(WAGES).await.has("王律师 某某律师事务所审核"));

        let saved = operator.submit(card, card, &fields).await;
        assert_eq!(saved.location(), format!("{card}?done=saved"), "{}", saved.body);
        let public = house.stranger().get(WAGES).await;
        assert!(public.has("单位不发工资怎么办") && public.has("尚未经法律专业人员审核"), "other words, no reviewer");
        let history = operator.get(card).await;
        assert!(history.has("第 2 版") && history.has("王律师") && history.has("随软件提供"));
        let stale = operator.post(card, &[("version", "1"), ("title", "旧的问题怎么办？"), ("field", "labor"), ("answer", words), ("cites", "劳动合同法第30条")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.has("刚被别人修改过") && stale.has("旧的问题怎么办？"), "nothing typed is lost");

        // A newer pack: the edited card stays, an untouched one follows.
        let mut pack = SHIPPED.clone();
        for shipped in &mut pack {
            if ["labor-unpaid-wages", "labor-resign"].contains(&shipped.id.as_str()) {
                shipped.edit.title = "新版标题是什么？".to_owned();
            }
        }
        let web = &house.app.app.web;
        assert_eq!(actions::lay_out(&web.deps, &pack).await.expect("laid out"), 1);
        let mut link = web.deps.db.read().await.expect("a connection");
        let edited = store::get(&mut link, "labor-unpaid-wages").await.unwrap().unwrap();
        assert_eq!((edited.title.as_str(), edited.version), ("单位不发工资怎么办？", 3));
        let untouched = store::get(&mut link, "labor-resign").await.unwrap().unwrap();
        assert_eq!((untouched.title.as_str(), untouched.version), ("新版标题是什么？", 2));
        drop(link);

        let retired = operator.submit(card, &format!("{card}/state"), &[("state", "retired")]).await;
        assert_eq!(retired.location(), format!("{card}?done=saved"));
        assert_eq!(house.stranger().get(WAGES).await.status, StatusCode::NOT_FOUND);
        assert!(web.cards.current().get("labor-unpaid-wages").is_none());
        let wrong = operator.submit(card, card, &[("title", "短"), ("field", "labor"), ("answer", words), ("cites", "劳动合同法第30条")]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        assert!(wrong.has("标题请写成"));
        assert_eq!(house.log_in("li").await.get("/console/cards").await.status, StatusCode::FORBIDDEN);
    }
}

in_both! {
    async fn a_card_needs_a_new_look_when_an_article_it_cites_was_changed(house: House) {
        let web = &house.app.app.web;
        let by = house.people["operator"].0;
        let law = |from: &str, text: &str| {
            let json = serde_json::json!({ "law": "试验法", "date": from, "no": 7, "text": text });
            pufa::knowledge::import::Line::read(&json.to_string()).expect("a line")
        };
        let import = |line| async move { pufa::knowledge::actions::import(&web.deps, &[line]).await };
        import(law("2001-01-01", "旧的一条。")).await.expect("imported");
        let edit = CardEdit {
            title: "试验法讲了什么？".into(),
            field: "other".into(),
            subfield: String::new(),
            answer: "先看试验法第七条，再到窗口询问，材料带齐，期限写在通知上。".repeat(3),
            cites: "《试验法》第七条".into(),
        };
        let once = web.deps.entropy.id_at(web.deps.clock.now());
        let id = actions::add(&web.deps, by, once, &edit).await.expect("added");
        web.cards.refresh().await.expect("read");
        assert_eq!(web.cards.current().doubt(&id), None);
        import(law("2030-01-01", "还没有施行的一条。")).await.expect("imported");
        web.cards.refresh().await.expect("read");
        assert_eq!(web.cards.current().doubt(&id), None, "not yet in force");
        house.app.clock.advance(std::time::Duration::from_secs(5 * 366 * 86_400));
        web.cards.refresh().await.expect("read");
        let deck = web.cards.current();
        assert_eq!(deck.doubt(&id), Some("《试验法》第七条已经修改。"));
        let operator = house.log_in("operator").await;
        let list = operator.get("/console/cards?state=doubted").await;
        assert!(list.has("试验法讲了什么") && list.has("《试验法》第七条已经修改"));
        assert!(house.stranger().get(&format!("/c/k/{id}")).await.has("正在复核"));
        let card = format!("/console/cards/{id}");
        operator.submit(&card, &format!("{card}/sign"), &[("reviewer", "王律师")]).await;
        assert_eq!(web.cards.current().doubt(&id), None, "looked at again");
    }
}
