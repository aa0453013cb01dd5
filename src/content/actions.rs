//! Saving a text.

use serde_json::json;
use uuid::Uuid;

use super::store::{self, SavedText};
use super::texts;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::coord::News;
use crate::platform::error::{Error, Result};

/// Saves a new version of a text, as seen at `seen_version` (0: never changed before).
pub async fn save_text(
    deps: &Deps,
    by: Uuid,
    key: &str,
    seen_version: i64,
    body: &str,
) -> Result<()> {
    let body = body.replace("\r\n", "\n");
    if let Some(why) = texts::refuse(key, &body) {
        return Err(Error::invalid(why));
    }
    let now = deps.clock.now();
    let version = seen_version + 1;
    let text = SavedText { key: key.to_owned(), version, body, saved_at: now, saved_by: Some(by) };
    let mut tx = deps.db.begin().await?;
    if !store::insert(&mut tx, &text).await? {
        return Err(Error::conflict("这个文本刚被别人修改过。请返回重新打开，再改一次。"));
    }
    let detail = json!({ "version": version });
    audit::record(&mut tx, now, Some(by), "text.save", &format!("text:{key}"), &detail).await?;
    tx.commit().await?;
    deps.coord.publish(News::Directory);
    Ok(())
}
