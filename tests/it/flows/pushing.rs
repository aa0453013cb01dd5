//! What WeChat's pushes may do to us, and what they may not.

use pufa::wechat::crypto::{AesKey, encrypt};
use pufa::wechat::signature::sign;

use crate::support::TestApp;
use crate::support::app::{AES_KEY, APP_ID, TOKEN};

/// A push made by hand: the address with its signatures, and the body.
fn push(url: &str, inner: &str, seconds: i64, app_id: &str) -> (String, String) {
    let key = AesKey::parse(AES_KEY).expect("a key");
    let sealed = encrypt(&key, [7; 16], inner.as_bytes(), app_id);
    let timestamp = seconds.to_string();
    let signature = sign(TOKEN, &[&timestamp, "nonce"]);
    let seal = sign(TOKEN, &[&timestamp, "nonce", &sealed]);
    let address = format!(
        "{url}/wechat/main?signature={signature}&timestamp={timestamp}&nonce=nonce&encrypt_type=aes&msg_signature={seal}"
    );
    (
        address,
        format!("<xml><ToUserName>gh_test00000001</ToUserName><Encrypt>{sealed}</Encrypt></xml>"),
    )
}

fn text(id: u64, words: &str, seconds: i64) -> String {
    format!(
        "<xml><ToUserName>gh_test00000001</ToUserName><FromUserName>oCITIZEN</FromUserName>\
         <CreateTime>{seconds}</CreateTime><MsgType>text</MsgType><Content>{words}</Content><MsgId>{id}</MsgId></xml>"
    )
}

async fn post(address: &str, body: &str) -> (u16, String) {
    let http = http();
    let answer = http.post(address).body(body.to_owned()).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a body"))
}

#[expect(clippy::disallowed_methods, reason = "a test plays WeChat")]
fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

both! {
    async fn the_same_push_three_times_at_once_is_one_inquiry_and_one_reply(app: TestApp) {
        let now = app.clock.now().seconds();
        let (address, body) = push(&app.url, &text(1, "老板拖欠我三个月工资，我在武进湖塘", now), now, APP_ID);
        let (a, b, c) = tokio::join!(post(&address, &body), post(&address, &body), post(&address, &body));
        assert_eq!(a.0, 200);
        assert_eq!((&a, &b), (&b, &c));
        app.settle().await;
        let again = post(&address, &body).await;
        assert_eq!(again, a);
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inbox").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 1);
        assert_eq!(app.number("SELECT count(*) FROM messages").await, 1);
    }
}

both! {
    async fn many_different_pushes_at_once_are_all_kept(app: TestApp) {
        let now = app.clock.now().seconds();
        let mut posts = tokio::task::JoinSet::new();
        for id in 0..200u64 {
            let inner = text(id, "老板拖欠我三个月工资，我在武进湖塘", now).replace("oCITIZEN", &format!("oC{}", id % 50));
            let (address, body) = push(&app.url, &inner, now, APP_ID);
            posts.spawn(async move { post(&address, &body).await.0 });
        }
        assert!(posts.join_all().await.into_iter().all(|status| status == 200));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inbox").await, 200);
        assert_eq!(app.number("SELECT count(*) FROM messages").await, 200);
        assert_eq!(app.number("SELECT count(*) FROM inquiries").await, 50);
        assert_eq!(app.number("SELECT count(DISTINCT number) FROM inquiries").await, 50);
    }
}

