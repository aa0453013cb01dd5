//! Two inquiries of one citizen about one matter: found, made one, and nothing of them lost.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::inquiries::actions::staff::{self as acts, Answered, Sent};
use pufa::inquiries::{InquiryId, MessageId};
use pufa::merging::actions::merge;
use pufa::platform::error::Kind;
use pufa::staff::StaffMember;

use super::browser::House;

const FIRST: &str = "老板拖欠我三个月工资，我在武进湖塘，怎么办？";
const AGAIN: &str = "你好，老板拖欠工资三个月了还不给，我在武进湖塘，怎么办";

/// The same citizen asks twice, ten minutes apart; the elder inquiry first.
async fn asked_twice(house: &House) -> (InquiryId, InquiryId) {
    let elder = house.asked("oLABOR", FIRST).await;
    (elder, ask_again(house, AGAIN).await)
}

async fn ask_again(house: &House, words: &str) -> InquiryId {
    house.app.clock.advance(Duration::from_secs(600));
    house.app.simulator.reply_link_tap("oLABOR", "我要咨询", "ask").await;
    house.app.settle().await;
    house.asked("oLABOR", words).await
}

async fn member(house: &House, name: &str) -> StaffMember {
    let mut link = house.app.db().read().await.unwrap();
    pufa::staff::store::get(&mut link, house.people[name]).await.unwrap().unwrap()
}

fn page(id: InquiryId) -> String {
    format!("/console/inquiries/{id}")
}

async fn bodies(house: &House, id: InquiryId) -> Vec<String> {
    let mut link = house.app.db().read().await.unwrap();
    let all = pufa::inquiries::store::messages(&mut link, id, 100).await.unwrap();
    all.into_iter().map(|message| message.body).collect()
}

fn form(house: &House) -> MessageId {
    MessageId(house.app.app.web.deps.entropy.id_at(house.app.clock.now()))
}

in_both! {
    async fn who_asks_twice_is_recognized_and_both_become_one_with_everything_in_it(house: House) {
        let (elder, younger) = asked_twice(&house).await;
        let wang = house.log_in("wang").await;
        let sides = [elder, younger].map(page);
        wang.post(&format!("{}/label", sides[1]), &[("label", "农民工")]).await;
        wang.submit(&sides[1], &format!("{}/note", sides[1]), &[("body", "先问清楚工资条")]).await;
        for (side, draft) in sides.iter().zip(["先写的一半", "后写的一半"]) {
            wang.submit(side, &format!("{side}/draft"), &[("body", draft)]).await;
        }
        let shown = wang.get(&sides[0]).await;
        assert!(shown.has("这位群众在本单位的其他咨询（1）") && shown.has("可能是同一件事"), "{}", shown.body);
        let ask = format!("{}/merge?with={younger}", sides[0]);
        assert!(shown.has(&ask));
        let due = house.app.number("SELECT min(due_at) FROM inquiries").await;
        let dialogue = wang.get(&ask).await;
        assert!(dialogue.has("合并不能撤销") && !dialogue.has("请先看一看"), "{}", dialogue.body);
        let number = |of| house.app.text(of);
        let gone = number("SELECT number FROM inquiries ORDER BY opened_at DESC LIMIT 1").await;
        let stays = number("SELECT number FROM inquiries ORDER BY opened_at LIMIT 1").await;
        assert!(dialogue.has(&format!("把 {gone} 并入 {stays}")));

        let done = wang.post(&format!("{}/merge", sides[1]), &[("with", &elder.to_string())]).await;
        assert_eq!(done.location(), format!("{}?done=merged", sides[0]), "{}", done.body);
        assert_eq!(bodies(&house, elder).await, [FIRST, AGAIN, "先问清楚工资条"]);
        assert_eq!(house.app.number("SELECT due_at FROM inquiries WHERE merged_into IS NULL").await, due);
        let merged = "SELECT count(*) FROM inquiries WHERE state = 'closed' AND outcome = 'merged' AND answered_at IS NULL";
        assert_eq!(house.app.number(merged).await, 1);
        assert_eq!(house.app.number("SELECT count(*) FROM engagement_events WHERE kind = 'inquiry.merge'").await, 1);
        assert_eq!(house.app.number("SELECT count(*) FROM audit WHERE action = 'inquiry.merge'").await, 2);
        let one = wang.get(done.location()).await;
        for part in ["先写的一半", "后写的一半", "先问清楚工资条", "农民工", &format!("把咨询 {gone} 并入这件")] {
            assert!(one.has(part), "{part} is missing");
        }
        assert!(!one.has("其他咨询（"), "the merged one is no other inquiry any more");
        assert_eq!(wang.get(&sides[1]).await.location(), format!("{}?done=was-merged", sides[0]));
    }
}

