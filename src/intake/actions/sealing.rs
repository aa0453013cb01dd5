//! Sealing what older programs, or an older key, left: citizens' words before they were masked and
//! the pushes they came in.
//!
//! Runs beside everything else after the start, a few rows at a time, and only until it has once
//! come to the end with the key that seals now.

use tokio_util::sync::CancellationToken;

use crate::inquiries::MessageId;
use crate::inquiries::store as messages;
use crate::intake::store;
use crate::platform::error::Result;
use crate::platform::{Deps, installation};

/// Rows sealed in one transaction.
const BATCH: i64 = 200;

/// Seals everything that is not sealed with the key of now, until done or told to stop.
pub async fn seal_the_rest(deps: Deps, stop: CancellationToken) {
    match sealed(&deps, &stop).await {
        Ok(0) => {}
        Ok(rows) => {
            deps.db.flush_log().await;
            tracing::info!(rows, "intake.originals_sealed");
        }
        // The next start goes on from where this one came to.
        Err(error) => tracing::error!(cause = %error.cause(), "intake.sealing_failed"),
    }
}

async fn sealed(deps: &Deps, stop: &CancellationToken) -> Result<u64> {
    let key = i64::from(deps.vault.current());
    if installation::sealed_with(&mut deps.db.read().await?).await? == key {
        return Ok(0);
    }
    let mut rows = seal_messages(deps, stop).await?;
    rows += seal_pushes(deps, stop).await?;
    if !stop.is_cancelled() {
        let mut tx = deps.db.begin().await?;
        installation::set_sealed_with(&mut tx, key).await?;
        tx.commit().await?;
    }
    Ok(rows)
}

async fn seal_messages(deps: &Deps, stop: &CancellationToken) -> Result<u64> {
    let (mut after, mut done) = (MessageId(uuid::Uuid::nil()), 0);
    while !stop.is_cancelled() {
        let mut link = deps.db.read().await?;
        let some = messages::unsealed(&mut link, after, &deps.vault.prefix(), BATCH).await?;
        drop(link);
        let Some((last, _)) = some.last() else { break };
        after = *last;
        let mut tx = deps.db.begin().await?;
        for (id, text) in &some {
            if let Some(sealed) = deps.vault.sealed_anew(&deps.entropy, id.0.as_bytes(), text) {
                messages::put_original(&mut tx, *id, &sealed).await?;
                done += 1;
            }
        }
        tx.commit().await?;
    }
    Ok(done)
}

async fn seal_pushes(deps: &Deps, stop: &CancellationToken) -> Result<u64> {
    let (mut after, mut done) = (0, 0);
    while !stop.is_cancelled() {
        let mut link = deps.db.read().await?;
        let some = store::unsealed(&mut link, after, &deps.vault.prefix(), BATCH).await?;
        drop(link);
        let Some((last, ..)) = some.last() else { break };
        after = *last;
        let mut tx = deps.db.begin().await?;
        for (id, key, body) in &some {
            if let Some(sealed) = deps.vault.sealed_anew(&deps.entropy, key.as_bytes(), body) {
                store::put_body(&mut tx, *id, &sealed).await?;
                done += 1;
            }
        }
        tx.commit().await?;
    }
    Ok(done)
}
