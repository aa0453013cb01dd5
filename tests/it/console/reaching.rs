//! Alerts leave the house: by WeChat, by mail, to a group; when, with what in them, and how it is
//! seen what became of them.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::alerts::actions::try_group;
use pufa::alerts::jobs::DELIVER;
use pufa::inquiries::actions::staff as acts;
use pufa::platform::config::{Config, MailTls};
use pufa::platform::jobs::{self, NewJob};
use pufa::simulator::ANSWERED_TEMPLATE;
use pufa::staff::{StaffMember, store as staff};

use super::browser::{Browser, House};
use crate::support::Backend;
use crate::support::database::postgres_is_missing;
use crate::support::postbox::{Mood, Postbox};

/// Words and names of a citizen that must never leave the house with an alert.
const WORDS: &str = "我叫张小伟，电话13812345678，老板拖欠我三个月工资，我在武进湖塘，怎么办？";
const PRIVATE: [&str; 7] = ["张小伟", "13812345678", "老板", "工资", "湖塘", "oASKER", "oSECOND"];
const SETTINGS: &str = "/console/alerts/settings";
const GROUP: &str = "/console/alerts/group";

async fn open(backend: Backend) -> (House, Postbox) {
    let postbox = Postbox::open().await;
    let address = postbox.address;
    let house = House::open_with(backend, |config: &mut Config| {
        config.mail.host = address.ip().to_string();
        config.mail.port = address.port();
        config.mail.tls = MailTls::None;
        config.mail.from = "pufa@alliance.test".to_owned();
    })
    .await;
    go_to(&house, 12).await;
    (house, postbox)
}

/// Moves the clock to the next full hour of Beijing's day.
async fn go_to(house: &House, hour: u8) {
    let now = house.app.clock.now();
    advance(house, now.next_at_hour(hour).since(now)).await;
}

async fn advance(house: &House, time: Duration) {
    house.app.clock.advance(time);
    house.app.settle().await;
}

fn minutes(n: u64) -> Duration {
    Duration::from_secs(n * 60)
}

async fn member(house: &House, username: &'static str) -> StaffMember {
    let mut link = house.app.db().read().await.unwrap();
    staff::get(&mut link, house.people[username]).await.unwrap().unwrap()
}

/// Gives somebody an address and no quiet hours but those given.
async fn wishes(browser: &Browser, email: &str, quiet: [&str; 2], ticks: &[(&str, &str)]) {
    let mut fields = vec![("email", email), ("quiet-from", quiet[0]), ("quiet-to", quiet[1])];
    fields.extend(ticks);
    let saved = browser.submit(SETTINGS, SETTINGS, &fields).await;
    assert_eq!(saved.location(), "/console/alerts/settings?done=saved", "{}", saved.body);
}

async fn bind(house: &House, username: &'static str, openid: &str) {
    house.app.simulator.add_citizen(openid, "同事", true);
    let deps = &house.app.app.web.deps;
    let mut tx = deps.db.begin().await.unwrap();
    let (who, now) = (house.people[username], deps.clock.now());
    assert!(staff::wechat::bind(&mut tx, "main", openid, who, now).await.unwrap());
    tx.commit().await.unwrap();
}

async fn group(house: &House, browser: &Browser, key: &str) {
    let base = &house.app.app.web.config.alerts.robot_base_url;
    let address = format!("{base}/cgi-bin/webhook/send?key={key}");
    let mut fields = vec![("address", address.as_str())];
    fields.extend(["danger", "offer_new", "deadline_near"].map(|code| ("occasion", code)));
    let saved = browser.submit(GROUP, GROUP, &fields).await;
    assert_eq!(saved.location(), "/console/alerts/group?done=saved", "{}", saved.body);
}

/// Lets template messages tell the staff.
async fn choose_template(house: &House) {
    let operator = house.log_in("operator").await;
    operator.submit("/console/notices", "/console/notices/list", &[("account", "main")]).await;
    house.app.settle().await;
    let form = format!("/console/notices/{ANSWERED_TEMPLATE}");
    let fields = [
        ("account", "main"),
        ("purpose", "staff"),
        ("field-character_string1", "number"),
        ("field-thing2", "state"),
        ("field-thing3", "organization"),
        ("field-time4", "answered_at"),
        ("field-phrase5", "state"),
    ];
    let saved = operator.submit(&format!("{form}?purpose=staff"), &form, &fields).await;
    assert_eq!(saved.location(), "/console/notices?done=saved", "{}", saved.body);
    assert!(operator.get("/console/notices").await.has("提醒工作人员"));
}

