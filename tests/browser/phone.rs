//! What a citizen does with the simulated phone.

use crate::tab::Tab;

/// The question of the first journey: it says what happened and where.
pub const QUESTION: &str = "老板拖欠我三个月工资，我在武进湖塘，怎么办？";
/// The organization that looks after 湖塘镇 and answers about wages.
pub const ORGANIZATION: &str = "湖塘暖言法律服务社";

/// Follows the account by the code of the station in 湖塘镇.
pub async fn follow_at_station(tab: &Tab) {
    tab.click("[data-do=scan].plain").await;
    tab.click("input[value='st-hutang-hall']").await;
    tab.click("#ask .go").await;
    reply_with(tab, "湖塘镇便民服务大厅普法角").await;
}

/// Writes a message into the chat.
pub async fn say(tab: &Tab, text: &str) {
    if tab.value("document.querySelector('.phone .input').hidden").await == true {
        tab.click(".phone .to-input").await;
    }
    tab.write(".phone textarea", text).await;
    tab.click(".phone .send").await;
}

/// Waits for a message of the account that has `words` in it, and gives its text.
pub async fn reply_with(tab: &Tab, words: &str) -> String {
    let newest = format!(
        "[...document.querySelectorAll('.theirs .bubble')].filter((bubble) => \
         bubble.innerText.includes('{words}')).pop()"
    );
    tab.until(&newest).await;
    tab.value(&format!("({newest}).innerText")).await.as_str().unwrap_or_default().to_owned()
}

/// Number of the inquiry that a receipt names.
pub fn number_in(receipt: &str) -> String {
    let (_, after) = receipt.split_once("编号 ").expect("a receipt names a number");
    after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}
