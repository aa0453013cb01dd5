//! Answers that come after WeChat's window: as a notice with a link, settled by what WeChat reports.

use std::time::Duration;

use pufa::delivery::DeliveryState;
use pufa::delivery::store::notice::figures;
use pufa::inquiries::actions::staff::claim;
use pufa::inquiries::{InquiryId, MessageId};
use pufa::notices::rules::Filler;
use pufa::notices::{Fields, Purpose, actions};
use pufa::platform::clock::Moment;
use pufa::simulator::{ANSWERED_NOTICE, ANSWERED_TEMPLATE, ApiFault, BubbleBody, Via};

use super::answer;
use super::answering::sent;
use crate::support::TestApp;

const CITIZEN: &str = "oCITIZEN";
const BIZSEND: &str = "/cgi-bin/message/subscribe/bizsend";

/// Reads the templates from WeChat.
async fn list(app: &TestApp) {
    let by = app.labor_responder.id.0;
    actions::request_listing(&app.app.web.deps, by, "main").await.expect("a listing");
    app.settle().await;
}

async fn choose(app: &TestApp, template: &str, fields: &[(&str, Filler)]) {
    let fields = Fields(fields.iter().map(|(key, filler)| ((*key).to_owned(), *filler)).collect());
    let by = app.labor_responder.id.0;
    let deps = &app.app.web.deps;
    let chosen = actions::choose(deps, by, "main", Purpose::Answered, template, fields).await;
    chosen.expect("the template is chosen");
}

async fn choose_template(app: &TestApp) {
    list(app).await;
    let fields = [
        ("character_string1", Filler::Number),
        ("thing2", Filler::Field),
        ("thing3", Filler::Organization),
        ("time4", Filler::AnsweredAt),
        ("phrase5", Filler::State),
    ];
    choose(app, ANSWERED_TEMPLATE, &fields).await;
}

async fn choose_subscription(app: &TestApp) {
    list(app).await;
    let fields = [
        ("character_string1", Filler::Number),
        ("thing2", Filler::Organization),
        ("time3", Filler::AnsweredAt),
    ];
    choose(app, ANSWERED_NOTICE, &fields).await;
}

async fn ask(app: &TestApp) -> InquiryId {
    app.simulator.text(CITIZEN, "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await;
    app.settle().await;
    let mut link = app.db().read().await.expect("a connection");
    let id = pufa::on!(&mut link, c => sqlx::query_scalar("SELECT id FROM inquiries").fetch_one(c).await)
        .expect("an inquiry");
    // Taken, so that it stays while days go by.
    claim(&app.app.web.deps, &app.labor_responder, id).await.expect("a claim");
    id
}

async fn reply(app: &TestApp, id: InquiryId, words: &str) {
    let once = MessageId(app.app.web.deps.entropy.id_at(app.clock.now()));
    answer(&app.app.web.deps, &app.labor_responder, id, words, once, i64::MAX)
        .await
        .expect("an answer");
    app.settle().await;
}

async fn two_days_later(app: &TestApp) {
    app.clock.advance(Duration::from_secs(48 * 3600 + 60));
}

/// Waits until a count is reached; WeChat's reports come on their own.
async fn until(app: &TestApp, sql: &'static str, wanted: i64) {
    let reached = async {
        while app.number(sql).await != wanted {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(10), reached).await;
    assert!(in_time.is_ok(), "{sql} is not {wanted}");
}

/// Notices on the citizen's phone: page and values.
fn notices(app: &TestApp) -> Vec<(String, Vec<String>)> {
    let chat = app.simulator.chat(CITIZEN);
    chat.into_iter()
        .filter(|bubble| bubble.via == Via::Template)
        .filter_map(|bubble| match bubble.body {
            BubbleBody::Template { rows, url, .. } => {
                Some((url.unwrap_or_default(), rows.into_iter().map(|row| row.value).collect()))
            }
            _ => None,
        })
        .collect()
}

both! {
    async fn after_48_hours_a_template_message_tells_of_the_answer_and_is_reported_delivered(app: TestApp) {
        choose_template(&app).await;
        let id = ask(&app).await;
        two_days_later(&app).await;
        reply(&app, id, "迟来的答复").await;
        until(&app, "SELECT count(*) FROM deliveries WHERE notice_reported_at IS NOT NULL", 1).await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'sent' AND way = 'template'").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM notice_reports").await, 0);
        let shown = notices(&app);
        assert_eq!(shown.len(), 1);
        assert!(shown[0].0.contains("/c/i/"), "{shown:?}");
        assert!(shown[0].1.contains(&"已答复".to_owned()) && shown[0].1.contains(&"labor".to_owned()), "{shown:?}");
        assert!(!format!("{shown:?}").contains("迟来的答复"), "the notice shows the answer itself");
        assert_eq!(sent(&app), 0);

        // What was settled by the notice does not come a second time with the next contact.
        let contact = app.simulator.text(CITIZEN, "请问有答复了吗").await;
        assert!(!contact.reply_text.unwrap_or_default().contains("迟来的答复"));
    }
}

