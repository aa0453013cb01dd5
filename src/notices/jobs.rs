//! Templates change in WeChat's console without a word to us: they are listed anew every day.
//!
//! A recurring job is one row that puts itself back; its key keeps it single in any number of
//! processes.

use std::collections::HashMap;
use std::sync::Arc;

use super::actions::list_again;
use crate::platform::Deps;
use crate::platform::coord::News;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Outcome};
use crate::wechat::client::Client;

/// Kind of the recurring job that has the templates of every account listed; no payload.
pub const DAILY: &str = "notices.daily";

/// Hour of the day, in Beijing: after the followers, before anybody works.
const HOUR: u8 = 5;

/// Makes sure that the recurring job exists.
///
/// # Errors
/// When the database cannot be written.
pub async fn schedule(deps: &Deps) -> Result<()> {
    jobs::recur(deps, DAILY, deps.clock.now().next_at_hour(HOUR)).await
}

/// The job [`DAILY`].
///
/// # Errors
/// When the database cannot be used.
pub async fn daily(deps: Deps, clients: Arc<HashMap<String, Client>>) -> Result<Outcome> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    for account in clients.keys() {
        list_again(&mut tx, account, now).await?;
    }
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(Outcome::RetryAt(now.next_at_hour(HOUR), "every day".to_owned()))
}
