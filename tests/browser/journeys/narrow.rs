//! Every page of the first journey on the narrowest phone that is still in use.

use crate::browser::{Browser, Scripts, is_missing};
use crate::demo::Demo;
use crate::phone::{ORGANIZATION, QUESTION};
use crate::tab::Tab;
use crate::{desk, phone};

const WIDTH: u32 = 360;

/// Keys, as WebDriver names them.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const DOWN: &str = "\u{e015}";
const SPACE: &str = " ";

#[tokio::test(flavor = "multi_thread")]
async fn at_360_points_nothing_overflows_complains_or_asks_elsewhere() {
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let browser = Browser::open(Scripts::On, WIDTH).await;
    let tab = &browser.tab;

    tab.go(&demo.phone).await;
    phone::follow_at_station(tab).await;
    phone::say(tab, QUESTION).await;
    let receipt = phone::reply_with(tab, "已收到您的咨询").await;
    let number = phone::number_in(&receipt);
    let case = tab.value("document.querySelector(\".bubble a[href*='/c/i/']\").href").await;
    let case = case.as_str().expect("the receipt links to the case's page").to_owned();
    inspect(tab, "phone-360").await;

    tab.go(&format!("{}/console/login", demo.server)).await;
    tab.see("#username").await;
    inspect(tab, "login-360").await;
    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    inspect(tab, "inbox-360").await;
    desk::open(tab, &number).await;
    inspect(tab, "conversation-360").await;
    desk::claim(tab).await;
    desk::answer(tab, "可以先向劳动监察大队投诉，也可以申请劳动仲裁。").await;
    inspect(tab, "answered-360").await;
    tab.until("!document.querySelector('[data-leaving]')").await;

    tab.go(&case).await;
    tab.until_text("这个答复有帮助吗").await;
    inspect(tab, "case-360").await;
    tab.click_words("追问").await;
    tab.write("#body", "没有签合同也可以去吗？").await;
    tab.click_words("发送").await;
    tab.until_address("done=sent").await;
    tab.write("#comment", "没说要带什么").await;
    tab.click_words("不满意").await;
    tab.until_address("done=rated-low").await;
    tab.until_text("会换一位人员再答复您").await;
    inspect(tab, "rated-360").await;
    ask_with_keys_alone(tab, &demo).await;
    tab.go(&format!("{}/public", demo.server)).await;
    inspect(tab, "public-360").await;
    browser.close().await;
}

/// The citizen asks about another matter on the page, without touching the screen.
async fn ask_with_keys_alone(tab: &Tab, demo: &Demo) {
    tab.go(&format!("{}/c/enter?next=/c/ask", demo.server)).await;
    tab.until_address("/c/ask").await;
    tab.requests().await;
    tab.go(&format!("{}/c/ask", demo.server)).await;
    tab.press_until(TAB, "document.activeElement.id === 'body'").await;
    tab.press("房东不退我押金，租约到期一个月了，怎么办？").await;
    tab.press_until(TAB, "document.activeElement.name === 'field'").await;
    let housing = "document.querySelector('[name=field]:checked').value === 'housing'";
    tab.press_until(DOWN, housing).await;
    tab.press_until(TAB, "document.activeElement.value === 'asking'").await;
    tab.press(SPACE).await;
    inspect(tab, "ask-360").await;
    tab.press_until(TAB, "document.activeElement.type === 'submit'").await;
    tab.press(ENTER).await;
    tab.until_address("done=asked").await;
    tab.until_text("押金").await;
    inspect(tab, "asked-360").await;
    tab.go(&format!("{}/c/inquiries", demo.server)).await;
    tab.until_text("房东不退我押金").await;
    inspect(tab, "inquiries-360").await;
}

/// Takes a picture and holds the page against what must be true of every page.
async fn inspect(tab: &Tab, name: &str) {
    tab.picture(name).await;
    let page = tab.address().await;
    let wide = tab.value("document.scrollingElement.scrollWidth").await.as_u64();
    assert!(wide <= Some(WIDTH.into()), "{name} is {wide:?} points wide: {}", culprits(tab).await);
    assert_eq!(tab.complaints().await, Vec::<String>::new(), "{name} complains");
    let mut foreign = tab.requests().await;
    assert!(!foreign.is_empty(), "{name} was loaded without a request that is known of");
    foreign.retain(|asked| asked.origin() != page.origin());
    let foreign: Vec<_> = foreign.iter().map(ToString::to_string).collect();
    assert!(foreign.is_empty(), "{name} asks elsewhere: {foreign:?}");
}

/// What sticks out to the right.
async fn culprits(tab: &Tab) -> String {
    let found = "[...document.querySelectorAll('body *')].filter((e) => \
        e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map((e) => e.outerHTML.slice(0, 120)).join('\\n')";
    tab.value(found).await.to_string()
}
