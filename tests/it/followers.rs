//! Our list of followers is like WeChat's: read page by page, resumable, with who came and who left.

mod killed;
mod million;

use std::time::Duration;

use pufa::citizens::actions::read_now;
use pufa::citizens::followers::{Change, Detail, Notice, Run, RunState};
use pufa::citizens::store::{followers, labels, runs};
use pufa::simulator::ApiFault;
use uuid::Uuid;

use crate::support::TestApp;

/// Calls that the simulated WeChat took on `path`.
fn calls(app: &TestApp, path: &str) -> usize {
    app.simulator.ledger().iter().filter(|entry| entry.accepted && entry.path == path).count()
}

async fn sync(app: &TestApp) -> Run {
    let deps = &app.app.web.deps;
    read_now(deps, Uuid::from_u128(0), "main").await.expect("it is written down");
    app.settle().await;
    let mut link = app.db().read().await.expect("a connection");
    runs::newest(&mut link, "main", 1).await.expect("runs").remove(0)
}

async fn following(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM followers WHERE following").await
}

async fn changes(app: &TestApp, openid: &str) -> Vec<(bool, Notice)> {
    let mut link = app.db().read().await.expect("a connection");
    let changes = followers::changes_of(&mut link, "main", openid).await.expect("changes");
    changes
        .into_iter()
        .map(|Change { following, noticed_by, .. }| (following, noticed_by))
        .collect()
}

fn crowd(number: u64) -> String {
    format!("oSYN{number:024}")
}

both! {
    async fn the_first_reading_takes_everybody_over_and_asks_about_each(app: TestApp) {
        app.simulator.set_crowd("main", 12_000, []);
        let run = sync(&app).await;
        // oCITIZEN follows as well.
        assert_eq!((run.state, run.seen, run.total, run.added), (RunState::Complete, 12_001, 12_001, 12_001));
        assert_eq!((run.pages, calls(&app, "/cgi-bin/user/get")), (3, 3));
        assert_eq!(calls(&app, "/cgi-bin/user/info/batchget"), 121);
        assert_eq!(following(&app).await, 12_001);
        let sql = "SELECT count(*) FROM followers WHERE detailed_at IS NULL OR source IS NULL \
            OR subscribed_at IS NULL";
        assert_eq!(app.number(sql).await, 0);
        let sql = "SELECT subscribed_at FROM followers WHERE openid = 'oSYN000000000000000000000007'";
        assert_eq!(app.number(sql).await, 1_600_000_007_000);
        assert_eq!(app.number("SELECT count(*) FROM follower_changes").await, 0);
    }
}

both! {
    async fn later_readings_note_who_left_and_who_came_back_and_ask_only_about_the_new(app: TestApp) {
        app.simulator.set_crowd("main", 300, []);
        sync(&app).await;
        app.clock.advance(Duration::from_secs(3600));
        app.simulator.set_crowd("main", 300, [5, 6]);
        let left = sync(&app).await;
        assert_eq!((left.state, left.gone, left.added), (RunState::Complete, 2, 0));
        assert_eq!(following(&app).await, 299);
        app.clock.advance(Duration::from_secs(3600));
        app.simulator.set_crowd("main", 301, [5]);
        let asked = calls(&app, "/cgi-bin/user/info/batchget");
        let back = sync(&app).await;
        assert_eq!((back.added, back.returned, back.gone), (1, 1, 0));
        assert_eq!(calls(&app, "/cgi-bin/user/info/batchget"), asked + 1);
        assert_eq!(changes(&app, &crowd(5)).await, [(false, Notice::List)]);
        assert_eq!(changes(&app, &crowd(6)).await, [(false, Notice::List), (true, Notice::List)]);
        assert_eq!(changes(&app, &crowd(301)).await, [(true, Notice::List)]);
        assert_eq!(changes(&app, &crowd(1)).await, []);
    }
}

both! {
    async fn pushes_tell_the_history_of_one_follower_and_the_list_never_overrides_them(app: TestApp) {
        app.simulator.follow("oCITIZEN", None).await;
        app.clock.advance(Duration::from_secs(60));
        app.simulator.unfollow("oCITIZEN").await;
        app.clock.advance(Duration::from_secs(60));
        app.simulator.follow("oCITIZEN", None).await;
        app.settle().await;
        let told = [true, false, true].map(|following| (following, Notice::Push));
        assert_eq!(changes(&app, "oCITIZEN").await, told);

        // A page that was asked for before the last push knows less than the push.
        app.clock.advance(Duration::from_secs(60));
        let asked = app.clock.now();
        app.clock.advance(Duration::from_secs(60));
        app.simulator.unfollow("oCITIZEN").await;
        app.settle().await;
        let mut tx = app.db().begin().await.expect("a transaction");
        let page = ["oCITIZEN".to_owned()];
        let listed = followers::take_listed(&mut tx, "main", (1, false), &page, asked).await;
        assert_eq!(listed.expect("a page"), followers::Listed::default());
        tx.commit().await.expect("a commit");
        assert_eq!(following(&app).await, 0);
        assert_eq!(app.number("SELECT count(*) FROM citizens WHERE following").await, 0);
    }
}

