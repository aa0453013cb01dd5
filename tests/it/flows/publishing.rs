//! Articles on their way to WeChat: brought there once, published by its word, never twice by
//! accident.

use std::io::Cursor;
use std::time::Duration;

use pufa::media::files::Files;
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
        publish(&app, id).await;
        let article = until(&app, id, ArticleState::Unknown).await;
        assert!(article.reason.is_some_and(|why| why.contains("不会自动重发")));
        let deps = &app.app.web.deps;
        let seen = article.version;
        assert!(actions::publish(deps, by(&app), id, seen).await.is_err(), "unknown is not repeated");
        actions::not_published(deps, by(&app), id, seen).await.expect("decided");
        assert_eq!(now(&app, id).await.state, ArticleState::Draft);
    }
}

both! {
    async fn a_lost_event_is_asked_for(app: TestApp) {
        app.simulator.faults().on_push(pufa::simulator::PushFault::Lost, 1);
        let id = written(&app, "没有消息").await;
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
