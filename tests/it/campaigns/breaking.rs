//! A process that dies at each point where it waits for anything, against each answer WeChat can give.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use pufa::campaigns::actions::outcome::{Finding, find};
use pufa::campaigns::actions::{add, going, review};
use pufa::campaigns::audience::Filter;
use pufa::campaigns::jobs::{DISPATCH, Dispatcher};
use pufa::campaigns::store::{self, Step, slices};
use pufa::campaigns::timing::Rules;
use pufa::campaigns::{Campaign, CampaignEdit, CampaignId, Kind, SliceState, Stage};
use pufa::platform::clock::Moment;
use pufa::platform::config::AccountKind;
use pufa::platform::jobs::Claimed;
use pufa::publishing::jobs::Publisher;
use pufa::simulator::{ApiFault, LedgerEntry};
use uuid::Uuid;

use crate::support::database::postgres_is_missing;
use crate::support::{Backend, TestApp};

const CALL: &str = "/cgi-bin/message/mass/send";
const ORPHANED: Duration = Duration::from_secs(46);

/// What sends in the tests: as the program's own, but run by hand.
fn dispatcher(app: &TestApp) -> Dispatcher {
    let web = &app.app.web;
    let (deps, clients) = (web.deps.clone(), web.clients.clone());
    let files = web.pictures.clone();
    let publisher = Publisher { deps: deps.clone(), clients: clients.clone(), files };
    let kinds = HashMap::from([("main".to_owned(), AccountKind::Service)]);
    let rules = Rules::of(&web.config.campaigns);
    Dispatcher { deps, clients, publisher, kinds: Arc::new(kinds), rules: Arc::new(rules) }
}

fn job(id: CampaignId) -> Claimed {
    let payload = serde_json::to_string(&id).unwrap();
    Claimed { id: 0, kind: DISPATCH.to_owned(), payload, attempts: 1, fence: 1 }
}

/// Follows a future for so many turns and then drops it where it waits, as a dying process does.
async fn cut_off<T>(future: impl Future<Output = T>, turns: usize) -> Option<T> {
    let mut future = pin!(future);
    let mut taken = 0;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if taken == turns => Poll::Ready(None),
        Poll::Pending => {
            taken += 1;
            Poll::Pending
        }
    })
    .await
}

async fn followers(app: &TestApp) {
    for openid in ["oONE", "oTWO"] {
        app.simulator.add_citizen(openid, openid, false);
        app.simulator.follow(openid, None).await;
    }
    app.settle().await;
}

fn people(app: &TestApp) -> [Uuid; 2] {
    [app.labor_responder.id.0, app.family_responder.id.0]
}

/// A campaign for two followers that has cooled and may be sent this moment.
async fn due(app: &TestApp, nth: usize) -> CampaignId {
    let deps = &app.app.web.deps;
    let [author, other] = people(app);
    let now = deps.clock.now();
    let id = CampaignId(deps.entropy.id_at(now));
    let edit = CampaignEdit {
        account: "main".into(),
        title: format!("第 {nth} 个"),
        kind: Some(Kind::Text),
        body: format!("第 {nth} 条法律提示"),
        filter: Filter { followed_from: Some(Moment(0)), ..Filter::default() },
        send_at: Some(now),
        override_reason: "试验".into(),
        ..CampaignEdit::default()
    };
    add(deps, author, id, edit).await.expect("a campaign");
    review::submit(deps, author, id, 1, 0).await.expect("submitted");
    review::open(deps, other, id).await.expect("opened");
    review::approve(deps, other, id, 2).await.expect("approved");
    let mut tx = deps.db.begin().await.unwrap();
    let cooled = Step { cooled_at: Some(now.minus(Duration::from_secs(600))), ..Step::default() };
    let (from, to) = (Stage::Approved, Stage::Cooling);
    assert!(store::step(&mut tx, id, from, to, &cooled, now).await.unwrap());
    tx.commit().await.unwrap();
    id
}

async fn seen(app: &TestApp, id: CampaignId) -> Campaign {
    store::get(&mut app.db().read().await.unwrap(), id).await.unwrap().expect("a campaign")
}

/// What WeChat has taken of a campaign.
async fn taken(app: &TestApp, id: CampaignId) -> Vec<LedgerEntry> {
    let parts = slices::of(&mut app.db().read().await.unwrap(), id).await.unwrap();
    let ids: Vec<&str> = parts.iter().map(|part| part.client_msg_id.as_str()).collect();
    let own = |call: &LedgerEntry| {
        call.kind == "mass_send"
            && call.accepted
            && call.request["clientmsgid"].as_str().is_some_and(|id| ids.contains(&id))
    };
    app.simulator.ledger().into_iter().filter(own).collect()
}

