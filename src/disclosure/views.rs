//! The public page: what the alliance is and does, in figures anybody may check.

use askama::Template;

use crate::platform::http::shell::CitizenShell;

/// A figure with its definition.
#[derive(Clone, Debug, Default)]
pub struct Figure {
    /// What it counts.
    pub label: String,
    /// The number in words, with its unit.
    pub value: String,
    /// How it is counted and over which period.
    pub meaning: String,
}

/// A member as the public sees it.
#[derive(Clone, Debug, Default)]
pub struct PublicMember {
    /// Name.
    pub name: String,
    /// Kind in words.
    pub kind_name: String,
    /// District in words.
    pub district: String,
    /// Fields in words, joined by 、.
    pub fields: String,
}

/// `/public`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public_home.html", config = "src/console/askama.toml")]
pub struct PublicHomePage {
    /// What surrounds the page.
    pub shell: CitizenShell,
    /// What the alliance is, a paragraph each.
    pub about: Vec<String>,
    /// At most eight figures.
    pub figures: Vec<Figure>,
    /// The members, at most 200.
    pub members: Vec<PublicMember>,
    /// Date of the figures in words.
    pub updated: String,
    /// Person or office responsible for the page; empty hides it.
    pub responsible: String,
    /// Where to complain; empty hides it.
    pub complaints: String,
}
