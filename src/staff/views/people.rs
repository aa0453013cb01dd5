//! The people of an organization.

use askama::Template;

use crate::platform::http::shell::{Choice, Input, Shell};
use crate::platform::http::when::When;

/// One person in the list.
#[derive(Clone, Debug, Default)]
pub struct PersonRow {
    /// Form of the person.
    pub href: String,
    /// Name.
    pub name: String,
    /// User name.
    pub username: String,
    /// Role in words.
    pub role_name: String,
    /// Whether the person may sign in.
    pub active: bool,
    /// Inquiries on hand.
    pub open: i64,
    /// Last log-in.
    pub last_seen: Option<When>,
}

/// The list `/console/members/{id}/staff`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "people.html", config = "src/console/askama.toml")]
pub struct PeoplePage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Name of the organization.
    pub organization_name: String,
    /// Form of a new person; empty when none may be added.
    pub new_href: String,
    /// The people, active ones first.
    pub rows: Vec<PersonRow>,
}

/// The form of one person; posts `name`, `username`, `role`, `qualification`, `licence`, `active`,
/// `password` and `version` to `action`, and nothing to `…/second-factor`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "person.html", config = "src/console/askama.toml")]
pub struct PersonPage {
    /// What surrounds the page.
    pub shell: Shell,
    /// Where the form posts to.
    pub action: String,
    /// Back to the list.
    pub back_href: String,
    /// Name of the organization.
    pub organization_name: String,
    /// Whether the person is new.
    pub new: bool,
    /// Version the form was made from; sent back, so that nobody's change is overwritten.
    pub version: i64,
    /// What is wrong with the whole.
    pub error: Option<String>,
    /// Name.
    pub name: Input,
    /// User name; fixed once given.
    pub username: Input,
    /// Initial or new password; always sent empty.
    pub password: Input,
    /// Roles the editor may give.
    pub roles: Vec<Choice>,
    /// As what people of an organization give legal help; empty for the alliance's own.
    pub qualifications: Vec<Choice>,
    /// Number of the licence.
    pub licence: Input,
    /// Whether the person may sign in.
    pub active: bool,
    /// Inquiries on hand that go back to the organization when the person is switched off.
    pub open: i64,
    /// Whether the person has a second factor that the editor may reset.
    pub second: bool,
}
