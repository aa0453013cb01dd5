//! What operators see of notices: the templates of each account, and the form of one; and where
//! citizens consent to them.

use askama::Template;

use crate::platform::http::shell::{Choice, CitizenShell, Shell};
use crate::platform::http::when::When;

/// A template in the list.
#[derive(Clone, Debug, Default)]
pub struct TemplateRow {
    /// Its form.
    pub href: String,
    /// Title.
    pub title: String,
    /// Which way it goes, in words.
    pub kind: String,
    /// The fields it has, in words.
    pub fields: String,
    /// What it is used for; `None` when it is not.
    pub used_for: Option<String>,
    /// Consents in words; empty for template messages.
    pub consents: String,
    /// What became of its notices lately, such as (已送达, 3).
    pub figures: Vec<(String, i64)>,
}

/// An account with its templates.
#[derive(Clone, Debug, Default)]
pub struct AccountTemplates {
    /// Short name of the account.
    pub account: String,
    /// When its templates were last listed.
    pub listed: Option<When>,
    /// Why the last listing failed.
    pub failure: Option<String>,
    /// Whether some template is used.
    pub any_used: bool,
    /// Its templates.
    pub rows: Vec<TemplateRow>,
}

/// `/console/notices`. The button posts `account` to `/console/notices/list`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "notices.html", config = "src/console/askama.toml")]
pub struct NoticesPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Every account.
    pub accounts: Vec<AccountTemplates>,
}

/// A field of the form: posts `field-{key}`.
#[derive(Clone, Debug, Default)]
pub struct FieldChoice {
    /// Key in the template.
    pub key: String,
    /// The words before it.
    pub label: String,
    /// What may fill it.
    pub fillers: Vec<Choice>,
}

/// The form of one template. Posts `account`, `purpose` and a `field-{key}` for each field to `action`;
/// `action/stop` takes it out of use.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "notice_template.html", config = "src/console/askama.toml")]
pub struct NoticeTemplatePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Where the form posts to.
    pub action: String,
    /// Account it belongs to.
    pub account: String,
    /// Title.
    pub title: String,
    /// Which way it goes, in words.
    pub kind: String,
    /// The text with its places, as WeChat has it.
    pub content: String,
    /// What it is used for when saved; posted as `purpose`.
    pub purpose: &'static str,
    /// What it can be used for.
    pub purposes: Vec<Choice>,
    /// Whether it is in use.
    pub used: bool,
    /// Its fields.
    pub fields: Vec<FieldChoice>,
    /// What is wrong.
    pub error: Option<String>,
}

/// A template to which a citizen may consent.
#[derive(Clone, Debug, Default)]
pub struct ConsentRow {
    /// Its id; posted as `template`.
    pub id: String,
    /// Title, as WeChat shows it.
    pub title: String,
    /// What it tells, in words.
    pub tells: String,
    /// How the citizen's consent stands, in words.
    pub state: String,
    /// Whether there is a consent to take back.
    pub granted: bool,
    /// When the citizen chose last.
    pub chosen: Option<When>,
}

/// `/c/notices`. WeChat's own button is put into `#subscribe` by `consent.js`, inside WeChat only;
/// the form posts `template` to `/c/notices/withdraw`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "consent.html", config = "src/console/askama.toml")]
pub struct ConsentPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Whether WeChat has said who this is.
    pub recognized: bool,
    /// Where recognizing begins; empty where it is not possible.
    pub enter: String,
    /// The account the citizen follows.
    pub account: String,
    /// Ids of all templates, with commas.
    pub templates: String,
    /// The templates in use.
    pub rows: Vec<ConsentRow>,
    /// Whether this is the demo, whose phone plays WeChat.
    pub demo: bool,
}
