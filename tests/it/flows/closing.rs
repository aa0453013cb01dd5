//! Closing never hides an answer of which nobody knows whether it arrived.

use futures_util::future::join;
use pufa::delivery::actions::closing::close;
use pufa::inquiries::{Closing, MessageId};
use pufa::platform::error::Kind;
use pufa::simulator::ApiFault;

use super::answer;
use super::delivering::{ask, reply};

const SEND: &str = "/cgi-bin/message/custom/send";
const HIDDEN: &str = "SELECT count(*) FROM messages m WHERE m.author = 'staff' AND NOT EXISTS \
    (SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND d.state = 'sent')";
const CLOSED: &str = "SELECT count(*) FROM inquiries WHERE state = 'closed'";

both! {
    async fn an_unknown_answer_is_confirmed_before_the_matter_counts_as_answered(app: TestApp) {
        let id = ask(&app).await;
        let (deps, by) = (&app.app.web.deps, &app.labor_responder);
        app.simulator.faults().on_api(SEND, ApiFault::AcceptThenReset, 1);
        reply(&app, id, "答复").await;
        let refused = close(deps, by, id, Closing::Answered, false).await.expect_err("unknown");
        assert!(refused.kind() == Kind::Conflict && refused.public().contains("结果不明"));
        assert_eq!(app.number(CLOSED).await, 0);
        close(deps, by, id, Closing::Answered, true).await.expect("somebody made sure");
        assert_eq!(app.number(CLOSED).await, 1);
    }
}

both! {
    async fn a_later_answer_that_arrived_makes_up_for_an_unknown_one(app: TestApp) {
        let id = ask(&app).await;
        app.simulator.faults().on_api(SEND, ApiFault::AcceptThenReset, 1);
        reply(&app, id, "答复").await;
        reply(&app, id, "再说一遍").await;
        let (deps, by) = (&app.app.web.deps, &app.labor_responder);
        close(deps, by, id, Closing::Answered, false).await.expect("the last one arrived");
    }
}

both! {
    async fn who_closes_while_an_answer_is_written_closes_before_it_or_after_it_arrived(app: TestApp) {
        let id = ask(&app).await;
        let (deps, by) = (&app.app.web.deps, &app.labor_responder);
        reply(&app, id, "第一条").await;
        for nth in 0..12 {
            // Whatever was closed opens again, and five more messages may be sent.
            app.simulator.text("oCITIZEN", &format!("还有一点，第 {nth} 次来问")).await;
            app.settle().await;
            let once = MessageId(deps.entropy.id_at(app.clock.now()));
            let words = format!("第 {nth} 次补充");
            let writing = answer(deps, by, id, &words, once, i64::MAX);
            let (_, closed) = join(writing, close(deps, by, id, Closing::Answered, false)).await;
            if closed.is_ok() {
                assert_eq!(app.number(HIDDEN).await, 0, "closed over an answer that is leaving");
            }
            app.settle().await;
        }
    }
}
