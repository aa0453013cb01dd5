//! Counted calls, troubles, the self-check, and what an administrator does about them.

use std::time::Duration;

use axum::http::StatusCode;
use pufa::simulator::ApiFault;

use super::{calls, write_down};
use crate::console::browser::House;
use crate::support::app::{AES_KEY, APP_ID, TOKEN};
use crate::support::{Backend, TestApp};

const SEND: &str = "/cgi-bin/message/custom/send";
const HEALTH: &str = "/console/health";
const ACCOUNTS: &str = "/console/health/accounts";

both! {
    async fn every_call_is_counted_by_day_and_a_refusal_stays_in_sight_until_it_works(app: TestApp) {
        let client = app.app.web.accounts.client("main").expect("the account").clone();
        app.simulator.text("oCITIZEN", "在吗，想问工资的事").await;
        app.simulator.faults().on_api(SEND, ApiFault::Errcode { errcode: 48001 }, 2);
        for _ in 0..2 {
            client.send_text("oCITIZEN", "好").await.expect_err("a refusal");
        }
        write_down(&app).await;
        assert_eq!(app.number("SELECT calls FROM quota_counters WHERE path LIKE '%custom/send'").await, 2);
        assert_eq!(app.number("SELECT refused FROM quota_counters WHERE path LIKE '%custom/send'").await, 2);
        assert_eq!(app.number("SELECT times FROM account_troubles WHERE errcode = 48001").await, 2);
        let rid = app.text("SELECT rid FROM account_troubles").await;
        assert_eq!(rid.split('-').count(), 3, "{rid}");
        client.send_text("oCITIZEN", "好").await.expect("an answer");
        write_down(&app).await;
        assert_eq!(app.number("SELECT count(*) FROM account_troubles").await, 0);
        assert_eq!(app.number("SELECT calls FROM quota_counters WHERE path LIKE '%custom/send'").await, 3);
        app.clock.advance(Duration::from_secs(86_400));
        app.simulator.text("oCITIZEN", "还在吗，想问工资的事").await;
        client.send_text("oCITIZEN", "好").await.expect("an answer");
        write_down(&app).await;
        assert_eq!(app.number("SELECT count(*) FROM quota_counters WHERE path LIKE '%custom/send'").await, 2);
    }
}

