//! Quizzes: the bank of questions.

use axum::http::StatusCode;
use pufa::knowledge::actions as knowledge;
use pufa::knowledge::import::Line;
use pufa::quiz::actions::bank;

use super::browser::{Browser, House, Page};

const BANK: &str = "/console/quiz/bank";
const NEW: &str = "/console/quiz/bank/new";

/// A good question with these words.
pub fn fields(question: &str) -> Vec<(&str, &str)> {
    vec![
        ("kind", "single"),
        ("field", "family"),
        ("question", question),
        ("options", "十六周岁\n十八周岁\n二十周岁"),
        ("key", "B"),
        ("explanation", "民法典第十七条：十八周岁以上的自然人为成年人。"),
        ("law", "民法典"),
        ("article", "第十七条"),
        ("difficulty", "1"),
    ]
}

async fn add(who: &Browser, question: &str) -> String {
    let added = who.submit(NEW, NEW, &fields(question)).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    added.location().split('?').next().unwrap().to_owned()
}

async fn decide(who: &Browser, question: &str, deed: &str, reason: &str) -> Page {
    let shown = who.get(question).await;
    let fields = [("version", shown.hidden("version")), ("reason", reason)];
    who.post(&format!("{question}/{deed}"), &fields).await
}

in_both! {
    async fn a_question_may_be_asked_only_when_another_has_read_this_very_version(house: House) {
        let (operator, approver) = (house.log_in("operator").await, house.log_in("approver").await);
        let question = add(&operator, "几岁成年？").await;
        let own = operator.get(&question).await;
        assert!(own.has("一人出题，一人校核") && !own.has("/approve\""), "{}", own.body);
        let own = operator.post(&format!("{question}/approve"), &[("version", "1")]).await;
        assert_eq!(own.status, StatusCode::CONFLICT);

        let bare = decide(&approver, &question, "return", "").await;
        assert_eq!(bare.status, StatusCode::BAD_REQUEST, "sent back for no reason");
        let read = approver.get(&question).await;
        assert!(read.has("（正确答案）") && !read.has("保存为新一版"), "who only checks writes nothing");
        let passed = decide(&approver, &question, "approve", "").await;
        assert_eq!(passed.location(), format!("{question}?done=question-approved"));
        let again = approver.post(&format!("{question}/approve"), &[("version", "1")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(operator.get(BANK).await.has("其中 1 道可用"));

        let stale = [&fields("改过")[..], &[("version", "7")]].concat();
        assert_eq!(operator.post(&question, &stale).await.status, StatusCode::CONFLICT);
        let changed = operator.submit(&question, &question, &fields("满几岁算成年？")).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
        assert!(operator.get(BANK).await.has("其中 0 道可用"), "an edited question is read again");
        decide(&approver, &question, "return", "题目不通顺").await;
        let back = operator.get(&question).await;
        assert!(back.has("周运营 写，吴审批 退回") && back.has("题目不通顺") && back.has("第 1 版"));
    }
}

in_both! {
    async fn the_database_itself_lets_nobody_pass_the_own_question(house: House) {
        let operator = house.log_in("operator").await;
        add(&operator, "几岁成年？").await;
        let mut tx = house.app.db().begin().await.unwrap();
        let own = "UPDATE quiz_questions SET decision = 'approved', decided_by = written_by";
        assert!(pufa::run!(&mut tx, sqlx::query(own)).is_err());
        drop(tx);
        let mut tx = house.app.db().begin().await.unwrap();
        let nobody = "UPDATE quiz_questions SET decision = 'approved', decided_by = NULL";
        assert!(pufa::run!(&mut tx, sqlx::query(nobody)).is_err());
    }
}

in_both! {
    async fn a_question_that_lacks_something_is_refused_with_what_was_typed(house: House) {
        let operator = house.log_in("operator").await;
        let mut wrong = fields("几岁成年？");
        wrong.retain(|(name, _)| *name != "key");
        let refused = operator.post(NEW, &wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.has("请选出正确答案") && refused.has(">几岁成年？</textarea>"), "{}", refused.body);
        assert_eq!(house.app.number("SELECT count(*) FROM quiz_questions").await, 0);
        let hostile = add(&operator, "<script>alert(1)</script>？").await;
        let shown = operator.get(&hostile).await;
        assert!(!shown.has("<script>alert") && shown.has("alert(1)"));
        let unsure = operator.post(&format!("{hostile}/retire"), &[]).await;
        assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
        operator.post(&format!("{hostile}/retire"), &[("sure", "1")]).await;
        assert!(operator.get(&hostile).await.has("已停用"));
    }
}

/// A version of a law with one article.
fn law(from: &str, to: &str) -> Line {
    let json = format!(
        "{{\"law\":\"民法典\",\"article\":\"第十七条\",\"text\":\"成年人。\",\
         \"in_force_from\":\"{from}\",\"in_force_to\":\"{to}\"}}"
    );
    Line::read(&json).expect("a line")
}

in_both! {
    async fn a_question_whose_law_is_gone_has_to_be_looked_at_again(house: House) {
        let (operator, approver) = (house.log_in("operator").await, house.log_in("approver").await);
        let deps = &house.app.app.web.deps;
        knowledge::import(deps, &[law("2021-01-01", "")]).await.expect("a law");
        let question = add(&operator, "几岁成年？").await;
        decide(&approver, &question, "approve", "").await;
        assert_eq!(bank::look_after_laws(deps).await.unwrap(), 0);
        knowledge::import(deps, &[law("2021-01-01", "2022-01-01")]).await.expect("its end");
        assert_eq!(bank::look_after_laws(deps).await.unwrap(), 1);
        let list = operator.get(BANK).await;
        assert!(list.has("需复核") && list.has("已经废止") && list.has("其中 0 道可用"), "{}", list.body);
        assert_eq!(bank::look_after_laws(deps).await.unwrap(), 0, "nothing new");
    }
}
