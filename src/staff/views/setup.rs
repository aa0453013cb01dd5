//! The page by which the first administrator comes.

use askama::Template;

use crate::platform::http::shell::{Input, Shell};

/// `/console/setup`. Posts `token`, `username`, `name` and `password` to itself.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "setup.html", config = "src/console/askama.toml")]
pub struct SetupPage {
    /// Title, imprint; nobody is signed in.
    pub shell: Shell,
    /// The secret of the invitation.
    pub token: String,
    /// User name.
    pub username: Input,
    /// Name.
    pub name: Input,
    /// Password; always sent empty.
    pub password: Input,
    /// Least characters of a password.
    pub least_length: usize,
}