both! {
    async fn a_stranger_learns_nothing_and_nonsense_is_refused(app: TestApp) {
        let now = app.clock.now().seconds();
        let inner = text(9, "你好", now);
        let (good, body) = push(&app.url, &inner, now, APP_ID);
        let refused = [
            (post(&good.replace("signature=", "signature=0"), &body).await, 403),
            (post(&good.replace("msg_signature=", "msg_signature=0"), &body).await, 403),
            (post(&good.replace("/main?", "/other?"), &body).await, 403),
            (post(&format!("{}/wechat/main", app.url), &body).await, 403),
            (post(&push(&app.url, &inner, now - 3600, APP_ID).0, &body).await, 403),
            (post(&good, &inner).await, 400),
            (post(&good, "<xml>").await, 400),
            (post(&good, "<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>").await, 400),
            (post(&good, &format!("<xml>{}</xml>", "<a>".repeat(50))).await, 400),
            (post(&good, &"x".repeat(70_000)).await, 413),
        ];
        for (nth, ((status, answer), wanted)) in refused.iter().enumerate() {
            assert_eq!((status, answer.as_str()), (wanted, ""), "case {nth}");
        }
        let (address, body) = push(&app.url, &inner, now, "wxsomebodyelse");
        assert_eq!(post(&address, &body).await.0, 400);
        assert_eq!(app.number("SELECT count(*) FROM inbox").await, 0);
    }
}

both! {
    async fn the_address_check_echoes_only_for_wechat(app: TestApp) {
        let now = app.clock.now().seconds().to_string();
        let signature = sign(TOKEN, &[&now, "n"]);
        let address = format!("{}/wechat/main?signature={signature}&timestamp={now}&nonce=n&echostr=12345", app.url);
        let answer = http().get(&address).send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), answer.text().await.expect("a body")), (200, "12345".to_owned()));
        let forged = http().get(address.replace("nonce=n", "nonce=m")).send().await.expect("an answer");
        assert_eq!((forged.status().as_u16(), forged.text().await.expect("a body")), (403, String::new()));
    }
}

both! {
    async fn pushes_nobody_knows_are_kept_and_acknowledged(app: TestApp) {
        let now = app.clock.now().seconds();
        let inner = format!(
            "<xml><ToUserName>gh</ToUserName><FromUserName>oCITIZEN</FromUserName><CreateTime>{now}</CreateTime>\
             <MsgType>event</MsgType><Event>something_new_in_2027</Event></xml>"
        );
        let (address, body) = push(&app.url, &inner, now, APP_ID);
        assert_eq!(post(&address, &body).await, (200, "success".to_owned()));
        app.settle().await;
        assert_eq!(app.number("SELECT count(*) FROM inbox WHERE kind = 'event/something_new_in_2027'").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_full_disk_pushes_get_503_the_console_reads_on_and_all_is_well_afterwards() {
    let app = TestApp::start(crate::support::Backend::Sqlite).await;
    let pufa::platform::db::Db::Sqlite { write, .. } = app.db() else { panic!("SQLite") };
    let now = app.clock.now().seconds();
    let (mut refused, mut tried) = (0, 0);
    while refused < 3 && tried < 400u64 {
        // As if the disk held no page more than now. The limit is the connection's, and the program
        // takes a new one after each write that failed, a push's or another's.
        sqlx::query("PRAGMA max_page_count = 1").execute(write).await.expect("a limit");
        let words = format!("老板拖欠我三个月工资，我在武进湖塘{}", "，细说从头".repeat(300));
        let (address, body) = push(&app.url, &text(tried, &words, now), now, APP_ID);
        let (status, answer) = post(&address, &body).await;
        tried += 1;
        assert!(status == 200 || (status == 503 && answer.is_empty()), "{status} {answer}");
        refused += u32::from(status == 503);
    }
    assert!(refused > 0, "the disk never was full");
    let page = http().get(format!("{}/public", app.url)).send().await.expect("an answer");
    assert_eq!(page.status().as_u16(), 200);

    sqlx::query("PRAGMA max_page_count = 1073741823").execute(write).await.expect("space again");
    for id in 0..tried {
        let (address, body) =
            push(&app.url, &text(id, "老板拖欠我三个月工资，我在武进湖塘", now), now, APP_ID);
        assert_eq!(post(&address, &body).await.0, 200);
    }
    app.settle().await;
    assert_eq!(app.number("SELECT count(*) FROM inbox").await, i64::try_from(tried).expect("few"));
    assert_eq!(app.text("PRAGMA integrity_check").await, "ok");
}
