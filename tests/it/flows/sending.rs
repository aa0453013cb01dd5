//! Pictures and voices that citizens send: fetched in time, kept once, shown to nobody else, gone
//! with the inquiry.

use std::path::PathBuf;
use std::time::Duration;

use pufa::governance::actions::erase_inquiry;
use pufa::inquiries::InquiryId;
use pufa::media::{Received, State, store};
use pufa::simulator::ApiFault;

use crate::support::TestApp;

const GET: &str = "/cgi-bin/media/get";
const QUESTION: &str = "老板拖欠我三个月工资，我在武进湖塘，怎么办？";

async fn ask(app: &TestApp, openid: &str) {
    app.simulator.add_citizen(openid, "群众", true);
    app.simulator.text(openid, QUESTION).await;
    app.settle().await;
}

async fn received(app: &TestApp) -> Vec<Received> {
    let mut link = app.db().read().await.expect("a connection");
    let sql = "SELECT message_id FROM media_received ORDER BY received_at, message_id";
    let ids: Vec<uuid::Uuid> =
        pufa::on!(&mut link, c => sqlx::query_scalar(sql).fetch_all(c).await).expect("ids");
    store::of_messages(&mut link, &ids).await.expect("what was received")
}

async fn inquiry_of(app: &TestApp, openid: &str) -> InquiryId {
    let sql = "SELECT i.id FROM inquiries i JOIN citizens c ON c.id = i.citizen_id \
        WHERE c.openid = $1";
    let mut link = app.db().read().await.expect("a connection");
    pufa::on!(&mut link, c => sqlx::query_scalar(sql).bind(openid).fetch_one(c).await)
        .expect("an inquiry")
}

/// Every file below the folder of received files.
fn files(app: &TestApp) -> Vec<PathBuf> {
    fn below(folder: PathBuf) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.flat_map(|p| if p.is_dir() { below(p) } else { vec![p] }).collect()
    }
    below(app.folder.path().join("media/received"))
}

/// Lets the time of the next try come until nothing waits any more; gives how many tries that took.
async fn try_on(app: &TestApp) -> usize {
    for nth in 0..40 {
        app.settle().await;
        if received(app).await.iter().all(|one| one.state != State::Waiting) {
            return nth;
        }
        app.clock.advance(Duration::from_secs(6 * 3600));
    }
    panic!("it still waits");
}

both! {
    async fn a_picture_is_fetched_at_once_and_kept_by_its_content(app: TestApp) {
        ask(&app, "oCITIZEN").await;
        app.simulator.image("oCITIZEN", "payslip").await;
        app.settle().await;
        let found = received(&app).await;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].state, found[0].account_id.as_str()), (State::Stored, "main"));
        let name = found[0].sha256.clone().expect("a name");
        let kept = files(&app);
        assert_eq!(kept.len(), 1);
        assert!(kept[0].ends_with(&name) && std::fs::read(&kept[0]).unwrap().starts_with(b"\x89PNG"));
    }
}

both! {
    async fn a_failing_fetch_is_repeated_within_the_three_days_and_succeeds(app: TestApp) {
        ask(&app, "oCITIZEN").await;
        app.simulator.faults().on_api(GET, ApiFault::Http503, 3);
        app.simulator.faults().on_api(GET, ApiFault::Errcode { errcode: 45009 }, 2);
        app.simulator.faults().on_api(GET, ApiFault::AcceptThenReset, 2);
        app.simulator.voice("oCITIZEN", Some("老板还没有给钱")).await;
        assert_eq!(try_on(&app).await, 7);
        let found = received(&app).await;
        assert_eq!((found[0].state, found[0].tries), (State::Stored, 8));
        assert_eq!(app.number("SELECT count(*) FROM jobs WHERE kind LIKE 'media.%'").await, 0);
    }
}

both! {
    async fn what_wechat_never_gives_is_given_up_when_it_has_expired(app: TestApp) {
        ask(&app, "oCITIZEN").await;
        app.simulator.faults().on_api(GET, ApiFault::Errcode { errcode: -1 }, 200);
        app.simulator.image("oCITIZEN", "payslip").await;
        assert!(try_on(&app).await > 10);
        let found = received(&app).await;
        assert_eq!(found[0].state, State::Expired);
        assert!(found[0].reason.as_deref().is_some_and(|why| why.contains("请联系群众重发")));
        assert_eq!(app.number("SELECT count(*) FROM jobs WHERE kind LIKE 'media.%'").await, 0);
        assert!(files(&app).is_empty());
    }
}

both! {
    async fn a_film_is_fetched_from_where_wechat_says_it_is(app: TestApp) {
        ask(&app, "oCITIZEN").await;
        let film = b"\0\0\0\x18ftypisom a film";
        let media_id = app.simulator.keep_file("video/mp4", "a.mp4", film);
        let now = app.clock.now().seconds();
        let xml = format!(
            "<xml><ToUserName>gh_test00000001</ToUserName><FromUserName>oCITIZEN</FromUserName>\
             <CreateTime>{now}</CreateTime><MsgType>video</MsgType><MediaId>{media_id}</MediaId>\
             <ThumbMediaId>t</ThumbMediaId><MsgId>78</MsgId></xml>"
        );
        app.simulator.raw_push("oCITIZEN", &xml).await;
        app.settle().await;
        assert_eq!(received(&app).await[0].state, State::Stored);
        assert_eq!(std::fs::read(&files(&app)[0]).unwrap(), film);
    }
}

both! {
    async fn the_same_picture_of_two_people_is_one_file_that_goes_with_the_last(app: TestApp) {
        for openid in ["oFIRST", "oSECOND"] {
            ask(&app, openid).await;
            app.simulator.image(openid, "contract").await;
            app.settle().await;
        }
        assert_eq!((received(&app).await.len(), files(&app).len()), (2, 1));
        let deps = &app.app.web.deps;
        erase_inquiry(deps, inquiry_of(&app, "oFIRST").await).await.expect("erased");
        app.settle().await;
        assert_eq!((received(&app).await.len(), files(&app).len()), (1, 1));
        erase_inquiry(deps, inquiry_of(&app, "oSECOND").await).await.expect("erased");
        app.settle().await;
        assert_eq!((received(&app).await.len(), files(&app).len()), (0, 0));
        assert_eq!(app.number("SELECT count(*) FROM media_files").await, 0);
    }
}

both! {
    async fn what_is_erased_while_it_is_fetched_leaves_no_file(app: TestApp) {
        ask(&app, "oCITIZEN").await;
        app.simulator.faults().on_api(GET, ApiFault::Http503, 1);
        app.simulator.image("oCITIZEN", "contract").await;
        app.settle().await;
        assert_eq!(received(&app).await[0].state, State::Waiting);
        let id = inquiry_of(&app, "oCITIZEN").await;
        erase_inquiry(&app.app.web.deps, id).await.expect("erased");
        app.clock.advance(Duration::from_secs(3600));
        app.settle().await;
        assert!(received(&app).await.is_empty() && files(&app).is_empty());
        assert_eq!(app.number("SELECT count(*) FROM jobs WHERE kind LIKE 'media.%'").await, 0);
    }
}
