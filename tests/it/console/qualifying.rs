//! As what somebody answers: written by who manages them, shown beside the answer, kept with it.

use axum::http::StatusCode;

use super::browser::{Browser, House};

async fn qualify(
    manager: &Browser,
    person: &str,
    code: &str,
    licence: &str,
) -> super::browser::Page {
    let fields = [
        ("name", "李律师"),
        ("role", "responder"),
        ("active", "1"),
        ("qualification", code),
        ("licence", licence),
    ];
    manager.submit(person, person, &fields).await
}

in_both! {
    async fn citizens_read_what_the_answerer_was_when_the_answer_was_given(house: House) {
        let id = house.labor_inquiry().await;
        let (li, manager) = (house.log_in("li").await, house.log_in("manager").await);
        let (talk, person) = (format!("/console/inquiries/{id}"), format!("/console/staff/{}", house.people["li"]));
        let refused = qualify(&manager, &person, "lawyer", "").await;
        assert!(refused.status == StatusCode::BAD_REQUEST && refused.has("要填写执业证号"), "{}", refused.body);
        let saved = qualify(&manager, &person, "lawyer", "13204201510000001").await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert!(manager.get(&person).await.has("value=\"13204201510000001\""));
        // Whoever is changed is signed out only by another role.
        li.answer(&talk, "可以投诉，也可以申请仲裁。").await;
        house.app.settle().await;
        let street = house.street(id);
        let page = house.stranger().get(&street).await;
        assert!(page.has("李律师（执业律师） · "), "{}", page.body);
        assert!(!page.has("13204201510000001"), "the licence is nobody else's business");

        // As a volunteer since; the earlier answer keeps what stood there.
        qualify(&manager, &person, "volunteer", "").await;
        li.answer(&talk, "补充：时效是一年。").await;
        house.app.settle().await;
        let page = house.stranger().get(&street).await;
        assert!(page.has("李律师（志愿者） · ") && page.has("李律师（执业律师） · "), "{}", page.body);
    }
}