/// Waits until WeChat's report of everything it has taken has come in.
async fn reported(app: &TestApp) {
    let sends = |call: &LedgerEntry| call.kind == "mass_send" && call.accepted;
    let come = async {
        loop {
            let taken = app.simulator.ledger().iter().filter(|call| sends(call)).count();
            if app.number("SELECT count(*) FROM mass_reports").await == taken as i64 {
                return;
            }
            // Looking without pause would take the processor from the work waited for.
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), come).await.expect("WeChat reports");
    app.settle().await;
}

/// Kills the sending process after so many turns, starts it again and lets everything come to rest.
/// Gives whether the process had come to its end before.
async fn kill_after(app: &TestApp, turns: usize, fault: Option<ApiFault>) -> bool {
    let id = due(app, turns).await;
    let body = seen(app, id).await.body;
    let sender = dispatcher(app);
    if let Some(fault) = fault {
        app.simulator.faults().on_api(CALL, fault, 1);
    }
    let ended = cut_off(sender.dispatch(job(id)), turns).await;
    // What was under way on the wire arrives all the same.
    reported(app).await;
    app.simulator.faults().clear();
    app.clock.advance(ORPHANED + Duration::from_secs(60));
    sender.dispatch(job(id)).await.expect("the next process");
    app.clock.advance(ORPHANED);
    sender.dispatch(job(id)).await.expect("and once more");
    reported(app).await;
    check(app, id, &body, turns, fault).await;
    ended.is_some()
}

async fn check(app: &TestApp, id: CampaignId, body: &str, turns: usize, fault: Option<ApiFault>) {
    let (sends, stage) = (taken(app, id).await, seen(app, id).await.stage);
    let about = format!("turn {turns}, {fault:?}: {stage:?} with {} sends", sends.len());
    assert!(sends.len() <= 1, "sent twice: {about}");
    let parts = slices::of(&mut app.db().read().await.unwrap(), id).await.unwrap();
    for send in &sends {
        assert_eq!(send.request["text"]["content"], body, "other bytes: {about}");
        let addressed = send.request["touser"].as_array().map(Vec::len);
        assert_eq!(addressed, Some(parts[0].size as usize), "{about}");
    }
    match stage {
        Stage::Sent => assert_eq!(sends.len(), 1, "{about}"),
        // WeChat's report has found its slice wherever WeChat had taken it.
        Stage::Unknown | Stage::Held | Stage::Failed => assert!(sends.is_empty(), "{about}"),
        other => panic!("{other:?} is no end: {about}"),
    }
    if stage == Stage::Unknown {
        let [author, _] = people(app);
        let version = seen(app, id).await.version;
        let deps = &app.app.web.deps;
        find(deps, author, (id, 1), version, Finding::NotSent).await.expect("settled by hand");
        assert_eq!(seen(app, id).await.stage, Stage::Failed);
    }
}

/// Dies at every point where sending waits for anything.
async fn die_everywhere(app: &TestApp, fault: Option<ApiFault>) -> usize {
    let mut turns = 0;
    while !kill_after(app, turns, fault).await {
        turns += 1;
        assert!(turns < 500, "sending never ends");
    }
    turns
}

both! {
    async fn dying_anywhere_sends_once_at_most_when_wechat_takes_it(app: TestApp) {
        followers(&app).await;
        let points = die_everywhere(&app, None).await;
        assert!(points > 10, "only {points} points were tried");
    }
}

both! {
    async fn dying_anywhere_sends_once_at_most_when_the_answer_is_lost(app: TestApp) {
        followers(&app).await;
        die_everywhere(&app, Some(ApiFault::AcceptThenReset)).await;
    }
}