both! {
    async fn a_used_up_day_is_not_knocked_at_more_than_once_a_minute(app: TestApp) {
        let client = app.app.web.accounts.client("main").expect("the account").clone();
        app.simulator.faults().on_api(SEND, ApiFault::Errcode { errcode: 45009 }, 100);
        for _ in 0..20 {
            client.send_text("oCITIZEN", "好").await.expect_err("a refusal");
        }
        assert_eq!(calls(&app, SEND), 1);
        app.clock.advance(Duration::from_secs(61));
        client.send_text("oCITIZEN", "好").await.expect_err("a refusal");
        assert_eq!(calls(&app, SEND), 2);
        client.clear_quota().await.expect("cleared");
        app.simulator.faults().clear();
        app.simulator.text("oCITIZEN", "在吗，想问工资的事").await;
        client.send_text("oCITIZEN", "好").await.expect("works at once after clearing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_has_the_account_checked_and_reads_cause_and_remedy() {
    let house = House::open().await;
    let admin = house.log_in("sysadmin").await;
    house.labor_inquiry().await;
    let started = admin.submit(ACCOUNTS, "/console/health/check", &[("account", "main")]).await;
    assert_eq!(started.location(), "/console/health?done=checking");
    house.app.settle().await;
    let page = admin.get(HEALTH).await;
    for words in [
        "账号密钥与 IP 白名单",
        "已认证",
        "用户管理",
        "域名指向 127.0.0.1",
        "与微信一致",
        "最紧的",
        "对照微信官方文档核对",
        "群发保护",
        "推送均已加密",
    ] {
        assert!(page.has(words), "{words}: {}", page.body);
    }
    let details = admin.get(ACCOUNTS).await;
    assert!(
        details.has("/cgi-bin/user/get")
            && details.has("微信统计所有程序共 1 次，上限 500，还剩 499"),
        "{}",
        details.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_off_the_whitelist_is_printed_on_the_health_page() {
    let house = House::open().await;
    let fault = ApiFault::Errcode { errcode: 40164 };
    house.app.simulator.faults().on_api("/cgi-bin/stable_token", fault, 1);
    let admin = house.log_in("sysadmin").await;
    admin.submit(ACCOUNTS, "/console/health/check", &[("account", "main")]).await;
    house.app.settle().await;
    let page = admin.get(HEALTH).await;
    assert!(page.has("把 127.0.0.1 加入 IP 白名单"), "{}", page.body);
    assert!(page.has("不正常"));
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_asks_to_be_sure_counts_and_is_written_into_the_audit() {
    let house = House::open().await;
    let admin = house.log_in("sysadmin").await;
    let clear = "/console/health/clear-quota";
    let unsure = admin.submit(ACCOUNTS, clear, &[("account", "main")]).await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
    assert!(unsure.has("没有清零") && calls(&house.app, "/cgi-bin/clear_quota") == 0);
    for nth in 1..=10 {
        let done = admin.submit(ACCOUNTS, clear, &[("account", "main"), ("sure", "1")]).await;
        assert_eq!(done.location(), "/console/health/accounts?done=cleared", "{nth}");
    }
    assert!(admin.get(ACCOUNTS).await.has("本月在这里已用 10 次"));
    let refused = admin.submit(ACCOUNTS, clear, &[("account", "main"), ("sure", "1")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.has("本月清零配额的次数已用完") && refused.has("48006"), "{}", refused.body);
    let asked = "SELECT count(*) FROM audit WHERE action = 'wechat.quota_clear_asked'";
    assert_eq!(house.app.number(asked).await, 11);
    let operator = house.log_in("operator").await;
    assert_eq!(operator.get(ACCOUNTS).await.status, StatusCode::OK);
    assert_eq!(operator.post(clear, &[]).await.status, StatusCode::FORBIDDEN);
    assert!(!operator.get(ACCOUNTS).await.has("clear-quota"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_looked_up_by_its_rid_without_what_it_said() {
    let house = House::open().await;
    let client = house.app.app.web.accounts.client("main").expect("the account").clone();
    client.send_text("oNOBODY", "CANARY").await.expect_err("nobody is there");
    client.send_text("", "CANARY").await.expect_err("nobody is there");
    house.app.simulator.faults().on_api(SEND, ApiFault::Errcode { errcode: 48004 }, 1);
    client.send_text("oCITIZEN", "CANARY").await.expect_err("banned");
    write_down(&house.app).await;
    let rid = house.app.text("SELECT rid FROM account_troubles").await;
    let admin = house.log_in("sysadmin").await;
    let fields = [("account", "main"), ("rid", rid.as_str())];
    let page = admin.submit(ACCOUNTS, "/console/health/request", &fields).await;
    assert!(page.has("48004") && page.has(SEND) && !page.has("CANARY"), "{}", page.body);
    let wrong = [("account", "main"), ("rid", "不是 rid")];
    let page = admin.submit(ACCOUNTS, "/console/health/request", &wrong).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let unknown = [("account", "main"), ("rid", "00000000-00000000-00000000")];
    let page = admin.submit(ACCOUNTS, "/console/health/request", &unknown).await;
    assert!(page.has("微信没有找到该 rid 的记录"), "{}", page.body);
}

/// Runs the binary beside the simulated WeChat; gives whether it was content, and what it said.
async fn doctor(app: &TestApp, secret: &str) -> (bool, String) {
    let api = &app.app.web.config.wechat.api_base_url;
    let database = app.folder.path().join("doctor.db");
    let text = format!(
        "[store]\nurl = \"sqlite://{}\"\n[wechat]\napi_base_url = \"{api}\"\n\
         [wechat.accounts.main]\napp_id = \"{APP_ID}\"\napp_secret = \"{secret}\"\n\
         token = \"{TOKEN}\"\nencoding_aes_key = \"{AES_KEY}\"\n",
        database.display()
    );
    let file = app.folder.path().join("doctor.toml");
    std::fs::write(&file, text).expect("settings");
    let run = move |command: &str| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_pufa"));
        program.arg("--config").arg(&file).arg(command).output().expect("pufa runs")
    };
    let ended = tokio::task::spawn_blocking(move || {
        assert!(run("migrate").status.success());
        run("doctor")
    });
    let ended = ended.await.expect("an end");
    (ended.status.success(), String::from_utf8_lossy(&ended.stdout).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tells_what_works_and_what_does_not() {
    let app = TestApp::start(Backend::Sqlite).await;
    let (_, said) = doctor(&app, "the secret of the test account").await;
    for line in [
        "ok   main: AppID, AppSecret and IP whitelist",
        "ok   main: verification",
        "ok   main: WeChat's way to this server",
        "ok   main: clock",
        "main: today's calls",
        "last verified in",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let (content, said) = doctor(&app, "wrong").await;
    assert!(!content && said.contains("FAIL main: AppID, AppSecret"), "{said}");
    assert!(said.contains("40125") && said.contains("AppSecret 不正确"), "{said}");
}
