//! What a responder does at the console.

use crate::demo::{Demo, PASSWORD};
use crate::tab::Tab;

/// Logs in and waits for the inbox.
pub async fn log_in(tab: &Tab, demo: &Demo, username: &str) {
    tab.go(&format!("{}/console/login", demo.server)).await;
    tab.write("#username", username).await;
    tab.write("#password", PASSWORD).await;
    tab.click("main button[type=submit]").await;
    tab.until_address("/console/inbox").await;
    tab.see("#inbox-title").await;
}

/// Opens the inquiry with this number from the list.
pub async fn open(tab: &Tab, number: &str) {
    tab.click_link_with(number).await;
    tab.until_address("/console/inquiries/").await;
    tab.see("#talk-title").await;
}

/// Takes the open inquiry on.
pub async fn claim(tab: &Tab) {
    tab.click("[data-key=c]").await;
    tab.until_text("我认领").await;
}

/// Writes an answer into the composer and sends it.
pub async fn answer(tab: &Tab, text: &str) {
    tab.write("#body", text).await;
    tab.click("[data-key=send]").await;
    tab.until_address("done=leaving").await;
}
