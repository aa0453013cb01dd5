//! What operators do with menus; each is audited.

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::store::{self, NewVersion};
use super::{MenuId, MenuSet, MenuState, rules};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::clock::Moment;
use crate::platform::coord::News;
use crate::platform::db::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{self, NewJob};

/// Kind of the job that puts a version up; payload: its [`MenuId`].
pub const PUBLISH: &str = "menu.publish";
/// Kind of the job that makes a draft of what WeChat has; payload: [`Import`].
pub const IMPORT: &str = "menu.import";

/// Whose menu is to be read from WeChat, and who asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Import {
    /// Name of the account in the configuration.
    pub account: String,
    /// Who asked.
    pub by: Uuid,
}

fn changed_meanwhile() -> Error {
    Error::conflict("这份草稿刚被别人修改、发布或丢弃了。请返回菜单页重新打开，再改一次。")
}

fn on_its_way() -> Error {
    Error::conflict("上一次发布还没有结束。请等几秒，刷新菜单页后再试。")
}

async fn note(
    tx: &mut Tx,
    now: Moment,
    by: Uuid,
    action: &str,
    account: &str,
    detail: &serde_json::Value,
) -> Result<()> {
    audit::record(tx, now, Some(by), action, &format!("menu:{account}"), detail).await
}

/// Saves the draft of an account as it was seen at `revision` (0: there was none). A draft may have
/// faults; only publishing refuses them.
///
/// # Errors
/// Conflict when somebody else was faster.
pub async fn save_draft(
    deps: &Deps,
    by: Uuid,
    account: &str,
    revision: i64,
    set: &MenuSet,
) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let saved = if revision == 0 {
        let new = NewVersion {
            id: MenuId(deps.entropy.id_at(now)),
            account,
            state: MenuState::Draft,
            set,
            from_version: None,
            by: Some(by),
            problem: None,
        };
        store::insert(&mut tx, &new, now).await?
    } else {
        store::save(&mut tx, account, revision, set, by, now).await?
    };
    if !saved {
        return Err(changed_meanwhile());
    }
    let faults = rules::faults(set).len();
    note(&mut tx, now, by, "menu.draft", account, &json!({ "faults": faults })).await?;
    tx.commit().await
}

/// Throws the draft away that was seen at `revision`.
///
/// # Errors
/// Conflict when it has changed since.
pub async fn discard_draft(deps: &Deps, by: Uuid, account: &str, revision: i64) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if !store::discard(&mut tx, account, revision).await? {
        return Err(changed_meanwhile());
    }
    note(&mut tx, now, by, "menu.discard", account, &json!({})).await?;
    tx.commit().await
}

/// Sends the draft that was seen at `revision` to WeChat.
///
/// # Errors
/// Invalid with everything that is wrong with it; conflict when it has changed since or another
/// version is on its way.
pub async fn publish(deps: &Deps, by: Uuid, account: &str, revision: i64) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    let draft = store::in_state(&mut tx, account, MenuState::Draft).await?;
    let draft = draft.filter(|draft| draft.revision == revision).ok_or_else(changed_meanwhile)?;
    let faults: Vec<_> =
        rules::faults(&draft.set).into_iter().map(|fault| fault.sentence).collect();
    if !faults.is_empty() {
        return Err(Error::invalid(faults.join(" ")));
    }
    if store::in_state(&mut tx, account, MenuState::Publishing).await?.is_some() {
        return Err(on_its_way());
    }
    store::send_off(&mut tx, draft.id, by).await?;
    note(&mut tx, now, by, "menu.publish", account, &json!({ "version": draft.version })).await?;
    enqueue(deps, tx, draft.id, now).await
}

/// Puts an earlier version back up, as a new version. A draft stays as it is.
///
/// # Errors
/// Not found when there is no such version; conflict when another is on its way.
pub async fn restore(deps: &Deps, by: Uuid, account: &str, version: i64) -> Result<()> {
    let now = deps.clock.now();
    let id = MenuId(deps.entropy.id_at(now));
    let mut tx = deps.db.begin().await?;
    let former = store::numbered(&mut tx, account, version).await?;
    let former = former.filter(|one| matches!(one.state, MenuState::Former | MenuState::Shown));
    let former = former.ok_or_else(Error::not_found)?;
    let new = NewVersion {
        id,
        account,
        state: MenuState::Publishing,
        set: &former.set,
        from_version: Some(version),
        by: Some(by),
        problem: None,
    };
    if !store::insert(&mut tx, &new, now).await? {
        return Err(on_its_way());
    }
    store::send_off(&mut tx, id, by).await?;
    note(&mut tx, now, by, "menu.restore", account, &json!({ "version": version })).await?;
    enqueue(deps, tx, id, now).await
}

async fn enqueue(deps: &Deps, mut tx: Tx, id: MenuId, now: Moment) -> Result<()> {
    let job = NewJob::new(PUBLISH, &id, now)?.once(format!("{PUBLISH}:{id}"));
    jobs::store::enqueue(&mut tx, &job, now).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(())
}

/// Asks for a draft made of what WeChat has at present.
///
/// # Errors
/// Conflict when there is a draft already.
pub async fn ask_import(deps: &Deps, by: Uuid, account: &str) -> Result<()> {
    let now = deps.clock.now();
    let mut tx = deps.db.begin().await?;
    if store::in_state(&mut tx, account, MenuState::Draft).await?.is_some() {
        return Err(Error::conflict("已经有一份草稿。请先发布或丢弃它，再读取微信上的菜单。"));
    }
    note(&mut tx, now, by, "menu.import", account, &json!({})).await?;
    let import = Import { account: account.to_owned(), by };
    let job = NewJob::new(IMPORT, &import, now)?.once(format!("{IMPORT}:{account}"));
    jobs::store::enqueue(&mut tx, &job, now).await?;
    tx.commit().await?;
    deps.coord.publish(News::Jobs);
    Ok(())
}