in_both! {
    async fn links_and_later_words_of_the_merged_inquiry_lead_on_to_the_other(house: House) {
        let (elder, younger) = asked_twice(&house).await;
        let wang = member(&house, "wang").await;
        let deps = &house.app.app.web.deps;
        merge(deps, &wang, elder, younger).await.expect("a merge");
        let citizen = house.stranger();
        let street = house.street(younger);
        let shown = citizen.get(&street).await;
        assert!(shown.has("老板拖欠我三个月工资") && shown.has("合在一起办理"), "{}", shown.body);
        citizen.post(&format!("{street}/message"), &[("body", "页面上的补充")]).await;
        house.app.simulator.text("oLABOR", "对话里的补充，工资单找到了").await;
        house.app.settle().await;
        let said = bodies(&house, elder).await;
        assert_eq!(said[2..], ["页面上的补充", "对话里的补充，工资单找到了"]);
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries WHERE state <> 'closed'").await, 1);

        let sent = Sent { body: "可以投诉。", once: form(&house), seen: i64::MAX, recall: Duration::ZERO };
        acts::answer(deps, &wang, elder, sent).await.expect("an answer");
        house.app.settle().await;
        let gone = house.app.text("SELECT number FROM inquiries WHERE merged_into IS NOT NULL").await;
        house.app.simulator.reply_link_tap("oLABOR", "满意", &format!("rate:5:{gone}")).await;
        house.app.settle().await;
        assert_eq!(house.app.number("SELECT rating FROM inquiries WHERE merged_into IS NULL").await, 5);

        citizen.post(&format!("{street}/erase"), &[("confirm", "yes")]).await;
        for table in ["SELECT count(*) FROM inquiries", "SELECT count(*) FROM messages", "SELECT count(*) FROM deliveries"] {
            assert_eq!(house.app.number(table).await, 0, "{table}");
        }
    }
}

in_both! {
    async fn what_is_written_on_the_page_of_a_merged_inquiry_is_shown_what_it_did_not_see(house: House) {
        let (elder, younger) = asked_twice(&house).await;
        let browser = house.log_in("wang").await;
        let stale = browser.get(&page(younger)).await;
        let (once, seen) = (stale.hidden("once").to_owned(), stale.hidden("seen").to_owned());
        let wang = member(&house, "wang").await;
        let deps = &house.app.app.web.deps;
        merge(deps, &wang, elder, younger).await.expect("a merge");
        let fields = [("once", &*once), ("seen", &*seen), ("body", "写了很久的答复")];
        let sent = browser.post(&format!("{}/answer", page(younger)), &fields).await;
        assert_eq!(sent.status, StatusCode::CONFLICT);
        assert!(sent.has("写了很久的答复") && sent.has(&format!("{}/answer", page(elder))), "{}", sent.body);
        let refused = acts::claim(deps, &wang, younger).await.expect_err("a refusal");
        assert!(refused.public().contains("已经并入"));
    }
}

in_both! {
    async fn what_may_not_be_merged_is_refused_and_stays_as_it_was(house: House) {
        let (elder, younger) = asked_twice(&house).await;
        let deps = &house.app.app.web.deps;
        let wang = member(&house, "wang").await;
        let refused = merge(deps, &house.app.family_responder, elder, younger).await.expect_err("outside");
        assert_eq!(refused.kind(), Kind::NotFound);
        let recall = Duration::from_secs(5);
        let sent = Sent { body: "马上发出", once: form(&house), seen: i64::MAX, recall };
        let leaving = acts::answer(deps, &wang, elder, sent).await.expect("an answer");
        assert!(matches!(leaving, Answered::Leaving));
        let refused = merge(deps, &wang, elder, younger).await.expect_err("one is leaving");
        assert!(refused.public().contains("正在发出"), "{}", refused.public());
        house.app.clock.advance(recall);
        house.app.settle().await;
        let other = house.asked("oOTHER", FIRST).await;
        let refused = merge(deps, &wang, other, younger).await.expect_err("another citizen");
        assert!(refused.public().contains("同一位群众"));
        assert_eq!(house.app.number("SELECT count(*) FROM inquiries WHERE merged_into IS NOT NULL").await, 0);
        assert_eq!(bodies(&house, younger).await, [AGAIN]);
        merge(deps, &wang, elder, younger).await.expect("nothing is in the way any more");
        assert_eq!(bodies(&house, elder).await, [FIRST, AGAIN, "马上发出"]);
    }
}

in_both! {
    async fn a_merge_at_the_moment_of_an_answer_or_a_claim_comes_wholly_before_or_after(house: House) {
        let deps = &house.app.app.web.deps;
        let wang = member(&house, "wang").await;
        let mut elder = house.asked("oLABOR", FIRST).await;
        for round in 0..12 {
            let younger = ask_again(&house, AGAIN).await;
            let words = format!("答复 {round}");
            let sent = Sent { body: &words, once: form(&house), seen: i64::MAX, recall: Duration::ZERO };
            let answered = round % 2 == 0;
            let (merged, other) = tokio::join!(merge(deps, &wang, elder, younger), async {
                match answered {
                    true => acts::answer(deps, &wang, younger, sent).await.map(|_| ()),
                    false => acts::claim(deps, &wang, younger).await.map(|_| ()),
                }
            });
            house.app.settle().await;
            let both = match merged {
                Err(busy) if answered => {
                    assert!(busy.public().contains("正在发出"), "{}", busy.public());
                    merge(deps, &wang, elder, younger).await.expect("it has left")
                }
                merged => merged.expect("a claim by the same person refuses no merge"),
            };
            assert_eq!(both.id, elder);
            let said = bodies(&house, elder).await;
            assert_eq!(said.contains(&words), answered && other.is_ok(), "{said:?} {other:?}");
            assert!(bodies(&house, younger).await.is_empty(), "nothing is left behind");
            assert_eq!(house.app.number("SELECT count(*) FROM inquiries WHERE state <> 'closed'").await, 1);
            if let Err(refused) = other {
                assert_eq!(refused.kind(), Kind::Conflict);
            }
            elder = both.id;
        }
        let queued = "SELECT count(*) FROM deliveries WHERE state IN ('queued', 'calling')";
        assert_eq!(house.app.number(queued).await, 0);
    }
}
