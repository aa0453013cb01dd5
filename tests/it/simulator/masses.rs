//! Mass sends through our own client against the stand-in (wechat-protocol.md §7.4).

use std::time::Duration;

use pufa::platform::config::AccountKind;
use pufa::simulator::{PushMode, Via};
use pufa::wechat::client::{AppSecret, CallError, Client, Credentials};
use pufa::wechat::errcode::Action;
use pufa::wechat::mass::{
    Audience, ClientMsgId, MassContent, MassDeletion, MassMessage, MassStatus, Previewer, Speed,
};

use super::stage::{APP_ID, LIN, Received, Stage, ZHOU, always, stage, stage_of};

const GONE: &str = "oSIM0000000000000000000009";

pub fn client(stage: &Stage) -> Client {
    let credentials =
        Credentials { app_id: APP_ID.to_owned(), app_secret: AppSecret::from("secret") };
    Client::new(&format!("http://{}", stage.api), credentials, stage.clock.clone()).unwrap()
}

fn text() -> MassContent {
    MassContent::Text { content: "宪法宣传周活动预告".to_owned() }
}

fn articles() -> MassContent {
    MassContent::Articles { media_id: "DRAFT".to_owned() }
}

fn message(audience: Audience, content: MassContent, id: &str) -> MassMessage {
    let client_msg_id = ClientMsgId::new(id).unwrap();
    MassMessage { audience, content, despite_reprint: false, client_msg_id }
}

fn code<T: std::fmt::Debug>(result: Result<T, CallError>) -> i64 {
    match result {
        Err(CallError::Refused { errcode, .. }) => errcode,
        other => panic!("{other:?}"),
    }
}

async fn result(stage: &mut Stage) -> Received {
    let event = stage.arrivals.recv().await.unwrap();
    assert_eq!(event.element("Event"), "MASSSENDJOBFINISH");
    event
}

fn received(stage: &Stage, openid: &str) -> usize {
    stage.simulator.chat(openid).iter().filter(|bubble| bubble.via == Via::Mass).count()
}

#[tokio::test]
async fn a_send_goes_once_to_every_follower_and_reports_under_its_id() {
    let mut stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    let send = message(Audience::Everybody, articles(), "camp-7-1");
    let receipt = client.mass_send(&send).await.unwrap();
    assert!(receipt.msg_data_id.is_some() && !receipt.repeated);
    let event = result(&mut stage).await;
    assert_eq!(event.element("MsgID"), receipt.msg_id.to_string());
    assert_eq!(event.element("Status"), "send success");
    assert_eq!((event.element("TotalCount"), event.element("SentCount")), ("1".into(), "1".into()));
    assert_eq!(client.mass_status(receipt.msg_id).await, Ok(MassStatus::Sent));

    // A crash forgets the receipt: the same id finds the send instead of repeating it.
    let again = client.mass_send(&send).await.unwrap();
    assert!(again.repeated);
    assert_eq!(again.msg_id, receipt.msg_id);
    let Err(CallError::Refused { errcode, meaning, .. }) = client.mass_send(&send).await else {
        panic!("a third try within the minute was taken")
    };
    assert_eq!((errcode, meaning.action), (45066, Action::WaitSeconds(60)));
    stage.clock.advance(Duration::from_secs(61));
    assert!(client.mass_send(&send).await.unwrap().repeated);
    assert_eq!(received(&stage, ZHOU), 1);
}

/// A new tag of the account, on these followers.
async fn tagged(client: &Client, name: &str, openids: &[&str]) -> i64 {
    let tag = client.create_tag(name).await.unwrap().id;
    let openids: Vec<String> = openids.iter().map(|openid| (*openid).to_owned()).collect();
    client.tag_users(tag, &openids).await.unwrap();
    tag
}