both! {
    async fn inside_the_window_the_answer_itself_goes_although_a_notice_could(app: TestApp) {
        choose_template(&app).await;
        let id = ask(&app).await;
        reply(&app, id, "答复").await;
        assert_eq!(sent(&app), 1);
        assert_eq!(notices(&app).len(), 0);
    }
}

both! {
    async fn one_consent_is_one_subscription_notice_and_then_the_template_message_goes(app: TestApp) {
        choose_template(&app).await;
        choose_subscription(&app).await;
        let id = ask(&app).await;
        app.simulator.subscribe_to(CITIZEN, ANSWERED_NOTICE, true).await;
        app.settle().await;
        assert_eq!(app.number("SELECT remaining FROM notice_consents").await, 1);
        two_days_later(&app).await;
        reply(&app, id, "第一条").await;
        reply(&app, id, "第二条").await;
        until(&app, "SELECT count(*) FROM deliveries WHERE notice_reported_at IS NOT NULL", 2).await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'sent' AND way = 'subscription'").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'sent' AND way = 'template'").await, 1);
        assert_eq!(app.number("SELECT remaining FROM notice_consents").await, 0);
        assert_eq!(app.simulator.ledger().iter().filter(|e| e.errcode == 43101).count(), 0);
    }
}

both! {
    async fn who_refuses_notices_gets_the_answer_with_the_next_contact(app: TestApp) {
        choose_template(&app).await;
        let id = ask(&app).await;
        app.simulator.refuse_notices(CITIZEN, true);
        two_days_later(&app).await;
        reply(&app, id, "迟来的答复").await;
        until(&app, "SELECT count(*) FROM deliveries WHERE state = 'waiting' AND reason LIKE '%拒收%'", 1).await;
        assert_eq!(notices(&app).len(), 0);
        let contact = app.simulator.text(CITIZEN, "请问有答复了吗，工资的事情").await;
        assert!(contact.reply_text.expect("a reply").contains("迟来的答复"));
        app.settle().await;
        let tries = app.simulator.ledger().iter().filter(|e| e.kind == "template").count();
        assert_eq!(tries, 1, "a notice that was refused was sent again");
        let mut link = app.db().read().await.expect("a connection");
        let ended = figures(&mut link, "main", ANSWERED_TEMPLATE, Moment(0)).await.expect("figures");
        assert_eq!(ended, [(DeliveryState::Failed, 1)]);
    }
}

both! {
    async fn a_consent_that_wechat_no_longer_knows_is_forgotten_and_the_template_message_goes(app: TestApp) {
        choose_template(&app).await;
        choose_subscription(&app).await;
        let id = ask(&app).await;
        app.simulator.subscribe_to(CITIZEN, ANSWERED_NOTICE, true).await;
        app.settle().await;
        two_days_later(&app).await;
        app.simulator.faults().on_api(BIZSEND, ApiFault::Errcode { errcode: 43101 }, 1);
        reply(&app, id, "答复").await;
        until(&app, "SELECT count(*) FROM deliveries WHERE state = 'sent' AND way = 'template'", 1).await;
        assert_eq!(app.number("SELECT remaining FROM notice_consents").await, 0);
    }
}

both! {
    async fn a_report_does_not_settle_an_answer_whose_notice_was_refused(app: TestApp) {
        choose_subscription(&app).await;
        let id = ask(&app).await;
        for _ in 0..2 {
            app.simulator.subscribe_to(CITIZEN, ANSWERED_NOTICE, true).await;
            app.clock.advance(Duration::from_secs(1));
        }
        app.settle().await;
        two_days_later(&app).await;
        app.simulator.faults().on_api(BIZSEND, ApiFault::Errcode { errcode: 47003 }, 1);
        reply(&app, id, "第一条").await;
        assert_eq!(app.number("SELECT remaining FROM notice_consents").await, 2);
        reply(&app, id, "第二条").await;
        until(&app, "SELECT count(*) FROM deliveries WHERE state = 'sent' AND way = 'subscription'", 1).await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'waiting' AND errcode = 47003").await, 1);
        assert_eq!(app.number("SELECT remaining FROM notice_consents").await, 1);
    }
}

