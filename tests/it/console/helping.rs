//! The manual, and the introduction that is shown until somebody puts it away.

use axum::http::StatusCode;

use super::browser::House;

in_both! {
    async fn the_introduction_stays_until_it_is_put_away(house: House) {
        let (li, wang) = (house.log_in("li").await, house.log_in("wang").await);
        assert!(li.get("/console/inbox").await.has("第一次来？"));
        let shown = li.get("/console/welcome").await;
        assert!(shown.has("认领和写答复") && !shown.has("第一次来？"), "{}", shown.body);
        assert!(li.get("/console/inbox").await.has("第一次来？"), "a look alone puts nothing away");
        let done = li.submit("/console/welcome", "/console/welcome", &[]).await;
        assert_eq!(done.location(), "/console/inbox");
        assert!(!house.log_in("li").await.get("/console/inbox").await.has("第一次来？"));
        assert!(wang.get("/console/inbox").await.has("第一次来？"), "a colleague has not seen it");
    }
}

in_both! {
    async fn everybody_reads_the_own_chapters_first_and_may_read_the_others(house: House) {
        let supervisor = house.log_in("supervisor").await;
        let list = supervisor.get("/console/help").await;
        let at = |words: &str| list.body.find(words).unwrap_or_else(|| panic!("{words} is missing"));
        assert!(at("/console/help/supervising") < at("别的角色") && at("别的角色") < at("/console/help/answering"));
        assert!(supervisor.get("/console/help/answering").await.has("认领和写答复"));
        assert_eq!(supervisor.get("/console/help/nothing").await.status, StatusCode::NOT_FOUND);
    }
}
