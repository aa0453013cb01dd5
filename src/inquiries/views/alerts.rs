//! Alerts to danger, as those see them who were alerted.

use askama::Template;

use crate::platform::http::shell::Shell;
use crate::platform::http::when::When;

/// One alert.
#[derive(Clone, Debug, Default)]
pub struct AlertRow {
    /// Id of the inquiry.
    pub id: String,
    /// Its number.
    pub number: String,
    /// The dangers in words.
    pub kinds: String,
    /// Who answers, with telephone.
    pub organization: String,
    /// When it was raised.
    pub raised: When,
    /// Whether this person has said that they know.
    pub seen: bool,
    /// The inquiry, where this person may open it.
    pub href: Option<String>,
}

/// `/console/alerts`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "alerts.html", config = "src/console/askama.toml")]
pub struct AlertsPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Alerts, unseen and newest first.
    pub rows: Vec<AlertRow>,
}