both! {
    async fn a_busy_wechat_keeps_the_consent_and_is_asked_again(app: TestApp) {
        choose_subscription(&app).await;
        let id = ask(&app).await;
        app.simulator.subscribe_to(CITIZEN, ANSWERED_NOTICE, true).await;
        app.settle().await;
        two_days_later(&app).await;
        app.simulator.faults().on_api(BIZSEND, ApiFault::Errcode { errcode: -1 }, 1);
        reply(&app, id, "答复").await;
        assert_eq!(app.number("SELECT remaining FROM notice_consents").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'queued'").await, 1);
        app.clock.advance(Duration::from_secs(31));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'sent' AND way = 'subscription'").await, 1);
        assert_eq!(app.number("SELECT remaining FROM notice_consents").await, 0);
    }
}

both! {
    async fn a_notice_that_breaks_off_is_unknown_until_wechat_reports_it_and_never_repeated(app: TestApp) {
        choose_subscription(&app).await;
        let id = ask(&app).await;
        app.simulator.subscribe_to(CITIZEN, ANSWERED_NOTICE, true).await;
        app.settle().await;
        two_days_later(&app).await;
        app.simulator.faults().on_api(BIZSEND, ApiFault::AcceptThenReset, 1);
        reply(&app, id, "答复").await;
        until(&app, "SELECT count(*) FROM deliveries WHERE state = 'sent' AND notice_reported_at IS NOT NULL", 1).await;
        assert_eq!(notices(&app).len(), 1);
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE action = 'delivery.settle' AND detail LIKE '%unknown%'").await, 1);
    }
}

both! {
    async fn consent_given_later_sends_the_answer_that_waited(app: TestApp) {
        choose_subscription(&app).await;
        let id = ask(&app).await;
        two_days_later(&app).await;
        reply(&app, id, "答复").await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'waiting'").await, 1);
        app.simulator.subscribe_to(CITIZEN, ANSWERED_NOTICE, true).await;
        app.settle().await;
        until(&app, "SELECT count(*) FROM deliveries WHERE state = 'sent' AND way = 'subscription'", 1).await;
        app.simulator.unsubscribe_from(CITIZEN, ANSWERED_NOTICE).await;
        app.settle().await;
        assert_eq!(app.number("SELECT remaining FROM notice_consents").await, 0);
    }
}

both! {
    async fn a_window_that_wechat_counts_differently_leads_to_the_notice_at_once(app: TestApp) {
        choose_template(&app).await;
        let id = ask(&app).await;
        app.simulator.faults().on_api("/cgi-bin/message/custom/send", ApiFault::Errcode { errcode: 45015 }, 1);
        reply(&app, id, "答复").await;
        until(&app, "SELECT count(*) FROM deliveries WHERE state = 'sent' AND way = 'template'", 1).await;
        assert_eq!(notices(&app).len(), 1);
    }
}

both! {
    async fn a_template_that_wechat_no_longer_lists_is_not_used(app: TestApp) {
        choose_template(&app).await;
        let client = &app.app.web.clients["main"];
        client.delete_message_template(ANSWERED_TEMPLATE).await.expect("it is deleted");
        // Listings are told apart by their time.
        app.clock.advance(Duration::from_secs(1));
        list(&app).await;
        let id = ask(&app).await;
        two_days_later(&app).await;
        reply(&app, id, "答复").await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'waiting'").await, 1);
        assert_eq!(app.simulator.ledger().iter().filter(|e| e.kind == "template").count(), 0);
    }
}

both! {
    async fn a_template_deleted_at_wechats_is_noticed_by_the_first_refusal_and_used_no_more(app: TestApp) {
        choose_template(&app).await;
        let id = ask(&app).await;
        two_days_later(&app).await;
        // The daily listing comes first and still finds it.
        app.settle().await;
        let client = &app.app.web.clients["main"];
        client.delete_message_template(ANSWERED_TEMPLATE).await.expect("it is deleted");
        // Listings are told apart by their time.
        app.clock.advance(Duration::from_secs(1));
        reply(&app, id, "第一条").await;
        reply(&app, id, "第二条").await;
        assert_eq!(app.number("SELECT count(*) FROM deliveries WHERE state = 'waiting'").await, 2);
        assert_eq!(app.number("SELECT count(*) FROM notice_templates WHERE gone_at IS NOT NULL").await, 1);
        assert_eq!(app.simulator.ledger().iter().filter(|e| e.kind == "template").count(), 1);
    }
}

both! {
    async fn fields_that_wechat_would_refuse_cannot_be_saved(app: TestApp) {
        list(&app).await;
        let deps = &app.app.web.deps;
        let fields = Fields([("phrase5".to_owned(), Filler::Number)].into());
        let by = app.labor_responder.id.0;
        let refused = actions::choose(deps, by, "main", Purpose::Answered, ANSWERED_TEMPLATE, fields).await;
        assert!(refused.expect_err("it is refused").public().contains("咨询编号"));
        assert_eq!(app.number("SELECT count(*) FROM notice_purposes").await, 0);
    }
}

both! {
    async fn templates_are_listed_every_day_by_themselves(app: TestApp) {
        let listed = "SELECT COALESCE(max(listed_at), 0) FROM notice_listings";
        let mut before = app.number(listed).await;
        assert_eq!(before, 0);
        for _ in 0..2 {
            app.clock.advance(Duration::from_secs(24 * 3600));
            app.settle().await;
            let at = app.number(listed).await;
            assert!(at > before, "{at} is not after {before}");
            before = at;
        }
        let known = "SELECT count(*) FROM notice_templates WHERE gone_at IS NULL";
        assert_eq!(app.number(known).await, 2);
        let jobs = "SELECT count(*) FROM jobs WHERE kind = 'notices.daily' AND state = 'ready'";
        assert_eq!(app.number(jobs).await, 1, "one row that puts itself back");
    }
}
