//! A citizen asks, a responder answers, the citizen comes back.

use crate::browser::{Browser, Scripts, is_missing};
use crate::demo::Demo;
use crate::phone::{ORGANIZATION, QUESTION};
use crate::{desk, phone};

const ANSWER: &str =
    "可以先向武进区劳动监察大队投诉，也可以申请劳动仲裁。请把工资条、考勤和聊天记录留好。";
const FOLLOW_UP: &str = "没有签劳动合同，也可以去仲裁吗？";

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_received_answered_and_followed_up_between_phone_and_console() {
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let browser = Browser::open(Scripts::On, 1280).await;
    let tab = &browser.tab;
    tab.go(&demo.phone).await;
    let (phone_window, console) = tab.open_window().await;
    tab.resize(1280, 800).await;
    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    tab.value("window.notReloaded = true").await;

    tab.front(&phone_window).await;
    phone::follow_at_station(tab).await;
    phone::say(tab, QUESTION).await;
    let receipt = phone::reply_with(tab, "已收到您的咨询").await;
    for part in ["劳动人事", "武进区 湖塘镇", ORGANIZATION] {
        assert!(receipt.contains(part), "{part} is missing in the receipt: {receipt}");
    }
    let number = phone::number_in(&receipt);

    tab.front(&console).await;
    tab.until(&format!(
        "document.querySelector('.fresh') || document.body.innerText.includes('{number}')"
    ))
    .await;
    if tab.value("document.querySelector('.fresh') !== null").await == true {
        tab.click(".fresh").await;
    }
    tab.until_text(&number).await;
    assert_eq!(tab.value("window.notReloaded").await, true, "the inbox was loaded anew");
    tab.picture("inbox").await;
    desk::open(tab, &number).await;
    let inquiry = tab.address().await;
    desk::claim(tab).await;
    desk::answer(tab, ANSWER).await;

    tab.front(&phone_window).await;
    phone::reply_with(tab, ANSWER).await;
    // What is written within seconds belongs to the same burst and gets no receipt of its own.
    tab.click("[data-advance='600']").await;
    phone::say(tab, FOLLOW_UP).await;
    phone::reply_with(tab, &format!("已补充到咨询 {number}")).await;
    tab.click_words("满意").await;
    phone::reply_with(tab, "评价").await;
    tab.click_words("还没解决").await;
    phone::reply_with(tab, "还没解决。已请").await;
    tab.picture("phone").await;

    tab.front(&console).await;
    tab.until_text(FOLLOW_UP).await;
    tab.until("document.querySelector('.timeline').innerText.includes('满意')").await;
    tab.until("document.querySelector('.timeline').innerText.includes('还没解决')").await;
    tab.click_words("看一看").await;
    tab.picture("conversation").await;

    tab.click_words("退出登录").await;
    desk::log_in(tab, &demo, demo.responder_elsewhere(ORGANIZATION)).await;
    let status = tab.value(&format!("fetch('{inquiry}').then((answer) => answer.status)")).await;
    assert_eq!(status, 404, "another organization was told of the inquiry");
    tab.go(inquiry.as_str()).await;
    assert!(!tab.text().await.contains("武进湖塘"), "another organization reads the question");
    browser.close().await;
}
