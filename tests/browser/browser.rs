//! One Chromium behind one chromedriver, both ended with the journey that started them.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use fantoccini::ClientBuilder;
use fantoccini::wd::Capabilities;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tab::Tab;

/// Switches that keep Chromium quiet, offline and in need of no rights.
const SWITCHES: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
];

/// Whether pages may run scripts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

/// Whether there is a browser to test with; in CI its absence is a failure.
pub fn is_missing() -> bool {
    let found = |program: &str| {
        let tried = Command::new(program).arg("--version").output();
        tried.is_ok_and(|tried| tried.status.success())
    };
    if found("chromedriver") && found("chromium") {
        return false;
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "chromium and chromedriver are missing; run tests/run"
    );
    println!("skipped: chromium and chromedriver are not installed; tests/run installs them");
    true
}

/// A running browser.
pub struct Browser {
    driver: Child,
    chromium: Option<u64>,
    _profile: TempDir,
    pub tab: Tab,
}

impl Browser {
    /// Opens a browser with one window of `width` × 800 points.
    pub async fn open(scripts: Scripts, width: u32) -> Self {
        let (mut driver, port) = start_driver();
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let connecting = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&profile, scripts))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        let client = connecting.unwrap_or_else(|error| {
            let _ = driver.kill();
            panic!("chromedriver gives no session: {error}");
        });
        let chromium =
            client.capabilities().and_then(|c| c.get("goog:processID")).and_then(Value::as_u64);
        let tab = Tab::new(client);
        tab.resize(width, 800).await;
        Self { driver, chromium, _profile: profile, tab }
    }

    /// Ends the session in order.
    pub async fn close(mut self) {
        self.tab.close().await;
        self.chromium = None;
    }
}

impl Drop for Browser {
    /// Ends both by their ids, also when a journey has failed half-way.
    fn drop(&mut self) {
        if let Some(id) = self.chromium {
            let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Starts chromedriver on a free port of its own choice.
fn start_driver() -> (Child, u16) {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver");
    let lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
    let port = lines.map_while(Result::ok).find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    (driver, port.expect("chromedriver names its port"))
}

fn capabilities(profile: &TempDir, scripts: Scripts) -> Capabilities {
    let mut switches: Vec<String> = SWITCHES.iter().map(ToString::to_string).collect();
    switches.push(format!("--user-data-dir={}", profile.path().display()));
    let mut preferences = json!({});
    if scripts == Scripts::Off {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    let wanted = json!({
        "goog:chromeOptions": { "args": switches, "prefs": preferences },
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
    });
    wanted.as_object().expect("an object").clone()
}

/// Pictures that the repository keeps, and where: README shows some, the console's manual others.
const KEPT: [(&str, &str); 6] = [
    ("inbox", "tests/browser/screenshots/inbox.png"),
    ("conversation", "tests/browser/screenshots/conversation.png"),
    ("phone", "tests/browser/screenshots/phone.png"),
    ("phone-360", "tests/browser/screenshots/phone-360.png"),
    ("inbox-360", "src/console/assets/manual-inbox.png"),
    ("conversation-360", "src/console/assets/manual-conversation.png"),
];

/// The files that a picture is written to.
pub fn picture_files(name: &str) -> Vec<PathBuf> {
    let mut files = vec![PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"))];
    if std::env::var("SCREENSHOTS").is_ok_and(|wanted| wanted == "1") {
        let kept = KEPT.iter().filter(|(kept, _)| *kept == name);
        files.extend(kept.map(|(_, file)| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file)));
    }
    files
}
