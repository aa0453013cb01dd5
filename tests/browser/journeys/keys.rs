//! The pages of an answer without a mouse or a finger, and on paper.

use crate::browser::{Browser, Scripts, is_missing};
use crate::demo::Demo;
use crate::phone::{ORGANIZATION, QUESTION};
use crate::tab::Tab;
use crate::{desk, phone};

/// Keys, as WebDriver names them.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const CTRL: &str = "\u{e009}";
const ESCAPE: &str = "\u{e00c}";
const DOWN: &str = "\u{e015}";

/// A demo with a citizen's question in it; gives its number and the address of its page.
async fn asked(demo: &Demo, tab: &Tab) -> (String, String) {
    tab.go(&demo.phone).await;
    phone::follow_at_station(tab).await;
    phone::say(tab, QUESTION).await;
    let number = phone::number_in(&phone::reply_with(tab, "已收到您的咨询").await);
    let case = tab.value("document.querySelector(\".bubble a[href*='/c/i/']\").href").await;
    (number, case.as_str().expect("a link to the case's page").to_owned())
}

async fn on_paper(tab: &Tab, name: &str, hidden: &str, words: &str) {
    tab.on_paper(true).await;
    tab.picture(name).await;
    let shown = format!(
        "[...document.querySelectorAll('{hidden}')].filter((e) => e.offsetParent).map((e) => e.outerHTML)"
    );
    assert_eq!(
        tab.value(&shown).await,
        serde_json::json!([]),
        "{name} prints what only works on a screen"
    );
    assert!(tab.text().await.contains(words), "{name} prints {words}");
    let over = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth";
    assert_eq!(tab.value(over).await, 0, "{name} is wider than the paper");
    tab.on_paper(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_and_the_command_bar_need_only_keys() {
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let browser = Browser::open(Scripts::On, 1280).await;
    let tab = &browser.tab;
    let (number, _) = asked(&demo, tab).await;
    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    on_paper(tab, "inbox-paper", ".nav, .search, .pages", &number).await;

    tab.press("?").await;
    tab.until("document.querySelector('#keys[open]').textContent.includes('Ctrl + K')").await;
    tab.press(ESCAPE).await;
    tab.until("!document.querySelector('#keys[open]')").await;
    tab.press_until("j", "!!document.activeElement.closest('.row')").await;
    let chosen = format!("document.activeElement.textContent.includes('{number}')");
    tab.press_until("j", &chosen).await;
    tab.press(ENTER).await;
    tab.until_address("/console/inquiries/").await;

    // The bar from anywhere: initials, arrow, Enter; then the inquiry by its number.
    tab.press(&format!("{CTRL}k")).await;
    tab.until("document.activeElement.id === 'bar-q'").await;
    tab.press("cydf").await;
    tab.until("document.querySelector('#bar-found a').textContent.includes('常用答复')").await;
    tab.press(DOWN).await;
    tab.until("document.activeElement.matches('#bar a')").await;
    tab.press(ENTER).await;
    tab.until_address("/console/canned").await;
    tab.press(&format!("{CTRL}k")).await;
    tab.until("document.activeElement.id === 'bar-q'").await;
    tab.press(&number).await;
    let first = format!("document.querySelector('#bar-found a').textContent.includes('{number}')");
    tab.until(&first).await;
    tab.press(ENTER).await;
    tab.until_address("/console/inquiries/").await;
    tab.until_text(&number).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_is_claimed_answered_and_left_with_keys_alone() {
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let browser = Browser::open(Scripts::On, 1280).await;
    let tab = &browser.tab;
    let (number, _) = asked(&demo, tab).await;
    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    desk::open(tab, &number).await;
    tab.press("c").await;
    tab.until_text("我认领").await;
    on_paper(tab, "conversation-paper", ".nav, .reply, .back, .buttons", QUESTION).await;

    tab.press("r").await;
    tab.until("document.activeElement.id === 'body'").await;
    tab.press("/").await;
    tab.until("document.activeElement.id === 'pick'").await;
    tab.press("tqgz").await;
    let first = "document.querySelector('#picks [data-insert]')";
    tab.until(&format!("{first} && {first}.textContent.includes('拖欠工资')")).await;
    tab.press(ENTER).await;
    let inserted = "document.querySelector('#body').value.includes('《劳动合同法》第三十条')";
    tab.until(inserted).await;
    tab.until("document.activeElement.id === 'body'").await;
    tab.press(&format!("{CTRL}{ENTER}")).await;
    tab.until_address("done=leaving").await;
    tab.press(ESCAPE).await;
    tab.until_address("/console/inbox").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_is_read_asked_about_and_rated_with_keys_alone() {
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let browser = Browser::open(Scripts::On, 360).await;
    let tab = &browser.tab;
    let (number, case) = asked(&demo, tab).await;
    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    desk::open(tab, &number).await;
    desk::answer(tab, "可以先投诉，也可以申请劳动仲裁。").await;
    tab.until("!document.querySelector('[data-leaving]')").await;

    tab.go(&case).await;
    tab.until_text("这个答复有帮助吗").await;
    on_paper(tab, "case-paper", "form, .acts, .skip", "可以先投诉").await;
    tab.press_until(TAB, "document.activeElement.textContent === '追问'").await;
    tab.press(ENTER).await;
    tab.press_until(TAB, "document.activeElement.id === 'body'").await;
    tab.press("要带什么材料？").await;
    tab.press(TAB).await;
    tab.press(ENTER).await;
    tab.until_address("done=sent").await;
    tab.press_until(TAB, "document.activeElement.textContent.startsWith('满意')").await;
    tab.press(ENTER).await;
    tab.until_address("done=rated").await;
    tab.until_text("（已选）").await;
    browser.close().await;
}