/// Every answer WeChat can give.
async fn against_every_answer(app: TestApp) {
    followers(&app).await;
    let refusals = [-1, 40001, 40007, 42010, 45009, 45028, 45066, 45067, 48003, 89504];
    let refusals = refusals.map(|errcode| ApiFault::Errcode { errcode });
    let broken = [ApiFault::AcceptThenReset, ApiFault::Http503, ApiFault::Slow { ms: 5 }];
    let mut points = die_everywhere(&app, None).await;
    for fault in refusals.into_iter().chain(broken) {
        points += die_everywhere(&app, Some(fault)).await;
    }
    println!("{points} deaths, nothing sent twice");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; run by hand for the figure"]
async fn dying_anywhere_against_every_answer_on_sqlite() {
    against_every_answer(TestApp::start(Backend::Sqlite).await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; run by hand for the figure"]
async fn dying_anywhere_against_every_answer_on_postgres() {
    if !postgres_is_missing() {
        against_every_answer(TestApp::start(Backend::Postgres).await).await;
    }
}

both! {
    async fn a_process_that_stood_still_learns_late_what_became_of_its_call(app: TestApp) {
        followers(&app).await;
        let id = due(&app, 1).await;
        app.simulator.faults().on_api(CALL, ApiFault::Slow { ms: 400 }, 1);
        let (one, other) = (dispatcher(&app), dispatcher(&app));
        let calling = tokio::spawn({
            let one = one.clone();
            async move { one.dispatch(job(id)).await }
        });
        let calls = "SELECT count(*) FROM campaign_slices WHERE state = 'calling'";
        while app.number(calls).await == 0 {
            tokio::task::yield_now().await;
        }
        app.clock.advance(ORPHANED);
        other.dispatch(job(id)).await.expect("another process");
        assert_eq!(seen(&app, id).await.stage, Stage::Unknown);
        calling.await.unwrap().expect("the first process goes on");
        reported(&app).await;
        assert_eq!(seen(&app, id).await.stage, Stage::Sent);
        assert_eq!(taken(&app, id).await.len(), 1);
    }
}

both! {
    async fn cancelling_and_sending_at_once_never_contradict_each_other(app: TestApp) {
        followers(&app).await;
        let [author, _] = people(&app);
        let deps = &app.app.web.deps;
        let (mut won, mut lost) = (0, 0);
        for nth in 0..60 {
            let id = due(&app, nth).await;
            let sender = dispatcher(&app);
            let cancelling = async {
                for _ in 0..nth % 20 {
                    tokio::task::yield_now().await;
                }
                going::cancel(deps, author, id).await
            };
            let (sent, cancelled) = tokio::join!(sender.dispatch(job(id)), cancelling);
            sent.expect("it comes to an end");
            reported(&app).await;
            let sends = taken(&app, id).await.len();
            let stage = seen(&app, id).await.stage;
            if cancelled.is_ok() {
                won += 1;
                assert_eq!((sends, stage), (0, Stage::Cancelled), "round {nth}");
            } else {
                lost += 1;
                assert_eq!((sends, stage), (1, Stage::Sent), "round {nth}");
            }
        }
        println!("cancelling came first {won} times of {}", won + lost);
    }
}

both! {
    async fn two_processes_at_once_send_once(app: TestApp) {
        followers(&app).await;
        for nth in 0..20 {
            let id = due(&app, nth).await;
            let (one, other) = (dispatcher(&app), dispatcher(&app));
            let (a, b) = tokio::join!(one.dispatch(job(id)), other.dispatch(job(id)));
            assert!(a.is_ok() || b.is_ok(), "round {nth}");
            one.dispatch(job(id)).await.expect("the rest");
            reported(&app).await;
            assert_eq!(taken(&app, id).await.len(), 1, "round {nth}");
            assert_eq!(seen(&app, id).await.stage, Stage::Sent, "round {nth}");
        }
    }
}

both! {
    async fn what_wechat_says_decides_whether_it_is_tried_again(app: TestApp) {
        followers(&app).await;
        let cases = [
            (45066, Stage::Sending, SliceState::Pending),
            (-1, Stage::Sending, SliceState::Pending),
            (45028, Stage::Held, SliceState::Pending),
            (89504, Stage::Held, SliceState::Pending),
            (45067, Stage::Failed, SliceState::Failed),
            (40007, Stage::Failed, SliceState::Failed),
        ];
        for (nth, (errcode, stage, slice)) in cases.into_iter().enumerate() {
            let id = due(&app, nth).await;
            app.simulator.faults().on_api(CALL, ApiFault::Errcode { errcode }, 1);
            dispatcher(&app).dispatch(job(id)).await.expect("an end");
            let parts = slices::of(&mut app.db().read().await.unwrap(), id).await.unwrap();
            assert_eq!((seen(&app, id).await.stage, parts[0].state), (stage, slice), "{errcode}");
            // After a minute what may be tried again is, with the same id; nothing else is.
            app.clock.advance(Duration::from_secs(61));
            dispatcher(&app).dispatch(job(id)).await.expect("an end");
            reported(&app).await;
            let again = usize::from(stage == Stage::Sending);
            assert_eq!(taken(&app, id).await.len(), again, "{errcode}");
        }
        let held = "SELECT count(*) FROM campaigns WHERE stage = 'held' AND reason <> ''";
        assert_eq!(app.number(held).await, 2);
    }
}