both! {
    async fn somebody_whose_leaving_was_never_pushed_is_found_out_by_the_list(app: TestApp) {
        app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘").await;
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM citizens WHERE following").await, 1);
        app.clock.advance(Duration::from_secs(60));
        app.simulator.faults().on_push(pufa::simulator::PushFault::Lost, 1);
        app.simulator.unfollow("oCITIZEN").await;
        let run = sync(&app).await;
        assert_eq!((run.state, run.seen), (RunState::Complete, 0));
        assert_eq!(app.number("SELECT count(*) FROM citizens WHERE following").await, 0);
    }
}

both! {
    async fn trouble_on_the_way_is_repeated_waited_for_or_told_and_costs_nobody(app: TestApp) {
        app.simulator.set_crowd("main", 25_000, []);
        let faults = app.simulator.faults();
        faults.on_api("/cgi-bin/user/get", ApiFault::AcceptThenReset, 1);
        faults.on_api("/cgi-bin/user/get", ApiFault::Errcode { errcode: -1 }, 1);
        let deps = &app.app.web.deps;
        read_now(deps, Uuid::from_u128(0), "main").await.expect("it is written down");
        app.settle().await;
        for _ in 0..2 {
            app.clock.advance(Duration::from_secs(60));
            app.settle().await;
        }
        assert_eq!(following(&app).await, 25_001);

        // The day's calls are used up on the second page: the rest is read after midnight.
        app.clock.advance(Duration::from_secs(3600));
        app.simulator.set_crowd("main", 25_002, []);
        read_now(deps, Uuid::from_u128(0), "main").await.expect("it is written down");
        faults.on_api("/cgi-bin/user/get", ApiFault::Errcode { errcode: 45009 }, 1);
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM follower_runs WHERE state = 'running'").await, 1);
        app.clock.advance(Duration::from_secs(24 * 3600));
        app.settle().await;
        assert_eq!(following(&app).await, 25_003);
        assert_eq!(app.number("SELECT count(*) FROM follower_runs WHERE state = 'running'").await, 0);

        // What only a person can mend stands on the page in words.
        faults.on_api("/cgi-bin/user/get", ApiFault::Errcode { errcode: 48001 }, 1);
        let run = sync(&app).await;
        assert_eq!(run.state, RunState::Running);
        assert!(run.problem.expect("a sentence").contains("48001"));
        assert_eq!(sync(&app).await.state, RunState::Complete);
        assert_eq!(app.number("SELECT count(*) FROM jobs WHERE state = 'dead'").await, 0);
    }
}

both! {
    async fn every_night_the_list_is_read_by_itself(app: TestApp) {
        app.simulator.set_crowd("main", 3, []);
        assert_eq!(app.number("SELECT count(*) FROM follower_runs").await, 0);
        for night in 1..=2 {
            app.clock.advance(Duration::from_secs(24 * 3600));
            app.settle().await;
            let sql = "SELECT count(*) FROM follower_runs WHERE state = 'complete'";
            assert_eq!(app.number(sql).await, night);
        }
    }
}

both! {
    async fn tags_are_known_by_name_after_a_reading(app: TestApp) {
        let client = &app.app.web.clients["main"];
        let tag = client.create_tag("志愿者").await.expect("a tag");
        let failed = client.tag_users(tag.id, &["oCITIZEN".to_owned()]).await.expect("tagged");
        assert_eq!(failed, Vec::<String>::new());
        client.set_remark("oCITIZEN", "王阿姨").await.expect("a remark");
        sync(&app).await;
        let mut link = app.db().read().await.expect("a connection");
        let tags = followers::tags(&mut link, "main").await.expect("tags");
        let known: Vec<_> = tags.iter().map(|tag| (tag.name.as_str(), tag.followers)).collect();
        assert_eq!(known, [("星标组", 0), ("志愿者", 1)]);
        drop(link);
        let sql = "SELECT tags || remark FROM followers WHERE openid = 'oCITIZEN'";
        assert_eq!(app.text(sql).await, format!("[{}]王阿姨", tag.id));
    }
}

both! {
    async fn what_wechat_was_asked_before_a_remark_was_saved_does_not_undo_it(app: TestApp) {
        let (deps, now) = (&app.app.web.deps, app.clock.now());
        let later = now.plus(Duration::from_secs(5));
        app.simulator.set_crowd("main", 0, []);
        sync(&app).await;
        let mut tx = deps.db.begin().await.expect("a transaction");
        let one = labels::of_user(&mut tx, "main", "oCITIZEN").await.expect("a row").expect("oCITIZEN");
        labels::set_remark(&mut tx, one.id, "王阿姨", later).await.expect("a remark");
        labels::set_tags(&mut tx, one.id, &[100], later).await.expect("tags");
        let older = Detail {
            openid: "oCITIZEN".to_owned(),
            subscribed_at: None,
            source: Some("ADD_SCENE_QR_CODE".to_owned()),
            scene: None,
            tags: Vec::new(),
            remark: String::new(),
            unionid: None,
        };
        for (asked, remark, tags) in [(now, "王阿姨", "[100]"), (later.plus(Duration::from_secs(1)), "", "[]")] {
            followers::save_details(&mut tx, "main", std::slice::from_ref(&older), (asked, asked))
                .await
                .expect("particulars");
            let kept = labels::get(&mut tx, one.id).await.expect("a row").expect("oCITIZEN");
            assert_eq!((kept.remark.as_str(), kept.tags.as_str()), (remark, tags));
            assert_eq!(kept.source.as_deref(), Some("ADD_SCENE_QR_CODE"), "the rest is news");
        }
    }
}
