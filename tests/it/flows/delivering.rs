//! Answers on their way, when WeChat is closed, full, slow or gone.

use std::time::Duration;

use pufa::inquiries::{InquiryId, MessageId};
use pufa::simulator::ApiFault;

use super::answer;
use super::answering::sent;
use crate::support::TestApp;

const SEND: &str = "/cgi-bin/message/custom/send";

pub(super) async fn ask(app: &TestApp) -> InquiryId {
    app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await;
    app.settle().await;
    let mut link = app.db().read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar("SELECT id FROM inquiries").fetch_one(c).await)
        .expect("an inquiry")
}

pub(super) async fn reply(app: &TestApp, id: InquiryId, words: &str) {
    let once = MessageId(app.app.web.deps.entropy.id_at(app.clock.now()));
    answer(&app.app.web.deps, &app.labor_responder, id, words, once, i64::MAX)
        .await
        .expect("an answer");
    app.settle().await;
}

both! {
    async fn after_48_hours_the_answer_waits_and_comes_with_the_next_contact(app: TestApp) {
        let id = ask(&app).await;
        app.clock.advance(Duration::from_secs(48 * 3600 + 60));
        reply(&app, id, "迟来的答复").await;
        assert_eq!(sent(&app), 0);
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'waiting' AND reason LIKE '%48%'").await, 1);

        let contact = app.simulator.text("oCITIZEN", "请问有答复了吗，工资的事情").await;
        assert!(contact.reply_text.expect("a reply").contains("迟来的答复"));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'sent' AND way = 'reply'").await, 1);
        assert_eq!(sent(&app), 0, "the answer went out a second time");
    }
}

both! {
    async fn the_sixth_message_in_a_window_waits_instead_of_failing(app: TestApp) {
        let id = ask(&app).await;
        for nth in 0..6 {
            reply(&app, id, &format!("第 {nth} 条")).await;
        }
        assert_eq!(sent(&app), 5);
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'waiting'").await, 1);
        assert_eq!(app.simulator.ledger().iter().filter(|e| e.errcode == 45047).count(), 0);
    }
}

both! {
    async fn a_window_that_wechat_counts_differently_makes_the_answer_wait(app: TestApp) {
        let id = ask(&app).await;
        app.simulator.faults().on_api(SEND, ApiFault::Errcode { errcode: 45015 }, 1);
        reply(&app, id, "答复").await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'waiting' AND errcode = 45015").await, 1);
    }
}

both! {
    async fn a_call_that_breaks_off_is_unknown_and_never_repeated(app: TestApp) {
        let id = ask(&app).await;
        app.simulator.faults().on_api(SEND, ApiFault::AcceptThenReset, 1);
        reply(&app, id, "答复").await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'unknown'").await, 1);
        app.clock.advance(Duration::from_secs(3600));
        app.settle().await;
        assert_eq!(sent(&app), 1);
    }
}

both! {
    async fn an_expired_token_is_renewed_once_and_nobody_notices(app: TestApp) {
        let id = ask(&app).await;
        reply(&app, id, "第一条").await;
        app.simulator.expire_tokens();
        reply(&app, id, "第二条").await;
        assert_eq!(sent(&app), 2);
        assert_eq!(app.simulator.ledger().iter().filter(|e| e.kind == "token").count(), 2);
    }
}

both! {
    async fn a_busy_wechat_is_asked_again_and_the_answer_arrives_once(app: TestApp) {
        let id = ask(&app).await;
        app.simulator.faults().on_api(SEND, ApiFault::Errcode { errcode: -1 }, 1);
        reply(&app, id, "答复").await;
        assert_eq!(sent(&app), 0);
        app.clock.advance(Duration::from_secs(31));
        app.settle().await;
        assert_eq!(sent(&app), 1);
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'sent'").await, 1);
    }
}

both! {
    async fn an_answer_too_long_for_one_message_goes_as_its_beginning_with_a_link(app: TestApp) {
        let id = ask(&app).await;
        reply(&app, id, &"先收集证据，再去投诉。".repeat(200)).await;
        let body = app.text("SELECT body FROM deliveries").await;
        assert!(body.len() <= 2040 && body.contains("看全文") && body.contains("/c/i/"), "{body}");
        assert_eq!(sent(&app), 1);
    }
}

both! {
    async fn who_unfollowed_gets_the_answer_after_coming_back(app: TestApp) {
        let id = ask(&app).await;
        app.clock.advance(Duration::from_secs(5));
        app.simulator.unfollow("oCITIZEN").await;
        app.settle().await;
        reply(&app, id, "答复").await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'waiting' AND reason LIKE '%取消关注%'").await, 1);
        app.clock.advance(Duration::from_secs(5));
        let back = app.simulator.follow("oCITIZEN", None).await;
        assert!(back.reply_text.expect("a reply").contains("答复"));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'sent'").await, 1);
    }
}

both! {
    async fn a_process_that_dies_during_the_call_leaves_an_unknown_and_no_second_message(app: TestApp) {
        let id = ask(&app).await;
        app.simulator.faults().on_api(SEND, ApiFault::AcceptThenHang, 1);
        let once = MessageId(app.app.web.deps.entropy.id_at(app.clock.now()));
        answer(&app.app.web.deps, &app.labor_responder, id, "答复", once, i64::MAX).await.expect("an answer");
        let called = async {
            while sent(&app) == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), called).await.expect("WeChat was called");
        // The holder vanishes: its lease runs out without a word, and another process takes over.
        app.clock.advance(Duration::from_secs(31));
        let unknown = async {
            while app.number("SELECT count(*) FROM deliveries WHERE state = 'unknown'").await == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), unknown).await.expect("it is found");
        assert_eq!(sent(&app), 1);
    }
}

both! {
    async fn an_outage_of_any_length_costs_neither_the_answer_nor_the_allowance(app: TestApp) {
        let id = ask(&app).await;
        app.simulator.faults().on_api(SEND, ApiFault::Errcode { errcode: -1 }, 12);
        reply(&app, id, "答复").await;
        for _ in 0..12 {
            assert_eq!(sent(&app), 0);
            app.clock.advance(Duration::from_secs(721));
            app.settle().await;
        }
        assert_eq!(sent(&app), 1);
        assert_eq!(app.number("SELECT used FROM allowances WHERE class = 'message'").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM jobs WHERE state = 'dead'").await, 0);
    }
}

both! {
    async fn a_used_up_day_is_waited_out_until_midnight_in_beijing(app: TestApp) {
        let id = ask(&app).await;
        app.simulator.faults().on_api(SEND, ApiFault::Errcode { errcode: 45009 }, 1);
        reply(&app, id, "答复").await;
        let job = "SELECT run_at FROM jobs WHERE kind = 'answer.written'";
        let at = pufa::platform::clock::Moment(app.number(job).await).in_shanghai();
        assert_eq!((at.hour(), at.minute() < 3), (0, true), "{at}");
        assert!(app.text("SELECT reason FROM deliveries").await.contains("45009"));
        let left = pufa::wechat::advice::until_midnight(app.clock.now());
        app.clock.advance(left + Duration::from_secs(181));
        app.settle().await;
        assert_eq!(sent(&app), 1);
    }
}
