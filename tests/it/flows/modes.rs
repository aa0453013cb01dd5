//! Plain and compatible mode, and the limit after which nothing is acknowledged.

use pufa::platform::config::PushMode;

use crate::support::{Backend, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn in_compatible_mode_the_encrypted_part_counts_and_the_reply_is_encrypted() {
    let app =
        TestApp::start_with(Backend::Sqlite, |config| mode(config, PushMode::Compatible)).await;
    let answer = app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘").await;
    assert!(answer.reply_text.expect("a receipt").contains("劳动人事"));
    app.settle().await;
    assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_plain_mode_when_it_is_allowed_pushes_are_read_and_answered_in_plain() {
    let app = TestApp::start_with(Backend::Sqlite, |config| mode(config, PushMode::Plain)).await;
    let answer = app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘").await;
    assert!(answer.reply_text.expect("a receipt").contains("劳动人事"));
}

#[tokio::test(flavor = "multi_thread")]
async fn past_the_limit_nothing_is_acknowledged_and_the_repetition_is_answered() {
    let app =
        TestApp::start_with(Backend::Sqlite, |config| config.intake.acknowledge_within_ms = 300)
            .await;
    app.simulator.set_patience(pufa::simulator::Patience {
        tries: 1,
        ..pufa::simulator::Patience::default()
    });
    // Somebody holds the only writer for longer than the limit.
    let holding = app.db().begin().await.expect("a transaction");
    let late = app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘").await;
    assert_eq!((late.answered, late.status), (false, Some(503)));
    drop(holding);
    let next = app.simulator.text("oCITIZEN", "还有加班费").await;
    assert!(next.answered);
    app.settle().await;
    // What was late was committed all the same; WeChat's repetition would find its reply.
    assert_eq!(app.number("SELECT count(*) FROM messages").await, 2);
}

fn mode(config: &mut pufa::platform::config::Config, mode: PushMode) {
    config.wechat.allow_plain = true;
    for account in config.wechat.accounts.values_mut() {
        account.mode = mode;
    }
}
