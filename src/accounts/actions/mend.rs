//! What an administrator does about an account.

use serde_json::json;
use uuid::Uuid;

use crate::accounts::jobs::{CHECK_NOW, CheckNow};
use crate::accounts::store::calls;
use crate::accounts::{Accounts, rules};
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Link;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, NewJob};
use crate::platform::{Deps, audit};
use crate::wechat::client::{CallError, Client};
use crate::wechat::diagnostics::RequestRecord;

/// Name of the audit entry of a clearing that WeChat carried out.
const CLEARED: &str = "wechat.quota_cleared";
/// Clearings a month, shared with WeChat's console (§4.3).
pub const CLEARINGS_A_MONTH: usize = 10;

/// Has an account checked at once; does nothing while a check is under way.
///
/// # Errors
/// Invalid for an account that is not configured.
pub async fn ask_for_check(
    deps: &Deps,
    accounts: &Accounts,
    staff: Uuid,
    account: &str,
) -> Result<()> {
    client(accounts, account)?;
    let now = deps.clock.now();
    let job = NewJob::new(CHECK_NOW, &CheckNow { account: account.to_owned() }, now)?
        .once(format!("{CHECK_NOW}:{account}"));
    let mut tx = deps.db.begin().await?;
    jobs::store::enqueue(&mut tx, &job, now).await?;
    let object = format!("account:{account}");
    audit::record(&mut tx, now, Some(staff), "wechat.check", &object, &json!({})).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(())
}

/// Sets today's counts of every API of an account back to zero. Written down before the call,
/// since WeChat allows ten a month.
///
/// # Errors
/// Conflict with WeChat's reason when it refuses.
pub async fn clear_quota(
    deps: &Deps,
    accounts: &Accounts,
    staff: Uuid,
    account: &str,
) -> Result<()> {
    let client = client(accounts, account)?;
    let object = format!("account:{account}");
    note(deps, staff, "wechat.quota_clear_asked", &object, None).await?;
    match client.clear_quota().await {
        Ok(()) => {
            let now = deps.clock.now();
            let mut tx = deps.db.begin().await?;
            audit::record(&mut tx, now, Some(staff), CLEARED, &object, &json!({})).await?;
            calls::cleared(&mut tx, account, &rules::day(now), now).await?;
            tx.commit().await
        }
        Err(error) => {
            note(deps, staff, "wechat.quota_clear_failed", &object, Some(&error)).await?;
            Err(Error::conflict(rules::sentence(&error)))
        }
    }
}

/// How many clearings were carried out here in the month of `now`.
///
/// # Errors
/// When the database cannot be read.
pub async fn clearings(link: &mut impl Link, account: &str, now: Moment) -> Result<usize> {
    let month = |at: Moment| at.in_shanghai().date().first_of_month();
    let entries = audit::of_object(link, &format!("account:{account}"), 200).await?;
    let counted = |entry: &&audit::Entry| entry.action == CLEARED && month(entry.at) == month(now);
    Ok(entries.iter().filter(counted).count())
}

/// What WeChat remembers of a request.
///
/// # Errors
/// Conflict with WeChat's reason when it refuses, invalid for something that is no rid.
pub async fn look_up(accounts: &Accounts, account: &str, rid: &str) -> Result<RequestRecord> {
    let client = client(accounts, account)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if rid.is_empty() || rid.len() > 64 || !rid.chars().all(plain) {
        let what = "rid 由字母、数字和短横线组成，例如 61725984-6126f6f9-040f19c4，请重新填写。";
        return Err(Error::invalid(what));
    }
    client.request_record(rid).await.map_err(|error| Error::conflict(rules::sentence(&error)))
}

fn client<'a>(accounts: &'a Accounts, account: &str) -> Result<&'a Client> {
    let unknown = "配置里没有这个公众号，请回到“公众号明细”重新选择。";
    accounts.client(account).ok_or_else(|| Error::invalid(unknown))
}

async fn note(
    deps: &Deps,
    staff: Uuid,
    action: &str,
    object: &str,
    error: Option<&CallError>,
) -> Result<()> {
    let detail = match error {
        Some(CallError::Refused { errcode, rid, .. }) => json!({"errcode": errcode, "rid": rid}),
        Some(_) => json!({"outcome": "unknown"}),
        None => json!({}),
    };
    let mut tx = deps.db.begin().await?;
    audit::record(&mut tx, deps.clock.now(), Some(staff), action, object, &detail).await?;
    tx.commit().await
}
