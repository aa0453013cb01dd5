//! What operators do with agents. WeChat is asked, and the audit log says what it agreed to.

use serde_json::{Value, json};
use uuid::Uuid;

use super::rules;
use crate::platform::Deps;
use crate::platform::audit;
use crate::platform::error::Result;
use crate::wechat::advice;
use crate::wechat::client::{CallError, Client};

/// Who acts, and on which account.
#[derive(Clone, Copy)]
pub struct Manager<'a> {
    /// Database and time.
    pub deps: &'a Deps,
    /// The way to WeChat.
    pub client: &'a Client,
    /// Who.
    pub by: Uuid,
}

impl Manager<'_> {
    /// Adds an agent and, with a WeChat id, invites its person.
    ///
    /// # Errors
    /// Invalid or conflict with a sentence that says what to do. Whoever could not be invited is
    /// added all the same.
    pub async fn add(&self, name: &str, home: &str, nickname: &str, wechat_id: &str) -> Result<()> {
        let agent = rules::account_name(name, home)?;
        let nickname = rules::nickname(nickname)?;
        let invited = match wechat_id.trim() {
            "" => None,
            id => Some(rules::wechat_id(id)?),
        };
        let answer = self.client.add_agent(&agent, nickname).await;
        self.settle("agent.add", &agent, &json!({ "nickname": nickname }), answer).await?;
        match invited {
            Some(id) => self.invite(&agent, id).await,
            None => Ok(()),
        }
    }

    /// Invites the person with this WeChat id to answer as the agent.
    ///
    /// # Errors
    /// Invalid or conflict with a sentence that says what to do.
    pub async fn invite(&self, agent: &str, wechat_id: &str) -> Result<()> {
        let id = rules::wechat_id(wechat_id)?;
        let answer = self.client.invite_agent(agent, id).await;
        self.settle("agent.invite", agent, &json!({}), answer).await
    }

    /// Changes the name followers see.
    ///
    /// # Errors
    /// Invalid or conflict with a sentence that says what to do.
    pub async fn rename(&self, agent: &str, nickname: &str) -> Result<()> {
        let nickname = rules::nickname(nickname)?;
        let answer = self.client.rename_agent(agent, nickname).await;
        self.settle("agent.rename", agent, &json!({ "nickname": nickname }), answer).await
    }

    /// Removes an agent; its conversations end.
    ///
    /// # Errors
    /// Invalid or conflict with a sentence that says what to do.
    pub async fn remove(&self, agent: &str) -> Result<()> {
        let answer = self.client.delete_agent(agent).await;
        self.settle("agent.remove", agent, &json!({}), answer).await
    }

    async fn settle(
        &self,
        action: &str,
        agent: &str,
        detail: &Value,
        answer: std::result::Result<(), CallError>,
    ) -> Result<()> {
        let object = format!("agent:{agent}");
        if let Err(error) = answer {
            if error.may_have_been_accepted() {
                audit::unknown_outcome(self.deps, self.by, action, &object).await?;
            }
            return Err(advice::for_person(&error));
        }
        let now = self.deps.clock.now();
        let mut tx = self.deps.db.begin().await?;
        audit::record(&mut tx, now, Some(self.by), action, &object, detail).await?;
        tx.commit().await
    }
}
