//! What a person does with a browser window, and what a window knows about itself.

use std::str::FromStr;
use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::wd::{WebDriverCompatibleCommand, WindowHandle};
use fantoccini::{Client, Locator};
use hyper::Method;
use reqwest::Url;
use serde_json::{Value, json};

use crate::browser::picture_files;

/// Nothing a journey waits for takes longer, even on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);
/// How often it is looked whether it is there.
const GLANCE: Duration = Duration::from_millis(50);

/// The windows of one browser; one of them is in front.
pub struct Tab {
    client: Client,
}

impl Tab {
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Closes every window.
    pub async fn close(&self) {
        self.client.clone().close().await.expect("the browser closes");
    }

    pub async fn go(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    pub async fn address(&self) -> Url {
        self.client.current_url().await.expect("an address")
    }

    /// Opens a further window, puts it in front and gives both, the former first.
    pub async fn open_window(&self) -> (WindowHandle, WindowHandle) {
        let former = self.client.window().await.expect("a window");
        let opened = self.client.new_window(false).await.expect("a second window").handle;
        self.front(&opened).await;
        (former, opened)
    }

    /// Closes the window in front and goes on in a new one.
    pub async fn another_window(&self) {
        let former = self.client.window().await.expect("a window");
        let opened = self.client.new_window(false).await.expect("a second window").handle;
        self.front(&former).await;
        self.client.close_window().await.expect("the window closes");
        self.front(&opened).await;
    }

    pub async fn front(&self, window: &WindowHandle) {
        self.client.switch_to_window(window.clone()).await.expect("the window is there");
    }

    /// Sets the size of the page, in points, whatever the least size of a window is.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// The element that matches, as soon as it is there and can be seen.
    pub async fn see(&self, css: &str) -> Element {
        self.seen(Locator::Css(css), css).await
    }

    async fn seen(&self, place: Locator<'_>, name: &str) -> Element {
        let looking = async {
            loop {
                for element in self.client.find_all(place).await.unwrap_or_default() {
                    // An element of a page that is just being replaced cannot be asked.
                    if element.is_displayed().await.unwrap_or(false) {
                        return element;
                    }
                }
                tokio::time::sleep(GLANCE).await;
            }
        };
        match tokio::time::timeout(DEADLINE, looking).await {
            Ok(element) => element,
            Err(_) => self.give_up(&format!("never seen: {name}")).await,
        }
    }

    /// Fails with what the page shows.
    async fn give_up(&self, why: &str) -> ! {
        panic!("{why}\n{}\n{}", self.address().await, self.text().await)
    }

    /// Waits until `condition`, an expression in JavaScript, holds.
    pub async fn until(&self, condition: &str) {
        let script = format!("return Boolean({condition});");
        let holds = async {
            loop {
                match self.client.execute(&script, Vec::new()).await {
                    Ok(Value::Bool(true)) => return,
                    Ok(_) => {}
                    // A page that is just being replaced has no answer.
                    Err(error) if error.to_string().contains("javascript error") => {
                        panic!("{condition}: {error}")
                    }
                    Err(_) => {}
                }
                tokio::time::sleep(GLANCE).await;
            }
        };
        if tokio::time::timeout(DEADLINE, holds).await.is_err() {
            self.give_up(&format!("never came true: {condition}")).await;
        }
    }

    /// Waits until the page shows `words` somewhere.
    pub async fn until_text(&self, words: &str) {
        self.until(&format!("document.body && document.body.innerText.includes({})", json!(words)))
            .await;
    }

    /// Waits until the address has `part` in it.
    pub async fn until_address(&self, part: &str) {
        let arrived = async {
            while !self.address().await.as_str().contains(part) {
                tokio::time::sleep(GLANCE).await;
            }
        };
        if tokio::time::timeout(DEADLINE, arrived).await.is_err() {
            self.give_up(&format!("never came to {part}")).await;
        }
    }

    /// Clicks what matches.
    pub async fn click(&self, css: &str) {
        self.click_at(Locator::Css(css), css).await;
    }

    /// Clicks the newest button, link or heading of a fold with exactly these words.
    pub async fn click_words(&self, words: &str) {
        let path = format!(
            "(//*[(self::button or self::a or self::summary) and normalize-space()='{words}'])[last()]"
        );
        self.click_at(Locator::XPath(&path), words).await;
    }

    /// Clicks the link that has these words among others.
    pub async fn click_link_with(&self, words: &str) {
        let path = format!("//a[contains(., '{words}')]");
        self.click_at(Locator::XPath(&path), words).await;
    }

    async fn click_at(&self, place: Locator<'_>, name: &str) {
        loop {
            match self.seen(place, name).await.click().await {
                Ok(()) => return,
                // A live block was exchanged between the look and the click.
                Err(error) if error.is_stale_element_reference() => {}
                Err(error) => panic!("{name}: {error}"),
            }
        }
    }

    /// Types into what matches.
    pub async fn write(&self, css: &str, text: &str) {
        let element = self.see(css).await;
        element.send_keys(text).await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Presses keys wherever the focus is, as a keyboard does; Ctrl, Shift and Alt stay down until the end.
    pub async fn press(&self, keys: &str) {
        const HELD: [char; 3] = ['\u{e008}', '\u{e009}', '\u{e00a}'];
        let mut keyboard = KeyActions::new("keyboard".to_owned());
        for value in keys.chars() {
            keyboard = keyboard.then(KeyAction::Down { value });
            if !HELD.contains(&value) {
                keyboard = keyboard.then(KeyAction::Up { value });
            }
        }
        let pressed = self.client.perform_actions(keyboard).await;
        pressed.unwrap_or_else(|error| panic!("{keys:?}: {error}"));
        self.client.release_actions().await.expect("all keys are up again");
    }

    /// Presses a key until `condition` holds; a person would give up after so many.
    pub async fn press_until(&self, key: &str, condition: &str) {
        for _ in 0..40 {
            self.press(key).await;
            if self.value(condition).await == true {
                return;
            }
        }
        self.give_up(&format!("no key leads to: {condition}")).await
    }

    /// The text of the whole page, empty while there is none.
    pub async fn text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// The value of a JavaScript expression.
    pub async fn value(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        let value = self.client.execute(&script, Vec::new()).await;
        value.unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Takes a picture of what is in view.
    pub async fn picture(&self, name: &str) {
        let picture = self.client.screenshot().await.expect("a picture");
        for file in picture_files(name) {
            std::fs::create_dir_all(file.parent().expect("a folder"))
                .expect("a folder for pictures");
            std::fs::write(file, &picture).expect("a picture kept");
        }
    }

    /// Warnings and errors that the pages wrote to the console since the last look.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.log("browser").await;
        let grave = entries
            .iter()
            .filter(|entry| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING")));
        grave.map(|entry| entry["message"].to_string()).collect()
    }

    /// Addresses on the network that the pages asked for since the last look.
    pub async fn requests(&self) -> Vec<Url> {
        let entries = self.log("performance").await;
        entries.iter().filter_map(requested).collect()
    }

    /// What happened, from one of the logs that chromedriver keeps (`/se/log`).
    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.ask("se/log", json!({ "type": kind })).await;
        entries.as_array().cloned().unwrap_or_default()
    }

    /// Lets the pages see this colour scheme.
    pub async fn theme(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Lets the pages look as on paper.
    pub async fn on_paper(&self, paper: bool) {
        let media = if paper { "print" } else { "" };
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": media })).await;
    }

    /// Forgets who was here before.
    pub async fn forget_me(&self) {
        self.devtools("Network.clearBrowserCookies", json!({})).await;
    }

    /// A command of Chromium's own.
    pub async fn devtools(&self, method: &str, parameters: Value) {
        self.ask("goog/cdp/execute", json!({ "cmd": method, "params": parameters })).await;
    }

    async fn ask(&self, path: &'static str, body: Value) -> Value {
        let answer = self.client.issue_cmd(Extension { path, body }).await;
        answer.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

fn requested(entry: &Value) -> Option<Url> {
    let event: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
    if event["message"]["method"] != "Network.requestWillBeSent" {
        return None;
    }
    let address = event["message"]["params"]["request"]["url"].as_str()?;
    let on_network = ["http:", "https:", "ws:", "wss:"].iter().any(|s| address.starts_with(s));
    on_network.then(|| address.parse().unwrap_or_else(|_| panic!("an address: {address}")))
}

type NoAddress = <Url as FromStr>::Err;

/// A command that chromedriver knows beyond the standard.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, NoAddress> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
