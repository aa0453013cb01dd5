//! What citizens wrote before private parts were masked: never readable in the database, shown only
//! with a reason, and never unnoticed.

use axum::http::StatusCode;
use pufa::intake::actions::sealing::seal_the_rest;
use tokio_util::sync::CancellationToken;

use super::browser::House;

const TOLD: &str = "我叫王小明，电话13812345678，老板拖欠我三个月工资，我在武进湖塘，怎么办？";
const MASKED: &str = "我叫王**，电话138****5678";

/// Everything a thief of the database could read of what was said.
async fn readable(house: &House) -> String {
    let mut all = String::new();
    for sql in [
        "SELECT body || ' ' || coalesce(original, '') FROM messages",
        "SELECT body || ' ' || reply FROM inbox",
        "SELECT payload FROM jobs",
        "SELECT first_line FROM inquiries",
        "SELECT state FROM conversations",
        "SELECT detail FROM audit",
    ] {
        let mut link = house.app.db().read().await.unwrap();
        let rows: Vec<String> =
            pufa::on!(&mut link, c => sqlx::query_scalar(sql).fetch_all(c).await).unwrap();
        all.push_str(&rows.join("\n"));
    }
    all
}

in_both! {
    async fn originals_lie_sealed_and_are_shown_with_a_reason_that_is_written_down(house: House) {
        let id = house.asked("oLABOR", TOLD).await;
        let all = readable(&house).await;
        assert!(all.contains(MASKED) && all.contains("sealed:01:"), "{all}");
        assert!(!all.contains("13812345678") && !all.contains("王小明"), "{all}");

        let (page, li) = (format!("/console/inquiries/{id}"), house.log_in("li").await);
        let shown = li.get(&page).await;
        assert!(shown.has(MASKED) && !shown.has("13812345678") && shown.has("原文（1 条）"));
        let reveal = format!("{page}/reveal");
        let refused = li.submit(&page, &reveal, &[("reason", "看")]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(house.app.number("SELECT count(*) FROM audit WHERE action = 'inquiry.reveal'").await, 0);

        let opened = li.submit(&page, &reveal, &[("reason", "需要打电话核实13987654321")]).await;
        assert!(opened.has(TOLD), "{}", opened.body);
        let again = li.get(&page).await;
        assert!(!again.has("13812345678"), "only once");
        assert!(again.has("李答复 查看了被遮盖的原文，理由：需要打电话核实139****4321"));

        let stranger = house.log_in("stranger").await;
        let refused = stranger.post(&reveal, &[("reason", "我想看一看")]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        let supervisor = house.log_in("supervisor").await;
        let opened = supervisor.submit(&page, &reveal, &[("reason", "处理投诉需要")]).await;
        assert!(opened.has("13812345678"));
        assert_eq!(house.app.number("SELECT count(*) FROM audit WHERE action = 'inquiry.reveal'").await, 2);

        // What came by the citizen's page is sealed too.
        let street = house.street(id);
        let citizen = house.stranger();
        let sent = citizen.submit(&street, &format!("{street}/message"),
            &[("body", "换号了，打13700000001")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        assert!(!readable(&house).await.contains("13700000001"));
        let opened = li.submit(&page, &reveal, &[("reason", "需要打电话")]).await;
        assert!(opened.has("打13700000001"));
    }
}

in_both! {
    async fn what_an_older_program_left_readable_is_sealed_once(house: House) {
        let id = house.asked("oLABOR", TOLD).await;
        let mut tx = house.app.db().begin().await.unwrap();
        for sql in [
            "UPDATE messages SET original = '从前写的，电话13812345678' WHERE original IS NOT NULL",
            "UPDATE inbox SET body = '<xml>13812345678</xml>'",
            "UPDATE installation SET sealed_with = 0",
        ] {
            pufa::run!(&mut tx, sqlx::query(sql)).unwrap();
        }
        tx.commit().await.unwrap();
        assert!(readable(&house).await.contains("13812345678"));
        let deps = house.app.app.web.deps.clone();
        seal_the_rest(deps.clone(), CancellationToken::new()).await;
        assert!(!readable(&house).await.contains("13812345678"));
        assert_eq!(house.app.number("SELECT sealed_with FROM installation").await, 1);
        let li = house.log_in("li").await;
        let page = format!("/console/inquiries/{id}");
        let opened = li.submit(&page, &format!("{page}/reveal"), &[("reason", "需要打电话")]).await;
        assert!(opened.has("从前写的，电话13812345678"));
        let mut link = deps.db.read().await.unwrap();
        assert!(pufa::intake::store::unsealed(&mut link, 0, "sealed:01:", 9).await.unwrap().is_empty());
    }
}
