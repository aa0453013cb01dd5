//! What answering with a canned answer costs a volunteer on a phone:
//! `cargo test --test browser answering_with_a_canned_answer -- --ignored --nocapture`.

use pufa::platform::clock::Stopwatch;

use crate::browser::{Browser, Scripts, is_missing};
use crate::demo::Demo;
use crate::desk;
use crate::phone::{ORGANIZATION, QUESTION};
use crate::tab::Tab;

/// Inquiries that are answered.
const INQUIRIES: usize = 10;
/// What is typed to find the text: the first letters of its title.
const INITIALS: &str = "tqgz";

/// A citizen who asks; the page in front is the simulated phone.
const ASK: &str = "(async () => { \
    const post = async (path, body) => (await fetch('/sim/citizens' + path, { method: 'POST', \
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json(); \
    const { openid } = await post('', { nickname: '群众', following: true }); \
    await post(`/${openid}/text`, { content: 'QUESTION' }); window.asked = (window.asked || 0) + 1; })()";

/// What one answer took.
struct Effort {
    taps: usize,
    keys: usize,
    milliseconds: u128,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn answering_with_a_canned_answer_on_a_phone() {
    if is_missing() {
        return;
    }
    let demo = Demo::start();
    let browser = Browser::open(Scripts::On, 360).await;
    let tab = &browser.tab;
    tab.go(&demo.phone).await;
    for nth in 1..=INQUIRIES {
        tab.value(&ASK.replace("QUESTION", QUESTION)).await;
        tab.until(&format!("window.asked === {nth}")).await;
    }
    desk::log_in(tab, &demo, demo.responder_of(ORGANIZATION)).await;
    tab.until(&format!("document.querySelectorAll('.row').length >= {INQUIRIES}")).await;
    let mut efforts = Vec::new();
    for _ in 0..INQUIRIES {
        // Rows of what is done stay where they are until the list is opened anew.
        tab.go(&format!("{}/console/inbox", demo.server)).await;
        efforts.push(answer_the_first(tab).await);
    }
    for one in &efforts {
        println!("{} taps, {} keys, {} ms of machine time", one.taps, one.keys, one.milliseconds);
    }
    println!(
        "median of {INQUIRIES}: {} taps, {} keys, {} ms of machine time",
        median(efforts.iter().map(|one| one.taps as u128)),
        median(efforts.iter().map(|one| one.keys as u128)),
        median(efforts.iter().map(|one| one.milliseconds)),
    );
    browser.close().await;
}

/// From the list and back to it.
async fn answer_the_first(tab: &Tab) -> Effort {
    let begun = Stopwatch::start();
    let mut taps = 0;
    let mut tapped = |count: usize| taps += count;
    tab.click(".row a").await;
    tab.see("#talk-title").await;
    // Below the composer, which stands at the foot of the screen.
    tab.value("document.querySelector('details.canned').scrollIntoView()").await;
    tab.click("details.canned summary").await;
    tapped(2);
    tab.write("#pick", INITIALS).await;
    let first = "document.querySelector('#picks [data-insert]')";
    tab.until(&format!("{first} && {first}.textContent.includes('拖欠工资')")).await;
    tab.click("#picks [data-insert]").await;
    tab.click("[data-key=send]").await;
    tapped(2);
    tab.until("location.search.includes('done=') || document.querySelector('#body-warned')").await;
    if tab.value("!!document.querySelector('#body-warned')").await == true {
        tab.click("[data-key=send]").await;
        tapped(1);
    }
    tab.until_address("done=leaving").await;
    tab.click("main .back").await;
    tapped(1);
    tab.see("#inbox-title").await;
    let milliseconds = begun.elapsed().as_millis();
    Effort { taps, keys: INITIALS.len(), milliseconds }
}

fn median(values: impl Iterator<Item = u128>) -> u128 {
    let mut values: Vec<u128> = values.collect();
    values.sort_unstable();
    values[values.len() / 2]
}