#[tokio::test]
async fn a_send_by_tag_reaches_the_followers_who_have_it_and_nobody_else() {
    let mut stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    stage.simulator.add_citizen(LIN, "小林", true);
    stage.simulator.add_citizen(GONE, "小高", true);
    let villages = tagged(&client, "村居法律明白人", &[LIN, GONE]).await;
    let empty = tagged(&client, "空标签", &[LIN]).await;
    client.untag_users(empty, &[LIN.to_owned()]).await.unwrap();
    stage.simulator.add_citizen(GONE, "小高", false);

    client.mass_send(&message(Audience::Tag(villages), text(), "camp-12-1")).await.unwrap();
    let event = result(&mut stage).await;
    assert_eq!((event.element("TotalCount"), event.element("SentCount")), ("1".into(), "1".into()));
    let all = [ZHOU, LIN, GONE].map(|openid| received(&stage, openid));
    assert_eq!(all, [0, 1, 0], "without the tag; with it; with it, but gone");

    client.mass_send(&message(Audience::Tag(empty), text(), "camp-12-2")).await.unwrap();
    assert_eq!(result(&mut stage).await.element("TotalCount"), "0");
    let unknown = client.mass_send(&message(Audience::Tag(9_999), text(), "camp-12-3")).await;
    assert_eq!(code(unknown), 40152);
}

