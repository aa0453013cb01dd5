//! Certificates as everybody sees them.

use askama::Template;

use crate::platform::http::shell::CitizenShell;
use crate::platform::http::when::When;

/// `/c/certificate`: asks for a code.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_verify.html", config = "src/console/askama.toml")]
pub struct VerifyPage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Whether a code was asked for that no certificate has.
    pub unknown: bool,
}

/// `/c/certificate/{code}`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "quiz_certificate.html", config = "src/console/askama.toml")]
pub struct CertificatePage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// Address of its picture.
    pub picture: String,
    /// Its code.
    pub code: String,
    /// Title of the round.
    pub title: String,
    /// The player's number.
    pub number: String,
    /// Right answers.
    pub right_answers: i64,
    /// When it was made.
    pub issued: When,
    /// Page of the round.
    pub round: String,
}
