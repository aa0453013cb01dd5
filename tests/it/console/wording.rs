//! Texts that reach citizens by themselves: one proposes, another approves.

use axum::http::StatusCode;

use super::browser::{Browser, House, Page};

const TEXT: &str = "/console/settings/texts/joined";
const VERSIONS: &str = "SELECT count(*) FROM texts";
const ALERTS: &str = "SELECT s.username FROM alerts a JOIN staff s ON s.id = a.recipient \
    WHERE a.occasion = 'text_waits' AND a.seen_at IS NULL";

async fn propose(who: &Browser, body: &str) -> Page {
    who.submit(TEXT, TEXT, &[("body", body)]).await
}

async fn decide(who: &Browser, deed: &str, reason: &str) -> Page {
    let shown = who.get(TEXT).await;
    let fields = [
        ("once", shown.hidden("once")),
        ("proposal", shown.hidden("proposal")),
        ("reason", reason),
    ];
    who.post(&format!("{TEXT}/{deed}"), &fields).await
}

in_both! {
    async fn a_text_says_something_new_only_when_another_has_read_it(house: House) {
        let (operator, approver) = (house.log_in("operator").await, house.log_in("approver").await);
        let before = house.app.app.web.directory.texts().body("joined").to_owned();
        let done = propose(&operator, "补充好了 {number} {organization} {links}").await;
        assert_eq!(done.location(), format!("{TEXT}?done=text-submitted"), "{}", done.body);
        assert_eq!(house.app.text(ALERTS).await, "approver", "and not who wrote it");
        assert_eq!(house.app.app.web.directory.texts().body("joined"), before);
        assert_eq!(house.app.number(VERSIONS).await, 0);

        let own = operator.get(TEXT).await;
        assert!(own.has("要请另一位同事审批") && !own.has(&format!("{TEXT}/approve")));
        assert_eq!(decide(&operator, "approve", "").await.status, StatusCode::CONFLICT);
        let read = approver.get(TEXT).await;
        assert!(read.has("周运营 提出") && read.has("补充好了 2611-0837 湖塘暖言法律服务社"), "{}", read.body);
        assert!(!read.has("提交审批"), "who only approves writes nothing");
        assert!(approver.get("/console/settings").await.has("有修改等待审批"));

        let done = decide(&approver, "approve", "").await;
        assert_eq!(done.location(), format!("{TEXT}?done=text-approved"), "{}", done.body);
        let now = house.app.app.web.directory.texts().body("joined").to_owned();
        assert_eq!(now, "补充好了 {number} {organization} {links}");
        let late = approver.post(&format!("{TEXT}/approve"), &[("proposal", read.hidden("proposal"))]).await;
        assert_eq!((late.status, house.app.number(VERSIONS).await), (StatusCode::CONFLICT, 1));

        propose(&operator, "又改了 {number} {organization} {links}").await;
        decide(&approver, "approve", "").await;
        assert!(operator.get(TEXT).await.has("第 1 版 · 周运营 写，吴审批 审批"));
    }
}

in_both! {
    async fn what_is_sent_back_or_taken_back_changes_nothing_and_keeps_its_reason(house: House) {
        let (operator, approver) = (house.log_in("operator").await, house.log_in("approver").await);
        propose(&operator, "一 {number} {organization} {links}").await;
        let bare = decide(&approver, "return", " ").await;
        assert_eq!(bare.status, StatusCode::BAD_REQUEST);
        let back = decide(&approver, "return", "口气太硬").await;
        assert_eq!(back.location(), format!("{TEXT}?done=sent-back"), "{}", back.body);
        let told = operator.get(TEXT).await;
        assert!(told.has("退回的修改 · 周运营 写，吴审批 退回") && told.has("口气太硬"), "{}", told.body);

        propose(&operator, "二 {number} {organization} {links}").await;
        propose(&operator, "三 {number} {organization} {links}").await;
        assert!(approver.get(TEXT).await.has("三 2611-0837"), "a later own change takes the place");
        let taken = decide(&operator, "withdraw", "").await;
        assert_eq!(taken.location(), format!("{TEXT}?done=text-taken-back"), "{}", taken.body);
        let open = "SELECT count(*) FROM alerts WHERE occasion = 'text_waits' AND seen_at IS NULL";
        assert_eq!((house.app.number(VERSIONS).await, house.app.number(open).await), (0, 0));
    }
}

in_both! {
    async fn a_text_that_cannot_be_used_is_refused_with_what_was_typed(house: House) {
        let operator = house.log_in("operator").await;
        assert!(operator.get("/console/settings").await.has(TEXT));
        let refused = propose(&operator, "没有位置的文字").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has(">没有位置的文字</textarea>"));
        let stale = [("version", "1"), ("body", "{number} {organization} {links} 旧的")];
        assert_eq!(operator.post(TEXT, &stale).await.status, StatusCode::CONFLICT);
        let look = operator.post(&format!("{TEXT}/preview"), &[("body", "看看 {number}")]).await;
        assert!(look.has("看看 2611-0837") && look.has(">看看 {number}</textarea>"), "{}", look.body);
        assert_eq!(house.app.number("SELECT count(*) FROM text_proposals").await, 0);
        assert_eq!(operator.get("/console/settings/texts/none").await.status, StatusCode::NOT_FOUND);
    }
}
