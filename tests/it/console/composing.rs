//! Writing an answer: texts to insert, a second look, how it looks on the phone, calling it back.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::inquiries::InquiryId;
use pufa::platform::config::Config;
use uuid::Uuid;

use super::browser::{Browser, House};
use crate::support::Backend;

const ANSWERS: &str = "SELECT count(*) FROM messages WHERE author = 'staff'";

async fn keep(who: &Browser, title: &str, body: &str) {
    let fields = [("title", title), ("body", body)];
    let kept = who.submit("/console/canned/new", "/console/canned/new", &fields).await;
    assert_eq!(kept.location(), "/console/canned?done=added", "{}", kept.body);
}

in_both! {
    async fn texts_are_found_by_initials_filled_in_and_stay_in_the_organization(house: House) {
        let id = house.labor_inquiry().await;
        let (li, stranger) = (house.log_in("li").await, house.log_in("stranger").await);
        keep(&li, "工资拖欠怎么办", "{单位}提醒您：编号{编号}，先到劳动监察投诉。").await;
        keep(&stranger, "工资外单位的话", "别的单位写的").await;
        keep(&house.log_in("operator").await, "工作时间", "工作日 9 点到 17 点").await;

        let found = li.get(&format!("/console/inquiries/{id}/picker?pick=gz")).await;
        let number = house.app.text("SELECT number FROM inquiries").await;
        assert!(found.has(&format!("labor提醒您：编号{number}，先到劳动监察投诉。")), "{}", found.body);
        assert!(found.has("工作时间") && !found.has("别的单位写的"));
        let by_page = li.get(&format!("/console/inquiries/{id}?pick=gztq&insert=0")).await;
        assert!(by_page.has(&format!("编号{number}，先到劳动监察投诉。</textarea>")), "without the script");

        let list = li.get("/console/canned").await;
        assert!(list.has("工资拖欠怎么办") && list.has("工作时间") && !list.has("工资外单位的话"));
        assert_eq!(list.body.matches(">修改<").count(), 1, "the alliance's text is not theirs to change");
    }
}

in_both! {
    async fn a_text_changed_meanwhile_is_not_overwritten_and_a_removed_one_is_gone(house: House) {
        let li = house.log_in("li").await;
        keep(&li, "开头", "您好").await;
        let list = li.get("/console/canned").await;
        let id = list.body.split("/console/canned/").find_map(|rest| rest.get(..36)?.parse::<Uuid>().ok()).unwrap();
        let page = format!("/console/canned/{id}");
        let old = li.get(&page).await;
        let by_colleague = [("title", "开头"), ("body", "您好，来信收到")];
        house.log_in("wang").await.submit(&page, &page, &by_colleague).await;
        let mine = [("version", old.hidden("version")), ("title", "开头"), ("body", "我的改法")];
        let refused = li.post(&page, &mine).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.has("有同事刚刚改过") && refused.has("我的改法"), "{}", refused.body);
        let unknown = li.submit(&page, &page, &[("title", "开头"), ("body", "您好{姓名}")]).await;
        assert!(unknown.has("没有“{姓名}”这个变量"), "{}", unknown.body);
        let unsure = li.submit(&page, &format!("{page}/remove"), &[]).await;
        assert!(unsure.status == StatusCode::BAD_REQUEST && unsure.has("没有删除"));
        li.submit(&page, &format!("{page}/remove"), &[("sure", "1")]).await;
        assert_eq!(li.get(&page).await.status, StatusCode::NOT_FOUND);
        let audited = "SELECT count(*) FROM audit WHERE action LIKE 'canned.%'";
        assert_eq!(house.app.number(audited).await, 3);
    }
}

in_both! {
    async fn a_promised_outcome_is_shown_once_more_before_it_leaves(house: House) {
        let id = house.labor_inquiry().await;
        let (page, li) = (format!("/console/inquiries/{id}"), house.log_in("li").await);
        let answer = format!("{page}/answer");
        let promise = "您放心，仲裁保证能打赢。";
        let kept = li.submit(&page, &answer, &[("body", promise)]).await;
        assert_eq!((kept.status, house.app.number(ANSWERS).await), (StatusCode::OK, 0));
        assert!(kept.has("还没有发送") && kept.has("承诺了结果") && kept.has("仍然发送"), "{}", kept.body);
        assert!(li.get(&page).await.has(promise), "kept as a draft");

        let told = kept.hidden("warned");
        let form = |once, body| [("once", once), ("seen", kept.hidden("seen")), ("warned", told), ("body", body)];
        let worse = li.post(&answer, &form(kept.hidden("once"), "保证能打赢，加我微信")).await;
        assert!(worse.has("揽业务") && house.app.number(ANSWERS).await == 0, "a new warning asks again");
        let done = li.post(&answer, &form(worse.hidden("once"), promise)).await;
        assert_eq!(done.location(), format!("{page}?done=answered"), "{}", done.body);
        assert_eq!(house.app.number(ANSWERS).await, 1);
    }
}