/// What the group's robot was given.
fn said_in_group(house: &House) -> Vec<String> {
    let ledger = house.app.simulator.ledger();
    let taken = ledger.into_iter().filter(|entry| entry.kind == "robot" && entry.accepted);
    taken.map(|entry| entry.content).collect()
}

/// The template messages a phone got, as they were sent.
fn on_the_phone(house: &House, openid: &str) -> Vec<String> {
    let ledger = house.app.simulator.ledger();
    let own = ledger
        .into_iter()
        .filter(|entry| entry.kind == "template" && entry.openid.as_deref() == Some(openid));
    own.map(|entry| entry.request.to_string()).collect()
}

async fn by_every_way(backend: Backend) {
    let (house, postbox) = open(backend).await;
    let manager = house.log_in("manager").await;
    wishes(
        &manager,
        "zhao@alliance.test",
        ["", ""],
        &[("on-offer_new", "wechat"), ("on-offer_new", "email")],
    )
    .await;
    bind(&house, "manager", "oMANAGER").await;
    choose_template(&house).await;
    group(&house, &manager, "robot-key-0001").await;
    let shown = manager.get(GROUP).await;
    assert!(shown.has("0001") && !shown.has("robot-key"), "the key is never shown again");
    assert_eq!(
        house.app.number("SELECT count(*) FROM alert_groups WHERE key LIKE '%robot%'").await,
        0
    );

    house.asked("oASKER", WORDS).await;
    house.asked("oSECOND", WORDS).await;
    assert!(postbox.letters().is_empty() && said_in_group(&house).is_empty(), "gathered first");
    let waiting = manager.get("/console/alerts").await;
    assert!(waiting.has("新咨询待接") && waiting.has("马上发送"), "{}", waiting.body);
    advance(&house, minutes(2)).await;
    let (letters, group) = (postbox.letters(), said_in_group(&house));
    let phone = on_the_phone(&house, "oMANAGER");
    assert_eq!((letters.len(), group.len(), phone.len()), (1, 1, 1), "{letters:?} {group:?}");
    let numbers = house.app.text("SELECT min(number) FROM inquiries").await;
    for text in letters.iter().chain(&group) {
        assert!(text.contains("新咨询待接 2 件") && text.contains(&numbers), "{text}");
        assert!(text.contains("/console/alerts"));
    }
    assert!(phone[0].contains("新咨询待接") && phone[0].contains(&numbers), "{}", phone[0]);
    for private in PRIVATE {
        for text in letters.iter().chain(&group).chain(&phone) {
            assert!(!text.contains(private), "{private} in {text}");
        }
    }
    let done = manager.get("/console/alerts").await;
    assert!(done.has("微信 <") && done.has("邮件 <") && done.body.matches("已送出").count() == 4);
    // A colleague without address is told in the console alone.
    let li = house.log_in("li").await.get("/console/alerts").await;
    assert!(li.has("新咨询待接") && !li.has("已送出"));
    let watched = house.log_in("sysadmin").await.get("/console/health/alerts").await;
    assert!(
        watched.has("赵管理") && watched.has("labor") && watched.has("企业微信群"),
        "{}",
        watched.body
    );
    // Claimed meanwhile: nobody is disturbed for it any more.
    let third = house.asked("oTHIRD", WORDS).await;
    acts::claim(&house.app.app.web.deps, &member(&house, "li").await, third).await.unwrap();
    advance(&house, minutes(2)).await;
    assert_eq!((postbox.letters().len(), said_in_group(&house).len()), (1, 1));
    assert!(manager.get("/console/alerts").await.has("没有再发"));
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_are_gathered_go_by_every_way_and_hold_nothing_of_the_citizen() {
    by_every_way(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_go_by_every_way_on_postgres() {
    if !postgres_is_missing() {
        by_every_way(Backend::Postgres).await;
    }
}

async fn at_night(backend: Backend) {
    let (house, postbox) = open(backend).await;
    let manager = house.log_in("manager").await;
    wishes(&manager, "zhao@alliance.test", ["21:30", "07:30"], &[("on-offer_new", "email")]).await;
    group(&house, &manager, "robot-key-0001").await;
    go_to(&house, 2).await;
    let manager = house.log_in("manager").await;
    house.asked("oASKER", WORDS).await;
    advance(&house, minutes(10)).await;
    assert!(postbox.letters().is_empty() && said_in_group(&house).is_empty());
    let held = manager.get("/console/alerts").await;
    assert!(held.has("免打扰") && held.has("07:30 汇总发送"), "{}", held.body);

    house.app.simulator.text("oASKER", "他拿刀堵在门口说要砍我").await;
    house.app.settle().await;
    let (letters, group) = (postbox.letters(), said_in_group(&house));
    assert_eq!((letters.len(), group.len()), (1, 1), "danger waits for nothing: {letters:?}");
    for text in letters.iter().chain(&group) {
        assert!(text.contains("人身危险 1 件") && text.contains("110"), "{text}");
        assert!(!text.contains('刀') && !text.contains("暴力"), "{text}");
    }

    go_to(&house, 7).await;
    assert_eq!(said_in_group(&house).len(), 2, "the group's night ends at seven");
    assert_eq!(postbox.letters().len(), 1);
    advance(&house, minutes(31)).await;
    let letters = postbox.letters();
    assert!(letters.len() == 2 && letters[1].contains("新咨询待接 1 件"), "{letters:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_night_holds_back_everything_but_danger_and_ends_with_one_digest() {
    at_night(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_night_is_kept_on_postgres() {
    if !postgres_is_missing() {
        at_night(Backend::Postgres).await;
    }
}

async fn told(house: &House, username: &str) -> String {
    house.log_in(username).await.get("/console/alerts").await.body
}

async fn every_occasion(backend: Backend) {
    let (house, postbox) = open(backend).await;
    let deps = &house.app.app.web.deps;
    let li_signed = house.log_in("li").await;
    wishes(&li_signed, "li@alliance.test", ["", ""], &[("on-follow_up", "email")]).await;
    let li = member(&house, "li").await;
    let id = house.asked("oASKER", WORDS).await;
    let sql = "SELECT answer_by FROM offers WHERE state = 'open'";
    let lapses = pufa::platform::clock::Moment(house.app.number(sql).await);
    advance(&house, lapses.minus(minutes(5)).since(house.app.clock.now())).await;
    assert!(told(&house, "li").await.contains("待接将超时"), "an offer is about to go elsewhere");

    acts::claim(deps, &li, id).await.unwrap();
    let seen = told(&house, "wang").await;
    assert!(!seen.contains("我已知道"), "claimed is claimed: {seen}");
    house.app.simulator.text("oASKER", "补充一下，我叫张小伟，老板今天又说不给工资").await;
    house.app.settle().await;
    advance(&house, minutes(2)).await;
    let letters = postbox.letters();
    assert!(letters.len() == 1 && letters[0].contains("群众追问 1 件"), "{letters:?}");
    assert!(PRIVATE.iter().all(|private| !letters[0].contains(private)), "{}", letters[0]);
    assert!(!told(&house, "wang").await.contains("群众追问"), "only whoever has it");

    let due = pufa::platform::clock::Moment(house.app.number("SELECT due_at FROM inquiries").await);
    advance(&house, due.minus(minutes(60)).since(house.app.clock.now())).await;
    assert!(told(&house, "li").await.contains("答复快到期"));
    assert!(!told(&house, "manager").await.contains("答复已超期"));
    advance(&house, minutes(70)).await;
    for who in ["li", "manager"] {
        assert!(told(&house, who).await.contains("答复已超期"), "{who}");
    }
    let twice = "SELECT count(*) FROM (SELECT recipient FROM alerts WHERE occasion <> 'follow_up' \
        GROUP BY recipient, occasion, about HAVING count(*) > 1) AS twice";
    assert_eq!(house.app.number(twice).await, 0, "each is told once");

    let mut tx = deps.db.begin().await.unwrap();
    let now = deps.clock.now();
    let broken = NewJob::new("nobody.does.this", &(), now).unwrap();
    jobs::store::enqueue(&mut tx, &broken, now).await.unwrap();
    tx.commit().await.unwrap();
    house.app.settle().await;
    advance(&house, minutes(2)).await;
    for who in ["sysadmin", "operator"] {
        assert!(told(&house, who).await.contains("系统故障"), "{who}");
    }
    assert!(!told(&house, "li").await.contains("系统故障"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_it_concerns_is_told_of_offers_deadlines_follow_ups_and_failures() {
    every_occasion(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_it_concerns_is_told_on_postgres() {
    if !postgres_is_missing() {
        every_occasion(Backend::Postgres).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_arrive_is_said_and_what_may_have_arrived_is_not_sent_again() {
    let (house, postbox) = open(Backend::Sqlite).await;
    let manager = house.log_in("manager").await;
    wishes(&manager, "zhao@alliance.test", ["", ""], &[]).await;
    let test = "/console/alerts/test";
    for (mood, words) in [
        (Mood::Refuses, "邮件服务器拒收（550）"),
        (Mood::HangsUp, "结果不明"),
        (Mood::IsBusy, "再试"),
    ] {
        postbox.next(&[mood]);
        manager.submit(SETTINGS, test, &[]).await;
        house.app.settle().await;
        let shown = manager.get("/console/alerts").await;
        assert!(shown.has(words), "{words}: {}", shown.body);
    }
    assert_eq!(postbox.letters().len(), 1, "only the one that hung up was taken");
    advance(&house, minutes(3)).await;
    assert_eq!(postbox.letters().len(), 2, "the busy one was tried again, the unknown one was not");

    // The program dies while it sends: nobody knows, and nothing sends it again.
    manager.submit(SETTINGS, test, &[]).await;
    house.app.settle().await;
    let before = postbox.letters().len();
    let deps = &house.app.app.web.deps;
    let mut tx = deps.db.begin().await.unwrap();
    let sql = "UPDATE alert_messages SET state = 'calling' \
        WHERE id = (SELECT max(id) FROM alert_messages)";
    pufa::run!(&mut tx, sqlx::query(sql)).unwrap();
    let id = house.app.number("SELECT max(id) FROM alert_messages").await;
    let now = deps.clock.now();
    let again = NewJob::new(DELIVER, &id, now).unwrap();
    jobs::store::enqueue(&mut tx, &again, now).await.unwrap();
    tx.commit().await.unwrap();
    house.app.settle().await;
    assert_eq!(postbox.letters().len(), before);
    assert!(manager.get("/console/alerts").await.has("程序中断"));

    // A robot that was taken out of its group, and one that is asked too often.
    let wrong = [("address", "https://evil.test/cgi-bin/webhook/send?key=robot-key-0001")];
    let refused = manager.submit(GROUP, GROUP, &wrong).await;
    assert!(refused.status == StatusCode::BAD_REQUEST && refused.has("不是企业微信群机器人的地址"));
    group(&house, &manager, "gone-key-0001").await;
    manager.submit(GROUP, "/console/alerts/group/test", &[]).await;
    house.app.settle().await;
    let shown = manager.get(GROUP).await;
    assert!(shown.has("没有送出") && shown.has("93000"), "{}", shown.body);
    let troubled = house.log_in("sysadmin").await.get("/console/health/alerts?only=trouble").await;
    assert!(troubled.has("赵管理") && troubled.has("93000") && troubled.has("程序中断"));
    group(&house, &manager, "robot-key-0002").await;
    advance(&house, minutes(2)).await;
    let boss = member(&house, "manager").await;
    for _ in 0..23 {
        house.app.clock.advance(Duration::from_millis(1));
        try_group(deps, &boss).await.unwrap();
    }
    house.app.settle().await;
    assert_eq!(said_in_group(&house).len(), 20);
    advance(&house, minutes(2)).await;
    assert_eq!(said_in_group(&house).len(), 23);
    let ledger = house.app.simulator.ledger();
    assert!(ledger.iter().all(|entry| entry.errcode != 45009), "WeCom never had to refuse");
}
