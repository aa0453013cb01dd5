//! 人工 where WeChat's own agents take over, and what they do there.

use std::time::Duration;

use pufa::wechat::agents::RecordsWanted;

use super::delivering::{ask, reply};
use crate::support::{Backend, TestApp};

const AGENT: &str = "ask_1@pufa";

async fn transferring() -> TestApp {
    TestApp::start_with(Backend::Sqlite, |config| {
        for account in config.wechat.accounts.values_mut() {
            account.transfer_to_agents = true;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_a_person_is_handed_over_and_comes_back_when_the_agent_is_done() {
    let app = transferring().await;
    let client = &app.app.web.clients["main"];
    let asked = app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘").await;
    assert!(asked.reply_text.is_some(), "questions are answered here");
    assert_eq!(client.waiting_sessions().await.unwrap().count, 0);

    let handed = app.simulator.text("oCITIZEN", "人工").await;
    assert!(handed.answered && handed.reply_text.is_none());
    let waiting = client.waiting_sessions().await.unwrap();
    assert_eq!((waiting.count, waiting.first[0].openid.as_str()), (1, "oCITIZEN"));
    app.settle().await;
    let wanting = "SELECT count(*) FROM inquiries WHERE wants_human";
    assert_eq!(app.number(wanting).await, 1, "the inquiry knows it as well");

    client.add_agent(AGENT, "普法小王").await.unwrap();
    client.invite_agent(AGENT, "wang_wx").await.unwrap();
    let invited = client.agents().await.unwrap();
    assert_eq!(invited[0].invitation.as_ref().unwrap().wechat_id, "wang_wx");
    assert!(client.open_session(AGENT, "oCITIZEN").await.is_err(), "not yet bound");
    assert!(app.simulator.set_agent("main", AGENT, true));
    assert_eq!(client.agents_online().await.unwrap()[0].serving, 0);
    client.open_session(AGENT, "oCITIZEN").await.unwrap();
    let serving = client.session("oCITIZEN").await.unwrap().unwrap();
    assert_eq!(serving.account, AGENT);
    assert_eq!(client.sessions(AGENT).await.unwrap().len(), 1);

    let from = app.clock.now().seconds() - 60;
    let pushed = "SELECT count(*) FROM inbox WHERE kind = 'text'";
    let before = app.number(pushed).await;
    app.simulator.text("oCITIZEN", "仲裁要交钱吗").await;
    assert_eq!(app.number(pushed).await, before, "the agent hears it, not we");
    assert!(app.simulator.agent_says("main", "oCITIZEN", "不收费。"));
    let wanted = RecordsWanted { from, until: from + 3600, after: 1, number: 1 };
    let first = client.records(&wanted).await.unwrap();
    assert_eq!((first.lines[0].opercode, first.lines[0].text.as_str()), (2003, "仲裁要交钱吗"));
    let next = RecordsWanted { after: first.next.unwrap(), number: 100, ..wanted };
    let second = client.records(&next).await.unwrap();
    assert_eq!((second.lines.len(), second.lines[0].text.as_str()), (1, "不收费。"));

    client.close_session(AGENT, "oCITIZEN").await.unwrap();
    assert_eq!(client.session("oCITIZEN").await.unwrap(), None);
    app.simulator.text("oCITIZEN", "谢谢，还有加班费的事").await;
    assert_eq!(app.number(pushed).await, before + 1);
    client.delete_agent(AGENT).await.unwrap();
    assert!(client.agents().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_waits_is_not_lost_in_a_hand_over() {
    let app = transferring().await;
    let id = ask(&app).await;
    app.clock.advance(Duration::from_secs(48 * 3600 + 60));
    reply(&app, id, "迟来的答复").await;
    let handed = app.simulator.text("oCITIZEN", "人工").await;
    assert!(handed.answered && handed.reply_text.is_none());
    app.settle().await;
    let chat = app.simulator.chat("oCITIZEN");
    let arrived =
        chat.iter().filter(|bubble| bubble.text().is_some_and(|t| t.contains("迟来的答复")));
    assert_eq!(arrived.count(), 1, "it came as a message of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_nobody_is_handed_over() {
    let app = TestApp::start(Backend::Sqlite).await;
    let answered = app.simulator.text("oCITIZEN", "人工").await;
    assert!(answered.reply_text.is_some());
    let client = &app.app.web.clients["main"];
    assert_eq!(client.waiting_sessions().await.unwrap().count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_customer_message_arrives_and_a_wrong_one_is_refused() {
    use pufa::wechat::client::CallError;
    use pufa::wechat::custom::CustomMessage as M;
    let app = TestApp::start(Backend::Sqlite).await;
    let client = &app.app.web.clients["main"];
    client.add_agent(AGENT, "普法小王").await.unwrap();
    let text = |text: &str| text.to_owned();
    let kinds = [
        M::Music {
            title: text("题"),
            description: text("述"),
            url: text("https://pufa.example/a.mp3"),
            hq_url: text("https://pufa.example/b.mp3"),
            thumb_media_id: text("T"),
        },
        M::Article { article_id: text("A") },
        M::Card { card_id: text("C") },
        M::MiniProgram {
            title: text("题"),
            app_id: text("wxmini"),
            page_path: text("pages/index"),
            thumb_media_id: text("T"),
        },
    ];
    app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘").await;
    client.show_typing("oCITIZEN", true).await.unwrap();
    let before = app.simulator.chat("oCITIZEN").len();
    for message in &kinds {
        client.send_custom_as("oCITIZEN", message, AGENT).await.unwrap();
    }
    assert_eq!(app.simulator.chat("oCITIZEN").len(), before + kinds.len());
    for (wrong, agent, expected) in [
        (M::Voice { media_id: text("nothing") }, AGENT, 40007),
        (M::Article { article_id: String::new() }, AGENT, 40097),
        (M::Text(text("好")), "nobody@pufa", 65401),
    ] {
        let refused = client.send_custom_as("oCITIZEN", &wrong, agent).await;
        let Err(CallError::Refused { errcode, .. }) = refused else { panic!("{wrong:?}") };
        assert_eq!(errcode, expected);
    }
}