/// A refusal because no sends are left, as our client understands it.
fn used_up<T: std::fmt::Debug>(result: Result<T, CallError>) {
    match result {
        Err(CallError::Refused { errcode: 45028, meaning, .. }) => {
            assert_eq!(meaning.action, Action::TellOperator);
            assert!(meaning.operator_hint.contains("群发次数已用完"));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_service_account_sends_to_everybody_four_times_a_month() {
    let mut stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    let everybody = |nth: u32| message(Audience::Everybody, text(), &format!("camp-13-{nth}"));
    // A send that comes to nothing uses nothing up.
    stage.simulator.judge_next_mass_send("main", "send fail");
    client.mass_send(&everybody(0)).await.unwrap();
    assert_eq!(result(&mut stage).await.element("Status"), "send fail");
    for nth in 1..=4 {
        client.mass_send(&everybody(nth)).await.unwrap();
        assert_eq!(result(&mut stage).await.element("SentCount"), "1");
    }
    used_up(client.mass_send(&everybody(5)).await);
    // A repeated id is still answered with its send.
    assert!(client.mass_send(&everybody(4)).await.unwrap().repeated);
    // A list is not refused; who has had four gets no fifth.
    let list = Audience::followers(vec![ZHOU.to_owned(), LIN.to_owned()]).unwrap();
    client.mass_send(&message(list, text(), "camp-13-6")).await.unwrap();
    assert_eq!(result(&mut stage).await.element("FilterCount"), "0");
    // 2025-11-23 and eight days: December.
    stage.clock.advance(Duration::from_secs(8 * 86_400));
    client.mass_send(&everybody(7)).await.unwrap();
    assert_eq!(result(&mut stage).await.element("SentCount"), "1");
    assert_eq!(received(&stage, ZHOU), 5);
}

#[tokio::test]
async fn a_subscription_account_sends_once_a_day_by_whatever_way() {
    let kind = AccountKind::Subscription;
    let mut stage = stage_of(kind, PushMode::Plain, always("success")).await;
    let client = client(&stage);
    let tag = tagged(&client, "武进", &[ZHOU]).await;
    // Six days in a row: the four of a month are the service accounts' limit.
    for day in 1..=6 {
        let send = message(Audience::Tag(tag), text(), &format!("camp-14-{day}"));
        client.mass_send(&send).await.unwrap();
        assert_eq!(result(&mut stage).await.element("SentCount"), "1", "day {day}");
        let more = message(Audience::Everybody, text(), &format!("camp-15-{day}"));
        used_up(client.mass_send(&more).await);
        stage.clock.advance(Duration::from_secs(86_400));
    }
    assert_eq!(received(&stage, ZHOU), 6);
}

#[tokio::test]
async fn a_follower_gets_four_a_month_and_the_fifth_is_filtered_without_an_error() {
    let mut stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    let tag = tagged(&client, "武进", &[ZHOU]).await;
    for nth in 1..=5 {
        let send = message(Audience::Tag(tag), text(), &format!("camp-8-{nth}"));
        client.mass_send(&send).await.unwrap();
        let event = result(&mut stage).await;
        let sent = if nth <= 4 { "1" } else { "0" };
        assert_eq!(event.element("FilterCount"), sent, "send {nth}");
        assert_eq!(event.element("Status"), "send success");
    }
    // 2025-11-23 and eight days: December.
    stage.clock.advance(Duration::from_secs(8 * 86_400));
    client.mass_send(&message(Audience::Tag(tag), text(), "camp-8-6")).await.unwrap();
    assert_eq!(result(&mut stage).await.element("SentCount"), "1");
    assert_eq!(received(&stage, ZHOU), 5);
}

#[tokio::test]
async fn under_protection_a_send_to_everybody_waits_for_the_administrator() {
    let mut stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    stage.simulator.protect_mass_sends("main", true);
    let first = client.mass_send(&message(Audience::Everybody, text(), "camp-9-1")).await.unwrap();
    assert_eq!(client.mass_status(first.msg_id).await, Ok(MassStatus::Sending));
    let meanwhile = client.mass_send(&message(Audience::Tag(2), text(), "camp-9-2")).await;
    assert_eq!(code(meanwhile), 89504);
    assert!(stage.simulator.decide_mass_send("main", true).await);
    assert_eq!(result(&mut stage).await.element("Status"), "send success");

    client.mass_send(&message(Audience::Everybody, text(), "camp-9-3")).await.unwrap();
    assert!(stage.simulator.decide_mass_send("main", false).await);
    assert_eq!(result(&mut stage).await.element("Status"), "err(40001)");

    let late = client.mass_send(&message(Audience::Everybody, text(), "camp-9-4")).await.unwrap();
    // Let the half hour begin before it passes.
    tokio::task::yield_now().await;
    stage.clock.advance(Duration::from_secs(31 * 60));
    assert_eq!(result(&mut stage).await.element("Status"), "err(40002)");
    assert_eq!(client.mass_status(late.msg_id).await, Ok(MassStatus::Failed));
    assert!(!stage.simulator.decide_mass_send("main", true).await);
    assert_eq!(received(&stage, ZHOU), 1);
}

#[tokio::test]
async fn a_send_that_is_judged_a_reprint_reaches_nobody() {
    let mut stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    stage.simulator.judge_next_mass_send("main", "err(30003)");
    client.mass_send(&message(Audience::Everybody, articles(), "camp-10-1")).await.unwrap();
    let event = result(&mut stage).await;
    assert_eq!(
        (event.element("Status"), event.element("SentCount")),
        ("err(30003)".into(), "0".into())
    );
    assert_eq!(received(&stage, ZHOU), 0);
}

#[tokio::test]
async fn a_list_reaches_those_on_it_who_follow_and_articles_can_be_deleted() {
    let mut stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    let list = vec![ZHOU.to_owned(), LIN.to_owned()];
    let audience = Audience::followers(list).unwrap();
    let receipt = client.mass_send(&message(audience, articles(), "camp-11-1")).await.unwrap();
    let event = result(&mut stage).await;
    assert_eq!(
        (event.element("TotalCount"), event.element("FilterCount")),
        ("2".into(), "1".into())
    );
    assert_eq!(received(&stage, LIN), 0);

    let all = MassDeletion::Send { msg_id: receipt.msg_id, article: None };
    client.mass_delete(&all).await.unwrap();
    assert_eq!(client.mass_status(receipt.msg_id).await, Ok(MassStatus::Deleted));
    assert_eq!(code(client.mass_delete(&all).await), 40065);
    let unknown = MassDeletion::Send { msg_id: 7, article: Some(1) };
    assert_eq!(code(client.mass_delete(&unknown).await), 40059);
}

#[tokio::test]
async fn a_preview_reaches_one_person_and_is_allowed_a_hundred_times_a_day() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    let by_name = Previewer::WechatName("小周".into());
    client.mass_preview(&by_name, &articles()).await.unwrap();
    let by_openid = Previewer::Openid(ZHOU.into());
    for _ in 1..100 {
        client.mass_preview(&by_openid, &text()).await.unwrap();
    }
    let result = client.mass_preview(&by_openid, &text()).await;
    assert_eq!(code(result), 45009);
    assert_eq!(received(&stage, ZHOU), 100);
}

#[tokio::test]
async fn the_speed_is_kept_and_a_draft_that_is_named_by_nothing_is_refused() {
    let stage = stage(PushMode::Plain, always("success")).await;
    let client = client(&stage);
    assert_eq!(client.mass_speed().await, Ok(Speed::Fastest));
    client.set_mass_speed(Speed::Slowest).await.unwrap();
    assert_eq!(client.mass_speed().await, Ok(Speed::Slowest));
    let empty = MassContent::Articles { media_id: String::new() };
    assert_eq!(code(client.mass_send(&message(Audience::Everybody, empty, "c")).await), 40007);
    assert_eq!(code(client.mass_video("none", "标题", "说明").await), 40007);
}
