//! From the question to the rated answer.

use std::time::Duration;

use pufa::delivery::actions::closing::close;
use pufa::inquiries::actions::staff::{Answered, claim};
use pufa::inquiries::store::{Filter, Tab, counts, get, page};
use pufa::inquiries::{Closing, InquiryId, MessageId};
use pufa::members::OrgScope;
use pufa::platform::error::Kind;

use super::answer;
use crate::support::TestApp;

/// Asks, waits until it is routed, gives the inquiry.
async fn ask(app: &TestApp) -> InquiryId {
    app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await;
    app.settle().await;
    let mut link = app.db().read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar("SELECT id FROM inquiries ORDER BY opened_at DESC LIMIT 1").fetch_one(c).await)
        .expect("an inquiry")
}

fn form(app: &TestApp) -> MessageId {
    MessageId(app.app.web.deps.entropy.id_at(app.clock.now()))
}

both! {
    async fn the_answer_reaches_the_phone_and_the_citizen_rates_it(app: TestApp) {
        let id = ask(&app).await;
        let deps = &app.app.web.deps;
        claim(deps, &app.labor_responder, id).await.expect("a claim");
        let once = form(&app);
        answer(deps, &app.labor_responder, id, "可以到劳动监察投诉。", once, ALL).await.expect("an answer");
        app.settle().await;
        let chat = app.simulator.chat("oCITIZEN");
        assert!(chat.iter().any(|bubble| bubble.text().is_some_and(|text| text.contains("可以到劳动监察投诉。"))));
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'sent' AND way = 'custom'").await, 1);

        app.clock.advance(Duration::from_secs(600));
        app.simulator.text("oCITIZEN", "要带什么材料？").await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE state = 'claimed' AND unread").await, 1);
        answer(deps, &app.labor_responder, id, "带身份证和工资流水。", form(&app), ALL).await.expect("an answer");
        app.settle().await;

        let number = app.text("SELECT number FROM inquiries").await;
        let thanks = app.simulator.reply_link_tap("oCITIZEN", "满意", &format!("rate:4:{number}")).await;
        assert!(thanks.reply_text.expect("thanks").contains("谢谢评价"));
        app.settle().await;
        assert_eq!(app.number("SELECT rating FROM inquiries").await, 4);

        app.simulator.reply_link_tap("oCITIZEN", "还没解决", &format!("unsolved:{number}")).await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE state = 'offered' AND unsolved_at IS NOT NULL AND assignee_id IS NULL").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 1);
    }
}

both! {
    async fn another_organization_sees_and_changes_nothing_of_it(app: TestApp) {
        let id = ask(&app).await;
        let deps = &app.app.web.deps;
        let stranger = &app.family_responder;
        let refused = claim(deps, stranger, id).await.expect_err("a refusal");
        assert_eq!(refused.kind(), Kind::NotFound);
        let refused = answer(deps, stranger, id, "我来答", form(&app), ALL).await.expect_err("a refusal");
        assert_eq!(refused.kind(), Kind::NotFound);
        let mut link = app.db().read().await.expect("a connection");
        let scope = stranger.scope();
        assert!(get(&mut link, scope, id).await.expect("a look").is_none());
        for tab in Tab::ALL {
            let seen = page(&mut link, scope, *tab, stranger.id, &Filter::default(), None, app.clock.now()).await.expect("a page");
            assert!(seen.is_empty(), "{tab:?}");
        }
        assert_eq!(counts(&mut link, scope, stranger.id, app.clock.now()).await.expect("counts").open, 0);
        assert_eq!(counts(&mut link, OrgScope::Own(app.labor), stranger.id, app.clock.now()).await.expect("counts").open, 1);
    }
}

both! {
    async fn the_same_form_sent_twice_writes_one_answer(app: TestApp) {
        let id = ask(&app).await;
        let deps = &app.app.web.deps;
        let once = form(&app);
        let (a, b) = tokio::join!(
            answer(deps, &app.labor_responder, id, "答复", once, ALL),
            answer(deps, &app.labor_responder, id, "答复", once, ALL),
        );
        assert!(matches!(a, Ok(Answered::Written(_))) && matches!(b, Ok(Answered::Written(_))), "{a:?} {b:?}");
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM messages WHERE author = 'staff'").await, 1);
        assert_eq!(sent(&app), 1);
    }
}

both! {
    async fn who_did_not_see_a_colleagues_answer_is_shown_it_before_sending(app: TestApp) {
        let id = ask(&app).await;
        let deps = &app.app.web.deps;
        answer(deps, &app.labor_responder, id, "第一个答复", form(&app), ALL).await.expect("an answer");
        let second = answer(deps, &app.labor_responder, id, "第二个答复", form(&app), 1).await.expect("a look");
        let Answered::Overtaken(seen) = second else { panic!("sent blindly") };
        assert_eq!(seen.len(), 1);
        assert_eq!(app.number("SELECT count(*) FROM messages WHERE author = 'staff'").await, 1);
    }
}

both! {
    async fn a_closed_inquiry_opens_again_when_the_citizen_writes_within_a_week(app: TestApp) {
        let id = ask(&app).await;
        let deps = &app.app.web.deps;
        let early = close(deps, &app.labor_responder, id, Closing::Answered, false).await.expect_err("a refusal");
        assert_eq!(early.kind(), Kind::Conflict);
        answer(deps, &app.labor_responder, id, "答复", form(&app), ALL).await.expect("an answer");
        app.settle().await;
        close(deps, &app.labor_responder, id, Closing::Answered, false).await.expect("closed");
        app.clock.advance(Duration::from_secs(6 * 86_400));
        let again = app.simulator.text("oCITIZEN", "他们还是没有给钱").await;
        assert!(again.reply_text.expect("an answer").contains("继续办理"));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE state = 'claimed' AND closed_at IS NULL").await, 1);

        answer(deps, &app.labor_responder, id, "再去催", form(&app), ALL).await.expect("an answer");
        app.settle().await;
        close(deps, &app.labor_responder, id, Closing::Answered, false).await.expect("closed");
        app.clock.advance(Duration::from_secs(8 * 86_400));
        app.simulator.text("oCITIZEN", "楼上邻居装修把我家水管弄坏了，我在武进湖塘").await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 2);
    }
}

/// As who has seen every word.
const ALL: i64 = i64::MAX;

/// Customer messages WeChat accepted.
pub fn sent(app: &TestApp) -> usize {
    app.simulator
        .ledger()
        .iter()
        .filter(|entry| entry.kind == "custom_message" && entry.accepted)
        .count()
}
