//! Writing: what was typed survives, and nothing is sent before its time.

use crate::browser::{Browser, Scripts, is_missing};
use crate::demo::Demo;
use crate::phone::{ORGANIZATION, QUESTION};
use crate::tab::Tab;
use crate::{desk, phone};

const DRAFT: &str = "先说结论：可以要回来。";

/// Presses Enter as an input method does while a word is still being chosen.
const ENTER_WHILE_CHOOSING: &str = "(() => {
    const box = document.activeElement;
    box.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
    const enter = { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, isComposing: true, ctrlKey: CTRL };
    return box.dispatchEvent(new KeyboardEvent('keydown', enter));
})()";

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_survives_a_reload_and_choosing_a_word_sends_nothing() {
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let browser = Browser::open(Scripts::On, 1280).await;
    let tab = &browser.tab;

    tab.go(&demo.phone).await;
    phone::follow_at_station(tab).await;
    tab.click(".phone .to-input").await;
    tab.write(".phone textarea", QUESTION).await;
    assert!(
        enter_while_choosing(tab, false).await,
        "the phone acts on the Enter of an input method"
    );
    assert_eq!(tab.value("document.querySelector('.phone textarea').value").await, QUESTION);
    tab.write(".phone textarea", "\u{E007}").await;
    let number = phone::number_in(&phone::reply_with(tab, "已收到您的咨询").await);

    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    desk::open(tab, &number).await;
    desk::claim(tab).await;
    tab.write("#body", DRAFT).await;
    tab.until("document.querySelector('#saved').textContent.includes('已保存')").await;
    let inquiry = tab.address().await;
    tab.go(inquiry.as_str()).await;
    assert_eq!(tab.value("document.querySelector('#body').value").await, DRAFT);

    tab.click("#body").await;
    assert!(
        enter_while_choosing(tab, true).await,
        "the console acts on the Enter of an input method"
    );
    let sent = tab.value("'sent' in document.querySelector('.composer').dataset").await;
    assert_eq!(sent, false, "choosing a word has sent the answer");
    tab.write("#body", "\u{E009}\u{E007}").await;
    tab.until_address("done=leaving").await;
    assert_eq!(
        tab.value("document.querySelector('#body').value").await,
        "",
        "the draft is used up"
    );
    browser.close().await;
}

/// Gives whether the page let the key be.
async fn enter_while_choosing(tab: &Tab, with_ctrl: bool) -> bool {
    tab.value(&ENTER_WHILE_CHOOSING.replace("CTRL", &with_ctrl.to_string())).await == true
}
