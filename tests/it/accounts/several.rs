//! Two official accounts in one installation.

use pufa::simulator::ApiFault;

use super::calls;
use crate::support::app::partner;
use crate::support::{Backend, TestApp};

async fn start(backend: Backend) -> TestApp {
    let app = TestApp::start_with(backend, |config| {
        let account = partner(&config.wechat.accounts["main"]);
        config.wechat.accounts.insert("partner".to_owned(), account);
    })
    .await;
    app.simulator.add_citizen_of("partner", "oPARTNER", "另一个号的群众", true);
    app
}

async fn each_account_has_its_own_token_counts_inquiries_and_answers(app: TestApp) {
    app.simulator.text("oCITIZEN", "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await;
    app.simulator.text("oPARTNER", "老板拖欠我三个月工资，我在武进湖塘，怎么办？").await;
    app.settle().await;
    assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE account_id = 'main'").await, 1);
    assert_eq!(app.number("SELECT count(*) FROM inquiries WHERE account_id = 'partner'").await, 1);
    let accounts = &app.app.web.accounts;
    let partner = accounts.client("partner").expect("an account");
    partner.send_text("oPARTNER", "您好").await.expect("sent");
    let main = accounts.client("main").expect("an account");
    main.send_text("oPARTNER", "您好").await.expect_err("a stranger of the other account");
    assert_eq!(app.number("SELECT count(*) FROM access_tokens").await, 2);
    super::write_down(&app).await;
    let counted = "SELECT calls FROM quota_counters WHERE account_id = 'partner' AND path LIKE '%custom/send'";
    assert_eq!(app.number(counted).await, 1);
    // What happens to one account is not told of the other.
    app.simulator.faults().on_api(
        "/cgi-bin/getcallbackip",
        ApiFault::Errcode { errcode: 50007 },
        1,
    );
    partner.push_addresses().await.expect_err("frozen");
    super::write_down(&app).await;
    assert_eq!(
        app.number("SELECT count(*) FROM account_troubles WHERE account_id = 'partner'").await,
        1
    );
    assert_eq!(
        app.number("SELECT count(*) FROM account_troubles WHERE account_id = 'main'").await,
        0
    );
    assert!(calls(&app, "/cgi-bin/stable_token") == 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_account_stands_alone_on_sqlite() {
    each_account_has_its_own_token_counts_inquiries_and_answers(start(Backend::Sqlite).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_account_stands_alone_on_postgres() {
    if !crate::support::database::postgres_is_missing() {
        let app = start(Backend::Postgres).await;
        each_account_has_its_own_token_counts_inquiries_and_answers(app).await;
    }
}
