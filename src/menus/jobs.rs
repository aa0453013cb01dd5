//! The jobs that talk to WeChat: putting a version up, and reading what is there.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::actions::Import;
use super::store::{self, NewVersion};
use super::{MenuId, MenuSet, MenuState, SpecialMenu, Version};
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::error::Result;
use crate::platform::jobs::{self, Claimed, Outcome};
use crate::wechat::client::{CallError, Client};
use crate::wechat::errcode::Action;
use crate::wechat::menu::Menu;

/// Tries of what may pass by itself.
const MOST_TRIES: i64 = 4;
/// Pause after the first failure, doubled with every further one.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// There is no conditional menu of that id.
const NO_SUCH_MENU: i64 = 65301;

/// Puts menus up.
#[derive(Clone)]
pub struct Publisher {
    deps: Deps,
    clients: Arc<HashMap<String, Client>>,
}

impl Publisher {
    /// For these accounts.
    pub fn new(deps: Deps, clients: Arc<HashMap<String, Client>>) -> Self {
        Self { deps, clients }
    }

    /// The job [`super::actions::PUBLISH`].
    ///
    /// # Errors
    /// When the outcome cannot be written down; the job then runs again and puts up the same.
    pub async fn publish(&self, job: Claimed) -> Result<Outcome> {
        let id: MenuId = job.argument()?;
        let version = store::get(&mut self.deps.db.read().await?, id).await?;
        let Some(version) = version.filter(|one| one.state == MenuState::Publishing) else {
            return Ok(Outcome::Done);
        };
        let Some(client) = self.clients.get(&version.account_id) else {
            let why = "配置里没有这个公众号，无法发布菜单。请联系系统管理员。";
            return self.settle(&job, &version, Some(why)).await;
        };
        match put_up(client, &version.set).await {
            Ok(()) => self.settle(&job, &version, None).await,
            Err((step, error)) => match pause_after(&error, job.attempts) {
                Some(pause) => {
                    let at = self.deps.clock.now().plus(pause);
                    Ok(Outcome::RetryAt(at, error.to_string()))
                }
                None => self.settle(&job, &version, Some(&problem(&step, &error))).await,
            },
        }
    }

    async fn settle(
        &self,
        job: &Claimed,
        version: &Version,
        problem: Option<&str>,
    ) -> Result<Outcome> {
        let now = self.deps.clock.now();
        let object = format!("menu:{}", version.account_id);
        let detail = json!({ "version": version.version });
        let mut tx = self.deps.db.begin().await?;
        let action = match problem {
            None => {
                store::shown(&mut tx, &version.account_id, version.id, now).await?;
                "menu.shown"
            }
            Some(problem) => {
                store::failed(&mut tx, version.id, problem).await?;
                "menu.failed"
            }
        };
        audit::record(&mut tx, now, None, action, &object, &detail).await?;
        jobs::store::finish(&mut tx, job).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }

    /// The job [`super::actions::IMPORT`]: a draft of what WeChat has. A draft that was begun
    /// meanwhile stays.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub async fn import(&self, job: Claimed) -> Result<Outcome> {
        let Import { account, by } = job.argument()?;
        let Some(client) = self.clients.get(&account) else { return Ok(Outcome::Done) };
        let (set, problem) = match present(client).await {
            Ok(Some(set)) => (set, None),
            Ok(None) => {
                let why = "微信上现在没有菜单，所以这份草稿是空的。".to_owned();
                (empty(), Some(why))
            }
            Err(error) => match pause_after(&error, job.attempts) {
                Some(pause) => {
                    let at = self.deps.clock.now().plus(pause);
                    return Ok(Outcome::RetryAt(at, error.to_string()));
                }
                None => (empty(), Some(format!("没有读到微信上的菜单：{}", hint(&error)))),
            },
        };
        let now = self.deps.clock.now();
        let new = NewVersion {
            id: MenuId(self.deps.entropy.id_at(now)),
            account: &account,
            state: MenuState::Draft,
            set: &set,
            from_version: None,
            by: Some(by),
            problem: problem.as_deref(),
        };
        let mut tx = self.deps.db.begin().await?;
        store::insert(&mut tx, &new, now).await?;
        jobs::store::finish(&mut tx, &job).await?;
        tx.commit().await?;
        Ok(Outcome::Finished)
    }
}

fn empty() -> MenuSet {
    MenuSet { default: Menu { buttons: Vec::new() }, special: Vec::new() }
}

/// What an account has up: menus made by API, otherwise the one of WeChat's console.
async fn present(client: &Client) -> Result<Option<MenuSet>, CallError> {
    if let Some(menus) = client.menus().await? {
        let special = menus.conditional.into_iter();
        let special = special.map(|one| SpecialMenu { audience: one.audience, menu: one.menu });
        return Ok(Some(MenuSet { default: menus.default, special: special.collect() }));
    }
    let shown = client.shown_menu().await?;
    let default = Some(shown.menu).filter(|menu| shown.open && !menu.buttons.is_empty());
    Ok(default.map(|default| MenuSet { default, special: Vec::new() }))
}

/// What was being done when it failed.
enum Step {
    Nothing,
    Default,
    Removing,
    Special(usize),
}

/// Puts everything up: the default, then in place of the old menus for some the new ones. WeChat
/// shows the one put up last, so the first of ours comes last.
async fn put_up(client: &Client, set: &MenuSet) -> Result<(), (Step, CallError)> {
    let old = client.menus().await.map_err(|error| (Step::Nothing, error))?;
    client.create_menu(&set.default).await.map_err(|error| (Step::Default, error))?;
    for menu in old.into_iter().flat_map(|old| old.conditional) {
        match client.delete_conditional_menu(&menu.id).await {
            Ok(()) | Err(CallError::Refused { errcode: NO_SUCH_MENU, .. }) => {}
            Err(error) => return Err((Step::Removing, error)),
        }
    }
    for (at, special) in set.special.iter().enumerate().rev() {
        let added = client.add_conditional_menu(&special.menu, special.audience).await;
        added.map_err(|error| (Step::Special(at), error))?;
    }
    Ok(())
}

/// How long to wait before the whole thing is done again; nothing when that is no use.
fn pause_after(error: &CallError, attempt: i64) -> Option<Duration> {
    let pause = FIRST_PAUSE.saturating_mul(1 << attempt.clamp(1, 8));
    let pause = match error {
        CallError::Refused { meaning, .. } => match meaning.action {
            Action::Retry | Action::RefreshToken => pause,
            Action::WaitSeconds(seconds) => Duration::from_secs(seconds.into()),
            _ => return None,
        },
        _ => pause,
    };
    (attempt < MOST_TRIES).then_some(pause)
}

fn problem(step: &Step, error: &CallError) -> String {
    let done = match step {
        Step::Nothing | Step::Default => "菜单没有换上，群众看到的还是原来的菜单。".to_owned(),
        Step::Removing => "默认菜单已经换上，旧的个性化菜单没有撤完。".to_owned(),
        Step::Special(at) => {
            format!("默认菜单已经换上，第 {} 个个性化菜单没有换上。", at + 1)
        }
    };
    format!("{done}{}修改后可以重新发布，也可以恢复以前的版本。", hint(error))
}

fn hint(error: &CallError) -> String {
    match error {
        CallError::Refused { meaning, rid, .. } => {
            let rid = rid.as_deref().map(|rid| format!("，rid {rid}")).unwrap_or_default();
            format!("{}（错误码 {}{rid}）", meaning.operator_hint, meaning.code)
        }
        _ => "连接不上微信，或微信没有正常回答。".to_owned(),
    }
}
