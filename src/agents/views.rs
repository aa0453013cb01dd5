//! What operators see of WeChat's own customer service.

use askama::Template;

use crate::platform::http::shell::{Choice, Shell};
use crate::platform::http::when::When;

/// An agent.
#[derive(Clone, Debug, Default)]
pub struct AgentRow {
    /// `name@account`.
    pub account: String,
    /// Name followers see.
    pub nickname: String,
    /// On duty, off duty, invited, … in words.
    pub state: String,
    /// Class of the colours.
    pub class: &'static str,
    /// Who answers, how long an invitation holds, how many are being served, in words.
    pub detail: String,
    /// Whether somebody must still be invited.
    pub may_invite: bool,
}

/// A conversation of the last day.
#[derive(Clone, Debug, Default)]
pub struct TalkRow {
    /// What staff see instead of the follower's name.
    pub who: String,
    /// The follower's page; empty when the follower is not known here.
    pub href: String,
    /// The agent's nickname, or its account.
    pub agent: String,
    /// Last word.
    pub last: When,
    /// How much was said, in words.
    pub amount: String,
}

/// `/console/agents`. Posts `account` with `name`, `home`, `nickname`, `wechat_id` to `…/new`, with
/// `agent` and `nickname` to `…/rename`, with `wechat_id` to `…/invite`, with `sure` to `…/remove`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "agents.html", config = "src/console/askama.toml")]
pub struct AgentsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// The account; empty when none is configured.
    pub account: String,
    /// All accounts.
    pub accounts: Vec<Choice>,
    /// Whether followers who want a person are handed over to the agents.
    pub transfers: bool,
    /// Why WeChat did not tell of the agents.
    pub problem: Option<String>,
    /// The agents.
    pub rows: Vec<AgentRow>,
    /// Who is on duty and who waits, in words.
    pub summary: String,
    /// WeChat id of the official account, as known from other agents.
    pub home: String,
    /// Conversations of the last day, the newest first.
    pub talks: Vec<TalkRow>,
    /// Why WeChat did not tell of the conversations.
    pub talks_problem: Option<String>,
}