in_both! {
    async fn the_preview_is_what_the_phone_gets(house: House) {
        let id = house.labor_inquiry().await;
        let (page, li) = (format!("/console/inquiries/{id}"), house.log_in("li").await);
        let body = "先到劳动监察投诉，带上工资条。";
        let preview = format!("{page}/preview");
        let shown = li.post(&preview, &[("body", body), ("part", "preview")]).await;
        assert!(shown.has("整条发出"), "{}", shown.body);
        assert!(li.post(&preview, &[("body", body)]).await.has("整条发出"), "without the script");
        let long = li.post(&preview, &[("body", &"很长".repeat(700)), ("part", "preview")]).await;
        assert!(long.has("全文在网页上看"), "{}", long.body);
        li.submit(&page, &format!("{page}/answer"), &[("body", body)]).await;
        house.app.settle().await;
        let sent = house.app.text("SELECT body FROM deliveries").await;
        for line in pufa::delivery::rules::as_shown(&sent).lines().filter(|line| !line.contains("http")) {
            assert!(shown.has(line), "{line}: {}", shown.body);
        }
    }
}

in_both! {
    async fn a_colleague_named_in_a_note_is_told_and_nobody_else(house: House) {
        let id = house.labor_inquiry().await;
        let (page, li) = (format!("/console/inquiries/{id}"), house.log_in("li").await);
        let note = [("body", "@王答复 帮忙看看仲裁时效，@孙外单位 @李答复")];
        li.submit(&page, &format!("{page}/note"), &note).await;
        let told = "SELECT count(*) FROM alerts WHERE occasion = 'mentioned'";
        assert_eq!(house.app.number(told).await, 1, "neither strangers nor the writer");
        let alerts = house.log_in("wang").await.get("/console/alerts").await;
        assert!(alerts.has("同事提到您") && alerts.has(&page), "{}", alerts.body);
        assert!(!alerts.has("仲裁时效"), "alerts carry nothing of a note");
    }
}

fn five_seconds(config: &mut Config) {
    config.console.recall_seconds = 5;
}

async fn leaving(house: &House) -> (InquiryId, Browser) {
    let (id, li) = (house.labor_inquiry().await, house.log_in("li").await);
    let page = format!("/console/inquiries/{id}");
    let sent = li.submit(&page, &format!("{page}/answer"), &[("body", "先到劳动监察投诉。")]).await;
    assert_eq!(sent.location(), format!("{page}?done=leaving"), "{}", sent.body);
    house.app.settle().await;
    assert_eq!(house.app.number(ANSWERS).await, 0);
    (id, li)
}

async fn called_back(backend: Backend) {
    let house = House::open_with(backend, five_seconds).await;
    let (id, li) = leaving(&house).await;
    let (page, recall) =
        (format!("/console/inquiries/{id}"), format!("/console/inquiries/{id}/recall"));
    assert!(li.get(&page).await.has("data-leaving"));
    let colleague = house.log_in("wang").await;
    assert_eq!(colleague.post(&recall, &[]).await.status, StatusCode::CONFLICT);
    let close = li.submit(&page, &format!("{page}/close"), &[("outcome", "answered")]).await;
    assert_ne!(close.status, StatusCode::SEE_OTHER, "what is leaving cannot be closed over");
    let back = li.post(&recall, &[]).await;
    assert_eq!(back.location(), format!("{page}?done=recalled"), "{}", back.body);
    assert!(li.get(&page).await.has("先到劳动监察投诉。</textarea>"));
    house.app.clock.advance(Duration::from_secs(6));
    house.app.settle().await;
    assert_eq!(house.app.number(ANSWERS).await, 0);

    li.submit(&page, &format!("{page}/answer"), &[("body", "改好的答复。")]).await;
    house.app.clock.advance(Duration::from_secs(6));
    house.app.settle().await;
    assert_eq!(house.app.number(ANSWERS).await, 1);
    assert_eq!(house.app.number("SELECT count(*) FROM deliveries WHERE state = 'sent'").await, 1);
    let late = li.post(&recall, &[]).await;
    assert!(late.status == StatusCode::CONFLICT && late.has("撤不回来"), "{}", late.body);
}

async fn taken_over(backend: Backend) {
    let house = House::open_with(backend, five_seconds).await;
    let (id, li) = leaving(&house).await;
    let page = format!("/console/inquiries/{id}");
    let manager = house.log_in("manager").await;
    let taken = manager.submit(&page, &format!("{page}/take-over"), &[("reason", "我来办")]).await;
    assert_eq!(taken.location(), format!("{page}?done=claimed"), "{}", taken.body);
    house.app.clock.advance(Duration::from_secs(6));
    house.app.settle().await;
    assert_eq!(house.app.number(ANSWERS).await, 0);
    assert_eq!(
        house.app.text("SELECT body FROM drafts WHERE body <> ''").await,
        "先到劳动监察投诉。"
    );
    assert!(li.get(&page).await.has("刚写的答复没有发出"));
}

macro_rules! on_both {
    ($($name:ident => $flow:ident;)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                $flow(Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                if !crate::support::database::postgres_is_missing() {
                    $flow(Backend::Postgres).await;
                }
            }
        }
    )*};
}

on_both! {
    an_answer_is_called_back_within_five_seconds_and_not_later => called_back;
    an_answer_does_not_leave_once_the_inquiry_was_taken_over => taken_over;
}
