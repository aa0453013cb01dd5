//! How official accounts stand with WeChat: tokens among processes, counted calls, self-checks,
//! WeChat's own figures, and missing messages.

mod figures;
mod health;
mod several;
mod tokens;

use crate::support::TestApp;

/// Calls of a path that the simulated WeChat saw.
fn calls(app: &TestApp, path: &str) -> usize {
    app.simulator.ledger().iter().filter(|entry| entry.path == path).count()
}

/// How often a token was asked for.
fn token_calls(app: &TestApp) -> usize {
    calls(app, "/cgi-bin/stable_token")
}

/// Writes down what was counted so far.
async fn write_down(app: &TestApp) {
    pufa::accounts::actions::books::write_down(&app.app.web.accounts).await.expect("the books");
}
