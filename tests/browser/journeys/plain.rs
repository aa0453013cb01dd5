//! The console without JavaScript: links and forms alone.

use crate::browser::{Browser, Scripts, is_missing};
use crate::demo::Demo;
use crate::phone::{ORGANIZATION, QUESTION};
use crate::{desk, phone};

const ANSWER: &str = "可以申请劳动仲裁，不收费。";

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_an_inquiry_is_claimed_answered_and_closed_by_forms_alone() {
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let citizen = Browser::open(Scripts::On, 400).await;
    citizen.tab.go(&demo.phone).await;
    phone::follow_at_station(&citizen.tab).await;
    phone::say(&citizen.tab, QUESTION).await;
    let number = phone::number_in(&phone::reply_with(&citizen.tab, "已收到您的咨询").await);

    let browser = Browser::open(Scripts::Off, 1280).await;
    let tab = &browser.tab;
    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    let scripts_ran = tab.value("document.documentElement.classList.contains('js')").await;
    assert_eq!(scripts_ran, false, "scripts are not switched off");
    desk::open(tab, &number).await;
    desk::claim(tab).await;
    tab.picture("plain-conversation").await;
    desk::answer(tab, ANSWER).await;
    phone::reply_with(&citizen.tab, ANSWER).await;

    // Without scripts the composer stands open; what is below it is reached by scrolling, which a
    // driver does not count as shown.
    tab.resize(1280, 1600).await;
    let page = tab.address().await;
    tab.go(page.as_str()).await;
    tab.click_words("办结").await;
    tab.click("#outcome option:nth-child(2)").await;
    tab.click_words(&format!("办结咨询 {number}")).await;
    tab.until_address("done=closed").await;
    tab.until_text("已办结").await;
    browser.close().await;
    citizen.close().await;
}
