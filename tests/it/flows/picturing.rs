//! Pictures that follow their answer as messages of their own.

use std::time::Duration;

use pufa::governance::actions::erase_inquiry;
use pufa::inquiries::actions::attaching::{Chosen, attach};
use pufa::inquiries::{InquiryId, MessageId};
use pufa::media::AttachedId;
use pufa::simulator::ApiFault;

use super::answer;
use super::answering::sent;
use super::delivering::{ask, reply};
use crate::support::TestApp;

const SEND: &str = "/cgi-bin/message/custom/send";
const UPLOAD: &str = "/cgi-bin/media/upload";

/// Adds pictures, and a document that never travels, to the answer being written.
async fn put_in(app: &TestApp, id: InquiryId, pictures: u8) {
    for nth in 0..pictures {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        bytes.push(nth);
        put(app, id, "工资条.png", bytes).await;
    }
    if pictures < 4 {
        put(app, id, "样本.pdf", b"%PDF-1.7 rest".to_vec()).await;
    }
}

async fn put(app: &TestApp, id: InquiryId, name: &str, bytes: Vec<u8>) {
    let web = &app.app.web;
    let once = AttachedId(web.deps.entropy.id_at(app.clock.now()));
    let chosen = Chosen { once, name, bytes };
    attach(&web.deps, &web.received, &app.labor_responder, id, chosen).await.expect("attached");
}

fn uploads(app: &TestApp) -> usize {
    let taken =
        |entry: &&pufa::simulator::LedgerEntry| entry.kind == "media_upload" && entry.accepted;
    app.simulator.ledger().iter().filter(taken).count()
}

async fn until(app: &TestApp, sql: &'static str, wanted: i64) {
    let reached = async {
        while app.number(sql).await != wanted {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reached).await.expect(sql);
}

const SENT: &str = "SELECT count(*) FROM delivery_pictures WHERE state = 'sent'";
const DROPPED: &str = "SELECT count(*) FROM delivery_pictures WHERE state = 'dropped'";
const UNKNOWN: &str = "SELECT count(*) FROM delivery_pictures WHERE state = 'unknown'";
const USED: &str = "SELECT used FROM allowances WHERE class = 'message'";

both! {
    async fn pictures_follow_the_text_one_message_each_and_documents_stay_a_link(app: TestApp) {
        let id = ask(&app).await;
        put_in(&app, id, 3).await;
        reply(&app, id, "照着样本填").await;
        assert_eq!((sent(&app), uploads(&app)), (4, 3));
        assert_eq!(app.number(SENT).await, 3);
        assert_eq!(app.number(USED).await, 4);
        let body = app.text("SELECT body FROM deliveries").await;
        assert!(body.contains("附图片 3 张、文件 1 份"), "{body}");
        erase_inquiry(&app.app.web.deps, id).await.expect("erased");
        assert_eq!(app.number("SELECT count(*) FROM delivery_pictures").await, 0);
    }
}

both! {
    async fn what_the_allowance_does_not_reach_stays_on_the_page(app: TestApp) {
        let id = ask(&app).await;
        for words in ["第一条", "第二条"] {
            reply(&app, id, words).await;
        }
        put_in(&app, id, 4).await;
        reply(&app, id, "附图").await;
        assert_eq!(sent(&app), 5, "two answers, the text and two pictures");
        assert_eq!((app.number(SENT).await, app.number(DROPPED).await), (2, 2));
        assert_eq!(uploads(&app), 2, "what does not go is not uploaded");
        assert_eq!(app.simulator.ledger().iter().filter(|e| e.errcode == 45047).count(), 0);
    }
}

both! {
    async fn an_answer_that_waits_takes_no_picture_with_it(app: TestApp) {
        let id = ask(&app).await;
        put_in(&app, id, 1).await;
        app.clock.advance(Duration::from_secs(48 * 3600 + 60));
        reply(&app, id, "迟来的答复").await;
        let contact = app.simulator.text("oCITIZEN", "请问有答复了吗，工资的事情").await;
        assert!(contact.reply_text.expect("a reply").contains("附图片 1 张"));
        app.settle().await;
        assert_eq!((sent(&app), uploads(&app)), (0, 0));
    }
}

both! {
    async fn a_broken_call_is_unknown_never_repeated_and_the_next_picture_goes(app: TestApp) {
        let id = ask(&app).await;
        put_in(&app, id, 2).await;
        app.simulator.faults().on_api(UPLOAD, ApiFault::Errcode { errcode: -1 }, 1);
        reply(&app, id, "附图").await;
        assert_eq!((sent(&app), app.number(SENT).await), (1, 0), "the text is not kept back");
        app.simulator.faults().on_api(SEND, ApiFault::AcceptThenReset, 1);
        app.clock.advance(Duration::from_secs(31));
        app.settle().await;
        assert_eq!((app.number(UNKNOWN).await, app.number(SENT).await), (1, 1));
        app.clock.advance(Duration::from_secs(3600));
        app.settle().await;
        assert_eq!(sent(&app), 3);
    }
}

both! {
    async fn a_process_that_dies_between_call_and_record_leaves_an_unknown_picture(app: TestApp) {
        let id = ask(&app).await;
        put_in(&app, id, 1).await;
        app.simulator.faults().on_api(UPLOAD, ApiFault::Errcode { errcode: -1 }, 1);
        reply(&app, id, "附图").await;
        app.simulator.faults().on_api(SEND, ApiFault::AcceptThenHang, 1);
        app.clock.advance(Duration::from_secs(31));
        until(&app, "SELECT count(*) FROM delivery_pictures WHERE state = 'calling'", 1).await;
        // The holder vanishes: its lease runs out without a word, and another process takes over.
        let called = async {
            while sent(&app) < 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), called).await.expect("WeChat was called");
        app.clock.advance(Duration::from_secs(31));
        until(&app, UNKNOWN, 1).await;
        assert_eq!(sent(&app), 2);
    }
}

both! {
    async fn a_process_that_dies_while_uploading_sends_each_picture_once(app: TestApp) {
        let id = ask(&app).await;
        put_in(&app, id, 2).await;
        app.simulator.faults().on_api(UPLOAD, ApiFault::AcceptThenHang, 1);
        let once = MessageId(app.app.web.deps.entropy.id_at(app.clock.now()));
        let (deps, by) = (&app.app.web.deps, &app.labor_responder);
        answer(deps, by, id, "附图", once, i64::MAX).await.expect("an answer");
        let uploading = async {
            while uploads(&app) == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), uploading).await.expect("an upload");
        app.clock.advance(Duration::from_secs(31));
        until(&app, SENT, 2).await;
        assert_eq!(sent(&app), 3);
    }
}
