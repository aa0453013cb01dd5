//! From an empty database to the first organization, as whoever installs the program goes.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use tempfile::TempDir;

use crate::axe::{self, Rules};
use crate::browser::{Browser, Scripts, is_missing};
use crate::tab::Tab;

const PHONE: u32 = 360;
const DESK: u32 = 1280;

/// A server on an empty database.
struct Empty {
    program: Child,
    _data: TempDir,
    /// The address its terminal shows.
    address: String,
}

impl Empty {
    fn start() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("a port");
        let at = |name: &str| data.path().join(name).display().to_string();
        let mut program = Command::new(env!("CARGO_BIN_EXE_pufa"))
            .arg("serve")
            .env("PUFA_SERVER__LISTEN", free.to_string())
            .env("PUFA_SERVER__ADMIN_LISTEN", "")
            .env("PUFA_SERVER__PUBLIC_URL", format!("http://{free}"))
            .env("PUFA_STORE__URL", format!("sqlite://{}", at("pufa.db")))
            .env("PUFA_STORE__MEDIA_DIR", at("media"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(program.stdout.take().expect("its output")).lines();
        let address =
            lines.map_while(Result::ok).find(|line| line.contains("/console/setup?token="));
        let address = address.expect("the terminal shows an address").trim().to_owned();
        Self { program, _data: data, address }
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// What an app that was given this key shows now.
#[expect(clippy::disallowed_methods, reason = "the app on a phone has a clock of its own")]
fn digits(key: &str) -> String {
    let key = totp_rs::Secret::try_from_base32(key.replace(' ', "")).expect("a key");
    let app = totp_rs::Builder::new().with_secret(key).build().expect("an app");
    app.generate(SystemTime::now().duration_since(UNIX_EPOCH).expect("a date").as_secs())
        .to_string()
}

/// Takes a picture on a phone and on a desk; nothing sticks out and nobody is shut out.
async fn look(tab: &Tab, name: &str) {
    if axe::source().is_some() {
        assert_eq!(axe::violations(tab, Rules::All).await, Vec::<String>::new(), "{name}");
    }
    for width in [DESK, PHONE] {
        tab.resize(width, 800).await;
        tab.picture(&format!("{name}-{width}")).await;
        let fits = "document.scrollingElement.scrollWidth <= innerWidth";
        assert_eq!(tab.value(fits).await, true, "{name} at {width}");
    }
    // A driver does not scroll to what lies below the window.
    tab.resize(PHONE, 1600).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_leads_to_an_administrator_with_a_second_factor_and_an_organization() {
    if is_missing() {
        return;
    }
    let empty = Empty::start();
    let browser = Browser::open(Scripts::On, PHONE).await;
    let tab = &browser.tab;
    if let Some(source) = axe::source() {
        let script = json!({ "source": source });
        tab.devtools("Page.addScriptToEvaluateOnNewDocument", script).await;
    }
    tab.go(&empty.address).await;
    look(tab, "setup").await;
    tab.write("#username", "chen.anquan").await;
    tab.write("#name", "陈安全").await;
    tab.write("#password", "一句容易记住的话 2026").await;
    tab.click("main button[type=submit]").await;

    tab.see("#key").await;
    tab.until("document.querySelector('.qr img').naturalWidth > 0").await;
    look(tab, "second-factor").await;
    let key = tab.value("document.querySelector('#key').textContent").await;
    tab.write("#code", &digits(key.as_str().expect("a key"))).await;
    tab.click("main button[type=submit]").await;
    tab.until_text("只显示这一次").await;
    look(tab, "codes-on-paper").await;
    tab.click_words("已抄好，进入工作台").await;

    tab.until_address("/console/start").await;
    tab.until_text("配置里还没有公众号").await;
    look(tab, "start").await;
    tab.write("#name", "湖塘法律服务社").await;
    tab.write("#short_name", "湖塘").await;
    tab.write("#phone", "0519-80000000").await;
    tab.click_words("保存，去添加人员").await;
    tab.until_address("/staff/new").await;
    assert_eq!(tab.complaints().await, Vec::<String>::new());

    tab.go(&empty.address).await;
    tab.until_text("没有找到这一页").await;
    browser.close().await;
}
