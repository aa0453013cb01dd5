//! Articles on their way to WeChat: brought there once, published by its word, never twice by
//! accident.

use std::io::Cursor;
use std::time::Duration;

use pufa::media::files::Files;
use pufa::publishing::actions::review;
use pufa::publishing::rules::PICTURE_PATH;
use pufa::publishing::{Article, ArticleEdit, ArticleId, ArticleState, PictureId, actions, store};
use pufa::simulator::{ApiFault, LedgerEntry};
use uuid::Uuid;

use crate::support::TestApp;

const SUBMIT: &str = "/cgi-bin/freepublish/submit";

fn photo(red: u8) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(90, 60, image::Rgb([red, 90, 40]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("a picture");
    bytes.into_inner()
}

fn by(app: &TestApp) -> Uuid {
    app.labor_responder.id.0
}

async fn picture(app: &TestApp, red: u8) -> PictureId {
    let deps = &app.app.web.deps;
    let id = PictureId(deps.entropy.id_at(app.clock.now()));
    let files: &Files = &app.app.web.pictures;
    actions::add_picture(deps, files, by(app), id, "main", "封面.jpg", photo(red))
        .await
        .expect("a picture");
    id
}

/// An article with a cover and a picture in its body.
async fn written(app: &TestApp, title: &str) -> ArticleId {
    let deps = &app.app.web.deps;
    let id = ArticleId(deps.entropy.id_at(app.clock.now()));
    let (cover, inside) = (picture(app, 10).await, picture(app, 200).await);
    let edit = ArticleEdit {
        account: "main".into(),
        title: title.into(),
        author: "常州普法".into(),
        body: format!("<p>先找劳动监察。</p><img src=\"{PICTURE_PATH}{inside}\">"),
        cover: Some(cover),
        ..ArticleEdit::default()
    };
    actions::add(deps, by(app), id, edit).await.expect("an article");
    id
}

async fn now(app: &TestApp, id: ArticleId) -> Article {
    let mut link = app.db().read().await.expect("a connection");
    store::get(&mut link, id).await.expect("an article").expect("an article")
}

/// Somebody else than the author.
fn another(app: &TestApp) -> Uuid {
    app.family_responder.id.0
}

/// Submitted by the author, checked by another, approved by a third.
async fn approve(app: &TestApp, id: ArticleId) {
    let deps = &app.app.web.deps;
    review::submit(deps, by(app), id, now(app, id).await.version).await.expect("submitted");
    for reader in [another(app), reader(app, "third").await] {
        review::approve(deps, reader, id, now(app, id).await.version).await.expect("passed");
    }
}

async fn publish(app: &TestApp, id: ArticleId) {
    let seen = now(app, id).await.version;
    actions::publish(&app.app.web.deps, by(app), id, seen).await.expect("taken");
    app.settle().await;
}

async fn until(app: &TestApp, id: ArticleId, state: ArticleState) -> Article {
    let wait = async {
        loop {
            let article = now(app, id).await;
            if article.state == state {
                return article;
            }
            tokio::task::yield_now().await;
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(20), wait).await;
    match found {
        Ok(article) => article,
        Err(_) => panic!("it stays {:?}", now(app, id).await.state),
    }
}

fn calls(app: &TestApp, kind: &str) -> Vec<LedgerEntry> {
    let all = app.simulator.ledger().into_iter();
    all.filter(|entry| entry.kind == kind && entry.accepted).collect()
}

both! {
    async fn an_article_is_published_with_its_pictures_and_withdrawn(app: TestApp) {
        let id = written(&app, "欠薪怎么办").await;
        approve(&app, id).await;
        publish(&app, id).await;
        let article = until(&app, id, ArticleState::Published).await;
        assert!(article.url.is_some_and(|url| url.starts_with("http://mp.weixin.qq.com/s/")));
        assert!(article.draft_id.is_none(), "a published draft is gone from the box");
        let drafts = calls(&app, "draft_add");
        assert_eq!((drafts.len(), calls(&app, "publish_submit").len()), (1, 1));
        let sent = drafts[0].request["articles"][0]["content"].as_str().expect("a body");
        assert!(sent.contains("http://mmbiz.qpic.cn/") && !sent.contains(PICTURE_PATH), "{sent}");
        assert_eq!((calls(&app, "picture_upload").len(), calls(&app, "material_add").len()), (1, 1));
        let sql = "SELECT count(*) FROM engagement_events WHERE kind = 'article.published'";
        assert_eq!(app.number(sql).await, 1);
        assert_eq!(app.number("SELECT count(*) FROM citizens").await, 0, "WeChat is no citizen");

        let (deps, seen) = (&app.app.web.deps, now(&app, id).await.version);
        actions::withdraw(deps, by(&app), id, seen).await.expect("taken");
        until(&app, id, ArticleState::Withdrawn).await;
        assert_eq!(calls(&app, "publish_delete").len(), 1);
    }
}

both! {
    async fn a_refused_article_is_changed_and_its_draft_with_it(app: TestApp) {
        app.simulator.judge_publications("main", &[4]);
        let id = written(&app, "第一稿").await;
        approve(&app, id).await;
        publish(&app, id).await;
        let article = until(&app, id, ArticleState::Refused).await;
        assert!(article.reason.is_some_and(|why| why.contains("审核没有通过")));
        let edit = ArticleEdit {
            title: "第二稿".into(),
            body: "改好了".into(),
            cover: article.cover_id,
            ..ArticleEdit::default()
        };
        actions::change(&app.app.web.deps, by(&app), id, article.version, edit).await.expect("saved");
        assert_ne!(now(&app, id).await.content_hash, article.content_hash);
        approve(&app, id).await;
        publish(&app, id).await;
        until(&app, id, ArticleState::Published).await;
        assert_eq!((calls(&app, "draft_add").len(), calls(&app, "draft_update").len()), (1, 1));
        assert_eq!(calls(&app, "material_add").len(), 1, "a cover is brought once");
    }
}

both! {
    async fn a_call_that_breaks_off_is_unknown_until_wechat_speaks_and_never_repeated(app: TestApp) {
        app.simulator.faults().on_api(SUBMIT, ApiFault::AcceptThenReset, 1);
        let id = written(&app, "断线").await;
        approve(&app, id).await;
        publish(&app, id).await;
        // The event names a publication nobody noted; it can only be this one.
        until(&app, id, ArticleState::Published).await;
        app.clock.advance(Duration::from_secs(3600));
        app.settle().await;
        assert_eq!(calls(&app, "publish_submit").len(), 1);
    }
}

both! {
    async fn what_stays_unknown_is_decided_by_a_person(app: TestApp) {
        app.simulator.faults().on_push(pufa::simulator::PushFault::Lost, 1);
        app.simulator.faults().on_api(SUBMIT, ApiFault::AcceptThenReset, 1);
        let id = written(&app, "断线").await;
        approve(&app, id).await;
        publish(&app, id).await;
        let article = until(&app, id, ArticleState::Unknown).await;
        assert!(article.reason.is_some_and(|why| why.contains("不会自动重发")));
        let deps = &app.app.web.deps;
        let seen = article.version;
        assert!(actions::publish(deps, by(&app), id, seen).await.is_err(), "unknown is not repeated");
        actions::not_published(deps, by(&app), id, seen).await.expect("decided");
        assert_eq!(now(&app, id).await.state, ArticleState::Approved, "as approved as before");
    }
}

both! {
    async fn a_lost_event_is_asked_for(app: TestApp) {
        app.simulator.faults().on_push(pufa::simulator::PushFault::Lost, 1);
        let id = written(&app, "没有消息").await;
        approve(&app, id).await;
        publish(&app, id).await;
        until(&app, id, ArticleState::Checking).await;
        app.clock.advance(Duration::from_secs(11 * 60));
        until(&app, id, ArticleState::Published).await;
        assert_eq!(calls(&app, "publish_get").len(), 1);
    }
}

both! {
    async fn a_right_that_is_missing_is_told_and_a_busy_wechat_is_waited_for(app: TestApp) {
        app.simulator.faults().on_api(SUBMIT, ApiFault::Errcode { errcode: 48001 }, 1);
        let id = written(&app, "没有权限").await;
        approve(&app, id).await;
        publish(&app, id).await;
        let article = until(&app, id, ArticleState::Refused).await;
        assert!(article.reason.is_some_and(|why| why.contains("48001") && why.contains("rid")));
        app.simulator.faults().on_api("/cgi-bin/draft/", ApiFault::Errcode { errcode: -1 }, 2);
        publish(&app, id).await;
        assert_eq!(now(&app, id).await.state, ArticleState::Sending);
        app.clock.advance(Duration::from_secs(61));
        app.settle().await;
        app.clock.advance(Duration::from_secs(121));
        until(&app, id, ArticleState::Published).await;
    }
}

fn title(title: &str, article: &Article) -> ArticleEdit {
    let (cover, body) = (article.cover_id, article.body.clone());
    ArticleEdit { title: title.into(), body, cover, ..ArticleEdit::default() }
}

both! {
    async fn only_what_another_person_approved_reaches_wechat(app: TestApp) {
        let deps = &app.app.web.deps;
        let (author, sender, third) = (by(&app), another(&app), reader(&app, "third").await);
        let id = written(&app, "第一稿").await;
        let seen = async || now(&app, id).await.version;
        assert!(actions::publish(deps, author, id, seen().await).await.is_err(), "a draft");
        review::submit(deps, sender, id, seen().await).await.expect("submitted");
        assert!(actions::publish(deps, author, id, seen().await).await.is_err(), "waiting");
        for own in [author, sender] {
            let refused = review::approve(deps, own, id, seen().await).await.expect_err("own work");
            assert!(refused.public().contains("另一位同事"), "{}", refused.public());
        }
        review::approve(deps, third, id, seen().await).await.expect("right in law");
        assert_eq!(now(&app, id).await.state, ArticleState::LegalPassed);
        assert!(actions::publish(deps, author, id, seen().await).await.is_err(), "read by one");
        for own in [author, sender, third] {
            assert!(review::approve(deps, own, id, seen().await).await.is_err(), "a second reader");
        }
        let fourth = reader(&app, "fourth").await;
        review::approve(deps, fourth, id, seen().await).await.expect("approved");

        // Changed after the approval: a draft again, and the approval is worth nothing.
        let article = now(&app, id).await;
        actions::change(deps, author, id, article.version, title("第二稿", &article)).await.expect("saved");
        assert_eq!(now(&app, id).await.state, ArticleState::Draft);
        assert!(actions::publish(deps, author, id, seen().await).await.is_err());
        // Changed while it waits: whoever reads the old text cannot approve the new one.
        review::submit(deps, author, id, seen().await).await.expect("submitted");
        let read = seen().await;
        actions::change(deps, author, id, read, title("第三稿", &article)).await.expect("saved");
        assert!(review::approve(deps, third, id, read).await.is_err());
        assert!(review::approve(deps, third, id, seen().await).await.is_err(), "not submitted");
        assert!(review::send_back(deps, third, id, seen().await, "缺法条").await.is_err());
        app.settle().await;
        assert!(calls(&app, "draft_add").is_empty() && calls(&app, "publish_submit").is_empty());

        review::submit(deps, author, id, seen().await).await.expect("submitted");
        assert!(review::send_back(deps, third, id, seen().await, " ").await.is_err(), "no reason");
        review::send_back(deps, third, id, seen().await, "缺法条").await.expect("sent back");
        let returned = now(&app, id).await;
        assert_eq!((returned.state, returned.reason.as_deref()), (ArticleState::Returned, Some("缺法条")));
        approve(&app, id).await;
        publish(&app, id).await;
        until(&app, id, ArticleState::Published).await;
        let sent = &calls(&app, "draft_add")[0].request["articles"][0]["title"];
        assert_eq!(sent, "第三稿");
        let audited = "SELECT count(DISTINCT action) FROM audit WHERE action IN ('article.submit', \
            'article.approve', 'article.return', 'article.change', 'article.publish', 'article.judged')";
        assert_eq!(app.number(audited).await, 6);
        let decisions = "SELECT count(*) FROM article_reviews WHERE decision = 'overtaken'";
        assert_eq!(app.number(decisions).await, 1);
        assert_eq!(app.number("SELECT count(*) FROM article_reviews WHERE decision IS NULL").await, 0);
    }
}

/// Somebody who may approve, known by `username`.
async fn reader(app: &TestApp, username: &str) -> Uuid {
    let deps = &app.app.web.deps;
    let mut link = app.db().read().await.expect("a connection");
    let known = pufa::staff::store::by_username(&mut link, username).await.expect("people");
    drop(link);
    if let Some((person, _)) = known {
        return person.id.0;
    }
    let id = pufa::staff::StaffId(deps.entropy.id_at(app.clock.now()));
    let person = pufa::staff::store::NewStaff {
        id,
        username: username.into(),
        name: "吴审批".into(),
        role: pufa::staff::Role::Approver,
        organization: None,
        password_hash: pufa::staff::password::NOBODY.to_owned(),
    };
    let mut tx = deps.db.begin().await.expect("a transaction");
    assert!(pufa::staff::store::insert(&mut tx, &person, app.clock.now()).await.expect("a person"));
    tx.commit().await.expect("a commit");
    id.0
}

both! {
    async fn a_job_for_an_article_that_nobody_approved_calls_nobody(app: TestApp) {
        let deps = &app.app.web.deps;
        let id = written(&app, "绕过").await;
        let mut tx = deps.db.begin().await.expect("a transaction");
        let (from, to) = (ArticleState::Draft, ArticleState::Sending);
        store::step(&mut tx, id, from, to, None, app.clock.now()).await.expect("a step");
        let job = pufa::platform::jobs::NewJob::new("article.publish", &id, app.clock.now());
        let job = job.expect("a job");
        pufa::platform::jobs::store::enqueue(&mut tx, &job, app.clock.now()).await.expect("a job");
        tx.commit().await.expect("a commit");
        deps.coord.publish(pufa::platform::coord::News::Jobs);
        app.settle().await;
        let article = until(&app, id, ArticleState::Refused).await;
        assert!(article.reason.is_some_and(|why| why.contains("没有通过审批")));
        assert!(calls(&app, "draft_add").is_empty());
    }
}

both! {
    async fn the_database_itself_wants_two_readers_who_wrote_nothing_of_it(app: TestApp) {
        let id = written(&app, "一个人全做").await;
        let deps = &app.app.web.deps;
        review::submit(deps, by(&app), id, now(&app, id).await.version).await.expect("submitted");
        let mut tx = deps.db.begin().await.expect("a transaction");
        let checked = store::reviews::pass_legal(&mut tx, id, by(&app), app.clock.now()).await;
        assert!(checked.is_err(), "by the author");
        drop(tx);
        use pufa::content::approving::Decision::Approved;
        let reader = another(&app);
        for checks_law in [false, true] {
            let mut tx = deps.db.begin().await.expect("a transaction");
            if checks_law {
                let checked = store::reviews::pass_legal(&mut tx, id, reader, app.clock.now()).await;
                checked.expect("another may");
            }
            let settled = store::reviews::settle(&mut tx, id, Approved, None, reader, app.clock.now());
            assert!(settled.await.is_err(), "by one reader alone, law checked: {checks_law}");
        }
        assert_eq!(app.number("SELECT count(*) FROM article_reviews WHERE decision IS NOT NULL").await, 0);
    }
}

both! {
    async fn an_earlier_state_comes_back_as_a_new_draft_and_nothing_is_lost(app: TestApp) {
        let deps = &app.app.web.deps;
        let id = written(&app, "第一稿").await;
        let first = now(&app, id).await;
        let edit = ArticleEdit { body: "<p>改过</p>".into(), ..title("第二稿", &first) };
        actions::change(deps, by(&app), id, first.version, edit).await.expect("saved");
        approve(&app, id).await;
        let seen = now(&app, id).await.version;
        actions::restore(deps, by(&app), id, seen, first.version).await.expect("restored");
        let again = now(&app, id).await;
        assert_eq!((&again.title, &again.body), (&first.title, &first.body));
        assert_eq!((again.content_hash, again.state), (first.content_hash, ArticleState::Draft));
        let mut link = app.db().read().await.expect("a connection");
        let kept = store::versions::of(&mut link, id, 9).await.expect("versions");
        let titles: Vec<&str> = kept.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(titles, ["第一稿", "第二稿", "第一稿"]);
        drop(link);
        assert!(actions::restore(deps, by(&app), id, again.version, 77).await.is_err());
    }
}
