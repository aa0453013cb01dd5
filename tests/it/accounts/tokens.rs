//! One token for all processes, and somebody else at it.

use std::time::Duration;

use futures_util::future::join_all;
use pufa::accounts::Verdict;
use pufa::accounts::rules::{Line, verdicts};
use pufa::app::App;
use pufa::platform::clock::Entropy;
use pufa::simulator::ApiFault;
use pufa::wechat::client::{CallError, Client};
use pufa::wechat::shelf::Shelf;

use super::{calls, token_calls};
use crate::support::TestApp;

const PROBE: &str = "/cgi-bin/get_api_domain_ip";

fn client(app: &App) -> Client {
    app.web.accounts.client("main").expect("the account").clone()
}

/// A second process on the same database.
async fn second(app: &TestApp) -> App {
    let config = app.app.web.config.as_ref().clone();
    App::open(config, app.clock.clone(), Entropy::seeded(8)).await.expect("a second process")
}

/// Fifty calls at once from each of two processes; how many worked.
async fn hundred(one: &App, two: &App) -> usize {
    let callers = (0..100).map(|nth| {
        let client = client(if nth % 2 == 0 { one } else { two });
        tokio::spawn(async move { client.api_addresses().await.is_ok() })
    });
    join_all(callers).await.into_iter().filter(|ended| matches!(ended, Ok(true))).count()
}

async fn owner(app: &TestApp) -> Line {
    let mut link = app.db().read().await.expect("a connection");
    let state = pufa::accounts::store::tokens::state(&mut link, "main").await.expect("a shelf");
    let shelf: Shelf = serde_json::from_str(&state.expect("a row")).expect("a shelf");
    verdicts::owner(Some(&shelf), app.clock.now())
}

both! {
    async fn fifty_callers_in_each_of_two_processes_refresh_once(app: TestApp) {
        let two = second(&app).await;
        assert_eq!(hundred(&app.app, &two).await, 100);
        assert_eq!(token_calls(&app), 1);
        app.simulator.expire_tokens();
        assert_eq!(hundred(&app.app, &two).await, 100);
        assert_eq!(token_calls(&app), 2);
        assert!(calls(&app, PROBE) <= 100 + 200, "a call was repeated more than once");
        two.finish().await;
    }
}

both! {
    async fn a_process_that_starts_later_uses_the_token_that_is_there(app: TestApp) {
        client(&app.app).api_addresses().await.expect("an answer");
        let two = second(&app).await;
        client(&two).api_addresses().await.expect("an answer");
        assert_eq!(token_calls(&app), 1);
        let sealed = app.text("SELECT sealed FROM access_tokens").await;
        assert!(sealed.len() > 200, "the token is not there");
        two.finish().await;
    }
}

both! {
    async fn who_fights_for_the_token_is_noticed_and_not_fought(app: TestApp) {
        let ours = client(&app.app);
        ours.api_addresses().await.expect("an answer");
        let mut refreshes = Vec::new();
        for _ in 0..30 {
            app.clock.advance(Duration::from_secs(20));
            app.simulator.foreign_refresh();
            let before = token_calls(&app);
            let _ = ours.api_addresses().await;
            refreshes.push(token_calls(&app) - before);
        }
        // Three times at first, then once a minute.
        let all: usize = refreshes.iter().sum();
        assert!((9..=13).contains(&all), "{refreshes:?}");
        let line = owner(&app).await;
        assert_eq!(line.verdict, Verdict::Broken);
        assert!(line.why.contains("另有程序"), "{line:?}");
        let forced = app.simulator.ledger().iter().filter(|e| e.kind == "token_forced").count();
        assert_eq!(forced, 0, "we forced a token ourselves");
    }
}

both! {
    async fn an_address_off_the_whitelist_is_told_and_not_asked_about_more_than_once_a_minute(app: TestApp) {
        app.simulator.faults().on_api("/cgi-bin/stable_token", ApiFault::Errcode { errcode: 40164 }, 50);
        let two = second(&app).await;
        for _ in 0..5 {
            for client in [client(&app.app), client(&two)] {
                match client.api_addresses().await {
                    Err(CallError::Refused { errcode: 40164, ip, .. }) => {
                        assert_eq!(ip.expect("our address").to_string(), "127.0.0.1");
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(token_calls(&app), 1);
        let line = owner(&app).await;
        assert_eq!(line.verdict, Verdict::Broken);
        assert!(line.why.contains("白名单"), "{line:?}");
        app.simulator.faults().clear();
        app.clock.advance(Duration::from_secs(61));
        client(&two).api_addresses().await.expect("an answer");
        assert_eq!(owner(&app).await.verdict, Verdict::Good);
        two.finish().await;
    }
}

both! {
    async fn a_database_out_of_reach_costs_a_token_call_and_no_answer(app: TestApp) {
        let two = second(&app).await;
        let theirs = client(&two);
        two.web.deps.db.close().await;
        theirs.api_addresses().await.expect("an answer without the shelf");
        assert_eq!(token_calls(&app), 1);
    }
}
